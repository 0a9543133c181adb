"""What a roadmap picture shows, in words and dates that are ready to draw: no plan, no measure, no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Shape = Literal["gate", "milestone"]
State = Literal["done", "late", "upcoming"]
Tie = Literal["FS", "SS", "FF", "SF"]


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span of time with the name it goes by; ``short`` stands in where the name has no room."""

    name: str
    start: date
    end: date
    short: str = ""
    tiny: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a bar: the time that an investment spends, or will spend, in one stage."""

    start: date
    end: date
    stage: str | None
    name: str
    """The stage as people call it; written on the bar where it fits."""
    reached: bool = True
    """Whether the stage has been entered. Drawn solid; what is only planned is drawn as an outline."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone or a gate on its day."""

    on: date
    shape: Shape
    state: State
    title: str


@dataclass(frozen=True, slots=True)
class Slip:
    """The bar as an earlier plan had it, and the difference in words: ``+43 d``."""

    start: date | None
    end: date | None
    words: str = ""
    later: bool | None = None
    """Whether the end moved later (True) or earlier (False); None where it did not move."""


@dataclass(frozen=True, slots=True)
class Row:
    """One investment's line. Rows of one investment in several groups differ in ``key`` and share ``id``."""

    key: str
    id: str
    name: str
    number: str = ""
    href: str = ""
    stretches: tuple[Stretch, ...] = ()
    marks: tuple[Mark, ...] = ()
    slip: Slip | None = None
    note: str = ""
    """A word after the name: on hold, stopped, new."""
    open_start: bool = False
    """No start is planned: the bar begins where the first date is known, its edge left open."""
    open_end: bool = False
    words: str = ""
    """The whole line in a sentence, for those who do not see the picture."""

    @property
    def start(self) -> date | None:
        return min((part.start for part in self.stretches), default=None)

    @property
    def end(self) -> date | None:
        return max((part.end for part in self.stretches), default=None)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading. A closed group shows only its heading, and the span of its rows."""

    key: str
    name: str
    rows: tuple[Row, ...] = ()
    note: str = ""
    """A figure at the end of the heading; ``said`` is the same for those who do not see it."""
    said: str = ""
    href: str = ""
    """Where its rows are hidden or shown again."""
    closed: bool = False
    span: tuple[date, date] | None = None
    """First and last day of all that it holds, where its rows are not given."""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A dependency between two investments; *broken* where the plan's dates contradict it."""

    before: str
    after: str
    tie: Tie = "FS"
    broken: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The few words that are written on the picture itself, in the reader's language."""

    roadmap: str = "Roadmap"
    today: str = "Today"
    no_dates: str = "No dates"
    outside: str = "Outside the time shown"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn: groups of rows, the lines between them, the fiscal periods above, today's line."""

    groups: tuple[Group, ...]
    quarters: tuple[Period, ...]
    """Fiscal quarters in order and without gaps; they also bound the time that is drawn."""
    years: tuple[Period, ...] = ()
    months: tuple[Period, ...] = ()
    """Fiscal months: calendar months, or the weeks that stand for them."""
    lines: tuple[Line, ...] = ()
    today: date | None = None
    words: Words = Words()

    @property
    def start(self) -> date:
        return self.quarters[0].start

    @property
    def end(self) -> date:
        return self.quarters[-1].end
