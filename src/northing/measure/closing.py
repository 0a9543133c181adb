"""Month close: what a close would state, and what came in after it.

Closing is an act of a person with a name. It fixes the accruals of the period and locks what speaks of it; a bill that
arrives later still counts, and shows here as having come after the close.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.forecasting import PeriodClose
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, label, period_of
from northing.portfolio.words import word

from .accruals import ProposedAccrual, Small, propose_accruals, worth_stating
from .accrued import closed_until, closes, is_closed
from .freshness import Freshness, freshness
from .levels import ORGANISATION
from .money import Line, money
from .money_flows import actual_flow
from .sentence import Ref
from .view import View

FORMULAS = {
    "late": word("Sources of cost or usage whose last day is before the end of the period."),
    "after": word("Actual of the closed period as it is now − as it was known when it was closed."),
}


class CloseProposal(msgspec.Struct, frozen=True, kw_only=True):
    period: Period
    label: str
    line: Line
    """The period's money as it stands, without the proposed accruals."""
    accruals: tuple[ProposedAccrual, ...]
    accrued: Amounts
    """What the proposals come to, each in its own currency."""
    small: Small
    """What is left out of them."""
    late: tuple[Freshness, ...]
    """Sources that have not spoken of all days of the period."""
    unattributed: Amounts
    unattributed_share: object
    """Decimal, or None where nothing is billed."""
    findings: tuple[Finding, ...]
    """What stands against closing (errors), and what to know before (warnings)."""

    @property
    def can_close(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What of a closed period has become another amount since."""

    investment: str | None
    """None: what nobody claims."""
    then: Amounts
    now: Amounts

    @property
    def difference(self) -> Amounts:
        return self.now - self.then


class AfterClose(msgspec.Struct, frozen=True, kw_only=True):
    close: str
    deliveries: tuple[Ref, ...]
    """Deliveries that speak of the period and were received after the day of the close, the earliest first."""
    changes: tuple[Changed, ...]
    """By investment; empty where the earlier view was not given."""
    difference: Amounts


def next_period(view: View) -> Period:
    """The fiscal month to close next: the one after the last closed; else the last that is over."""
    calendar = view.plan.calendar
    until = closed_until(view)
    if until is not None:
        return period_of(calendar, until, "month")
    return period_of(calendar, period_of(calendar, view.today, "month").start - timedelta(days=1), "month")


def propose_close(view: View, period: Period | None = None) -> CloseProposal:
    """What closing *period* (None: the next one) would state."""
    chosen = period or next_period(view)
    page = money(view, ORGANISATION, window=chosen)
    accruals, small = worth_stating(view, chosen, propose_accruals(view, chosen))
    last = chosen.end - timedelta(days=1)
    late = tuple(
        one
        for one in freshness(view)
        if {"cost", "usage"}.intersection(one.tables) and (one.newest is None or one.newest < last)
    )
    return CloseProposal(
        period=chosen,
        label=label(view.plan.calendar, chosen),
        line=page.total,
        accruals=accruals,
        accrued=Amounts.sum(Amounts({one.currency: one.amount}) for one in accruals),
        small=small,
        late=late,
        unattributed=page.unattributed,
        unattributed_share=page.unattributed_share,
        findings=(*_findings(view, chosen), *page.findings),
    )


def as_proposed(view: View, proposal: CloseProposal) -> Line:
    """The period's money as it is if it is closed as proposed."""
    accruals = tuple(one.accrual() for one in proposal.accruals)
    made = PeriodClose(id="as-proposed", start=proposal.period.start, end=proposal.period.end, accruals=accruals)
    plan = view.plan.step(view.plan.no, {"period_close": {made.id: made}})
    return money(replace(view, plan=plan), ORGANISATION, window=proposal.period).total


def released(view: View, proposal: CloseProposal) -> Amounts:
    """What the close before had accrued, each in its own currency: it ends with this one, which states its own."""
    before = [close for close in closes(view) if close.end <= proposal.period.start]
    if not before:
        return Amounts()
    return Amounts.sum(Amounts({one.currency: one.amount}) for one in before[-1].accruals)


def after_close(view: View, close: PeriodClose, then: View | None = None) -> AfterClose:
    """What came in for a closed period after it was closed; *then*: the view as it was at the close."""
    arrived = sorted(
        (
            delivery
            for delivery in view.plan.deliveries.values()
            if close.on is not None
            and delivery.received[:10] > close.on.isoformat()
            and any(batch.start < close.end and batch.end > close.start for batch in delivery.batches)
        ),
        key=lambda delivery: (delivery.received, delivery.id),
    )
    changes: tuple[Changed, ...] = ()
    if then is not None:
        before, now = _actual_in(then, close.start, close.end), _actual_in(view, close.start, close.end)
        changes = tuple(
            changed
            for id in sorted({*before, *now}, key=str)
            for changed in [Changed(investment=id, then=before.get(id, Amounts()), now=now.get(id, Amounts()))]
            if any(changed.difference.by_currency.values())
        )
    return AfterClose(
        close=close.id,
        deliveries=tuple(Ref("delivery", delivery.id) for delivery in arrived),
        changes=changes,
        difference=Amounts.sum(changed.difference for changed in changes),
    )


def _actual_in(view: View, start: date, end: date) -> dict[str | None, Amounts]:
    found: dict[str | None, Amounts] = {}
    for id, purse in actual_flow(view).by.items():
        own = id if id in view.plan.investments else None
        parts = [
            Amounts({slot[2]: amount})
            for slot, amount in purse.items()
            if slot[0] is not None and start <= slot[0] < end
        ]
        if parts:
            found[own] = Amounts.sum([found.get(own, Amounts()), *parts])
    return found


def _findings(view: View, period: Period) -> list[Finding]:
    calendar = view.plan.calendar
    name = label(calendar, period)
    found: list[Finding] = []
    if is_closed(view, period):
        found.append(Finding(code="period-closed", message=f"{name} is closed already.", remedy="Close the next one."))
    if period.end > view.today:
        found.append(
            Finding(code="period-not-over", message=f"{name} is not over yet.", remedy="Close it when it has ended.")
        )
    until = closed_until(view)
    if until is not None and until < period.start:
        first = label(calendar, period_of(calendar, until, "month"))
        message = f"{first} is not closed yet; closing {name} locks it without its accruals."
        found.append(
            Finding(
                code="period-before-open", message=message, severity="warning", remedy="Close the earlier one first."
            )
        )
    return found
