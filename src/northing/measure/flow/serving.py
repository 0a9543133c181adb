"""The work of a scope beside what it serves: from a View to the share of work in progress in line of sight.

One place joins the items (:mod:`.asked`), the links of the plan and the chains of investments: pages, commands,
answers and receipts all take it from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal

import msgspec

from northing.facts.flow_asking import Id, Item
from northing.measure.view import View
from northing.portfolio.periods import Period

from .asked import Asked, Whose, asked
from .sight import Linked, Served, WorkInSight, served_of, work_in_sight

Standing = Literal["orphan", "broken", "in_sight"]
RECENT = 30
"""Days before today in which an item was finished lately."""


ORGANISATION = Whose()


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Work, what of it is in progress, and what that serves."""

    asked: Asked
    seen: WorkInSight
    causes: Mapping[str, str]
    """Investment → why its chain to a board objective is broken."""

    def standing(self, one: Linked) -> Standing:
        """Whether it serves nothing, a broken chain in any part, or only aims of the board."""
        if not one.serves:
            return "orphan"
        return "broken" if any(part.investment in self.causes for part in one.serves) else "in_sight"

    @property
    def lately(self) -> tuple[Item, ...]:
        """Items delivered in the last days, today among them."""
        work = self.asked.work
        today = work.days.of(work.now)
        return work.delivered(Period(today - timedelta(days=RECENT - 1), today + timedelta(days=1)))


def backlog(view: View, whose: Whose = ORGANISATION, policy: str | None = None) -> Backlog | None:
    """What is in progress of the work of *whose*, and what it serves; None as :func:`.asked.asked`."""
    found = asked(view, whose, policy)
    if found is None:
        return None
    causes = broken_chains(view)
    return Backlog(asked=found, seen=work_in_sight(found.work, found.work.now, served(view), causes), causes=causes)


def served(view: View) -> Mapping[Id, tuple[Served, ...]]:
    """What each item serves, of investments that are there."""
    if view.facts is None:
        return {}
    facts, known = view.facts, view.plan.investments
    return view.plan.memo("work served", READS, lambda: served_of(facts.whose(), known))


def broken_chains(view: View) -> Mapping[str, str]:
    """Investment → why no chain leads from it to an objective of the board; one that has a chain is not in it."""
    told = zip(view.rows("investment"), view.derived_values("investment", "chain_cause"), strict=True)
    return {id: cause for id, cause in told if cause is not None}


def narrowed(view: View, where: str, items: Iterable[Linked]) -> list[Linked]:
    """Those of *items* that *where* selects, in the filter language over work items; or whose words it finds.

    Raises :class:`Invalid` for a filter that cannot be read.
    """
    if view.facts is None or not where.strip():
        return list(items)
    found = view.facts.answering({"asked": where}, view.today)
    wanted = where.strip().casefold()
    return [
        one for one in items if (one.item.source, one.item.item) in found or wanted in (one.item.title or "").casefold()
    ]


READS = frozenset(("work_link", "investment", "delivery", "source", "fiscal_calendar"))
