"""Why AI usage costs more or less than before: more of it, other models, or other prices.

For each model of a provider, with quantity q (tokens, or requests), cost c and unit price p = c / q, before (0) and
after (1):

- price  = Σ (p1 − p0) · q0
- volume = (Q1 − Q0) · C0 / Q0: had everything grown alike (Q, C: sums over all models)
- mix    = Σ (q1 − q0) · p0 − volume: models were used more or less than others
- joint  = Σ (p1 − p0) · (q1 − q0)

change = C1 − C0 = volume + mix + price + joint, exactly: the first three are rounded half-even to 12 decimals, and
joint takes what is left. A model that is new is taken at its price after, one that is gone at its price before, so that
neither shows as a price effect. Cost without any quantity (a fee) is all mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .cost_rows import Asker
from .fx import Missing, findings
from .levels import ORGANISATION, Scope
from .money_sums import scope_shares
from .view import View

Per = Literal["tokens", "requests"]

FORMULAS = {
    "change": word("Cost after − cost before. Change = volume + mix + price + joint."),
    "volume": word("(quantity after − before) × average price before."),
    "mix": word("Σ (quantity after − before) × price before of each model, less volume."),
    "price": word("Σ (price after − before) × quantity before."),
    "joint": word("Σ (price after − before) × (quantity after − before)."),
}

STEP = Decimal(1).scaleb(-12)

QUANTITY = ("input", "output", "cache_read", "cache_write")


class EffectRow(msgspec.Struct, frozen=True, kw_only=True):
    """One model of one provider. Its volume and mix stand together: apart they only mean something over all."""

    provider: str | None
    model: str | None
    currency: str
    quantity_before: Decimal
    quantity_after: Decimal
    cost_before: Decimal
    cost_after: Decimal
    volume: Decimal
    """(q1 − q0) · p0, which holds this model's part of the mix."""
    price: Decimal
    joint: Decimal

    @property
    def price_before(self) -> Decimal | None:
        """Of a million."""
        return self.cost_before * 1_000_000 / self.quantity_before if self.quantity_before else None

    @property
    def price_after(self) -> Decimal | None:
        """Of a million."""
        return self.cost_after * 1_000_000 / self.quantity_after if self.quantity_after else None


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    before: Period
    after: Period
    per: Per
    cost_before: Amounts
    cost_after: Amounts
    change: Amounts
    volume: Amounts
    mix: Amounts
    price: Amounts
    joint: Amounts
    rows: tuple[EffectRow, ...]
    """The largest change first."""
    findings: tuple[Finding, ...]


def price_effects(
    view: View, before: Period, after: Period, scope: Scope = ORGANISATION, *, per: Per = "tokens", where: str = ""
) -> Effects:
    """The change of cost of *scope* between two periods, taken apart; per currency where some rate is missing."""
    then, lacking_then = _by_model(view, before, scope, per, where)
    now, lacking_now = _by_model(view, after, scope, per, where)
    missing = {*lacking_then, *lacking_now}
    rows = [_row(key, then.get(key, _NONE), now.get(key, _NONE)) for key in sorted({*then, *now}, key=str)]
    rows.sort(key=lambda row: (-abs(row.cost_after - row.cost_before), row.provider or "", row.model or ""))
    sums: dict[str, dict[str, Decimal]] = {name: {} for name in ("before", "after", "volume", "mix", "price", "joint")}
    for currency in sorted({row.currency for row in rows}):
        for name, amount in _effects([row for row in rows if row.currency == currency]).items():
            sums[name][currency] = amount
    cost_before, cost_after = Amounts(sums["before"]), Amounts(sums["after"])
    return Effects(
        before=before,
        after=after,
        per=per,
        cost_before=cost_before,
        cost_after=cost_after,
        change=cost_after - cost_before,
        volume=Amounts(sums["volume"]),
        mix=Amounts(sums["mix"]),
        price=Amounts(sums["price"]),
        joint=Amounts(sums["joint"]),
        rows=tuple(rows),
        findings=findings(missing),
    )


Key = tuple[str | None, str | None, str]
_NONE = (Decimal(0), Decimal(0))


def _by_model(
    view: View, window: Period, scope: Scope, per: Per, where: str
) -> tuple[Mapping[Key, tuple[Decimal, Decimal]], set[Missing]]:
    """Provider, model and currency → quantity and cost."""
    asker = Asker(view, window=window, table="usage")
    of = scope_shares(view, scope)
    found: dict[Key, tuple[Decimal, Decimal]] = {}
    sums = QUANTITY if per == "tokens" else ("requests",)
    for line in asker.lines(("provider", "model"), amount="cost", sums=sums, where=where):
        if line.investment is None:
            share = Decimal(1) if scope == ORGANISATION else Decimal(0)
        else:
            share = of.get(line.investment, Decimal(0))
        if not share:
            continue
        key = (line.by[0], line.by[1], line.currency)
        quantity, cost = found.get(key, _NONE)
        for part in line.sums:
            quantity = EXACT.add(quantity, EXACT.multiply(part, share))
        found[key] = (quantity, EXACT.add(cost, EXACT.multiply(line.told, share)))
    return found, asker.missing


def _row(key: Key, then: tuple[Decimal, Decimal], now: tuple[Decimal, Decimal]) -> EffectRow:
    (q0, c0), (q1, c1) = then, now
    volume, price = _apart(q0, c0, q1, c1)
    change = EXACT.subtract(c1, c0)
    return EffectRow(
        provider=key[0],
        model=key[1],
        currency=key[2],
        quantity_before=q0,
        quantity_after=q1,
        cost_before=c0,
        cost_after=c1,
        volume=volume,
        price=price,
        joint=EXACT.subtract(EXACT.subtract(change, volume), price),
    )


def _apart(q0: Decimal, c0: Decimal, q1: Decimal, c1: Decimal) -> tuple[Decimal, Decimal]:
    """(q1 − q0) · p0 and (p1 − p0) · q0, rounded to 12 decimals."""
    if not q0 or not q1:
        return EXACT.subtract(c1, c0), Decimal(0)
    p0, p1 = Fraction(c0) / Fraction(q0), Fraction(c1) / Fraction(q1)
    return _rounded((Fraction(q1) - Fraction(q0)) * p0), _rounded((p1 - p0) * Fraction(q0))


def _effects(rows: list[EffectRow]) -> Mapping[str, Decimal]:
    def total(name: str) -> Decimal:
        found = Decimal(0)
        for row in rows:
            found = EXACT.add(found, getattr(row, name))
        return found

    q0, q1, c0, c1 = (total(name) for name in ("quantity_before", "quantity_after", "cost_before", "cost_after"))
    quantities = total("volume")
    volume = _rounded((Fraction(q1) - Fraction(q0)) * Fraction(c0) / Fraction(q0)) if q0 else quantities
    return {
        "before": c0,
        "after": c1,
        "volume": volume,
        "mix": EXACT.subtract(quantities, volume),
        "price": total("price"),
        "joint": total("joint"),
    }


def _rounded(value: Fraction) -> Decimal:
    exact = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return exact.quantize(STEP, rounding=ROUND_HALF_EVEN, context=EXACT)
