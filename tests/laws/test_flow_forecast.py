"""Laws of forecasts: equal to the exact convolution, inside as often as they say, monotone, and blind to order.

How far a share of T trials may be from the truth: by Dvoretzky, Kiefer and Wolfowitz the largest distance over all days
exceeds sqrt(ln(2 / δ) / 2 T) with probability δ at most. The draws are named by their inputs, so each run is the same.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from northing.measure.flow.forecast.answers import how_many, when
from northing.measure.flow.forecast.asked import Feature, Policy, Risk, Split, Team, WhenAnswer, Work
from northing.measure.flow.forecast.checked import BackTest, check_how_many, check_when, past_days

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
TRIALS = 10_000
BOUND = math.sqrt(math.log(2 / 1e-9) / (2 * TRIALS))
"""0.033."""
ANY = Policy(judged_from=10**6, fewest_days=1, fewest_weeks=1, horizon=400)
"""Answers whatever the history: the laws are about draws, not about refusals."""
SMALL = msgspec.structs.replace(ANY, trials=200)


def team(id: str, counts: Sequence[int], **more: Any) -> Team:
    """*counts*: of the days up to yesterday, the oldest first."""
    first = TODAY - len(counts) * DAY
    return Team(id=id, finished={first + n * DAY: one for n, one in enumerate(counts)}, since=first, **more)


def feature(id: str = "all", **items: int) -> Feature:
    return Feature(id=id, work=tuple(Work(team=one, items=count) for one, count in items.items()))


def ask(teams: Sequence[Team], *features: Feature, policy: Policy = SMALL) -> WhenAnswer:
    return when(teams, features, stream="law", as_of=TODAY, policy=policy)


# The exact convolution


def convolve(a: dict[int, float], b: dict[int, float]) -> dict[int, float]:
    total: dict[int, float] = {}
    for x, p in a.items():
        for y, q in b.items():
            total[x + y] = total.get(x + y, 0.0) + p * q
    return total


def distribution(values: Sequence[int]) -> dict[int, float]:
    return {value: values.count(value) / len(values) for value in values}


def exactly(counts: Sequence[int], days: int, length: int) -> dict[int, float]:
    """How many items *days* days bring, by blocks of *length* days that begin anywhere, the end joined to the start."""

    def block(size: int) -> dict[int, float]:
        around = [*counts, *counts]
        return distribution([sum(around[start : start + size]) for start in range(len(counts))])

    total = {0: 1.0}
    for _ in range(days // length):
        total = convolve(total, block(length))
    return convolve(total, block(days % length)) if days % length else total


def at_least(found: dict[int, float], items: int) -> float:
    return sum(p for value, p in found.items() if value >= items)


WORLDS = [
    [0, 1], [0, 0, 0, 5], [1, 0, 2, 0, 0, 3, 1], [0, 0, 1, 4, 0, 2, 0, 0, 0, 1, 3, 0, 0, 1],
    [2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 0, 1, 0, 1, 0, 1, 5],
]  # fmt: skip


@pytest.mark.parametrize(("counts", "length"), [(one, n) for one in WORLDS for n in (1, 7) if len(one) >= n])
def test_forecasts_are_the_exact_convolution(counts: list[int], length: int) -> None:
    policy = msgspec.structs.replace(ANY, trials=TRIALS, block="week" if length == 7 else "day")
    for days in (1, 5, 7, 12):
        exact = exactly(counts, days, length)
        answer = how_many([team("a", counts)], by=TODAY + (days - 1) * DAY, stream="law", as_of=TODAY, policy=policy)
        drawn = dict(answer.spread)
        assert drawn and drawn.keys() <= exact.keys(), "nothing that cannot be"
        for items in range(max(exact) + 2):
            share = sum(n for value, n in drawn.items() if value >= items) / TRIALS
            assert abs(share - at_least(exact, items)) < BOUND
        for one in answer.counts:
            assert at_least(exact, one.items) > one.percent / 100 - BOUND
            assert at_least(exact, one.items + 1) < one.percent / 100 + BOUND
    for items in (1, 4, 9):
        answered = ask([team("a", counts)], feature(a=items), policy=policy)
        for days in range(1, 30):
            share = sum(n for day, n in answered.whole.spread if day < TODAY + days * DAY) / TRIALS
            assert abs(share - at_least(exactly(counts, days, length), items)) < BOUND


def test_several_teams_are_the_product_of_their_distributions() -> None:
    policy = msgspec.structs.replace(ANY, trials=TRIALS, block="day")
    teams = [team(name, counts) for name, counts in zip("abc", WORLDS[:3], strict=True)]
    answer = ask(teams, feature(a=3, b=6, c=7), policy=policy)
    total = how_many(teams, by=TODAY + 4 * DAY, stream="law", as_of=TODAY, policy=policy)
    for days in range(1, 30):
        exact = math.prod(
            at_least(exactly(counts, days, 1), items) for counts, items in zip(WORLDS[:3], (3, 6, 7), strict=True)
        )
        share = sum(n for day, n in answer.whole.spread if day < TODAY + days * DAY) / TRIALS
        assert abs(share - exact) < BOUND
    summed = convolve(convolve(exactly(WORLDS[0], 5, 1), exactly(WORLDS[1], 5, 1)), exactly(WORLDS[2], 5, 1))
    for items in range(40):
        share = sum(n for value, n in total.spread if value >= items) / TRIALS
        assert abs(share - at_least(summed, items)) < BOUND


def test_splits_and_risks_are_the_exact_mixture() -> None:
    policy = msgspec.structs.replace(ANY, trials=TRIALS, block="day")
    risk = Risk(name="x", percent=25, low=2, high=3)
    asked = Feature(id="f", work=(Work(team="a", items=4, split=Split(low=100, high=149), risks=(risk,)),))
    answer = ask([team("a", WORLDS[2])], asked, policy=policy)
    # 4 × 100 … 149 %, rounded up: 4 once, 5 of 101 … 125, 6 of 126 … 149.
    split = {4: 1 / 50, 5: 25 / 50, 6: 24 / 50}
    left = convolve(split, {0: 0.75, 2: 0.125, 3: 0.125})
    for days in range(1, 30):
        exact = sum(p * at_least(exactly(WORLDS[2], days, 1), items) for items, p in left.items())
        share = sum(n for day, n in answer.whole.spread if day < TODAY + days * DAY) / TRIALS
        assert abs(share - exact) < BOUND


# Inside as often as they say


def simulated(seed: int, days: int) -> Team:
    """A process that never changes: each of eight attempts a day succeeds one time in four."""
    dice = random.Random(seed)
    return team("a", [sum(dice.random() < 0.25 for _ in range(8)) for _ in range(days)])


@pytest.mark.parametrize("block", ["week", "day"])
def test_forecasts_at_85_per_cent_are_inside_80_to_90_times_in_a_hundred(block: Any) -> None:
    """From 700 days a fortnight apart, so that no two outcomes share a day; so many vary by 1.4 points (1 σ)."""
    policy = Policy(trials=1000, block=block)
    long = simulated(4, 84 + 14 * 700)
    past = past_days([long], as_of=TODAY, policy=policy, every=14, most=10_000)
    tests: list[BackTest] = [
        check_how_many([long], past, days=14, stream="law", as_of=TODAY, policy=policy),
        check_when([long], past, items={"a": 28}, stream="law", as_of=TODAY, policy=policy),
    ]
    for one in tests:
        assert one.n + one.refused + one.unknown == len(past) == 700
        assert one.n > 500 and one.unknown <= 2
        assert 0.8 <= one.inside / one.n <= 0.9


# Monotone, and blind to order

histories = some.lists(some.integers(0, 3), min_size=8, max_size=30).filter(any)
few = settings(max_examples=60, deadline=None)
blocks = some.sampled_from(("week", "day")).map(lambda block: msgspec.structs.replace(SMALL, block=block))


def offsets(answer: WhenAnswer, index: int | None = None) -> list[date]:
    done = answer.whole if index is None else answer.features[index]
    return [one.day or date.max for one in done.days]


@few
@given(histories, blocks, some.integers(1, 25), some.integers(0, 10))
def test_surer_is_later_and_more_is_never_sooner(counts: list[int], policy: Policy, items: int, more: int) -> None:
    fewer = offsets(ask([team("a", counts)], feature(a=items), policy=policy))
    greater = offsets(ask([team("a", counts)], feature(a=items + more), policy=policy))
    assert fewer == sorted(fewer)
    assert all(a <= b for a, b in zip(fewer, greater, strict=True))


@few
@given(histories, blocks, some.integers(0, 40), some.integers(0, 10), some.integers(1, 30))
def test_a_later_day_brings_never_fewer_and_both_questions_agree(
    counts: list[int], policy: Policy, days: int, more: int, items: int
) -> None:
    def by(day: int) -> Any:
        at = TODAY + day * DAY
        return how_many([team("a", counts)], by=at, stream="law", as_of=TODAY, policy=policy, items=items)

    sooner, later = by(days), by(days + more)
    numbers = [one.items for one in sooner.counts]
    assert numbers == sorted(numbers, reverse=True)
    assert all(a.items <= b.items for a, b in zip(sooner.counts, later.counts, strict=True))
    done = ask([team("a", counts)], feature(a=items), policy=policy).whole
    until = sum(n for day, n in done.spread if day <= TODAY + days * DAY)
    assert until == sum(n for value, n in sooner.spread if value >= items), "P(done ≤ d) = P(count by d ≥ n)"


@few
@given(histories, blocks, some.integers(1, 25), some.data())
def test_more_throughput_is_never_later(counts: list[int], policy: Policy, items: int, data: some.DataObject) -> None:
    added = data.draw(some.lists(some.integers(0, 2), min_size=len(counts), max_size=len(counts)))
    better = [a + b for a, b in zip(counts, added, strict=True)]
    slow = offsets(ask([team("a", counts)], feature(a=items), policy=policy))
    fast = offsets(ask([team("a", better)], feature(a=items), policy=policy))
    assert all(a >= b for a, b in zip(slow, fast, strict=True))


@few
@given(some.lists(histories, min_size=2, max_size=4), blocks, some.integers(1, 3), some.randoms(use_true_random=False))
def test_the_order_of_teams_does_not_matter(
    told: list[list[int]], policy: Policy, wip: int, dice: random.Random
) -> None:
    teams = [team(f"t{n}", counts, wip=wip) for n, counts in enumerate(told)]
    work = [Work(team=one.id, items=3 + n, split=Split(), risks=(Risk(name="r", percent=40, low=1, high=4),))
            for n, one in enumerate(teams)]  # fmt: skip
    features = [Feature(id=id, work=tuple(work)) for id in ("x", "y")]
    straight = ask(teams, *features, policy=policy)
    dice.shuffle(teams)
    dice.shuffle(work)
    assert straight == ask(teams, *(Feature(id=id, work=tuple(work)) for id in ("x", "y")), policy=policy)


@few
@given(some.lists(histories, min_size=1, max_size=3), histories, blocks)
def test_one_team_more_is_never_sooner(told: list[list[int]], other: list[int], policy: Policy) -> None:
    teams = [team(f"t{n}", counts) for n, counts in enumerate(told)]
    without = offsets(ask(teams, feature(**{one.id: 4 for one in teams}), policy=policy))
    teams.append(team("z", other))
    joint = offsets(ask(teams, feature(**{one.id: 4 for one in teams}), policy=policy))
    assert all(a <= b for a, b in zip(without, joint, strict=True))


@few
@given(histories, blocks, some.lists(some.integers(1, 6), min_size=2, max_size=5), some.integers(1, 4))
def test_the_last_feature_is_done_when_all_items_are(
    counts: list[int], policy: Policy, items: list[int], wip: int
) -> None:
    """However many are worked on at once: the order moves features, not the whole."""
    features = [feature(f"f{n}", a=count) for n, count in enumerate(items)]
    answer = ask([team("a", counts, wip=wip)], *features, policy=policy)
    assert answer.whole.spread == ask([team("a", counts)], feature(a=sum(items)), policy=policy).whole.spread
