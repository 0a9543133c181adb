"""Limits that clash: the smallest set of them, and the cheapest repair, both shown by trying."""

from __future__ import annotations

from typing import Any

import msgspec

from northing.decide.clash import Clash, clash
from northing.decide.problem import Budget, Capacity, Group, Item, Limit, Problem, Requires, Share
from tests.decide.small import best_of_all, small

ITEMS = tuple(
    Item(id=name, value=5, cost={"capex": [4, 2]}, uses={"engineer": [1, 1]}, tags={"theme": theme}, must=name == "b")
    for name, theme in (("a", "x"), ("b", "y"), ("c", "x"))
)


def told(*limits: Limit, **more: Any) -> Clash:
    problem = Problem(items=ITEMS, limits=limits, periods=("Q1", "Q2"), currency="EUR", **more)
    found = clash(problem)
    assert found is not None
    return found


def test_a_must_that_needs_what_cannot_be_paid_too() -> None:
    found = told(
        Budget(most=[6, 9]),
        Capacity(of="engineer", most=3),
        Requires(item="b", needs="a"),
        Group(items=("a", "c"), most=1),
    )
    assert found.smallest
    assert set(found.limits) == {"“b” must be done", "“b” requires “a”", "The budget in Q1: 6 EUR at most"}
    assert [mend.words for mend in found.repair] == ["The budget in Q1: 6 EUR at most: 2 EUR more"]
    assert found.plan == {"a": "", "b": ""}


def test_a_share_that_the_must_does_not_leave() -> None:
    found = told(Budget(most=6), Share(tag="theme", of="x", least=0.5))
    assert set(found.limits) == {
        "“b” must be done",
        "The budget in Q1: 6 EUR at most",
        "“x” (theme): at least 50 % of all money",
    }  # fmt: skip
    assert found.repair


def test_a_clash_of_whole_items_only() -> None:
    """Half of each would do; whole ones do not."""
    found = told(Capacity(of="engineer", most=1.5), pins={"c": "in"})
    assert set(found.limits) == {
        "“b” must be done",
        "“c” is pinned in",
        "Capacity of “engineer” in Q1: 1.5 at most",
    } or ("Capacity of “engineer” in Q2: 1.5 at most" in found.limits and len(found.limits) == 3)


def test_where_a_plan_is_there_is_no_clash() -> None:
    assert clash(Problem(items=ITEMS, limits=(Budget(most=20),), periods=("Q1", "Q2"))) is None


def test_each_named_limit_is_needed_for_the_clash() -> None:
    """Pins that cannot all be kept, by seed: without any one named limit trying everything finds a plan."""
    clashes = 0
    for seed in range(12):
        problem = small(seed, items=7)
        pinned = msgspec.structs.replace(problem, pins={item.id: "in" for item in problem.items[:4]}, previous={})
        found = clash(pinned)
        assert (found is None) == (best_of_all(pinned) is not None)
        clashes += found is not None
        if found is not None:
            assert found.smallest
            assert found.repair
    assert clashes > 3
