"""How work flows, for a program and for tables: every figure typed, with its address, and the items under a mark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from northing.facts.flow_asking import Item
from northing.measure.flow.ageing import ageing
from northing.measure.flow.asked import Asked, Whose, asked
from northing.measure.flow.beside import beside
from northing.measure.flow.cumulative import cumulative
from northing.measure.flow.days import DAY
from northing.measure.flow.expectation import Expected
from northing.measure.flow.five import Five, Kinds, five
from northing.measure.flow.flowing import Run, balance, expectation_of, expectations, run_of
from northing.measure.flow.little import rolling
from northing.measure.flow.shown import shown
from northing.measure.receipts.flow import decimal
from northing.measure.view import View
from northing.portfolio.periods import Period

from . import reading_told, words, work_words
from .asking_money import Addressing, named
from .flow_said import (
    AgedSaid,
    BandSaid,
    BesideSaid,
    CumulativeSaid,
    ExpectedSaid,
    FiveSaid,
    FlowItemSaid,
    FlowItemsSaid,
    FlowProblemSaid,
    FlowSaid,
    LimitsSaid,
    MovedSaid,
    OtherwiseSaid,
    PaceSaid,
    PolicySaid,
    ResidualSaid,
    RunSaid,
)


def flow_said(
    view: View, whose: Whose, window: Period, *, by: str = "week", policy: str | None = None, other: str | None = None
) -> FlowSaid:
    """Everything that the page draws, as numbers."""
    found = asked(view, whose, policy)
    of = named(view, whose.level, whose.id) if whose.id else None
    if found is None:
        return FlowSaid(level=whose.level, of=of, read_by=None, window=window)
    work, at = found.work, _addressing(view, found, window, policy)
    ran, aged, law = run_of(view, found, window, by), ageing(work, window), balance(found, window)
    weekly = ran if by == "week" else run_of(view, found, window)
    ages = work.progress.age(work.now)
    counts: dict[str, int] = {}
    for problem in found.problems:
        counts[problem.code] = counts.get(problem.code, 0) + 1
    return FlowSaid(
        level=whose.level, of=of, read_by=_policy(view, found), window=window,
        readers=reading_told.readers_said(view, found), unread=reading_told.unread_said(view, found),
        five=_five(view, at, five(work, window)),
        age=at.of("flow.age", decimal(Fraction(ages, DAY))),
        throughput=at.of("flow.throughput", decimal(weekly.mean)),
        residual=at.of("flow.residual", decimal(law.residual) if law is not None else None),
        by=by, runs=_runs(ran), limits=_limits(ran), cumulative=_cumulative(found, window),
        ageing=[
            AgedSaid(item=one.item.key or one.item.item, title=one.item.title, state=one.place[0],
                     days=_number(one.days), beyond=one.beyond)
            for one in aged.items
        ],
        paces=[
            PaceSaid(state=one.state, items=one.items, percentiles=_percentiles(one.percentiles)) for one in aged.paces
        ],
        cycle_times=_percentiles(aged.lines),
        expected=[_expected(at, one) for one in expectations(view, found, window)],
        residuals=_residuals(found, window), problems=dict(sorted(counts.items())),
        beside=_beside(view, whose, found, window, other) if other else None,
    )  # fmt: skip


def items_said(view: View, whose: Whose, window: Period, show: str, *, policy: str | None = None) -> FlowItemsSaid:
    """The items that *show* names, as ``measure.flow.shown`` reads it."""
    found = asked(view, whose, policy)
    if found is None:
        return FlowItemsSaid(show=show, title="", items=[])
    what = shown(found, window, show, expectation_of(view, whose))
    problems: dict[str, list[str]] = {}
    for one in found.problems:
        problems.setdefault(one.item, []).append(one.code)
    return FlowItemsSaid(
        show=show, title=words.say(view, what.title),
        items=[_item(found, one, problems.get(one.item, [])) for one in what.items],
    )  # fmt: skip


def problems_said(view: View, whose: Whose, *, policy: str | None = None) -> list[FlowProblemSaid]:
    """What is wrong with the data, item by item."""
    found = asked(view, whose, policy)
    return [
        FlowProblemSaid(code=one.code, item=one.item, key=one.key, said=work_words.problem(one))
        for one in (found.problems if found is not None else ())
    ]


def _addressing(view: View, found: Asked, window: Period, policy: str | None) -> Addressing:
    whose = found.whose
    return Addressing(
        view, level=whose.level if whose.id else None, id=whose.id, policy=found.policy.id if policy else None,
        window=window,
    )  # fmt: skip


def _number(value: Fraction | int) -> Decimal:
    return decimal(value) or Decimal(0)


def _percentiles(found: Mapping[int, Fraction]) -> dict[str, Decimal]:
    return {str(percent): _number(value) for percent, value in found.items()}


def _kinds(found: Kinds) -> dict[str, int]:
    return {str(kind or "none"): count for kind, count in found.items()}


def _policy(view: View, found: Asked) -> PolicySaid:
    return PolicySaid(policy=named(view, "workflow_policy", found.policy.id), start=found.policy.start)


def _five(view: View, at: Addressing, found: Five) -> FiveSaid:
    reason, share = found.efficiency.reason, found.efficiency.share
    return FiveSaid(
        velocity=at.of("flow.velocity", found.velocity.total),
        discarded=at.of("flow.discarded", len(found.velocity.discarded)),
        time={
            str(percent): at.of("flow.time", _number(value), percent=percent)
            for percent, value in found.time.percentiles.items()
        },
        efficiency=at.of("flow.efficiency", decimal(share)),
        efficiency_reason=words.say(view, reason) if reason is not None else "",
        load=at.of("flow.load", found.load.total),
        distribution={
            str(kind or "none"): at.of("flow.distribution", decimal(value), kind=kind or "none")
            for kind, value in found.distribution.shares.items()
        },
    )


def _runs(ran: Run) -> list[RunSaid]:
    return [
        RunSaid(period=one.period, delivered=one.delivered, kinds=_kinds(one.kinds), discarded=one.discarded,
                whole=not one.cut)
        for one in ran.throughput.periods
    ]  # fmt: skip


def _limits(ran: Run) -> LimitsSaid | None:
    found = ran.limits
    if found is None:
        return None
    return LimitsSaid(
        mean=_number(found.mean), low=_number(found.low), high=_number(found.high), baseline=found.baseline,
        outside=list(found.outside), runs=list(found.runs), stable=found.stable,
    )  # fmt: skip


def _cumulative(found: Asked, window: Period) -> CumulativeSaid:
    flow = cumulative(found.work, window)
    return CumulativeSaid(
        start=flow.window.start, arrivals=list(flow.arrivals), departures=list(flow.departures),
        bands=[
            BandSaid(part=one.part, state=one.state, phase=one.phase, counts=list(one.counts)) for one in flow.bands
        ],
        moved_back=[
            MovedSaid(day=flow.window.start + timedelta(days=one.day), item=one.item.key or one.item.item, was=one.was,
                      now=one.now, reopened=one.reopened)
            for one in flow.corrections
        ],
    )  # fmt: skip


def _expected(at: Addressing, one: Expected) -> ExpectedSaid:
    kind = one.expectation.kind
    args: dict[str, Any] = {"kind": kind} if kind else {}
    return ExpectedSaid(
        kind=kind, days=one.expectation.days, probability=one.expectation.probability, kept=one.kept,
        late_share=at.of("flow.late_share", decimal(one.share), **args),
        late=at.of("flow.late", len(one.longer), **args), overdue=at.of("flow.overdue", len(one.overdue), **args),
        within=decimal(one.days),
    )  # fmt: skip


def _residuals(found: Asked, window: Period) -> list[ResidualSaid]:
    return [
        ResidualSaid(period=one.window, residual=decimal(one.residual), load=_number(one.load))
        for one in rolling(found.work, window).windows
    ]


def _beside(view: View, whose: Whose, found: Asked, window: Period, other: str) -> BesideSaid | None:
    second = asked(view, whose, other)
    if second is None:
        return None
    both = beside(found.work, second.work, window)
    return BesideSaid(
        policy=_policy(view, second), five=_five(view, _addressing(view, second, window, other), both.other),
        otherwise=[
            OtherwiseSaid(item=item.key or item.item, what=list(one.what))
            for one in both.otherwise
            if (item := one.one or one.other) is not None
        ],
        alike=both.alike,
    )  # fmt: skip


def _item(found: Asked, item: Item, problems: list[str]) -> FlowItemSaid:
    work = found.work
    end = work.now if item.finished is None else item.finished
    took = None
    if item.started is not None and end >= item.started:
        took = _number(Fraction(work.took(item.started, end), work.unit))
    started, finished = (None if at is None else work.days.of(at) for at in (item.started, item.finished))
    return FlowItemSaid(
        source=item.source, item=item.item, key=item.key, title=item.title, url=item.url, type=item.type,
        kind=item.kind, state=item.state, started=started, finished=finished, outcome=item.outcome, days=took,
        active_days=Decimal(item.active) / DAY, reopened=item.reopened, moved_back=item.backward,
        blocked=item.blocked_now, problems=problems,
    )  # fmt: skip
