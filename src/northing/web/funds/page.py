"""The funds, and one fund: its accounts with what is in them, and the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.ledger import (
    Balance,
    Booked,
    FundMoney,
    Posted,
    fund_money,
    funding,
    funds,
    journal,
    statement,
    together,
)
from northing.portfolio.errors import NotFound
from northing.portfolio.funding import AccountType, Leg, Transfer
from northing.portfolio.ledger import currency_of
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.addresses import address_of, fund_path
from northing.web.frame.context import Page, page

from .naming import account_name, find_fund, short_name

SOME = 100
"""Entries on one page of the ledger."""

PARTS = ("assigned", "reserved", "free")


@dataclass(frozen=True)
class Bar:
    """A part of a fund's bar, drawn from *x* over *width* of a hundred."""

    name: str
    title: str
    amount: str
    share: str
    figure: Figure
    x: float
    width: float


@dataclass(frozen=True)
class End:
    """One side of a transfer: the account, the address of its statement, and what moves there."""

    name: str
    href: str
    amount: str


@dataclass
class Row:
    """One entry of the ledger, in words."""

    transfer: Transfer
    sources: list[End]
    targets: list[End]
    amount: str
    balance: str = ""
    out: bool = False
    by: str = ""
    revision: int | None = None
    reversed_by: Transfer | None = None
    reverses: Transfer | None = None
    ahead: bool = False
    marks: list[str] = field(default_factory=list)


@page("funds")
def listing(opened: Page) -> HttpResponse:
    """All funds, each with where its money is."""
    found = funds(opened.view)
    whole = funding(opened.view)
    several = len({one.fund.currency for one in found}) > 1

    def told(amounts: Amounts | None) -> str:
        return words.money(together(opened.view, amounts or Amounts()), short=True)

    rates = _("at the rates of %(day)s") % {"day": words.day(opened.today)}
    told_of = {name: figure(f"fund.{name}") for name in ("approved", *PARTS)}
    return opened.render(
        "funds/list.html",
        title=_("Funds"),
        funds=[(one, address_of(opened, "fund", one.fund.id), bars(one)) for one in found],
        figures=[
            (_("Approved"), told(whole.approved), rates if several else _("from outside"), told_of["approved"]),
            (_("Assigned"), told(whole.assigned), _("to investments and tranches"), told_of["assigned"]),
            (_("Reserved"), told(whole.reserved), _("kept back"), told_of["reserved"]),
            (_("Free"), told(whole.free), _("belongs to nothing yet"), told_of["free"]),
        ],
    )


@page("funds")
def one(opened: Page, key: str) -> HttpResponse:
    """One fund; with ``account`` the statement of one of its accounts."""
    fund = find_fund(opened.view.plan, key)
    money = fund_money(opened.view, fund.id)
    chosen = opened.request.GET.get("account", "")
    balances = {one.account.id: one for one in money.balances}
    if chosen and chosen not in balances:
        raise NotFound(_("This fund has no such account."))
    rows = (
        _statement(opened, chosen, fund.id)
        if chosen
        else [_row(opened, one, fund.id) for one in journal(opened.view, fund=fund.id)]
    )
    start = _offset(opened, len(rows))
    shown = rows[start : start + SOME]
    made = opened.record.made("transfer", opened.at)
    for row in shown:
        row.revision = made.get(row.transfer.id)
        row.by = opened.names.get(row.transfer.by or "") or (
            opened.name_of(opened.record.revision(row.revision).author) if row.revision else ""
        )
    return opened.render(
        "funds/fund.html",
        title=fund.name,
        fund=fund,
        money=money,
        bars=bars(money),
        figures=_figures(money),
        chosen=balances.get(chosen),
        accounts=[_account(opened, one) for one in money.balances],
        rows=shown,
        total=len(rows),
        start=start,
        newer=opened.again(**{"from": str(start - SOME) if start > SOME else None}) if start else "",
        older=opened.again(**{"from": str(start + SOME)}) if start + SOME < len(rows) else "",
        path=fund_path(opened.view.plan, fund.id),
        portfolio=opened.view.name_of("portfolio", fund.portfolio),
        empty=not opened.view.plan.transfers,
    )


def bars(money: FundMoney) -> list[Bar]:
    """Where the money of a fund is; nothing is drawn of an empty or overdrawn part."""
    drawn = [max(Decimal(0), getattr(money, name)) for name in PARTS]
    whole = sum(drawn, Decimal(0))
    titles = {"assigned": _("Assigned"), "reserved": _("Reserved"), "free": _("Free")}
    found, x = [], Decimal(0)
    for name, size in zip(PARTS, drawn, strict=True):
        width = size / whole * 100 if whole else Decimal(0)
        said = words.money(getattr(money, name), money.fund.currency)
        share = words.percent(size / whole) if whole else ""
        at = figure(f"fund.{name}", id=money.fund.number or money.fund.id)
        found.append(Bar(name, titles[name], said, share, at, float(round(x, 2)), float(round(width, 2))))
        x += width
    return found


def _figures(money: FundMoney) -> list[tuple[str, str, str, Figure | None]]:
    """Title, amount, what it is, and its address."""
    code = money.fund.currency
    said = {
        "approved": (_("Approved"), _("from outside")),
        "assigned": (_("Assigned"), _("to investments and tranches")),
        "reserved": (_("Reserved"), _("kept back")),
        "free": (_("Free"), _("belongs to nothing yet")),
    }
    found: list[tuple[str, str, str, Figure | None]] = [
        (
            title,
            words.money(getattr(money, name), code),
            help_,
            figure(f"fund.{name}", id=money.fund.number or money.fund.id),
        )
        for name, (title, help_) in said.items()
    ]
    if money.received:
        received_at = figure("fund.received", id=money.fund.number or money.fund.id)
        received = words.amount(money.received, code, signed=True)
        found.insert(1, (_("Other funds"), received, _("received less given"), received_at))
    return found


@dataclass(frozen=True)
class AccountRow:
    balance: Balance
    name: str
    type: str
    href: str
    amount: str
    available: str
    """What can still go, where that is less than what is there."""
    investment: tuple[str, str] | None
    figure: Figure


def _account(opened: Page, one: Balance) -> AccountRow:
    account = one.account
    code = opened.view.plan.funds[account.fund].currency
    investment = opened.view.plan.get("investment", account.investment)
    less = one.available < one.balance and account.type is not AccountType.SOURCE
    return AccountRow(
        one,
        short_name(opened.view, account),
        words.label(account.type, "account"),
        address_of(opened, "account", account.id),
        words.money(one.balance, code),
        words.money(one.available, code) if less else "",
        (investment.name, address_of(opened, "investment", investment.id)) if investment else None,
        figure("ledger.balance", id=account.id),
    )


def _statement(opened: Page, account: str, fund: str) -> list[Row]:
    """The entries of one account, newest first, with those that lie ahead."""
    last = max((one.on for one in opened.view.plan.transfers.values()), default=opened.today)
    found = statement(opened.view, account, max(last, opened.today))
    return [_posted(opened, one, found.currency or "", fund) for one in reversed(found.entries)]


def _posted(opened: Page, one: Posted, currency: str, fund: str) -> Row:
    across = [_end(opened, leg, fund) for leg in one.transfer.legs if leg.account in one.others]
    return Row(
        transfer=one.transfer,
        sources=[] if one.amount < 0 else across,
        targets=across if one.amount < 0 else [],
        amount=words.amount(one.amount, currency, signed=True),
        balance=words.money(one.balance, currency),
        out=one.amount < 0,
        reversed_by=one.reversed_by,
        reverses=opened.view.plan.get("transfer", one.transfer.reverses),
        ahead=one.transfer.on > opened.today,
    )


def _row(opened: Page, one: Booked, fund: str) -> Row:
    plan = opened.view.plan
    return Row(
        transfer=one.transfer,
        sources=[_end(opened, leg, fund) for leg in one.transfer.legs if leg.amount < 0],
        targets=[_end(opened, leg, fund) for leg in one.transfer.legs if leg.amount > 0],
        amount=words.money(one.amount, currency_of(plan, plan.get("account", one.targets[0] if one.targets else None))),
        reversed_by=one.reversed_by,
        reverses=plan.get("transfer", one.transfer.reverses),
        ahead=one.ahead,
    )


def _end(opened: Page, leg: Leg, fund: str) -> End:
    plan = opened.view.plan
    account = plan.get("account", leg.account)
    if account is None:
        return End(_("(removed)"), "", words.number(leg.amount))
    amount = words.money(abs(leg.amount), currency_of(plan, account))
    name = short_name if account.fund == fund else account_name
    return End(name(opened.view, account), address_of(opened, "account", account.id), amount)


def _offset(opened: Page, total: int) -> int:
    text = opened.request.GET.get("from", "")
    start = int(text) if re.fullmatch(r"\d{1,9}", text) else 0
    return start - start % SOME if start < total else 0
