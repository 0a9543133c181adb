"""Percentiles by nearest rank or between two ranks, in exact arithmetic.

Nearest rank of n values: the ⌈p·n⌉-th smallest, at least the first: a value that occurred (inverted distribution).
Linear: at place p·(n − 1) from the smallest, between its two neighbours (Excel's PERCENTILE.INC, NumPy's default).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from northing.portfolio.flow import PercentileRule

SHOWN = (50, 70, 85, 95)
"""The hundredths that pictures draw."""


def percentile(ordered: Sequence[int], percent: int | Fraction, rule: PercentileRule) -> Fraction:
    """The *percent* hundredth, 0 to 100, of at least one value, given from the smallest to the largest."""
    if rule is PercentileRule.NEAREST:
        return Fraction(ordered[max(1, -(-percent * len(ordered) // 100)) - 1])
    place, rest = divmod(percent * (len(ordered) - 1), 100)
    low = ordered[place]
    return Fraction(low) if not rest else low + Fraction(rest) * (ordered[place + 1] - low) / 100


def percentiles(
    values: Iterable[int], rule: PercentileRule, unit: int = 1, asked: Sequence[int] = SHOWN
) -> Mapping[int, Fraction]:
    """Percent → percentile, of which *unit* are one; nothing of no values."""
    ordered = sorted(values)
    return {percent: percentile(ordered, percent, rule) / unit for percent in asked} if ordered else {}
