"""Why no plan keeps all limits: the smallest set of limits that clash, and the cheapest way to let one be kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from northing.decide.build import MUST, ONE_WAY, PIN, build
from northing.decide.certificate import allowed
from northing.decide.drawn import Drawn
from northing.decide.elastic import give_way
from northing.decide.file import chosen
from northing.decide.kernel import kernel as part_of
from northing.decide.kernel import programme_of
from northing.decide.problem import Budget, Exposure, Mean, Problem, Share
from northing.decide.resident import Resident, solver
from northing.decide.rows import Block, Ints, Model
from northing.decide.said import amount


@dataclass(frozen=True)
class Mend:
    """One limit that gives way, in words, and by how much of its unit."""

    limit: int
    """Position in the problem's limits; negative: a must-do or a pin."""
    words: str
    by: Fraction
    item: str = ""
    """Whose must-do or pin it is."""


@dataclass(frozen=True)
class Clash:
    """What cannot all be kept, and the smallest change after which a plan can."""

    limits: tuple[str, ...]
    """Without any one of these there is a plan, or was not shown to be none."""
    smallest: bool
    """Whether leaving out each one was shown to help."""
    repair: tuple[Mend, ...]
    plan: dict[str, str] | None
    """A plan that keeps all limits once they are mended."""


def clash(problem: Problem, *, seconds: float = 20.0) -> Clash | None:
    """What clashes in *problem*; None where a plan keeps all limits, or none of it could be shown in time."""
    drawn = Drawn(problem.items, len(problem.periods))
    model = build(problem, drawn)
    until = time.monotonic() + seconds / 2
    soft = np.flatnonzero(model.limits != ONE_WAY)
    impossible = _impossible(model, model.limits == ONE_WAY, until)
    if impossible(soft) is not True:
        return None
    rows, sure = _smallest(_priced(model, soft), soft, impossible)
    given = give_way(model, soft.tolist(), seconds=seconds / 2)
    repair: tuple[Mend, ...] = ()
    if given is not None:
        repair = tuple(_mend(problem, drawn, model, row, by, given.plan) for row, by in given.by.items())
    plan = None if given is None else chosen(problem, drawn, given.plan)
    return Clash(tuple(model.name(row) for row in rows.tolist()), sure, repair, plan)


Possible = Callable[[Ints], bool | None]


def _impossible(model: Model, always: Any, until: float) -> Possible:
    """Whether some soft rows, with those that always hold, leave no plan; None: not shown in time."""

    def judge(rows: Ints) -> bool | None:
        import highspy

        kept = always.copy()
        kept[rows] = True
        less = only(model, kept)
        resident = Resident(less)
        if resident.solve(max(until - time.monotonic(), 0.05)) is None and resident.impossible:
            return True
        part = part_of(less, np.zeros(less.columns, np.int64), np.arange(less.columns))
        highs = solver(time_limit=max(min(5.0, until - time.monotonic()), 0.05), mip_rel_gap=1.0, presolve="off")
        lp = programme_of(part, whole=True)
        lp.col_cost_ = np.zeros(less.columns)
        highs.passModel(lp)
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return True
        return False if highs.getInfo().primal_solution_status == 2 else None

    return judge


def only(model: Model, kept: Any) -> Model:
    """*model* with the rows of *kept* alone (a flag a row), in its order."""
    blocks: list[Block] = []
    first = 0
    for block in model.blocks:
        own = kept[first : first + block.rows]
        first += block.rows
        if not own.any():
            continue
        inside = np.repeat(own, block.counts)
        blocks.append(
            replace(
                block,
                counts=block.counts[own],
                index=block.index[inside],
                coef=block.coef[inside],
                low=block.low[own],
                high=block.high[own],
                name=_renamed(block, np.flatnonzero(own)),
            )
        )
    return Model(model.value, model.value_scale, model.lower, model.upper, tuple(blocks), model.items)


def _renamed(block: Block, places: Ints) -> Callable[[int], str]:
    return lambda row: block.name(int(places[row]))


def _priced(model: Model, soft: Ints) -> Ints:
    """The rows that a proof of the relaxation names, if it has one: they clash by themselves."""
    resident = Resident(model)
    ray = resident.ray() if resident.solve() is None and resident.impossible else None
    if ray is None:
        return soft
    prices = np.abs(allowed(model, ray))
    named = np.flatnonzero(prices > 1e-9 * prices.max(initial=0.0))
    return np.intersect1d(named, soft)


def _smallest(begin: Ints, soft: Ints, impossible: Possible) -> tuple[Ints, bool]:
    """By leaving out, in ever smaller parts, what is not needed for the clash; and whether each left one is needed."""
    rows = begin if len(begin) < len(soft) and impossible(begin) is True else soft
    size, sure = max(len(rows) // 2, 1), True
    while True:
        place, sure = 0, True
        while place < len(rows):
            rest = np.concatenate([rows[:place], rows[place + size :]])
            judged = impossible(rest)
            if judged is True:
                rows = rest
            else:
                sure = sure and judged is False
                place += size
        if size == 1:
            return rows, sure
        size = max(size // 2, 1)


def _mend(problem: Problem, drawn: Drawn, model: Model, row: int, by: Fraction, plan: Ints) -> Mend:
    """How a row gives way, in words."""
    limit = int(model.limits[row])
    name = model.name(row)
    if limit in (MUST, PIN):
        held = (item for item in problem.items if (item.must if limit == MUST else item.id in problem.pins))
        item = next((item.id for item in held if name.startswith(f"“{item.called}” ")), "")
        return Mend(limit, f"{name}: {'leave it out' if limit == MUST else 'take the pin back'}", by, item)
    kind = problem.limits[limit]
    if isinstance(kind, Share | Mean):
        return Mend(limit, f"{name}: it would be {_reached(problem, drawn, kind, plan)}", by)
    unit = problem.currency if isinstance(kind, Budget | Exposure) else ""
    high = model.row_high[row]
    word = "more" if np.isfinite(high) and float(model.activity(plan)[row]) / model.scales[row] > high else "less"
    return Mend(limit, f"{name}: {amount(by.numerator, by.denominator, unit)} {word}", by)


def _reached(problem: Problem, drawn: Drawn, kind: Share | Mean, plan: Ints) -> str:
    """What a share or a mean is in *plan*."""
    spend = drawn.spend(problem.prices, kind.span)[0] * plan[: len(drawn.ways)]
    total = int(spend.sum())
    if not total:
        return "nothing, as nothing is paid"
    if isinstance(kind, Share):
        own = int((spend * drawn.tagged(kind.tag, kind.of)).sum())
        return f"{own / total:.1%}"
    measured, scale = drawn.measured(kind.of)
    return f"{int((spend * measured).sum()) / scale / total:.4g}"
