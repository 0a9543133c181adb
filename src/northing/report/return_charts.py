"""Pictures of return: a cost beside the range that is claimed of it, and what a cost was spent on; as marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from northing.measure.returns.claims import Range
from northing.portfolio.flow import FlowKind
from northing.portfolio.money import Amounts

WIDE = 120
"""Width of a spread in units of its drawing."""

COLOURS = {
    FlowKind.FEATURE: "var(--c1)",
    FlowKind.DEFECT: "var(--c5)",
    FlowKind.RISK: "var(--c2)",
    FlowKind.DEBT: "var(--c3)",
    None: "var(--c6)",
}
"""As the pictures of flow have them."""


@dataclass(frozen=True)
class Spread:
    """A bar of cost, and the range claimed beside it, on a scale that all rows share."""

    cost: float
    low: float
    likely: float
    high: float
    is_claimed: bool


def spreads(rows: Sequence[tuple[Amounts, Range]], currency: str) -> list[Spread]:
    """The spreads of (cost, claimed) of several rows; what is in another currency than *currency* is not drawn."""

    def own(amounts: Amounts) -> Decimal:
        return max(Decimal(0), amounts.by_currency.get(currency, Decimal(0)))

    most = max((max(own(cost), own(claimed.high)) for cost, claimed in rows), default=Decimal(0))

    def x(amounts: Amounts) -> float:
        return round(float((WIDE - 4) * own(amounts) / most), 1) if most else 0.0

    return [
        Spread(x(cost), x(claimed.low), x(claimed.likely), x(claimed.high), bool(own(claimed.high)))
        for cost, claimed in rows
    ]


@dataclass(frozen=True)
class Part:
    """A stretch of a whole that is drawn as one bar, from 0 to 100."""

    name: str
    colour: str
    start: float
    width: float


def parts(shares: Sequence[tuple[str, str, Decimal]]) -> list[Part]:
    """Stretches of *shares* (name, colour, share of one) end to end."""
    found, at = [], Decimal(0)
    for name, colour, share in shares:
        found.append(Part(name, colour, round(float(100 * at), 2), round(float(100 * share), 2)))
        at += share
    return found
