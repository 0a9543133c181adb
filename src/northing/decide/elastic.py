"""The smallest change that makes something possible: limits that give way, each at a price, as an integer programme.

    min Σ w_r · s_r   such that   A x − s ≤ high,  A x + s ≥ low on the rows that may give way,  v·x ≥ floor

What the solver answers is a proposal only: how far a row gives way is counted again from the plan, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from northing.decide.resident import programme, solver
from northing.decide.rows import Floats, Ints, Model


@dataclass(frozen=True, eq=False)
class Given:
    """A plan, and by row how far its limit gives way, in the row's own unit."""

    plan: Ints
    by: Mapping[int, Fraction]
    extra: float = 0.0
    """The value of the column that was put in beside the plan's."""


@dataclass(frozen=True, eq=False)
class Extra:
    """One more column, 0 … 1, with a price: what it takes from each row."""

    rows: Ints
    takes: Floats
    price: float


def give_way(
    model: Model,
    rows: Sequence[int],
    *,
    seconds: float,
    floor: Fraction | None = None,
    within: Sequence[int] = (),
    extra: Extra | None = None,
) -> Given | None:
    """The cheapest plan in which *rows* may give way; None if there is none, or none was found in time.

    A unit of a row costs 1 / its limit, so that the sum is one of shares. *floor*: worth at least so much.
    *within*: exactly one of these columns is chosen.
    """
    import highspy

    # Presolve of HiGHS 1.14 turns some mixed programmes into wrong ones (tests/decide/test_clash.py has one of 3 × 7).
    highs = solver(time_limit=max(seconds, 0.05), mip_rel_gap=1e-4, presolve="off")
    lp = programme(model, whole=True)
    lp.col_cost_ = np.zeros(model.columns)
    highs.passModel(lp)
    for row in rows:
        for side, sign in ((model.row_high[row], -1.0), (model.row_low[row], 1.0)):
            if np.isfinite(side):
                price = 1.0 / max(abs(side), float(np.abs(_of_row(model, row)).max(initial=0.0)), 1e-9)
                highs.addCol(price, 0.0, highspy.kHighsInf, 1, np.array([row], np.int32), np.array([sign]))
    if extra is not None:
        highs.addCol(extra.price, 0.0, 1.0, len(extra.rows), extra.rows.astype(np.int32), -extra.takes)
    if floor is not None:
        filled = np.flatnonzero(model.worth).astype(np.int32)
        highs.addRow(float(floor), highspy.kHighsInf, len(filled), filled, model.worth[filled])
    if within:
        highs.addRow(1.0, 1.0, len(within), np.array(within, np.int32), np.ones(len(within)))
    highs.run()
    values: Any = np.array(highs.getSolution().col_value)
    if highs.getInfo().primal_solution_status != 2 or not len(values):
        return None
    plan = np.rint(values[: model.columns]).astype(np.int64)
    return Given(plan, lacking(model, plan), float(values[-1]) if extra is not None else 0.0)


def _of_row(model: Model, row: int) -> Floats:
    return np.asarray(model.data[model.starts[row] : model.starts[row + 1]])


def lacking(model: Model, plan: Ints) -> dict[int, Fraction]:
    """By row that *plan* breaks, how far: exactly."""
    activity = model.activity(plan)
    found = {}
    for row in model.broken(plan).tolist():
        over = max(int(activity[row]) - int(model.high[row]), int(model.low[row]) - int(activity[row]))
        found[row] = Fraction(over, int(model.scales[row]))
    return found
