"""What a work link would do, in items: all of them, those in progress, and from which links it takes them.

Items are those that the organisation's policy counts; where nobody has said yet how work is read, every item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

import msgspec

from northing.facts.asking import ItemId, LinkPreview
from northing.facts.flow_asking import Item
from northing.measure.view import View

from .serving import Backlog, backlog, served
from .sight import served_of, work_in_sight

SHOWN = 8
"""Items of a preview that are named."""


class Count(msgspec.Struct, frozen=True):
    """How many items, and how many of them are in progress."""

    items: int = 0
    progress: int = 0


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What a link, new or changed, would change."""

    link: str
    claimed: Count
    found: Count
    """Of these, items that are orphans now."""
    taken: Mapping[str, Count]
    """Other link → items of which it would lose a part."""
    given: Mapping[str, Count]
    """Other link → items of which it would get more: where a link that is there is changed, and takes less."""
    lost: Count
    """Items that would become orphans."""
    orphans: Count
    """Items that no link would take any part of."""
    all: Count
    share: tuple[Fraction | None, Fraction | None]
    """Of work in progress in line of sight: now, and then."""
    named: tuple[Item, ...]
    """Some that it would claim, those in progress first, then the newest."""


def effect(view: View, preview: LinkPreview) -> Effect:
    """What *preview* comes to."""
    known = backlog(view)
    items = {(one.source, one.item): one for one in known.asked.work.items} if known is not None else None
    progress = {(one.item.source, one.item.item) for one in known.seen.items} if known is not None else set()
    within = None if items is None else list(items)

    def count(ids: Collection[ItemId]) -> Count:
        return Count(len(ids), sum(id in progress for id in ids))

    claimed = preview.claimed(within)
    return Effect(
        link=preview.link,
        claimed=count(claimed),
        found=count(preview.found(claimed)),
        taken={link: count(lost) for link, lost in preview.taken(within).items()},
        given={link: count(won) for link, won in preview.given(within).items()},
        lost=count(preview.lost(within)),
        orphans=count(preview.orphans(within)),
        all=count(within if within is not None else preview.after),
        share=(known.seen.share, _share(view, known, preview)) if known is not None else (None, None),
        named=_named((items[id] for id in claimed) if items is not None else (), progress),
    )


def _share(view: View, known: Backlog, preview: LinkPreview) -> Fraction | None:
    """The share of work in progress in line of sight, were the link kept."""
    then = served_of(preview.after, view.plan.investments)
    return work_in_sight(known.asked.work, known.seen.at, then, known.causes).share


def counted(view: View) -> Mapping[str, Count]:
    """Link → the items that it takes a part of."""
    known, mine = backlog(view), served(view)
    ids = [(one.source, one.item) for one in known.asked.work.items] if known is not None else list(mine)
    progress = {(one.item.source, one.item.item) for one in known.seen.items} if known is not None else set()
    found: dict[str, Count] = {}
    for id in ids:
        for link in {part.rule for part in mine.get(id, ()) if part.rule}:
            was = found.get(link, Count())
            found[link] = Count(was.items + 1, was.progress + (id in progress))
    return found


def _named(items: Iterable[Item], progress: Collection[ItemId]) -> tuple[Item, ...]:
    order = sorted(items, key=lambda one: ((one.source, one.item) not in progress, -one.created, one.item))
    return tuple(order[:SHOWN])
