"""From last month's forecast to this month's: what made the expected money of two views differ, exactly.

What is bridged is the expected money (actual + accrual before each view's cut-off, forecast from then on), of all
time or of a window of periods. Per investment and in total:

opening + exchange + scope + new + removed + actuals + restated + reopened + moved + amount = closing

- exchange: the earlier view told with the later view's rates
- scope: its share in the scope changed, or it came in or went out
- new, removed: investments that only one of the views has
- actuals: in months that have become past, what it came to less what had been forecast
- restated: in months past in both, what has changed since
- reopened: in months that are to come again, what is forecast less what had been actual
- moved: in months to come in both, what one month lost and another gained: it nets to nothing over all time, and in
  a window to what came in less what went out. Where more is added than taken away, what is taken away has moved.
- amount: in months to come in both, the rest: what was added or taken away
"""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import msgspec

from northing.portfolio.entity import Entity
from northing.portfolio.errors import Finding
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .accrued import cut_off
from .levels import ORGANISATION, Scope
from .money_sums import findings_of, flows, remembered, scope_shares
from .view import View

TITLES: Mapping[str, str] = {
    "exchange": word("Exchange rates"),
    "scope": word("Moved into or out of the scope"),
    "new": word("New investments"),
    "removed": word("Removed investments"),
    "actuals": word("Actuals instead of forecast"),
    "restated": word("Past months restated"),
    "reopened": word("Months reopened"),
    "moved": word("Moved between periods"),
    "amount": word("Amounts changed"),
}

FORMULA = word("Opening + each step = closing, per investment and in total.")

STEP = Decimal(1).scaleb(-12)

Months = dict[tuple[date | None, str], Decimal]
"""Month and currency → expected money."""


class BridgeStep(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    amount: Amounts
    moved: Amounts = Amounts()
    """Of the step *moved*: how much went from one period to another, where it nets to nothing."""


class InvestmentBridge(msgspec.Struct, frozen=True, kw_only=True):
    investment: str
    opening: Amounts
    steps: Mapping[str, Amounts]
    """Only those with something in them."""
    moved: Amounts
    closing: Amounts


class Bridge(msgspec.Struct, frozen=True, kw_only=True):
    scope: Scope
    window: Period | None
    opening: Amounts
    steps: tuple[BridgeStep, ...]
    closing: Amounts
    all: tuple[InvestmentBridge, ...]
    """Every investment that is in either; their openings, steps and closings add up to the totals."""
    by_investment: tuple[InvestmentBridge, ...]
    """Those that changed, the largest change first."""
    findings: tuple[Finding, ...]


def forecast_bridge(before: View, after: View, scope: Scope = ORGANISATION, *, window: Period | None = None) -> Bridge:
    """The bridge of *scope* from *before* to *after*, told in the currency of *after*."""
    before = dataclasses.replace(before, currency=after.currency, home_currency=after.home_currency)
    # By the earlier plan itself, held weakly: drafts of one revision have the same number and are not the same.
    key = ("bridge", weakref.ref(before.plan), before.today, before.facts is not None, scope, window)
    return remembered(after, key, lambda: _bridged(before, after, scope, window))


def _bridged(before: View, after: View, scope: Scope, window: Period | None) -> Bridge:
    told = _with_rates_of(before, after)
    found: list[InvestmentBridge] = []
    shares_before, shares_after = scope_shares(before, scope), scope_shares(after, scope)
    cuts = (cut_off(before), cut_off(after))
    zero = Decimal(0)
    one = Decimal(1)
    nothing: Months = {}
    all_then, all_now = expected(before), expected(after)
    all_retold = all_then if told is before else expected(told)
    for id in dict.fromkeys((*shares_before, *shares_after)):
        was, is_ = shares_before.get(id, zero), shares_after.get(id, zero)
        steps: dict[str, Amounts] = {}
        then, now, retold = (months.get(id, nothing) for months in (all_then, all_now, all_retold))
        opening = _in(then, window).times(was)
        if was == is_ and then == now == retold and id in after.plan.investments and id in before.plan.investments:
            found.append(InvestmentBridge(investment=id, opening=opening, steps={}, moved=Amounts(), closing=opening))
            continue
        steps["exchange"] = _in(retold, window).times(was) - opening
        moved = Amounts()
        if id not in after.plan.investments:
            steps["removed"] = _in(retold, window).times(-was)
        elif id not in before.plan.investments:
            steps["new"] = _in(now, window).times(is_)
        else:
            steps["scope"] = _in(retold, window).times(EXACT.subtract(is_, was))
            changes, moved = _changes(retold, now, cuts, window)
            steps.update({name: amounts.times(is_) if is_ != one else amounts for name, amounts in changes.items()})
            moved = moved.times(is_)
        found.append(
            InvestmentBridge(
                investment=id,
                opening=opening,
                steps={name: steps[name] for name in TITLES if name in steps and any(steps[name].by_currency.values())},
                moved=moved,
                closing=_in(now, window).times(is_),
            )
        )
    return _bridge(found, scope, window, (*findings_of(told, "billed"), *findings_of(after, "billed")))


def expected(view: View) -> Mapping[str, Months]:
    """What each investment is expected to come to, by month and currency."""
    return remembered(view, ("expected by month",), lambda: _expected(view))


def _expected(view: View) -> dict[str, Months]:
    cut = cut_off(view)
    streams = flows(view, "billed")
    found: dict[str, Months] = {}
    for name, of_past in (("actual", True), ("accrual", True), ("forecast", False)):
        for id, purse in streams[name].by.items():
            if id is None:
                continue
            months = found.setdefault(id, {})
            for (month, _, currency), amount in purse.items():
                if (month is not None and month < cut) == of_past:
                    known = months.get((month, currency))
                    months[month, currency] = amount if known is None else EXACT.add(known, amount)
    return found


def _with_rates_of(before: View, after: View) -> View:
    """*before* as the rates of *after* tell it."""
    old, new = before.plan.fx_rates, after.plan.fx_rates
    delta: dict[str, Entity | None] = {id: None for id in old if id not in new}
    delta.update({id: rate for id, rate in new.items() if old.get(id) != rate})
    if not delta:
        return before
    return dataclasses.replace(before, plan=before.plan.step(before.plan.no, {"fx_rate": delta}))


def _in(months: Months, window: Period | None) -> Amounts:
    total: dict[str, Decimal] = {}
    for (month, currency), amount in months.items():
        if window is None or (month is not None and month in window):
            total[currency] = EXACT.add(total.get(currency, Decimal(0)), amount)
    return Amounts(total)


def _changes(
    then: Months, now: Months, cuts: tuple[date, date], window: Period | None
) -> tuple[dict[str, Amounts], Amounts]:
    """The steps between two expectations of one investment; and how much moved between periods."""
    sums: dict[str, dict[str, Decimal]] = {name: {} for name in ("actuals", "restated", "reopened", "moved", "amount")}
    open_: dict[str, dict[date | None, Decimal]] = {}
    for key in {**then, **now}:
        month, currency = key
        change = EXACT.subtract(now.get(key, Decimal(0)), then.get(key, Decimal(0)))
        past = [month is not None and month < cut for cut in cuts]
        name = {(True, True): "restated", (False, True): "actuals", (True, False): "reopened"}.get((past[0], past[1]))
        if name is None:
            open_.setdefault(currency, {})[month] = change
        elif window is None or (month is not None and month in window):
            sums[name][currency] = EXACT.add(sums[name].get(currency, Decimal(0)), change)
    volume: dict[str, Decimal] = {}
    for currency, changes in open_.items():
        inside = [
            change for month, change in changes.items() if window is None or (month is not None and month in window)
        ]
        volume[currency], sums["moved"][currency], sums["amount"][currency] = _moved(list(changes.values()), inside)
    return {name: Amounts(found) for name, found in sums.items()}, Amounts(volume)


def _moved(changes: list[Decimal], inside: list[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """How much moved between all months; of the months *inside*, what moving brought, and what else changed."""

    def up(found: list[Decimal]) -> Decimal:
        total = Decimal(0)
        for change in found:
            total = EXACT.add(total, max(change, Decimal(0)))
        return total

    gained, lost = up(changes), up([-change for change in changes])
    moved = min(gained, lost)
    gained_in, lost_in = up(inside), up([-change for change in inside])
    brought = Decimal(0)
    if moved:
        share = Fraction(moved) * (Fraction(gained_in) / Fraction(gained) - Fraction(lost_in) / Fraction(lost))
        exact = EXACT.divide(Decimal(share.numerator), Decimal(share.denominator))
        brought = exact.quantize(STEP, rounding=ROUND_HALF_EVEN, context=EXACT)
    return moved, brought, EXACT.subtract(EXACT.subtract(gained_in, lost_in), brought)


def _bridge(
    found: list[InvestmentBridge], scope: Scope, window: Period | None, findings: tuple[Finding, ...]
) -> Bridge:
    def size(one: InvestmentBridge) -> Decimal:
        return sum((abs(amount) for step in one.steps.values() for amount in step.by_currency.values()), Decimal(0))

    return Bridge(
        scope=scope,
        window=window,
        opening=Amounts.sum(one.opening for one in found),
        steps=tuple(
            BridgeStep(
                name=name,
                title=title,
                amount=Amounts.sum(one.steps[name] for one in found if name in one.steps),
                moved=Amounts.sum(one.moved for one in found) if name == "moved" else Amounts(),
            )
            for name, title in TITLES.items()
        ),
        closing=Amounts.sum(one.closing for one in found),
        all=tuple(found),
        by_investment=tuple(
            sorted((one for one in found if one.steps or one.moved), key=lambda one: (-size(one), one.investment))
        ),
        findings=tuple(dict.fromkeys(findings)),
    )
