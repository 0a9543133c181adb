"""Forecasts of flow: the same in another process, checked against the past, and refused where the question means nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from northing.measure.flow.forecast.answers import how_many
from northing.measure.flow.forecast.asked import (
    Feature,
    Policy,
    Risk,
    Split,
    Work,
)
from northing.measure.flow.forecast.checked import NONE, SHARE, check_how_many, check_when, past_days
from northing.portfolio.errors import Invalid
from tests.measure.test_flow_forecast import AGAIN, DAY, TODAY, ask, by, feature, history, team


def test_the_same_inputs_give_the_same_answer_in_another_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", AGAIN],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    ]
    teams = [team(), team("blue")]
    answer = ask(teams, feature(red=30, blue=20))
    days = [str(one.day) for one in answer.whole.days]
    here = f"{answer.ground.seed} {days} {[one.items for one in by(28, *teams).counts]}\n"
    assert told == [here, here]


def test_in_parallel_too() -> None:
    asked = [("a", 30), ("b", 20), ("a", 10), ("c", 40)] * 3
    one_by_one = [ask([team(name)], feature(**{name: items})) for name, items in asked]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda one: ask([team(one[0])], feature(**{one[0]: one[1]})), reversed(asked)))
    assert at_once[::-1] == one_by_one


def test_an_answer_says_what_it_rests_on() -> None:
    ground = by(28).ground
    assert (ground.stream, ground.as_of, ground.policy.trials, len(ground.samples[0].days)) == (
        "service",
        TODAY,
        10_000,
        84,
    )
    seeds = {
        ground.seed,
        by(28, stream="other").ground.seed,
        how_many([team()], by=TODAY + 30 * DAY, stream="service", as_of=TODAY + DAY).ground.seed,
        by(28, policy=Policy(block="day")).ground.seed,
    }
    assert len(seeds) == 4
    assert by(14).ground.seed == ground.seed, "a smaller question is asked of the same futures"


# Past forecasts


def test_past_forecasts_are_told_with_how_many_there_were() -> None:
    long = team(finished=history(lambda n: (0, 1, 3, 0, 2, 1, 0, 1)[(n * 5 + n // 9) % 8], 400))
    policy = Policy(trials=500)
    past = past_days([long], as_of=TODAY, policy=policy)
    assert past[-1] == TODAY - 7 * DAY and past[0] == TODAY - 315 * DAY
    tested = check_how_many([long], past, days=14, stream="s", as_of=TODAY, policy=policy)
    assert (tested.n + tested.refused, tested.unknown) == (len(past) - 1, 1)
    assert tested.words.template == SHARE
    assert tested.words.values == {"inside": tested.inside, "count": tested.n, "percent": 85}
    for check in tested.checks:
        came = sum(long.finished[check.as_of + n * DAY] for n in range(14))
        assert check.came == came and check.inside == (came >= check.said)  # type: ignore[operator]


def test_the_share_that_held_falls_with_a_past_that_does_not_bear_the_forecasts() -> None:
    """Forecasts in weeks of a process that has slowed to a half from half-way on hold less often: the test can fail."""
    steady = team(finished=history(lambda n: (0, 1, 3, 0, 2, 1, 0, 1)[(n * 5 + n // 9) % 8], 400))
    slowing = team(finished=history(lambda n: 0 if n < 120 and n % 3 else 1, 400))
    policy = Policy(trials=500, judged_from=99)
    shares = []
    for one in (steady, slowing):
        past = [day for day in past_days([one], as_of=TODAY, policy=policy) if (TODAY - day).days < 130]
        dated = check_when([one], past, items={one.id: 20}, stream="s", as_of=TODAY, policy=policy)
        many = check_how_many([one], past, days=20, stream="s", as_of=TODAY, policy=policy)
        shares += [(dated.inside / dated.n, many.inside / many.n)]
    assert min(shares[0]) >= 0.8 and max(shares[1]) <= 0.6


def test_a_date_that_is_still_to_come_is_no_outcome() -> None:
    stopped = team(finished=history(lambda n: 0 if n < 20 else (0, 1, 3, 0, 2, 1, 0, 1)[(n * 5 + n // 9) % 8], 300))
    policy = Policy(trials=500, judged_from=99)
    past = [TODAY - n * DAY for n in (2, 20, 80)]
    tested = check_when([stopped], past, items={"red": 10}, stream="s", as_of=TODAY, policy=policy)
    assert tested.unknown == 1
    late, good = sorted(tested.checks, key=lambda check: check.inside)
    assert (late.as_of, late.came, late.inside) == (past[1], None, False)
    assert good.inside and good.came is not None and good.came <= good.said  # type: ignore[operator]
    none = check_when([stopped], [TODAY - DAY], items={"red": 10}, stream="s", as_of=TODAY, policy=policy)
    assert none.words.template == NONE


def test_a_residual_of_today_says_nothing_of_the_past() -> None:
    wild = team(finished=history(lambda n: (0, 1, 3)[n % 3], 200), little=Decimal(9))
    tested = check_how_many([wild], [TODAY - 50 * DAY], days=7, stream="s", as_of=TODAY, policy=Policy(trials=100))
    assert (tested.n, tested.refused) == (1, 0)


# Questions that mean nothing


def work(**more: Any) -> Feature:
    return Feature(id="chat", work=(Work(**{"team": "red", "items": 3, **more}),))


@pytest.mark.parametrize(
    "features",
    [
        (), (feature(), feature()), (feature("a"),), (feature(red=0),), (feature(red=-1),), (feature(blue=1),),
        (feature(red=1), feature(red=2)), (Feature(id="a", work=(Work(team="red", items=1),) * 2),),
        (work(split=Split(low=150, high=100)),), (work(split=Split(low=0)),),
        (work(risks=(Risk(name="a", percent=101, low=1, high=1),)),),
        (work(risks=(Risk(name="a", percent=1, low=2, high=1),)),),
        (work(risks=(Risk(name="a", percent=1, low=1, high=1),) * 2),),
    ],
)  # fmt: skip
def test_questions_that_mean_nothing_are_refused(features: tuple[Feature, ...]) -> None:
    with pytest.raises(Invalid):
        ask([team()], *features)


def test_nor_are_impossible_teams_days_and_policies_taken() -> None:
    for teams in ([team(), team()], [team(wip=0)], [team(finished={TODAY - DAY: -1})]):
        with pytest.raises(Invalid):
            ask(teams, feature(red=1))
    for days in (0, 4000):
        with pytest.raises(Invalid):
            by(days)
        with pytest.raises(Invalid):
            ask([team()], feature(red=1), by=TODAY + (days - 1) * DAY)
    for policy in (Policy(trials=0), Policy(window=0), Policy(horizon=0), Policy(percents=(0,))):
        with pytest.raises(Invalid):
            by(3, policy=policy)


def test_what_lies_past_the_horizon_has_no_date() -> None:
    answer = ask([team()], feature(red=5000), policy=Policy(trials=200))
    assert {one.day for one in answer.whole.days} == {None} and answer.whole.spread == ()
    some = ask([team()], feature(red=30), policy=Policy(horizon=30))
    assert some.whole.days[0].day is not None and some.whole.days[3].day is None
    assert sum(n for _, n in some.whole.spread) < 10_000
