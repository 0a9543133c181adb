"""Better plans around a good one: small integer programmes over some tens of columns, the rest held as they are.

Which columns are free is drawn anew each time: most of those in which plan and relaxation differ, and others, the
likelier the nearer their reduced cost is to nothing. A column whose reduced cost is larger than U − V is never drawn:
no better plan decides it otherwise than the relaxation does. The number of free columns follows the solver: more
after a programme that was solved to its end, fewer after one that was not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from northing.decide.kernel import kernel, programme_of
from northing.decide.resident import solver
from northing.decide.rows import Floats, Ints, Model

SLICE = 0.5
"""Seconds for one programme."""
FEWEST, MOST = 10, 400


class Around:
    """The search for better plans of one model, with its state: how many columns, which are drawn next."""

    def __init__(self, model: Model, point: Floats, reduced: Floats, seed: int) -> None:
        self.model, self.rounded = model, np.rint(point).astype(np.int64)
        self.distance = np.abs(reduced)
        self.part = np.abs(point - self.rounded) > 1e-6
        self.size = 10.0
        self.idle = 0
        """Programmes since the last better plan."""
        self.others: list[Ints] = []
        """Other good plans, the best first: where they differ from the best is where a better one may be."""
        self._draw: Any = np.random.default_rng(seed)

    def step(self, plan: Ints, slack: float, seconds: float) -> Ints:
        """A plan of at least the same value (in the solver's arithmetic); *slack* is U − V."""
        import highspy

        free = self._free(plan, slack)
        if not free.size:
            self.idle += 1
            return plan
        part = kernel(self.model, plan, free)
        highs = solver(
            time_limit=max(0.02, min(SLICE, seconds)),
            mip_rel_gap=1e-6,
            mip_heuristic_effort=0.0,
            mip_heuristic_run_feasibility_jump=False,
            mip_detect_symmetry=False,
            mip_allow_restart=False,
        )
        highs.passModel(programme_of(part, whole=True))
        start = highspy.HighsSolution()
        start.col_value = plan[free].astype(np.float64)
        highs.setSolution(start)
        highs.run()
        whole = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self.size = min(MOST, self.size * 1.15 + 1) if whole else max(FEWEST, self.size * 0.85)
        if whole and len(free) >= (self.distance <= slack).sum():
            self.idle = 1 << 30  # all that a better plan could decide otherwise was free
        values = np.array(highs.getSolution().col_value)
        if len(values) != len(free):
            return plan
        better = plan.copy()
        better[free] = np.rint(values).astype(np.int64)
        return better

    def _free(self, plan: Ints, slack: float) -> Ints:
        """The columns that the next programme decides."""
        size = int(self.size)
        if self.others and self._draw.random() < 0.5:
            return self._between(plan, 2 * size)
        core = np.flatnonzero(self.part | (plan != self.rounded))
        core = core[self._draw.random(len(core)) < 0.7]
        if len(core) > 2 * size:
            core = self._draw.choice(core, 2 * size, replace=False)
        open_ = np.flatnonzero(self.distance <= max(slack, 0.0))
        if not open_.size:
            return np.sort(core)
        near = np.exp(-self.distance[open_] / (float(np.median(self.distance[open_])) + 1e-9)) + 1e-9
        drawn = self._draw.choice(open_, min(len(open_), size), replace=False, p=near / near.sum())
        free = np.zeros(self.model.columns, bool)
        free[core] = free[drawn] = True
        return np.flatnonzero(free)

    def _between(self, plan: Ints, size: int) -> Ints:
        """What some of the other plans decide otherwise than *plan*: of as many as have *size* columns of it."""
        free = np.zeros(self.model.columns, bool)
        for place in np.minimum(self._draw.exponential(len(self.others) / 4, 64), len(self.others) - 1).astype(int):
            more = free | (self.others[place] != plan)
            if more.sum() > size and free.any():
                break
            free = more
        return np.flatnonzero(free)
