"""The ledger: funds as of a day, the statement of an account, and an entry made by saying what it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.measure.ledger import Balance, FundMoney, fund_money, funds, statement
from northing.measure.view import View
from northing.portfolio import ledger_edits
from northing.portfolio.funding import AccountType, TransferType
from northing.record import At

from . import cursor as cursors
from .measures import Named, named
from .operation import Here, operation
from .parameters import Branch, Limit, Mode, Next, No, Reason, Ref, resolve
from .writes import Written, written

Day = Annotated[date | None, Query(description="As of the end of this day; today, or the past view's, if left out.")]


class AccountSaid(msgspec.Struct, kw_only=True):
    """One account. ``available`` is the least that is there on this day or later."""

    account: Named
    type: AccountType
    investment: Named | None
    balance: Decimal
    available: Decimal
    entries: int


class FundSaid(msgspec.Struct, kw_only=True):
    """One fund in its currency: ``approved`` + ``received`` = ``assigned`` + ``reserved`` + ``free``."""

    fund: Named
    currency: str
    approved: Decimal
    received: Decimal
    assigned: Decimal
    reserved: Decimal
    free: Decimal
    accounts: list[AccountSaid]


class EntrySaid(msgspec.Struct, kw_only=True):
    """One entry of a statement, with the balance after it."""

    transfer: Named
    type: TransferType
    on: date
    amount: Decimal
    balance: Decimal
    others: list[Named]
    reason: str | None
    reverses: Named | None
    reversed_by: Named | None


class EntryAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be entered. Accounts and funds are named by id, number or name.

    ``approve`` and ``reserve``, ``release``, ``transfer`` take ``fund`` and ``amount``; the last three a ``source``
    (what is unassigned, or the reserve, if left out); ``transfer`` also ``to``, an account or an investment, whose
    account is opened with its first transfer. ``reverse`` takes ``transfer``.
    """

    act: TransferType
    reason: Reason
    fund: str | None = None
    amount: Decimal | None = None
    source: str | None = None
    to: str | None = None
    transfer: str | None = None
    day: Annotated[date | None, msgspec.Meta(description="Today in the workspace's zone, if left out.")] = None
    on: No | None = None
    branch: Branch = "main"


@operation("GET", "/w/{ws}/ledger/funds", needs="read", says=list[FundSaid], tag="ledger")
def list_fund_balances(here: Here, day: Day = None, *, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List the funds with what was approved, assigned, reserved and is free, and the balance of each account."""
    looked = here.look(at, mode)
    return here.answer([_fund(looked.view, one) for one in funds(looked.view, day)], looked.at)


@operation("GET", "/w/{ws}/ledger/funds/{id}", needs="read", says=FundSaid, tag="ledger")
def get_fund_balance(here: Here, id: str, day: Day = None, *, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """Get one fund, by id or number, as of a day."""
    looked = here.look(at, mode)
    view = looked.view
    return here.answer(_fund(view, fund_money(view, resolve(view.plan, "fund", id), day)), looked.at)


@operation(
    "GET",
    "/w/{ws}/ledger/accounts/{id}",
    needs="read",
    says=list[EntrySaid],
    more={"account": AccountSaid, "currency": str | None, "total": int, "next": str | None},
    tag="ledger",
)
def get_statement(
    here: Here,
    id: str,
    day: Day = None,
    *,
    limit: Limit = 500,
    cursor: Next = None,
    at: Ref = None,
    mode: Mode = "known",
) -> HttpResponse:
    """Get the statement of one account up to a day: its entries, oldest first, with the balance after each."""
    mark = cursors.fingerprint(here.workspace.id, "statement", id, day, at, mode)
    begun = cursors.read(cursor, mark) if cursor else None
    looked = here.look(begun.at if begun else at, mode, begun.today if begun else None)
    view = looked.view
    found = statement(view, id, day)
    entries = list(found.entries)
    page, following = cursors.page(entries, limit, at=str(looked.at), today=view.today, question=mark, begun=begun)
    said = [
        EntrySaid(
            transfer=named(view, "transfer", one.transfer.id),
            type=one.transfer.type,
            on=one.transfer.on,
            amount=one.amount,
            balance=one.balance,
            others=[named(view, "account", other) for other in one.others],
            reason=one.transfer.reason,
            reverses=named(view, "transfer", one.transfer.reverses) if one.transfer.reverses else None,
            reversed_by=named(view, "transfer", one.reversed_by.id) if one.reversed_by else None,
        )
        for one in page
    ]
    money = fund_money(view, found.account.fund, day)
    account = next(one for one in money.balances if one.account.id == id)
    return here.answer(
        said,
        looked.at,
        account=_account(view, account),
        currency=found.currency,
        total=len(entries),
        next=following,
    )


@operation("POST", "/w/{ws}/ledger/entries", needs="plan", says=Written, status=201, tag="ledger")
def enter(here: Here, asked: EntryAsked) -> HttpResponse:
    """Enter one act of the ledger: approve, transfer, reserve, release, reverse.

    An entry is never changed or removed; a wrong one is reversed. An account below zero on any day, and a day in a
    closed period, are refused (422). The same can be written as an entity, with its legs: POST /w/{ws}/transfers.
    """
    on = here.on(asked.on)
    plan = here.record.plan(At(asked.branch, here.record.head(asked.branch)))
    edits = ledger_edits.edits_of(
        plan,
        ledger_edits.Act(
            act=asked.act,
            on=asked.day or here.look(None).view.today,
            fund=asked.fund,
            amount=asked.amount,
            source=asked.source,
            to=asked.to,
            transfer=asked.transfer,
            by=here.actor.id,
            reason=asked.reason,
        ),
    )
    committed = here.record.commit(edits, on=on, by=here.actor, reason=asked.reason, branch=asked.branch)
    return here.answer(written(committed), At(asked.branch, committed.revision.no), status=201)


def _fund(view: View, money: FundMoney) -> FundSaid:
    return FundSaid(
        fund=named(view, "fund", money.fund.id),
        currency=money.fund.currency,
        approved=money.approved,
        received=money.received,
        assigned=money.assigned,
        reserved=money.reserved,
        free=money.free,
        accounts=[_account(view, one) for one in money.balances],
    )


def _account(view: View, one: Balance) -> AccountSaid:
    investment = one.account.investment
    return AccountSaid(
        account=named(view, "account", one.account.id),
        type=one.account.type,
        investment=named(view, "investment", investment) if investment else None,
        balance=one.balance,
        available=one.available,
        entries=one.entries,
    )
