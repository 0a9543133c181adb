"""How much the list depends on its weights: what stays above the line whatever they are, and how far each may move.

Steadiness: of :data:`DRAWS` sets of weights, each weight between half and one and a half times what it is, the share in
which an investment stands above the line. The draws are seeded from what is ranked, so the same list gives the same
shares. Room: how far a criterion's part of all weights may fall or rise, the others kept in proportion, before anything
else stands above the line; to the percent. Lines are drawn as in :mod:`.ranking`. Only weighted scores have weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from northing.measure.choosing.choosing import choosing
from northing.measure.view import View
from northing.portfolio.choosing import LimitType
from northing.portfolio.scoring import Method

from .ranking import Ranking, taken

DRAWS = 1000
STEPS = 100


class Room(msgspec.Struct, frozen=True):
    """Of one criterion: its part of the weights, and how far that may go with the same above the line."""

    key: str
    name: str
    part: int
    """Per cent."""
    least: int | None
    """None: it may fall to nothing."""
    most: int | None
    """None: it may be all that counts."""


class Robust(msgspec.Struct, frozen=True):
    steady: Mapping[str, float]
    """Investment → share of the draws."""
    rooms: tuple[Room, ...]
    draws: int = DRAWS


def robust(view: View, found: Ranking) -> Robust | None:
    """None where nothing is weighed, or nothing is ranked."""
    rows = [row for row in found.rows if row.place is not None]
    if found.model.method is not Method.WEIGHTED or not rows or len(found.model.criteria) < 2:
        return None
    world = _World(view, found)
    now = np.array([float(one.weight) for one in found.model.criteria])
    now /= now.sum()
    seed = int.from_bytes(hashlib.sha256(repr((world.scaled.tolist(), now.tolist(), world.ids)).encode()).digest()[:8])
    draw: Any = np.random.default_rng(seed)
    times = np.zeros(len(rows))
    for factors in draw.uniform(0.5, 1.5, (DRAWS, len(now))):
        weights = now * factors
        times[world.above(weights / weights.sum())] += 1
    rooms = tuple(_room(world, now, at, one.key, one.name) for at, one in enumerate(found.model.criteria))
    return Robust(steady={id: float(part) for id, part in zip(world.ids, times / DRAWS, strict=True)}, rooms=rooms)


def _room(world: _World, now: Any, at: int, key: str, name: str) -> Room:
    same = frozenset(world.above(now).tolist())
    part = round(float(now[at]) * STEPS)

    def changes(step: int) -> bool:
        rest = 1 - now[at]
        weights = now * ((1 - step / STEPS) / rest) if rest > 0 else now.copy()
        weights[at] = step / STEPS
        return bool(weights.sum()) and frozenset(world.above(weights).tolist()) != same

    least = next((step + 1 for step in range(part - 1, -1, -1) if changes(step)), None)
    most = next((step - 1 for step in range(part + 1, STEPS + 1) if changes(step)), None)
    return Room(key, name, part, None if least is None else min(least, part), None if most is None else max(most, part))


class _World:
    """What is ranked as arrays: scaled values, money, and what each takes of every bound."""

    def __init__(self, view: View, found: Ranking) -> None:
        rows = [row for row in found.rows if row.place is not None]
        self.ids = [row.scored.investment for row in rows]
        self.scaled = np.array([[float(term.scaled or 0) for term in row.scored.terms] for row in rows])
        self.must = np.array([row.must for row in rows])
        cost = np.array([float(row.cost) for row in rows])
        self.free = (cost <= 0) & found.model.per_cost
        self.cost = np.where(cost > 0, cost, 1.0) if found.model.per_cost else np.ones(len(rows))
        gaps = [row.scored.investment for row in found.rows if row.place is None and row.must and not row.out]
        self._bounds(view, gaps)

    def _bounds(self, view: View, gaps: list[str]) -> None:
        told = choosing(view)
        columns, most = [], []
        for bound in told.bounds:
            if bound.type not in (LimitType.BUDGET, LimitType.CAPACITY):
                continue
            before, allowed = np.zeros(len(self.ids)), 0.0
            for span in bound.spans:
                if span.most is None:
                    continue
                of = {
                    id: float(taken(told, bound, span, told.by_id[id].ways[0]))
                    for id in (*self.ids, *gaps)
                    if id in told.by_id and bound.counts(id)
                }
                each = np.array([of.get(id, 0.0) for id in self.ids])
                fixed = float(span.fixed) + sum(of.get(id, 0.0) for id in gaps)
                if bound.roll_over and bound.type is LimitType.BUDGET:
                    before, allowed = before + each, allowed + float(span.most) - fixed
                    columns.append(before.copy())
                    most.append(allowed)
                else:
                    columns.append(each)
                    most.append(float(span.most) - fixed)
        self.takes = np.array(columns).T if columns else np.zeros((len(self.ids), 1))
        self.most = np.array(most) if most else np.full(1, np.inf)

    def above(self, weights: Any) -> Any:
        """The positions of what stands above the line."""
        value = np.round(self.scaled @ weights, 12) / self.cost
        order = np.lexsort((np.arange(len(value)), -value, ~self.free, ~self.must))
        over = (np.cumsum(self.takes[order], axis=0) > self.most + 1e-6).any(axis=1) & ~self.must[order]
        return order[: int(np.argmax(over))] if over.any() else order
