"""Money at any level: by period, by part, the bridge, the waterfall and the burn curve; and closing a month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.measure.levels import Scope, read_scope
from northing.measure.view import View
from northing.portfolio.money import Expense
from northing.portfolio.periods import Period
from northing.report import closing, money_data
from northing.report.asking_money import money_in, window_of
from northing.report.viewing import Look, look

from . import cursor as cursors
from .operation import Here, operation
from .parameters import Limit, Mode, Next, No, Reason, Ref
from .why import Currency
from .writes import Written, written

Level = Annotated[
    Literal["organisation", "portfolio", "objective", "value_stream", "investment"], Query(description="Whose money.")
]
Of = Annotated[str | None, Query(alias="id", max_length=200, description="Of the level: an id, a number or a name.")]
Unit = Annotated[Literal["month", "quarter", "year"], Query(description="Of the fiscal calendar.")]
Basis = Annotated[Literal["billed", "effective"], Query(description="Which cost of the bills counts.")]
PeriodNamed = Annotated[str | None, Query(max_length=60, description="FY26, FY26-Q3, 2026-03, last 90 days.")]
From = Annotated[date | None, Query(alias="from", description="The first day.")]
Until = Annotated[date | None, Query(description="The first day after them.")]


class AccrualAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An accrual that the close states."""

    investment: str
    amount: Decimal
    currency: str
    expense: Expense | None = None
    reason: str | None = None


class CloseAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which month is closed; without ``accruals``, those that are proposed are stated."""

    period: Annotated[str | None, msgspec.Meta(description="2026-03, FY26-P07; the next one if left out.")] = None
    accruals: list[AccrualAsked] | None = None
    note: str | None = None
    on: No | None = None


class ReopenAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which month is opened again, and why."""

    period: str
    reason: Reason
    on: No | None = None


def looked_at(here: Here, at: str | None, mode: str, currency: str | None) -> Look:
    """The plan at *at*, with money told in *currency*."""
    return look(here.workspace, at or None, mode=mode, currency=money_in(currency))


def scoped(view: View, level: str, id: str | None) -> Scope:
    return read_scope(view, level, id)


@operation("GET", "/w/{ws}/money", needs="read", says=money_data.MoneySaid, tag="money")
def get_money(
    here: Here, level: Level = "organisation", id: Of = None, unit: Unit = "month", basis: Basis = "billed",
    period: PeriodNamed = None, start: From = None, until: Until = None, currency: Currency = None,
    *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get the money of a level by period: plan, budget, forecast, actual, accruals, commitments, and what it comes to.

    Every figure carries the address under which ``GET /why`` accounts for it. Figures that hold nothing are left out.
    """
    looked = looked_at(here, at, mode, currency)
    view = looked.view
    window = window_of(view, period, start, until)
    said = money_data.money_said(view, scoped(view, level, id), unit=unit, window=window, basis=basis)
    return here.answer(said, looked.at)


@operation(
    "GET", "/w/{ws}/money/parts", needs="read", says=list[money_data.PartSaid],
    more={"total": int, "next": str | None}, tag="money",
)  # fmt: skip
def list_money_parts(
    here: Here, by: Annotated[str, Query(max_length=40, description="portfolio, objective, value_stream, investment.")],
    level: Level = "organisation", id: Of = None, basis: Basis = "billed", period: PeriodNamed = None,
    start: From = None, until: Until = None, currency: Currency = None, limit: Limit = 200, cursor: Next = None,
    *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """List the money of every part of a level; of investments, those of one scope, the dearest first."""
    mark = cursors.fingerprint(here.workspace.id, "parts", by, level, id, basis, period, start, until, currency, mode)
    begun = cursors.read(cursor, mark) if cursor else None
    looked = look(
        here.workspace, (begun.at if begun else at) or None, mode=mode, currency=money_in(currency),
        today=begun.today if begun else None,
    )  # fmt: skip
    view = looked.view
    window = window_of(view, period, start, until)
    every = money_data.parts_said(view, by, scoped(view, level, id), window=window, basis=basis)
    page, following = cursors.page(every, limit, at=str(looked.at), today=view.today, question=mark, begun=begun)
    return here.answer(page, looked.at, total=len(every), next=following)


@operation("GET", "/w/{ws}/money/bridge", needs="read", says=money_data.BridgeSaid, tag="money")
def get_bridge(
    here: Here, before: Annotated[str, Query(min_length=1, max_length=250, description="42, 2026-03-31, tag:q1.")],
    level: Level = "organisation", id: Of = None, period: PeriodNamed = None, start: From = None, until: Until = None,
    currency: Currency = None, limit: Limit = 200, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get what made the forecast differ from an earlier one: opening + each step = closing, also per investment."""
    looked = looked_at(here, at, mode, currency)
    then = looked_at(here, before, mode, currency)
    view = looked.view
    said = money_data.bridge_said(
        then.view, view, scoped(view, level, id), ref=str(then.at), window=window_of(view, period, start, until),
        limit=limit,
    )  # fmt: skip
    return here.answer(said, looked.at)


@operation("GET", "/w/{ws}/money/waterfall", needs="read", says=money_data.WaterfallSaid, tag="money")
def get_waterfall(
    here: Here, level: Level = "organisation", id: Of = None, currency: Currency = None,
    *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get what was approved and what has become of it: spent, committed, forecast, free."""
    looked = looked_at(here, at, mode, currency)
    return here.answer(money_data.waterfall_said(looked.view, scoped(looked.view, level, id)), looked.at)


@operation("GET", "/w/{ws}/money/burn", needs="read", says=money_data.BurnSaid, tag="money")
def get_burn(
    here: Here, level: Level = "organisation", id: Of = None, unit: Unit = "month", period: PeriodNamed = None,
    start: From = None, until: Until = None, currency: Currency = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get the burn curve: plan, budget, actual and forecast, each added up to the end of every period."""
    looked = looked_at(here, at, mode, currency)
    view = looked.view
    window: Period | None = window_of(view, period, start, until)
    return here.answer(money_data.burn_said(view, scoped(view, level, id), unit=unit, window=window), looked.at)


@operation("GET", "/w/{ws}/money/close", needs="read", says=closing.CloseSaid, tag="money")
def get_close(
    here: Here, period: PeriodNamed = None, currency: Currency = None, *, at: Ref = None, mode: Mode = "known"
) -> HttpResponse:
    """Get what closing a fiscal month would state (the next one if none is named), and what stands against it."""
    looked = looked_at(here, at, mode, currency)
    return here.answer(closing.close_said(looked.view, closing.proposed(looked.view, period)), looked.at)


@operation("POST", "/w/{ws}/money/close", needs="plan", says=Written, status=201, tag="money")
def close_period(here: Here, asked: CloseAsked) -> HttpResponse:
    """Close a fiscal month in your name: its accruals are stated, and what speaks of it is locked.

    A month that is closed already or not over yet is refused (422).
    """
    on = here.on(asked.on)
    view = here.look(None).view
    proposal = closing.proposed(view, asked.period)
    if asked.accruals is None:
        stated = list(closing.accruals_of(view, proposal))
    else:
        stated = [closing.stated(view, msgspec.to_builtins(one)) for one in asked.accruals]
    edits = closing.close_edits(view, proposal, stated, by=here.actor.id, on=view.today, note=asked.note)
    done = here.record.commit(edits, on=on, by=here.actor, reason=closing.reason(proposal))
    return here.answer(written(done), done.revision.no, status=201)


@operation("POST", "/w/{ws}/money/reopen", needs="plan", says=Written, status=201, tag="money")
def reopen_period(here: Here, asked: ReopenAsked) -> HttpResponse:
    """Open a closed month again, with a reason: what speaks of it can be changed, and its accruals are gone."""
    on = here.on(asked.on)
    view = here.look(None).view
    edits, said = closing.reopen_edits(view, closing.close_of(view, asked.period), asked.reason)
    done = here.record.commit(edits, on=on, by=here.actor, reason=said)
    return here.answer(written(done), done.revision.no, status=201)
