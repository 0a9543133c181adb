"""Fiscal periods: half-open dates, what they are called, and what people write."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.portfolio.periods import (
    UNITS,
    Period,
    fiscal_months,
    fiscal_quarter,
    fiscal_year,
    fiscal_year_of,
    label,
    period_of,
    periods_between,
    read_period,
)
from northing.portfolio.workspace import FiscalCalendar, WeekPattern

CALENDAR = FiscalCalendar(id="c", name="Calendar year")
APRIL = FiscalCalendar(id="a", name="From April", start_month=4)
RETAIL = FiscalCalendar(id="r", name="Retail", pattern=WeekPattern.W445, first_day=date(2026, 2, 1), leap_years=(2029,))
TODAY = date(2026, 6, 10)


def d(text: str) -> date:
    return date.fromisoformat(text)


def test_a_year_is_named_after_the_year_in_which_it_ends() -> None:
    assert fiscal_year(CALENDAR, 2026) == Period(d("2026-01-01"), d("2027-01-01"))
    assert fiscal_year(APRIL, 2026) == Period(d("2025-04-01"), d("2026-04-01"))
    assert fiscal_year(RETAIL, 2027) == Period(d("2026-02-01"), d("2027-01-31"))
    assert fiscal_quarter(APRIL, 2026, 4) == Period(d("2026-01-01"), d("2026-04-01"))


def test_a_year_of_weeks_that_ends_in_january_takes_the_name_of_the_year_before() -> None:
    weeks = FiscalCalendar(id="w", name="W", pattern=WeekPattern.W445, first_day=d("2026-01-04"), leap_years=(2026,))
    assert fiscal_year(weeks, 2026) == Period(d("2026-01-04"), d("2027-01-10"))
    assert fiscal_year(weeks, 2027).start == d("2027-01-10")


def test_quarters_of_thirteen_weeks_are_cut_4_4_5_and_the_53rd_week_is_in_the_last_month() -> None:
    weeks = [month.days // 7 for month in fiscal_months(RETAIL, 2027)]
    assert weeks == [4, 4, 5] * 4
    assert [month.days // 7 for month in fiscal_months(RETAIL, 2029)] == [4, 4, 5] * 3 + [4, 4, 6]


def test_a_pattern_in_weeks_without_a_first_day_falls_back_to_months() -> None:
    halfway = FiscalCalendar(id="h", name="Half", start_month=7, pattern=WeekPattern.W445)
    assert fiscal_year(halfway, 2026) == Period(d("2025-07-01"), d("2026-07-01"))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03-31", "2026-03-31", "2026-04-01"),
        ("2026-03", "2026-03-01", "2026-04-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-Q2", "2026-04-01", "2026-07-01"),
        ("FY26", "2025-04-01", "2026-04-01"),
        ("fy2026-q3", "2025-10-01", "2026-01-01"),
        ("FY26-P07", "2025-10-01", "2025-11-01"),
        ("today", "2026-06-10", "2026-06-11"),
        ("yesterday", "2026-06-09", "2026-06-10"),
        ("last 90 days", "2026-03-13", "2026-06-11"),
        ("next 30 days", "2026-06-10", "2026-07-10"),
        ("next 2 weeks", "2026-06-10", "2026-06-24"),
        ("last 3 months", "2026-03-11", "2026-06-11"),
        ("next 1 year", "2026-06-10", "2027-06-10"),
        ("this week", "2026-06-08", "2026-06-15"),
        ("this quarter", "2026-04-01", "2026-07-01"),
        ("last quarter", "2026-01-01", "2026-04-01"),
        ("last year", "2025-04-01", "2026-04-01"),
        ("next month", "2026-07-01", "2026-08-01"),
    ],
)
def test_what_people_write(text: str, start: str, end: str) -> None:
    assert read_period(text, APRIL, TODAY) == Period(d(start), d(end))


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13", "2026-02-30", "FY26-P13", "FY26-Q5", "last days", "last 0 days", "9999", "26"]
)
def test_what_is_no_period(text: str) -> None:
    assert read_period(text, APRIL, TODAY) is None


def test_days_before_the_first_fiscal_year_have_no_name() -> None:
    assert label(APRIL, Period(d("0001-01-01"), d("0001-01-03"))) == "0001-01-01 to 0001-01-02"


def test_the_last_day_of_a_short_month_stands_in_for_a_day_it_lacks() -> None:
    assert read_period("next 1 month", CALENDAR, d("2026-01-31")) == Period(d("2026-01-31"), d("2026-02-28"))


@given(
    st.sampled_from([CALENDAR, APRIL, RETAIL]),
    st.dates(date(2015, 1, 1), date(2045, 1, 1)),
    st.sampled_from(UNITS),
)
def test_periods_leave_no_gap_and_read_back(calendar: FiscalCalendar, day: date, unit: str) -> None:
    period = period_of(calendar, day, unit)  # type: ignore[arg-type]
    assert day in period
    assert period_of(calendar, period.end, unit).start == period.end  # type: ignore[arg-type]
    assert period_of(calendar, period.last, unit) == period  # type: ignore[arg-type]
    if unit != "week":
        assert read_period(label(calendar, period), calendar, day) == period


@given(st.sampled_from([CALENDAR, APRIL, RETAIL]), st.dates(date(2015, 1, 1), date(2045, 1, 1)))
def test_a_day_is_in_the_year_that_bears_its_name(calendar: FiscalCalendar, day: date) -> None:
    assert day in fiscal_year(calendar, fiscal_year_of(calendar, day))


def test_periods_between_cover_the_days() -> None:
    found = list(periods_between(APRIL, d("2026-02-15"), d("2026-07-02"), "quarter"))
    assert [label(APRIL, period) for period in found] == ["FY26-Q4", "FY27-Q1", "FY27-Q2"]
    assert found[-1].last == d("2026-09-30")
    assert found[0].days == (d("2026-04-01") - d("2026-01-01")) / timedelta(days=1)
