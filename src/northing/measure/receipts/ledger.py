"""Receipts of the ledger: what funds have approved, assigned, reserved and free, and what is in an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from northing.measure.derived_ledger import FIGURES
from northing.measure.explained import Measure, Question, Term, entity
from northing.measure.fx import exchange
from northing.measure.ledger import entries_of, fund_money, funds, together
from northing.measure.sentence import Ref, Said
from northing.portfolio.funding import Account, AccountType
from northing.portfolio.ledger import Entry, balance, currency_of
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

FORMULAS = {
    "approved": (word("Approved"), word("What has come out of the funds' sources up to the day, less what went back.")),
    "assigned": (word("Assigned"), word("Balances of the funds' accounts of investments and tranches.")),
    "reserved": (word("Reserved"), word("Balances of the funds' reserves.")),
    "free": (word("Free"), word("Balances of the funds' accounts that belong to nothing yet.")),
}


def _of_funds(name: str) -> Callable[[Question], Amounts]:
    """Of the fund that ``id`` names, in its currency; without one of all funds, in the reader's."""

    def value(question: Question) -> Amounts:
        view = question.view
        if question.get("id"):
            money = fund_money(view, entity(view, "fund", question.get("id")))
            return Amounts.of(getattr(money, name), money.fund.currency)
        found = Amounts.sum(Amounts.of(getattr(one, name), one.fund.currency) for one in funds(view))
        return together(view, found)

    return value


def _parts(question: Question) -> Sequence[Term]:
    return [
        Term(value=_of_funds(name)(question), said=Said(FORMULAS[name][0]), figure=question.figure.but(f"fund.{name}"))
        for name in ("assigned", "reserved", "free")
    ]


def _legs_of_funds(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        view = question.view
        fund = entity(view, "fund", question.get("id")) if question.get("id") else None
        accounts = [
            account
            for account in view.plan.accounts.values()
            if account.type in FIGURES[name] and (account.fund == fund or fund is None)
        ]
        return list(_legs(question, accounts, -1 if name == "approved" else 1, told=fund is None))

    return terms


def _legs(question: Question, accounts: Sequence[Account], sign: int = 1, *, told: bool = False) -> Iterator[Term]:
    """The legs of transfers up to the page's day; *told*: in the reader's currency, at the rate of that day."""
    view = question.view
    of = {account.id: currency_of(view.plan, account) or "" for account in accounts}
    for id, entry in _up_to(question, entries_of(view, of, date.max if question.get("after") else None)):
        stated = Amounts.of(sign * entry.amount, of[id])
        rate = exchange(view).rate(of[id], view.currency, view.today) if told else None
        yield Term(
            value=together(view, stated) if told else stated,
            ref=Ref("transfer", entry.transfer.id),
            stated=stated,
            rate=rate if rate is not None and rate.way != "same" else None,
            field="legs",
        )


def _up_to(question: Question, entries: Sequence[tuple[str, Entry]]) -> Iterator[tuple[str, Entry]]:
    """*entries* in their order; those behind the transfer that ``after`` names are left out."""
    last = entity(question.view, "transfer", question.get("after")) if question.get("after") else None
    for id, entry in entries:
        yield id, entry
        if entry.transfer.id == last:
            return


def _between_funds(question: Question) -> Sequence[Term]:
    """The transfers that moved money into or out of a fund, each with what it brought to it."""
    view = question.view
    chosen = [entity(view, "fund", question.get("id"))] if question.get("id") else list(view.plan.funds)
    told = not question.get("id")
    found: list[Term] = []
    for fund in chosen:
        moved: dict[str, Amounts] = {}
        for leg in _legs(question, list(view.plan.accounts.by("fund", fund)), told=told):
            id = leg.ref.id if leg.ref is not None else ""
            moved[id] = moved.get(id, Amounts()) + leg.value
        found += [
            Term(value=amount, ref=Ref("transfer", id), field="legs")
            for id, amount in moved.items()
            if any(amount.by_currency.values())
        ]
    return found


def _balance(question: Question) -> Amounts:
    view = question.view
    if question.get("id") and question.get("after"):
        return Amounts.sum(term.value for term in _legs(question, _asked(question)))
    found = Amounts.sum(
        Amounts.of(balance(view.plan, account.id, view.today), currency_of(view.plan, account))
        for account in _asked(question)
    )
    return found if question.get("id") else together(view, found)


def _asked(question: Question) -> Sequence[Account]:
    """The account that ``id`` names; without one all that are no sources."""
    plan = question.view.plan
    if question.get("id"):
        return [plan.need("account", question.get("id"))]
    return [account for account in plan.accounts.values() if account.type is not AccountType.SOURCE]


MEASURES = (
    *(
        Measure(
            name=f"fund.{name}",
            title=title,
            unit="money",
            formula=formula,
            of=_of_funds(name),
            terms=_legs_of_funds(name),
            parameters=("id", "currency"),
        )
        for name, (title, formula) in FORMULAS.items()
    ),
    Measure(
        name="fund.whole",
        title=word("Approved and received"),
        unit="money",
        formula=word("Assigned + reserved + free: what came from outside, and from other funds less what went there."),
        of=_of_funds("whole"),
        terms=_parts,
        parameters=("id", "currency"),
    ),
    Measure(
        name="fund.received",
        title=word("From other funds"),
        unit="money",
        formula=word("What came in from other funds, less what went to them."),
        of=_of_funds("received"),
        terms=_between_funds,
        parameters=("id", "currency"),
    ),
    Measure(
        name="ledger.balance",
        title=word("Balance"),
        unit="money",
        formula=word("Sum of the legs of the account's transfers up to the day, or up to the transfer that is named."),
        of=_balance,
        terms=lambda question: list(_legs(question, _asked(question), told=not question.get("id"))),
        parameters=("id", "after", "currency"),
    ),
)
"""Every figure of funds and accounts."""
