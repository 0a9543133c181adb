"""Choose: an answer at once, with how far from the best it can be; then better ones, until told to stop.

Relaxation → rounding and rebuilding → integer programme on a kernel → on all columns that can still matter. Whatever
finds a plan, it is shown only after ``Model.broken`` found nothing in exact arithmetic; whatever finds a bound, it is
shown only as ``certificate.bound`` adds it up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from northing.decide.certificate import Bound, bound, gap
from northing.decide.kernel import Kernel, kernel, programme_of
from northing.decide.resident import Relaxed, Resident, solver
from northing.decide.rows import Floats, Ints, Model
from northing.decide.search import opened, promising, rebuild

Status = Literal["searching", "best", "near", "stopped", "impossible", "unknown"]


@dataclass(frozen=True, eq=False)
class Answer:
    """What is known so far."""

    plan: Ints | None
    value: Fraction | None
    most: Fraction | None
    """No plan is worth more: recomputed from ``prices``."""
    gap: float | None
    """(most − value) / value."""
    seconds: float
    status: Status
    by: str
    """What found it: relaxation, rounding, kernel, whole."""
    prices: Floats | None = None
    point: Floats | None = None


Tell = Callable[[Answer], bool]
"""Is told every better answer; True means: stop."""


@dataclass
class Search:
    """One search: the best plan and the lowest bound, and who is told."""

    model: Model
    seconds: float
    goal: float
    tell: Tell
    begun: float = field(default_factory=time.monotonic)
    plan: Ints | None = None
    value: Fraction | None = None
    proof: Bound | None = None
    point: Floats | None = None
    stopped: bool = False
    by: str = ""

    @property
    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.begun)

    @property
    def gap(self) -> float | None:
        return None if self.value is None or self.proof is None else gap(self.value, self.proof.most)

    @property
    def done(self) -> bool:
        near = self.gap is not None and self.gap <= self.goal
        return self.stopped or near or self.left <= 0

    def offer(self, plan: Floats | Ints, by: str) -> bool:
        """Take *plan* if it is better and keeps every limit; whether it was."""
        whole = np.rint(plan).astype(np.int64)
        if (whole < self.model.lower).any() or (whole > self.model.upper).any() or self.model.broken(whole).size:
            return False
        value = self.model.value_of(whole)
        if self.value is not None and value <= self.value:
            return False
        self.plan, self.value, self.by = whole, value, by
        self.say("searching")
        return True

    def say(self, status: Status) -> Answer:
        answer = Answer(
            self.plan,
            self.value,
            self.proof.most if self.proof else None,
            self.gap,
            time.monotonic() - self.begun,
            status,
            self.by,
            self.proof.prices if self.proof else None,
            self.point,
        )
        self.stopped = self.tell(answer) or self.stopped
        return answer


def choose(
    model: Model,
    *,
    seconds: float = 30.0,
    goal: float = 0.0,
    tell: Tell = lambda _: False,
    resident: Resident | None = None,
    start: Ints | None = None,
    seed: int = 1,
) -> Answer:
    """The best plan found within *seconds*, or as soon as it is proved to be within *goal* of the best there is.

    *resident*: the relaxation of the model before this one, kept warm. *start*: a plan to begin with, if it fits.
    """
    search = Search(model, seconds, goal, tell)
    if resident is None:
        resident = Resident(model)
    elif resident.model is not model:
        resident.move(model)
    relaxed = resident.solve(search.left)
    if relaxed is None:
        return search.say("impossible" if resident.impossible else "unknown")
    search.point, search.by = relaxed.point, "relaxation"
    search.proof = bound(model, relaxed.prices)
    if start is not None:
        search.offer(start, "start")
    search.offer(relaxed.point, "relaxation")
    if not search.done:
        _round(search, relaxed, seed)
    size = 150
    while not search.done and size < model.columns:
        _integer(search, relaxed, size, min(search.left, 2.0 + search.seconds / 20))
        size *= 3
    if not search.done:
        proved = _integer(search, relaxed, model.columns, search.left)
        if proved and search.value is None:
            return search.say("impossible")
    if search.gap == 0.0:
        return search.say("best")
    return search.say("near" if search.gap is not None and search.gap <= goal else "stopped")


def _base(search: Search, relaxed: Relaxed) -> Ints:
    """The relaxation's plan without what it chooses in part; capacity that it hires in part is hired in full."""
    part = np.abs(relaxed.point - np.rint(relaxed.point)) > 1e-6
    hired = search.model.items < 0
    return np.where(part, np.where(hired, np.ceil(relaxed.point), 0), np.rint(relaxed.point)).astype(np.int64)


def _round(search: Search, relaxed: Relaxed, seed: int) -> None:
    """Round, ruin, recreate."""
    model, proof = search.model, search.proof
    if proof is None:
        return
    part = np.abs(relaxed.point - np.rint(relaxed.point)) > 1e-6
    free = promising(relaxed.point, proof.reduced, int(part.sum()) + 100)
    free = free[model.items[free] >= 0]
    base = _base(search, relaxed)
    small = opened(kernel(model, base, free))
    used = model.worth - proof.reduced
    per_use = np.clip(model.worth / np.maximum(used, 1e-9), 0.2, 5.0)[free]
    until = time.monotonic() + min(search.left, max(0.05, search.seconds / 50))
    found = rebuild(small, base[free].astype(bool), relaxed.point[free], per_use, until, seed)
    if found is not None:
        plan = base.copy()
        plan[free] = found
        search.offer(plan, "rounding")


def _integer(search: Search, relaxed: Relaxed, size: int, seconds: float) -> bool:
    """An integer programme on the *size* most promising columns; whether it was solved to its end."""
    import highspy

    model, proof = search.model, search.proof
    if proof is None or seconds <= 0:
        return False
    free = promising(relaxed.point, proof.reduced, size)
    base = search.plan if search.plan is not None else _base(search, relaxed)
    part = kernel(model, base, free)
    highs = solver(time_limit=seconds, mip_rel_gap=max(search.goal / 3, 1e-9), mip_abs_gap=float(model.step) * 0.999)
    highs.passModel(programme_of(part, whole=True))
    if search.plan is not None:
        start = highspy.HighsSolution()
        start.col_value = search.plan[free].astype(np.float64)
        highs.setSolution(start)
    by = "whole" if size >= model.columns else "kernel"

    def improved(event: Any) -> None:
        _offer_part(search, base, part, np.array(event.data_out.mip_solution), by)
        if search.done:
            event.interrupt()

    highs.cbMipImprovingSolution += improved
    highs.cbMipInterrupt += lambda event: event.interrupt() if search.done else None
    highs.run()
    status = highs.getModelStatus()
    if highs.getInfo().primal_solution_status == 2:
        _offer_part(search, base, part, np.array(highs.getSolution().col_value), by)
    return status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)


def _offer_part(search: Search, base: Ints, part: Kernel, values: Floats, by: str) -> None:
    plan = base.copy()
    plan[part.columns] = np.rint(values).astype(np.int64)
    search.offer(plan, by)
