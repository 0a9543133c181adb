"""The acts of the ledger as edits: open a fund, approve, transfer, reserve, release, reverse.

Every door makes them here. They say what is wanted; whether it may be (no account below zero, no closed
period) is said by the rules when the edits are committed or previewed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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
    found: list[Fund] = [fund for fund in (plan.get("fund", said),) if fund is not None]
    word = said.strip().casefold()
    for key in ("number", "name"):
        found = found or [fund for fund in plan.funds.values() if (getattr(fund, key) or "").casefold() == word]
    if len(found) != 1:
        names = ", ".join(sorted(f"{fund.number} {fund.name}" for fund in (found or plan.funds.values())))
        raise NotFound(
            f"There are {len(found)} funds called “{said}”." if found else f"There is no fund “{said}”.",
            remedy=f"Funds: {names}" if names else "Open a fund first.",
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
    legs = (Leg(account=source, amount=-amount), Leg(account=target, amount=amount))
    return create("transfer", new_id(), type=type, on=on, legs=legs, by=by, reason=reason)


def _refused(code: str, message: str, *, field: str | None = None, remedy: str | None = None) -> Invalid:
    finding = Finding(code=code, message=message, kind="transfer", field=field, remedy=remedy)
    return Invalid(message, findings=[finding], remedy=remedy)
