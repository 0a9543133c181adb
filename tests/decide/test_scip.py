"""Against another solver, and another reading of what limits mean: SCIP finds the same best value, and the same clashes.

Plans here are too many to try all of them; the model that SCIP is given is written down anew, from the problem alone.
"""

from __future__ import annotations

from typing import Any

import pytest
from pyscipopt import Model, quicksum

from northing.decide.build import build
from northing.decide.problem import (
    Budget,
    Capacity,
    Churn,
    Exposure,
    Group,
    Item,
    Linear,
    Mean,
    Option,
    Problem,
    Requires,
    Share,
)
from northing.decide.solve import choose
from tests.decide.small import small

Ways = dict[tuple[str, str], Any]


def scip(problem: Problem) -> float | None:
    """The value of the best plan as SCIP finds it; None where no plan keeps the limits."""
    model = Model()
    model.hideOutput()
    chosen = {(one.id, way.name): model.addVar(vtype="B", obj=way.value) for one in problem.items for way in one.ways}
    for item in problem.items:
        done = of_item(chosen, item)
        model.addCons(done == 1 if item.must else done <= 1)
    for limit in problem.limits:
        for row in rows(problem, chosen, limit):
            model.addCons(row)
    model.setMaximize()
    model.setParam("limits/gap", 0)
    model.optimize()
    return float(model.getObjVal()) if model.getStatus() == "optimal" else None


def of_item(chosen: Ways, item: Item) -> Any:
    return quicksum(chosen[item.id, way.name] for way in item.ways)


def total(problem: Problem, chosen: Ways, amount: Any) -> Any:
    """Σ of *amount* (item, way) over what is chosen."""
    return quicksum(amount(one, way) * chosen[one.id, way.name] for one in problem.items for way in one.ways)


def money(way: Option, upto: slice = slice(None)) -> float:
    return sum(sum(amounts[upto]) if isinstance(amounts, list) else 0 for amounts in way.cost.values())


def rows(problem: Problem, chosen: Ways, limit: Any) -> list[Any]:
    def tagged(item: Item) -> bool:
        return item.tags.get(limit.tag) == limit.of

    periods = range(len(problem.periods))
    match limit:
        case Budget():
            first = [0 if limit.roll_over else period for period in periods]
            return [
                total(problem, chosen, lambda _, way, a=first[period], b=period: money(way, slice(a, b + 1)))
                <= (sum(limit.most[: period + 1]) if limit.roll_over else limit.most[period])
                for period in periods
            ]
        case Capacity():
            return [
                total(problem, chosen, lambda _, way, at=period: used(way, limit.of, at)) <= limit.most
                for period in periods
            ]
        case Share():
            return [
                total(problem, chosen, lambda item, way: money(way) * (tagged(item) - limit.least)) >= 0,
                total(problem, chosen, lambda item, way: money(way) * (tagged(item) - limit.most)) <= 0,
            ]
        case Exposure():
            return [total(problem, chosen, lambda item, way: money(way) * tagged(item)) <= limit.most]
        case Mean():
            risky = lambda item, way: money(way) * (item.measures.get(limit.of, 0) - limit.most)  # noqa: E731
            return [total(problem, chosen, risky) <= 0]
        case Requires():
            ways = {one.id: one.ways for one in problem.items}
            return [
                chosen[limit.item, way.name]
                <= quicksum(
                    chosen[limit.needs, other.name]
                    for other in ways[limit.needs]
                    if other.start + limit.lag <= way.start
                )
                for way in ways[limit.item]
            ]
        case Group():
            return [quicksum(of_item(chosen, one) for one in problem.items if one.id in limit.items) <= limit.most]
        case Linear():
            return [total(problem, chosen, lambda item, _: limit.of.get(item.id, 0)) <= limit.most]
        case Churn():
            kept = problem.previous
            return [
                quicksum(
                    1 - chosen[one.id, kept[one.id]] if one.id in kept else of_item(chosen, one)
                    for one in problem.items
                )
                <= limit.most
            ]
    raise AssertionError(limit)


def used(way: Option, of: str, period: int) -> float:
    found = way.uses.get(of, 0)
    return found[period] if isinstance(found, list) else found


@pytest.mark.parametrize("seed", range(100, 112))
def test_another_solver_finds_the_same(seed: int) -> None:
    problem = small(seed, items=24 + 4 * (seed % 5))
    answer = choose(build(problem), seconds=60)
    best = scip(problem)
    if best is None:
        assert answer.status == "impossible"
    else:
        assert answer.status == "best"
        assert answer.value is not None
        assert float(answer.value) == pytest.approx(best, rel=1e-7)


def test_they_are_not_all_impossible() -> None:
    assert sum(scip(small(seed, items=24 + 4 * (seed % 5))) is not None for seed in range(100, 112)) > 8
