"""What the work of a scope cost: each team's cost shared over its items by active time, in the months that are over.

Of every currency: finished + in progress or dropped + unplaced = what the teams cost, exactly. Unplaced is the cost of
months in which no item of the team was active. An item belongs to its team, and so to the team's value stream. At the
level of an investment an item counts by the share that work links give to it, and nothing is unplaced.

The cost of waiting is what would fall on waiting if the same cost were shared by all the time that items were in
progress: a part of the cost, seen otherwise, and nothing on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from northing.facts.flow_asking import Id, Item
from northing.measure.flow.asked import Whose, asked, policy_of
from northing.measure.flow.cost import TeamCost, WorkCosts
from northing.measure.flow.cost import work_costs as shared
from northing.measure.flow.serving import served as served_in
from northing.measure.flow.sight import Served
from northing.measure.flow.teams import teams_of
from northing.measure.flow.work import Used, Work
from northing.measure.fx import findings
from northing.measure.levels import READS as LEVELS
from northing.measure.money_flows import FACTS, RATES, days_of_facts, remember
from northing.measure.view import View
from northing.portfolio.errors import Finding
from northing.portfolio.flow import FlowKind
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, period_of

from .team_costs import Booked, TeamMonth, complete_months, team_months

READS = (
    FACTS | RATES | LEVELS
    | {"team", "workflow_policy", "calendar", "work_link", "value_stream", "cost_plan_line", "forecast_line"}
)  # fmt: skip

ONE = Decimal(1)


class CostedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item, and what it cost."""

    item: Item
    team: str
    value_stream: str | None
    active: int
    """Microseconds of active time in the months."""
    share: Decimal = ONE
    """Which share of it counts in the scope."""
    amount: Amounts
    """In the months."""
    whole: Amounts
    """From its start on, as far as its team's cost is known."""
    by_plan: Amounts
    """How much of that rests on plans, of months in which its team booked nothing."""


class TeamWork(msgspec.Struct, frozen=True, kw_only=True):
    """One team: what it cost and where that went."""

    team: str
    value_stream: str | None
    used: Used
    """The policy by which its work is read."""
    months: tuple[TeamMonth, ...]
    costs: WorkCosts


class CostOfWork(msgspec.Struct, frozen=True, kw_only=True):
    whose: Whose
    months: tuple[Period, ...]
    """The fiscal months that are looked at: all are over, and none is from before any cost of a team is known."""
    teams: tuple[TeamWork, ...]
    """By name."""
    finished: tuple[CostedItem, ...]
    """Delivered in the months; the dearest first."""
    others: tuple[CostedItem, ...]
    """In progress still, or dropped."""
    unplaced: Amounts
    total: Amounts
    """What the teams cost; of an investment, what its items did."""
    waiting: Amounts
    unread: tuple[str, ...]
    """Teams whose work no policy reads."""
    strangers: Mapping[str, Amounts]
    """What cost rows say of teams that the plan does not know."""
    findings: tuple[Finding, ...]

    @property
    def window(self) -> Period | None:
        return Period(self.months[0].start, self.months[-1].end) if self.months else None

    @property
    def spent(self) -> Amounts:
        """On finished items, in the months."""
        return Amounts.sum(one.amount for one in self.finished)

    @property
    def unfinished(self) -> Amounts:
        """On items in progress, or dropped."""
        return Amounts.sum(one.amount for one in self.others)

    @property
    def by_kind(self) -> Mapping[FlowKind | None, Amounts]:
        """Spend by flow distribution: of the finished items, in the months."""
        return {
            kind: Amounts.sum(one.amount for one in self.finished if one.item.kind == kind)
            for kind in (*FlowKind, None)
            if any(one.item.kind == kind for one in self.finished)
        }


def cost_of_work(view: View, whose: Whose, window: Period) -> CostOfWork:
    """What the work of *whose* cost in the fiscal months of *window* that are over."""
    months = complete_months(view, window)
    return remember(view, "cost of work", (whose, months), lambda: _cost_of_work(view, whose, months), READS)


def last_months(view: View, count: int = 12) -> Period:
    """The last *count* fiscal months that are over."""
    end = period_of(view.plan.calendar, view.today, "month").start
    start = end
    for _ in range(count):
        start = period_of(view.plan.calendar, start - timedelta(days=1), "month").start
    return Period(start, end)


def _cost_of_work(view: View, whose: Whose, months: Sequence[Period]) -> CostOfWork:
    works, unread = _works(view)
    served = served_in(view)
    # From the first month of any work on: what an item cost before these months is its cost, too.
    known, rows = _history(view, works, served)
    first = min((one.month.start for one in known), default=date.min)
    months = [month for month in months if month.start >= first]
    mine = {team: work for team, work in works.items() if _is_theirs(view, whose, team)}
    within, last, teams = set(months), max((month.start for month in months), default=date.min), []
    items: list[CostedItem] = []
    for team, work in sorted(mine.items(), key=lambda one: (view.plan.teams[one[0]].name, one[0])):
        own = tuple(one for one in known if one.team == team)
        asked_for = tuple(one for one in own if one.month in within)
        costs = shared(work, _costs(asked_for))
        whole = shared(work, _costs(one for one in own if one.month.start <= last))
        stream = view.plan.teams[team].value_stream
        teams.append(TeamWork(team=team, value_stream=stream, used=work.used, months=asked_for, costs=costs))
        by_plan = shared(work, _costs(one for one in own if one.source == "planned" and one.month.start <= last))
        items += _costed(whose, team, stream, (costs, whole, by_plan), served)
    if whose.level == "investment":
        with_work = {one.team for one in items}
        teams = [one for one in teams if one.team in with_work]
    return _together(whose, months, teams, items, unread, rows)


def _together(
    whose: Whose, months: Sequence[Period], teams: Sequence[TeamWork], items: Sequence[CostedItem],
    unread: tuple[str, ...], rows: Booked,
) -> CostOfWork:  # fmt: skip
    done = {(one.team, _id(part.item)) for one in teams for part in one.costs.finished}
    ranked = sorted(items, key=lambda one: (-sum(one.whole.by_currency.values(), Decimal(0)), _id(one.item), one.team))
    total = Amounts.sum(one.costs.total for one in teams)
    unplaced = Amounts.sum(Amounts({lost.currency: lost.amount}) for one in teams for lost in one.costs.unplaced)
    waiting = Amounts.sum(Amounts({part.cost.currency: part.amount}) for one in teams for part in one.costs.waiting)
    if whose.level == "investment":
        total, unplaced, waiting = Amounts.sum(one.amount for one in items), Amounts(), Amounts()
    return CostOfWork(
        whose=whose,
        months=tuple(months),
        teams=tuple(teams),
        finished=tuple(one for one in ranked if (one.team, _id(one.item)) in done),
        others=tuple(one for one in ranked if (one.team, _id(one.item)) not in done),
        unplaced=unplaced,
        total=total,
        waiting=waiting,
        unread=unread if whose.level == "organisation" else tuple(team for team in unread if team == whose.id),
        strangers=rows.strangers if whose.level == "organisation" else {},
        findings=findings(rows.missing),
    )


def _costed(
    whose: Whose, team: str, stream: str | None, costs: tuple[WorkCosts, WorkCosts, WorkCosts],
    served: Mapping[Id, Sequence[Served]],
) -> Iterable[CostedItem]:  # fmt: skip
    """The items that a team worked on in the months. *costs*: in these, ever, and ever by plan."""
    within, ever, planned = ({_id(one.item): one for one in (*cost.finished, *cost.others)} for cost in costs)
    for id, one in within.items():
        share = ONE
        if whose.level == "investment":
            share = sum((part.share for part in served.get(id, ()) if part.investment == whose.id), Decimal(0))
            if not share:
                continue
        yield CostedItem(
            item=one.item,
            team=team,
            value_stream=stream,
            active=one.active,
            share=share,
            amount=_part(one.amount, share),
            whole=_part(ever[id].amount, share),
            by_plan=_part(planned[id].amount, share) if id in planned else Amounts(),
        )


def _part(amount: Amounts, share: Decimal) -> Amounts:
    return amount if share == ONE else amount.times(share)


def _costs(months: Iterable[TeamMonth]) -> list[TeamCost]:
    """What a team cost, for all of the work that is its own."""
    return [
        TeamCost(team=None, period=one.month, currency=currency, amount=amount)
        for one in months
        for currency, amount in one.amount.by_currency.items()
    ]


def _is_theirs(view: View, whose: Whose, team: str) -> bool:
    if whose.level == "value_stream":
        stream: str | None = view.plan.teams[team].value_stream
        return stream == whose.id
    return whose.level != "team" or team == whose.id


def _works(view: View) -> tuple[dict[str, Work], tuple[str, ...]]:
    """The work of every team, by the policy that holds for it; and the teams whose work no policy reads.

    Each policy reads all work once, and the items are given to their teams.
    """
    theirs: dict[str, set[Id]] = {team: set() for team in view.plan.teams}
    for id, teams in teams_of(view).items():
        for team in teams:
            theirs[team].add(id)
    found, unread = {}, []
    for team, ids in theirs.items():
        policy = policy_of(view, Whose("team", team))
        read = asked(view, Whose(), policy.id) if policy is not None else None
        if read is None:
            unread.append(team)
        else:
            items = tuple(item for item in read.work.items if _id(item) in ids)
            found[team] = replace(read.work, items=items, spans=read.work.spans.only(ids))
    return found, tuple(unread)


def _history(
    view: View, works: Mapping[str, Work], served: Mapping[Id, Sequence[Served]]
) -> tuple[tuple[TeamMonth, ...], Booked]:
    """What every team cost in every month since work, or bills, began."""

    def make() -> tuple[tuple[TeamMonth, ...], Booked]:
        bills = days_of_facts(view.plan, "cost")
        starts = [_day(work, item) for work in works.values() for item in work.timed]
        starts += [bills.start] if bills is not None else []
        if not starts:
            return (), Booked(by={}, strangers={}, missing=())
        months = complete_months(view, Period(min(starts), max(view.today, min(starts) + timedelta(days=1))))
        return team_months(view, works, served, months)

    return remember(view, "team costs", "all", make, READS)


def _day(work: Work, item: Item) -> date:
    return work.days.of(item.started or item.created)


def _id(item: Item) -> Id:
    return item.source, item.item
