"""Periods of time as half-open dates: days, months, quarters, fiscal years, 4-4-5; read from text and named.

A plan stores dates and never labels: ``FY26-Q3`` is read through the fiscal calendar that is in force, so a
change of the calendar renames periods and moves no money.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from .workspace import FiscalCalendar, WeekPattern

Unit = Literal["day", "week", "month", "quarter", "year"]
"""Month, quarter and year are the fiscal calendar's; of calendar months they are the usual ones."""

UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year")

CALENDAR_YEAR = FiscalCalendar(id="", name="Calendar year")


class Period(msgspec.Struct, frozen=True, order=True):
    """The days from *start* up to, and without, *end*."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - timedelta(days=1)


def fiscal_year(calendar: FiscalCalendar, year: int) -> Period:
    """Fiscal year *year*, named after the calendar year in which it ends.

    Where the pattern is in weeks, the year is named after the calendar year in which its last week begins, so
    that a year ending on 2 January 2027 is FY26 and no two years share a name.
    """
    if in_weeks(calendar):
        start = _week_year_start(calendar, year)
        return Period(start, start + timedelta(weeks=_weeks(calendar, year)))
    first = calendar.start_month
    start_year = year if first == 1 else year - 1
    return Period(date(start_year, first, 1), date(start_year + 1, first, 1))


def fiscal_quarter(calendar: FiscalCalendar, year: int, quarter: int) -> Period:
    """Quarter 1 to 4 of fiscal year *year*."""
    months = fiscal_months(calendar, year)[quarter * 3 - 3 : quarter * 3]
    return Period(months[0].start, months[-1].end)


def fiscal_months(calendar: FiscalCalendar, year: int) -> list[Period]:
    """The twelve months of fiscal year *year*: calendar months, or 4-4-5 weeks; a 53rd week is in the last."""
    whole = fiscal_year(calendar, year)
    if not in_weeks(calendar):
        starts = [_month_after(whole.start, index) for index in range(13)]
        return [Period(a, b) for a, b in itertools.pairwise(starts)]
    weeks = [int(part) for part in calendar.pattern.value.split("-")] * 4
    months, start = [], whole.start
    for length in weeks:
        end = start + timedelta(weeks=length)
        months.append(Period(start, end))
        start = end
    months[-1] = Period(months[-1].start, whole.end)
    return months


def fiscal_year_of(calendar: FiscalCalendar, day: date) -> int:
    """The name of the fiscal year that *day* is in."""
    for year in (day.year, day.year + 1, day.year - 1):
        if day in fiscal_year(calendar, year):
            return year
    raise AssertionError("fiscal years leave no gap")


def period_of(calendar: FiscalCalendar, day: date, unit: Unit) -> Period:
    """The day, week (from Monday), fiscal month, quarter or year that *day* is in."""
    if unit == "day":
        return Period(day, day + timedelta(days=1))
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=7))
    if unit == "month" and not in_weeks(calendar):
        first = day.replace(day=1)
        return Period(first, _month_after(first, 1))
    year = fiscal_year_of(calendar, day)
    if unit == "year":
        return fiscal_year(calendar, year)
    months = fiscal_months(calendar, year)
    index = next(i for i, month in enumerate(months) if day in month)
    return months[index] if unit == "month" else fiscal_quarter(calendar, year, index // 3 + 1)


def label(calendar: FiscalCalendar, period: Period) -> str:
    """What people call it: ``FY26``, ``FY26-Q3``, ``FY26-P07``, ``2026-03`` for a calendar month, a day, or dates.

    Reads back as the same period, except for two dates, which have no name.
    """
    if period.days == 1:
        return period.start.isoformat()
    if period.start.day == 1 and period.end == _month_after(period.start, 1):
        return f"{period.start.year:04}-{period.start.month:02}"
    plain = f"{period.start.isoformat()} to {period.last.isoformat()}"
    if period.start.year == date.min.year:
        return plain  # its fiscal year may begin before the first day that there is
    year = fiscal_year_of(calendar, period.start)
    name = f"FY{year % 100:02}" if 2000 <= year < 2100 else f"FY{year}"
    if period == fiscal_year(calendar, year):
        return name
    for quarter in range(1, 5):
        if period == fiscal_quarter(calendar, year, quarter):
            return f"{name}-Q{quarter}"
    months = fiscal_months(calendar, year)
    if period in months:
        return f"{name}-P{months.index(period) + 1:02}"
    return plain


def periods_between(calendar: FiscalCalendar, start: date, end: date, unit: Unit) -> Iterator[Period]:
    """The periods of *unit* that overlap the days from *start* up to *end*, in order."""
    at = start
    while at < end:
        period = period_of(calendar, at, unit)
        yield period
        at = period.end


_FISCAL = re.compile(r"FY(\d{4}|\d{2})(?:[- ]?(?:Q([1-4])|[PM](\d{1,2})))?", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
_SPAN = re.compile(r"(last|next) (\d{1,5}) (day|week|month|year)s?", re.IGNORECASE)
_NAMED = re.compile(r"(this|last|next) (week|month|quarter|year)", re.IGNORECASE)
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}

EXAMPLES = (
    "2026-03-31, 2026-03, 2026-Q1, 2026, FY26, FY26-Q3, FY26-P07, today, last 90 days, next 30 days, this quarter"
)


def read_period(text: str, calendar: FiscalCalendar, today: date) -> Period | None:
    """The period that *text* names, or None where it names none.

    ``last 90 days`` are the 90 days that end with today; ``next 30 days`` the 30 that begin with today;
    ``last 3 months`` the days after the same day three months ago, up to and with today. ``this quarter`` and
    its neighbours are whole periods of the fiscal calendar. ``2026-Q1`` is a calendar quarter.
    """
    text = " ".join(text.split())
    try:
        return _read_absolute(text, calendar) or _read_relative(text, calendar, today)
    except (ValueError, OverflowError):
        return None


def _read_absolute(text: str, calendar: FiscalCalendar) -> Period | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return period_of(calendar, date.fromisoformat(text), "day")
    if found := _MONTH.fullmatch(text):
        first = date(int(found[1]), int(found[2]), 1)
        return Period(first, _month_after(first, 1))
    if found := _QUARTER.fullmatch(text):
        first = date(int(found[1]), int(found[2]) * 3 - 2, 1)
        return Period(first, _month_after(first, 3))
    if re.fullmatch(r"\d{4}", text):
        return Period(date(int(text), 1, 1), date(int(text) + 1, 1, 1))
    if found := _FISCAL.fullmatch(text):
        year = int(found[1]) + (2000 if len(found[1]) == 2 else 0)
        if found[2]:
            return fiscal_quarter(calendar, year, int(found[2]))
        if found[3]:
            months = fiscal_months(calendar, year)
            return months[int(found[3]) - 1] if 1 <= int(found[3]) <= 12 else None
        return fiscal_year(calendar, year)
    return None


def _read_relative(text: str, calendar: FiscalCalendar, today: date) -> Period | None:
    if text.lower() in _DAYS:
        return period_of(calendar, today + timedelta(days=_DAYS[text.lower()]), "day")
    if found := _SPAN.fullmatch(text):
        count, unit = int(found[2]), found[3].lower()
        if not count:
            return None
        back = found[1].lower() == "last"
        tomorrow = today + timedelta(days=1)
        if unit in ("day", "week"):
            days = timedelta(days=count * (7 if unit == "week" else 1))
            return Period(tomorrow - days, tomorrow) if back else Period(today, today + days)
        months = count * (12 if unit == "year" else 1)
        if back:
            return Period(_same_day(today, -months) + timedelta(days=1), tomorrow)
        return Period(today, _same_day(today, months))
    if found := _NAMED.fullmatch(text):
        word, unit_word = found[1].lower(), found[2].lower()
        unit = next(known for known in UNITS if known == unit_word)
        here = period_of(calendar, today, unit)
        if word == "last":
            return period_of(calendar, here.start - timedelta(days=1), unit)
        return period_of(calendar, here.end, unit) if word == "next" else here
    return None


def in_weeks(calendar: FiscalCalendar) -> bool:
    """Whether its months are made of weeks; without a first day such a pattern cannot be laid out."""
    return calendar.pattern != WeekPattern.MONTHS and calendar.first_day is not None


def _weeks(calendar: FiscalCalendar, year: int) -> int:
    return 53 if year in calendar.leap_years else 52


def _week_year_start(calendar: FiscalCalendar, year: int) -> date:
    start = calendar.first_day
    assert start is not None
    name = (start + timedelta(weeks=51)).year
    while name < year:
        start += timedelta(weeks=_weeks(calendar, name))
        name += 1
    while name > year:
        name -= 1
        start -= timedelta(weeks=_weeks(calendar, name))
    return start


def _month_after(first: date, months: int) -> date:
    """As near to it as there are days: spreadsheets end what has no end on 9999-12-31."""
    index = first.year * 12 + first.month - 1 + months
    if index >= 10_000 * 12:
        return date.max
    return date(index // 12, index % 12 + 1, 1) if index >= 12 else date.min


def _same_day(day: date, months: int) -> date:
    """The same day of the month, or that month's last."""
    first = _month_after(day.replace(day=1), months)
    last = _month_after(first, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
