"""A forecast of work for a program: both answers typed, each with its address, and what they rest on."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from northing.measure.flow.forecast.asked import Ground, Refusal, Sample
from northing.measure.flow.forecast_asking import args_of
from northing.measure.flow.forecasting import Forecast, Part, Question, ahead_of, forecast
from northing.measure.view import View

from . import forecast_told as told
from . import reading_told
from .asking_money import Addressing, Figured


class AtSaid(msgspec.Struct, frozen=True, kw_only=True):
    """At *percent* in 100 futures: the day, or the number of items."""

    percent: int
    answer: Figured


class RefusedSaid(msgspec.Struct, frozen=True, kw_only=True):
    team: str
    code: str
    reason: str
    cure: str


class SampleSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What was drawn from, of one team, or of the scope together."""

    team: str
    name: str
    policy: str
    first: date
    last: date
    days: int
    finished: int
    days_with_finish: int
    left: list[str]
    """What was asked about, by key."""
    others: int
    """Other open items of the team, which take their places."""
    at_once: int


class CheckSaid(msgspec.Struct, frozen=True, kw_only=True):
    as_of: date
    said: int
    came: int
    held: bool


class BackSaid(msgspec.Struct, frozen=True, kw_only=True):
    """How good forecasts would have been."""

    said: str
    percent: int
    ahead: int
    forecasts: int
    held: Figured
    refused: int
    unknown: int
    checks: list[CheckSaid]


class AnswerSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. ``refused`` says why it has no values; ``likelihood`` is of the day, or number, asked about."""

    said: str
    items: int | None
    by: date
    values: list[AtSaid]
    likelihood: str | None
    spread: list[tuple[Any, int]]
    """Day or items, and how many futures end there."""
    refused: list[RefusedSaid]
    samples: list[SampleSaid]
    seed: str
    trials: int
    left_out: list[str]


class ForecastSaid(msgspec.Struct, frozen=True, kw_only=True):
    """When it is done, and how many by then; None where no work came in, or nothing is left."""

    level: str
    id: str | None
    policy: str | None
    as_of: date
    """The first day that is drawn: today, or the day on which work last came in."""
    when: AnswerSaid | None
    how_many: AnswerSaid | None
    back_test: BackSaid | None
    """Of how many."""
    rest: str = ""
    """When the teams are done whose past bears a forecast, where that of others does not: without those."""
    dates_said: str = ""
    """How many dates of the past held, in words."""
    dates_told: int = 0
    """Dates from past days that could be compared with what came …"""
    dates_held: Figured | None = None
    """… and those that held."""


def forecast_said(view: View, question: Question) -> ForecastSaid:
    """The answers to *question*. Raises as :func:`northing.measure.flow.forecasting.forecast`."""
    found, whose = forecast(view, question), question.whose
    if found is None:
        return ForecastSaid(
            level=whose.level, id=whose.id, policy=None, as_of=view.today, when=None, how_many=None, back_test=None
        )
    addresses = Addressing(view, **args_of(question))
    return ForecastSaid(
        level=whose.level,
        id=whose.id,
        policy=reading_told.read_in_full(view, found.asked),
        as_of=found.as_of,
        when=_when(view, found, addresses),
        how_many=_many(view, found, addresses),
        back_test=_back(found, addresses),
        rest=told.rest_said(view, found),
        dates_said=told.dates_held_said(found),
        dates_told=found.dated.n,
        dates_held=addresses.of("forecast.held_dates", found.dated.inside),
    )


def _when(view: View, found: Forecast, addresses: Addressing) -> AnswerSaid | None:
    if found.when is None:
        return None
    whole, ground = found.when.whole, found.when.ground
    return AnswerSaid(
        said=told.when_said(view, found),
        items=whole.items,
        by=found.by,
        values=[
            AtSaid(percent=one.percent, answer=addresses.of("forecast.when", one.day, percent=one.percent))
            for one in whole.days
        ],
        likelihood=whole.likelihood.text if whole.likelihood else None,
        spread=list(whole.spread),
        **_rest(view, found, ground, found.parts),
    )


def _many(view: View, found: Forecast, addresses: Addressing) -> AnswerSaid:
    many = found.many
    return AnswerSaid(
        said=told.many_said(view, found),
        items=found.question.items,
        by=found.by,
        values=[
            AtSaid(percent=one.percent, answer=addresses.of("forecast.how_many", one.items, percent=one.percent))
            for one in many.counts
        ],
        likelihood=many.likelihood.text if many.likelihood else None,
        spread=list(many.spread),
        **_rest(view, found, many.ground, (found.together,)),
    )


def _rest(view: View, found: Forecast, ground: Ground, parts: tuple[Part, ...]) -> dict[str, Any]:
    by = {part.id: part for part in parts}
    return {
        "refused": [_refused(view, one) for one in ground.refusals],
        "samples": [_sample(view, one, by[one.team]) for one in ground.samples],
        "seed": ground.seed,
        "trials": ground.policy.trials,
        "left_out": [told.said(view, one) for one in ground.notes],
    }


def _refused(view: View, one: Refusal) -> RefusedSaid:
    return RefusedSaid(
        team=told.name_of(view, one.team), code=one.code, reason=told.said(view, one.words), cure=told.cure(one.code)
    )


def _sample(view: View, one: Sample, part: Part) -> SampleSaid:
    return SampleSaid(
        team=one.team,
        name=told.name_of(view, one.team),
        policy=part.policy.name,
        first=one.first,
        last=one.last,
        days=len(one.days),
        finished=one.finished,
        days_with_finish=one.days_with_finish,
        left=[item.key or item.item for item in part.left],
        others=part.others,
        at_once=part.team.wip,
    )


def _back(found: Forecast, addresses: Addressing) -> BackSaid:
    back = found.back
    return BackSaid(
        said=told.held_said(found),
        percent=back.percent,
        ahead=ahead_of(found.as_of, found.by),
        forecasts=back.n,
        held=addresses.of("forecast.held", back.inside),
        refused=back.refused,
        unknown=back.unknown,
        checks=[
            CheckSaid(as_of=one.as_of, said=one.said, came=one.came, held=one.inside)
            for one in back.checks
            if isinstance(one.said, int) and isinstance(one.came, int)
        ],
    )
