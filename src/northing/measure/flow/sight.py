"""Which work in progress serves an aim of the board, which serves a broken chain, and which nobody asked for.

An item's investments, and their shares of it, are said by work links. Share in line of sight = Σ over items in
progress of the shares whose investment has an unbroken chain to a board objective / items in progress. Orphan work:
items that no link takes any part of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from northing.facts.asking import Part, Whose
from northing.facts.flow_asking import Id, Item

from .five import load
from .work import Used, Work


class Served(msgspec.Struct, frozen=True):
    """A part of an item that serves an investment."""

    investment: str
    share: Decimal
    rule: str | None = None
    """The work link that says so."""


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """An item in progress and what it serves."""

    item: Item
    serves: tuple[Served, ...]
    left: Decimal
    """The share that no link takes."""


class WorkInSight(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    at: int
    items: tuple[Linked, ...]
    """All that is in progress."""
    in_sight: Decimal
    """Items, parts counted as parts."""
    broken: Mapping[str, Decimal]
    """Cause of a broken chain → items."""
    unlinked: Decimal
    """What no link takes, of orphans and of others."""

    @property
    def orphans(self) -> tuple[Item, ...]:
        return tuple(one.item for one in self.items if not one.serves)

    @property
    def share(self) -> Fraction | None:
        """None where nothing is in progress."""
        return Fraction(self.in_sight) / len(self.items) if self.items else None


def work_in_sight(
    work: Work, at: int, served: Mapping[Id, tuple[Served, ...]], causes: Mapping[str, str]
) -> WorkInSight:
    """What is in progress at *at*, by what it serves.

    *causes*: investment → why its chain to a board objective is broken; an investment that is not named has one.
    """
    items = []
    broken: dict[str, Decimal] = defaultdict(Decimal)
    in_sight = unlinked = Decimal(0)
    for item in load(work, at).items:
        serves = served.get((item.source, item.item), ())
        left = 1 - sum((one.share for one in serves), Decimal(0))
        unlinked += left
        for one in serves:
            if one.investment in causes:
                broken[causes[one.investment]] += one.share
            else:
                in_sight += one.share
        items.append(Linked(item=item, serves=serves, left=left))
    return WorkInSight(
        used=work.used,
        at=at,
        items=tuple(items),
        in_sight=in_sight,
        broken=dict(sorted(broken.items())),
        unlinked=unlinked,
    )


def served_of(whose: Whose, known: Container[str]) -> Mapping[Id, tuple[Served, ...]]:
    """What each item serves, of the parts that links give of it; of investments that are not *known*: nothing."""
    seen: dict[tuple[Part, ...], tuple[Served, ...]] = {}
    found: dict[Id, tuple[Served, ...]] = {}
    for id, parts in whose.items():
        if parts not in seen:
            mine = (
                Served(part.investment, part.share, part.rule)
                for part in parts
                if part.investment and part.investment in known
            )
            seen[parts] = tuple(sorted(mine, key=lambda one: (one.investment, one.rule or "")))
        if seen[parts]:
            found[id] = seen[parts]
    return found
