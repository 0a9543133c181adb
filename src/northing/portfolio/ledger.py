"""The ledger as it follows from the transfers: what moved in each account, when, and what that leaves there.

A balance is never stored. It is what the legs of all transfers up to a day come to; a day's transfers count
together, so that a balance holds at the end of a day and does not depend on the order inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .funding import Account, Transfer
from .money import EXACT
from .plan import Plan

ZERO = Decimal(0)


class Entry(NamedTuple):
    """One leg of a transfer, seen from its account."""

    transfer: Transfer
    amount: Decimal


@dataclass(frozen=True)
class Ledger:
    """All transfers of a plan by what people ask of them."""

    entries: Mapping[str, tuple[Entry, ...]]
    """Account → its entries in the order of :func:`order`."""
    reversals: Mapping[str, tuple[str, ...]]
    """Transfer → the transfers that reverse it, in the order of their ids; one at most where no rule is broken."""


def ledger(plan: Plan) -> Ledger:
    """The ledger of *plan*, worked out once for it."""
    return plan.memo("ledger", frozenset({"transfer"}), lambda: _ledger(plan))


def _ledger(plan: Plan) -> Ledger:
    entries: dict[str, list[Entry]] = {}
    reversals: dict[str, list[str]] = {}
    for transfer in sorted(plan.transfers.values(), key=order):
        for leg in transfer.legs:
            entries.setdefault(leg.account, []).append(Entry(transfer, leg.amount))
        if transfer.reverses is not None:
            reversals.setdefault(transfer.reverses, []).append(transfer.id)
    return Ledger(
        {account: tuple(found) for account, found in entries.items()},
        {id: tuple(sorted(found)) for id, found in reversals.items()},
    )


def order(transfer: Transfer) -> tuple[date, bool, int, str, str]:
    """The order of a statement: by day, then by number, those that have none yet last, then by id."""
    number = transfer.number or ""
    digits = number.rpartition("-")[2]
    return (
        transfer.on,
        transfer.number is None,
        int(digits) if digits.isascii() and digits.isdigit() else 0,
        number,
        transfer.id,
    )


def added(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, to the last decimal."""
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def balance(plan: Plan, account: str, on: date | None = None) -> Decimal:
    """What is in *account* at the end of day *on*; of all its transfers, future ones too, where it is None."""
    entries = ledger(plan).entries.get(account, ())
    return added(entry.amount for entry in entries if on is None or entry.transfer.on <= on)


def ends_of_days(plan: Plan, account: str) -> Iterator[tuple[date, Decimal]]:
    """Each day on which something moved in *account*, with what was there at its end, in order."""
    total, day = ZERO, None
    for entry in ledger(plan).entries.get(account, ()):
        if not entry.amount.is_finite():
            continue
        if day is not None and entry.transfer.on != day:
            yield day, total
        day, total = entry.transfer.on, EXACT.add(total, entry.amount)
    if day is not None:
        yield day, total


def lowest(plan: Plan, account: str) -> tuple[date, Decimal] | None:
    """The day with the least balance, the first of several, and that balance; None before the first transfer."""
    return min(ends_of_days(plan, account), key=lambda found: (found[1], found[0]), default=None)


def reversed_by(plan: Plan, transfer: str) -> Transfer | None:
    """The transfer that reverses *transfer*, if there is one."""
    found = ledger(plan).reversals.get(transfer)
    reversing: Transfer | None = plan.get("transfer", found[0]) if found else None
    return reversing


def chain(plan: Plan, transfer: Transfer) -> list[Transfer]:
    """The transfer at the root of *transfer*'s reversals, what reverses it, what reverses that, and so on.

    A reversal that is reversed brings back what it had undone: of an odd number the root is in force.
    """
    root, seen = transfer, {transfer.id}
    while (above := plan.get("transfer", root.reverses)) is not None and above.id not in seen:
        seen.add(above.id)
        root = above
    found, seen = [root], {root.id}
    while (following := reversed_by(plan, found[-1].id)) is not None and following.id not in seen:
        seen.add(following.id)
        found.append(following)
    return found


def to_reverse(plan: Plan, made: Iterable[str]) -> list[Transfer]:
    """What is to be reversed so that the transfers *made* by one revision come to what they did before it.

    Nothing, where somebody has undone it since, or where they undo each other.
    """
    ids = set(made)
    found: dict[str, Transfer] = {}
    for id in sorted(ids):
        transfer = plan.get("transfer", id)
        if transfer is None:
            continue
        links = chain(plan, transfer)
        places = [place for place, link in enumerate(links) if link.id in ids]
        before, after, now = places[0] % 2, (places[-1] + 1) % 2, len(links) % 2
        if before not in (after, now):
            found[links[0].id] = links[-1]
    return list(found.values())


def has_moved(plan: Plan, kind: str, id: str) -> bool:
    """Whether the entity is an account with entries, or the fund of one: what the ledger names is there for good."""
    if kind == "account":
        return id in ledger(plan).entries
    return kind == "fund" and any(account.id in ledger(plan).entries for account in plan.accounts.by("fund", id))


def currency_of(plan: Plan, account: Account | None) -> str | None:
    """The currency of the fund that *account* belongs to; None where something on the way is not in the plan."""
    fund = plan.get("fund", account.fund) if account is not None else None
    return None if fund is None else str(fund.currency)
