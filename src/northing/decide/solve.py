"""Choose: an answer at once, with how far from the best it can be; then better ones, until told to stop.

Relaxation → rounded and rebuilt → small programmes around the best plan, in turn with a tree of cases for the bound.
Whatever finds a plan, it is shown only after ``Model.broken`` found nothing in exact arithmetic; whatever finds a
bound, it is shown only as ``certificate.bound`` adds it up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from northing.decide.around import Around
from northing.decide.certificate import Bound, bound, gap, ray_closes
from northing.decide.kernel import Kernel, kernel, programme_of
from northing.decide.resident import HALT, Relaxed, Resident, solver
from northing.decide.rows import Floats, Ints, Model
from northing.decide.search import mending, opened, promising, rebuild
from northing.decide.tree import Tree
from northing.decide.walk import LARGEST, walk

Status = Literal["searching", "best", "near", "stopped", "impossible", "unknown"]


@dataclass(frozen=True, eq=False)
class Answer:
    """What is known so far."""

    plan: Ints | None
    value: Fraction | None
    most: Fraction | None
    """No plan is worth more: recomputed from ``prices``, or from those at the leaves of ``cases`` cases."""
    gap: float | None
    """(most − value) / value."""
    seconds: float
    status: Status
    by: str
    """What found it: start, relaxation, rounding, kernel, around, walk, tree."""
    prices: Floats | None = None
    point: Floats | None = None
    relaxed: Fraction | None = None
    """The bound that ``prices`` prove by themselves."""
    cases: int = 0


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
    most: Fraction | None = None
    cases: int = 0
    point: Floats | None = None
    stopped: bool = False
    by: str = ""

    @property
    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.begun)

    @property
    def gap(self) -> float | None:
        return None if self.value is None or self.most is None else gap(self.value, self.most)

    @property
    def done(self) -> bool:
        near = self.gap is not None and self.gap <= self.goal
        return self.stopped or HALT.due or near or self.left <= 0

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

    def lower(self, most: Fraction, cases: int) -> None:
        """Take a lower bound."""
        if self.value is not None:
            most = max(most, self.value)
        self.cases = cases
        if self.most is None or most < self.most:
            self.most = most
            self.say("searching")

    def say(self, status: Status) -> Answer:
        answer = Answer(
            self.plan,
            self.value,
            self.most,
            self.gap,
            time.monotonic() - self.begun,
            status,
            self.by,
            self.proof.prices if self.proof else None,
            self.point,
            self.proof.most if self.proof else None,
            self.cases,
        )
        self.stopped = self.tell(answer) or self.stopped
        return answer


IDLE = 12
"""Programmes around a plan without a better one, after which the tree is grown in turn."""
WALK = 3.0
"""Seconds of the first walk; each further one is twice as long, and a quarter as long after it nothing is walked."""
TREE_FIRST = 5.0
"""Seconds before the first walk: what the tree can prove soon needs none."""
SHARE = 0.2
"""Seconds of a turn of the tree."""
ROUNDS, ENOUGH = 24, 4
"""Rounds of rebuilding before the first answer: where none has come to a plan, and where one has."""


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
        return search.say(_without(resident, model))
    search.point, search.by = relaxed.point, "relaxation"
    search.proof = bound(model, relaxed.prices)
    search.most = search.proof.most
    search.offer(relaxed.point, "relaxation")
    if not search.done:
        _round(search, relaxed, search.proof, seed)
    if (
        start is not None
    ):  # last: the plan of other limits is seldom the best one, and would be told before a better one
        search.offer(start, "start")
    if search.value is None and not search.done:
        _first(search, relaxed, search.proof)
    if not search.done:
        none = _improve(search, resident, relaxed, search.proof, seed)
        resident.move(model)
        if none:
            return search.say("impossible")
    if search.gap == 0.0:
        return search.say("best")
    if search.value is None:
        return search.say("unknown")
    return search.say("near" if search.gap is not None and search.gap <= goal else "stopped")


def _without(resident: Resident, model: Model) -> Status:
    """That no point keeps all limits, where prices prove it."""
    ray = resident.ray() if resident.impossible else None
    return "impossible" if ray is not None and ray_closes(model, ray, model.lower, model.upper) else "unknown"


def _improve(search: Search, resident: Resident, relaxed: Relaxed, proof: Bound, seed: int) -> bool:
    """In turn, better plans around the best one and a lower bound by the tree, until done; True: there is no plan."""
    around = Around(search.model, relaxed.point, proof.reduced, seed)
    tree: Tree | None = None
    walking, due = WALK, TREE_FIRST
    while not search.done:
        if search.plan is not None and search.value is not None:
            slack = proof.raw - float(search.value)
            if search.offer(around.step(search.plan, slack, search.left), "around"):
                around.idle = 0
                continue
            around.idle += 1
            if around.idle < IDLE:
                continue
            if time.monotonic() - search.begun >= due:
                seed += 1
                around.others = _walked(search, proof, min(walking, search.left), seed)
                due = time.monotonic() - search.begun + walking / 4
                walking *= 2
        if tree is None:
            tree = Tree(_narrowed(search, proof), resident, relaxed, proof.most)
        tree.grow(search.value, time.monotonic() + min(SHARE, search.left))
        if tree.found is not None:
            search.offer(tree.found, "tree")
        if tree.most is None and search.value is None:
            return True
        search.lower((search.value or proof.most) if tree.most is None else tree.most, tree.cases)
    return False


def _walked(search: Search, proof: Bound, seconds: float, seed: int) -> list[Ints]:
    """Good plans, the best of which has been offered; none where a choice has too many rows to walk."""
    assert search.plan is not None and search.value is not None
    model, plan = search.model, search.plan
    free = np.flatnonzero((np.abs(proof.reduced) <= proof.raw - float(search.value)) & (model.upper == 1))
    small = opened(kernel(model, plan, free))
    if small.takes.size > LARGEST:
        return []
    found = walk(small, plan[free].astype(bool), proof.reduced[free], seconds, seed, lambda: search.done)
    plans = [plan.copy() for _ in found]
    for one, part in zip(plans, found, strict=True):
        one[free] = part
    search.offer(plans[0], "walk")
    return plans


def _narrowed(search: Search, proof: Bound) -> Model:
    """The model in which every better plan lies: a column j with |d_j| > U − V stays at its relaxation's end."""
    model = search.model
    if search.value is None:
        return model
    slack = proof.raw - float(search.value) + 1e-9 * abs(proof.raw)
    fixed = np.abs(proof.reduced) > slack
    upper = np.where(fixed & (proof.reduced < 0), model.lower, model.upper)
    lower = np.where(fixed & (proof.reduced > 0), model.upper, model.lower)
    return model.bounded(lower, upper)


def _base(search: Search, relaxed: Relaxed) -> Ints:
    """The relaxation's plan without what it chooses in part; capacity that it hires in part is hired in full."""
    part = np.abs(relaxed.point - np.rint(relaxed.point)) > 1e-6
    hired = search.model.items < 0
    return np.where(part, np.where(hired, np.ceil(relaxed.point), 0), np.rint(relaxed.point)).astype(np.int64)


def _round(search: Search, relaxed: Relaxed, proof: Bound, seed: int) -> None:
    """Round, ruin, recreate."""
    model = search.model
    part = np.abs(relaxed.point - np.rint(relaxed.point)) > 1e-6
    base = _base(search, relaxed)
    open_ = np.zeros(model.columns, bool)
    open_[promising(relaxed.point, proof.reduced, int(part.sum()) + 100)] = open_[mending(model, base)] = True
    free = np.flatnonzero(open_ & (model.items >= 0))
    small = opened(kernel(model, base, free))
    used = model.worth - proof.reduced
    per_use = np.clip(model.worth / np.maximum(used, 1e-9), 0.2, 5.0)[free]
    until = time.monotonic() + search.left
    found = rebuild(small, base[free].astype(bool), relaxed.point[free], per_use, until, seed, ROUNDS, ENOUGH)
    if found is not None:
        plan = base.copy()
        plan[free] = found
        search.offer(plan, "rounding")


def _first(search: Search, relaxed: Relaxed, proof: Bound) -> None:
    """A first plan by integer programmes on more and more columns, for half of the time at the most."""
    until = time.monotonic() + search.left / 2
    size = 150
    while search.value is None and not search.done and time.monotonic() < until:
        whole = size >= search.model.columns
        free = promising(relaxed.point, proof.reduced, size)
        base = _base(search, relaxed)
        part = kernel(search.model, base, free)
        highs = solver(time_limit=max(0.05, min(until - time.monotonic(), 1e9 if whole else 2.0)), mip_rel_gap=0.02)
        highs.passModel(programme_of(part, whole=True))

        def improved(event: Any, base: Ints = base, part: Kernel = part) -> None:
            if _offer_part(search, base, part, np.array(event.data_out.mip_solution)):
                event.interrupt()

        highs.cbMipImprovingSolution += improved
        highs.run()
        values = np.array(highs.getSolution().col_value)
        if search.value is None and len(values) == len(free):
            _offer_part(search, base, part, values)
        if whole:
            return
        size *= 4


def _offer_part(search: Search, base: Ints, part: Kernel, values: Floats) -> bool:
    plan = base.copy()
    plan[part.columns] = np.rint(values).astype(np.int64)
    return search.offer(plan, "kernel")
