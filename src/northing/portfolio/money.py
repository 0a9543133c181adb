"""Money: plan lines, sums that never mix currencies, splits that lose nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Entity, about
from .words import word


class Expense(StrEnum):
    """Capital or operating expenditure (IAS 38)."""

    CAPEX = "capex"
    OPEX = "opex"


class CostKind(StrEnum):
    BUILD = "build"
    RUN = "run"
    CHANGE = "change"
    OVERSIGHT = "oversight"


class CostPlanLine(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Planned money of one investment in one half-open period, with its range."""

    KIND, PLURAL = "cost_plan_line", "cost_plan_lines"
    TITLE, TITLE_PLURAL = word("Cost plan line"), word("Cost plan lines")

    investment: Annotated[str, about("Investment", ref="investment")]
    start: Annotated[date | None, about("From")] = None
    end: Annotated[date | None, about("Until", "The first day after the period.")] = None
    expense: Annotated[Expense | None, about("Capex or opex")] = None
    type: Annotated[CostKind | None, about("Type", "Build, run, change or oversight.")] = None
    model: Annotated[
        str | None, about("AI model", "Whose use it pays for, where it does; its price moves it.", ref="ai_model")
    ] = None
    currency: Annotated[str | None, about("Currency", "ISO 4217; empty takes the investment's.")] = None
    low: Annotated[Decimal | None, about("Low", money="currency")] = None
    likely: Annotated[Decimal | None, about("Likely", money="currency")] = None
    high: Annotated[Decimal | None, about("High", money="currency")] = None
    budget: Annotated[
        Decimal | None, about("Approved budget", "As approved or reported for the period.", money="currency")
    ] = None
    note: Annotated[str | None, about("Note", long=True)] = None


EXACT = Context(prec=160)
"""Wide enough for amounts times shares times rates: within it, sums depend on no order. ``localcontext(EXACT)``."""

NO_CURRENCY = ""
"""Amounts whose currency nobody stated; never added to any other."""


class Amounts:
    """Money in several currencies. Sums keep them apart; there is no total where there is no rate."""

    __slots__ = ("by_currency",)

    def __init__(self, by_currency: Mapping[str, Decimal] | None = None) -> None:
        self.by_currency: dict[str, Decimal] = dict(sorted((by_currency or {}).items()))

    def __add__(self, other: Amounts) -> Amounts:
        total = dict(self.by_currency)
        for currency, amount in other.by_currency.items():
            total[currency] = EXACT.add(total.get(currency, Decimal(0)), amount)
        return Amounts(total)

    def __sub__(self, other: Amounts) -> Amounts:
        return self + other.times(Decimal(-1))

    def times(self, factor: Decimal) -> Amounts:
        return Amounts({currency: EXACT.multiply(amount, factor) for currency, amount in self.by_currency.items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amounts) and self._nonzero() == other._nonzero()

    def __hash__(self) -> int:
        return hash(tuple(self._nonzero().items()))

    def __bool__(self) -> bool:
        return bool(self.by_currency)

    def __repr__(self) -> str:
        return (
            " + ".join(f"{amount} {currency}".strip() for currency, amount in self.by_currency.items()) or "Amounts()"
        )

    def _nonzero(self) -> dict[str, Decimal]:
        return {currency: amount for currency, amount in self.by_currency.items() if amount}

    @staticmethod
    def of(amount: Decimal | None, currency: str | None) -> Amounts:
        return Amounts() if amount is None else Amounts({currency or NO_CURRENCY: amount})

    @staticmethod
    def sum(parts: Iterable[Amounts]) -> Amounts:
        total: dict[str, Decimal] = {}
        for part in parts:
            for currency, amount in part.by_currency.items():
                total[currency] = EXACT.add(total.get(currency, Decimal(0)), amount)
        return Amounts(total)


def split(amount: Decimal, weights: Sequence[tuple[str, Decimal]], minor_units: int = 2) -> dict[str, Decimal]:
    """Cut *amount* by *weights* (id, weight) so that the parts add up to it exactly.

    Largest remainder in minor units; ties go by id. An amount finer than a minor unit keeps its residue on
    the first part. Weights are taken relative to their sum; all zero splits evenly.
    """
    if not weights:
        return {}
    total_weight = sum((weight for _, weight in weights), Decimal(0))
    if not total_weight:
        return split(amount, [(key, Decimal(1)) for key, _ in weights], minor_units)
    unit = Decimal(1).scaleb(-minor_units)
    exact = {key: amount * weight / total_weight for key, weight in weights}
    parts = {key: value.quantize(unit, rounding=ROUND_DOWN) for key, value in exact.items()}
    left = amount - sum(parts.values(), Decimal(0))
    step = unit if left >= 0 else -unit
    order = sorted(parts, key=lambda key: (-abs(exact[key] - parts[key]), key))
    for index in range(int(abs(left) // unit)):
        parts[order[index % len(order)]] += step
    residue = amount - sum(parts.values(), Decimal(0))
    if residue:
        parts[order[0]] += residue
    return parts
