"""The fiscal calendar: when a year begins, and how it is divided."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.portfolio import periods
from northing.portfolio.edits import change, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid
from northing.portfolio.filter.comparing import read_number
from northing.portfolio.workspace import FiscalCalendar, WeekPattern
from northing.report.words import locale
from northing.web.frame.context import Page, page
from northing.web.frame.words import day

from .sections import back, tabs


@page("settings")
def calendar(opened: Page) -> HttpResponse:
    plan = opened.view.plan
    shown = plan.calendar
    year = periods.fiscal_year_of(shown, opened.today)
    return opened.render(
        "settings/calendar.html",
        title=_("Fiscal calendar"),
        tabs=tabs(opened, "calendar"),
        calendar=shown,
        months=[(str(number), format_date(date(2001, number, 1), "LLLL", locale=locale())) for number in range(1, 13)],
        patterns=[(WeekPattern.MONTHS.value, _("Calendar months"))]
        + [(pattern.value, _("Weeks, %(pattern)s") % {"pattern": pattern.value}) for pattern in list(WeekPattern)[1:]],
        example=[_described(shown, year + ahead) for ahead in (0, 1)],
    )


def _described(shown: FiscalCalendar, year: int) -> dict[str, Any]:
    quarters = [periods.fiscal_quarter(shown, year, quarter) for quarter in range(1, 5)]
    return {
        "name": periods.label(shown, periods.fiscal_year(shown, year)),
        "quarters": [(periods.label(shown, quarter), day(quarter.start), day(quarter.last)) for quarter in quarters],
    }


@page("settings", methods=("POST",), changes=True)
def save_calendar(opened: Page) -> HttpResponse:
    form = opened.request.POST
    table = opened.view.plan.table("fiscal_calendar")
    fields: dict[str, Any] = {
        "name": form.get("name", "").strip() or _("Fiscal calendar"),
        "start_month": _integer(form.get("start_month", "1"), _("First month")),
        "pattern": form.get("pattern", WeekPattern.MONTHS.value),
        "first_day": form.get("first_day") or None,
        "leap_years": [
            _integer(part, _("Years of 53 weeks")) for part in form.get("leap_years", "").replace(",", " ").split()
        ]
        or None,
        "accrual_threshold": _amount(form.get("accrual_threshold", ""), _("Accruals from")),
    }
    if fields["pattern"] != WeekPattern.MONTHS.value and not fields["first_day"]:
        raise Invalid(
            _("A calendar in weeks needs the first day of any one fiscal year."), remedy=_("Fill in “First day”.")
        )
    if fields["pattern"] == WeekPattern.MONTHS.value:
        fields |= {"first_day": None, "leap_years": None}
    here = min(table, default=None)
    edit = change("fiscal_calendar", here, **fields) if here else create("fiscal_calendar", new_id(), **fields)
    opened.record.commit([edit], on=None, by=opened.actor, reason=_("Set the fiscal calendar"))
    return back(
        opened, "calendar", _("The fiscal calendar is set. Periods are named anew; no money and no date moved.")
    )


def _amount(text: str, field: str) -> str | None:
    """An amount as it is recorded; nothing where none was typed."""
    if not text.strip():
        return None
    found = read_number(text.strip())
    if found is None or found[1] or found[0] < 0:
        raise Invalid(
            _("%(field)s: “%(value)s” is not an amount.") % {"field": field, "value": text[:40]},
            remedy=_("Write it as 1000 or 2.5k."),
        )
    return f"{found[0].normalize():f}"


def _integer(text: str, field: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid(
            _("%(field)s: “%(value)s” is not a whole number.") % {"field": field, "value": text[:40]}
        ) from None
