"""Laws of choosing, on small problems: equal to trying everything, and never worse for a looser limit."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from northing.decide.build import build
from northing.decide.drawn import Drawn
from northing.decide.file import chosen
from northing.decide.problem import Budget, Capacity, Exposure, Mean, Option, Problem
from northing.decide.solve import Answer, choose
from tests.decide.small import best_of_all, keeps, small


def solved(problem: Problem) -> tuple[Answer, dict[str, Option] | None]:
    """The best plan, with its ways; on the way there every plan keeps the limits and no bound is below it."""
    drawn = Drawn(problem.items, len(problem.periods))

    def ways(answer: Answer) -> dict[str, Option] | None:
        told = chosen(problem, drawn, answer.plan)
        items = {item.id: item for item in problem.items}
        return told and {name: next(way for way in items[name].ways if way.name == to) for name, to in told.items()}

    def watch(answer: Answer) -> bool:
        if answer.value is not None:
            assert answer.most is not None and answer.most >= answer.value
            assert keeps(problem, ways(answer) or {})
        return False

    found = choose(build(problem, drawn), seconds=60, tell=watch)
    return found, ways(found)


@pytest.mark.parametrize("seed", range(16))
def test_it_is_the_best_of_all_plans(seed: int) -> None:
    problem = small(seed)
    found, _ = solved(problem)
    best = best_of_all(problem)
    assert found.value == best
    assert found.status == ("impossible" if best is None else "best")
    if best is not None:
        assert found.most == best
        assert found.gap == 0


@pytest.mark.parametrize("seed", range(6))
def test_a_looser_limit_is_never_worse(seed: int) -> None:
    problem = small(seed)
    before, _ = solved(problem)
    for place, limit in enumerate(problem.limits):
        if isinstance(limit, Budget | Capacity | Mean | Exposure):
            most: Any = limit.most
            wider: Any = [one * 2 for one in most] if isinstance(most, list) else most * 2
            limits = list(problem.limits)
            limits[place] = msgspec.structs.replace(limit, most=wider)
            after, _ = solved(msgspec.structs.replace(problem, limits=tuple(limits)))
            assert before.value is None or (after.value is not None and after.value >= before.value)


@pytest.mark.parametrize("seed", range(6))
def test_pins_are_obeyed(seed: int) -> None:
    problem = small(seed, items=8)
    free, plan = solved(problem)
    for item in problem.items[:5]:
        to = "out" if plan and item.id in plan else item.ways[-1].name or "in"
        if to == "out" and item.must:
            continue
        pinned = msgspec.structs.replace(problem, pins={item.id: to})
        found, with_pin = solved(pinned)
        assert found.value is None or (free.value is not None and found.value <= free.value)
        assert found.value == best_of_all(pinned)
        assert with_pin is None or keeps(pinned, with_pin)
