"""The ranked list of a scoring model, and the lines to which money and people reach.

What must be done stands first; then by score, or by score / planned money where the model divides by cost (what costs
nothing before all that costs something); equal values share a place. What has a gap in its terms is not ranked. From
the top on, each investment takes its planned money and people; a line is drawn before the first one with which a
budget, or the capacity of a role, would not hold. Nothing below a line is taken in its place: that is what choosing is
for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from northing.measure.choosing.bounds import Bound, Span, paid
from northing.measure.choosing.choosing import Choosing, choosing
from northing.measure.choosing.ways import Way
from northing.measure.view import View
from northing.portfolio.choosing import LimitType
from northing.portfolio.errors import Finding
from northing.portfolio.filter import ask_plan
from northing.portfolio.investment import ENDED, Pin
from northing.portfolio.scoring import ScoringModel

from .terms import Scored, scored

Reach = Literal["money", "people"]
ZERO = Decimal(0)


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A line: before this place money or people end, by a bound in one of its periods."""

    reach: Reach
    before: int
    """The place in the list of what is below it; the list's length where all of it fits."""
    name: str = ""
    """The bound that ends there."""
    span: str = ""
    needed: Decimal = ZERO
    """What the list would take of it with the next one."""
    most: Decimal = ZERO


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """One investment in the list."""

    scored: Scored
    place: int | None
    """From 1 on; equal values share one; None: a gap, or pinned out."""
    value: Fraction | None
    """What it is ranked by."""
    cost: Decimal
    """Planned money from the horizon's start on."""
    must: bool
    """Done whatever its score: by law, or pinned in."""
    out: bool
    """Pinned out: it takes nothing."""
    tied: bool = False


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    model: ScoringModel
    rows: tuple[Ranked, ...]
    """In order; then what has a gap, by name."""
    cuts: tuple[Cut, ...]
    currency: str
    findings: tuple[Finding, ...] = ()

    @property
    def above(self) -> frozenset[str]:
        """The investments above every line."""
        end = min((cut.before for cut in self.cuts), default=len(self.rows))
        return frozenset(row.scored.investment for row in self.rows[:end] if row.place is not None or row.must)


def models(view: View) -> list[ScoringModel]:
    """The scoring models, by number and name."""
    return sorted(view.plan.table("scoring_model").values(), key=lambda one: (one.number or "~", one.name, one.id))


def ranking(view: View, model: ScoringModel) -> Ranking:
    """Rank by *model*: the plan's, or one with other weights. Raises :class:`Invalid` where it gives no score."""
    chosen = ask_plan(model.where, view, "investment")[0] if model.where.strip() else None
    investments = [
        one for one in view.plan.investments.values() if one.stage not in ENDED and (chosen is None or one.id in chosen)
    ]
    every, findings = scored(view, model, investments)
    found = choosing(view)
    rows = _ordered(view, model, every, found)
    return Ranking(
        model=model,
        rows=tuple(rows),
        cuts=tuple(cuts(found, rows)),
        currency=view.home_currency,
        findings=tuple(findings),
    )


def _ordered(view: View, model: ScoringModel, every: Sequence[Scored], found: Choosing) -> list[Ranked]:
    listed: list[Ranked] = []
    for one in every:
        investment = view.plan.investments[one.investment]
        offer = found.by_id.get(one.investment)
        cost = offer.ways[0].money if offer else ZERO
        value = one.score
        if value is not None and model.per_cost and cost > 0:
            value /= Fraction(cost)
        listed.append(
            Ranked(
                scored=one, place=None, value=value, cost=cost, out=investment.pin is Pin.OUT,
                must=bool(investment.must_do) or investment.pin is Pin.IN,
            )
        )  # fmt: skip

    def name(row: Ranked) -> tuple[str, str]:
        return view.plan.investments[row.scored.investment].name, row.scored.investment

    def free(row: Ranked) -> bool:
        return model.per_cost and row.cost <= 0

    ranked = [row for row in listed if row.value is not None and not row.out]
    ranked.sort(key=lambda row: (not row.must, not free(row), -(row.value or 0), name(row)))
    gaps = sorted((row for row in listed if row.value is None and row.must and not row.out), key=name)
    rest = sorted((row for row in listed if (row.value is None and not row.must) or row.out), key=name)
    placed: list[Ranked] = []
    for at, row in enumerate(ranked):
        same = at > 0 and _alike(row, ranked[at - 1], model)
        after = at + 1 < len(ranked) and _alike(row, ranked[at + 1], model)
        place = placed[-1].place if same else at + 1
        placed.append(msgspec.structs.replace(row, place=place, tied=same or after))
    musts = sum(row.must for row in placed)
    return [*placed[:musts], *gaps, *placed[musts:], *rest]


def _alike(one: Ranked, other: Ranked, model: ScoringModel) -> bool:
    free = model.per_cost and (one.cost <= 0) != (other.cost <= 0)
    return one.value == other.value and one.must == other.must and not free


def cuts(found: Choosing, rows: Sequence[Ranked]) -> list[Cut]:
    """The line of money, and that of people; where there is a bound of that kind at all."""
    made = []
    kinds: tuple[tuple[Reach, LimitType], ...] = (("money", LimitType.BUDGET), ("people", LimitType.CAPACITY))
    for reach, type in kinds:
        bounds = [one for one in found.bounds if one.type is type and any(span.most is not None for span in one.spans)]
        if bounds:
            made.append(_cut(reach, bounds, found, rows))
    return made


def _cut(reach: Reach, bounds: Sequence[Bound], found: Choosing, rows: Sequence[Ranked]) -> Cut:
    used = {bound.key: [span.fixed if reach == "money" else ZERO for span in bound.spans] for bound in bounds}
    for at, row in enumerate(rows):
        offer = found.by_id.get(row.scored.investment)
        if (row.place is None and not row.must) or row.out or offer is None:
            continue
        for bound in bounds:
            if bound.counts(offer.id):
                for place, span in enumerate(bound.spans):
                    used[bound.key][place] += taken(found, bound, span, offer.ways[0])
        for bound in bounds:
            over = _over(bound, used[bound.key])
            # What must be done stays above: the line stands below it at the earliest.
            if over is not None and not row.must:
                place, needed, most = over
                return Cut(
                    reach=reach, before=at, name=bound.name, span=bound.spans[place].label, needed=needed, most=most
                )
    return Cut(reach=reach, before=len(rows))


def taken(found: Choosing, bound: Bound, span: Span, way: Way) -> Decimal:
    """The money or the people that *way* takes of *bound* in *span*."""
    if bound.type is LimitType.BUDGET:
        return paid(bound, span, way, found.factors)
    by: Mapping[int, Decimal] = way.people.get(bound.role or "", {})
    return sum((people for at, people in by.items() if span.first <= at < span.end), ZERO)


def _over(bound: Bound, used: Sequence[Decimal]) -> tuple[int, Decimal, Decimal] | None:
    """The first period in which it would not hold: its position, what is taken and what there is."""
    before = allowed = ZERO
    for place, span in enumerate(bound.spans):
        if bound.roll_over and bound.type is LimitType.BUDGET:
            before, allowed = before + used[place], allowed + (span.most or ZERO)
            taken, most = before, allowed
        elif span.most is None:
            continue
        else:
            taken, most = used[place], span.most
        if taken > most:
            return place, taken, most
    return None
