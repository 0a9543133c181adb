"""Accruals as they are proposed when a period is closed: what was received by its end and is not billed yet.

Of an order or contract: earned − billed, never below zero. Earned = its amount by days, in a straight line from its
start to its end, up to the end of the period; billed = bill rows of the days before that end that name its reference.
One without dates or reference cannot be judged and is not accrued, nor is one that is closed. Of usage: the cost of
the period's days, as priced and not as billed, for which the provider has no cost row that covers the day.
Proposals are rounded to cents, half-even: a close states what goes into the ledger. Those below the threshold of the
fiscal calendar are not proposed one by one: they are added up and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import msgspec

from northing.portfolio.forecasting import Accrual, Commitment, CommitmentType
from northing.portfolio.money import EXACT, Amounts, Expense, split
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .asking_facts import Fold
from .commitments import billed_by_reference, in_order, taken_off
from .fx import exchange
from .money_flows import days_of_facts, line_currency
from .sentence import Ref, Said
from .view import View

CENT = Decimal("0.01")

BILLED = "billed"

SENTENCES = {
    "commitment": word("{earned} of {commitment} is received by {day}, {billed} is billed."),
    "usage": word("{days} days of usage of {provider} without a bill."),
}


class ProposedAccrual(msgspec.Struct, frozen=True, kw_only=True):
    investment: str
    amount: Decimal
    currency: str
    expense: Expense | None = None
    reason: Said
    commitment: str | None = None
    earned: Decimal | None = None
    billed: Decimal | None = None
    provider: str | None = None
    """Of usage: who has not billed."""

    def accrual(self, reason: str = "") -> Accrual:
        """As a close states it; *reason* is the sentence in the language of who closes."""
        return Accrual(self.investment, self.amount, self.currency, self.expense, reason)


class Small(msgspec.Struct, frozen=True, kw_only=True):
    """What is received and not billed, and too small to be proposed one by one."""

    threshold: Decimal
    """In the workspace's currency; from here on each is proposed."""
    count: int = 0
    amount: Amounts = Amounts()
    """Together, each in its own currency."""


def propose_accruals(view: View, period: Period) -> tuple[ProposedAccrual, ...]:
    """All that a close of *period* could accrue, orders and contracts first."""
    return (*_of_commitments(view, period), *_of_usage(view, period))


def worth_stating(
    view: View, period: Period, proposed: Iterable[ProposedAccrual]
) -> tuple[tuple[ProposedAccrual, ...], Small]:
    """Of *proposed*, what is not below the calendar's threshold, and the rest added up.

    Each is compared at the rate of the period's last day; without a rate it is proposed.
    """
    threshold, rates = view.plan.calendar.accrual_threshold, exchange(view)
    kept: list[ProposedAccrual] = []
    small: list[ProposedAccrual] = []
    for one in proposed:
        rate = rates.rate(one.currency, view.home_currency, period.last)
        below = rate is not None and EXACT.multiply(one.amount, rate.rate) < threshold
        (small if below else kept).append(one)
    left = Amounts.sum(Amounts({one.currency: one.amount}) for one in small)
    return tuple(kept), Small(threshold=threshold, count=len(small), amount=left)


def earned(commitment: Commitment, until: date) -> Decimal | None:
    """What of it is received before *until*, in a straight line by days; None where its dates do not say."""
    if commitment.start is None or commitment.end is None or commitment.end <= commitment.start:
        return None
    if until <= commitment.start:
        return Decimal(0)
    if until >= commitment.end:
        return commitment.amount
    gone, left = (until - commitment.start).days, (commitment.end - until).days
    return split(commitment.amount, [("earned", Decimal(gone)), ("left", Decimal(left))])["earned"]


def _of_commitments(view: View, period: Period) -> Iterator[ProposedAccrual]:
    bills = billed_by_reference(view, period.end)
    left: dict[tuple[str, str], Decimal] = {}
    day = period.end - timedelta(days=1)
    for one in in_order(view.plan.commitments):
        if one.type != CommitmentType.OBLIGATION or not one.reference:
            continue
        received = earned(one, period.end)
        if received is None or (one.closed is not None and one.closed <= day):
            continue
        currency, reference = line_currency(view.plan, one), one.reference.strip()
        if (reference, currency) not in left:
            left[reference, currency] = taken_off(view, currency, bills.get(reference, {}))[0]
        billed = max(Decimal(0), min(left[reference, currency], received))
        left[reference, currency] = EXACT.subtract(left[reference, currency], billed)
        amount = EXACT.subtract(received, billed).quantize(CENT, rounding=ROUND_HALF_EVEN)
        if amount > 0 and currency:
            yield ProposedAccrual(
                investment=one.investment,
                amount=amount,
                currency=currency,
                expense=one.expense,
                commitment=one.id,
                earned=received,
                billed=billed,
                reason=Said(
                    SENTENCES["commitment"],
                    {
                        "earned": _money(received, currency),
                        "commitment": Ref("commitment", one.id),
                        "day": day,
                        "billed": _money(billed, currency),
                    },
                ),
            )


def _of_usage(view: View, period: Period) -> Iterator[ProposedAccrual]:
    if view.facts is None or days_of_facts(view.plan, "usage") is None:
        return
    days = tuple(period.start + timedelta(days=index) for index in range(period.days + 1))
    covered = _billed_days(view, period)
    sums: dict[tuple[str, str, str], Decimal] = {}
    on: dict[tuple[str, str, str], set[date]] = {}
    fold = Fold(table="usage", sums=("cost",), by=("currency", "provider", "price_basis"), spans=days)
    for line in view.facts.fold(fold):
        currency, provider, basis = line.by
        if line.investment not in view.plan.investments or not line.sums[0] or not currency or line.span is None:
            continue
        if (basis or "").strip().casefold() == BILLED or line.span in covered.get(_name(provider), ()):
            continue
        key = (str(line.investment), provider or "", currency)
        sums[key] = EXACT.add(sums.get(key, Decimal(0)), line.sums[0])
        on.setdefault(key, set()).add(line.span)
    for key in sorted(sums):
        investment, provider, currency = key
        amount = sums[key].quantize(CENT, rounding=ROUND_HALF_EVEN, context=EXACT)
        if amount > 0:
            yield ProposedAccrual(
                investment=investment,
                amount=amount,
                currency=currency,
                expense=Expense.OPEX,
                provider=provider or None,
                reason=Said(SENTENCES["usage"], {"days": len(on[key]), "provider": provider or "–"}),
            )


def _billed_days(view: View, period: Period) -> dict[str, set[date]]:
    """Provider in small letters → the days of *period* that a cost row of theirs covers."""
    assert view.facts is not None
    whole = days_of_facts(view.plan, "cost")
    covered: dict[str, set[date]] = {}
    if whole is None:
        return covered
    # A row that begins before the period may reach into it; bills reach no further back than a year.
    first = max(whole.start, period.start - timedelta(days=366))
    spans = tuple(first + timedelta(days=index) for index in range((period.end - first).days + 1))
    if len(spans) < 2:
        return covered
    fold = Fold(table="cost", sums=(), by=("provider", "until"), spans=spans, attribute=False)
    for line in view.facts.fold(fold):
        if line.span is None or line.by[0] is None:
            continue
        at, end = max(line.span, period.start), min(_day(line.by[1]) or line.span + timedelta(days=1), period.end)
        into = covered.setdefault(_name(line.by[0]), set())
        while at < end:
            into.add(at)
            at += timedelta(days=1)
    return covered


def _name(provider: str | None) -> str:
    return (provider or "").strip().casefold()


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) or value is None else date.fromisoformat(str(value))


def _money(amount: Decimal, currency: str) -> Amounts:
    return Amounts({currency: amount})
