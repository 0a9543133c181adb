"""How many items are finished in each day, week or month: exact counts, those without a finish among them.

The limits of a process behaviour chart (XmR) are the mean ± 2.66 × the mean moving range of a baseline that stays as it
is; the lower one is not below 0. A signal is a value outside them, or the eighth in a row on one side of the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec

from northing.facts.flow_asking import Item
from northing.portfolio.errors import Invalid
from northing.portfolio.periods import Period

from .five import Kinds, by_kind
from .work import Used, Work, periods

SIGMA = Fraction(266, 100)
RUN = 8


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """What was finished in one stretch of days."""

    period: Period
    items: tuple[Item, ...]
    """Delivered."""
    kinds: Kinds
    discarded: int
    cut: bool
    """Whether the week or month is longer than these days, or they are not over yet."""
    counted: int
    """How many of the days are worked, by the policy's calendar."""

    @property
    def delivered(self) -> int:
        return len(self.items)


class Throughput(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    by: str
    periods: tuple[Finished, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(one.delivered for one in self.periods)

    @property
    def whole(self) -> tuple[Finished, ...]:
        """Without those that are cut short, which are not comparable."""
        return tuple(one for one in self.periods if not one.cut)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Natural process limits, and the values outside of them."""

    mean: Fraction
    moving: Fraction
    """Mean moving range."""
    low: Fraction
    high: Fraction
    baseline: int
    """How many values, from the first on, the limits are made of."""
    outside: tuple[int, ...]
    """Places of values beyond a limit."""
    runs: tuple[int, ...]
    """Places of values that are the eighth or later in a row on one side of the mean."""

    @property
    def stable(self) -> bool:
        return not self.outside and not self.runs


def throughput(work: Work, window: Period, by: str = "day") -> Throughput:
    """Items delivered in each day, week (from Monday) or month of *window*."""
    found = []
    for period in periods(window, by):
        finished = work.finished(period)
        delivered = tuple(item for item in finished if item.outcome == "delivered")
        last = period.end.toordinal() - 1
        found.append(
            Finished(
                period=period,
                items=delivered,
                kinds=by_kind(delivered),
                discarded=len(finished) - len(delivered),
                cut=work.days.begins(period.end) > work.now or not _is_whole(period, by),
                counted=work.days.counted(period.start.toordinal(), last),
            )
        )
    return Throughput(used=work.used, by=by, periods=tuple(found))


def limits(values: Sequence[int], baseline: int | None = None) -> Limits:
    """The limits of *values*, from the first *baseline* of them, at least two; all where it is not said."""
    of = values if baseline is None else values[:baseline]
    if len(of) < 2:
        raise Invalid("Limits need two values or more.", values=len(of))
    mean = Fraction(sum(of), len(of))
    moving = Fraction(sum(abs(then - one) for one, then in pairwise(of)), len(of) - 1)
    low, high = max(mean - SIGMA * moving, Fraction(0)), mean + SIGMA * moving
    return Limits(
        mean=mean,
        moving=moving,
        low=low,
        high=high,
        baseline=len(of),
        outside=tuple(place for place, value in enumerate(values) if not low <= value <= high),
        runs=tuple(_runs(values, mean)),
    )


def _runs(values: Sequence[int], mean: Fraction) -> list[int]:
    found, run, side = [], 0, 0
    for place, value in enumerate(values):
        now = (value > mean) - (value < mean)
        run, side = (run + 1 if now == side else 1), now
        if side and run >= RUN:
            found.append(place)
    return found


def _is_whole(period: Period, by: str) -> bool:
    return next(iter(periods(Period(period.start.replace(day=1), period.end), by))) == period if by == "month" else (
        period.days == (7 if by == "week" else 1)
    )  # fmt: skip
