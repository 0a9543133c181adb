"""A choice as linear rows: max v·x, low ≤ A x ≤ high, 0 ≤ x ≤ upper, x whole. Exact, sparse, and each row in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from northing.decide.whole import SAFE, Whole, largest, times

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NONE_LOW = -(1 << 62)
NONE_HIGH = 1 << 62
"""No limit on that side."""


@dataclass(frozen=True, eq=False)
class Block:
    """Rows that one limit makes: CSR with whole coefficients at one scale (a coefficient means ``coef / scale``)."""

    limit: int
    """Position of the limit in the problem; −1: that an item is done in one way at most; −2: must; −3: a pin."""
    counts: Ints
    index: Ints
    coef: Whole
    low: Whole
    high: Whole
    scale: int
    name: Callable[[int], str]
    """What the row is called, by its place in the block."""

    @property
    def rows(self) -> int:
        return len(self.counts)


@dataclass(frozen=True, eq=False)
class Model:
    """What a solver is given and a plan is checked against."""

    value: Whole
    value_scale: int
    lower: Ints
    upper: Ints
    blocks: tuple[Block, ...]
    items: Ints
    """Of each column the position of its item; −1: capacity that is hired."""
    names: Sequence[str] = field(default=())

    @property
    def columns(self) -> int:
        return len(self.value)

    @cached_property
    def starts(self) -> Ints:
        counts = np.concatenate([np.zeros(1, np.int64), *(block.counts for block in self.blocks)])
        return np.cumsum(counts, dtype=np.int64)

    @cached_property
    def rows(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def index(self) -> Ints:
        return _joined([block.index for block in self.blocks], np.int64)

    @cached_property
    def row_of(self) -> Ints:
        """Of each coefficient the row."""
        return np.repeat(np.arange(self.rows), np.diff(self.starts))

    @cached_property
    def coef(self) -> Whole:
        return _joined([block.coef for block in self.blocks], None)

    @cached_property
    def low(self) -> Whole:
        return _joined([block.low for block in self.blocks], None)

    @cached_property
    def high(self) -> Whole:
        return _joined([block.high for block in self.blocks], None)

    @cached_property
    def scales(self) -> Floats:
        """Of each row what its whole numbers are divided by."""
        return np.repeat([float(block.scale) for block in self.blocks], [block.rows for block in self.blocks])

    @cached_property
    def limits(self) -> Ints:
        """Of each row its limit (see ``Block.limit``)."""
        return np.repeat(
            np.array([block.limit for block in self.blocks], np.int64), [block.rows for block in self.blocks]
        )

    @cached_property
    def data(self) -> Floats:
        """The coefficients as a solver takes them."""
        return self.coef.astype(np.float64) / self.scales[self.row_of]

    @cached_property
    def row_low(self) -> Floats:
        return np.where(self.low <= NONE_LOW, -np.inf, self.low.astype(np.float64) / self.scales)

    @cached_property
    def row_high(self) -> Floats:
        return np.where(self.high >= NONE_HIGH, np.inf, self.high.astype(np.float64) / self.scales)

    @cached_property
    def worth(self) -> Floats:
        """The values as a solver takes them."""
        return self.value.astype(np.float64) / float(self.value_scale)

    @cached_property
    def step(self) -> Fraction:
        """All plans' values are multiples of this."""
        wide = self.value.dtype == object
        return Fraction((gcd(*self.value.tolist()) if wide else int(np.gcd.reduce(self.value))) or 1, self.value_scale)

    def name(self, row: int) -> str:
        """What *row* is called."""
        for block in self.blocks:
            if row < block.rows:
                return block.name(row)
            row -= block.rows
        raise IndexError(row)

    def activity(self, plan: NDArray[Any]) -> Whole:
        """A x of every row, exactly, in the row's whole numbers."""
        return row_sums(self.coef * plan[self.index], self.starts)

    def broken(self, plan: NDArray[Any]) -> Ints:
        """The rows that *plan* (a whole number a column) breaks, judged in exact arithmetic; none: it may be shown."""
        plan = np.asarray(plan)
        if self._wide:
            plan = plan.astype(object)
        activity = self.activity(plan)
        off = (plan < self.lower) | (plan > self.upper)
        if off.any():
            raise ValueError("a plan chooses what cannot be chosen")
        return np.flatnonzero((activity < self.low) | (activity > self.high))

    @cached_property
    def _wide(self) -> bool:
        """Whether sums may leave machine words."""
        if object in (self.coef.dtype, self.low.dtype, self.high.dtype):
            return True
        most = int(np.max(self.upper, initial=1)) * largest(self.coef) * int(np.max(np.diff(self.starts), initial=1))
        return most >= SAFE

    def value_of(self, plan: NDArray[Any]) -> Fraction:
        """v·x, exactly."""
        chosen = np.flatnonzero(plan)
        total = sum(int(self.value[column]) * int(plan[column]) for column in chosen)
        return Fraction(total, self.value_scale)

    def bounded(self, lower: Ints, upper: Ints) -> Model:
        """The same rows with other bounds of the columns."""
        other = replace(self, lower=lower, upper=upper)
        other.__dict__.update({name: kept for name, kept in self.__dict__.items() if name not in _OWN})
        return other


_OWN = {"lower", "upper", "_wide"}
"""What a model with other bounds does not share."""


def row_sums(terms: Whole, starts: Ints) -> Whole:
    """The sums of *terms* by row; an empty row is 0."""
    counts = np.diff(starts)
    out = np.zeros(len(counts), dtype=terms.dtype)
    filled = counts > 0
    if terms.size:
        out[filled] = np.add.reduceat(terms, starts[:-1][filled])
    return out


def _joined(parts: Sequence[Whole], dtype: Any) -> Whole:
    return np.concatenate(parts) if parts else np.zeros(0, dtype or np.int64)


def at_scale(given: Sequence[Any], wholes: Whole, own: int, scale: int, missing: int) -> Whole:
    """*wholes* at *scale*; *missing* where *given* is None."""
    scaled = times(wholes, scale // own)
    if any(one is None for one in given):
        scaled = scaled.astype(object)
        for place, one in enumerate(given):
            if one is None:
                scaled[place] = missing
    return scaled
