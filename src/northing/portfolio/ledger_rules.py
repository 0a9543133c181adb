"""The invariants of the ledger: legs that sum to zero, reversals that mirror, no account below zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from .breach import Breach, Touched, broken, broken_at, called, present
from .funding import AccountType, Leg, Transfer, TransferType
from .ledger import ZERO, currency_of, ledger, lowest
from .money import EXACT
from .plan import Plan


def transfers_balance(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A transfer has two legs or more, none of them zero, and they sum to zero in each currency."""
    for transfer in _transfers(plan, touched):
        if len(transfer.legs) < 2:
            yield broken(
                "transfer-one-sided",
                f"{_told(transfer)} has {len(transfer.legs)} legs; money goes from somewhere to somewhere.",
                transfer,
                "legs",
                degree=Decimal(2 - len(transfer.legs)),
            )
        wrong = [leg for leg in transfer.legs if not leg.amount.is_finite() or leg.amount == 0]
        if wrong:
            yield broken(
                "transfer-no-amount",
                f"{_told(transfer)}: “{wrong[0].amount}” moves nothing.",
                transfer,
                "legs",
                degree=Decimal(len(wrong)),
                value=str(wrong[0].amount),
                remedy="State an amount above zero.",
            )
            continue
        sums: dict[str, Decimal] = {}
        for leg in transfer.legs:
            currency = currency_of(plan, plan.get("account", leg.account)) or ""
            sums[currency] = EXACT.add(sums.get(currency, ZERO), leg.amount)
        over = {currency: total for currency, total in sums.items() if total}
        if over and "" not in sums:
            said = ", ".join(f"{total} {currency}" for currency, total in sorted(over.items()))
            yield broken(
                "transfer-unbalanced",
                f"{_told(transfer)}: its legs do not sum to zero; {said} is left over.",
                transfer,
                "legs",
                degree=sum((abs(total) for total in over.values()), ZERO),
                value=said,
                remedy="What leaves one account comes into another of the same currency.",
            )


def legs_have_accounts(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """Every leg of a transfer names an account that is in the plan."""
    for transfer in _transfers(plan, touched):
        missing = [leg.account for leg in transfer.legs if leg.account not in plan.accounts]
        if missing:
            yield broken(
                "missing-reference",
                f"{_told(transfer)}: a leg names an account that is not in the plan.",
                transfer,
                "legs",
                degree=Decimal(len(missing)),
                value=missing[0],
                remedy="Name an account of a fund.",
            )


def reversals_mirror(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A transfer that reverses another has the same legs with the signs turned, and is not dated before it."""
    found = {transfer.id: transfer for transfer in present(plan, touched, "transfer")}
    for id in touched.get("transfer", ()):
        found.update((transfer.id, transfer) for transfer in plan.transfers.by("reverses", id))
    for transfer in found.values():
        if (transfer.type is TransferType.REVERSE) != (transfer.reverses is not None):
            yield broken(
                "reversal-of-nothing",
                f"{_told(transfer)}: a reversal, and nothing else, says which transfer it reverses.",
                transfer,
                "reverses",
            )
        original = plan.get("transfer", transfer.reverses)
        if original is None or not all(leg.amount.is_finite() for leg in (*transfer.legs, *original.legs)):
            continue
        if _sorted(transfer.legs) != _sorted(mirrored(original)):
            yield broken(
                "reversal-differs",
                f"{_told(transfer)} is not the mirror of {_told(original)}, which it reverses.",
                transfer,
                "legs",
                remedy="Reverse the whole transfer, then make the right one.",
            )
        if transfer.on < original.on:
            yield broken(
                "reversal-early",
                f"{_told(transfer)} is dated {transfer.on}, before {_told(original)} of {original.on}.",
                transfer,
                "on",
                degree=Decimal((original.on - transfer.on).days),
                value=str(transfer.on),
            )


def reversed_once(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A transfer is reversed once at most; what reverses it may be reversed in its turn."""
    for id in {transfer.reverses for transfer in present(plan, touched, "transfer") if transfer.reverses is not None}:
        reversing = plan.transfers.by("reverses", id)
        if len(reversing) > 1:
            original = plan.get("transfer", id)
            yield broken_at(
                "reversed-twice",
                f"{_told(original) if original else 'A transfer'} is reversed {len(reversing)} times.",
                "transfer",
                id,
                degree=Decimal(len(reversing)),
                remedy="It is undone already. To bring it back, reverse its reversal.",
            )


def accounts_are_not_overdrawn(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """No account is below zero at the end of any day, unless it is a source or its fund may be overdrawn."""
    if touched.get("transfer"):
        # Whoever only sees what is there now cannot tell which account a leg has left.
        ids = set(ledger(plan).entries)
    else:
        ids = set(touched.get("account", ()))
        for fund in touched.get("fund", ()):
            ids.update(account.id for account in plan.accounts.by("fund", fund))
    for id in ids:
        account = plan.get("account", id)
        if account is None or account.type is AccountType.SOURCE:
            continue
        fund = plan.get("fund", account.fund)
        if fund is not None and fund.overdraft:
            continue
        least = lowest(plan, id)
        if least is not None and least[1] < 0:
            day, amount = least
            money = f"{amount:,} {fund.currency if fund else ''}".strip().replace("-", "−")
            yield broken(
                "account-overdrawn",
                f"{called(account)} goes to {money} on {day.day} {day:%b %Y}.",
                account,
                degree=-amount,
                value=str(amount),
                remedy="Move less, move money there first, or let the fund be overdrawn.",
            )


def accounts_say_whose_they_are(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """An account of type investment names the investment; other accounts may."""
    for account in present(plan, touched, "account"):
        if account.type is AccountType.INVESTMENT and account.investment is None:
            yield broken(
                "account-of-nobody",
                f"{called(account)} holds the money of an investment and does not say which.",
                account,
                "investment",
                remedy="Choose the investment, or another type of account.",
            )


def mirrored(transfer: Transfer) -> tuple[Leg, ...]:
    """The legs that undo those of *transfer*."""
    return tuple(Leg(account=leg.account, amount=-leg.amount) for leg in transfer.legs)


def _transfers(plan: Plan, touched: Touched) -> Iterator[Transfer]:
    """The touched transfers, and those with a leg in a touched account or in an account of a touched fund."""
    found = {transfer.id: transfer for transfer in present(plan, touched, "transfer")}
    accounts = set(touched.get("account", ()))
    for fund in touched.get("fund", ()):
        accounts.update(account.id for account in plan.accounts.by("fund", fund))
    if accounts:
        entries = ledger(plan).entries
        for account in accounts:
            found.update((entry.transfer.id, entry.transfer) for entry in entries.get(account, ()))
    yield from found.values()


def _sorted(legs: tuple[Leg, ...]) -> list[tuple[str, Decimal]]:
    return sorted((leg.account, leg.amount) for leg in legs)


def _told(transfer: Transfer) -> str:
    return f"Transfer {transfer.number}" if transfer.number else "The transfer"


LEDGER_RULES: tuple[tuple[Callable[[Plan, Touched], Iterator[Breach]], frozenset[str]], ...] = (
    (transfers_balance, frozenset({"transfer", "account", "fund"})),
    (legs_have_accounts, frozenset({"transfer", "account"})),
    (reversals_mirror, frozenset({"transfer"})),
    (reversed_once, frozenset({"transfer"})),
    (accounts_are_not_overdrawn, frozenset({"transfer", "account", "fund"})),
    (accounts_say_whose_they_are, frozenset({"account"})),
)
