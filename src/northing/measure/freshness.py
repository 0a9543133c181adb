"""How fresh what other systems own is: until which day each source has spoken, and whether it is late.

A source is late where it has a cadence and the day that the page speaks of is more than that many days after the last
day that its facts in force speak of, counted from the day after it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from northing.portfolio.facts import Delivery

from .view import View


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How far one source has spoken."""

    source: str
    newest: date | None
    """The last day that it speaks of; None where it never delivered."""
    received: str | None
    """UTC instant of its last delivery, in ISO form."""
    due: date | None
    """The day from which it is late; None without a cadence."""
    stale: bool
    days_late: int = 0
    tables: tuple[str, ...] = ()
    """Which tables it has delivered to."""


class Fresh(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a figure: until when all of its sources have spoken, and which are late."""

    until: date | None
    """The last day of which every source that ever delivered has spoken; None where none has."""
    newest: date | None
    """The last day of which any of them has."""
    stale: tuple[Freshness, ...] = ()


def freshness(view: View) -> tuple[Freshness, ...]:
    """Every source, those that are late first, then by name."""
    by_source: dict[str, list[Delivery]] = {id: [] for id in view.plan.sources}
    for delivery in view.plan.deliveries.values():
        by_source.setdefault(delivery.source, []).append(delivery)
    found = [_of(view, id, deliveries) for id, deliveries in by_source.items()]
    found.sort(key=lambda one: (-one.days_late, not one.stale, view.name_of("source", one.source) or "", one.source))
    return tuple(found)


def freshness_of(view: View, tables: Collection[str] = ("cost",)) -> Fresh:
    """How fresh a figure is that is made of *tables*."""
    wanted = set(tables)
    speaking = [one for one in freshness(view) if wanted.intersection(one.tables)]
    days = [one.newest for one in speaking if one.newest is not None]
    return Fresh(
        until=min(days, default=None),
        newest=max(days, default=None),
        stale=tuple(one for one in speaking if one.stale),
    )


def _last_day(delivery: Delivery) -> date | None:
    """The last day that it speaks of. Nobody knows of work after the day on which it came in: such rows are a clock's
    fault, and are told as that."""
    if delivery.end is None:
        return None
    last = delivery.end - timedelta(days=1)
    return min(last, date.fromisoformat(delivery.received[:10])) if "work" in delivery.scopes else last


def _of(view: View, id: str, deliveries: list[Delivery]) -> Freshness:
    source = view.plan.sources.get(id)
    lasts = [last for delivery in deliveries if (last := _last_day(delivery)) is not None]
    newest = max(lasts, default=None)
    cadence = source.cadence_days if source is not None else None
    due = newest + timedelta(days=cadence + 1) if newest is not None and cadence is not None else None
    late = (view.today - due).days + 1 if due is not None and view.today >= due else 0
    return Freshness(
        source=id,
        newest=newest,
        received=max((delivery.received for delivery in deliveries), default=None),
        due=due,
        stale=late > 0 or (cadence is not None and newest is None),
        days_late=late,
        tables=tuple(sorted({table for delivery in deliveries for table in delivery.scopes})),
    )
