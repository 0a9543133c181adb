"""The burn curve: plan, budget, actual and forecast, added up to the end of each period.

plan and budget: their lines up to there. actual: actual + accrual, as far as facts speak and no further than the
page's day. forecast: from the cut-off on, actual to date + estimate to complete up to there; at the last period it
ends at EAC, less what has no date. Lines that begin before the window count in its first point.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period, label, periods_between

from .accrued import cut_off
from .levels import ORGANISATION, Scope
from .money import Unit
from .money_flows import Purse, days_of_facts
from .money_sums import findings_of, remembered, sums
from .view import View
from .waterfall import waterfall


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """What it comes to at the end of a period, since the beginning."""

    period: Period
    label: str
    plan: Amounts
    budget: Amounts
    actual: Amounts | None
    """None where no facts speak of it yet."""
    forecast: Amounts | None
    """None before the cut-off, except at the period that ends with it, where the curve begins."""


class Burn(msgspec.Struct, frozen=True, kw_only=True):
    scope: Scope
    unit: Unit
    points: tuple[Point, ...]
    approved: Amounts
    """What is funded: the line that no curve should cross."""
    undated: Amounts
    """Forecast without a date, on no curve."""
    findings: tuple[Finding, ...]


def burn(view: View, scope: Scope = ORGANISATION, *, unit: Unit = "month", window: Period | None = None) -> Burn:
    """The curve of *scope*, by *unit*; over all its money where no *window* is given."""
    return remembered(view, ("burn", scope, unit, window), lambda: _burn(view, scope, unit, window))


def _burn(view: View, scope: Scope, unit: Unit, window: Period | None) -> Burn:
    purses = sums(view, scope, "billed").purses
    shown = ("plan", "budget", "actual", "accrual", "forecast")
    months = sorted({slot[0] for name in shown for slot in purses[name] if slot[0] is not None})
    span = window or (Period(months[0], months[-1] + timedelta(days=1)) if months else None)
    facts = days_of_facts(view.plan, "cost")
    points: list[Point] = []
    if span is not None:
        for period in periods_between(view.plan.calendar, span.start, span.end, unit):
            spoken = facts is not None and period.start < facts.end and period.start <= view.today
            points.append(_point(view, purses, period, spoken=spoken))
    return Burn(
        scope=scope,
        unit=unit,
        points=tuple(points),
        approved=waterfall(view, scope).approved,
        undated=Amounts.sum(
            Amounts({slot[2]: amount}) for slot, amount in purses["forecast"].items() if slot[0] is None
        ),
        findings=findings_of(view, "billed"),
    )


def _point(view: View, purses: Mapping[str, Purse], period: Period, *, spoken: bool) -> Point:
    cut = cut_off(view)

    def upto(name: str, *, past: bool | None = None) -> Amounts:
        total: dict[str, Decimal] = {}
        for (month, _, currency), amount in purses[name].items():
            if month is not None and month < period.end and (past is None or past == (month < cut)):
                total[currency] = EXACT.add(total.get(currency, Decimal(0)), amount)
        return Amounts(total)

    spent = upto("actual", past=True) + upto("accrual", past=True)
    return Point(
        period=period,
        label=label(view.plan.calendar, period),
        plan=upto("plan"),
        budget=upto("budget"),
        actual=upto("actual") + upto("accrual") if spoken or period.end <= cut else None,
        forecast=spent + upto("forecast", past=False) if period.end >= cut else None,
    )
