"""Forecasts joined to work: planted histories whose answers are known by plain enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from northing.facts.flow_asking import Item, Reading
from northing.measure.figures import figure, value_of, why
from northing.measure.flow.asked import Whose
from northing.measure.flow.forecast.asked import Risk, Split
from northing.measure.flow.forecast_asking import args_of, read_question
from northing.measure.flow.forecasting import NOBODY, Forecast, Question, forecast, known_until, parents
from northing.portfolio.errors import Invalid, NotFound
from northing.report.forecast_data import forecast_said
from tests.measure.work_told import FlowTold, item, work_told

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
PLAN = """
team
  id     | name
  claims | Claims
  uk     | UK
workflow_policy
  id | name  | start
  p1 | Every | 2025-01-01
"""


def done(team: str | None, counts: Sequence[int], took: int = 1) -> list[Any]:
    """``counts[n]`` items finished n + 1 days ago."""
    found = []
    for ago, count in enumerate(counts, 1):
        on = TODAY - ago * DAY
        moves = f"queue {on - took * DAY}, active {on - took * DAY}, done {on}"
        found += [item(f"{team}-{ago}-{n}", moves, team=team) for n in range(count)]
    return found


def left(team: str | None, count: int, epic: str | None = None, since: str = "2026-05-31T22") -> list[Any]:
    return [
        item(f"{team}-{epic}-{n}", f"backlog 2026-05-20, active {since}", team=team, epic=epic) for n in range(count)
    ]


class OfTeams(FlowTold):
    """Work of which a reading may ask for one team's."""

    def items(self, reading: Reading) -> list[Item]:
        where = reading.where.replace("'", '"')
        return [one for one, _ in self.told if "team" not in where or f'"{one.team}"' in where]


def office(*told: Any) -> Any:
    view = work_told(PLAN, TODAY, [one for some in told for one in some])
    view.facts.flow = OfTeams(view.facts.flow.told)
    return view


def days(found: Forecast | None) -> list[int]:
    """In how many days, today the first, it is done at 50, 70, 85, 95."""
    assert found is not None and found.when is not None
    return [(one.day - TODAY).days + 1 for one in found.when.whole.days if one.day is not None]


def counts(found: Forecast | None) -> list[int]:
    assert found is not None
    return [one.items for one in found.many.counts]


STEADY = [1] * 150
CLAIMS = Whose("team", "claims")


def test_a_team_that_finishes_one_item_a_day() -> None:
    view = office(done("Claims", STEADY), left("Claims", 3))
    assert days(forecast(view, Question())) == [3] * 4
    found = forecast(view, Question(items=10, by=TODAY + 13 * DAY))
    assert days(found) == [10] * 4 and counts(found) == [14] * 4
    assert found is not None and found.when is not None
    assert found.when.whole.likelihood is not None and found.when.whole.likelihood.text == ">95 %"
    assert (found.back.n, found.back.inside, found.back.refused) == (8, 8, 0)
    """Ten weeks and a half lie after the first whole sample; two of them are not over yet."""


UNEVEN = ([2, 0, 0, 1, 0, 3, 0, 1, 1, 0, 0, 2] * 13)[:150]


def test_weeks_of_a_sample_by_enumeration() -> None:
    """Every run of seven days in a row, its first day after its last, is as likely as any other."""
    view = office(done("Claims", UNEVEN))
    found = forecast(view, Question(by=TODAY + 6 * DAY))
    sample = UNEVEN[:84][::-1]
    sums = sorted((sum((sample * 2)[start : start + 7]) for start in range(84)), reverse=True)
    for percent, count in zip((50, 70, 85, 95), counts(found), strict=True):
        shares = {one: Fraction(sum(total >= one for total in sums), 84) for one in range(12)}
        assert abs(shares[count] - Fraction(percent, 100)) > Fraction(1, 100), "too near for a drawn share"
        assert count == max(one for one, share in shares.items() if share >= Fraction(percent, 100))


def test_what_needs_two_teams_is_done_when_the_last_is() -> None:
    view = office(done("Claims", STEADY), done("UK", [1, 1] * 75), left("Claims", 2, "E"), left("UK", 6, "E"))
    assert days(forecast(view, Question())) == [6] * 4
    assert days(forecast(view, Question(whose=CLAIMS))) == [2] * 4
    found = forecast(view, Question(parent="e"))
    assert days(found) == [6] * 4 and found is not None
    assert [(part.id, len(part.left), part.others) for part in found.parts] == [("claims", 2, 0), ("uk", 6, 0)]
    assert parents(found.asked) == {"E": 8}


def test_two_uncertain_teams_are_surely_later_than_either() -> None:
    """Joint: P(both done) is the product, so the same percent is later."""
    view = office(done("Claims", UNEVEN), done("UK", UNEVEN[5:] + UNEVEN[:5]), left("Claims", 12), left("UK", 12))
    both, one, other = (
        forecast(view, Question(whose=whose)) for whose in (Whose(), CLAIMS, Whose("team", "uk"))
    )  # fmt: skip
    shares = []
    for found in (both, one, other):
        assert found is not None and found.when is not None
        whole, trials = found.when.whole, found.when.ground.policy.trials
        day = TODAY + 16 * DAY
        shares.append(sum(n for end, n in whole.spread if end <= day) / trials)
    assert 0.05 < shares[0] < min(shares[1:]) and abs(shares[0] - shares[1] * shares[2]) < 0.02


def test_a_team_that_works_on_two_things_gives_each_an_item_in_turn() -> None:
    told = (done("Claims", STEADY), left("Claims", 3, "OLD", "2026-05-31T20"), left("Claims", 3, "NEW"))
    view = office(*told)
    found = forecast(view, Question(parent="NEW"))
    assert days(found) == [6] * 4 and found is not None and found.parts[0].team.wip == 2
    assert days(forecast(view, Question(parent="OLD"))) == [5] * 4
    assert days(forecast(view, Question(parent="NEW", order="first"))) == [3] * 4
    later = [item("Z", "backlog 2026-05-20", team="Claims", epic="LATER")]
    assert days(forecast(office(*told, later), Question(parent="NEW"))) == [6] * 4, "what is not begun waits"


def test_growth_and_risks_come_on_top() -> None:
    view = office(done("Claims", STEADY), left("Claims", 4))
    assert days(forecast(view, Question(split=Split(low=150, high=150)))) == [6] * 4
    sure = Risk(name="Audit", percent=100, low=2, high=2)
    assert days(forecast(view, Question(risks=(sure,)))) == [6] * 4
    assert days(forecast(view, Question(items=4, risks=(sure,)))) == [6] * 4


def test_today_is_not_sampled_and_its_items_are_still_to_be_done() -> None:
    fresh = [item("T", "queue 2026-05-20, active 2026-05-30, done 2026-06-01T06", team="Claims")]
    view = office(done("Claims", STEADY), fresh, left("Claims", 1))
    found = forecast(view, Question())
    assert days(found) == [2] * 4 and found is not None
    assert {one.key for one in found.left} == {"T", "Claims-None-0"}
    assert found.together.team.finished.get(TODAY) is None


def test_idle_days_are_in_the_sample_and_unknown_ones_are_not() -> None:
    view = office(done("Claims", [0, 0, *[1] * 30]))
    found = forecast(view, Question(by=TODAY))
    assert found is not None
    (sample,) = found.many.ground.samples
    assert sample.counts[-3:] == (1, 0, 0) and sample.last == TODAY - DAY
    assert len(sample.days) == 33, "from the day on which the first item was created"


def test_work_of_nobody_is_a_part_of_its_own() -> None:
    view = office(done("Claims", STEADY), done(None, STEADY), left(None, 5))
    found = forecast(view, Question())
    assert days(found) == [5] * 4 and found is not None and [part.id for part in found.parts] == [NOBODY]


@pytest.mark.parametrize(
    ("history", "code"),
    [([1, 1, 1, 1] + [0] * 140, "too-few-finishes"), ([1] * 42 + [9] * 42 + [1] * 60, "unstable-throughput")],
)
def test_what_does_not_bear_a_forecast_is_refused_and_the_rest_told(history: list[int], code: str) -> None:
    view = office(done("Claims", history), done("UK", STEADY), left("Claims", 3), left("UK", 4))
    found = forecast(view, Question())
    assert found is not None and found.when is not None and not found.when.whole.days
    assert [(one.team, one.code) for one in found.when.ground.refusals] == [("claims", code)]
    assert found.rest is not None and {one.day for one in found.rest.whole.days} == {TODAY + 3 * DAY}
    said = forecast_said(view, Question())
    assert said.when is not None and said.when.refused[0].cure and "Claims" in said.when.said


def test_an_unbalanced_process_is_refused() -> None:
    """What took two hundred days each: its time does not agree with what was in progress in the sample."""
    view = office(done("Claims", STEADY, took=200), left("Claims", 1))
    found = forecast(view, Question())
    assert found is not None and [one.code for one in found.many.ground.refusals] == ["unstable-residual"]


def test_questions_that_mean_nothing() -> None:
    view = office(done("Claims", STEADY), left("Claims", 1, "E"))
    for wrong in ({"items": "0"}, {"by": "2026-05-31"}, {"grows": "90"}, {"days": "3"}, {"risks": "x"}, {"by": "soon"}):
        with pytest.raises(Invalid):
            forecast(view, read_question(view, wrong))
    with pytest.raises(NotFound):
        forecast(view, Question(parent="NONE"))
    nothing = forecast(office(done("Claims", STEADY)), Question())
    assert nothing is not None and nothing.when is None and counts(nothing) == [28] * 4
    assert forecast(work_told(PLAN, TODAY, []), Question()) is None


def test_the_same_question_has_the_same_answer_at_every_door() -> None:
    view = office(done("Claims", UNEVEN), left("Claims", 9, "E"))
    question = Question(
        parent="E", by=date(2026, 7, 1), split=Split(low=100, high=130), risks=(Risk(name="A", percent=30, low=1, high=4),)
    )  # fmt: skip
    assert read_question(view, {key: str(value) for key, value in args_of(question).items() if value}) == question
    found, said = forecast(view, question), forecast_said(view, question)
    again = forecast(office(done("Claims", UNEVEN), left("Claims", 9, "E")), question)
    assert found is not None and found.when is not None and again is not None and found.when == again.when
    assert said.when is not None and said.how_many is not None and said.back_test is not None
    for one, day in zip(said.when.values, found.when.whole.days, strict=True):
        address = figure("forecast.when", **args_of(question), percent=one.percent)
        assert one.answer.value == day.day == value_of(view, address) and str(address) == one.answer.address
    receipt = why(view, figure("forecast.when", **args_of(question)))
    assert sum(term.ref is not None and term.ref.kind == "work" for term in receipt.terms) == 9
    assert found.when.ground.seed in str(receipt.terms)
    held = why(view, figure("forecast.held", **args_of(question)))
    assert sum(term.value for term in held.terms) == held.value == said.back_test.held.value
    assert value_of(view, figure("forecast.how_many", **args_of(question))) == counts(found)[2]


def test_the_policy_says_which_export_is_old() -> None:
    """Of an export that came in 15 days after its end: drawn from its end on, or from the day on which it came in."""
    from types import SimpleNamespace as Told

    (one, _spans), *_ = left("Claims", 1)
    came = Told(source="t", end=TODAY - 20 * DAY, received=f"{TODAY - 5 * DAY}T08:00:00+00:00", scopes=("work",))
    view: Any = Told(today=TODAY, plan=Told(deliveries={"d": came}))
    for days, first in ((14, TODAY - 20 * DAY), (15, TODAY - 5 * DAY), (0, TODAY - 20 * DAY)):
        found: Any = Told(reading=Told(zone="UTC"), work=Told(items=[one]), policy=Told(old_days=days))
        assert known_until(view, found) == first
