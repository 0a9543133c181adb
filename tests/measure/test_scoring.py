"""Scores by each method, gaps, places and lines: by hand, and by laws."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.measure.columns import view_of
from northing.measure.scoring.ranking import Ranked, Ranking, ranking
from northing.measure.scoring.robust import robust
from northing.measure.view import View
from northing.portfolio.benefits import BenefitKind, BenefitPlanLine
from northing.portfolio.choosing import Capacity, Limit, LimitType, Per, ResourceDemand
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Invalid
from northing.portfolio.investment import Investment, Pin, Stage
from northing.portfolio.money import Expense
from northing.portfolio.people import Role
from northing.portfolio.plan import CostPlanLine, Plan
from northing.portfolio.scoring import Criterion, Method, Score, ScoringModel

D, F = Decimal, Fraction
TODAY = date(2026, 1, 1)
NEXT = date(2026, 1, 1)


def plan(*entities: Entity) -> View:
    return view_of(Plan.of("acme", "main", 1, list(entities)), {}, TODAY)


def model(method: Method, *criteria: Criterion, **more: Any) -> ScoringModel:
    return ScoringModel(id="m", name="Ours", method=method, criteria=criteria, **more)


def investment(id: str, **more: Any) -> Investment:
    return Investment(id=id, name=id.upper(), currency="EUR", **more)


def scores(id: str, **values: str) -> list[Score]:
    return [
        Score(id=f"{id}-{key}", investment=id, model="m", criterion=key, value=D(value))
        for key, value in values.items()
    ]


def cost(id: str, amount: str, start: date = date(2026, 1, 1), end: date = date(2027, 1, 1)) -> CostPlanLine:
    return CostPlanLine(id=f"cost-{id}", investment=id, likely=D(amount), start=start, end=end, currency="EUR",
                        expense=Expense.OPEX)  # fmt: skip


def benefit(id: str, amount: str) -> BenefitPlanLine:
    return BenefitPlanLine(id=f"benefit-{id}", investment=id, name="Less", type=BenefitKind.SAVING, likely=D(amount),
                           start=date(2027, 1, 1), end=date(2028, 1, 1), currency="EUR")  # fmt: skip


def rows(found: Ranking) -> dict[str, Ranked]:
    return {row.scored.investment: row for row in found.rows}


def ranked(*entities: Entity, by: ScoringModel) -> Ranking:
    return ranking(plan(*entities, by), by)


def test_wsjf_divides_by_the_job_size() -> None:
    criteria = [Criterion(key, key) for key in ("value", "time", "opportunity", "size")]
    found = ranked(
        investment("a"), investment("b"), *scores("a", value="8", time="5", opportunity="2", size="3"),
        *scores("b", value="13", time="8", opportunity="5", size="13"), by=model(Method.WSJF, *criteria),
    )  # fmt: skip
    assert [(row.place, row.scored.investment, row.scored.score) for row in found.rows] == [(1, "a", 5), (2, "b", 2)]


def test_rice_multiplies_and_divides_by_effort() -> None:
    criteria = [Criterion(key, key) for key in ("reach", "impact", "confidence", "effort")]
    found = ranked(
        investment("a"), *scores("a", reach="500", impact="2", confidence="0.8", effort="4"),
        by=model(Method.RICE, *criteria),
    )  # fmt: skip
    assert rows(found)["a"].scored.score == 200


def test_a_size_of_zero_and_a_missing_score_are_gaps() -> None:
    criteria = [Criterion(key, key) for key in ("value", "size")]
    found = ranked(
        investment("a"), investment("b"), *scores("a", value="8", size="0"), *scores("b", value="8"),
        by=model(Method.WSJF, *criteria),
    )  # fmt: skip
    assert {(row.scored.investment, row.place, row.scored.missing) for row in found.rows} == {
        ("a", None, ("size",)), ("b", None, ("size",)),
    }  # fmt: skip


def test_weighted_scores_on_their_scales() -> None:
    fit = Criterion("fit", "Fit", D(3), low=D(0), high=D(10))
    risk = Criterion("risk", "Risk", D(1), source="risk", better="down", low=D(0), high=D(1))
    own = Criterion("own", "Own", D(0))
    found = ranked(
        investment("a", risk=D("0.2")), investment("b", risk=D("0.6")), investment("c"),
        *scores("a", fit="8"), *scores("b", fit="12"), *scores("c", fit="1"), by=model(Method.WEIGHTED, fit, risk, own),
    )  # fmt: skip
    by = rows(found)
    assert by["a"].scored.score == F(3, 4) * F(8, 10) + F(1, 4) * F(8, 10)
    assert by["b"].scored.score == F(3, 4) + F(1, 4) * F(4, 10), "beyond its scale counts as its end"
    assert by["c"].place is None and by["c"].scored.missing == ("Risk", "Own")
    assert by["a"].scored.missing == ("Own",), "what weighs nothing keeps nobody from being ranked"
    assert [term.points for term in by["a"].scored.terms] == [F(6, 10), F(2, 10), None]


def test_present_values_by_hand() -> None:
    """1,200 in 2026 and 2,400 in 2027, shared out by days, month by month at 8 % a year."""
    monthly = (D(1) / (1 + D("0.08"))) ** (D(1) / 12)
    spent, gained = (
        sum(
            amount * monthrange(year, month)[1] / 365 * monthly ** (12 * (year - 2026) + month - 1)
            for month in range(1, 13)
        )
        for amount, year in ((D(1200), 2026), (D(2400), 2027))
    )
    world = [investment("a", risk=D("0.25")), cost("a", "1200"), benefit("a", "2400")]
    near = lambda value, other: abs(value - F(other)) < F(1, 100)  # noqa: E731
    assert near(rows(ranked(*world, by=model(Method.RNPV)))["a"].scored.score, gained * D("0.75") - spent)
    assert near(rows(ranked(*world, by=model(Method.BENEFIT_COST)))["a"].scored.score, gained / spent)
    assert rows(ranked(*world, by=model(Method.COST_OF_DELAY)))["a"].scored.score == F(200, 12)
    gap = rows(ranked(investment("a"), cost("a", "1200"), benefit("a", "2400"), by=model(Method.RNPV)))["a"]
    assert gap.scored.missing == ("Chance that it does not fail",)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (model(Method.WEIGHTED), "has no criteria yet"),
        (model(Method.WEIGHTED, Criterion("a", "A", D(0))), "weighs nothing"),
        (model(Method.WEIGHTED, Criterion("a", "A", D("NaN"))), "no number"),
        (model(Method.WEIGHTED, Criterion("a", "A", D(-1))), "below zero"),
        (model(Method.WSJF, Criterion("a", "A")), "two criteria or more"),
        (model(Method.WEIGHTED, Criterion("a", "A"), Criterion("a", "B")), "same key"),
    ],
)
def test_a_model_that_gives_no_score_is_answered_in_words(made: ScoringModel, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        ranked(investment("a"), by=made)


def test_a_source_that_nobody_knows_is_named() -> None:
    found = ranked(investment("a"), by=model(Method.WEIGHTED, Criterion("x", "X", source="nonsense")))
    assert found.findings[0].code == "criterion-unread"
    assert found.rows[0].scored.missing == ("X",)


VALUE = Criterion("value", "Value", low=D(0), high=D(10))


def choice() -> list[Entity]:
    """Four of 100 each; a budget of 250 for the year, and one person of the two that d asks for."""
    made: list[Entity] = [Role(id="data", name="Data engineer")]
    for id, value in (("a", "9"), ("b", "7"), ("c", "7"), ("d", "5")):
        made += [investment(id, must_do=id == "d" or None), cost(id, "100"), *scores(id, value=value)]
    made.append(Limit(id="l", name="The year", type=LimitType.BUDGET, per=Per.WHOLE, most=D(250), currency="EUR"))
    return made


def test_lines_places_and_what_must_be_done() -> None:
    found = ranked(*choice(), by=model(Method.WEIGHTED, VALUE))
    assert [(row.scored.investment, row.place, row.tied) for row in found.rows] == [
        ("d", 1, False), ("a", 2, False), ("b", 3, True), ("c", 3, True),
    ]  # fmt: skip
    (cut,) = found.cuts
    assert (cut.reach, cut.before, cut.name, cut.needed, cut.most) == ("money", 2, "The year", 300, 250)
    assert found.above == {"d", "a"}


def test_people_end_where_their_capacity_does() -> None:
    people = [
        Capacity(id="c1", role="data", start=date(2026, 1, 1), end=date(2027, 1, 1), people=D(1)),
        ResourceDemand(id="r1", investment="a", role="data", start=date(2026, 1, 1), end=date(2027, 1, 1), people=D(2)),
    ]  # fmt: skip
    found = ranked(*choice(), *people, by=model(Method.WEIGHTED, VALUE))
    assert {(cut.reach, cut.before, cut.name) for cut in found.cuts} == {
        ("money", 2, "The year"),
        ("people", 1, "Data engineer"),
    }
    assert found.above == {"d"}


def test_divided_by_cost_the_cheap_come_first_and_the_free_before_them() -> None:
    found = ranked(
        investment("dear"), investment("cheap"), investment("free"), investment("out", pin=Pin.OUT),
        investment("over", stage=Stage.STOPPED), cost("dear", "1000"), cost("cheap", "100"),
        *scores("dear", value="9"), *scores("cheap", value="5"), *scores("free", value="1"), *scores("out", value="10"),
        by=model(Method.WEIGHTED, VALUE, per_cost=True),
    )  # fmt: skip
    assert [(row.scored.investment, row.place) for row in found.rows] == [
        ("free", 1),
        ("cheap", 2),
        ("dear", 3),
        ("out", None),
    ]


def test_steadiness_and_room_agree_with_trying_the_weights() -> None:
    ease = Criterion("ease", "Ease", low=D(0), high=D(10))
    made = model(Method.WEIGHTED, VALUE, ease)
    more = [one for id, value in (("a", "1"), ("b", "5"), ("c", "6"), ("d", "5")) for one in scores(id, ease=value)]
    view = plan(*choice(), *more, made)
    found = ranking(view, made)
    told = robust(view, found)
    assert told is not None and told == robust(view, found), "the same draws for the same list"
    assert told.steady["d"] == 1, "what must be done is always above"
    for room, at in zip(told.rooms, (0, 1), strict=True):
        for part, same in (
            (room.least, True),
            (room.most, True),
            ((room.least or 0) - 1, False),
            ((room.most or 100) + 1, False),
        ):
            if part is None or not 0 <= part <= 100:
                continue
            weights = [D(100 - part)] * 2
            weights[at] = D(part)
            criteria = tuple(
                msgspec.structs.replace(one, weight=w) for one, w in zip(made.criteria, weights, strict=True)
            )
            tried = ranking(view, msgspec.structs.replace(made, criteria=criteria))
            assert (tried.above == found.above) is same, (room, part)


values = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=6)


@given(values, st.integers(1, 9), st.integers(1, 9), st.integers(1, 50), st.randoms())
def test_neither_the_size_of_weights_nor_the_order_of_entries_matters(
    values: list[tuple[int, int]], one: int, other: int, factor: int, random: Any
) -> None:
    def told(times: int, shuffled: bool) -> list[tuple[str, int | None, Fraction | None]]:
        entities: list[Entity] = []
        for at, (first, second) in enumerate(values):
            entities += [investment(f"i{at}"), *scores(f"i{at}", a=str(first), b=str(second))]
        if shuffled:
            random.shuffle(entities)
        scale = {"low": D(0), "high": D(10)}
        made = model(
            Method.WEIGHTED,
            Criterion("a", "A", D(one * times), **scale),
            Criterion("b", "B", D(other * times), **scale),
        )  # type: ignore[arg-type]
        return [(row.scored.investment, row.place, row.scored.score) for row in ranked(*entities, by=made).rows]

    assert told(1, False) == told(factor, True)
