"""The ranked list as every door tells it: places, scores with their terms, lines, gaps; what other weights change."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.scoring.ranking import Cut, Ranked, Ranking, models, ranking
from northing.measure.scoring.robust import Robust, robust
from northing.measure.scoring.terms import Term
from northing.measure.view import View
from northing.portfolio.errors import Finding, Invalid, NotFound
from northing.portfolio.scoring import Method, ScoringModel

from . import words
from .asking_money import Named, named

PER = 1_000_000
"""Scores divided by cost are told for so much money."""


class TermSaid(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    name: str
    value: Decimal | None
    scaled: Decimal | None
    weight: Decimal | None
    points: Decimal | None


class RankedSaid(msgspec.Struct, frozen=True, kw_only=True):
    place: int | None
    tied: bool
    investment: Named
    score: Decimal | None
    value: Decimal | None
    """What it is ranked by: the score, or the score for a million of planned money."""
    cost: Decimal
    must: bool
    above: bool
    missing: list[str]
    steady: Decimal | None
    """The share of other weights, each by up to a half, with which it stands above the line."""
    terms: list[TermSaid]


class CutSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Where money or people end."""

    reach: str
    before: int
    bound: str
    period: str
    needed: Decimal
    most: Decimal


class RoomSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Per cent of all weights that a criterion has, and may have with the same above the line."""

    criterion: str
    part: int
    least: int | None
    most: int | None


class RankingSaid(msgspec.Struct, frozen=True, kw_only=True):
    lead: str
    model: Named
    method: Method
    currency: str
    lines: list[CutSaid]
    investments: list[RankedSaid]
    rooms: list[RoomSaid]
    gained: list[Named]
    """With other weights: what comes above the line."""
    lost: list[Named]
    findings: list[Finding]


class Told(msgspec.Struct, frozen=True):
    """What a door shows of a ranking, before it is put into words."""

    found: Ranking
    robust: Robust | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def model_of(view: View, said: str) -> ScoringModel:
    """The scoring model that *said* names by number, id or name; the first where it says nothing."""
    every = models(view)
    for one in every:
        if not said or said in (one.number, one.id, one.name):
            return one
    if not every:
        raise NotFound(_("There is no scoring model yet."))
    raise NotFound(f"There is no scoring model “{said[:100]}”.")


def weighed(model: ScoringModel, weights: Mapping[str, str]) -> ScoringModel:
    """*model* with other *weights* by criterion, as somebody typed them. Raises :class:`Invalid`."""
    known = {one.key: one for one in model.criteria}
    made = {}
    for key, text in weights.items():
        if key not in known:
            raise Invalid(f"“{model.name}” has no criterion “{key[:100]}”.")
        try:
            made[key] = Decimal(text.strip().replace(",", "."))
        except ArithmeticError:
            raise Invalid(f"The weight of “{known[key].name}” is no number: “{text[:40]}”.") from None
        if not made[key].is_finite() or not 0 <= made[key] <= 10**6:
            raise Invalid(f"The weight of “{known[key].name}” lies between 0 and a million.")
    criteria = tuple(msgspec.structs.replace(one, weight=made.get(one.key, one.weight)) for one in model.criteria)
    return msgspec.structs.replace(model, criteria=criteria)


def told(view: View, model: ScoringModel, weights: Mapping[str, str] | None = None) -> Told:
    """The list by *model*, and with other *weights* what that brings above the line and below it."""
    tried = weighed(model, weights or {})
    found = ranking(view, tried)
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    if tried != model:
        before = ranking(view, model).above
        order = [row.scored.investment for row in found.rows]
        gained = tuple(id for id in order if id in found.above and id not in before)
        lost = tuple(id for id in order if id in before and id not in found.above)
    return Told(found, robust(view, found), gained, lost)


def number(value: Fraction | None, places: str = "0.0001") -> Decimal | None:
    if value is None:
        return None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(places))


def shown_value(model: ScoringModel, row: Ranked) -> Fraction | None:
    """What a row is ranked by, as it is told: by cost for :data:`PER` of money."""
    if row.value is None or not model.per_cost or row.cost <= 0:
        return row.value
    return row.value * PER


def lead(view: View, found: Ranking) -> str:
    """The answer in a sentence: how far the money goes, and how far the people."""
    ranked = sum(row.place is not None or (row.must and not row.out) for row in found.rows)
    if not ranked:
        return _("Nothing can be ranked yet: no investment has every score.")
    said = [_reach(found, ranked)]
    gaps = sum(row.place is None and not row.must and not row.out for row in found.rows)
    if gaps:
        said.append(
            ngettext("%(n)s cannot be ranked: a score is missing.", "%(n)s cannot be ranked: scores are missing.", gaps)
            % {"n": words.number(gaps)}
        )
    return " ".join(said)


def _reach(found: Ranking, ranked: int) -> str:
    """How far money and people go, of so many that are ranked."""
    every = {"all": words.number(ranked)}
    if not found.cuts:
        return _("%(all)s are ranked; no budget and no capacity is set, so there is no line.") % every
    ends = min(found.cuts, key=lambda cut: cut.before)
    if not ends.name:
        return _("All %(all)s fit into the budgets and the capacity that are set.") % every
    said = _("%(above)s of %(all)s stand above the line.") % {"above": words.number(len(found.above)), **every}
    first = _("The money ends first, by “%(bound)s” in %(period)s.")
    if ends.reach == "people":
        first = _("The people end first, by “%(bound)s” in %(period)s.")
    return f"{said} {first % {'bound': ends.name, 'period': ends.span}}"


def ranking_said(view: View, model: ScoringModel, weights: Mapping[str, str] | None = None) -> RankingSaid:
    seen = told(view, model, weights)
    found, steady = seen.found, seen.robust.steady if seen.robust else {}
    return RankingSaid(
        lead=lead(view, found),
        model=named(view, "scoring_model", model.id),
        method=model.method,
        currency=found.currency,
        lines=[_cut(cut) for cut in found.cuts],
        investments=[
            RankedSaid(
                place=row.place, tied=row.tied, investment=named(view, "investment", row.scored.investment),
                score=number(row.scored.score), value=number(shown_value(model, row)), cost=row.cost, must=row.must,
                above=row.scored.investment in found.above, missing=list(row.scored.missing),
                steady=Decimal(str(steady[row.scored.investment])) if row.scored.investment in steady else None,
                terms=[_term(term) for term in row.scored.terms],
            )
            for row in found.rows
        ],
        rooms=[
            RoomSaid(criterion=one.name, part=one.part, least=one.least, most=one.most)
            for one in (seen.robust.rooms if seen.robust else ())
        ],
        gained=[named(view, "investment", id) for id in seen.gained],
        lost=[named(view, "investment", id) for id in seen.lost],
        findings=list(found.findings),
    )  # fmt: skip


def _term(term: Term) -> TermSaid:
    return TermSaid(
        key=term.key, name=_(term.name), value=number(term.value), scaled=number(term.scaled),
        weight=number(term.weight), points=number(term.points),
    )  # fmt: skip


def _cut(cut: Cut) -> CutSaid:
    return CutSaid(
        reach=cut.reach, before=cut.before, bound=cut.name, period=cut.span, needed=cut.needed, most=cut.most
    )
