"""Return on cost, on the claimed basis: what investments are claimed to bring in cash, beside what they cost.

ROI = (claimed cash − cost) / cost, over the whole life of each investment: all of its benefit lines, and its estimate
at completion (actual to date + estimate to complete). Both sides speak of all time, so that no window can leave the
building years out and keep the harvest. The range is that of the claims; the cost is one number.

Investments that claim nothing, or were stopped, count with their cost. Nothing is discounted. Only cash counts (see
:mod:`.claims`); other types stand beside. Where money has no rate to the reader's currency there is no ROI.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

import msgspec

from northing.measure.levels import ORGANISATION, Scope
from northing.measure.money import Whole, money_by_investment
from northing.measure.money_sums import findings_of, scope_shares
from northing.measure.view import View
from northing.portfolio.benefits import BenefitKind
from northing.portfolio.errors import Finding
from northing.portfolio.investment import ENDED
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

from .claims import Claim, Range, by_type, cash, claimed

FORMULA = word(
    "(Claimed cash − cost) / cost, over the whole life: all benefit lines of the types more revenue and less spent; "
    "cost = actual to date + estimate to complete, of all of its investments, those that claim nothing included."
)


class Ratio(msgspec.Struct, frozen=True):
    """ROI at the three bounds of the claims."""

    low: Fraction
    likely: Fraction
    high: Fraction


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """One investment, or several: what they cost and what they are claimed to bring."""

    scope: Scope
    cost: Whole
    claims: tuple[Claim, ...]
    """Of its investments, wherever they arise."""
    investments: tuple[Return, ...] = ()
    """The largest cost first; none of an investment."""
    ended: bool = False
    """Of an investment: whether it was stopped or retired."""
    currency: str

    @property
    def by_type(self) -> Mapping[BenefitKind, Range]:
        return by_type(self.claims)

    @property
    def cash(self) -> Range:
        return cash(self.claims)

    @property
    def roi(self) -> Ratio | None:
        """None where it costs nothing, or where something has no rate to the reader's currency."""
        return ratio(self.cash, self.cost.eac, self.currency)

    @property
    def silent(self) -> tuple[Return, ...]:
        """Its investments that cost something and claim nothing at all."""
        return tuple(one for one in self.investments if one.cost.eac and not one.claims)

    def ended_and_claiming(self, today: date) -> tuple[Return, ...]:
        """Its investments that were stopped or retired, and are claimed to bring something after *today*."""
        every = self.investments or (self,)
        return tuple(one for one in every if one.ended and any(claim.line.end > today for claim in one.claims))


class Returns(msgspec.Struct, frozen=True, kw_only=True):
    """Return by value stream: AI investments, and beside them those without an AI system."""

    scope: Scope
    streams: tuple[Return, ...]
    """AI investments by their own value stream, the largest cost first; last those that name none."""
    total: Return
    """All AI investments of the scope."""
    others: Return
    """The investments in which there is no AI system."""
    findings: tuple[Finding, ...] = ()


def ratio(cash: Range, cost: Amounts, currency: str) -> Ratio | None:
    """(cash − cost) / cost at each bound; None where there is no cost, or money in another currency."""
    told = (cost, cash.low, cash.likely, cash.high)
    if any(amount for one in told for code, amount in one.by_currency.items() if code != currency):
        return None
    spent, *bounds = (Fraction(one.by_currency.get(currency, 0)) for one in told)
    if spent <= 0:
        return None
    return Ratio(*((bound - spent) / spent for bound in bounds))


def returns(view: View, scope: Scope = ORGANISATION) -> Returns:
    """Return on cost of the investments of *scope* by their value stream, on the claimed basis."""
    found = claimed(view, ORGANISATION if scope.level == "value_stream" else scope)
    claims: dict[str, list[Claim]] = {}
    members = scope_shares(view, scope)
    for claim in found.claims:
        if claim.line.investment in members:
            claims.setdefault(claim.line.investment, []).append(claim)
    every = [
        Return(
            scope=Scope("investment", one.investment),
            cost=one.whole,
            claims=tuple(claims.get(one.investment, ())),
            ended=view.plan.investments[one.investment].stage in ENDED,
            currency=view.currency,
        )
        for one in money_by_investment(view, scope)
    ]
    with_ai = ai_investments(view)
    ours = [one for one in every if one.scope.id in with_ai]
    streams: dict[str | None, list[Return]] = {}
    for one in ours:
        streams.setdefault(_stream(view, one), []).append(one)
    rows = [_together(view, Scope("value_stream", stream), of) for stream, of in streams.items()]
    rows.sort(key=lambda row: (row.scope.id is None, -_size(row), row.scope.id or ""))
    return Returns(
        scope=scope,
        streams=tuple(row for row in rows if any(part.cost.eac or part.claims for part in row.investments)),
        total=_together(view, scope, ours),
        others=_together(view, scope, [one for one in every if one.scope.id not in with_ai]),
        findings=(*found.findings, *findings_of(view, "billed")),
    )


def return_of(view: View, investment: str) -> Return:
    """The return of one investment, with or without AI in it."""
    found = returns(view, Scope("investment", investment))
    return next(iter((*found.total.investments, *found.others.investments)))


def ai_investments(view: View) -> frozenset[str]:
    """The investments that have an AI system."""
    systems = view.plan.ai_systems
    return view.plan.memo(
        "ai investments",
        frozenset(("ai_system",)),
        lambda: frozenset(one.investment for one in systems.values() if one.investment is not None),
    )


def _stream(view: View, one: Return) -> str | None:
    own = view.plan.investments[one.scope.id or ""].value_stream
    return own if own in view.plan.value_streams else None


def _together(view: View, scope: Scope, parts: Sequence[Return]) -> Return:
    return Return(
        scope=scope,
        cost=_sum(part.cost for part in parts),
        claims=tuple(claim for part in parts for claim in part.claims),
        investments=tuple(sorted(parts, key=lambda part: (-_size(part), part.scope.id or ""))),
        currency=view.currency,
    )


def _size(one: Return) -> Fraction:
    """Its cost, currencies as if one: only to put rows in an order."""
    return sum((Fraction(amount) for amount in one.cost.eac.by_currency.values()), Fraction(0))


def _sum(costs: Iterable[Whole]) -> Whole:
    every = list(costs)
    return Whole(**{
        name: Amounts.sum(getattr(one, name) for one in every) for name in Whole.__struct_fields__
    })  # fmt: skip
