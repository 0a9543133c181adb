"""Explanations of small plans, each tried: the stated change is enough, and 95 % of it is not."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from northing.decide.build import build
from northing.decide.elastic import Given
from northing.decide.explain import Explained
from northing.decide.problem import Item, Problem
from northing.decide.solve import choose
from tests.decide.small import best_of_all, small


def explained(seed: int) -> Explained | None:
    problem = small(seed)
    answer = choose(build(problem), seconds=30)
    return Explained(problem, answer) if answer.plan is not None else None


def changed(problem: Problem, item: str, **how: Any) -> Problem:
    """The problem with an item of one way changed."""
    items = tuple(msgspec.structs.replace(one, **how) if one.id == item else one for one in problem.items)
    return msgspec.structs.replace(problem, items=items)


def best_with(problem: Problem, item: Item) -> Fraction | None:
    return best_of_all(msgspec.structs.replace(problem, pins={item.id: "in"}))


def test_the_stated_change_brings_it_in_and_less_does_not() -> None:
    checked = [kind for seed in range(8) for kind in tried(seed)]
    assert {"value", "capacity"} <= set(checked)
    assert len(checked) > 10


def tried(seed: int) -> Iterator[str]:
    """The kinds of changes that a small plan's explanations name, each tried."""
    told = explained(seed)
    if told is None:
        return
    inside = told._items(told.plan)
    for item in told.problem.items:
        if item.id in inside or item.options:
            continue
        for change in told.out(item.id).changes:
            assert change.shown, change
            for part, enough in ((Fraction(1), True), (Fraction(95, 100), False)):
                if change.kind == "value":
                    worth = float(Fraction(str(item.value)) + change.by["value"] * part)
                    best = best_with(changed(told.problem, item.id, value=worth), item)
                elif change.kind == "cost":
                    total = sum(Fraction(str(one)) for one in item.cost["capex"])  # type: ignore[union-attr]
                    share = change.by["cost"] / total
                    assert share <= 1
                    best = best_with(told._cheaper(told.drawn.place[item.id], column(told, item), share * part), item)
                else:
                    rows = {told.model.name(row): row for row in range(told.model.rows)}
                    by = {rows[name]: more for name, more in change.by.items()}
                    best = best_with(told._wider(Given(told.plan, by), part), item)
                assert (best is not None and best >= told.value) == enough, (change, part)
                yield change.kind


def column(told: Explained, item: Item) -> int:
    return int(told.drawn.first[told.drawn.place[item.id]])


@pytest.mark.parametrize("seed", [0, 3])
def test_what_is_in_displaces_what_would_come_in_its_place(seed: int) -> None:
    told = explained(seed)
    assert told is not None
    for item in sorted(told._items(told.plan)):
        said = told.inside(item)
        assert said.shown
        best = best_of_all(msgspec.structs.replace(told.problem, pins={item: "out"}))
        assert (said.worth is None) == (best is None)
        if best is not None:
            assert said.worth == told.value - best


def test_one_more_unit_of_a_limit_is_worth_what_solving_again_says() -> None:
    told = explained(0)
    assert told is not None
    for price in told.prices():
        assert price.gain is not None
        wider = told._wider(Given(told.plan, {price.row: Fraction(1)}), Fraction(1))
        best = best_of_all(wider)
        assert best is not None
        assert price.gain == best - told.value
