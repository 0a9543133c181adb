"""Derived columns of the ledger: what is in accounts and funds, and what a transfer moves.

Their terms are the legs of the transfers up to the day, each told as the account sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from northing.portfolio.funding import AccountType
from northing.portfolio.ledger import balance, currency_of
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

from .derived import Derived, Term
from .ledger import ASSIGNED, entries_of, fund_money
from .sentence import Ref
from .view import View

LEDGER = frozenset(("fund", "account", "transfer"))
FIGURES = {
    "approved": (AccountType.SOURCE,),
    "assigned": ASSIGNED,
    "reserved": (AccountType.RESERVE,),
    "free": (AccountType.FUND,),
}
"""Figure of a fund → the types of accounts that it adds up; approved is what the sources gave: their negative."""


def _legs(view: View, accounts: Iterable[str], sign: int = 1) -> Iterable[Term]:
    for id, entry in entries_of(view, accounts):
        currency = currency_of(view.plan, view.plan.get("account", id))
        yield Term(Ref("transfer", entry.transfer.id), Amounts.of(entry.amount * sign, currency))


def _balances(view: View) -> Sequence[Any]:
    return [
        Amounts.of(balance(view.plan, account.id, view.today), currency_of(view.plan, account))
        for account in view.plan.accounts.values()
    ]


def _of_fund(name: str) -> Callable[[View], Sequence[Any]]:
    def column(view: View) -> Sequence[Any]:
        return [Amounts.of(getattr(fund_money(view, id), name), fund.currency) for id, fund in view.plan.funds.items()]

    return column


def _fund_legs(name: str) -> Callable[[View, str], Iterable[Term]]:
    def terms(view: View, id: str) -> Iterable[Term]:
        accounts = [account.id for account in view.plan.accounts.by("fund", id) if account.type in FIGURES[name]]
        return _legs(view, accounts, -1 if name == "approved" else 1)

    return terms


def _moved(view: View) -> Sequence[Any]:
    return [Amounts.sum(term.value for term in _moved_legs(view, id)) for id in view.rows("transfer")]


def _moved_legs(view: View, id: str) -> Iterable[Term]:
    for leg in view.plan.transfers[id].legs:
        if leg.amount > Decimal(0):
            currency = currency_of(view.plan, view.plan.get("account", leg.account))
            yield Term(Ref("account", leg.account), Amounts.of(leg.amount, currency), "legs")


def _column(
    kind: str,
    name: str,
    title: str,
    formula: str,
    of: Callable[[View], Sequence[Any]],
    terms: Callable[[View, str], Iterable[Term]],
    *,
    by_day: bool = True,
) -> Derived:
    return Derived(
        kind=kind, name=name, title=title, type="money", formula=formula, reads=LEDGER, of=of, terms=terms,
        by_day=by_day,
    )  # fmt: skip


COLUMNS = (
    _column(
        "account",
        "balance",
        word("Balance"),
        word("Sum of the legs of its transfers up to the day."),
        _balances,
        lambda view, id: _legs(view, [id]),
    ),
    _column(
        "fund",
        "approved",
        word("Approved"),
        word("What has come out of the fund's sources up to the day, less what went back."),
        _of_fund("approved"),
        _fund_legs("approved"),
    ),
    _column(
        "fund",
        "assigned",
        word("Assigned"),
        word("Balances of the fund's accounts of investments and tranches."),
        _of_fund("assigned"),
        _fund_legs("assigned"),
    ),
    _column(
        "fund",
        "reserved",
        word("Reserved"),
        word("Balances of the fund's reserves."),
        _of_fund("reserved"),
        _fund_legs("reserved"),
    ),
    _column(
        "fund",
        "free",
        word("Free"),
        word("Balances of the fund's accounts that belong to nothing yet."),
        _of_fund("free"),
        _fund_legs("free"),
    ),
    _column(
        "transfer",
        "moved",
        word("Amount"),
        word("Sum of its legs above zero."),
        _moved,
        _moved_legs,
        by_day=False,
    ),
)
