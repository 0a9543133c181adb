"""What finished work cost: each team's cost, shared over its items by the time for which it worked on them.

Of each stretch of days that a team's cost is known for, an item's weight is its active time in them: of items in
progress, too, since the team worked on those as well. Parts are cut by the largest remainder, so that those of all
items, and what is unplaced because no item was active at all, add up to the team's cost exactly. Blocked time lies
evenly over its span.

The cost of waiting is what falls on waiting where the same cost is shared by all the time that items were in progress:
cost × waiting / (active + waiting). It is a part of the team's cost seen otherwise, and nothing on top of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from northing.facts.flow_asking import Id, Item
from northing.portfolio.flow import STARTED, FlowKind, Phase
from northing.portfolio.money import Amounts, split
from northing.portfolio.periods import Period

from .stays import Stay
from .work import Used, Work


class TeamCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one team cost in some days."""

    team: str | None
    """As its items name it; None: all work, whatever its team."""
    period: Period
    currency: str
    amount: Decimal


class ItemCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one item cost."""

    item: Item
    active: int
    """Microseconds of active time in the days whose cost is known."""
    amount: Amounts


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One team's cost, as the time of its items was active or not."""

    cost: TeamCost
    active: int
    waiting: int
    """Queued, waiting, or blocked; microseconds, as above."""
    amount: Decimal
    """What falls on waiting."""


class WorkCosts(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    costs: tuple[TeamCost, ...]
    finished: tuple[ItemCost, ...]
    """Delivered by the end of the last of the days, in the order in which they were."""
    others: tuple[ItemCost, ...]
    """In progress still, or discarded."""
    unplaced: tuple[TeamCost, ...]
    """Of days in which no item of the team was active."""
    waiting: tuple[Waiting, ...]
    untrue: tuple[Item, ...]
    """Their instants cannot be true: they bear no cost."""

    @property
    def by_kind(self) -> Mapping[FlowKind | None, Amounts]:
        """The cost of finished items by kind: spend by flow distribution."""
        found: dict[FlowKind | None, Amounts] = {}
        for one in self.finished:
            found[one.item.kind] = found.get(one.item.kind, Amounts()) + one.amount
        return {kind: found[kind] for kind in (*FlowKind, None) if kind in found}

    @property
    def total(self) -> Amounts:
        return Amounts.sum(Amounts.of(cost.amount, cost.currency) for cost in self.costs)


def work_costs(work: Work, costs: Iterable[TeamCost], *, minor_units: Mapping[str, int] | None = None) -> WorkCosts:
    """*costs* shared over the items of their teams. *minor_units*: digits of a currency's smallest part, else 2."""
    every = tuple(costs)
    digits = minor_units or {}
    amounts: dict[Id, Amounts] = defaultdict(Amounts)
    spent: dict[Id, int] = defaultdict(int)
    unplaced, waiting = [], []
    by_id = {_id(item): item for item in work.timed}
    for cost in every:
        active, idle = times(work, cost)
        total = sum(active.values())
        for id, time in active.items():
            spent[id] += time
        digit = digits.get(cost.currency, 2)
        if total:
            for id, part in _shares(cost.amount, active, digit).items():
                amounts[id] += Amounts({cost.currency: part})
        else:
            unplaced.append(cost)
        if total or idle:
            parts = split(cost.amount, [("active", Decimal(total)), ("waiting", Decimal(idle))], digit)
            waiting.append(Waiting(cost=cost, active=total, waiting=idle, amount=parts["waiting"]))
    told = [ItemCost(item=by_id[id], active=spent[id], amount=amount) for id, amount in amounts.items()]
    told.sort(key=lambda one: (one.item.finished or work.now, one.item.source, one.item.item))
    end = max((work.days.begins(cost.period.end) for cost in every), default=0)
    done = {_id(one.item) for one in told if one.item.outcome == "delivered" and (one.item.finished or 0) < end}
    return WorkCosts(
        used=work.used,
        costs=every,
        finished=tuple(one for one in told if _id(one.item) in done),
        others=tuple(one for one in told if _id(one.item) not in done),
        unplaced=tuple(unplaced),
        waiting=tuple(waiting),
        untrue=work.untrue,
    )


def times(work: Work, of: TeamCost | Period) -> tuple[dict[Id, int], int]:
    """The active time of each item within some days, or those of a team's cost; and the time of all that was not."""
    cost = of if isinstance(of, TeamCost) else TeamCost(team=None, period=of, currency="", amount=Decimal(0))
    start, end = work.days.bounds(cost.period)
    end = min(end, work.now)
    active: dict[Id, int] = {}
    idle = 0
    for item in work.timed:
        if cost.team is not None and item.team != cost.team:
            continue
        since, until = max(item.started or 0, start), min(work.now if item.finished is None else item.finished, end)
        if until <= since:
            continue
        own, stays = 0, work.stays(item)
        for stay in stays:
            left = work.now if stay.left is None else stay.left
            inside = min(left, until) - max(stay.entered, since)
            if stay.span.phase is Phase.ACTIVE and inside > 0:
                blocked = min(stay.span.blocked, left - stay.entered) if work.reading.blocked_waits else 0
                own += inside - inside * blocked // (left - stay.entered)
        idle += _in_states(stays, since, until, work.now) - own
        if own:
            active[_id(item)] = own
    return active, idle


def _in_states(stays: Sequence[Stay], since: int, until: int, now: int) -> int:
    """How long it was in states of work in progress: not where it lay in the backlog again."""
    found = 0
    for stay in stays:
        left = now if stay.left is None else stay.left
        if stay.span.phase in STARTED:
            found += max(0, min(left, until) - max(stay.entered, since))
    return found


def _shares(amount: Decimal, times: Mapping[Id, int], digits: int) -> dict[Id, Decimal]:
    """*amount* cut by *times*; equal remainders go by id."""
    ids = sorted(times)
    width = len(str(len(ids)))
    parts = split(amount, [(str(place).zfill(width), Decimal(times[id])) for place, id in enumerate(ids)], digits)
    return {ids[int(place)]: part for place, part in parts.items()}


def _id(item: Item) -> Id:
    return item.source, item.item
