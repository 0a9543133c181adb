"""Forecast: when work will be done, how many items by a day, and how often such forecasts held in the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure, figure
from northing.measure.flow.asked import Asked, asked
from northing.measure.flow.forecast.asked import Ground, Sample
from northing.measure.flow.forecast_asking import PARAMETERS, args_of, read_question, risks_written
from northing.measure.flow.forecasting import Forecast, Part, Question, ahead_of, forecast, parents
from northing.portfolio.errors import Invalid, NotFound
from northing.report import forecast_told, words
from northing.report.forecast_charts import futures_done, futures_many, past_forecasts
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page

from .framing import framed
from .state import State, read

OWN = tuple(name for name in PARAMETERS if name not in ("level", "id", "policy"))
MOST = 20
"""Items, and parents to choose from, that the page names."""


@dataclass(frozen=True)
class OfForecast(State):
    """The state of the page: whose work, and the rest of the question as its form writes it."""

    asks: tuple[tuple[str, str], ...] = ()

    def query(self, **changes: Any) -> dict[str, Any]:
        own = dict(self.asks)
        if any(name in changes for name in ("level", "id")):
            own = {name: value for name, value in own.items() if name not in ("parent", "where")}
        told = super().query(**changes)
        return {**own, **{name: value for name, value in told.items() if name != "other"}}


@dataclass(frozen=True)
class At:
    """One answer: how sure, and what."""

    percent: int
    value: str
    figure: Figure


@dataclass(frozen=True)
class SampleRow:
    name: str
    href: str
    left: int
    others: int
    at_once: int
    finished: int
    days: str
    weekly: str
    policy: str
    policy_href: str


@dataclass(frozen=True)
class Refused:
    team: str
    reason: str
    cure: str
    href: str


@page("flow")
def answers(page: Page) -> HttpResponse:
    """The answer in a sentence, both distributions, the test on the past, and what was sampled."""
    given = page.request.GET
    plain = read(page.view, given)
    asks = tuple((name, given[name].strip()) for name in OWN if given.get(name, "").strip())
    state = OfForecast(plain.whose, plain.window, plain.policy, asks=asks)
    work = asked(page.view, state.whose, state.policy or None)
    context: dict[str, Any] = framed(page, state, "forecast", work)
    if work is None or not work.work.items:
        return page.render("flow/forecast.html", **context, lead="", tone="", found=None, work=None)
    context |= {"work": work, "form": _form(page, state, work)}
    try:
        question = read_question(page.view, {"level": state.whose.level, **given.dict()})
        found = forecast(page.view, question)
    except (Invalid, NotFound) as wrong:
        return page.render("flow/forecast.html", status=422, **context, lead="", tone="", found=None, wrong=wrong)
    assert found is not None
    return page.render("flow/forecast.html", **context, **_told(page, state, found))


def _form(page: Page, state: OfForecast, work: Asked) -> dict[str, Any]:
    """What the form holds: as it was asked, or as it is usual."""
    told = dict(state.asks)
    of = parents(work)
    chosen = told.get("parent", "")
    names = [*([chosen] if chosen and chosen not in of else []), *list(of)[:MOST]]
    own = {"level": state.whose.level, "id": state.whose.id, "policy": state.policy}
    return {
        **{name: told.get(name, "") for name in OWN},
        "parents": [(key, f"{key} · {of[key]}" if key in of else key) for key in names],
        "hidden": [(name, value) for name, value in own.items() if value and value != "organisation"],
        "clear": page.link("flow/forecast", **State.query(state)),
        "more": any(told.get(name) for name in ("where", "grows", "risks", "days", "order")),
    }


def _told(page: Page, state: OfForecast, found: Forecast) -> dict[str, Any]:
    view, question = page.view, found.question
    when, many = found.when, found.many
    lead = forecast_told.when_said(view, found)
    refused, ahead = forecast_told.refusals(found), ahead_of(found.as_of, found.by)
    tone = "warn" if refused else "" if when is None else "good"
    dates = found.when.whole.days if found.when else ()
    return {
        "found": found,
        "lead": " ".join(filter(None, (lead, forecast_told.rest_said(view, found)))),
        "tone": tone,
        "rest": forecast_told.rest_said(view, found),
        "likely": forecast_told.likely_said(found),
        "what": forecast_told.about(view, found),
        "dates": [
            At(one.percent, words.day(one.day) if one.day else _("later than in ten years"),
               _figure(question, "when", one.percent))
            for one in dates
        ],
        "many_said": forecast_told.many_said(view, found),
        "counts": [
            At(one.percent, words.number(one.items), _figure(question, "how_many", one.percent)) for one in many.counts
        ],
        "by": words.day(found.by),
        "when_picture": futures_done(when, _("Done by")) if when and when.whole.spread else None,
        "many_picture": futures_many(many, many.ground.policy, _("Items by the day")) if many.spread else None,
        "held": forecast_told.held_said(found),
        "held_figure": _figure(question, "held", None) if found.back.n else None,
        "dates_held": forecast_told.dates_held_said(found),
        "dates_held_figure": _figure(question, "held_dates", None) if found.dated.n else None,
        "apart": forecast_told.held_apart(found),
        "ahead": ahead,
        "past": past_forecasts(found.back, _("Past forecasts"), ahead) if found.back.n else None,
        "refused": _refused(page, state, when.ground if when else None),
        "many_refused": _refused(page, state, many.ground),
        "samples": _samples(page, state, found),
        "ground": (when or many).ground,
        "risks": risks_written(question.risks),
        "notes": forecast_told.notes(view, found),
        "left": _left(page, found),
        "left_more": max(0, len(found.left) - MOST),
        "longer": page.link("flow/forecast", **state.query(days=168)),
        "longer_for": ngettext("%(n)s day", "%(n)s days", 168) % {"n": 168},
    }  # fmt: skip


def _figure(question: Question, name: str, percent: int | None) -> Figure:
    return figure(f"forecast.{name}", **args_of(question), percent=percent)


def _refused(page: Page, state: OfForecast, ground: Ground | None) -> list[Refused]:
    return [
        Refused(
            forecast_told.name_of(page.view, one.team),
            forecast_told.said(page.view, one.words),
            forecast_told.cure(one.code),
            _of_team(page, state, one.team, "flow"),
        )
        for one in (ground.refusals if ground else ())
    ]


def _of_team(page: Page, state: OfForecast, id: str, path: str) -> str:
    """The same page, or Flow, of the team that was sampled."""
    if id not in page.view.plan.teams:
        return page.link(path, **State.query(state))
    return page.link(path, **State.query(state, level="team", id=id))


def _samples(page: Page, state: OfForecast, found: Forecast) -> list[SampleRow]:
    told = [(one, part) for part in found.parts for one in (found.when.ground.samples if found.when else ())
            if one.team == part.id]  # fmt: skip
    if not any(part is found.together for _one, part in told):
        told += [
            (one, found.together)
            for one in found.many.ground.samples
            if len(told) != 1 or told[0][0].counts != one.counts
        ]
    return [_sample(page, state, one, part) for one, part in told]


def _sample(page: Page, state: OfForecast, one: Sample, part: Part) -> SampleRow:
    weeks = len(one.days) / one.week
    return SampleRow(
        name=forecast_told.name_of(page.view, one.team),
        href=_of_team(page, state, one.team, "flow/forecast"),
        left=len(part.left),
        others=part.others,
        at_once=part.team.wip,
        finished=one.finished,
        days=_("%(n)s days, %(first)s – %(last)s") % {
            "n": len(one.days), "first": words.short_day(one.first, one.last), "last": words.day(one.last),
        },
        weekly=f"{one.finished / weeks:.1f}" if weeks else "",
        policy=part.policy.name,
        policy_href=page.link(f"flow/policies/{part.policy.id}"),
    )  # fmt: skip


def _left(page: Page, found: Forecast) -> list[dict[str, str]]:
    """The items asked about, those in progress first."""
    items = sorted(found.left, key=lambda one: (one.started is None, one.started or one.created, one.item))
    return [
        {
            "key": item.key or item.item,
            "title": item.title or "",
            "href": address_of(page, "work", item.key or item.item),
            "state": item.state or "",
            "parent": item.epic or item.parent or "",
            "since": words.day(found.asked.work.days.of(item.started)) if item.started is not None else "",
        }
        for item in items[:MOST]
    ]
