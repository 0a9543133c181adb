"""A bound below the relaxation's, each part of which can be recomputed: a tree of cases with prices at every leaf.

A case fixes some columns between narrower bounds; its two children split one column, so that the leaves together hold
every plan. ``certificate.bound`` with a leaf's bounds and prices holds for the plans of that leaf, so the largest
over all leaves holds for all plans. A case without a solution is closed only by prices that prove it: a ray y with
Σ y·b + Σ max(−yA·l, −yA·u) < 0. Nothing is taken from the solver but the prices.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

import numpy as np

from northing.decide.certificate import bound, ray_closes
from northing.decide.resident import HALT, Relaxed, Resident
from northing.decide.rows import Floats, Ints, Model

SEEN = 4
"""How often a column must have been split before its own mean counts and not that of all."""


@dataclass(order=True)
class Case:
    """A leaf: what it bounds (negative, for the heap), and its columns' bounds."""

    key: Fraction
    order: int
    lower: Ints = field(compare=False)
    upper: Ints = field(compare=False)
    point: Floats | None = field(compare=False)
    raw: float = field(compare=False, default=0.0)


class Tree:
    """The cases of one model that may still hold a better plan."""

    def __init__(self, model: Model, resident: Resident, root: Relaxed, most: Fraction) -> None:
        self.model, self._resident = model, resident
        self._number = count()
        self._open = [Case(-most, 0, model.lower.copy(), model.upper.copy(), root.point, root.value)]
        self._drop = np.zeros((2, model.columns))
        self._seen = np.zeros((2, model.columns))
        self.cases = 0
        self.found: Ints | None = None
        """A whole point that a case came to, for the search to look at."""

    @property
    def most(self) -> Fraction | None:
        """No plan is worth more, but for those already known; None: there are no other plans."""
        return -self._open[0].key if self._open else None

    def grow(self, value: Fraction | None, until: float) -> None:
        """Split the case with the largest bound, again and again, until the clock's *until* or a whole point."""
        self.found = None
        while self._open and time.monotonic() < until and self.found is None and not HALT.due:
            case = heapq.heappop(self._open)
            if value is not None and -case.key <= value:
                self._open = []
                return
            column = self._column(case)
            if column is None:
                heapq.heappush(self._open, case)
                return
            for up in (False, True):
                self._child(case, column, up, value)

    def _child(self, case: Case, column: int, up: bool, value: Fraction | None) -> None:
        lower, upper = case.lower.copy(), case.upper.copy()
        at = float(case.point[column]) if case.point is not None else (lower[column] + upper[column]) / 2
        if up:
            lower[column] = int(np.floor(at)) + 1
        else:
            upper[column] = int(np.floor(at))
        self.cases += 1
        self._resident.move(self.model.bounded(lower, upper))
        relaxed = self._resident.solve()
        if relaxed is None:
            ray = self._resident.ray()
            if ray is None or not ray_closes(self.model, ray, lower, upper):
                heapq.heappush(self._open, Case(case.key, next(self._number), lower, upper, None, case.raw))
            return
        proof = bound(self.model, relaxed.prices, lower, upper)
        fraction = at - np.floor(at)
        move = (1.0 - fraction) if up else fraction
        self._drop[int(up), column] += max(case.raw - relaxed.value, 0.0) / max(move, 1e-6)
        self._seen[int(up), column] += 1
        most = min(proof.most, -case.key)
        if value is not None and most <= value:
            return
        if np.abs(relaxed.point - np.rint(relaxed.point)).max(initial=0.0) < 1e-6:
            self.found = np.rint(relaxed.point).astype(np.int64)
        heapq.heappush(self._open, Case(-most, next(self._number), lower, upper, relaxed.point, relaxed.value))

    def _column(self, case: Case) -> int | None:
        """The column to split: where both sides are expected to bound the most; None where the case is one plan."""
        if case.point is None:
            wide = np.flatnonzero(case.upper > case.lower)
            return int(wide[0]) if wide.size else None
        down = case.point - np.floor(case.point)
        part = np.flatnonzero((down > 1e-6) & (down < 1 - 1e-6))
        if not part.size:
            wide = np.flatnonzero(case.upper > case.lower)
            if wide.size:
                case.point = None
                return int(wide[0])
            return None
        mean = self._drop.sum() / max(self._seen.sum(), 1.0) or 1.0
        own = (self._drop[:, part] + mean * SEEN) / (self._seen[:, part] + SEEN)
        score = np.maximum(own[0] * down[part], 1e-9) * np.maximum(own[1] * (1.0 - down[part]), 1e-9)
        return int(part[score.argmax()])
