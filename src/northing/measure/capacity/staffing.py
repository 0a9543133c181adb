"""Who is there and who is asked for, by role and period, in full-time equivalents.

An entry is a rate that holds on each of its days, so a period has of it: people × its days in the period / the days of
the period (calendar days, as choosing reckons). Sums are exact. What asks for people in an investment that is chosen
out, from the day on which it is out, does not count (:meth:`.Plan.counts`); nor does one that has ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

from northing.measure.view import View
from northing.portfolio.choosing import Booking, Capacity, ResourceDemand
from northing.portfolio.investment import ENDED
from northing.portfolio.periods import Period, label, period_of

Unit = Literal["month", "quarter"]
AHEAD: dict[Unit, int] = {"month": 12, "quarter": 8}
"""Periods that are looked at, from the one that today is in."""
NONE = Fraction(0)


class Ask(msgspec.Struct, frozen=True):
    """What one investment asks for of a role in one period."""

    investment: str
    people: Fraction
    firm: Fraction
    """Of that, what is booked firmly."""
    demands: tuple[str, ...]
    """The entries."""


class Cell(msgspec.Struct, frozen=True):
    """One role in one period."""

    period: Period
    capacity: Fraction | None
    """None where nobody has entered any for the role in these days."""
    asks: tuple[Ask, ...]
    """The most first."""
    entries: tuple[str, ...] = ()
    """The entries of capacity."""

    @property
    def demand(self) -> Fraction:
        return sum((one.people for one in self.asks), NONE)

    @property
    def firm(self) -> Fraction:
        return sum((one.firm for one in self.asks), NONE)

    @property
    def free(self) -> Fraction | None:
        """Capacity − demand; below 0 where people are short; None where nobody has said how many there are."""
        return None if self.capacity is None else self.capacity - self.demand

    @property
    def short(self) -> Fraction:
        """How many are lacking, as far as anybody has said how many there are."""
        return NONE if self.free is None else max(-self.free, NONE)

    @property
    def unknown(self) -> bool:
        """Whether people are asked for, and nobody has said how many there are."""
        return self.capacity is None and bool(self.asks)

    @property
    def load(self) -> Fraction | None:
        """Demand / capacity; None where there is no capacity."""
        return self.demand / self.capacity if self.capacity else None


class Row(msgspec.Struct, frozen=True):
    """One role over all periods."""

    role: str
    cells: tuple[Cell, ...]

    @property
    def worst(self) -> Cell | None:
        """Where most people are short: of equals the first; None where nobody is."""
        found = max(self.cells, key=lambda one: one.short, default=None)
        return found if found is not None and found.short else None

    @property
    def first_short(self) -> Cell | None:
        return next((one for one in self.cells if one.short), None)

    @property
    def unknown(self) -> Cell | None:
        """The first period in which people are asked for, and nobody has said how many there are."""
        return next((one for one in self.cells if one.unknown), None)


class Staffing(msgspec.Struct, frozen=True):
    """Of a team, or of all of them."""

    unit: Unit
    team: str | None
    periods: tuple[Period, ...]
    labels: tuple[str, ...]
    rows: tuple[Row, ...]
    """By the name of the role."""

    @property
    def short(self) -> tuple[Row, ...]:
        """Roles of which there are too few at some time, the largest gap first."""
        found = [(row.worst.short, row) for row in self.rows if row.worst is not None]
        return tuple(row for _, row in sorted(found, key=lambda pair: -pair[0]))

    def label_of(self, cell: Cell) -> str:
        return self.labels[self.periods.index(cell.period)]


def staffing(
    view: View, unit: Unit = "month", *, team: str | None = None, first: date | None = None, count: int | None = None
) -> Staffing:
    """Capacity and demand of every role that either is entered for, from the period of *first* (today) on.

    *team*: of its people, and of what is asked of it by name. Without one: of all teams, and of none in particular.
    """
    periods = tuple(_periods(view, unit, first or view.today, count or AHEAD[unit]))
    there: dict[tuple[str, int], list[tuple[str, Fraction]]] = defaultdict(list)
    asked: dict[tuple[str, int], dict[str, list[tuple[ResourceDemand, Fraction]]]] = defaultdict(dict)
    roles: set[str] = set()
    for one in view.plan.table("capacity").values():
        if team is None or one.team == team:
            for at, people in _in(one, periods):
                roles.add(one.role)
                there[one.role, at].append((one.id, people))
    for line in _demands(view):
        if team is None or line.team == team:
            for at, people in _in(line, periods):
                roles.add(line.role)
                asked[line.role, at].setdefault(line.investment, []).append((line, people))
    return Staffing(
        unit=unit,
        team=team,
        periods=periods,
        labels=tuple(label(view.plan.calendar, one) for one in periods),
        rows=tuple(
            Row(
                role,
                tuple(
                    Cell(
                        period=period,
                        capacity=sum((people for _, people in found), NONE)
                        if (found := there.get((role, at)))
                        else None,
                        asks=_asks(asked.get((role, at), {})),
                        entries=tuple(sorted(id for id, _ in found or ())),
                    )
                    for at, period in enumerate(periods)
                ),
            )
            for role in sorted(roles, key=lambda id: (view.name_of("role", id) or "", id))
        ),
    )


def _periods(view: View, unit: Unit, first: date, count: int) -> Iterator[Period]:
    found = period_of(view.plan.calendar, first, unit)
    for _ in range(count):
        yield found
        found = period_of(view.plan.calendar, found.end, unit)


def _demands(view: View) -> Iterator[ResourceDemand]:
    for line in view.plan.table("resource_demand").values():
        investment = view.plan.investments.get(line.investment)
        if investment is not None and investment.stage not in ENDED and view.plan.counts(line):
            yield line


def _in(entry: Capacity | ResourceDemand, periods: tuple[Period, ...]) -> Iterator[tuple[int, Fraction]]:
    """The periods that *entry* reaches into, and what each has of it."""
    if not entry.people.is_finite():
        return
    people = Fraction(entry.people)
    for at, period in enumerate(periods):
        days = (min(entry.end, period.end) - max(entry.start, period.start)).days
        if days > 0:
            yield at, people * days / period.days


def _asks(found: dict[str, list[tuple[ResourceDemand, Fraction]]]) -> tuple[Ask, ...]:
    made = [
        Ask(
            investment=investment,
            people=sum((people for _, people in lines), NONE),
            firm=sum((people for line, people in lines if line.booking is Booking.HARD), NONE),
            demands=tuple(sorted(line.id for line, _ in lines)),
        )
        for investment, lines in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.people, one.investment)))
