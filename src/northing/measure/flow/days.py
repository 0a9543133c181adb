"""Days as people live them: in a time zone, from midnight to midnight, whatever the clock does at night.

A day of 23 or 25 hours is one day. An instant belongs to the last day that began at or before it, so that days never
overlap and no instant is lost, not even where midnight itself was skipped or struck twice.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from northing.portfolio.flow import WEEKDAYS, Calendar, DayCount
from northing.portfolio.periods import Period

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
FIRST = EPOCH.toordinal()
MOST_INSTANTS = 200_000
"""Whose days are kept in mind: every measure asks for the same ones."""


class Days:
    """The days of one zone, and which of them a calendar counts. A day's number is its proleptic ordinal."""

    def __init__(self, zone: str = "UTC", calendar: Calendar | None = None) -> None:
        self.zone, self.calendar = zone, calendar
        self._zone = ZoneInfo(zone)
        self._begins: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        if calendar is not None:
            self._worked = tuple(day in calendar.workdays for day in WEEKDAYS)
            free = {day.toordinal() for day in calendar.holidays if self._worked[day.weekday()]}
            self._free = sorted(free)

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

    def number(self, instant: int) -> int:
        """The number of the day that *instant* belongs to."""
        found = self._numbers.get(instant)
        if found is None:
            if len(self._numbers) >= MOST_INSTANTS:
                self._numbers.clear()
            found = self._numbers[instant] = self._number(instant)
        return found

    def _number(self, instant: int) -> int:
        number = instant // DAY + FIRST
        while self.begins_of(number) > instant:
            number -= 1
        while self.begins_of(number + 1) <= instant:
            number += 1
        return number

    def of(self, instant: int) -> date:
        """The day that *instant* belongs to."""
        return date.fromordinal(self.number(instant))

    def bounds(self, window: Period) -> tuple[int, int]:
        """The instants from which, and up to which, the days of *window* last."""
        return self.begins(window.start), self.begins(window.end)

    def counts(self, number: int) -> bool:
        """Whether that day counts: without a calendar each does."""
        if self.calendar is None:
            return True
        at = bisect_left(self._free, number)
        return self._worked[(number - 1) % 7] and (at == len(self._free) or self._free[at] != number)

    def counted(self, first: int, last: int) -> int:
        """How many of the days from *first* to *last*, both included, count."""
        if last < first:
            return 0
        if self.calendar is None:
            return last - first + 1
        weeks, rest = divmod(last - first + 1, 7)
        days = weeks * sum(self._worked) + sum(self._worked[(first - 1 + n) % 7] for n in range(rest))
        return days - (bisect_right(self._free, last) - bisect_left(self._free, first))

    # From start to finish, by one of the four conventions

    def took(self, rule: DayCount, start: int, finish: int) -> int:
        """From *start* to *finish*, neither before the other, in units of which :data:`UNITS` make a day.

        Inclusive: the days touched. Exclusive: the days after that of the start. Half: the same, and half a day where
        there is none. Elapsed: the time itself; with a calendar, the part of it on days that count.
        """
        if rule is DayCount.ELAPSED:
            return finish - start if self.calendar is None else self._time(start, finish)
        first, last = self.number(start), self.number(finish)
        if rule is DayCount.INCLUSIVE:
            return last - first + 1 if self.calendar is None else self.counted(first, last)
        later = self.counted(first + 1, last)
        return later if rule is DayCount.EXCLUSIVE else 2 * later or 1

    def _time(self, start: int, finish: int) -> int:
        return sum(
            min(finish, self.begins_of(number + 1)) - max(start, self.begins_of(number))
            for number in range(self.number(start), self.number(finish) + 1)
            if self.counts(number)
        )


UNITS = {DayCount.INCLUSIVE: 1, DayCount.EXCLUSIVE: 1, DayCount.HALF: 2, DayCount.ELAPSED: DAY}
"""How many units of :meth:`Days.took` are a day."""
