"""Receipts of forecasts of work: a date, a number of items, and how often forecasts like it held.

A forecast is no sum. Its terms are what it was drawn from, and are only shown: the sampled days of each team, the items
left, the policy, and the seed, with which anybody draws the same futures again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from northing.facts.flow_asking import Item
from northing.measure.explained import Measure, Question, Term, Unit
from northing.measure.flow.forecast.asked import Ground
from northing.measure.flow.forecast.checked import Check
from northing.measure.flow.forecast_asking import PARAMETERS, read_question
from northing.measure.flow.forecasting import CHECKED, NOBODY, Forecast, Part, forecast
from northing.measure.flow.terms import item_term
from northing.measure.sentence import Ref, Said
from northing.portfolio.errors import Invalid
from northing.portfolio.words import several, word

from .work import rows_of

SAMPLED = word("{team}: items finished on {days} days from {first} to {last}, read by {policy}")
FUTURES = word("Futures drawn, by the seed {seed}")
LEFT = several("{team}: item left", "{team}: items left", "count")
HELD = word("From {day}: {said} or more were said, {came} came")
HELD_DATE = word("From {day}: done by {said} was said, and it was on {came}")
LATE = word("From {day}: done by {said} was said, and it was not")

Of = Callable[[Forecast, int], Any]


def found_of(question: Question) -> Forecast | None:
    return forecast(question.view, read_question(question.view, dict(question.figure.args)))


def team_of(id: str) -> Any:
    """A team by what a sentence calls it: an entity, or words."""
    if id == NOBODY:
        return Said(word("No team"))
    level, _, of = id.partition(":")
    if id == "organisation":
        return Said(word("Whole organisation"))
    return Ref(level, of) if of else Ref("team", id)


def _percent(question: Question) -> int:
    given = question.get("percent", str(CHECKED))
    if given not in ("50", "70", "85", "95"):
        raise Invalid(f"Forecasts are not told at “{given}”.", remedy="Percents: 50, 70, 85, 95.")
    return int(given)


def _measure(
    name: str, title: str, unit: Unit, formula: str, of: Of, terms: Callable[[Forecast], Sequence[Term]],
    items: Callable[[Forecast], Sequence[Item]],
) -> Measure:  # fmt: skip
    def value(question: Question) -> Any:
        percent, found = _percent(question), found_of(question)
        return None if found is None else of(found, percent)

    def made_of(question: Question) -> Sequence[Term]:
        found = found_of(question)
        return () if found is None else terms(found)

    def rows(question: Question) -> Any:
        found = found_of(question)
        return [] if found is None else rows_of(question, items(found))

    return Measure(
        name=f"forecast.{name}", title=title, unit=unit, formula=formula, of=value, terms=made_of,
        tables=("work", "transition"), parameters=(*PARAMETERS, "percent"), facts=rows,
    )  # fmt: skip


def _when(found: Forecast, percent: int) -> Any:
    days = found.when.whole.days if found.when else ()
    return next((one.day for one in days if one.percent == percent), None)


def _many(found: Forecast, percent: int) -> Any:
    return next((one.items for one in found.many.counts if one.percent == percent), None)


def _grounds(ground: Ground, parts: Sequence[Part]) -> list[Term]:
    by = {part.id: part for part in parts}
    told = [
        Term(
            value=sample.finished,
            sign=0,
            said=Said(
                SAMPLED,
                {
                    "team": team_of(sample.team), "days": len(sample.days), "first": sample.first,
                    "last": sample.last, "policy": Ref("workflow_policy", by[sample.team].policy.id),
                },
            ),
        )
        for sample in ground.samples
    ]  # fmt: skip
    return [*told, Term(value=ground.policy.trials, sign=0, said=Said(FUTURES, {"seed": ground.seed}))]


def _when_terms(found: Forecast) -> Sequence[Term]:
    if found.when is None:
        return []
    left = [
        Term(
            value=len(part.left), sign=0, said=Said(LEFT, {"team": team_of(part.id), "count": len(part.left)})
        )
        for part in found.parts
        if part.left
    ]  # fmt: skip
    items = [item_term(part.work, item, 1, sign=0) for part in found.parts for item in part.left]
    return [*_grounds(found.when.ground, found.parts), *left, *items]


def _many_terms(found: Forecast) -> Sequence[Term]:
    return _grounds(found.many.ground, [found.together])


def _sampled(found: Forecast, parts: Sequence[Part]) -> list[Item]:
    """Items that finished on a sampled day, and those that are left."""
    told = []
    for part in parts:
        days = part.work.days
        told += [
            item
            for item in part.work.items
            if item.outcome == "delivered"
            and item.finished is not None
            and 0 < (found.as_of - days.of(item.finished)).days <= found.question.window
        ]
    return [*told, *found.left]


def _held_terms(found: Forecast) -> Sequence[Term]:
    return [_check_term(one) for one in found.back.checks]


def _dated_terms(found: Forecast) -> Sequence[Term]:
    said = {False: HELD_DATE, True: LATE}
    return [
        Term(
            value=int(one.inside),
            said=Said(said[one.came is None], {"day": one.as_of, "said": one.said, "came": one.came}),
        )
        for one in found.dated.checks
    ]


def _check_term(one: Check) -> Term:
    said = Said(HELD, {"day": one.as_of, "said": one.said, "came": one.came})
    return Term(value=int(one.inside), said=said, sign=1)


MEASURES = (
    _measure(
        "when",
        word("Done by"),
        "date",
        word("The first day by which so many in a hundred futures are done, each drawn from days that were."),
        _when,
        _when_terms,
        lambda found: _sampled(found, found.parts),
    ),
    _measure(
        "how_many",
        word("At least so many items"),
        "count",
        word("The largest number that so many in a hundred futures finish by the day, each drawn from days that were."),
        _many,
        _many_terms,
        lambda found: _sampled(found, [found.together]),
    ),
    _measure(
        "held",
        word("Past forecasts that held"),
        "count",
        word("Forecasts from past days, each from what was known before it, where at least as much came as was said."),
        lambda found, percent: found.back.inside,
        _held_terms,
        lambda found: (),
    ),
    _measure(
        "held_dates",
        word("Past dates that held"),
        "count",
        word("Dates from past days, each from what was known before it, by which as many items were really done."),
        lambda found, percent: found.dated.inside,
        _dated_terms,
        lambda found: (),
    ),
)
"""Every figure of a forecast of work."""
