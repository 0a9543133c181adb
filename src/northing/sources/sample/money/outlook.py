"""What the owners now expect to spend: forecast lines by month, looked at again each month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from random import Random

from northing.portfolio.edits import Edit, change, create, remove
from northing.sources.sample.cast import sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.money_plan import odd
from northing.sources.sample.timeline import LENGTH, Event, next_month

from .spending import Spending, investment, ran

AHEAD = 4
"""Months that a forecast reaches, the running one included; the plan speaks for those after them."""

ROUNDS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Claims and Service", ("claims", "service"), ("kwame", "yuki")),
    ("Growth and Platforms", ("growth", "platforms", "control"), ("priya", "samir", "matteo")),
)
"""What it is called, whose portfolios it is about, and who takes turns in it."""

Line = tuple[str, date, str]
"""Plot, month, capex or opex."""


class Outlook:
    """The forecast as it stands, and how it is told month by month."""

    def __init__(self, spending: Spending, courses: Mapping[str, Course]) -> None:
        self.spending, self.courses = spending, courses
        self.random = Random(f"{spending.root}/outlook")
        self.lines: dict[Line, int] = {}
        self.again: dict[Line, int] = {}

    def events(self) -> Iterator[Event]:
        time = self.spending.time
        months = [month for month in [*self.spending.months, next_month(self.spending.months[-1])]
                  if 8 <= time.day(month) + 6 <= LENGTH]  # fmt: skip
        for count, month in enumerate(months):
            day = time.day(month) + 6
            for index, (name, together, who) in enumerate(ROUNDS):
                edits: list[Edit] = []
                for key, course in self.courses.items():
                    if course.plot.portfolio in together:
                        edits += self._look(key, course, month, day)
                yield Event(day + index, 8, f"forecast-{index}", edits, f"Forecast in {month:%B}: {name}", who[count % len(who)])

    def _look(self, key: str, course: Course, month: date, day: int) -> list[Edit]:
        """One owner's new look at the months ahead."""
        edits: list[Edit] = []
        going = ran(course, day)
        trend = self._trend(key, month) if going else 1.0
        ahead = month
        for distance in range(AHEAD):
            following = next_month(ahead)
            expected: dict[str, float] = {}
            if going:
                for (expense, _), amount in self.spending.planned.between(key, ahead, following, day).items():
                    expected[expense] = expected.get(expense, 0.0) + amount * trend
            for expense in ("capex", "opex"):
                edits += self._say((key, ahead, expense), expected.get(expense, 0.0), distance)
            ahead = following
        return edits

    def _say(self, line: Line, amount: float, distance: int) -> list[Edit]:
        before = self.lines.get(line)
        if amount < 200:
            if before is None:
                return []
            del self.lines[line]
            edit = remove("forecast_line", self._id(line))
            self.again[line] = self.again.get(line, 0) + 1
            return [edit]
        now = odd(amount * self.random.uniform(0.97, 1.03), self.random)
        if before is None:
            self.lines[line] = now
            key, month, expense = line
            return [create("forecast_line", self._id(line), investment=investment(key), start=month, end=next_month(month),
                           expense=expense, amount=Decimal(now))]  # fmt: skip
        # Nobody touches a forecast for a trifle, and the further a month the less.
        if abs(now - before) <= before * (0.05 + 0.03 * distance):
            return []
        self.lines[line] = now
        return [change("forecast_line", self._id(line), amount=Decimal(now))]

    def _trend(self, key: str, month: date) -> float:
        """How spending has run against the plan in the last three months; people believe half of it."""
        time, planned, spent = self.spending.time, 0.0, 0.0
        for past in [one for one in self.spending.months if one < month][-3:]:
            planned += sum(self.spending.planned.between(key, past, next_month(past), time.day(next_month(past))).values())
            spent += self.spending.total(key, past)
        return 1.0 if planned < 1000 else min(1.9, max(0.6, 0.45 + 0.55 * spent / planned))

    def _id(self, line: Line) -> str:
        key, month, expense = line
        return sample_id("forecast_line", key, month.isoformat(), expense, str(self.again.get(line, 0)))
