"""Portfolios by seed to choose from: 12 quarters, 40 roles, 12 budgets, themes, a risk cap, ties between items.

As the rule book's measured instances: lognormal build costs, run costs a quarter after, two to four roles an item, value
correlated with cost, 20 % that require one or two others, 10 % in pairs that exclude each other, 3 % must-dos,
minimum shares of three themes (8 %) and maximum of two (16 %), spend-weighted risk ≤ 0.36. A quarter's budget is 45 % of
what everything would cost in it; people do not come and go, so a role has the same capacity in each quarter: ROLE_PART
of what everything would take in its fullest. As many ways are chosen in part in the relaxation as the rule book
measured. Amounts in k EUR with one decimal, people in tenths.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from northing.decide.problem import Budget, Capacity, Group, Item, Limit, Mean, Option, Problem, Requires, Share

QUARTERS, ROLES, THEMES = 12, 40, 8
PART = 0.45
ROLE_PART = 0.45


def portfolio(size: int, starts: int = 1, seed: int = 1) -> Problem:
    """*size* investments with *starts* quarters to start in each."""
    draw = np.random.default_rng([size, starts, seed])
    items, money, people = [], np.zeros(QUARTERS), np.zeros((ROLES, QUARTERS))
    for position in range(size):
        item = _item(draw, position, starts)
        items.append(item)
        first = item.ways[0]
        money += sum(np.array(given) for given in first.cost.values())
        for role, given in first.uses.items():
            people[int(role.removeprefix("role "))] += given
    if starts > 1:  # what everything costs is spread over the starts
        money = np.full(QUARTERS, money.mean())
    there = people.max(axis=1) * ROLE_PART
    limits: list[Limit] = [Budget(most=_tenths(money * PART), title="Budget")]
    limits += [
        Capacity(of=f"role {role}", most=round(float(there[role]), 1)) for role in np.flatnonzero(there).tolist()
    ]
    limits += [Share(tag="theme", of=f"theme {theme}", least=0.08) for theme in range(3)]
    limits += [Share(tag="theme", of=f"theme {theme}", most=0.16) for theme in range(3, 5)]
    limits.append(Mean(of="risk", most=0.36))
    limits += _ties(draw, size)
    return Problem(
        items=tuple(items), limits=tuple(limits), periods=tuple(f"Q{n + 1}" for n in range(QUARTERS)), currency="k EUR"
    )


def _item(draw: Any, position: int, starts: int) -> Item:
    begin = int(draw.integers(0, QUARTERS - 4 - starts + 1))
    build = int(draw.integers(2, 5))
    total = float(draw.lognormal(5.5, 0.8))
    run, model = total * draw.uniform(0.02, 0.06), total * draw.uniform(0.0, 0.05)
    roles = {
        f"role {role}": float(draw.uniform(0.3, 2.5))
        for role in draw.choice(ROLES, int(draw.integers(2, 5)), replace=False)
    }
    worth = total * draw.lognormal(0.6, 0.35)
    ways = []
    for later in range(starts):
        at = begin + later
        quarters = np.arange(QUARTERS)
        built = np.where((quarters >= at) & (quarters < at + build), total / build, 0.0)
        after = quarters >= at + build
        ways.append(
            Option(
                name=f"Q{at + 1}" if starts > 1 else "",
                start=at,
                value=round(float(worth * 0.97**later), 1),
                cost={"build": _tenths(built), "run": _tenths(after * run), "model": _tenths(after * model)},
                uses={role: _tenths((built > 0) * fte + after * fte * 0.15) for role, fte in roles.items()},
            )
        )
    tags = {"theme": f"theme {int(draw.integers(0, THEMES))}", "vendor": f"vendor {int(draw.integers(0, 6))}"}
    own = {"must": bool(draw.random() < 0.03), "tags": tags, "measures": {"risk": round(float(draw.beta(2, 3)), 2)}}
    if starts > 1:
        return Item(id=f"i{position}", options=tuple(ways), **own)
    return Item(id=f"i{position}", value=ways[0].value, cost=ways[0].cost, uses=ways[0].uses, **own)


def _ties(draw: Any, size: int) -> list[Limit]:
    ties: list[Limit] = []
    for position in draw.choice(size, size // 5, replace=False):
        needs = {int(one) for one in draw.integers(0, max(position, 1), int(draw.integers(1, 3)))} - {int(position)}
        ties += [Requires(item=f"i{position}", needs=f"i{needed}") for needed in sorted(needs)]
    paired = draw.choice(size, size // 10 // 2 * 2, replace=False)
    ties += [Group(items=(f"i{one}", f"i{other}"), most=1) for one, other in paired.reshape(-1, 2)]
    return ties


def _tenths(numbers: Any) -> list[float]:
    return [float(number) for number in np.round(numbers, 1)]
