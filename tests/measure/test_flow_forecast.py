"""Forecasts of work, pitfall by pitfall (each was seen in a real tool), on histories that are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
import pytest

from northing.measure.flow.forecast.answers import how_many, likelihood, when
from northing.measure.flow.forecast.asked import (
    Done,
    Feature,
    HowManyAnswer,
    Policy,
    Risk,
    Split,
    Team,
    WhenAnswer,
    Work,
)
from northing.measure.flow.forecast.draws import Draws, places
from northing.measure.flow.forecast.sample import limits, sample_of, unstable
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import Calendar

TODAY = date(2026, 6, 1)
"""A Monday."""
DAY = timedelta(days=1)
WORKED = Calendar(id="c", name="Office")


def history(count: Callable[[int], int], days: int = 84) -> dict[date, int]:
    """``count(n)`` items finished *n* days ago."""
    return {TODAY - n * DAY: count(n) for n in range(1, days + 1)}


def uneven(seed: int = 0) -> dict[date, int]:
    """Between none and three items a day, without a trend."""
    return history(lambda n: (0, 1, 3, 0, 2, 1, 0, 1)[(n * 5 + seed + n // 9) % 8])


def team(id: str = "red", finished: Mapping[date, int] | None = None, **more: Any) -> Team:
    return Team(id=id, finished=uneven() if finished is None else finished, **more)


def feature(id: str = "chat", **items: int) -> Feature:
    return Feature(id=id, work=tuple(Work(team=one, items=count) for one, count in items.items()))


def ask(teams: list[Team], *features: Feature, **more: Any) -> WhenAnswer:
    return when(teams, features, **{"stream": "service", "as_of": TODAY, **more})


def by(days: int, *teams: Team, **more: Any) -> HowManyAnswer:
    """In *days* days, today the first."""
    return how_many(teams or (team(),), **{"by": TODAY + (days - 1) * DAY, "stream": "service", "as_of": TODAY, **more})


def days_of(done: Done) -> list[int | None]:
    return [one.day and (one.day - TODAY).days + 1 for one in done.days]


def share(done: Done, day: date | None, trials: int = 10_000) -> float:
    assert day is not None
    return sum(n for end, n in done.spread if end <= day) / trials


# 1. Direction


def test_the_surer_the_fewer_and_the_later() -> None:
    counted = by(28)
    numbers = [one.items for one in counted.counts]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 4
    for one in counted.counts:
        at_least = [sum(n for items, n in counted.spread if items >= wanted) for wanted in (one.items, one.items + 1)]
        assert at_least[0] >= one.percent * 100 > at_least[1]
    done = ask([team()], feature(red=30)).whole
    assert days_of(done) == sorted(days_of(done)) and len(set(days_of(done))) > 2  # type: ignore[type-var]
    for dated in done.days:
        assert dated.day is not None
        assert share(done, dated.day) >= dated.percent / 100 > share(done, dated.day - DAY)


# 2. Days without a finish


def test_idle_days_are_drawn_also_those_after_the_last_finish() -> None:
    told = {TODAY - n * DAY: 1 for n in range(31, 85) if n % 9 == 0}
    assert len(told) == 6
    answer = ask([team(finished=told)], feature(red=6))
    (sample,) = answer.ground.samples
    assert (len(sample.days), sample.finished, sample.days_with_finish) == (84, 6, 6)
    assert sample.last == TODAY - DAY and sample.counts[-30:] == (0,) * 30
    median = days_of(answer.whole)[0]
    assert median is not None and 60 < median < 110, "six of 84 days: not six days"


def test_days_before_a_team_was_known_are_not_idle() -> None:
    (sample,) = ask([team(since=TODAY - 40 * DAY)], feature(red=6)).ground.samples
    assert (sample.first, len(sample.days)) == (TODAY - 40 * DAY, 40)


# 3. Today


def test_today_and_later_are_in_no_sample() -> None:
    late = uneven() | {TODAY: 500, TODAY + DAY: 500}
    assert ask([team(finished=late)], feature(red=30)) == ask([team()], feature(red=30))
    assert by(28, team(finished=late)) == by(28)


# 4. Calendars


def test_days_off_are_taken_out_of_sample_and_projection_once() -> None:
    steady = {day: 1 for day in history(lambda n: 1) if day.weekday() < 5}
    office = team(finished=steady, calendar=WORKED)
    answer = ask([office], feature(red=10))
    assert {one.day for one in answer.whole.days} == {date(2026, 6, 12)}, "the tenth working day"
    assert set(answer.ground.samples[0].counts) == {1} and answer.ground.samples[0].week == 5
    off = msgspec.structs.replace(WORKED, holidays=(date(2026, 6, 4), date(2026, 5, 14)))
    answer = ask([msgspec.structs.replace(office, calendar=off)], feature(red=10))
    assert {one.day for one in answer.whole.days} == {date(2026, 6, 15)}, "a holiday later, and a weekend"
    assert len(answer.ground.samples[0].days) == 59
    assert [one.items for one in by(14, office).counts] == [10] * 4
    calendarless = ask([team(finished=steady)], feature(red=10))
    assert all(abs(days - 12) <= 4 for days in days_of(calendarless.whole) if days), "each way once: much the same"


def test_finishes_on_days_off_are_said() -> None:
    ground = ask([team(calendar=WORKED)], feature(red=10)).ground
    lost = sum(count for day, count in uneven().items() if day.weekday() >= 5)
    assert ground.samples[0].left_out == lost > 0
    assert any(note.values.get("count") == lost for note in ground.notes)


def test_a_team_that_never_works_is_refused() -> None:
    answer = ask([team(calendar=Calendar(id="c", name="None", workdays=()))], feature(red=1))
    assert [one.code for one in answer.ground.refusals] == ["too-few-finishes"]


# 5. Too little is known


@pytest.mark.parametrize(("days", "refused"), [(4, ["too-few-finishes"]), (5, [])])
def test_fewer_than_five_days_with_a_finish_say_nothing(days: int, refused: list[str]) -> None:
    few = team(finished={TODAY - (16 * n - 8) * DAY: 2 for n in range(1, days + 1)})
    answer, counted = ask([few], feature(red=3)), by(14, few)
    assert [one.code for one in answer.ground.refusals] == [one.code for one in counted.ground.refusals] == refused
    assert bool(answer.whole.days) == bool(counted.counts) == (not refused)
    assert answer.whole.refused_by == (("red",) if refused else ())


def test_weeks_are_not_drawn_from_a_few_weeks() -> None:
    young = team(since=TODAY - 20 * DAY)
    assert [one.code for one in ask([young], feature(red=3)).ground.refusals] == ["too-short"]
    answer = ask([young], feature(red=3), policy=Policy(block="day"))
    assert answer.whole.days and any("too few weeks" in str(note.template) for note in answer.ground.notes)


def test_no_likelihood_above_95_per_cent_is_told() -> None:
    assert likelihood(10_000, 10_000).text == likelihood(9_501, 10_000).text == ">95 %"
    assert (likelihood(9_500, 10_000).text, likelihood(7_299, 10_000).text) == ("95 %", "72 %")
    assert likelihood(0, 10_000).text == likelihood(99, 10_000).text == "<1 %"
    answer = ask([team()], feature(red=1), by=TODAY + 300 * DAY)
    assert answer.whole.likelihood is not None and answer.whole.likelihood.text == ">95 %"
    assert by(300, items=1).likelihood == answer.whole.likelihood
    with pytest.raises(Invalid):
        ask([team()], feature(red=1), policy=Policy(percents=(50, 96)))


# 6. Several teams


def test_the_slowest_team_is_not_the_feature() -> None:
    names = ("red", "blue", "green", "grey", "pink")
    teams = [team(name) for name in names]
    alone = {name: ask(teams, feature(**{name: 30})).whole for name in names}
    shown = alone["red"].days[2].day
    for count in (2, 5):
        joint = ask(teams, feature(**dict.fromkeys(names[:count], 30))).whole
        product = float(np.prod([share(alone[name], shown) for name in names[:count]]))
        assert abs(share(joint, shown) - product) < 0.03, "draws of teams are independent"
        assert share(joint, shown) < 0.88**count
        assert joint.days[2].day is not None and shown is not None and joint.days[2].day > shown


def test_a_team_that_cannot_be_forecast_silences_only_what_needs_it() -> None:
    answer = ask([team(), team("blue", {})], feature("a", red=5), feature("b", red=5, blue=5))
    assert [one.refused_by for one in (*answer.features, answer.whole)] == [(), ("blue",), ("blue",)]
    assert answer.features[0].days and not answer.features[1].days and not answer.whole.days


# 7. Order and features at once


@pytest.mark.parametrize(
    ("wip", "items", "done"),
    [
        (1, (3, 2, 4), (3, 5, 9)),
        (2, (3, 2, 4), (5, 4, 9)),  # 1 2 1 2 1 3 3 3 3
        (3, (3, 2, 4), (7, 5, 9)),  # 1 2 3 1 2 3 1 3 3
        (2, (1, 2, 1), (1, 3, 4)),  # 1 2 2 3: a place that gets free is taken when the turn is over
        (2, (0, 2, 1), (0, 3, 2)),
        (9, (2, 2), (3, 4)),
    ],
)
def test_finished_items_go_to_features_in_turn(wip: int, items: tuple[int, ...], done: tuple[int, ...]) -> None:
    assert places(np.array(items)[:, None], wip)[:, 0].tolist() == list(done)
    several = np.stack([np.array(items), np.array(items)[::-1]], axis=1)
    assert places(several, wip)[:, 0].tolist() == list(done), "trial by trial"


def test_order_and_features_at_once_decide_which_is_done_first() -> None:
    first, second = feature("a", red=10), feature("b", red=10)
    one, two = ask([team()], first, second), ask([team()], second, first)
    assert [days_of(done) for done in one.features] == [days_of(done) for done in two.features]
    assert one.features[0].days[2].day < one.features[1].days[2].day  # type: ignore[operator]
    assert one.features[0].days == ask([team()], first).whole.days
    at_once = ask([team(wip=2)], first, second)
    assert at_once.features[0].days[2].day > one.features[0].days[2].day  # type: ignore[operator]
    assert at_once.whole.days == one.whole.days == ask([team()], feature(red=20)).whole.days


# 8. Splits and risks


def test_splits_multiply_and_risks_add() -> None:
    def one(items: int, **more: Any) -> Done:
        return ask([team()], Feature(id="chat", work=(Work(team="red", items=items, **more),))).whole

    assert one(20, split=Split(low=150, high=150)).days == one(30).days
    assert one(7, split=Split(low=110, high=110)).days == one(8).days, "rounded up"
    assert one(20, risks=(Risk(name="a", percent=100, low=10, high=10),)).days == one(30).days
    assert one(20, risks=(Risk(name="a", percent=0, low=10, high=10),)).days == one(20).days
    spread = one(20, split=Split())
    assert one(20).days[2].day < spread.days[2].day < one(30).days[2].day  # type: ignore[operator]
    likely = one(20, risks=(Risk(name="a", percent=30, low=30, high=30),))
    for day in (date(2026, 6, 20), date(2026, 6, 27), date(2026, 7, 20)):
        expected = 0.7 * share(one(20), day) + 0.3 * share(one(50), day)
        assert abs(share(likely, day) - expected) < 0.03, "it strikes three trials in ten, whatever their days"


# 9. Days hang together, and not every process can be forecast


def test_weeks_keep_the_spread_that_single_days_lose() -> None:
    bursts = team(finished=history(lambda n: 2 if n // 7 % 2 else 0))
    weeks, days = (by(28, bursts, policy=Policy(block=block)) for block in ("week", "day"))

    def deviation(answer: HowManyAnswer) -> float:
        items, trials = zip(*answer.spread, strict=True)
        mean = np.average(items, weights=trials)
        return float(np.sqrt(np.average((np.array(items) - mean) ** 2, weights=trials)))

    # By hand: a day is 0 or 2, variance 1; a week is 2 k, with k from 0 to 7, variance 17. Four weeks, 28 days.
    assert deviation(weeks) == pytest.approx((4 * 17) ** 0.5, rel=0.03)
    assert deviation(days) == pytest.approx(28**0.5, rel=0.03)
    assert weeks.counts[2].items < days.counts[2].items


def test_an_unstable_process_is_not_forecast() -> None:
    burst = team(finished=history(lambda n: 9 if n < 8 else 1 if n % 3 else 0))
    (refusal,) = ask([burst], feature(red=5)).ground.refusals
    assert refusal.code == "unstable-throughput" and refusal.words.values["count"] == 63
    assert refusal.words.values["day"] == TODAY - DAY and "XmR" in str(refusal.words.template)
    weeks = (2, 9, 2, 5, 9, 13, 9, 13, 9, 13, 9, 13)
    grown = team(finished=history(lambda n: weeks[12 - (n + 6) // 7] if n % 7 == 0 else 0))
    (refusal,) = by(14, grown).ground.refusals
    assert refusal.words.values["run"] == 8 and "XmR" in str(refusal.words.template)
    calm = team(little=Decimal("-0.2"))
    assert not ask([calm], feature(red=5)).ground.refusals
    (refusal,) = ask([msgspec.structs.replace(calm, little=Decimal("-0.3"))], feature(red=5)).ground.refusals
    assert refusal.code == "unstable-residual" and "Little" in str(refusal.words.template)


def test_limits_are_those_of_an_xmr_chart() -> None:
    low, high = limits([10, 12, 11, 13])
    assert float(low) == pytest.approx(11.5 - 2.66 * 5 / 3) and float(high) == pytest.approx(11.5 + 2.66 * 5 / 3)
    assert limits([0, 9, 0, 9])[0] == 0
    assert unstable(sample_of(team(), TODAY, Policy()), Policy()) is None


# 10. Percentiles one by one


def test_percentiles_that_fall_on_one_value_are_all_there() -> None:
    steady = team(finished=history(lambda n: 2))
    answer, counted = ask([steady], feature(red=20)), by(10, steady)
    assert [(one.percent, one.day) for one in answer.whole.days] == [(p, date(2026, 6, 10)) for p in (50, 70, 85, 95)]
    assert [(one.percent, one.items) for one in counted.counts] == [(p, 20) for p in (50, 70, 85, 95)]
    each = [ask([team()], feature(red=30), policy=Policy(percents=(p,))).whole.days[0] for p in (50, 70, 85, 95)]
    assert tuple(each) == ask([team()], feature(red=30)).whole.days, "whichever others are asked"


# 11. What is not there, and the same answer again

AGAIN = """
from tests.measure.test_flow_forecast import TODAY, ask, by, feature, team
teams = [team(), team("blue")]
answer = ask(teams, feature(red=30, blue=20))
print(answer.ground.seed, [str(one.day) for one in answer.whole.days], [one.items for one in by(28, *teams).counts])
"""


def test_items_not_yet_created_are_said_in_words() -> None:
    assert any("nobody has created yet" in str(note.template) for note in ask([team()], feature(red=3)).ground.notes)
    split = Feature(id="chat", work=(Work(team="red", items=3, split=Split()),))
    assert any("Splits and risks" in str(note.template) for note in ask([team()], split).ground.notes)


def test_draws_are_philox_and_nothing_else() -> None:
    """Random123's own known answer for Philox4x64-10, so that the generator is the same wherever this runs."""
    ones = 2**64 - 1
    bits = np.random.Philox(key=np.array([ones, ones], dtype=np.uint64), counter=np.array([ones] * 4, dtype=np.uint64))
    bits.advance(2**256 - 1)
    known = ["0x87b092c3013fe90b", "0x438c3c67be8d0224", "0x9cc7d7c69cd777b6", "0xa09caebf594f0ba0"]
    assert [hex(int(word)) for word in bits.random_raw(4)] == known
    assert Draws("a", 1).below(6, 2, 5).tolist() == Draws("a", 1).below(6, 2, 5).tolist()
    assert Draws("a", 1).below(1000, 2, 5).tolist() != Draws("a", 2).below(1000, 2, 5).tolist()
