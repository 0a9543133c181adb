"""What came in: sources with how far they have spoken, deliveries with what still counts of them, scope by scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, cast

import msgspec

from northing.access.models import Workspace
from northing.facts.asking import Fold
from northing.facts.engine import FactsAt
from northing.facts.in_force import in_force, scopes_of
from northing.facts.scoped import AMOUNT, Stated, stated
from northing.facts.store import Store
from northing.measure.cost_rows import Asker, kept
from northing.measure.freshness import Freshness, freshness
from northing.measure.money import share_of
from northing.measure.view import View
from northing.portfolio.facts import Delivery, Source
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.plan import Plan
from northing.record import Record

YEAR = 365
"""Days back that a source's share of spend is reckoned over."""

State = Literal["in force", "in part", "superseded"]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a delivery still counts."""

    state: State
    by: tuple[str, ...] = ()
    """The deliveries that have taken scopes over from it, the latest first."""


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """One scope of a delivery, and what it takes the place of."""

    now: Stated
    before: Delivery | None = None
    then: Stated | None = None
    """What *before* said of it."""

    @property
    def difference(self) -> dict[str, Decimal]:
        """By currency; empty where it replaces nothing."""
        if self.then is None:
            return {}
        codes = sorted({*self.now.amounts, *self.then.amounts})
        zero = Decimal(0)
        return {code: self.now.amounts.get(code, zero) - self.then.amounts.get(code, zero) for code in codes}


class Sourced(msgspec.Struct, frozen=True, kw_only=True):
    """One source: how far it has spoken, what it delivered last, and what of the spend is its."""

    source: Source
    fresh: Freshness
    last: Delivery | None
    deliveries: int
    spend: Amounts
    """In force, of the last twelve months, in the reader's currency at the rates of the day of the View."""
    share: Decimal | None
    """Of the spend of all sources in that time."""


class Attributed(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules make of a delivery, in one currency."""

    currency: str
    amount: Decimal
    claimed: Decimal

    @property
    def share(self) -> Decimal | None:
        return self.claimed / self.amount if self.amount else None


def sources(view: View) -> tuple[Sourced, ...]:
    """Every source, those that are late first."""
    by_source: dict[str, list[Delivery]] = {}
    for delivery in view.plan.deliveries.values():
        by_source.setdefault(delivery.source, []).append(delivery)
    spent = _spent(view)
    whole = sum(spent.values(), Amounts())
    told = []
    for fresh in freshness(view):
        source = view.plan.sources.get(fresh.source)
        if source is None:
            continue
        mine = by_source.get(source.id, [])
        amount = spent.get(source.id, Amounts())
        told.append(
            Sourced(
                source=source,
                fresh=fresh,
                last=max(mine, key=lambda one: (one.received, one.id), default=None),
                deliveries=len(mine),
                spend=amount,
                share=share_of(amount, whole, view.currency) if amount.by_currency else None,
            )
        )
    return tuple(told)


def year_of(view: View) -> Period:
    """The twelve months that spend of sources is told of."""
    after = view.today + timedelta(days=1)
    return Period(after - timedelta(days=YEAR), after)


def _spent(view: View) -> Mapping[str, Amounts]:
    """Source → billed cost of the last twelve months."""
    if view.facts is None:
        return {}
    return cast("Mapping[str, Amounts]", kept(view, ("spent by source",), lambda: _fold_spent(view), frozenset()))


def _fold_spent(view: View) -> dict[str, Amounts]:
    found: dict[str, Amounts] = {}
    for line in Asker(view, window=year_of(view)).lines(("source",), attribute=False):
        found[line.by[0]] = found.get(line.by[0], Amounts()) + Amounts.of(line.told, line.currency)
    return found


def of_source(plan: Plan, source: str) -> list[Delivery]:
    """The deliveries of a source, the newest first."""
    mine = plan.deliveries.by("source", source)
    return sorted(mine, key=lambda one: (one.received, one.id), reverse=True)


def taken_back(record: Record, plan: Plan, source: str) -> list[tuple[Delivery, int | None]]:
    """Deliveries of a source that a revision took in and a later one reverted, with that one, the newest first."""
    by = record.removed("delivery")
    ever = {one.id: one for one in cast("list[Delivery]", record.ever("delivery")) if one.source == source}
    gone = [one for id, one in ever.items() if id not in plan.deliveries]
    return [(one, by.get(one.id)) for one in sorted(gone, key=lambda one: (one.received, one.id), reverse=True)]


def standing(plan: Plan, delivery: Delivery) -> Standing:
    """Whether *delivery* is read, all of it or some, and which ones have come in its place."""
    winners = in_force(plan).winners
    mine = [winners.get(scope) for scope in scopes_of(delivery)]
    others = {id for id in mine if id is not None and id != delivery.id}
    later = sorted(others, key=lambda id: (plan.deliveries[id].received, id), reverse=True)
    if not others:
        return Standing(state="in force")
    return Standing(state="in part" if delivery.id in mine else "superseded", by=tuple(later))


def scopes(store: Store, plan: Plan, delivery: Delivery) -> tuple[Replaced, ...]:
    """Each scope of *delivery*, and what it replaces: what is in force in *plan*, where that is another delivery."""
    winners = in_force(plan).winners
    said: dict[str, dict[tuple[str, str], Stated]] = {}
    found = []
    for now in stated(store, delivery):
        id = winners.get((delivery.source, now.table, now.scope))
        before = plan.deliveries.get(id) if id is not None and id != delivery.id else None
        then = None
        if before is not None:
            if before.id not in said:
                said[before.id] = {(one.table, one.scope): one for one in stated(store, before)}
            then = said[before.id].get((now.table, now.scope))
        found.append(Replaced(now=now, before=before, then=then))
    return tuple(found)


def totals(found: tuple[Replaced, ...]) -> dict[str, Decimal]:
    """Currency → amount of all scopes of cost; of usage, where there is no cost."""
    tables = {one.now.table for one in found if one.now.amounts}
    table = "cost" if "cost" in tables else "usage"
    sums: dict[str, Decimal] = {}
    for one in found:
        for code, amount in one.now.amounts.items() if one.now.table == table else ():
            sums[code] = sums.get(code, Decimal(0)) + amount
    return sums


def facts_of(workspace: Workspace, plan: Plan, delivery: Delivery) -> FactsAt:
    """The rows of *delivery* alone."""
    return FactsAt(Store(workspace.id), plan).of_delivery(delivery.id)


def attributed(workspace: Workspace, plan: Plan, delivery: Delivery) -> tuple[Attributed, ...]:
    """What the rules of *plan* make of *delivery*, by currency; nothing for prices."""
    facts = facts_of(workspace, plan, delivery)
    table = next((name for name in ("cost", "usage") if facts.in_force.table(name)), None)
    if table is None:
        return ()
    sums: dict[str, list[Decimal]] = {}
    for line in facts.fold(Fold(table=table, sums=(AMOUNT[table],), by=("currency",))):
        into = sums.setdefault(line.by[0] or "", [Decimal(0), Decimal(0)])
        into[0] += line.sums[0]
        into[1] += line.sums[0] if line.investment is not None else 0
    return tuple(Attributed(currency=code, amount=amount, claimed=claimed) for code, (amount, claimed) in sums.items())


def last_day(delivery: Delivery) -> date | None:
    """The last day that a delivery speaks of."""
    return None if delivery.end is None else delivery.end - timedelta(days=1)
