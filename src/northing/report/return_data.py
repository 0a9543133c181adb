"""What work cost and what is claimed of it, for a program and for tables: every figure typed, with its address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from northing.measure.flow.asked import Whose
from northing.measure.flow.days import Days
from northing.measure.levels import ORGANISATION, Scope
from northing.measure.returns.claims import BOUNDS, by_stream, by_type, claimed
from northing.measure.returns.roi import FORMULA, Return, returns
from northing.measure.returns.work_costs import CostedItem, CostOfWork, TeamWork, cost_of_work
from northing.measure.view import View
from northing.portfolio.errors import Finding
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period

from .asking_money import Addressing, Figured


class ReturnSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One value stream, investment or all: cost over the whole life, what is claimed of it, and the return."""

    level: str
    id: str | None
    name: str | None
    cost: Figured
    to_date: Figured
    to_come: Figured
    cash: dict[str, Figured]
    """low, likely, high: more revenue and less spent."""
    roi: dict[str, Figured]
    """low, likely, high; (cash − cost) / cost. Claimed: evidenced and confirmed are not known yet."""
    by_type: dict[str, dict[str, Figured]]
    """Types are never added to each other."""
    evidenced: None = None
    """Empty until outcomes are measured against a baseline."""
    confirmed: None = None
    """Empty until finance confirms a movement in the ledger."""
    claims_nothing: int
    """How many of its investments cost something and claim nothing."""
    ended: bool


class TeamSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One team: its cost, what of it waiting cost, and where each month's cost is known from."""

    id: str
    name: str | None
    value_stream: str | None
    policy: str
    cost: Figured
    waiting: Figured
    finished: int
    months: dict[str, str]
    """First day of the month → booked, planned or none."""


class CostedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One item and what it cost."""

    item: str
    key: str | None
    title: str | None
    team: str
    kind: str | None
    finished: date | None
    active_days: float
    share: str
    amount: Any
    """In the months looked at."""
    whole: Figured
    by_plan: Any
    """How much of the whole rests on plans."""


class WorkCostSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What the work of these months cost. finished + unfinished + unplaced = total."""

    window: Period | None
    months: list[Period]
    total: Figured
    finished: Figured
    unfinished: Figured
    unplaced: Figured
    waiting: Figured | None
    by_kind: dict[str, Figured]
    teams: list[TeamSaid]
    items: list[CostedSaid]
    """Finished items, the dearest first."""
    unread: list[str]
    """Teams whose work no policy reads."""
    strangers: dict[str, Any]
    """What cost rows say of teams that the plan does not know."""


class ReturnsSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Claims beside costs, by value stream and investment; then what work cost."""

    level: str
    id: str | None
    currency: str
    formula: str
    basis: str
    total: ReturnSaid | None
    """AI investments; None of a team, which has no claims of its own."""
    streams: list[ReturnSaid]
    investments: list[ReturnSaid]
    without_ai: list[ReturnSaid]
    arising: dict[str, dict[str, dict[str, Any]]]
    """Value stream → type → bound → amount: where claims arise, whosever investment brings them."""
    work: WorkCostSaid
    findings: list[Finding]


def returns_said(view: View, whose: Whose, window: Period) -> ReturnsSaid:
    """Return of *whose*: claims over the whole life, and the work of the months of *window* that are over."""
    cost = cost_of_work(view, whose, window)
    scope = ORGANISATION if whose.id is None else Scope(whose.level, whose.id) if whose.level != "team" else None
    found = returns(view, scope) if scope is not None else None
    every = found.total.investments if found else ()
    others = found.others.investments if found else ()
    ended = {one.scope.id for one in (*every, *others) if one.ended}
    told = (one for one in (*every, *others) if one.cost.eac or one.claims)
    shown = {one.scope.id for one in told}
    arising = claimed(view, scope).claims if scope is not None else ()
    return ReturnsSaid(
        level=whose.level,
        id=whose.id,
        currency=view.currency,
        formula=FORMULA,
        basis="claimed",
        total=_return(view, found.total, ended) if found else None,
        streams=[_return(view, one, ended) for one in found.streams] if found else [],
        investments=[_return(view, one, ended) for one in every if one.scope.id in shown],
        without_ai=[_return(view, one, ended) for one in others if one.scope.id in shown],
        arising={
            stream or "": {
                kind.value: {bound: getattr(amount, bound) for bound in BOUNDS} for kind, amount in by_type(of).items()
            }
            for stream, of in by_stream(arising).items()
        },
        work=_work(view, cost),
        findings=list({one.message: one for one in (*(found.findings if found else ()), *cost.findings)}.values()),
    )


def _return(view: View, one: Return, ended: Iterable[str | None]) -> ReturnSaid:
    scope = one.scope
    at = Addressing(view, level="" if scope.level == "organisation" else scope.level, id=scope.id)
    own = scope.level == "investment"
    names = ("money.eac", "money.ac", "money.etc") if own else (
        "returns.cost", "returns.cost_to_date", "returns.cost_to_come"
    )  # fmt: skip
    cost, to_date, to_come = (
        at.of(name, value)
        for name, value in zip(names, (one.cost.eac, one.cost.ac, one.cost.etc), strict=True)
    )  # fmt: skip
    ratio = one.roi
    return ReturnSaid(
        level=scope.level,
        id=scope.id,
        name=view.name_of(scope.level, scope.id) if scope.id else None,
        cost=cost,
        to_date=to_date,
        to_come=to_come,
        cash={bound: at.of("returns.claimed", getattr(one.cash, bound), bound=bound) for bound in BOUNDS},
        roi={bound: at.of("returns.roi", _decimal(getattr(ratio, bound)), bound=bound) for bound in BOUNDS}
        if ratio
        else {},
        by_type={
            kind.value: {
                bound: at.of("returns.claimed", getattr(amount, bound), type=kind.value, bound=bound)
                for bound in BOUNDS
            }
            for kind, amount in one.by_type.items()
        },
        claims_nothing=len(one.silent) if one.investments else int(not one.claims),
        ended=own and scope.id in set(ended),
    )  # fmt: skip


def _decimal(value: Any) -> Any:
    from decimal import Decimal

    return Decimal(value.numerator) / Decimal(value.denominator)


def _work(view: View, found: CostOfWork) -> WorkCostSaid:
    whose = found.whose
    at = Addressing(
        view, level="" if whose.level == "organisation" else whose.level, id=whose.id, window=found.window
    )  # fmt: skip
    return WorkCostSaid(
        window=found.window,
        months=list(found.months),
        total=at.of("returns.team_cost", found.total),
        finished=at.of("returns.finished", found.spent),
        unfinished=at.of("returns.unfinished", found.unfinished),
        unplaced=at.of("returns.unplaced", found.unplaced),
        waiting=at.of("returns.waiting", found.waiting) if whose.level != "investment" else None,
        by_kind={
            kind.value if kind else "none": at.of("returns.finished", amount, flow_kind=kind.value if kind else "none")
            for kind, amount in found.by_kind.items()
        },
        teams=[_team(view, at, one) for one in found.teams] if whose.level != "investment" else [],
        items=[_item(view, at, one) for one in found.finished],
        unread=list(found.unread),
        strangers=dict(found.strangers),
    )


def _team(view: View, at: Addressing, one: TeamWork) -> TeamSaid:
    waiting = Amounts.sum(Amounts({part.cost.currency: part.amount}) for part in one.costs.waiting)
    scope = {"level": "team", "id": one.team}
    return TeamSaid(
        id=one.team,
        name=view.name_of("team", one.team),
        value_stream=one.value_stream,
        policy=one.used.number or one.used.id,
        cost=at.of("returns.team_cost", one.costs.total, **scope),
        waiting=at.of("returns.waiting", waiting, **scope),
        finished=len(one.costs.finished),
        months={month.month.start.isoformat(): month.source for month in one.months},
    )


def _item(view: View, at: Addressing, one: CostedItem) -> CostedSaid:
    item = one.item
    return CostedSaid(
        item=item.item,
        key=item.key,
        title=item.title,
        team=one.team,
        kind=item.kind.value if item.kind else None,
        finished=Days(view.zone).of(item.finished) if item.finished is not None else None,
        active_days=round(one.active / 86_400_000_000, 3),
        share=str(one.share),
        amount=one.amount,
        whole=at.of("returns.item", one.whole, item=item.key or item.item),
        by_plan=one.by_plan,
    )
