"""Days as people live them: in a time zone, from midnight to midnight, whatever the clock does at night.

A day of 23 or 25 hours is one day. An instant belongs to the last day that began at or before it, so that days never
overlap and no instant is lost, not even where midnight itself was skipped or struck twice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from northing.facts.flow_spans import Ints
from northing.portfolio.flow import WEEKDAYS, Calendar, DayCount
from northing.portfolio.periods import Period

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
FIRST = EPOCH.toordinal()
Bools = NDArray[np.bool_]


class Days:
    """The days of one zone, and which of them a calendar counts. A day's number is its proleptic ordinal."""

    def __init__(self, zone: str = "UTC", calendar: Calendar | None = None) -> None:
        self.zone, self.calendar = zone, calendar
        self._zone = ZoneInfo(zone)
        self._begins: dict[int, int] = {}
        if calendar is not None:
            self._worked = tuple(day in calendar.workdays for day in WEEKDAYS)
            self._weekly: Ints = np.concatenate([[0], np.cumsum(self._worked, dtype=np.int64)])
            """Of the first so many days of a week, those that are workdays."""
            free = {day.toordinal() for day in calendar.holidays if self._worked[day.weekday()]}
            self._free = np.array(sorted(free), np.int64)

    def begins(self, day: date) -> int:
        """The instant at which *day* begins."""
        return self.begins_of(day.toordinal())

    def begins_of(self, number: int) -> int:
        """The same, of a day's number; before the first and after the last day there is, beyond all instants."""
        found = self._begins.get(number)
        if found is None:
            if not 1 <= number <= date.max.toordinal():
                return -sys.maxsize if number < 1 else sys.maxsize
            local = datetime.combine(date.fromordinal(number), datetime.min.time(), self._zone)
            found = self._begins[number] = (local - EPOCH) // MICROSECOND
        return found

    def numbers(self, instants: Ints) -> Ints:
        """The numbers of the days that *instants* belong to: their days in UTC, or the day before or after."""
        found = np.unique(instants // DAY + FIRST)
        near = np.unique(np.concatenate([found - 1, found, found + 1]))
        begins = np.array([self.begins_of(number) for number in near.tolist()], np.int64)
        belong: Ints = near[np.searchsorted(begins, instants, "right") - 1]
        return belong

    def number(self, instant: int) -> int:
        """The number of the day that *instant* belongs to."""
        number = instant // DAY + FIRST
        while self.begins_of(number) > instant:
            number -= 1
        while self.begins_of(number + 1) <= instant:
            number += 1
        return number

    def of(self, instant: int) -> date:
        """The day that *instant* belongs to."""
        return date.fromordinal(self.number(instant))

    def all_of(self, instants: Iterable[int]) -> list[date]:
        """The days that *instants* belong to."""
        numbers, which = np.unique(self.numbers(np.array([*instants], np.int64)), return_inverse=True)
        days = [date.fromordinal(number) for number in numbers.tolist()]
        return [days[at] for at in which.tolist()]

    def bounds(self, window: Period) -> tuple[int, int]:
        """The instants from which, and up to which, the days of *window* last."""
        return self.begins(window.start), self.begins(window.end)

    def counts(self, number: int) -> bool:
        """Whether that day counts: without a calendar each does."""
        if self.calendar is None:
            return True
        return self.counted(number, number) == 1

    def counted(self, first: int, last: int) -> int:
        """How many of the days from *first* to *last*, both included, count."""
        return int(self._counted(np.array([first]), np.array([last]))[0])

    def _counted(self, first: Ints, last: Ints) -> Ints:
        if self.calendar is None:
            every: Ints = np.maximum(last - first + 1, 0)
            return every
        free = np.searchsorted(self._free, last, "right") - np.searchsorted(self._free, first, "left")
        days: Ints = np.where(last < first, 0, self._workdays(last) - self._workdays(first - 1) - free)
        return days

    def _workdays(self, number: Ints) -> Ints:
        """The days up to *number* that are workdays by their weekday."""
        weeks, rest = np.divmod(number, 7)
        days: Ints = weeks * self._weekly[-1] + self._weekly[rest]
        return days

    # From start to finish, by one of the four conventions

    def took(self, rule: DayCount, start: int, finish: int) -> int:
        """From *start* to *finish*, neither before the other, in units of which :data:`UNITS` make a day.

        Inclusive: the days touched. Exclusive: the days after that of the start. Half: the same, and half a day where
        there is none. Elapsed: the time itself; with a calendar, the part of it on days that count.
        """
        return int(self.all_took(rule, np.array([start]), np.array([finish]))[0])

    def all_took(self, rule: DayCount, starts: Ints, finishes: Ints) -> Ints:
        """The same, of many at once."""
        if rule is DayCount.ELAPSED:
            return finishes - starts if self.calendar is None else self._time(starts, finishes)
        first, last = self.numbers(starts), self.numbers(finishes)
        if rule is DayCount.INCLUSIVE:
            return self._counted(first, last)
        later = self._counted(first + 1, last)
        return later if rule is DayCount.EXCLUSIVE else np.maximum(2 * later, 1)

    def _time(self, starts: Ints, finishes: Ints) -> Ints:
        """What lies between on days that count: of all such time up to the finish, what is after the start."""
        if not starts.size:
            return starts
        first, last = self.numbers(starts), self.numbers(finishes)
        days = np.arange(int(first.min()), int(last.max()) + 1)
        edges = np.array([self.begins_of(number) for number in (*days.tolist(), int(days[-1]) + 1)])
        counts = self._counted(days, days) == 1
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.where(counts, np.diff(edges), 0))])

        def up_to(instants: Ints, numbers: Ints) -> Ints:
            place = numbers - days[0]
            time: Ints = before[place] + np.where(counts[place], instants - edges[place], 0)
            return time

        return up_to(finishes, last) - up_to(starts, first)


UNITS = {DayCount.INCLUSIVE: 1, DayCount.EXCLUSIVE: 1, DayCount.HALF: 2, DayCount.ELAPSED: DAY}
"""How many units of :meth:`Days.took` are a day."""
