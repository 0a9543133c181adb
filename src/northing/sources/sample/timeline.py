"""The days of the story as dates, its fiscal quarters, and the steps that it is told in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from northing.portfolio.edits import Edit

LENGTH = 548
"""Days from the first step to the last: eighteen months."""

FIRST_MONTH = 4
"""Fenmarch's year begins in April and is named after the year in which it ends."""


CASCADED = 26
"""The day on which the objectives below the board's are agreed; no pack can measure them before."""

BILLED = 9
"""Days into a month until the last bill of the month before has come."""


class Step(NamedTuple):
    """One revision of the story: what is committed at once, why, by whom, and for which date."""

    edits: list[Edit]
    reason: str
    by: str
    """Directory id of the author."""
    effective_on: date
    tags: tuple[str, ...] = ()
    """Names that the plan gets after this step: the baselines of the board's quarters."""


class Event(NamedTuple):
    """Part of a step: events of one day and group become one step."""

    day: int
    rank: int
    group: str
    edits: list[Edit]
    reason: str
    by: str
    tags: tuple[str, ...] = ()


class Timeline:
    """Where the story lies in time: it ends three days before *today*."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.start = today - timedelta(days=LENGTH + 3)

    def on(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def day(self, on: date) -> int:
        return (on - self.start).days

    def working(self, day: int) -> date:
        """The date of *day*, or the Friday before where it falls on a weekend."""
        on = self.on(day)
        return on - timedelta(days=max(0, on.weekday() - 4))

    def months(self) -> Iterator[tuple[int, date]]:
        """(day of the report, first of the month it is about) of every month that ends in the story."""
        month = self.start.replace(day=1)
        while True:
            following = next_month(month)
            day = self.day(following) + 4
            if day > LENGTH:
                return
            if day > 20:
                yield day, month
            month = following

    def money_months(self, beyond: int = 0) -> list[date]:
        """First days of the months whose bills have come, from the fiscal quarter in which the story begins; *beyond*: and
        as many after them."""
        months = [quarter_of(self.start)]
        while self.day(next_month(next_month(months[-1]))) + BILLED <= LENGTH:
            months.append(next_month(months[-1]))
        for _ in range(beyond):
            months.append(next_month(months[-1]))
        return months

    def board_days(self) -> Iterator[tuple[int, date]]:
        """(day of the board's pack, first day of the quarter it closes)."""
        quarter = quarter_of(self.start)
        while True:
            following = next_quarter(quarter)
            day = self.day(following) + 16
            if day > LENGTH:
                return
            if day > CASCADED:
                yield day, quarter
            quarter = following


def next_month(on: date) -> date:
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1)


def quarter_of(on: date) -> date:
    """First day of the fiscal quarter that holds *on*; April quarters are calendar quarters."""
    return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)


def next_quarter(start: date) -> date:
    return next_month(next_month(next_month(start)))


def quarters(first: date, count: int) -> list[date]:
    found = [quarter_of(first)]
    while len(found) < count:
        found.append(next_quarter(found[-1]))
    return found[:count]


def fiscal_name(quarter: date) -> tuple[int, int]:
    """(fiscal year, quarter number) of the quarter that starts on *quarter*."""
    shifted = (quarter.month - FIRST_MONTH) % 12
    return quarter.year + (1 if quarter.month >= FIRST_MONTH else 0), shifted // 3 + 1


def tell(events: Iterable[Event], time: Timeline, authors: dict[str, str]) -> Iterator[Step]:
    """The steps that *events* make, in order: those of one day and group together."""
    steps: dict[tuple[int, int, str], list[Event]] = {}
    for event in events:
        steps.setdefault((event.day, event.rank, event.group), []).append(event)
    for (day, _, _), parts in sorted(steps.items(), key=lambda item: item[0][:3]):
        edits = [edit for part in parts for edit in part.edits]
        if edits:
            first = parts[0]
            tags = tuple(tag for part in parts for tag in part.tags)
            yield Step(edits, first.reason, authors[first.by], time.working(day), tags)
