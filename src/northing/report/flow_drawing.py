"""Pictures of flow as marks: bands, lines, bars, dots and rules in a box, with their scales, legend and table.

Across, a place is a share of the width from 0 to 100, so that one drawing fits a wide screen and a phone; down, it is
in pixels from the top. Colours are tokens of the sheet of styles. A mark with an address is a link, and leads somewhere
without a script too. ``templates/flow/drawing.html`` writes a :class:`Drawing`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date
from django.utils.translation import ngettext

from . import words
from .charts import Table

HEIGHT = 240
MARKS = 100
"""So many days are drawn one by one; of more, several together."""

Point = tuple[float, float]
"""Across in hundredths of the width, down in pixels."""


@dataclass(frozen=True, slots=True)
class Band:
    """An area between an upper and a lower edge."""

    points: tuple[Point, ...]
    colour: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    points: tuple[Point, ...]
    colour: str
    name: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A box; *faint* where it stands for less than a whole period."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    tip: str = ""
    href: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark of one or more items. *shape*: circle, square, triangle, diamond, ring, up."""

    x: float
    y: float
    colour: str
    shape: str = "circle"
    tip: str = ""
    href: str = ""
    size: int = 1
    """1 to 3."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from edge to edge at one height, with what it means at its end."""

    y: float
    text: str
    colour: str = "var(--ink-3)"
    dashed: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str
    anchor: str = "middle"
    spare: bool = False
    """Left out on a narrow screen."""
    slant: bool = False
    """Set slanting on a narrow screen: a name, not a number."""


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend."""

    name: str
    colour: str
    shape: str = "square"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture and its table. ``words`` says in a sentence what it shows."""

    title: str
    words: str
    table: Table
    height: int = HEIGHT
    y_title: str = ""
    y: tuple[Tick, ...] = ()
    x: tuple[Tick, ...] = ()
    bands: tuple[Band, ...] = ()
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    dots: tuple[Dot, ...] = ()
    hits: tuple[Bar, ...] = ()
    """Invisible boxes over the picture that say and lead to what is under them."""
    legend: tuple[Key, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    """Sentences below it, each with the address that lists what it speaks of, if any."""
    leading: tuple[str, ...] = ()
    """Where each row of the table leads, if they lead anywhere."""

    @property
    def leads(self) -> bool:
        """Whether any mark leads somewhere: then the picture is a group of links, else an image."""
        return any(one.href for one in (*self.bars, *self.hits)) or any(one.href for one in self.dots)

    @property
    def beside(self) -> tuple[tuple[float, Rule], ...]:
        """The rules with a name, each with the height of its name beside the picture, none on another."""
        found: list[tuple[float, Rule]] = []
        for rule in sorted((one for one in self.rules if one.text), key=lambda one: -one.y):
            found.append((min(rule.y, found[-1][0] - 13) if found else rule.y, rule))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Scale:
    """From *low* to *high* up a box of *height* pixels."""

    high: float
    height: int = HEIGHT
    low: float = 0.0

    def y(self, value: float | int | Fraction) -> float:
        span = self.high - self.low
        share = (float(value) - self.low) / span if span else 0.0
        return round(self.height * (1 - min(max(share, 0.0), 1.0)), 1)

    def ticks(self, percent: bool = False) -> tuple[Tick, ...]:
        step = _step((self.high - self.low) / 4, whole=not percent)
        first = math.ceil(self.low / step - 1e-9)
        values = [number * step for number in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return tuple(Tick(self.y(one), words.percent(one) if percent else _count(one)) for one in values)


def _step(least: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that is not below *least*."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    found = next(power * one for one in (1, 2, 5, 10) if power * one >= least * 0.999)
    return max(found, 1.0) if whole else found


def upto(most: float, height: int = HEIGHT) -> Scale:
    """A scale from 0 to a round number that is not below *most*."""
    step = _step(max(most, 1) / 4, whole=True)
    return Scale(max(math.ceil(most / step - 1e-9), 1) * step, height)


def _count(value: float) -> str:
    return words.number(Decimal(repr(value)), 1)


def days_said(days: Fraction | int | None) -> str:
    """8 days, 1 day, 0.5 days: at most one decimal, as half a day is counted by some."""
    if days is None:
        return "–"
    told = words.number(Decimal(days.numerator) / Decimal(days.denominator), 1)
    return ngettext("%(n)s day", "%(n)s days", 1 if days == 1 else 2) % {"n": told}


@dataclass(frozen=True, slots=True)
class Stretch:
    """One or more days of a window, by their places in it. As text: as an address names them."""

    window: date
    first: int
    last: int

    @property
    def start(self) -> date:
        return self.window + timedelta(days=self.first)

    @property
    def end(self) -> date:
        """The last day."""
        return self.window + timedelta(days=self.last)

    @property
    def days(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return str(self.start) if self.days == 1 else f"{self.start}..{self.end + timedelta(days=1)}"


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a window, side by side."""

    start: date
    count: int
    marks: int = MARKS
    """At most so many stretches."""

    def left(self, day: date) -> float:
        return round(100 * (day - self.start).days / max(self.count, 1), 3)

    def middle(self, day: date) -> float:
        return round(100 * ((day - self.start).days + 0.5) / max(self.count, 1), 3)

    @property
    def width(self) -> float:
        """Of one day."""
        return round(100 / max(self.count, 1), 3)

    @property
    def step(self) -> int:
        """How many days a stretch has; the first one may have fewer."""
        return -(-self.count // self.marks) or 1

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The days, in a long window several together: they end with the window."""
        step = self.step
        first = self.count % step or step
        ends = range(first - 1, self.count, step) if self.count else ()
        return tuple(Stretch(self.start, max(0, last - step + 1), last) for last in ends)

    def stretch(self, day: date) -> Stretch:
        """The stretch that *day* is in."""
        place = (day - self.start).days
        step = self.step
        behind = self.count % step or step
        last = behind - 1 if place < behind else behind - 1 + -(-(place - behind + 1) // step) * step
        return Stretch(self.start, max(0, last - step + 1), last)

    def center(self, one: Stretch) -> float:
        return round((self.left(one.start) + self.left(one.end) + self.width) / 2, 3)

    def ticks(self, most: int = 9) -> tuple[Tick, ...]:
        """Mondays of a short window; of a longer one the first days of months, quarters or years."""
        by_month = self.count > 63
        every = [day for n in range(self.count) if _begins(day := self.start + timedelta(days=n), by_month)]
        if by_month:
            step = next((one for one in (1, 3, 6) if len(every) / one <= most), 12)
            every = [day for day in every if not (day.month - 1) % step]
        else:
            every = every[:: 2 if len(every) > most else 1]
        return tuple(
            Tick(self.left(day), _called(day, by_month), "start", bool(place % 2))
            for place, day in enumerate(every)
            if self.left(day) <= 95
        )


def _begins(day: date, by_month: bool) -> bool:
    return day.day == 1 if by_month else day.weekday() == 0


def _called(day: date, month: bool) -> str:
    if not month:
        return words.short_day(day, day)
    return str(format_date(day, "MMM y" if day.month == 1 else "MMM", locale=words.locale()))
