"""The acts of the ledger as edits: open a fund, approve, transfer, reserve, release, reverse.

Every door makes them here. They say what is wanted; whether it may be (no account below zero, no closed
period) is said by the rules when the edits are committed or previewed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from .amount_text import LARGEST
from .edits import Edit, create
from .entity import new_id
from .errors import Finding, Invalid, NotFound
from .funding import Account, AccountType, Fund, Leg, Transfer, TransferType
from .kinds import KINDS
from .ledger import currency_of, reversed_by
from .ledger_rules import mirrored
from .plan import Plan
from .words import in_sentence, word

SOURCE_NAME, FUND_NAME, RESERVE_NAME = word("Source"), word("Unassigned"), word("Reserve")


def open_fund(
    name: str,
    currency: str,
    *,
    owner: str | None = None,
    org_unit: str | None = None,
    portfolio: str | None = None,
    start: date | None = None,
    end: date | None = None,
    overdraft: bool | None = None,
    note: str | None = None,
) -> tuple[str, list[Edit]]:
    """A fund with the accounts that every fund has: its source and what is unassigned. Returns the fund's id, too."""
    id = new_id()
    return id, [
        create(
            "fund",
            id,
            name=name,
            currency=currency,
            owner=owner,
            org_unit=org_unit,
            portfolio=portfolio,
            start=start,
            end=end,
            overdraft=overdraft or None,
            note=note,
        ),
        create("account", new_id(), name=SOURCE_NAME, fund=id, type=AccountType.SOURCE),
        create("account", new_id(), name=FUND_NAME, fund=id, type=AccountType.FUND),
    ]


def open_account(
    fund: str, type: AccountType, name: str, *, investment: str | None = None, note: str | None = None
) -> tuple[str, list[Edit]]:
    """Another account of *fund*; its id and the edit that makes it."""
    id = new_id()
    return id, [create("account", id, name=name, fund=fund, type=type, investment=investment, note=note)]


def approve(
    plan: Plan, fund: Fund, amount: Decimal, *, on: date, by: str | None = None, reason: str | None = None
) -> list[Edit]:
    """Money comes into *fund* from its source. Of a fund without these accounts they are opened."""
    source, opened = _account(plan, fund, AccountType.SOURCE, SOURCE_NAME)
    target, more = _account(plan, fund, AccountType.FUND, FUND_NAME)
    moved = _move(TransferType.APPROVE, source, target, amount, on=on, by=by, reason=reason)
    return [*opened, *more, moved]


def transfer(
    plan: Plan,
    source: str,
    target: str,
    amount: Decimal,
    *,
    on: date,
    by: str | None = None,
    reason: str | None = None,
) -> list[Edit]:
    """*amount* goes from the account *source* to *target*: an account, or an investment, whose account in the
    source's fund is opened where there is none.
    """
    giving = plan.need("account", source)
    opened: list[Edit] = []
    if plan.get("account", target) is None and (investment := plan.get("investment", target)) is not None:
        fund = plan.need("fund", giving.fund)
        target, opened = _account(plan, fund, AccountType.INVESTMENT, investment.name, investment=target)
    elif currency_of(plan, plan.need("account", target)) != currency_of(plan, giving):
        raise _refused(
            "transfer-unbalanced",
            "The two accounts are in different currencies.",
            remedy="Approve the money in the other fund, and take it back from this one.",
        )
    if source == target:
        raise _refused("transfer-one-sided", "Money goes from one account to another, not to the same.")
    return [*opened, _move(TransferType.TRANSFER, source, target, amount, on=on, by=by, reason=reason)]


def reserve(
    plan: Plan, account: Account, amount: Decimal, *, on: date, by: str | None = None, reason: str | None = None
) -> list[Edit]:
    """*amount* of *account* is set aside: into the reserve of its fund, of the same investment if it has one."""
    kept, opened = _reserve_of(plan, account)
    return [*opened, _move(TransferType.RESERVE, account.id, kept, amount, on=on, by=by, reason=reason)]


def release(
    plan: Plan, account: Account, amount: Decimal, *, on: date, by: str | None = None, reason: str | None = None
) -> list[Edit]:
    """*amount* comes back out of the reserve: to *account*, or from the reserve *account* to where it was."""
    if account.type is AccountType.RESERVE:
        fund = plan.need("fund", account.fund)
        back = AccountType.FUND if account.investment is None else AccountType.INVESTMENT
        target, opened = _account(plan, fund, back, FUND_NAME, investment=account.investment)
        kept = account.id
    else:
        target = account.id
        kept, opened = _reserve_of(plan, account)
    return [*opened, _move(TransferType.RELEASE, kept, target, amount, on=on, by=by, reason=reason)]


def reverse(transfer: Transfer, *, on: date, by: str | None = None, reason: str | None = None) -> Edit:
    """The transfer that undoes *transfer*, dated *on*, or as the transfer where that lies ahead."""
    return create(
        "transfer",
        new_id(),
        type=TransferType.REVERSE,
        on=max(on, transfer.on),
        legs=mirrored(transfer),
        by=by,
        reason=reason,
        reverses=transfer.id,
    )


def reverse_once(
    plan: Plan, transfer: Transfer, *, on: date, by: str | None = None, reason: str | None = None
) -> list[Edit]:
    """As :func:`reverse`; raises :class:`Invalid` where it was reversed before."""
    already = reversed_by(plan, transfer.id)
    if already is not None:
        raise _refused(
            "reversed-twice",
            f"It is reversed already, by {already.number or in_sentence(KINDS['transfer'].TITLE)}.",
            remedy="To bring it back, reverse its reversal.",
        )
    return [reverse(transfer, on=on, by=by, reason=reason)]


def account_of(plan: Plan, fund: str, type: AccountType, investment: str | None = None) -> Account | None:
    """The account of that type and investment in *fund*; of several the one that was opened first."""
    found = [
        account
        for account in plan.accounts.by("fund", fund)
        if account.type is type and account.investment == investment
    ]
    return min(found, key=lambda account: account.id, default=None)


def find_fund(plan: Plan, said: str) -> Fund:
    """The fund that *said* names by id, number or name. Raises :class:`NotFound`, also where several have the name."""
    fund: Fund = _the_one(plan, "fund", said, list(plan.funds.values()))
    return fund


def find_account(plan: Plan, said: str, fund: Fund) -> Account:
    """The account of *fund* that *said* names: by id, by name, by type, or by its investment's number or name.

    “unassigned” is what belongs to nothing yet. Raises :class:`NotFound`, also where several are called so.
    """
    mine: tuple[Account, ...] = plan.accounts.by("fund", fund.id)
    name = said.strip().casefold()
    found = [one for one in mine if one.id == said.strip()]
    found = found or [one for one in mine if one.name.casefold() == name]
    plain = AccountType.FUND if name == "unassigned" else name
    found = found or [one for one in mine if one.type == plain and one.investment is None]
    if not found:
        owners = {
            one.id
            for one in plan.investments.values()
            if name in (one.id, (one.number or "").casefold(), one.name.casefold())
        }
        found = [one for one in mine if one.type is AccountType.INVESTMENT and one.investment in owners]
    if len(found) != 1:
        names = ", ".join(sorted(one.name for one in mine)[:12])
        raise NotFound(
            f"{fund.name} has {len(found) or 'no'} accounts called “{said}”.", remedy=f"Its accounts: {names}"
        )
    return found[0]


def find_transfer(plan: Plan, said: str) -> Transfer:
    """The transfer with that number or id. Raises :class:`NotFound`."""
    found = plan.transfers.by("number", said.strip().upper())
    transfer: Transfer = found[0] if found else plan.need("transfer", said)
    return transfer


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One act as a door hears it: names instead of ids, what does not apply left out."""

    act: TransferType
    on: date
    fund: str | None = None
    amount: Decimal | None = None
    source: str | None = None
    """An account of the fund; what is unassigned where it is left out."""
    to: str | None = None
    """For a transfer: an account of the fund, an investment, or the id of another fund's account."""
    transfer: str | None = None
    """What is reversed."""
    by: str | None = None
    reason: str | None = None


def edits_of(plan: Plan, asked: Act) -> list[Edit]:
    """The edits of one act. Raises :class:`NotFound` and :class:`Invalid` for what it lacks."""
    signed, reason = asked.by if asked.by in plan.people else None, asked.reason
    if asked.act is TransferType.REVERSE:
        found = find_transfer(plan, _needed(asked.transfer, "transfer"))
        return reverse_once(plan, found, on=max(asked.on, found.on), by=signed, reason=reason)
    fund = find_fund(plan, _needed(asked.fund, "fund"))
    if asked.amount is None:
        raise _refused("transfer-no-amount", "The amount is missing.", field="amount", remedy="State an amount.")
    if asked.act is TransferType.APPROVE:
        return approve(plan, fund, asked.amount, on=asked.on, by=signed, reason=reason)
    default = AccountType.RESERVE if asked.act is TransferType.RELEASE else AccountType.FUND
    source = find_account(plan, asked.source or default.value, fund)
    if asked.act is TransferType.RESERVE:
        return reserve(plan, source, asked.amount, on=asked.on, by=signed, reason=reason)
    if asked.act is TransferType.RELEASE:
        return release(plan, source, asked.amount, on=asked.on, by=signed, reason=reason)
    target = _place(plan, fund, _needed(asked.to, "to"))
    return transfer(plan, source.id, target, asked.amount, on=asked.on, by=signed, reason=reason)


def _place(plan: Plan, fund: Fund, said: str) -> str:
    """Where a transfer goes: an account anywhere by its id, an investment, or an account of the fund by name."""
    if said in plan.accounts:
        return said
    name = said.strip().casefold()
    for key in ("id", "number", "name"):
        found: list[str] = [one.id for one in plan.investments.values() if (getattr(one, key) or "").casefold() == name]
        if len(found) == 1:
            return found[0]
    return find_account(plan, said, fund).id


def _needed(value: str | None, name: str) -> str:
    if not value:
        raise _refused("missing", f"“{name}” is missing.", field=name)
    return value


def _the_one(plan: Plan, kind: str, said: str, known: list[Any]) -> Any:
    """The entity that *said* names by id, number or name."""
    name = said.strip().casefold()
    found: list[Any] = []
    for key in ("id", "number", "name"):
        found = found or [one for one in known if (getattr(one, key) or "").casefold() == name]
    if len(found) != 1:
        plural, title = in_sentence(KINDS[kind].TITLE_PLURAL), in_sentence(KINDS[kind].TITLE)
        names = ", ".join(sorted(f"{one.number or ''} {one.name}".strip() for one in (found or known)))
        raise NotFound(
            f"There are {len(found)} {plural} called “{said}”." if found else f"There is no {title} “{said}”.",
            remedy=f"{KINDS[kind].TITLE_PLURAL}: {names}" if names else f"There is no {title} yet.",
        )
    return found[0]


def _account(
    plan: Plan, fund: Fund, type: AccountType, name: str, *, investment: str | None = None
) -> tuple[str, list[Edit]]:
    """The fund's account of that type, or the edit that opens one."""
    found = account_of(plan, fund.id, type, investment)
    if found is not None:
        return found.id, []
    return open_account(fund.id, type, name, investment=investment)


def _reserve_of(plan: Plan, account: Account) -> tuple[str, list[Edit]]:
    fund = plan.need("fund", account.fund)
    name = RESERVE_NAME if account.investment is None else f"{RESERVE_NAME}: {account.name}"
    return _account(plan, fund, AccountType.RESERVE, name, investment=account.investment)


def _move(
    type: TransferType, source: str, target: str, amount: Decimal, *, on: date, by: str | None, reason: str | None
) -> Edit:
    if not amount.is_finite() or amount <= 0:
        raise _refused(
            "transfer-no-amount",
            f"“{amount}” cannot be moved.",
            field="amount",
            remedy="State an amount above zero; to go the other way, exchange the accounts.",
        )
    if amount >= LARGEST:
        raise _refused("transfer-no-amount", f"{amount:.3e} is too large an amount.", field="amount")
    legs = (Leg(account=source, amount=-amount), Leg(account=target, amount=amount))
    return create("transfer", new_id(), type=type, on=on, legs=legs, by=by, reason=reason)


def _refused(code: str, message: str, *, field: str | None = None, remedy: str | None = None) -> Invalid:
    finding = Finding(code=code, message=message, kind="transfer", field=field, remedy=remedy)
    return Invalid(message, findings=[finding], remedy=remedy)
