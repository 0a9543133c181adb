"""A problem as rows: one function a kind of limit, each of which says its sentence about one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from northing.decide.drawn import Drawn, hires, nonzero
from northing.decide.problem import (
    Budget,
    Capacity,
    Churn,
    Exposure,
    Group,
    Limit,
    Linear,
    Mean,
    Number,
    Problem,
    Requires,
    Share,
    amounts,
)
from northing.decide.rows import NONE_HIGH, NONE_LOW, Block, Ints, Model
from northing.decide.said import amount, of_period, of_span, several_items
from northing.decide.whole import Whole, alike, product, times, whole

ONE_WAY, MUST, PIN = -1, -2, -3
"""Rows that no limit makes: an item is done in one way at most, must be done, is pinned."""


def build(problem: Problem, drawn: Drawn | None = None) -> Model:
    """The rows of *problem*. *drawn*: the arrays of the same items, kept from another problem of them."""
    drawn = drawn if drawn is not None else Drawn(problem.items, len(problem.periods))
    hired = hires(problem)
    ways = len(drawn.ways)
    upper = np.concatenate(
        [np.ones(ways, np.int64), np.array([limit.hire.most if limit.hire else 0 for limit, _ in hired], np.int64)]
    )
    lower = np.zeros(len(upper), np.int64)
    blocks = [*_own(problem, drawn, upper)]
    for position, limit in enumerate(problem.limits):
        if isinstance(
            limit, (Group, Requires)
        ):  # they know nothing but items: most of the rows, and the same ones again
            block = drawn.ties.get((position, limit))
            if block is None:
                block = drawn.ties[position, limit] = MAKERS[type(limit)](problem, drawn, position, limit)
        else:
            block = MAKERS[type(limit)](problem, drawn, position, limit)
        blocks.append(block)
    value = np.concatenate([drawn.value, np.zeros(len(hired), drawn.value.dtype)])
    item = np.concatenate([drawn.item, np.full(len(hired), -1, np.int64)])
    return Model(value, drawn.value_scale, lower, upper, tuple(blocks), item)


def _own(problem: Problem, drawn: Drawn, upper: Ints) -> list[Block]:
    """That an item is done in one way at most; must-dos; pins. A way that is pinned out is bounded away."""
    many = np.flatnonzero(drawn.counts > 1).tolist()
    must = [position for position, item in enumerate(problem.items) if item.must and problem.pins.get(item.id) != "in"]
    pinned = [(drawn.place[name], to) for name, to in problem.pins.items() if name in drawn.place]
    blocks = [
        _counting(
            ONE_WAY,
            [drawn.columns_of(position) for position in many],
            NONE_LOW,
            1,
            lambda row: f"“{problem.items[many[row]].called}” is done in one way at most",
        ),
        _counting(
            MUST,
            [drawn.columns_of(position) for position in must],
            1,
            NONE_HIGH,
            lambda row: f"“{problem.items[must[row]].called}” must be done",
        ),
    ]
    held = [(position, _pinned_columns(drawn, position, to)) for position, to in pinned if to != "out"]
    out = [position for position, to in pinned if to == "out"]
    blocks.append(
        _counting(
            PIN,
            [columns for _, columns in held],
            1,
            NONE_HIGH,
            lambda row: f"“{problem.items[held[row][0]].called}” is pinned in",
        )
    )
    blocks.append(
        _counting(
            PIN,
            [drawn.columns_of(position) for position in out],
            NONE_LOW,
            0,
            lambda row: f"“{problem.items[out[row]].called}” is pinned out",
        )
    )
    return [block for block in blocks if block.rows]


def _pinned_columns(drawn: Drawn, position: int, to: str) -> Sequence[int]:
    columns = drawn.columns_of(position)
    return columns if to == "in" else [column for column in columns if drawn.ways[column].name == to]


def _counting(
    limit: int, rows: Sequence[Sequence[int]], low: int, high: int, name: Callable[[int], str], scale: int = 1
) -> Block:
    """Rows that count columns."""
    counts = np.array([len(row) for row in rows], np.int64)
    index = np.array([column for row in rows for column in row], np.int64)
    return Block(
        limit,
        counts,
        index,
        np.ones(len(index), np.int64),
        np.full(len(rows), low, np.int64),
        np.full(len(rows), high, np.int64),
        scale,
        name,
    )


def _budget(problem: Problem, drawn: Drawn, position: int, limit: Budget) -> Block:
    """Money of a period ≤ its budget."""
    table, scale = drawn.money(problem.prices, limit.of)
    hired = [
        (place, period, capacity.hire)
        for place, (capacity, period) in enumerate(hires(problem))
        if capacity.hire is not None and not limit.tag and (not limit.of or capacity.hire.cost_kind in limit.of)
    ]
    prices, hire_scale = whole([hire.cost for _, _, hire in hired])
    if limit.tag:
        table = product(table, drawn.tagged(limit.tag, limit.tagged)[:, None])
    most, most_scale = whole(list(amounts(limit.most, len(limit.spans) or len(problem.periods))))
    one = max(scale, hire_scale, most_scale)
    most = times(most, one // most_scale)
    table, prices = times(table, one // scale), times(prices, one // hire_scale)
    if hired:
        more = np.zeros((len(hires(problem)), len(problem.periods)), table.dtype)
        for (place, period, _), price in zip(hired, prices.tolist(), strict=True):
            more[place, period] = price
        table = np.concatenate([table, more])
    if limit.spans:
        table = np.stack([table[:, first:end].sum(axis=1) for first, end in limit.spans], axis=1)
    if limit.roll_over:
        table, most = np.cumsum(table, axis=1), np.cumsum(most)
    kinds = " and ".join(limit.of) if limit.of else ""
    called = limit.title or (f"The budget of {kinds}" if kinds else "The budget")
    until = " up to" if limit.roll_over else ""

    def when(row: int) -> str:
        return of_span(problem, limit.spans[row]) if limit.spans else of_period(problem, row)

    return _dense(
        position,
        table.T,
        most,
        one,
        lambda row: f"{called}{until}{when(row)}: {amount(most[row], one, problem.currency)} at most",
    )


def _dense(limit: int, table: Whole, most: Whole, scale: int, name: Callable[[int], str]) -> Block:
    """Rows Σ table[row, column] · x ≤ most[row]."""
    row, column = np.nonzero(table)
    return Block(
        limit,
        np.bincount(row, minlength=len(table)).astype(np.int64),
        column,
        table[row, column],
        np.full(len(table), NONE_LOW, np.int64),
        most,
        scale,
        name,
    )


def _capacity(problem: Problem, drawn: Drawn, position: int, limit: Capacity) -> Block:
    """What is used in a period ≤ what there is + what is hired."""
    used = drawn.uses.get(limit.of)
    periods = len(problem.periods)
    most, most_scale = whole(list(amounts(limit.most, periods)))
    step, step_scale = whole([limit.hire.step if limit.hire else 1])
    scale = max(most_scale, step_scale, used.scale if used else 1)
    most = times(most, scale // most_scale)
    column, period, taken = (
        (used.column, used.period, times(used.amount, scale // used.scale))
        if used
        else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    )
    if limit.hire is not None:
        own = [place for place, (capacity, _) in enumerate(hires(problem)) if capacity is limit]
        column = np.concatenate([column, len(drawn.ways) + np.array(own, np.int64)])
        period = np.concatenate([period, np.arange(periods)])
        taken = np.concatenate([taken, np.full(periods, -int(step[0]) * (scale // step_scale))])
        order = np.argsort(period, kind="stable")
        column, period, taken = column[order], period[order], taken[order]
    called = limit.title or f"Capacity of “{limit.of}”"
    return Block(
        position,
        np.bincount(period, minlength=periods).astype(np.int64),
        column,
        taken,
        np.full(periods, NONE_LOW, np.int64),
        most,
        scale,
        lambda row: f"{called}{of_period(problem, row)}: {amount(most[row], scale)} at most",
    )


def _share(problem: Problem, drawn: Drawn, position: int, limit: Share) -> Block:
    """The part of all money that a tag has, between two shares."""
    spend, scale = drawn.spend(problem.prices, limit.span)
    has = drawn.tagged(limit.tag, limit.of)
    rows, names = [], []
    for bound, least in ((limit.least, True), (limit.most, False)):
        if bound is None:
            continue
        share, share_scale = whole([bound])
        factor = has * share_scale - int(share[0])
        rows.append((product(spend, factor), scale * share_scale, least))
        word = "at least" if least else "at most"
        called = limit.title or f"“{limit.of}” ({limit.tag})"
        names.append(f"{called}: {word} {amount(int(share[0]) * 100, share_scale)} % of all money")
    return _sides(position, [(coef, 0, one, least) for coef, one, least in rows], names)


def _exposure(problem: Problem, drawn: Drawn, position: int, limit: Exposure) -> Block:
    """The money of a tag between two amounts."""
    spend, scale = drawn.spend(problem.prices, limit.span)
    own = product(spend, drawn.tagged(limit.tag, limit.of))
    return _between(
        position, own, scale, limit.least, limit.most, limit.title or f"“{limit.of}” ({limit.tag})", problem.currency
    )


def _between(
    position: int, coef: Whole, scale: int, least: Number | None, most: Number | None, called: str, unit: str = ""
) -> Block:
    rows, names = [], []
    for bound, is_least in ((least, True), (most, False)):
        if bound is None:
            continue
        side, side_scale = whole([bound])
        one = max(scale, side_scale)
        rows.append((times(coef, one // scale), int(side[0]) * (one // side_scale), one, is_least))
        names.append(f"{called}: {'at least' if is_least else 'at most'} {amount(int(side[0]), side_scale, unit)}")
    return _sides(position, rows, names)


def _sides(position: int, rows: list[tuple[Whole, int, int, bool]], names: list[str]) -> Block:
    """One row a side, all at one scale: (coefficients, bound, scale, whether it is the least)."""
    one = max((scale for _, _, scale, _ in rows), default=1)
    parts = [(nonzero(times(coef, one // scale)), bound * (one // scale), least) for coef, bound, scale, least in rows]
    return Block(
        position,
        np.array([len(columns) for (columns, _), _, _ in parts], np.int64),
        np.concatenate([columns for (columns, _), _, _ in parts] or [np.zeros(0, np.int64)]),
        np.concatenate([coef for (_, coef), _, _ in parts] or [np.zeros(0, np.int64)]),
        _bounds([bound if least else NONE_LOW for _, bound, least in parts]),
        _bounds([NONE_HIGH if least else bound for _, bound, least in parts]),
        one,
        names.__getitem__,
    )


def _bounds(given: list[int]) -> Whole:
    fits = all(NONE_LOW <= one <= NONE_HIGH for one in given)
    return np.array(given, np.int64 if fits else object)


def _mean(problem: Problem, drawn: Drawn, position: int, limit: Mean) -> Block:
    """The mean of a measure by money ≤ most."""
    spend, scale = drawn.spend(problem.prices, limit.span)
    (own, cap), one = alike(drawn.measured(limit.of), whole([limit.most]))
    called = limit.title or f"Mean {limit.of}, weighted by money"
    most = amount(int(cap[0]), one)
    return _sides(position, [(product(spend, own - int(cap[0])), 0, scale * one, False)], [f"{called}: {most} at most"])


def _group(problem: Problem, drawn: Drawn, position: int, limit: Group) -> Block:
    """Of some items at least and at most so many."""
    columns = [column for name in limit.items for column in drawn.columns_of(drawn.place[name])]
    coef = np.zeros(len(drawn.ways), np.int64)
    coef[columns] = 1
    called = limit.title or several_items([problem.items[drawn.place[name]].called for name in limit.items])
    return _between(position, coef, 1, limit.least or None, limit.most, called)


def _requires(problem: Problem, drawn: Drawn, position: int, limit: Requires) -> Block:
    """An item not before what it needs, row by row of its starts (the disaggregated form, which bounds tightly)."""
    own, needed = (drawn.columns_of(drawn.place[name]) for name in (limit.item, limit.needs))
    rows = []
    for start in sorted({int(drawn.start[column]) for column in own}):
        early = [column for column in own if drawn.start[column] <= start]
        ready = [column for column in needed if drawn.start[column] <= start - limit.lag]
        rows.append((early, ready))
    item, needs = (problem.items[drawn.place[name]].called for name in (limit.item, limit.needs))
    lag = f" by {limit.lag} periods before" if limit.lag else ""
    said = limit.title or f"“{item}” requires “{needs}”{lag}"
    return Block(
        position,
        np.array([len(early) + len(ready) for early, ready in rows], np.int64),
        np.array([column for early, ready in rows for column in (*early, *ready)], np.int64),
        np.array([one for early, ready in rows for one in (*[1] * len(early), *[-1] * len(ready))], np.int64),
        np.full(len(rows), NONE_LOW, np.int64),
        np.zeros(len(rows), np.int64),
        1,
        lambda row: said,
    )


def changes(problem: Problem, drawn: Drawn) -> tuple[Ints, int]:
    """How many items a plan decides otherwise than the previous one: coefficients, and what they are added to.

    An item that was out changes by being in (+1 a way); one that was in changes unless it is in the same way (−1).
    """
    coef = np.ones(len(drawn.ways), np.int64)
    base = 0
    for name, way in (problem.previous or {}).items():
        if name not in drawn.place:
            continue
        base += 1
        for column in drawn.columns_of(drawn.place[name]):
            coef[column] = -1 if drawn.ways[column].name == way else 0
    return coef, base


def _churn(problem: Problem, drawn: Drawn, position: int, limit: Churn) -> Block:
    """At most so many items decided otherwise than before."""
    coef, base = changes(problem, drawn)
    called = limit.title or f"At most {limit.most} items decided otherwise than in the plan before"
    return _sides(position, [(coef, limit.most - base, 1, False)], [called])


def _linear(problem: Problem, drawn: Drawn, position: int, limit: Linear) -> Block:
    """Any other row."""
    factors, scale = whole(list(limit.of.values()))
    coef = np.zeros(len(drawn.ways), factors.dtype)
    for name, factor in zip(limit.of, factors.tolist(), strict=True):
        for column in columns_named(drawn, name):
            coef[column] += factor
    return _between(position, coef, scale, limit.least, limit.most, limit.title or limit.id or "A linear limit")


def columns_named(drawn: Drawn, name: str) -> Sequence[int]:
    """The columns that ``item`` or ``item/way`` names; none if there is no such."""
    if name in drawn.place:
        return drawn.columns_of(drawn.place[name])
    item, _, way = name.rpartition("/")
    if item not in drawn.place:
        return ()
    return [column for column in drawn.columns_of(drawn.place[item]) if drawn.ways[column].name == way]


MAKERS: dict[type[Limit], Any] = {
    Budget: _budget,
    Capacity: _capacity,
    Share: _share,
    Exposure: _exposure,
    Mean: _mean,
    Group: _group,
    Requires: _requires,
    Churn: _churn,
    Linear: _linear,
}
