"""Money for a program, and for the tables of the command line: every figure typed, with the address of its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from northing.measure.burn import burn
from northing.measure.forecast_bridge import forecast_bridge
from northing.measure.freshness import freshness_of
from northing.measure.levels import LEVELS, ORGANISATION, OUTSIDE, Level, Scope
from northing.measure.money import Line, Money, Unit, Whole, money, money_by_investment, money_by_part, whole_periods
from northing.measure.view import View
from northing.measure.waterfall import waterfall
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.periods import Period

from .asking_money import Addressing, Figured, Named, named, scope_args
from .receipts import stale

LINE = ("plan", "budget", "forecast", "stated", "actual", "accrual", "committed", "expected", "variance")
WHOLE = ("plan", "budget", "bac", "actual", "accrual", "ac", "etc", "committed", "eac", "vac", "later")


class ScopeSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Whose money it is."""

    level: str
    of: Named | None


class PeriodSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One period: ``closed`` by somebody, ``past`` (before the cut-off), or ``open``."""

    period: Period
    label: str
    state: str
    figures: dict[str, Figured]


class MoneySaid(msgspec.Struct, frozen=True, kw_only=True):
    """The money of one scope by period, of the window, and of all time."""

    scope: ScopeSaid
    currency: str
    unit: str
    basis: str
    window: Period
    cut_off: date
    closed_until: date | None
    periods: list[PeriodSaid]
    total: dict[str, Figured]
    capex: dict[str, Figured]
    opex: dict[str, Figured]
    undated: dict[str, Any]
    whole: dict[str, Figured]
    unattributed: Figured
    unattributed_share: Figured
    investments: int
    sources_until: date | None
    stale: list[str]
    findings: list[Finding]


class PartSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The money of one portfolio, objective, value stream or investment: in the window, and of all time."""

    of: Named
    depth: int
    window: dict[str, Figured]
    whole: dict[str, Figured]


class StepSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a bridge or a waterfall."""

    name: str
    title: str
    figure: Figured


class ChangedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One investment's part of a bridge."""

    of: Named
    opening: Figured
    steps: dict[str, Figured]
    closing: Figured


class BridgeSaid(msgspec.Struct, frozen=True, kw_only=True):
    """From the forecast at an earlier revision to this one: opening + each step = closing."""

    scope: ScopeSaid
    currency: str
    before: str
    opening: Figured
    steps: list[StepSaid]
    closing: Figured
    by_investment: list[ChangedSaid]
    investments: int
    findings: list[Finding]


class WaterfallSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What was approved, and what has become of it: approved − spent − committed − forecast = free."""

    scope: ScopeSaid
    currency: str
    steps: list[StepSaid]
    reserve: Figured
    unassigned: Figured
    findings: list[Finding]


class PointSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one period: what had been planned, budgeted, spent and is expected by then, all added up."""

    period: Period
    label: str
    plan: Figured
    budget: Figured
    actual: Figured | None
    forecast: Figured | None


class BurnSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The burn curve."""

    scope: ScopeSaid
    currency: str
    unit: str
    points: list[PointSaid]
    approved: Figured
    undated: Any
    findings: list[Finding]


def money_said(view: View, scope: Scope, *, unit: Unit, window: Period | None, basis: str) -> MoneySaid:
    """The periods table of *scope*, and its whole."""
    found = money(view, scope, unit=unit, window=window, basis=basis)
    at, fresh = Addressing(view, basis=basis), freshness_of(view)
    own = scope_args(scope)

    def expense(name: str) -> dict[str, Figured]:
        line = found.total_by_expense.get(name)
        return _line(at, line, window=found.window, expense=name, **own) if line is not None else {}

    return MoneySaid(
        scope=scope_said(view, scope),
        currency=found.currency,
        unit=found.unit,
        basis=found.basis,
        window=found.window,
        cut_off=found.cut_off,
        closed_until=found.closed_until,
        periods=[
            PeriodSaid(
                period=row.period, label=row.label, state=row.state,
                figures=_line(at, row.line, window=row.period, **own),
            )
            for row in found.rows
        ],
        total=_line(at, found.total, window=found.window, **own),
        capex=expense("capex"),
        opex=expense("opex"),
        undated={name: getattr(found.undated, name) for name in LINE if getattr(found.undated, name)},
        whole=_whole(at, found.whole, **own),
        **_unattributed(at, found),
        investments=found.investments,
        sources_until=fresh.until,
        stale=list(stale(view, fresh)),
        findings=list(found.findings),
    )  # fmt: skip


def parts_said(
    view: View, by: str, scope: Scope = ORGANISATION, *, window: Period | None, basis: str
) -> list[PartSaid]:
    """The money of every part of the level *by*; of investments, those of *scope* alone, the dearest first."""
    level = _level(by)
    at = Addressing(view, basis=basis)
    shown = whole_periods(view, window, "month")
    if level == "investment":
        return [
            PartSaid(
                of=named(view, "investment", one.investment), depth=0,
                window=_line(at, one.line, window=shown, level="investment", id=one.investment),
                whole=_whole(at, one.whole, level="investment", id=one.investment),
            )
            for one in money_by_investment(view, scope, window=window, basis=basis)
        ]  # fmt: skip
    if scope != ORGANISATION:
        raise Invalid(
            "Only investments can be listed within a level.", remedy="Leave the level out, or --by investment."
        )
    found = []
    for part in money_by_part(view, level, window=window, basis=basis):
        id = part.scope.id
        outside = Named(kind=level, id=None, number=None, name=_(OUTSIDE[level]))
        found.append(
            PartSaid(
                of=named(view, level, id) if id is not None else outside, depth=part.depth,
                window=_line(at, part.line, window=shown, level=level, id=id),
                whole=_whole(at, part.whole, level=level, id=id),
            )
        )  # fmt: skip
    return found


def bridge_said(
    before: View, after: View, scope: Scope, *, ref: str, window: Period | None, limit: int | None = None
) -> BridgeSaid:
    """From the forecast of *before*, the plan at *ref*, to that of *after*."""
    found = forecast_bridge(before, after, scope, window=window)
    at = Addressing(after, before=ref, **({"window": window} if window is not None else {}))
    own = scope_args(scope)
    return BridgeSaid(
        scope=scope_said(after, scope),
        currency=after.currency,
        before=ref,
        opening=at.of("bridge.opening", found.opening, **own),
        steps=[
            StepSaid(name=one.name, title=_(one.title), figure=at.of(f"bridge.{one.name}", one.amount, **own))
            for one in found.steps
        ],
        closing=at.of("bridge.closing", found.closing, **own),
        by_investment=[
            ChangedSaid(
                of=named(after, "investment", one.investment),
                opening=at.of("bridge.opening", one.opening, level="investment", id=one.investment),
                steps={
                    name: at.of(f"bridge.{name}", amount, level="investment", id=one.investment)
                    for name, amount in one.steps.items()
                },
                closing=at.of("bridge.closing", one.closing, level="investment", id=one.investment),
            )
            for one in found.by_investment[:limit]
        ],
        investments=len(found.by_investment),
        findings=list(found.findings),
    )


def waterfall_said(view: View, scope: Scope) -> WaterfallSaid:
    """The funding waterfall of *scope*."""
    found, at = waterfall(view, scope), Addressing(view, **scope_args(scope))
    return WaterfallSaid(
        scope=scope_said(view, scope),
        currency=view.currency,
        steps=[
            StepSaid(name=one.name, title=_(one.title), figure=at.of(f"funding.{one.name}", one.amount))
            for one in found.steps
        ],
        reserve=at.of("funding.reserve", found.reserve),
        unassigned=at.of("funding.unassigned", found.unassigned),
        findings=list(found.findings),
    )


def burn_said(view: View, scope: Scope, *, unit: Unit, window: Period | None) -> BurnSaid:
    """The burn curve of *scope*: all added up to the end of each period."""
    found, at = burn(view, scope, unit=unit, window=window), Addressing(view, **scope_args(scope))

    def told(measure: str, value: Any, end: date) -> Figured | None:
        return None if value is None else at.of(measure, value, until=end)

    return BurnSaid(
        scope=scope_said(view, scope),
        currency=view.currency,
        unit=found.unit,
        points=[
            PointSaid(
                period=one.period, label=one.label,
                plan=at.of("money.plan", one.plan, until=one.period.end),
                budget=at.of("money.budget", one.budget, until=one.period.end),
                actual=told("burn.actual", one.actual, one.period.end),
                forecast=told("burn.forecast", one.forecast, one.period.end),
            )
            for one in found.points
        ],
        approved=at.of("funding.approved", found.approved),
        undated=found.undated,
        findings=list(found.findings),
    )  # fmt: skip


def scope_said(view: View, scope: Scope) -> ScopeSaid:
    return ScopeSaid(level=scope.level, of=named(view, scope.level, scope.id) if scope.id is not None else None)


def _unattributed(at: Addressing, found: Money) -> Mapping[str, Figured]:
    return {
        "unattributed": at.of("money.unattributed", found.unattributed, window=found.window),
        "unattributed_share": at.of("money.unattributed_share", found.unattributed_share, window=found.window),
    }


def _line(at: Addressing, line: Line, **args: Any) -> dict[str, Figured]:
    return _figures(at, line, LINE, args)


def _whole(at: Addressing, whole: Whole, **args: Any) -> dict[str, Figured]:
    return _figures(at, whole, WHOLE, args)


def _figures(at: Addressing, of: Line | Whole, names: tuple[str, ...], args: Any) -> dict[str, Figured]:
    """The figures that there are. What belongs to no part of a level has no address of its own."""
    found = {}
    for name in names:
        value = getattr(of, name)
        if value:
            found[name] = at.of(f"money.{name}", value, **args)
    return found


def _level(by: str) -> Level:
    known: Level | None = next((one for one in LEVELS if one == by and one != "organisation"), None)
    if known is None:
        raise Invalid(f"There is no level “{by[:60]}”.", remedy="Levels: " + ", ".join(LEVELS[1:]) + ".")
    return known
