"""Whole plans from the relaxation: rounded, then ruined and recreated, many side by side in NumPy.

Each round takes R copies of the best plan, takes some ways out of each (and what depends on them), and puts ways in
again one after the other in an order of its own: the part in the relaxation, plus value per priced use, times noise.
A way goes in where it fits every row: so many comparisons at once are what makes an array language fast enough here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from northing.decide.kernel import Kernel
from northing.decide.rows import Floats, Ints, Model

COPIES = 16
DEEP = 3
"""So many requirements in a row are followed for what must be done."""
FEW = 64
"""Columns of a row that says what needs what, not how much there is."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Open:
    """A kernel with all rows as "at most": ``room`` ≥ takes · x."""

    takes: Floats
    """Column × row."""
    room: Floats
    worth: Floats
    needs: Floats
    """Column × row: what must be left for it; anything will do where it takes nothing."""
    links: Flags
    """The rows that only say "this needs that" (0 on the right): what breaks one goes out."""


def opened(part: Kernel) -> Open:
    """*part* with both sides of each row as rows of their own."""
    table = part.dense
    high, low = np.isfinite(part.high), np.isfinite(part.low)
    takes = np.concatenate([table[high], -table[low]]).T.copy()
    room = np.concatenate([part.high[high], -part.low[low]])
    links = (room == 0) & (np.abs(takes).max(axis=0, initial=0.0) == 1)
    return Open(takes, room, part.worth, np.where(takes > 0, takes, -np.inf), links)


def rebuild(
    part: Open, start: Flags, point: Floats, worth_per_use: Floats, until: float, seed: int, rounds: int, enough: int
) -> Flags | None:
    """The best plan of *part* found by the clock's *until* from *start*; None where none was found.

    *enough* rounds where there is a plan by then, *rounds* where there is none yet.
    """
    draw: Any = np.random.default_rng(seed)
    helps, hurts = (part.takes < 0).astype(float), (part.takes > 0).astype(float)
    best, most = (start.copy(), float(part.worth @ start)) if _fits(part, start) else (None, -np.inf)
    near, least = start, np.inf
    for tried in range(rounds):
        if time.monotonic() >= until or (tried >= enough and best is not None):
            break
        plans = np.repeat((near if best is None else best)[None], COPIES, axis=0)
        if best is None and tried % 2:
            plans |= draw.random(plans.shape) < point
        hard = draw.uniform(0.0, 3.0 if best is None else 1.0, (COPIES, 1))
        noise = np.exp(draw.uniform(0.02, 0.3, (COPIES, 1)) * draw.standard_normal(plans.shape))
        order = hard * point + worth_per_use * noise
        if best is not None or tried:
            out = plans & (draw.random(plans.shape) < draw.uniform(0.02, 0.5, (COPIES, 1)) ** 1.5)
            plans &= ~out
            order = order - 2.0 * (out & (draw.random((COPIES, 1)) < 0.5))
        left = _without_orphans(part, plans)
        if best is None and tried % 2:
            left = _lighter(part, plans, left)
        if (left < 0).any():
            order += 5.0 * _wanted(part, left, helps, hurts)
        _fill(part, plans, left, order)
        good = (left >= 0).all(axis=1)
        if good.any():
            worth = np.where(good, plans @ part.worth, -np.inf)
            first = int(worth.argmax())
            if worth[first] > most:
                best, most = plans[first].copy(), float(worth[first])
        elif best is None:
            missing = (left < 0).sum(axis=1)
            first = int(missing.argmin())
            if missing[first] <= least:
                near, least = plans[first].copy(), float(missing[first])
    return best


def _wanted(part: Open, left: Floats, helps: Floats, hurts: Floats) -> Floats:
    """By plan and column how urgent it is: what mends a broken row, and before it what that needs in turn."""
    wanted: Floats = np.minimum((left < 0).astype(float) @ helps.T, 1.0)
    for _ in range(DEEP):
        waiting = (np.minimum(wanted, 1.0) @ (hurts * part.links)) * (left < 1)
        more = np.where(waiting @ helps.T > 0, wanted.max(axis=1, keepdims=True) + 1.0, 0.0)
        if not (more > wanted).any():
            break
        wanted = np.maximum(wanted, more)
    return wanted


def _fits(part: Open, plan: Flags) -> bool:
    return bool((part.room >= plan @ part.takes).all())


def _without_orphans(part: Open, plans: Flags) -> Floats:
    """Take out of *plans* what needs something that is not in; what is left of each row."""
    left = part.room - plans @ part.takes
    for _ in range(4):
        torn = (left < 0) & part.links
        if not torn.any():
            break
        plans &= ~((torn.astype(float) @ (part.takes > 0).astype(float).T) > 0)
        left = part.room - plans @ part.takes
    return left


def _lighter(part: Open, plans: Flags, left: Floats) -> Floats:
    """Take out of each of *plans*, one after the other, what does most for the rows that are broken."""
    sizes = np.maximum(np.abs(part.takes).max(axis=0, initial=0.0), 1e-9)
    weights = part.takes / sizes
    copies = np.arange(len(plans))
    for _ in range(plans.shape[1] // 2):
        over = np.minimum(left / sizes, 0.0)
        worst = (-over) @ weights.T
        gain = np.where(plans & (worst > 0), worst / (part.worth + part.worth.mean()), 0.0)
        column = gain.argmax(axis=1)
        some = gain[copies, column] > 0
        if not some.any():
            break
        plans[copies[some], column[some]] = False
        left = left + part.takes[column] * some[:, None]
    return _without_orphans(part, plans)


def _fill(part: Open, plans: Flags, left: Floats, order: Floats) -> None:
    """Put into each of *plans*, in its *order*, what fits; a row that is broken already must not become worse."""
    copies = np.arange(len(plans))
    tried = ~plans & _may_fit(part, left)
    ranked = np.argsort(np.where(tried, -order, np.inf), axis=1)[:, : int(tried.sum(axis=1).max(initial=0))]
    for place in range(ranked.shape[1]):
        column = ranked[:, place]
        fits = (part.needs[column] <= left).all(axis=1) & tried[copies, column]
        left -= part.takes[column] * fits[:, None]
        plans[copies, column] |= fits


def _may_fit(part: Open, left: Floats) -> Flags:
    """By plan and column whether it fits the rows of which nothing gives any back."""
    falling = np.flatnonzero((part.takes >= 0).all(axis=0))
    return (part.needs[None, :, falling] <= left[:, None, falling]).all(axis=2)


def promising(point: Floats, reduced: Floats, size: int) -> Ints:
    """The columns to be left open: those chosen in part, and then by how near their reduced cost is to nothing."""
    part = np.abs(point - np.rint(point)) > 1e-6
    return np.sort(np.lexsort((np.abs(reduced), ~part))[:size])


def mending(model: Model, plan: Ints) -> Ints:
    """The columns by which rows of few columns that *plan* breaks can be mended, with what those need in turn."""
    sizes = np.diff(model.starts)
    needs = (model.high == 0) & (sizes <= FEW)
    rows = np.zeros(model.rows, bool)
    rows[model.broken(plan)] = True
    rows &= sizes <= FEW
    columns = np.zeros(model.columns, bool)
    for _ in range(DEEP):
        columns[model.index[rows[model.row_of]]] = True
        takers = needs[model.row_of] & columns[model.index] & (model.coef > 0)
        rows = np.zeros(model.rows, bool)
        rows[model.row_of[takers]] = True
    return np.flatnonzero(columns)
