"""Cycle times: each delivered item on the day it finished, and the percentiles of what is shown.

The lines are those of the shown window and nothing else. The second picture has the percentiles of each week or month
by themselves; where fewer than :data:`FEWEST` items were delivered it says how many there were, and no percentile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import msgspec

from northing.facts.flow_asking import Item
from northing.portfolio.periods import Period

from .percentiles import SHOWN, percentiles
from .work import Used, Work, is_true, periods

FEWEST = 5


class Point(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    item: Item
    day: date
    days: Fraction
    """From start to finish, as the policy counts."""


class Scatter(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    window: Period
    points: tuple[Point, ...]
    """In the order in which they finished."""
    lines: Mapping[int, Fraction]
    """Percent → days."""
    no_start: tuple[Item, ...]
    untrue: tuple[Item, ...]
    """Delivered in these days, and no point: without a start, or with instants that cannot be true."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """The percentiles of one week or month."""

    period: Period
    items: int
    percentiles: Mapping[int, Fraction]
    """Empty where there are too few items."""


class Spreads(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    by: str
    periods: tuple[Spread, ...]


def scatter(work: Work, window: Period, asked: Sequence[int] = SHOWN) -> Scatter:
    """Each item delivered in *window*, with its time from start to finish."""
    measured, took = work.measured(window)
    others = work.unmeasured(window)
    finished = work.days.all_of(item.finished or 0 for item in measured)
    days = {units: Fraction(units, work.unit) for units in set(took)}
    return Scatter(
        used=work.used,
        window=window,
        points=tuple(
            Point(item=item, day=day, days=days[units])
            for item, units, day in zip(measured, took, finished, strict=True)
        ),
        lines=percentiles(took, work.percentiles, work.unit, asked),
        no_start=tuple(item for item in others if is_true(item)),
        untrue=tuple(item for item in others if not is_true(item)),
    )


def spreads(work: Work, window: Period, by: str = "month", asked: Sequence[int] = SHOWN) -> Spreads:
    """The percentiles of items delivered in each week or month of *window*."""
    found = []
    for period in periods(window, by):
        _, took = work.measured(period)
        told = percentiles(took, work.percentiles, work.unit, asked) if len(took) >= FEWEST else {}
        found.append(Spread(period=period, items=len(took), percentiles=told))
    return Spreads(used=work.used, by=by, periods=tuple(found))
