"""Of plans of equal value the one nearest to the plan before."""

from __future__ import annotations

import pytest

from northing.decide.build import build
from northing.decide.drawn import Drawn
from northing.decide.file import chosen
from northing.decide.nearest import nearest
from northing.decide.problem import Capacity, Item, Problem
from northing.decide.solve import choose


@pytest.mark.parametrize("before", [("a", "b"), ("c", "d"), ("a", "d")])
def test_equal_values_keep_what_was(before: tuple[str, str]) -> None:
    items = tuple(Item(id=name, value=5, uses={"people": 1}) for name in "abcd")
    problem = Problem(items=items, limits=(Capacity(of="people", most=2),), previous=dict.fromkeys(before, ""))
    drawn = Drawn(items, 1)
    model = build(problem, drawn)
    found = nearest(problem, drawn, model, choose(model, seconds=5), seconds=5)
    assert chosen(problem, drawn, found.plan) == dict.fromkeys(before, "")
    assert found.value == 10
    assert found.gap == 0
