"""The same work by two policies: the five metrics of each, and every item that they see differently."""

from __future__ import annotations

from typing import Literal

import msgspec

from northing.facts.flow_asking import Item
from northing.portfolio.periods import Period

from .five import Five, five
from .work import Used, Work

Seen = Literal["counted", "kind", "started", "finished", "outcome", "active"]
SEEN: tuple[Seen, ...] = ("kind", "started", "finished", "outcome", "active")


class Otherwise(msgspec.Struct, frozen=True, kw_only=True):
    """An item that two policies see differently."""

    one: Item | None
    """None: the first policy does not count it."""
    other: Item | None
    what: tuple[Seen, ...]


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    policies: tuple[Used, Used]
    window: Period
    one: Five
    other: Five
    otherwise: tuple[Otherwise, ...]
    """Items that touch the window by either policy, by source and id."""
    alike: int
    """Items that touch the window and are seen alike."""


def beside(one: Work, other: Work, window: Period) -> Beside:
    """The five metrics of *window* by two policies, and what makes the difference."""
    first = {(item.source, item.item): item for item in one.items if _touches(one, item, window)}
    second = {(item.source, item.item): item for item in other.items if _touches(other, item, window)}
    every = {(item.source, item.item): item for item in one.items}, {(i.source, i.item): i for i in other.items}
    found, alike = [], 0
    for id in sorted({*first, *second}):
        a, b = every[0].get(id), every[1].get(id)
        what: tuple[Seen, ...] = ("counted",)
        if a is not None and b is not None:
            what = tuple(field for field in SEEN if getattr(a, field) != getattr(b, field))
        if what:
            found.append(Otherwise(one=a, other=b, what=what))
        else:
            alike += 1
    return Beside(
        policies=(one.used, other.used),
        window=window,
        one=five(one, window),
        other=five(other, window),
        otherwise=tuple(found),
        alike=alike,
    )


def _touches(work: Work, item: Item, window: Period) -> bool:
    """Whether it is in progress or finishes in the window."""
    start, end = work.days.bounds(window)
    begun = item.finished if item.started is None else item.started
    return begun is not None and begun < end and (item.finished is None or item.finished >= start)
