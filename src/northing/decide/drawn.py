"""The ways of all items as arrays: values, money by kind and period, uses by name and period. Kept for one problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from northing.decide.problem import Amounts, Capacity, Item, Limit, Number, Option, Problem
from northing.decide.rows import Block, Ints
from northing.decide.whole import Whole, alike, product, times, whole


@dataclass(frozen=True, eq=False)
class Uses:
    """What is used of one name: amounts by column and period, sorted by period, then column."""

    column: Ints
    period: Ints
    amount: Whole
    scale: int


class Drawn:
    """The arrays of some items. Columns: the ways in order."""

    def __init__(self, items: tuple[Item, ...], periods: int) -> None:
        self.items, self.periods = items, periods
        self.ways: list[Option] = [way for item in items for way in item.ways]
        self.counts = np.array([len(item.options) or 1 for item in items], np.int64)
        self.item = np.repeat(np.arange(len(items)), self.counts)
        self.first = np.cumsum(self.counts) - self.counts
        self.value, self.value_scale = whole([way.value for way in self.ways])
        self.start = np.array([way.start for way in self.ways], np.int64)
        self.place = {item.id: position for position, item in enumerate(items)}
        self.ties: dict[tuple[int, Limit], Block] = {}
        """The rows of each limit, by its position, that speak of nothing but these items."""

    def columns_of(self, item: int) -> range:
        """The columns of an item, by its position."""
        return range(int(self.first[item]), int(self.first[item] + self.counts[item]))

    @cached_property
    def _money(self) -> tuple[dict[str, Whole], int]:
        """By kind the money, column × period, and the scale of all of them."""
        dense: dict[str, Any] = {}
        for column, way in enumerate(self.ways):
            for kind, given in way.cost.items():
                if kind not in dense:
                    dense[kind] = np.zeros((len(self.ways), self.periods), object if _large(way.cost) else np.float64)
                dense[kind][column] = given
        parts, scale = alike(*(whole(table) for table in dense.values()))
        return dict(zip(dense, parts, strict=True)), scale

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of money there are."""
        return tuple(self._money[0])

    def money(self, prices: Mapping[str, Number], of: Sequence[str] = ()) -> tuple[Whole, int]:
        """Column × period: the money of the kinds *of* (all if none is named), each times its price."""
        tables, scale = self._money
        factors, price_scale = whole([prices.get(kind, 1) for kind in tables])
        total: Whole = np.zeros((len(self.ways), self.periods), np.int64)
        for (kind, table), factor in zip(tables.items(), factors.tolist(), strict=True):
            if not of or kind in of:
                total = total + times(table, factor)
        return total, scale * price_scale

    def spend(self, prices: Mapping[str, Number], span: tuple[int, int] | None = None) -> tuple[Whole, int]:
        """By column the money over all kinds and periods, or those of a span."""
        table, scale = self.money(prices)
        return (table if span is None else table[:, span[0] : span[1]]).sum(axis=1), scale

    @cached_property
    def uses(self) -> dict[str, Uses]:
        """By name what is used."""
        columns: dict[str, list[int]] = {}
        tables: dict[str, list[Amounts]] = {}
        for column, way in enumerate(self.ways):
            for name, given in way.uses.items():
                columns.setdefault(name, []).append(column)
                tables.setdefault(name, []).append(given)
        return {name: self._used(np.array(columns[name], np.int64), tables[name]) for name in tables}

    def _used(self, columns: Ints, given: list[Amounts]) -> Uses:
        rows = [one if isinstance(one, list) else [one] * self.periods for one in given]
        amounts, scale = whole(np.array(rows).T)
        period, place = np.nonzero(amounts)
        return Uses(columns[place], period, amounts[period, place], scale)

    def tagged(self, tag: str, of: str) -> Ints:
        """By column 1 where its item has the tag, else 0."""
        has = np.array([item.tags.get(tag) == of for item in self.items], np.int64)
        return has[self.item]

    def measured(self, of: str) -> tuple[Whole, int]:
        """By column the measure of its item; 0 where it has none."""
        numbers, scale = whole([item.measures.get(of, 0) for item in self.items])
        return numbers[self.item], scale


def _large(cost: Mapping[str, Amounts]) -> bool:
    return any(isinstance(one, int) and abs(one) > 1 << 53 for given in cost.values() for one in _listed(given))


def _listed(given: Amounts) -> list[Number]:
    return given if isinstance(given, list) else [given]


def weighed(columns: Whole, factors: Whole) -> Whole:
    """Column by column: money times a factor, exactly."""
    return product(columns, factors)


def nonzero(coef: Whole) -> tuple[Ints, Whole]:
    """The columns in which *coef* is not 0, and its values there."""
    columns = np.flatnonzero(coef)
    return columns, coef[columns]


Worded = Callable[[int], str]


def hires(problem: Problem) -> list[tuple[Capacity, int]]:
    """Every capacity that can be hired, by period: the columns after those of the ways."""
    return [
        (limit, period)
        for limit in problem.limits
        if isinstance(limit, Capacity) and limit.hire is not None
        for period in range(len(problem.periods))
    ]
