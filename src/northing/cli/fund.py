"""``northing fund``: funds and their ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from northing.cli.desk import Desk
from northing.portfolio.amount_text import decimal_text
from northing.portfolio.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from northing.measure.ledger import FundMoney
    from northing.portfolio.edits import Edit


class Day(click.ParamType[date]):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is not a day; write it as 2026-03-31.", param, ctx)


class Amount(click.ParamType[Decimal]):
    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        if isinstance(value, Decimal):
            return value
        digits = decimal_text(str(value).replace("_", ""))
        if digits is None:
            self.fail(f"“{value}” is not an amount.", param, ctx)
        return Decimal(digits)


@click.group()
def fund() -> None:
    """Open funds; approve, transfer, reserve and reverse money."""


@fund.command("list")
@click.option("--day", type=Day(), help="As of the end of this day; today if not said.")
@click.pass_obj
def list_(desk: Desk, day: date | None) -> None:
    """List the funds: what was approved, assigned, reserved, and is free."""
    view = desk.view
    desk.actor.require("read", "see the funds")
    from northing.measure.ledger import funds

    found = funds(view, day)
    if desk.json:
        desk.answer([_plain(one) for one in found], revision=desk.at.no, at=str(desk.at))
        return
    rows = [
        [one.fund.number or "", one.fund.name, one.fund.currency, *map(_number, _figures(one).values())]
        for one in found
    ]
    desk.table(
        ["Number", "Fund", "Currency", "Approved", "Received", "Assigned", "Reserved", "Free"],
        rows,
        right=(3, 4, 5, 6, 7),
        total="" if rows else "There is no fund yet: northing fund open NAME --reason …",
    )


@fund.command()
@click.argument("which", metavar="FUND")
@click.argument("account", required=False)
@click.option("--day", type=Day(), help="As of the end of this day; today if not said.")
@click.pass_obj
def show(desk: Desk, which: str, account: str | None, day: date | None) -> None:
    """Show the accounts of a fund with their balances; with ACCOUNT its statement."""
    view = desk.view
    desk.actor.require("read", "see the funds")
    from northing.measure.ledger import fund_money
    from northing.portfolio.ledger_edits import find_account, find_fund
    from northing.report.words import label

    found = find_fund(view.plan, which)
    if account is not None:
        _statement(desk, find_account(view.plan, account, found).id, day)
        return
    money = fund_money(view, found.id, day)
    if desk.json:
        desk.answer(_plain(money), revision=desk.at.no, at=str(desk.at))
        return
    desk.tell(f"{found.number or ''} {found.name}, {found.currency}".strip())
    desk.facts({name.capitalize(): _number(value) for name, value in _figures(money).items()})
    desk.table(
        ["Account", "Type", "Entries", "Balance", "Available"],
        [
            [
                one.account.name,
                label(one.account.type, "account"),
                str(one.entries),
                _number(one.balance),
                "" if one.account.type.value == "source" else _number(one.available),
            ]
            for one in money.balances
        ],
        right=(2, 3, 4),
    )


def _statement(desk: Desk, account: str, day: date | None) -> None:
    from northing.measure.ledger import statement
    from northing.report.words import label

    view = desk.view
    found = statement(view, account, day)
    if desk.json:
        rows = [
            {
                "on": one.transfer.on,
                "number": one.transfer.number,
                "type": one.transfer.type,
                "amount": one.amount,
                "balance": one.balance,
                "others": [view.name_of("account", other) for other in one.others],
                "reason": one.transfer.reason,
                "reversed_by": one.reversed_by.number if one.reversed_by else None,
            }
            for one in found.entries
        ]
        desk.answer(rows, revision=desk.at.no, at=str(desk.at), account=found.account.name, currency=found.currency)
        return
    desk.table(
        ["Day", "Number", "Entry", "Other account", "Amount", "Balance", "Reason"],
        [
            [
                str(one.transfer.on),
                one.transfer.number or "",
                label(one.transfer.type, "entry")
                + (f" (reversed by {one.reversed_by.number})" if one.reversed_by else ""),
                ", ".join(view.name_of("account", other) or "" for other in one.others),
                _number(one.amount),
                _number(one.balance),
                one.transfer.reason or "",
            ]
            for one in found.entries
        ],
        right=(4, 5),
        total=f"{found.account.name}: {_number(found.balance)} {found.currency or ''}".rstrip(),
    )


def _acting(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every act takes."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Only say what it would come to."),
        click.option("--day", type=Day(), help="The day of the entry; today if not said."),
        click.option("--reason", required=True, help="Why; it stands in the ledger and in the history."),
    ):
        command = option(command)
    return command


@fund.command("open")
@click.argument("name")
@click.option("--currency", metavar="CODE", help="The workspace's own if not said.")
@click.option("--portfolio", help="The portfolio that it is for: number, id or name.")
@click.option("--owner", help="Who answers for it: address, id or name.")
@click.option("--overdraft", is_flag=True, help="Its accounts may go below zero.")
@click.option("--reason", required=True, help="Why; it stands in the history.")
@click.pass_obj
def open_(
    desk: Desk, name: str, currency: str | None, portfolio: str | None, owner: str | None, overdraft: bool, reason: str
) -> None:
    """Open a fund, with its source and its account of what is unassigned."""
    view = desk.view
    from northing.measure.search import the_one
    from northing.portfolio.ledger_edits import open_fund

    id, edits = open_fund(
        name,
        (currency or desk.workspace.currency).upper(),
        portfolio=the_one(view, portfolio, ("portfolio",))[1] if portfolio else None,
        owner=the_one(view, owner, ("person",))[1] if owner else None,
        overdraft=overdraft or None,
    )
    committed = _commit(desk, edits, reason)
    number = next(getattr(one.after, "number", None) for one in committed.changes if one.id == id)
    if desk.json:
        desk.answer({"id": id, "number": number, "name": name}, revision=committed.revision.no)
    else:
        desk.tell(f"Revision {committed.revision.no}: {number} {name} is open.")


@fund.command()
@click.argument("which", metavar="FUND")
@click.argument("amount", type=Amount())
@_acting
@click.pass_obj
def approve(desk: Desk, /, which: str, amount: Decimal, **more: Any) -> None:
    """Approve AMOUNT for a fund: it comes from the fund's source into what is unassigned."""
    _enter(desk, "approve", fund=which, amount=amount, **more)


@fund.command()
@click.argument("which", metavar="FUND")
@click.argument("amount", type=Amount())
@click.option("--from", "source", metavar="ACCOUNT", help="What is unassigned, if not said.")
@click.option("--to", required=True, help="An investment (number, id, name), or an account of the fund.")
@_acting
@click.pass_obj
def transfer(desk: Desk, /, which: str, amount: Decimal, **more: Any) -> None:
    """Transfer AMOUNT of a fund to an investment, or from one account to another."""
    _enter(desk, "transfer", fund=which, amount=amount, **more)


@fund.command()
@click.argument("which", metavar="FUND")
@click.argument("amount", type=Amount())
@click.option("--from", "source", metavar="ACCOUNT", help="What is unassigned, if not said.")
@_acting
@click.pass_obj
def reserve(desk: Desk, /, which: str, amount: Decimal, **more: Any) -> None:
    """Keep AMOUNT of an account back, in the reserve."""
    _enter(desk, "reserve", fund=which, amount=amount, **more)


@fund.command()
@click.argument("which", metavar="FUND")
@click.argument("amount", type=Amount())
@click.option("--from", "source", metavar="ACCOUNT", help="The fund's reserve, if not said.")
@_acting
@click.pass_obj
def release(desk: Desk, /, which: str, amount: Decimal, **more: Any) -> None:
    """Give AMOUNT of a reserve back to where it was."""
    _enter(desk, "release", fund=which, amount=amount, **more)


@fund.command()
@click.argument("which", metavar="TRANSFER")
@_acting
@click.pass_obj
def reverse(desk: Desk, /, which: str, **more: Any) -> None:
    """Reverse a transfer: another entry undoes it, and both stay in the ledger."""
    _enter(desk, "reverse", transfer=which, **more)


def _enter(desk: Desk, act: str, *, day: date | None, reason: str, dry_run: bool, **more: Any) -> None:
    """Make the entry, or with *dry_run* say what it would come to."""
    view, actor = desk.view, desk.actor
    actor.require("plan", "move money")
    if desk.is_past:
        raise Invalid("The past cannot be changed.", remedy="Leave --at out; --day dates the entry.")
    from northing.portfolio.funding import TransferType
    from northing.portfolio.ledger_edits import Act, edits_of

    asked = Act(act=TransferType(act), on=day or view.today, by=actor.id, reason=reason, **more)
    edits = edits_of(view.plan, asked)
    if dry_run:
        preview = desk.record.preview(edits, on=None, by=actor)
        if desk.json:
            desk.answer(preview, revision=preview.head)
            return
        for finding in preview.findings:
            desk.tell(" ".join(filter(None, (finding.message, finding.remedy))))
        desk.tell("It could be entered; nothing was written." if preview.possible else "It would be refused.")
        return
    committed = _commit(desk, edits, reason)
    number = next((getattr(one.after, "number", None) for one in committed.changes if one.kind == "transfer"), None)
    if desk.json:
        desk.answer({"number": number, "act": act}, revision=committed.revision.no)
    else:
        desk.tell(f"Revision {committed.revision.no}: {number}.")


def _commit(desk: Desk, edits: list[Edit], reason: str) -> Any:
    actor = desk.actor
    actor.require("plan", "move money")
    if desk.is_past:
        raise Invalid("The past cannot be changed.", remedy="Leave --at out.")
    return desk.record.commit(edits, on=None, by=actor, reason=reason)


def _figures(money: FundMoney) -> dict[str, Decimal]:
    names = ("approved", "received", "assigned", "reserved", "free")
    return {name: getattr(money, name) for name in names}


def _plain(money: FundMoney) -> dict[str, Any]:
    return {
        "id": money.fund.id,
        "number": money.fund.number,
        "name": money.fund.name,
        "currency": money.fund.currency,
        **_figures(money),
        "accounts": [
            {
                "id": one.account.id,
                "name": one.account.name,
                "type": one.account.type,
                "investment": one.account.investment,
                "balance": one.balance,
                "available": one.available,
                "entries": one.entries,
            }
            for one in money.balances
        ],
    }


def _number(value: Decimal) -> str:
    from northing.report.words import amount

    return amount(value, "")
