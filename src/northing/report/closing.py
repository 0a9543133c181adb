"""Closing a period and opening it again: what each door proposes, refuses and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.accrued import closes
from northing.measure.closing import CloseProposal, as_proposed, propose_close, released
from northing.measure.freshness import Fresh
from northing.measure.fx import exchange
from northing.measure.levels import read_scope
from northing.measure.view import View
from northing.portfolio.edits import Edit, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Finding, Invalid, NotFound
from northing.portfolio.forecasting import Accrual, PeriodClose
from northing.portfolio.periods import Period, label, period_of, read_period

from . import words
from .asking_money import Addressing, Figured, Named, named
from .plain import plain
from .receipts import stale


class AccrualSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What an investment has received and nobody has billed yet."""

    investment: Named
    amount: Any
    currency: str
    expense: str | None
    reason: str


class SmallSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What is received and not billed, and below the workspace's threshold: it is not proposed one by one."""

    threshold: Decimal
    """In the workspace's currency."""
    count: int
    amount: Any


class CloseSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What closing a period would state, and what stands against it."""

    period: Period
    label: str
    can_close: bool
    figures: dict[str, Figured]
    """Plan, forecast and actual as they are; accrual, expected and variance as they are once it is closed."""
    accruals: list[AccrualSaid]
    accrued: Any
    released: Any
    """What the close before had accrued, which ends with this one."""
    small: SmallSaid
    unattributed: Figured
    unattributed_share: Figured
    late: list[str]
    findings: list[Finding]


def proposed(view: View, text: str | None = None) -> CloseProposal:
    """What closing the period that *text* names would state; without it, the next one."""
    return propose_close(view, _month(view, text) if text else None)


def close_said(view: View, proposal: CloseProposal) -> CloseSaid:
    """*proposal*, typed, with addresses."""
    at = Addressing(view, window=proposal.period)
    line, names = proposal.line, ("plan", "forecast", "actual")
    closed, stated = as_proposed(view, proposal), ("accrual", "expected", "variance")
    late = stale(view, Fresh(until=None, newest=None, stale=proposal.late))
    return CloseSaid(
        period=proposal.period,
        label=proposal.label,
        can_close=proposal.can_close,
        figures={
            **{name: at.of(f"money.{name}", getattr(line, name), level="organisation") for name in names},
            **{name: at.of(f"close.{name}", getattr(closed, name)) for name in stated},
        },
        accruals=[
            AccrualSaid(
                investment=named(view, "investment", one.investment), amount=one.amount, currency=one.currency,
                expense=str(one.expense) if one.expense else None, reason=words.say(view, one.reason),
            )
            for one in proposal.accruals
        ],
        accrued=proposal.accrued,
        released=released(view, proposal),
        small=SmallSaid(
            threshold=proposal.small.threshold, count=proposal.small.count, amount=proposal.small.amount
        ),
        unattributed=at.of("money.unattributed", proposal.unattributed),
        unattributed_share=at.of("money.unattributed_share", proposal.unattributed_share),
        late=list(late),
        findings=list(proposal.findings),
    )  # fmt: skip


def small_words(view: View, proposal: CloseProposal) -> str:
    """ "41 below €1,000 are not proposed: €8,213 together"; empty where nothing was left out."""
    small = proposal.small
    if not small.count:
        return ""
    told = exchange(view).amounts(small.amount, view.currency, proposal.period.last)
    said = {
        "n": words.number(small.count),
        "least": words.amount(small.threshold, view.home_currency),
        "money": words.money(told),
    }
    return (
        ngettext(
            "%(n)s below %(least)s is not proposed: %(money)s.",
            "%(n)s below %(least)s are not proposed: %(money)s together.",
            small.count,
        )
        % said
    )


def accruals_of(view: View, proposal: CloseProposal) -> list[Accrual]:
    """The accruals that are proposed, as a close states them."""
    return [one.accrual(words.say(view, one.reason)) for one in proposal.accruals]


def close_edits(
    view: View,
    proposal: CloseProposal,
    accruals: Sequence[Mapping[str, Any] | Accrual],
    *,
    by: str,
    on: date,
    note: str | None = None,
) -> list[Edit]:
    """What closes the period, in the name of *by*. Raises :class:`Invalid` where something stands against it."""
    if not proposal.can_close:
        wrong = next(one for one in proposal.findings if one.severity == "error")
        raise Invalid(wrong.message, findings=proposal.findings, remedy=wrong.remedy)
    fields: dict[str, Any] = {
        "start": proposal.period.start,
        "end": proposal.period.end,
        "on": on,
        "accruals": [dict(one) if isinstance(one, Mapping) else _stated(one) for one in accruals],
    }
    if by in view.plan.people:
        fields["by"] = by
    if note and note.strip():
        fields["note"] = note.strip()
    return [create("period_close", new_id(), **fields)]


def stated(view: View, given: Mapping[str, Any]) -> Accrual:
    """An accrual as somebody states it, its investment by id, number or name."""
    of = read_scope(view, "investment", given["investment"]).id
    return msgspec.convert({**given, "investment": of}, Accrual, strict=False)


def reason(proposal: CloseProposal) -> str:
    """What the history says of a close."""
    return _("%(period)s closed") % {"period": proposal.label}


def close_of(view: View, text: str) -> PeriodClose:
    """The close of the period that *text* names; raises :class:`NotFound`."""
    found = next((one for one in closes(view) if one.id == text), None)
    if found is None:
        period = _month(view, text)
        found = next((one for one in closes(view) if Period(one.start, one.end) == period), None)
    if found is None:
        raise NotFound(_("That period is not closed."), remedy=_("northing list period_closes shows those that are."))
    return found


def reopen_edits(view: View, close: PeriodClose, why: str) -> tuple[list[Edit], str]:
    """What opens the period of *close* again, and what the history says. Raises :class:`Invalid` without a reason."""
    why = " ".join(why.split())
    if not why:
        raise Invalid(_("Reopening a period needs a reason."), remedy=_("Say in a line why it is opened again."))
    name = label(view.plan.calendar, Period(close.start, close.end))
    said = _("%(period)s reopened") % {"period": name}
    return [remove("period_close", close.id)], f"{said}: {why}"


def _stated(one: Accrual) -> dict[str, Any]:
    return {name: value for name, value in plain(one).items() if value is not None}


def _month(view: View, text: str) -> Period:
    """A fiscal month by its name, or by a day in it."""
    found = read_period(text, view.plan.calendar, view.today)
    if found is None:
        raise Invalid(f"There is no period “{text[:60]}”.", remedy="Write it as 2026-03, FY26-P07 or a day in it.")
    month = period_of(view.plan.calendar, found.start, "month")
    if found != month and found.days != 1:
        raise Invalid("Periods are closed by the fiscal month.", remedy="Write it as 2026-03, FY26-P07 or a day in it.")
    return month
