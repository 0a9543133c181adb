"""How the doors ask about money: the days that are meant, the currency, and a figure with its address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec

from northing.measure.address import figure
from northing.measure.levels import Scope
from northing.measure.view import View
from northing.portfolio.currencies import CURRENCIES
from northing.portfolio.errors import Invalid
from northing.portfolio.periods import EXAMPLES, Period, period_of, read_period

from . import words

MOST_DAYS = 366 * 100
"""A longer window than this is a slip of the pen."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What something is called; without an id, what belongs to nothing of its kind."""

    kind: str
    id: str | None
    number: str | None
    name: str


class Figured(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, and the address under which ``why`` accounts for it. Money by currency; None where there is none."""

    value: Any
    address: str


def money_in(currency: str | None) -> str | None:
    """The currency that was asked for, checked; None for the workspace's own."""
    if currency is None or currency == "":
        return None
    if currency.upper() not in CURRENCIES:
        raise Invalid(f"There is no currency “{currency}”.", remedy="Use a code of ISO 4217, such as EUR.")
    return currency.upper()


def window_of(
    view: View, period: str | None = None, start: date | None = None, until: date | None = None
) -> Period | None:
    """The days that were asked for: a period by its name, or from *start* up to *until*, the first day after them.

    Where only one end is said, the other is that of the fiscal year of it, or of today where that lies beyond.
    Raises :class:`Invalid` for what names no period and for days that run backwards.
    """
    calendar = view.plan.calendar
    if period:
        if start is not None or until is not None:
            raise Invalid("Say a period or its days, not both.")
        found = read_period(period, calendar, view.today)
        if found is None:
            raise Invalid(f"There is no period “{period[:60]}”.", remedy=f"Write it as one of: {EXAMPLES}.")
        return found
    if start is None and until is None:
        return None
    year = period_of(calendar, view.today, "year")
    if start is None and until is not None:
        start = min(year.start, period_of(calendar, until, "year").start)
    elif until is None and start is not None:
        until = max(year.end, period_of(calendar, start, "year").end)
    assert start is not None
    assert until is not None
    if not 0 < (until - start).days <= MOST_DAYS:
        raise Invalid(
            "The days run backwards, or over more than a hundred years.",
            remedy="The first day comes before the first day after them.",
        )
    return Period(start, until)


def twelve_months(view: View) -> Period:
    """The fiscal month of today and the eleven before it, all of them whole, so that they can be compared."""
    calendar = view.plan.calendar
    here = at = period_of(calendar, view.today, "month")
    for _number in range(11):
        at = period_of(calendar, at.start - timedelta(days=1), "month")
    return Period(at.start, here.end)


def needed_window(
    view: View, period: str | None = None, start: date | None = None, until: date | None = None, *, name: str
) -> Period:
    """The same where days have to be said."""
    found = window_of(view, period, start, until)
    if found is None:
        raise Invalid(f"Say which days are meant by {name}.", remedy="Its first day, and the first day after them.")
    return found


class Addressing:
    """Figures of one answer: all of their addresses name its scope, its basis and its currency."""

    def __init__(self, view: View, **args: Any) -> None:
        own = "" if view.currency == view.home_currency else view.currency
        self.args = {"currency": own, **args}

    def of(self, measure: str, value: Any, /, **args: Any) -> Figured:
        given = {**self.args, **args}
        if given.get("basis") == "billed":
            given["basis"] = ""
        return Figured(value=value, address=str(figure(measure, **given)))


def scope_args(scope: Scope) -> dict[str, Any]:
    return {"level": scope.level, "id": scope.id}


def named(view: View, kind: str, id: str) -> Named:
    """An entity by what people call it."""
    number = getattr(view.plan.get(kind, id), "number", None)
    return Named(kind=kind, id=id, number=number, name=words.name(view, kind, id))
