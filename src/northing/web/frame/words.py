"""Values as a page says them: the filters of the templates, over the words that all doors share."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from django.utils.translation import gettext

from northing.portfolio.money import Amounts
from northing.report.words import day, days_moved, label, locale, percent
from northing.report.words import money as _money

__all__ = ["count", "day", "days_moved", "initials", "label", "moment", "money", "percent", "since"]


def money(value: Amounts | Decimal | None, currency: str | None = None, short: bool = True) -> str:
    """€1.2m; several currencies side by side, never added up."""
    return _money(value, currency, short=short)


def moment(value: datetime | None) -> str:
    """12 Jun 2026, 14:02."""
    return "" if value is None else str(format_datetime(value, "d MMM y, HH:mm", tzinfo=value.tzinfo, locale=locale()))


def since(value: datetime, now: datetime) -> str:
    """An instant as people say it on the same day, the day before, or later."""
    clock = str(format_time(value, "HH:mm", tzinfo=value.tzinfo, locale=locale()))
    gone = (now.date() - value.date()).days
    if gone == 0:
        return gettext("today %(clock)s") % {"clock": clock}
    if gone == 1:
        return gettext("yesterday %(clock)s") % {"clock": clock}
    return day(value.date())


def count(value: Any) -> str:
    """1,234."""
    return "" if value is None else str(format_decimal(value, locale=locale()))


def initials(name: str | None) -> str:
    """Two letters to recognise a name by."""
    parts = [part for part in (name or "").replace("-", " ").split() if part[0].isalnum()]
    if not parts:
        return "?"
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else parts[0][1:2])).upper()


def month_short(value: date) -> str:
    """Oct; Jan 26 where a year begins, so that a row of months can be read."""
    return str(format_date(value, "MMM yy" if value.month == 1 else "MMM", locale=locale()))


def month_year(value: date) -> str:
    """Oct 2026."""
    return str(format_date(value, "MMM y", locale=locale()))


def weekday(value: date) -> str:
    """Sunday, 22 November 2026."""
    return str(format_date(value, "EEEE, d MMMM y", locale=locale()))
