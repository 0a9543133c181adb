"""The ranked list with its lines; a score unfolds its terms; weights are tried in the address."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.scoring.ranking import Cut, Ranked, models
from northing.measure.scoring.robust import Robust
from northing.measure.scoring.terms import Term
from northing.portfolio.edits import change
from northing.portfolio.errors import Invalid
from northing.portfolio.scoring import Method, ScoringModel
from northing.report import words
from northing.report.ranking import Told, lead, model_of, number, shown_value, told, weighed
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page

TRY = "w."
"""Begins the name of a weight that is tried."""


@dataclass(frozen=True)
class Row:
    place: str
    tied: bool
    name: str
    href: str
    must: bool
    out: bool
    score: str
    value: str
    share: float
    """Of the best score, for the bar."""
    cost: str
    spent: Figure
    """Where that comes from."""
    steady: str
    terms: list[tuple[str, str, str]]
    """Name, what it is, what it adds."""
    missing: str
    scoring: str
    """Where its scores are typed."""
    line: list[str]
    """The lines that stand before it."""
    above: bool


@page("rank")
def rank(opened: Page) -> HttpResponse:
    """The list by one scoring model, with the weights that the address tries."""
    every = models(opened.view)
    if not every:
        return opened.render("rank/page.html", title=_("Rank"), lead="", models=[], rows=[])
    model = model_of(opened.view, opened.request.GET.get("model", ""))
    weights = _typed(opened.request.GET)
    wrong: Invalid | None = None
    seen: Told | None = None
    try:
        seen = told(opened.view, model, weights)
    except Invalid as problem:
        wrong = problem
    return opened.render(
        "rank/page.html",
        title=_("Rank"),
        status=422 if wrong and weights else 200,
        lead=lead(opened.view, seen.found) if seen else "",
        wrong=wrong,
        model=model,
        models=[(one.name, opened.link("rank", model=one.number or one.id), one.id == model.id) for one in every],
        rows=_rows(opened, model, seen) if seen else [],
        end=_after_all(seen) if seen else [],
        weighs=_weighs(model, seen, weights),
        tried=seen is not None and seen.found.model != model,
        gained=[(words.name(opened.view, "investment", id), address_of(opened, "investment", id)) for id in seen.gained]
        if seen
        else [],
        lost=[(words.name(opened.view, "investment", id), address_of(opened, "investment", id)) for id in seen.lost]
        if seen
        else [],
        findings=seen.found.findings if seen else (),
        per=_per(opened, model),
        robust=seen.robust if seen else None,
        method=words.label(model.method),
        asks=[one.name for one in model.criteria if not one.source],
    )


def _typed(form: QueryDict) -> dict[str, str]:
    """The weights that are tried, by criterion."""
    return {name[len(TRY) :]: str(value) for name, value in form.items() if name.startswith(TRY) and value}


def _per(opened: Page, model: ScoringModel) -> str:
    """What the list is ordered by, in words."""
    if model.per_cost:
        return _("Score for each million %(code)s of planned money") % {"code": opened.view.home_currency}
    return _("Score")


def _weighs(model: ScoringModel, seen: Told | None, typed: dict[str, str]) -> list[dict[str, Any]]:
    """The criteria with their weights; and how far each may go."""
    if model.method is not Method.WEIGHTED:
        return []
    rooms = {one.key: one for one in seen.robust.rooms} if seen and seen.robust else {}
    now = seen.found.model.criteria if seen else model.criteria
    total = sum(one.weight for one in now)
    return [
        {
            "key": one.key, "name": one.name, "field": TRY + one.key,
            "value": typed.get(one.key, f"{one.weight.normalize():f}"),
            "part": words.percent(one.weight / total) if total else "",
            "room": _room(rooms[one.key]) if one.key in rooms else "",
        }
        for one in now
    ]  # fmt: skip


def _room(one: Any) -> str:
    if one.least is None and one.most is None:
        return _("whatever it weighs, the same stands above the line")
    return _("%(least)s %% to %(most)s %%: the same stands above the line") % {
        "least": one.least or 0, "most": 100 if one.most is None else one.most,
    }  # fmt: skip


def _rows(opened: Page, model: ScoringModel, seen: Told) -> list[Row]:
    found = seen.found
    values = [shown_value(model, row) for row in found.rows]
    top = max((row.scored.score for row in found.rows if row.scored.score), default=Fraction(1))
    return [
        _row(opened, model, seen, row, value, top, [_line(cut) for cut in found.cuts if cut.before == at and cut.name])
        for at, (row, value) in enumerate(zip(found.rows, values, strict=True))
    ]


def _row(
    opened: Page, model: ScoringModel, seen: Told, row: Ranked, value: Fraction | None, top: Fraction, line: list[str]
) -> Row:
    id = row.scored.investment
    money = opened.view.home_currency
    return Row(
        place=str(row.place) if row.place is not None else "–",
        tied=row.tied,
        name=words.name(opened.view, "investment", id),
        href=address_of(opened, "investment", id),
        must=row.must,
        out=row.out,
        score=_score(model, row.scored.score, money),
        value=_value(model, row, value, money),
        share=float(min(max((row.scored.score or 0) / top, Fraction(0)), Fraction(1))) if top > 0 else 0.0,
        cost=words.amount(row.cost, money, short=True) if row.cost else "",
        spent=figure("choice.cost", id=id),
        steady=_steady(seen.robust, id),
        terms=[(_(term.name), _term(term, money), _points(term)) for term in row.scored.terms],
        missing=words.listed(_(name) for name in row.scored.missing),
        scoring=opened.link(f"rank/scores/{id}", model=model.number or model.id),
        line=line,
        above=id in seen.found.above,
    )


def _steady(found: Robust | None, id: str) -> str:
    return words.percent(found.steady[id]) if found is not None and id in found.steady else ""


def _score(model: ScoringModel, score: Fraction | None, money: str) -> str:
    if score is None:
        return ""
    if model.method in (Method.RNPV, Method.COST_OF_DELAY):
        return words.amount(number(score, "1"), money, short=True)  # type: ignore[arg-type]
    return words.fixed(number(score) or Decimal(0), 2)


def _value(model: ScoringModel, row: Ranked, value: Fraction | None, money: str) -> str:
    if not model.per_cost or value is None:
        return _score(model, value, money)
    return words.fixed(number(value) or Decimal(0), 1) if row.cost > 0 else _("costs nothing")


def _term(term: Term, money: str) -> str:
    if term.value is None:
        return _("missing")
    if term.money:
        return words.amount(number(term.value, "1"), money, short=True)  # type: ignore[arg-type]
    return words.number(number(term.value, "0.01").normalize())  # type: ignore[union-attr]


def _points(term: Term) -> str:
    if term.points is None or term.weight is None:
        return ""
    return _("%(points)s of %(weight)s") % {
        "points": words.fixed(number(term.points) or Decimal(0), 2),
        "weight": words.fixed(number(term.weight) or Decimal(0), 2),
    }  # fmt: skip


def _line(cut: Cut) -> str:
    what = _("Money ends here") if cut.reach == "money" else _("People end here")
    return _("%(what)s: “%(bound)s” in %(period)s, %(needed)s with the next one, %(most)s there") % {
        "what": what, "bound": cut.name, "period": cut.span, "needed": words.number(cut.needed),
        "most": words.number(cut.most),
    }  # fmt: skip


def _after_all(seen: Told) -> list[str]:
    """What is said below the list: of money or people that reach for all of it."""
    said = {"money": _("The money reaches for all of them."), "people": _("The people reach for all of them.")}
    return [said[cut.reach] for cut in seen.found.cuts if not cut.name]


@page("rank", methods=("POST",), changes=True)
def keep(opened: Page) -> HttpResponse:
    """Keep the weights that were tried in the scenario; in the plan of record they change by an approved merge."""
    if opened.scenario is None:
        raise Invalid(
            _("Weights of the plan of record change by a scenario that a second person approves."),
            remedy=_("Begin a scenario, try the weights there, and keep them."),
        )
    model = model_of(opened.view, opened.request.POST.get("model", ""))
    weights = _typed(opened.request.POST)
    made = weighed(model, weights)
    if made != model:
        opened.record.commit(
            [change("scoring_model", model.id, criteria=made.criteria)], on=None, by=opened.actor,
            reason=_("Other weights for “%(model)s”") % {"model": model.name},
        )  # fmt: skip
        messages.success(opened.request, _("The weights are kept in this scenario."))
    return HttpResponseRedirect(opened.link("rank", model=model.number or model.id))
