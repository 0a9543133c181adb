"""Small problems by seed with every kind of limit, and the best plan of each by trying all of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from northing.decide.problem import (
    Budget,
    Capacity,
    Churn,
    Exposure,
    Group,
    Item,
    Limit,
    Linear,
    Mean,
    Option,
    Problem,
    Requires,
    Share,
)


def small(seed: int, items: int = 7) -> Problem:
    """Some items, some of them with two ways, and a handful of limits."""
    draw: Any = np.random.default_rng(seed)
    made = [_item(draw, place) for place in range(items)]
    made[0] = Item(id="i0", value=3, cost={"capex": [1, 1]}, tags={"theme": "a"}, must=bool(draw.random() < 0.3))
    money = sum(sum(_list(given)) for item in made for given in item.ways[0].cost.values())
    limits: list[Limit] = [
        Budget(most=[round(money * 0.3, 1), round(money * 0.25, 1)], roll_over=bool(draw.random() < 0.5)),
        Capacity(of="engineer", most=round(float(draw.uniform(3, 6)), 1)),
        Share(tag="theme", of="a", least=0.1, most=0.9),
        Mean(of="risk", most=0.6),
        Requires(item="i1", needs="i2", lag=int(draw.integers(0, 2))),
        Group(items=("i3", "i4"), most=1),
        Exposure(tag="theme", of="b", most=round(money * 0.4, 2)),
        Linear(of={"i5": 1.5, "i6": -0.5}, most=1.2),
    ]
    previous = {item.id: item.ways[0].name for item in made[1:4]}
    if draw.random() < 0.4:
        limits.append(Churn(most=4))
    return Problem(items=tuple(made), limits=tuple(limits), periods=("Q1", "Q2"), previous=previous)


def _item(draw: Any, place: int) -> Item:
    def way(name: str, start: int) -> Option:
        cost = (
            [0.0, round(float(draw.uniform(1, 9)), 1)]
            if start
            else [round(float(one), 1) for one in draw.uniform(1, 9, 2)]
        )
        people = {"engineer": [round(float(one), 1) for one in draw.uniform(0, 3, 2)]}
        return Option(
            name=name, start=start, value=round(float(draw.uniform(2, 20)), 2), cost={"capex": cost}, uses=people
        )

    own: dict[str, Any] = {"tags": {"theme": "ab"[place % 2]}, "measures": {"risk": round(float(draw.random()), 2)}}
    if draw.random() < 0.4:
        return Item(id=f"i{place}", options=(way("now", 0), way("later", 1)), **own)
    one = way("", 0)
    return Item(id=f"i{place}", value=one.value, cost=one.cost, uses=one.uses, **own)


def _list(given: Any) -> list[float]:
    return given if isinstance(given, list) else [given] * 2


def dec(number: float) -> Fraction:
    return Fraction(str(number))


def keeps(problem: Problem, plan: dict[str, Option]) -> bool:
    """Whether *plan* keeps every limit and pin: the limits as sentences, in fractions, without rows."""
    items = {item.id: item for item in problem.items}
    if any(item.must and item.id not in plan for item in problem.items):
        return False
    for name, to in problem.pins.items():
        if (to == "out") == (name in plan) or (to not in ("in", "out") and plan[name].name != to):
            return False
    spend = {
        name: sum((dec(one) for given in way.cost.values() for one in _list(given)), Fraction())
        for name, way in plan.items()
    }
    total = sum(spend.values(), Fraction())
    for limit in problem.limits:
        if isinstance(limit, Budget):
            sums = [
                sum((dec(_list(given)[t]) for way in plan.values() for given in way.cost.values()), Fraction())
                for t in (0, 1)
            ]
            most = [dec(one) for one in _list(limit.most)]
            if limit.roll_over:
                sums, most = [sums[0], sums[0] + sums[1]], [most[0], most[0] + most[1]]
            good = all(one <= other for one, other in zip(sums, most, strict=True))
        elif isinstance(limit, Capacity):
            good = all(
                sum((dec(_list(way.uses[limit.of])[t]) for way in plan.values() if limit.of in way.uses), Fraction())
                <= dec(_list(limit.most)[t])
                for t in (0, 1)
            )
        elif isinstance(limit, Share | Exposure):
            own = sum((spend[name] for name in plan if items[name].tags.get(limit.tag) == limit.of), Fraction())
            unit = total if isinstance(limit, Share) else Fraction(1)
            good = (limit.least is None or own >= dec(limit.least) * unit) and (
                limit.most is None or own <= dec(limit.most) * unit
            )
        elif isinstance(limit, Mean):
            good = (
                sum((spend[name] * dec(items[name].measures.get(limit.of, 0)) for name in plan), Fraction())
                <= dec(limit.most) * total
            )
        elif isinstance(limit, Group):
            chosen = sum(name in plan for name in limit.items)
            good = limit.least <= chosen and (limit.most is None or chosen <= limit.most)
        elif isinstance(limit, Requires):
            good = limit.item not in plan or (
                limit.needs in plan and plan[limit.needs].start <= plan[limit.item].start - limit.lag
            )
        elif isinstance(limit, Churn):
            before = problem.previous or {}
            now = {name: way.name for name, way in plan.items()}
            good = sum(before.get(item.id) != now.get(item.id) for item in problem.items) <= limit.most
        else:
            assert isinstance(limit, Linear)
            side = sum((dec(factor) for name, factor in limit.of.items() if name in plan), Fraction())
            good = (limit.least is None or side >= dec(limit.least)) and (limit.most is None or side <= dec(limit.most))
        if not good:
            return False
    return True


def best_of_all(problem: Problem) -> Fraction | None:
    """The most that a plan is worth, of all plans; None if no plan keeps the limits."""
    best: Fraction | None = None
    for choice in product(*[(None, *item.ways) for item in problem.items]):
        plan = {item.id: way for item, way in zip(problem.items, choice, strict=True) if way is not None}
        value = sum((dec(way.value) for way in plan.values()), Fraction())
        if (best is None or value > best) and keeps(problem, plan):
            best = value
    return best
