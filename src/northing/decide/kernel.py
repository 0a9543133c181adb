"""The part of a choice that is still open: some columns free, the rest as they are, and only rows that can bind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from northing.decide.rows import Floats, Ints, Model


@dataclass(frozen=True, eq=False)
class Kernel:
    """A x over the free columns, with the limits less what the fixed ones take. In whole numbers, as floats."""

    columns: Ints
    rows: Ints
    starts: Ints
    index: Ints
    coef: Floats
    low: Floats
    high: Floats
    worth: Floats
    lower: Floats
    upper: Floats

    @property
    def dense(self) -> Floats:
        """Row × column."""
        table = np.zeros((len(self.rows), len(self.columns)))
        table[np.repeat(np.arange(len(self.rows)), np.diff(self.starts)), self.index] = self.coef
        return table


def kernel(model: Model, plan: Ints, free: Ints) -> Kernel:
    """*free* columns of *model*; the others stay as in *plan*. Rows that no choice of them can break are left out."""
    place = np.full(model.columns, -1, np.int64)
    place[free] = np.arange(len(free))
    rest = plan.copy()
    rest[free] = 0
    taken = model.activity(rest).astype(np.float64)
    own = place[model.index] >= 0
    index, row, coef = place[model.index[own]], model.row_of[own], model.coef[own].astype(np.float64)
    lower, upper = model.lower[free].astype(np.float64), model.upper[free].astype(np.float64)
    ends = coef * lower[index], coef * upper[index]
    most = np.bincount(row, weights=np.maximum(*ends), minlength=model.rows)
    least = np.bincount(row, weights=np.minimum(*ends), minlength=model.rows)
    low = np.where(np.isinf(model.row_low), -np.inf, model.low.astype(np.float64) - taken)
    high = np.where(np.isinf(model.row_high), np.inf, model.high.astype(np.float64) - taken)
    rows = np.flatnonzero((most > high) | (least < low))
    kept = np.zeros(model.rows, bool)
    kept[rows] = True
    inside = kept[row]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(row[inside], minlength=model.rows)[rows])])
    return Kernel(
        free, rows, starts, index[inside], coef[inside], low[rows], high[rows], model.worth[free], lower, upper
    )


def programme_of(part: Kernel, *, whole: bool) -> Any:
    """*part* as HiGHS takes it, each row by its largest coefficient."""
    import highspy

    sizes = np.ones(len(part.rows))
    filled = np.diff(part.starts) > 0
    if part.coef.size:
        sizes[filled] = np.maximum.reduceat(np.abs(part.coef), part.starts[:-1][filled])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(part.columns), len(part.rows)
    lp.col_cost_ = -part.worth
    lp.col_lower_, lp.col_upper_ = part.lower, part.upper
    lp.row_lower_, lp.row_upper_ = part.low / sizes, part.high / sizes
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = part.starts
    lp.a_matrix_.index_ = part.index
    lp.a_matrix_.value_ = part.coef / np.repeat(sizes, np.diff(part.starts))
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(part.columns)
    return lp
