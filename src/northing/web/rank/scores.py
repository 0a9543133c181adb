"""What people say that an investment is worth, criterion by criterion of a scoring model."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.entity import derived_id
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.scoring import Score, ScoringModel
from northing.report import words
from northing.report.ranking import model_of
from northing.web.frame.context import Page, page


@page("rank", methods=("GET", "HEAD", "POST"))
def scores(opened: Page, id: str) -> HttpResponse:
    """What one investment is worth by each criterion that people are asked about."""
    if opened.request.method == "POST":
        opened.require("plan", _("score"))
    model = model_of(opened.view, opened.request.GET.get("model", "") or opened.request.POST.get("model", ""))
    investment = opened.view.plan.investments.get(id)
    if investment is None:
        raise NotFound(_("There is no such investment."))
    asked = [one for one in model.criteria if not one.source]
    known: dict[str, Score] = {
        one.criterion: one for one in opened.view.plan.table("score").by("model", model.id) if one.investment == id
    }
    typed = {one.key: f"{known[one.key].value.normalize():f}" if one.key in known else "" for one in asked}
    wrong: Invalid | None = None
    if opened.request.method == "POST":
        typed = {one.key: opened.request.POST.get(f"s.{one.key}", "").strip() for one in asked}
        try:
            edits = list(_edits(opened, model, id, typed, known))
            if edits:
                reason = _("Scores of “%(name)s” by “%(model)s”") % {"name": investment.name, "model": model.name}
                opened.record.commit(edits, on=None, by=opened.actor, reason=reason)
                messages.success(opened.request, _("Saved."))
            return HttpResponseRedirect(opened.link("rank", model=model.number or model.id))
        except Invalid as problem:
            wrong = problem
    return opened.render(
        "rank/scores.html",
        status=422 if wrong else 200,
        title=investment.name,
        lead=_("By “%(model)s”: %(method)s.") % {"model": model.name, "method": words.label(model.method)},
        wrong=wrong,
        model=model,
        asked=[(one, typed[one.key], _scale(one)) for one in asked],
        back=opened.link("rank", model=model.number or model.id),
    )


def _scale(criterion: Any) -> str:
    if criterion.low is None or criterion.high is None:
        return ""
    return _("From %(low)s to %(high)s") % {
        "low": words.number(criterion.low), "high": words.number(criterion.high),
    }  # fmt: skip


def _edits(
    opened: Page, model: ScoringModel, id: str, typed: dict[str, str], known: dict[str, Score]
) -> Iterator[Edit]:
    """What the form changes: a score is called after what it is of, so that it is never there twice."""
    for criterion in model.criteria:
        text, before = typed.get(criterion.key), known.get(criterion.key)
        if text is None or (text == "" and before is None):
            continue
        if text == "" and before is not None:
            yield remove("score", before.id)
            continue
        try:
            value = Decimal(text.replace(",", "."))
        except ArithmeticError:
            raise Invalid(_("“%(text)s” is no number.") % {"text": text[:40]}) from None
        low, high = criterion.low, criterion.high
        if not value.is_finite() or (low is not None and value < low) or (high is not None and value > high):
            raise Invalid(
                _("“%(name)s” lies outside its scale.") % {"name": criterion.name}, remedy=_scale(criterion) or None
            )
        if before is None:
            new = derived_id("score", opened.workspace.id, id, model.id, criterion.key)
            yield create("score", new, investment=id, model=model.id, criterion=criterion.key, value=value,
                                by=opened.actor.id if opened.actor.id in opened.view.plan.people else None)  # fmt: skip
        elif before.value != value:
            yield change("score", before.id, value=value)
