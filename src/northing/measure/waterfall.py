"""The funding waterfall: approved, spent, committed, forecast, free.

- approved  = balance of the ledger's accounts that are an investment's (its own and its tranches), on the page's day
- spent     = actual to date (AC): actual + accrual before the cut-off
- committed = open commitments, less accruals in force, which are a part of them; never below zero
- forecast  = what of the estimate to complete is not committed yet: ETC − committed, never below zero
- free      = approved − spent − committed − forecast

So free = approved − EAC wherever what is to come covers what is committed. Each is worked out per investment and
currency and then added up, so that one investment's slack hides no other's overspend.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.funding import AccountType
from northing.portfolio.ledger import balance, currency_of
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.words import word

from .accrued import cut_off
from .fx import Missing, exchange, findings
from .levels import ORGANISATION, Scope, Shares
from .money_flows import Flow, Purse
from .money_sums import findings_of, flows, remembered, scope_shares
from .view import View

FUNDED = (AccountType.INVESTMENT, AccountType.TRANCHE)

TITLES: Mapping[str, str] = {
    "approved": word("Approved"),
    "spent": word("Spent"),
    "committed": word("Committed"),
    "forecast": word("Forecast, not committed"),
    "free": word("Free"),
}

FORMULAS: Mapping[str, str] = {
    "approved": word("What the ledger's accounts of its investments, and of their tranches, hold."),
    "spent": word("Actual + accrual before the cut-off."),
    "committed": word("Open commitments less the accruals in force, per investment never below zero."),
    "forecast": word("Estimate to complete less what is committed, per investment never below zero."),
    "free": word("Approved − spent − committed − forecast."),
}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One bar: from where to where it goes, in one currency each."""

    name: str
    title: str
    amount: Amounts
    start: Amounts
    end: Amounts


class Waterfall(msgspec.Struct, frozen=True, kw_only=True):
    scope: Scope
    approved: Amounts
    spent: Amounts
    committed: Amounts
    forecast: Amounts
    free: Amounts
    reserve: Amounts
    """In reserve accounts of the funds; of the organisation alone."""
    unassigned: Amounts
    """In the funds, approved for no investment yet; of the organisation alone."""
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]


class Funding(msgspec.Struct, frozen=True, kw_only=True):
    """The five figures of one investment: currency → amount."""

    approved: Mapping[str, Decimal]
    spent: Mapping[str, Decimal]
    committed: Mapping[str, Decimal]
    forecast: Mapping[str, Decimal]
    free: Mapping[str, Decimal]


FIGURES = ("approved", "spent", "committed", "forecast", "free")


def waterfall(view: View, scope: Scope = ORGANISATION) -> Waterfall:
    """The waterfall of *scope*; an investment counts by its share. Kept with the plan."""
    return remembered(view, ("waterfall", scope), lambda: _waterfall(view, scope))


def _waterfall(view: View, scope: Scope) -> Waterfall:
    funding = fundings(view)
    total = {name: _added(funding, name, scope_shares(view, scope)) for name in FIGURES}
    whole = scope == ORGANISATION
    at = total["approved"]
    steps = [Step(name="approved", title=TITLES["approved"], amount=at, start=Amounts(), end=at)]
    for name in ("spent", "committed", "forecast"):
        steps.append(Step(name=name, title=TITLES[name], amount=total[name], start=at, end=at - total[name]))
        at = at - total[name]
    steps.append(Step(name="free", title=TITLES["free"], amount=total["free"], start=Amounts(), end=at))
    return Waterfall(
        scope=scope,
        **total,
        reserve=held(view, AccountType.RESERVE) if whole else Amounts(),
        unassigned=held(view, AccountType.FUND) if whole else Amounts(),
        steps=tuple(steps),
        findings=tuple(dict.fromkeys((*findings_of(view, "billed"), *findings(approved_flow(view)[1])))),
    )


def _added(funding: Mapping[str, Funding], name: str, shares: Shares) -> Amounts:
    """One figure of all investments, each times its share."""
    total: dict[str, Decimal] = {}
    for id, share in shares.items():
        own = funding.get(id)
        if own is None:
            continue
        amounts: Mapping[str, Decimal] = getattr(own, name)
        for currency, amount in amounts.items():
            part = amount if share == 1 else EXACT.multiply(amount, share)
            total[currency] = EXACT.add(total.get(currency, Decimal(0)), part)
    return Amounts(total)


def fundings(view: View) -> Mapping[str, Funding]:
    """Investment → its figures; those with none of them are left out."""
    return remembered(view, "fundings", lambda: _fundings(view))


def approved_flow(view: View) -> tuple[Mapping[str, Mapping[str, Decimal]], set[Missing]]:
    """Investment → currency → what the ledger has approved for it, told in the reader's currency."""
    found: dict[str, dict[str, Decimal]] = {}
    missing: set[Missing] = set()
    for account in view.plan.accounts.values():
        if account.type in FUNDED and account.investment is not None:
            currency, amount = _told(view, account.id, missing)
            if amount:
                of = found.setdefault(account.investment, {})
                of[currency] = EXACT.add(of.get(currency, Decimal(0)), amount)
    return found, missing


def held(view: View, type: AccountType) -> Amounts:
    """What all accounts of a type hold on the page's day."""
    return Amounts.sum(
        Amounts(dict([_told(view, account.id, set())]))
        for account in view.plan.accounts.values()
        if account.type == type
    )


def _told(view: View, account: str, missing: set[Missing]) -> tuple[str, Decimal]:
    amount = balance(view.plan, account, view.today)
    currency = currency_of(view.plan, view.plan.accounts[account]) or ""
    lacking = exchange(view).missing(currency, view.currency, view.today)
    if lacking is not None and amount:
        missing.add(lacking)
    return exchange(view).told(amount, currency, view.currency, view.today)


def _fundings(view: View) -> Mapping[str, Funding]:
    cut = cut_off(view)
    streams = flows(view, "billed")
    approved, _ = approved_flow(view)
    ids = {id for flow in streams.values() for id in flow.by if id is not None} | set(approved)
    return {id: _funding(streams, id, approved.get(id, {}), cut) for id in ids if id in view.plan.investments}


def _funding(streams: Mapping[str, Flow], id: str, approved: Mapping[str, Decimal], cut: date) -> Funding:
    def of(name: str, *, past: bool | None = None) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        purse: Purse = streams[name].by.get(id, {})
        for (month, _, currency), amount in purse.items():
            if past is None or past == (month is not None and month < cut):
                found[currency] = EXACT.add(found.get(currency, Decimal(0)), amount)
        return found

    zero = Decimal(0)
    actual, accrual = of("actual", past=True), of("accrual")
    etc, open_ = of("forecast", past=False), of("committed")
    currencies = {*approved, *actual, *accrual, *etc, *open_}
    spent = {one: EXACT.add(actual.get(one, zero), accrual.get(one, zero)) for one in currencies}
    committed = {
        one: max(zero, EXACT.subtract(open_.get(one, zero), max(zero, accrual.get(one, zero)))) for one in currencies
    }
    forecast = {one: max(zero, EXACT.subtract(etc.get(one, zero), committed[one])) for one in currencies}
    free = {
        one: EXACT.subtract(
            EXACT.subtract(EXACT.subtract(approved.get(one, zero), spent[one]), committed[one]), forecast[one]
        )
        for one in currencies
    }
    return Funding(approved=approved, spent=spent, committed=committed, forecast=forecast, free=free)
