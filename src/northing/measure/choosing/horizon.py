"""The periods of a choice: whole fiscal quarters, or months where a limit asks for them, from the next one on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

import msgspec

from northing.measure.money_flows import Months, months
from northing.measure.view import View
from northing.portfolio.choosing import Per
from northing.portfolio.periods import Period, Unit, label, period_of, periods_between

MOST = 40
"""Periods; what is planned later counts in the last one."""
STEP = 3
"""Months by which a start is moved."""


class Horizon(msgspec.Struct, frozen=True, dict=True):
    """From the first day on which anything can still be decided to the end of what is planned."""

    unit: Unit
    periods: tuple[Period, ...]
    labels: tuple[str, ...]

    @property
    def start(self) -> date:
        """The first day of the choice: what begins before it is spent, whatever is chosen."""
        return self.periods[0].start

    @property
    def end(self) -> date:
        return self.periods[-1].end

    @cached_property
    def _starts(self) -> list[date]:
        return [period.start for period in self.periods]

    def place(self, day: date) -> int | None:
        """The position of the period that *day* is in; None before the first, the last one for all that is later."""
        found = bisect_right(self._starts, day) - 1
        return None if found < 0 else found


def horizon(view: View) -> Horizon:
    """The periods of *view*'s choice."""
    plan, calendar = view.plan, view.plan.calendar
    by_month = any(one.per is Per.MONTH and not one.paused for one in plan.table("limit").values())
    unit: Unit = "month" if by_month else "quarter"
    first = period_of(calendar, view.today, unit)
    if first.start < view.today:
        first = period_of(calendar, first.end, unit)
    last = max(_ends(view), default=first.end)
    waits = [one.may_wait or 0 for one in plan.investments.values()]
    slower = [one.delay for one in plan.table("variant").values()]
    last = min(last, first.start + timedelta(days=366 * 15)) + timedelta(
        days=31 * (max(waits, default=0) + max(slower, default=0))
    )
    found = [first]
    while len(found) < MOST and found[-1].end < last:
        found.append(period_of(calendar, found[-1].end, unit))
    return Horizon(unit, tuple(found), tuple(label(calendar, one) for one in found))


def _ends(view: View) -> Iterator[date]:
    for kind in ("cost_plan_line", "resource_demand"):
        yield from (line.end for line in view.plan.table(kind).values() if line.end is not None)


def later(view: View, day: date, by: int) -> date:
    """*day* moved by so many fiscal months: as far into its new month as it was into its own."""
    if not by:
        return day
    moved: dict[tuple[date, int], date] = view.plan.memo("days later", frozenset(("fiscal_calendar",)), dict)
    known = moved.get((day, by))
    if known is None:
        every: Months = months(view)
        month = every.of(day)
        into = (day - month.start).days
        for _ in range(by):
            month = every.of(month.end)
        known = moved[day, by] = month.start + timedelta(days=min(into, month.days - 1))
    return known


def spans(
    view: View, ahead: Horizon, start: date | None, end: date | None, per: Per
) -> Iterator[tuple[Period, int, int]]:
    """The periods of a limit that reach into *ahead*: each with its days, and from which position to which it goes."""
    begin, until = start or view.today, min(end or ahead.end, ahead.end)
    if begin >= until:
        return
    unit: Unit | None = {Per.MONTH: "month", Per.QUARTER: "quarter", Per.YEAR: "year"}.get(per)  # type: ignore[assignment]
    whole = [Period(begin, until)] if unit is None else list(periods_between(view.plan.calendar, begin, until, unit))
    for one in whole:
        days = Period(max(one.start, begin), min(one.end, until))
        places = [place for place, period in enumerate(ahead.periods) if days.start <= period.start < days.end]
        if places:
            yield days, places[0], places[-1] + 1
