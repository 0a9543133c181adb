"""Funds and their accounts as of a day: what was approved, where it is now, and how it came there.

Of one fund, at the end of a day:

- approved = what has come out of its sources, less what went back
- received = what came in from other funds, less what went to them
- assigned = what stands in the accounts of investments and tranches
- reserved = what stands in its reserves
- free = what stands in its accounts that belong to nothing yet
- approved + received = assigned + reserved + free

A balance is the sum of the legs of the transfers up to that day; nothing is rounded, and unlike currencies are never
added: a fund has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from northing.portfolio.funding import Account, AccountType, Fund, Transfer
from northing.portfolio.ledger import ZERO, Entry, added, balance, ends_of_days, ledger, order, reversed_by
from northing.portfolio.money import EXACT, Amounts

from .fx import exchange
from .levels import ORGANISATION, Scope, shares
from .view import View

ASSIGNED = (AccountType.INVESTMENT, AccountType.TRANCHE)


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What is in one account."""

    account: Account
    balance: Decimal
    available: Decimal
    """The least that is there on this day or later: no more can go without overdrawing it on some day."""
    entries: int


class FundMoney(msgspec.Struct, frozen=True, kw_only=True):
    """One fund as of a day; all in its currency."""

    fund: Fund
    approved: Decimal
    received: Decimal
    assigned: Decimal
    reserved: Decimal
    free: Decimal
    balances: tuple[Balance, ...]
    """Sources first, then what is free, then by name."""

    @property
    def whole(self) -> Decimal:
        """What there is to assign: approved and received."""
        return self.approved + self.received


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a statement."""

    transfer: Transfer
    amount: Decimal
    balance: Decimal
    """After it."""
    others: tuple[str, ...]
    """The accounts on the other side."""
    reversed_by: Transfer | None


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The entries of one account up to a day, oldest first."""

    account: Account
    currency: str | None
    entries: tuple[Posted, ...]
    balance: Decimal


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer of a journal: from where, to where, how much."""

    transfer: Transfer
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    amount: Decimal
    """What moves: the sum of the legs above zero."""
    reversed_by: Transfer | None
    ahead: bool
    """Whether it is dated after the day looked at."""


class Funding(msgspec.Struct, frozen=True, kw_only=True):
    """The funding of a level, each currency apart; approved and free only where funds belong to the level."""

    approved: Amounts | None
    assigned: Amounts
    reserved: Amounts
    free: Amounts | None


def funds(view: View, on: date | None = None) -> list[FundMoney]:
    """Every fund as of day *on* (by default the View's), by number."""
    found = sorted(view.plan.funds.values(), key=lambda fund: (fund.number or "~", fund.name, fund.id))
    return [fund_money(view, fund.id, on) for fund in found]


def fund_money(view: View, fund: str, on: date | None = None) -> FundMoney:
    """One fund as of a day. Raises :class:`NotFound`."""
    day = on or view.today
    known: Fund = view.plan.need("fund", fund)
    balances = sorted(
        (balance_of(view, account, day) for account in view.plan.accounts.by("fund", fund)), key=_as_listed
    )
    total = dict.fromkeys(AccountType, ZERO)
    for one in balances:
        total[one.account.type] = EXACT.add(total[one.account.type], one.balance)
    everything = added(total.values())
    return FundMoney(
        fund=known,
        approved=-total[AccountType.SOURCE],
        received=everything,
        assigned=added(total[type] for type in ASSIGNED),
        reserved=total[AccountType.RESERVE],
        free=total[AccountType.FUND],
        balances=tuple(balances),
    )


def balance_of(view: View, account: Account, on: date | None = None) -> Balance:
    """What is in *account* at the end of a day."""
    day = on or view.today
    there = balance(view.plan, account.id, day)
    later = (amount for at, amount in ends_of_days(view.plan, account.id) if at > day)
    return Balance(
        account=account,
        balance=there,
        available=min((there, *later)),
        entries=len(ledger(view.plan).entries.get(account.id, ())),
    )


def statement(view: View, account: str, on: date | None = None) -> Statement:
    """The entries of one account up to the end of a day, with the balance after each. Raises :class:`NotFound`."""
    day = on or view.today
    known: Account = view.plan.need("account", account)
    running, posted = ZERO, []
    for entry in ledger(view.plan).entries.get(account, ()):
        if entry.transfer.on > day:
            break
        running = EXACT.add(running, entry.amount)
        posted.append(
            Posted(
                transfer=entry.transfer,
                amount=entry.amount,
                balance=running,
                others=_across(entry),
                reversed_by=reversed_by(view.plan, entry.transfer.id),
            )
        )
    fund = view.plan.get("fund", known.fund)
    return Statement(
        account=known, currency=None if fund is None else fund.currency, entries=tuple(posted), balance=running
    )


def journal(view: View, *, fund: str | None = None, account: str | None = None, on: date | None = None) -> list[Booked]:
    """The transfers that touch a fund or an account, newest first; all of them where neither is named."""
    day = on or view.today
    within = None
    if account is not None:
        within = {account}
    elif fund is not None:
        within = {one.id for one in view.plan.accounts.by("fund", fund)}
    found = [
        transfer
        for transfer in view.plan.transfers.values()
        if within is None or any(leg.account in within for leg in transfer.legs)
    ]
    return [booked(view, transfer, day) for transfer in sorted(found, key=order, reverse=True)]


def booked(view: View, transfer: Transfer, on: date | None = None) -> Booked:
    """One transfer, told as one movement."""
    return Booked(
        transfer=transfer,
        sources=tuple(leg.account for leg in transfer.legs if leg.amount < 0),
        targets=tuple(leg.account for leg in transfer.legs if leg.amount > 0),
        amount=added(leg.amount for leg in transfer.legs if leg.amount > 0),
        reversed_by=reversed_by(view.plan, transfer.id),
        ahead=transfer.on > (on or view.today),
    )


def funding(view: View, scope: Scope = ORGANISATION, on: date | None = None) -> Funding:
    """What was approved for a level, transferred to its investments, reserved for them, and is free.

    Funds belong to the organisation, and to the portfolio that they name; an investment's money counts by its share.
    """
    day = on or view.today
    whole = scope.level == "organisation"
    counted = shares(view, scope)
    assigned, reserved = Amounts(), Amounts()
    for account in view.plan.accounts.values():
        if account.type not in (*ASSIGNED, AccountType.RESERVE):
            continue
        share = Decimal(1) if whole else counted.get(account.investment or "", ZERO)
        fund = view.plan.get("fund", account.fund)
        if not share or fund is None:
            continue
        amount = Amounts.of(EXACT.multiply(balance(view.plan, account.id, day), share), fund.currency)
        if account.type is AccountType.RESERVE:
            reserved += amount
        else:
            assigned += amount
    mine = _funds_of(view, scope)
    if mine is None:
        return Funding(approved=None, assigned=assigned, reserved=reserved, free=None)
    money = [fund_money(view, fund.id, day) for fund in mine]
    return Funding(
        approved=Amounts.sum(Amounts.of(one.whole, one.fund.currency) for one in money),
        assigned=assigned,
        reserved=reserved,
        free=Amounts.sum(Amounts.of(one.free, one.fund.currency) for one in money),
    )


def together(view: View, amounts: Amounts, on: date | None = None) -> Amounts:
    """*amounts* in the reader's currency at the rates of a day; what has no rate stands beside, in its own."""
    rates = exchange(view)
    told = (rates.told(amount, code, view.currency, on or view.today) for code, amount in amounts.by_currency.items())
    return Amounts.sum(Amounts.of(amount, code) for code, amount in told)


def funded(view: View, on: date | None = None) -> Mapping[str, Amounts]:
    """Investment → what funds have transferred to it and not taken back; only those that have an account."""
    found: dict[str, Amounts] = {}
    for account in view.plan.accounts.values():
        fund = view.plan.get("fund", account.fund)
        if account.investment is None or account.type not in ASSIGNED or fund is None:
            continue
        amount = Amounts.of(balance(view.plan, account.id, on or view.today), fund.currency)
        found[account.investment] = found.get(account.investment, Amounts()) + amount
    return found


def entries_of(view: View, accounts: Iterable[str], on: date | None = None) -> list[tuple[str, Entry]]:
    """What the balances of *accounts* are made of: each entry up to the end of a day, with its account."""
    day = on or view.today
    entries = ledger(view.plan).entries
    return [(id, entry) for id in accounts for entry in entries.get(id, ()) if entry.transfer.on <= day]


def _funds_of(view: View, scope: Scope) -> list[Fund] | None:
    """The funds that belong to *scope*; None for levels that have none."""
    if scope.level == "organisation":
        return list(view.plan.funds.values())
    if scope.level != "portfolio" or scope.id is None:
        return None
    below, edge = {scope.id}, [scope.id]
    while edge:
        for child in view.plan.portfolios.by("parent", edge.pop()):
            if child.id not in below:
                below.add(child.id)
                edge.append(child.id)
    return [fund for fund in view.plan.funds.values() if fund.portfolio in below]


def _across(entry: Entry) -> tuple[str, ...]:
    """The accounts whose legs have the other sign."""
    return tuple(leg.account for leg in entry.transfer.legs if (leg.amount < 0) != (entry.amount < 0))


def _as_listed(one: Balance) -> tuple[int, str, str]:
    rank = {AccountType.SOURCE: 0, AccountType.FUND: 1, AccountType.RESERVE: 3}
    return (rank.get(one.account.type, 2), one.account.name.casefold(), one.account.id)
