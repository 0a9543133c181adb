"""The relaxation that stays in memory: solved by dual simplex, and again from its last basis after a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from northing.decide.rows import Floats, Model

LIMITLESS = 1e9
"""Seconds."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best point when ways may be chosen in part."""

    point: Floats
    value: float
    prices: Floats
    """By row what one more unit of its limit is worth, as the solver says: positive on a ``high`` that binds."""


def programme(model: Model, *, whole: bool = False) -> Any:
    """*model* as HiGHS takes it (a minimisation of −v·x); with ``whole`` the columns are whole numbers."""
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.columns, model.rows
    lp.col_cost_ = -model.worth
    lp.col_lower_, lp.col_upper_ = model.lower.astype(np.float64), model.upper.astype(np.float64)
    lp.row_lower_, lp.row_upper_ = model.row_low, model.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.starts
    lp.a_matrix_.index_ = model.index
    lp.a_matrix_.value_ = model.data
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * model.columns
    return lp


class Halt:
    """Whether what is being solved is still wanted: asked by every programme of this process while it runs."""

    def __init__(self) -> None:
        self.asked: Callable[[], bool] | None = None

    @property
    def due(self) -> bool:
        return self.asked is not None and self.asked()

    def heed(self, event: Any) -> None:
        """End the programme that asks, once nobody wants it."""
        if self.due:
            event.interrupt()


HALT = Halt()


def solver(**options: Any) -> Any:
    """A quiet HiGHS on one thread. An option that it does not know is a defect, and raises."""
    import highspy

    highs = highspy.Highs()
    for name, value in {"output_flag": False, "threads": 1, "random_seed": 1, **options}.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"the solver refuses {name} = {value}")
    if HALT.asked is not None and "simplex_strategy" not in options:
        highs.cbMipInterrupt += HALT.heed
    return highs


class Resident:
    """One relaxation with its basis. Not for two threads at once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        # Presolving costs more than it saves here (docs/performance.md), and leaves no prices where nothing solves it.
        self._highs = solver(solver="simplex", simplex_strategy=1, presolve="off")
        self._highs.passModel(programme(model))

    def move(self, model: Model) -> None:
        """Take *model* in place of the one before; the basis is kept where the shape is the same."""
        before, self.model = self.model, model
        alike = (model.columns, model.rows) == (before.columns, before.rows)
        if alike and _same_matrix(before, model):
            rows = np.flatnonzero((model.row_low != before.row_low) | (model.row_high != before.row_high))
            if rows.size:
                self._highs.changeRowsBounds(
                    len(rows), rows.astype(np.int32), model.row_low[rows], model.row_high[rows]
                )
            columns = np.flatnonzero((model.lower != before.lower) | (model.upper != before.upper))
            if columns.size:
                lower, upper = model.lower[columns].astype(np.float64), model.upper[columns].astype(np.float64)
                self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)
            dearer = np.flatnonzero(model.worth != before.worth)
            if dearer.size:
                self._highs.changeColsCost(len(dearer), dearer.astype(np.int32), -model.worth[dearer])
            return
        basis = self._highs.getBasis() if alike else None
        self._highs.passModel(programme(model))
        if basis is not None and basis.valid:
            self._highs.setBasis(basis)

    def solve(self, seconds: float = LIMITLESS) -> Relaxed | None:
        """The relaxation's best point; None where there is none, or not within *seconds*."""
        import highspy

        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.01))
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._highs.getSolution()
        return Relaxed(
            np.array(solution.col_value),
            -float(self._highs.getInfo().objective_function_value),
            -np.array(solution.row_dual),
        )

    def ray(self) -> Floats | None:
        """Prices that should prove that the last programme has no solution, if the solver has some."""
        answer = self._highs.getDualRay()
        has, values = answer[-2], answer[-1]
        return -np.array(values) if has and values is not None and len(values) == self.model.rows else None

    @property
    def impossible(self) -> bool:
        """Whether the last ``solve`` showed that no point keeps all limits."""
        import highspy

        status = self._highs.getModelStatus()
        return status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


def _same_matrix(one: Model, other: Model) -> bool:
    return one.data is other.data or (
        np.array_equal(one.starts, other.starts)
        and np.array_equal(one.index, other.index)
        and np.array_equal(one.data, other.data)
    )
