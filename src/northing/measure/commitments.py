"""What is bound and not billed yet: the open part of each order, contract and reservation.

Open = amount − what the bill rows that name its reference come to, never below zero, in the commitment's own currency
(bill rows are exchanged at the rate of their day); nothing from the day on which it was closed. Of several commitments
with one reference, the earlier is billed first. The open part is spread by days over what is left of its span
from the cut-off on, or over its whole span where none is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from northing.portfolio.forecasting import Commitment
from northing.portfolio.money import EXACT

from .asking_facts import Fold
from .fx import Missing, exchange
from .money_flows import (
    FACTS,
    RATES,
    Filling,
    Flow,
    currency_is,
    days_of_facts,
    line_currency,
    month_spans,
    months,
    spread,
    told,
)
from .view import View


class OpenCommitment(msgspec.Struct, frozen=True, kw_only=True):
    """One commitment, and what of it is still to be billed. All in its own currency."""

    id: str
    investment: str
    currency: str
    amount: Decimal
    billed: Decimal
    open: Decimal
    missing: tuple[Missing, ...] = ()
    """Rates that are lacking to tell bills in its currency: those are not taken off."""


def commitments(view: View) -> tuple[OpenCommitment, ...]:
    """Every commitment with what is open of it on the view's day."""
    kept: dict[tuple[date, bool], tuple[OpenCommitment, ...]] = view.plan.memo(
        "commitments", FACTS | RATES | {"commitment", "investment"}, dict
    )
    key = (view.today, view.facts is not None)
    found = kept.get(key)
    if found is None:
        found = kept[key] = tuple(_commitments(view))
    return found


def is_closed(commitment: Commitment, today: date) -> bool:
    return commitment.closed is not None and commitment.closed <= today


def billed_by_reference(view: View, until: date | None = None) -> Mapping[str, Mapping[tuple[str, date], Decimal]]:
    """Order reference → (currency, day of its rate) → billed; of the days before *until* where it is given."""
    days = days_of_facts(view.plan, "cost")
    if view.facts is None or days is None:
        return {}
    spans = month_spans(view, days)
    quotes = {line_currency(view.plan, one) for one in view.plan.commitments.values() if one.reference}
    if not quotes:
        return {}
    rates = exchange(view)
    cuts = {spans[0], spans[-1]} | ({until} if until is not None and spans[0] < until < spans[-1] else set())
    named = "not order_ref is empty"
    found: dict[str, dict[tuple[str, date], Decimal]] = {}
    currencies = {
        str(line.by[0] or "")
        for line in view.facts.fold(
            Fold(table="cost", sums=("billed",), by=("currency",), where=named, attribute=False)
        )
    }
    for currency in sorted(currencies):
        changes = {day for quote in quotes for day in rates.changes(currency, quote) if spans[0] < day < spans[-1]}
        fold = Fold(
            table="cost",
            sums=("billed",),
            by=("currency", "order_ref"),
            spans=tuple(sorted(cuts | changes)),
            where=f"{named} and {currency_is(currency)}",
            attribute=False,
        )
        for line in view.facts.fold(fold):
            assert line.span is not None
            if (until is not None and line.span >= until) or str(line.by[0] or "") != currency:
                continue
            of = found.setdefault(str(line.by[1]).strip(), {})
            key = (currency, line.span)
            of[key] = EXACT.add(of.get(key, Decimal(0)), line.sums[0])
    return found


def taken_off(
    view: View, commitment_currency: str, parts: Mapping[tuple[str, date], Decimal]
) -> tuple[Decimal, tuple[Missing, ...]]:
    """Bills by currency and day told in one currency, and the rates that lack for some of them."""
    rates = exchange(view)
    total, missing = Decimal(0), set()
    for (currency, day), amount in parts.items():
        told_as = rates.convert(amount, currency, commitment_currency, day)
        if told_as is None:
            lacking = rates.missing(currency, commitment_currency, day)
            if lacking is not None:
                missing.add(lacking)
        else:
            total = EXACT.add(total, told_as)
    return total, tuple(sorted(missing, key=str))


def in_order(plan_commitments: Mapping[str, Commitment]) -> list[Commitment]:
    """The earlier first; ties by number and id."""
    return sorted(plan_commitments.values(), key=lambda one: (one.start or date.min, one.number or "~", one.id))


def _commitments(view: View) -> list[OpenCommitment]:
    bills = billed_by_reference(view)
    left: dict[tuple[str, str], Decimal] = {}
    lacking: dict[tuple[str, str], tuple[Missing, ...]] = {}
    found: list[OpenCommitment] = []
    zero = Decimal(0)
    shared: dict[str, int] = {}
    for one in view.plan.commitments.values():
        if one.reference:
            shared[one.reference.strip()] = shared.get(one.reference.strip(), 0) + 1
    for one in in_order(view.plan.commitments):
        currency = line_currency(view.plan, one)
        reference = (one.reference or "").strip()
        key = (reference, currency)
        if reference and key not in left:
            left[key], lacking[key] = taken_off(view, currency, bills.get(reference, {}))
        billed = left.get(key, zero)
        if reference and shared[reference] > 1:
            shared[reference] -= 1
            billed = min(billed, one.amount)
            left[key] = EXACT.subtract(left[key], billed)
        still = zero if is_closed(one, view.today) else max(zero, EXACT.subtract(one.amount, billed))
        found.append(
            OpenCommitment(
                id=one.id,
                investment=one.investment,
                currency=currency,
                amount=one.amount,
                billed=billed,
                open=still,
                missing=lacking.get(key, ()),
            )
        )
    return found


def open_parts(view: View, one: OpenCommitment, cut_off: date) -> list[tuple[date | None, Decimal]]:
    """What is open of a commitment by fiscal month, from *cut_off* on."""
    stated = view.plan.commitments[one.id]
    start, end = stated.start, stated.end
    if end is not None and end > cut_off:
        start = max(start or cut_off, cut_off)
    if start is None and end is None:
        start = cut_off
    return spread(one.open, months(view).cut(start, end))


def committed_flow(view: View, cut_off: date) -> Flow:
    """Open commitments by investment and month, from *cut_off* on, told at the rate of their first day."""

    def make() -> Flow:
        filling = Filling(view)
        for one in commitments(view):
            filling.missing.update(one.missing)
            if one.open:
                stated = view.plan.commitments[one.id]
                for month, part in open_parts(view, one, cut_off):
                    filling.put(
                        one.investment, month, stated.expense or "", one.currency, part, stated.start or cut_off
                    )
        return filling.flow()

    return told(view, ("committed", cut_off, view.today), FACTS | {"commitment", "investment"}, make)
