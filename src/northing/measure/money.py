"""Money by fiscal period at any level: plan, budget, forecast, actual, accruals, commitments, and what it comes to.

The cut-off is the end of the last closed period; where none is closed, the first day of the fiscal month of the day
that the page speaks of. A month that begins before it is past, the others are to come.

- forecast of an investment in a month = its forecast lines there, where it has any, else the plan's likely amount
- accrual of a month = what its close states − what the close before stated, which is reversed
- AC (actual to date) = actual + accrual of the past months
- ETC (estimate to complete) = forecast of the months to come, and of lines without a date
- EAC = AC + ETC
- BAC = the approved budgets of its plan lines; of an investment that has none, their likely amounts
- VAC = BAC − EAC
- expected of a month = actual + accrual where it is past, else forecast
- variance of a month = plan − expected

All are told in the reader's currency; what has no rate stands beside, in its own. At the level of an objective each
investment counts by its share (:mod:`.levels`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, label, period_of, periods_between
from northing.portfolio.words import word

from .accrued import closed_until, cut_off, is_closed
from .levels import ORGANISATION, Level, Scope, parts, shares
from .money_sums import (
    Sums,
    Tally,
    check_basis,
    findings_of,
    flows,
    of_investment,
    remembered,
    scope_shares,
    sums,
    unattributed_purse,
)
from .view import View

Unit = Literal["month", "quarter", "year"]
State = Literal["closed", "past", "open"]

FORMULAS: Mapping[str, str] = {
    "plan": word("Likely amounts of the cost plan lines, cut to periods by days."),
    "budget": word("Approved budgets of the cost plan lines, cut to periods by days."),
    "forecast": word("Forecast lines; in a month where an investment has none, its plan."),
    "stated": word("Forecast lines alone."),
    "actual": word("Cost rows in force that the attribution rules give to it, by the first day of the charge."),
    "accrual": word("Accruals stated by the period's close, less those of the close before."),
    "committed": word("Open commitments: amount − bills that name their reference, spread from the cut-off on."),
    "expected": word("Actual + accrual before the cut-off, forecast from then on."),
    "variance": word("Plan − expected."),
    "bac": word("Approved budget; of an investment without one, its plan."),
    "ac": word("Actual + accrual before the cut-off."),
    "etc": word("Forecast from the cut-off on, and of lines without a date."),
    "eac": word("Actual to date + estimate to complete."),
    "vac": word("Budget at completion − estimate at completion."),
    "later": word("Actual from the cut-off on; the forecast of these months stands for it."),
    "unattributed": word("Cost rows in force that no rule gives to an investment."),
    "unattributed_share": word("Unattributed / all cost rows in force, in the reader's currency."),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The money of one period, or of several."""

    plan: Amounts = Amounts()
    budget: Amounts = Amounts()
    forecast: Amounts = Amounts()
    stated: Amounts = Amounts()
    """Forecast lines alone."""
    actual: Amounts = Amounts()
    accrual: Amounts = Amounts()
    committed: Amounts = Amounts()
    expected: Amounts = Amounts()

    @property
    def variance(self) -> Amounts:
        return self.plan - self.expected


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """The money of all time."""

    plan: Amounts = Amounts()
    budget: Amounts = Amounts()
    bac: Amounts = Amounts()
    actual: Amounts = Amounts()
    """Before the cut-off."""
    accrual: Amounts = Amounts()
    etc: Amounts = Amounts()
    committed: Amounts = Amounts()
    later: Amounts = Amounts()
    """Actual from the cut-off on."""

    @property
    def ac(self) -> Amounts:
        return self.actual + self.accrual

    @property
    def eac(self) -> Amounts:
        return self.ac + self.etc

    @property
    def vac(self) -> Amounts:
        return self.bac - self.eac


class PeriodRow(msgspec.Struct, frozen=True, kw_only=True):
    period: Period
    label: str
    state: State
    """Closed by somebody; past: before the cut-off; open: still to come."""
    line: Line
    by_expense: Mapping[str, Line]
    """``capex``, ``opex`` and, where lines name neither, an empty name; only those that hold something."""


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """The money page of one scope."""

    scope: Scope
    currency: str
    unit: Unit
    basis: str
    window: Period
    cut_off: date
    closed_until: date | None
    rows: tuple[PeriodRow, ...]
    undated: Line
    """Lines without a date; they are in no period and count as still to come."""
    total: Line
    """The periods of the window together."""
    total_by_expense: Mapping[str, Line]
    whole: Whole
    whole_by_expense: Mapping[str, Whole]
    unattributed: Amounts
    """Of the whole organisation, in the window."""
    unattributed_share: Decimal | None
    investments: int
    """How many have a share in it."""
    findings: tuple[Finding, ...]


class InvestmentMoney(msgspec.Struct, frozen=True, kw_only=True):
    investment: str
    share: Decimal
    line: Line
    """The window."""
    whole: Whole


class PartMoney(msgspec.Struct, frozen=True, kw_only=True):
    scope: Scope
    """Without an id: what belongs to no part of the level."""
    depth: int
    line: Line
    whole: Whole


def money(
    view: View,
    scope: Scope = ORGANISATION,
    *,
    unit: Unit = "month",
    window: Period | None = None,
    basis: str = "billed",
) -> Money:
    """The money of *scope* in the periods of *window*, by default those of this fiscal year, and of all time.

    Raises :class:`Invalid` for a basis or unit that there is none of.
    """
    check_basis(basis)
    if unit not in ("month", "quarter", "year"):
        raise Invalid(f"There is no period “{unit}”.", remedy="Periods: month, quarter, year.")
    chosen = whole_periods(view, window, unit)
    return remembered(view, ("money", scope, unit, chosen, basis), lambda: _money(view, scope, unit, chosen, basis))


def _money(view: View, scope: Scope, unit: Unit, chosen: Period, basis: str) -> Money:
    cut = cut_off(view)
    found = sums(view, scope, basis)
    periods = list(periods_between(view.plan.calendar, chosen.start, chosen.end, unit))
    tallies = [Tally() for _ in periods]
    undated, total, whole = Tally(), Tally(), Tally()
    starts = [period.start for period in periods]
    for name, purse in found.purses.items():
        for slot, amount in purse.items():
            month = slot[0]
            past = month is not None and month < cut
            whole.put_whole(name, slot, amount, past=past)
            if month is None:
                undated.put(name, slot, amount, past=False)
            elif chosen.start <= month < chosen.end:
                tallies[bisect_right(starts, month) - 1].put(name, slot, amount, past=past)
                total.put(name, slot, amount, past=past)
    outside = unattributed_purse(view, basis)
    billed = Tally.amounts_in(outside, chosen) + Tally.amounts_in(
        sums(view, ORGANISATION, basis).purses["actual"], chosen
    )
    unclaimed = Tally.amounts_in(outside, chosen)
    return Money(
        scope=scope,
        currency=view.currency,
        unit=unit,
        basis=basis,
        window=chosen,
        cut_off=cut,
        closed_until=closed_until(view),
        rows=tuple(
            PeriodRow(
                period=period,
                label=label(view.plan.calendar, period),
                state="closed" if is_closed(view, period) else "past" if period.start < cut else "open",
                line=_line(tally, None),
                by_expense={expense: _line(tally, expense) for expense in tally.expenses()},
            )
            for period, tally in zip(periods, tallies, strict=True)
        ),
        undated=_line(undated, None),
        total=_line(total, None),
        total_by_expense={expense: _line(total, expense) for expense in total.expenses()},
        whole=_whole(whole, None),
        whole_by_expense={expense: _whole(whole, expense) for expense in whole.expenses()},
        unattributed=unclaimed,
        unattributed_share=share_of(unclaimed, billed, view.currency),
        investments=len(shares(view, scope)),
        findings=findings_of(view, basis),
    )


def money_by_investment(
    view: View,
    scope: Scope = ORGANISATION,
    *,
    window: Period | None = None,
    basis: str = "billed",
    offset: int = 0,
    limit: int | None = None,
) -> tuple[InvestmentMoney, ...]:
    """The money of each investment of *scope*, times its share; the largest estimate at completion first.

    *offset* and *limit* choose some of them.
    """
    check_basis(basis)
    chosen = whole_periods(view, window, "month")
    order = remembered(view, ("order", scope, basis), lambda: _order(view, scope, basis))
    if limit is None:
        key = ("by investment", scope, chosen, basis)
        return remembered(view, key, lambda: _by_investment(view, order, chosen, basis))[offset:]
    return _by_investment(view, order[offset : offset + limit], chosen, basis)


def _by_investment(
    view: View, chosen: Sequence[tuple[str, Decimal]], window: Period, basis: str
) -> tuple[InvestmentMoney, ...]:
    streams, cut = flows(view, basis), cut_off(view)
    found = []
    for id, share in chosen:
        line, whole = _both(of_investment(streams, id, share), window, cut)
        found.append(InvestmentMoney(investment=id, share=share, line=line, whole=whole))
    return tuple(found)


def _order(view: View, scope: Scope, basis: str) -> tuple[tuple[str, Decimal], ...]:
    """The investments of a scope with their shares, the largest estimate at completion first, currencies as if one."""
    cut, size = cut_off(view), {}
    streams = flows(view, basis)
    members = scope_shares(view, scope)
    for id, share in members.items():
        total = Decimal(0)
        for name, of_past in (("actual", True), ("accrual", True), ("forecast", False)):
            for slot, amount in streams[name].by.get(id, {}).items():
                if (slot[0] is not None and slot[0] < cut) == of_past:
                    total += amount
        size[id] = total * share
    return tuple((id, members[id]) for id in sorted(members, key=lambda id: (-size[id], id)))


def money_by_part(
    view: View, level: Level, *, window: Period | None = None, basis: str = "billed"
) -> tuple[PartMoney, ...]:
    """The money of each entity of *level* with all below it, and last what belongs to none of them, if any does.

    The tops and the last one add up to the organisation's.
    """
    check_basis(basis)
    chosen = whole_periods(view, window, "month")
    return remembered(view, ("parts", level, chosen, basis), lambda: _parts(view, level, chosen, basis))


def _parts(view: View, level: Level, window: Period, basis: str) -> tuple[PartMoney, ...]:
    rows = []
    found, cut = parts(view, level), cut_off(view)
    for part in found.all:
        line, whole = _both(sums(view, part.scope, basis), window, cut)
        rows.append(PartMoney(scope=part.scope, depth=part.depth, line=line, whole=whole))
    if found.outside:
        line, whole = _both(sums(view, Scope(level, None), basis), window, cut)
        rows.append(PartMoney(scope=Scope(level, None), depth=0, line=line, whole=whole))
    return tuple(rows)


def whole_periods(view: View, window: Period | None, unit: Unit) -> Period:
    """*window* widened to whole periods of *unit*; this fiscal year where there is none."""
    calendar = view.plan.calendar
    if window is None:
        return period_of(calendar, view.today, "year")
    last = period_of(calendar, max(window.start, window.last), unit)
    return Period(period_of(calendar, window.start, unit).start, last.end)


def share_of(part: Amounts, total: Amounts, currency: str) -> Decimal | None:
    """*part* of *total* in one currency; None where there is nothing to divide by."""
    whole = total.by_currency.get(currency, Decimal(0))
    return part.by_currency.get(currency, Decimal(0)) / whole if whole else None


def _both(found: Sums, window: Period, cut: date) -> tuple[Line, Whole]:
    tally, whole = Tally(), Tally()
    for name, purse in found.purses.items():
        for slot, amount in purse.items():
            past = slot[0] is not None and slot[0] < cut
            whole.put_whole(name, slot, amount, past=past)
            if slot[0] is not None and window.start <= slot[0] < window.end:
                tally.put(name, slot, amount, past=past)
    return _line(tally, None), _whole(whole, None)


def _line(tally: Tally, expense: str | None) -> Line:
    def of(name: str) -> Amounts:
        return tally.amounts(name, expense)

    return Line(
        plan=of("plan"),
        budget=of("budget"),
        forecast=of("forecast"),
        stated=of("stated"),
        actual=of("actual"),
        accrual=of("accrual"),
        committed=of("committed"),
        expected=of("expected"),
    )


def _whole(tally: Tally, expense: str | None) -> Whole:
    def of(name: str) -> Amounts:
        return tally.amounts(name, expense)

    return Whole(
        plan=of("plan"),
        budget=of("budget"),
        bac=of("bac"),
        actual=of("actual"),
        accrual=of("accrual"),
        etc=of("etc"),
        committed=of("committed"),
        later=of("later"),
    )
