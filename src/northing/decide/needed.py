"""Must-dos and pins that break a budget or a capacity by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from northing.decide.build import build
from northing.decide.drawn import Drawn
from northing.decide.problem import Budget, Capacity, Problem
from northing.decide.rows import row_sums
from northing.decide.said import amount, several_items


def unaffordable(problem: Problem, drawn: Drawn | None = None) -> Iterator[tuple[int, str]]:
    """By limit: what must be done takes more than there is, even in each item's cheapest way, with all hiring."""
    needed = [
        place for place, item in enumerate(problem.items) if item.must or problem.pins.get(item.id, "out") != "out"
    ]
    if not needed:
        return
    drawn = drawn if drawn is not None else Drawn(problem.items, len(problem.periods))
    model = build(problem, drawn)
    for block in model.blocks:
        limit = problem.limits[block.limit] if block.limit >= 0 else None
        if not isinstance(limit, Budget | Capacity):
            continue
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(block.counts)])
        table = np.zeros((block.rows, model.columns), block.coef.dtype)
        table[np.repeat(np.arange(block.rows), block.counts), block.index] = block.coef
        least = row_sums(np.minimum(block.coef, 0) * model.upper[block.index], starts)
        takers: list[list[int]] = [[] for _ in range(block.rows)]
        for place in needed:
            own = table[:, list(_ways(problem, drawn, place))].min(axis=1)
            least = least + own
            for row in np.flatnonzero(own).tolist():
                takers[row].append(place)
        for row in np.flatnonzero(least > block.high).tolist()[:1]:
            unit = problem.currency if isinstance(limit, Budget) else ""
            names = several_items([problem.items[place].called for place in takers[row]])
            more = amount(int(least[row]) - int(block.high[row]), block.scale, unit)
            yield block.limit, f"{names}: what must be done takes {more} more than there is. {block.name(row)}."


def _ways(problem: Problem, drawn: Drawn, place: int) -> Iterator[int]:
    """The columns in which an item that must be done may be done."""
    to = problem.pins.get(problem.items[place].id, "in")
    for column in drawn.columns_of(place):
        if to == "in" or drawn.ways[column].name == to:
            yield column
