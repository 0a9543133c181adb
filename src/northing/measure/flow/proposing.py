"""Links that are proposed for orphan items, from what they share: an epic, a label, a project, a team.

A proposal is a filter; what it would claim beside the orphans is for the preview to say.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from northing.facts.asking import ItemId
from northing.facts.flow_asking import Item
from northing.measure.view import View
from northing.portfolio.filter.writer import quoted

from .asked import READS
from .serving import Backlog

MOST = 6
"""Proposals at the most."""
READ = 400
"""Orphans whose labels are looked at."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A filter for orphans that belong together."""

    where: str
    name: str
    """What they share: "CHAT-12", "CHAT · audit"."""
    orphans: tuple[Item, ...]


def proposals(view: View, found: Backlog) -> tuple[Proposal, ...]:
    """Filters for the orphans in progress, the one for most of them first; each orphan is in the first that fits."""
    asked = found.asked
    key = ("work proposals", asked.whose, asked.reading.key, view.today, view.zone)
    return view.plan.memo(key, READS, lambda: _proposals(view, found))


def _proposals(view: View, found: Backlog) -> tuple[Proposal, ...]:
    left = list(found.seen.orphans[:READ])
    labels = _labels(view, left)
    told: list[Proposal] = []
    for rule in _ways(labels):
        groups: dict[tuple[str, str], list[Item]] = {}
        for item in left:
            for way in rule(item):
                groups.setdefault(way, []).append(item)
        for (where, name), items in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            mine = [item for item in items if item in left]
            if mine:
                told.append(Proposal(where=where, name=name, orphans=tuple(mine)))
                left = [item for item in left if item not in mine]
    return tuple(sorted(told, key=lambda one: (-len(one.orphans), one.where))[:MOST])


def shared(view: View, items: Sequence[Item]) -> str:
    """The narrowest filter over what all of *items* share; where that is nothing, their keys."""
    if not items:
        return ""
    if len(items) == 1 and not items[0].epic:
        return f"key = {quoted(items[0].key or items[0].item)}"
    terms = []
    for column, of in (("project", lambda i: i.project), ("epic", lambda i: i.epic), ("team", lambda i: i.team)):
        value = _same(map(of, items))
        if value:
            terms.append(f"{column} = {quoted(value)}")
    labels = _labels(view, items)
    each = [labels.get((item.source, item.item), frozenset()) for item in items]
    if not any(item.epic for item in items):
        common = sorted(frozenset.intersection(*each))
        terms += [f"tag.{label} = yes" for label in common[:1] if _plain(label)]
        if terms and not common:
            terms.append("epic is empty")
    if terms:
        return " and ".join(terms)
    return f"key in ({', '.join(quoted(item.key or item.item) for item in items)})"


def _same(values: Iterable[str | None]) -> str | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _ways(labels: Mapping[ItemId, frozenset[str]]) -> list[Callable[[Item], list[tuple[str, str]]]]:
    """From the narrowest to the widest: (filter, what is shared) of an item."""
    common = Counter(label for found in labels.values() for label in found)

    def project(item: Item) -> str:
        return f"project = {quoted(item.project)} and " if item.project else ""

    def by_epic(item: Item) -> list[tuple[str, str]]:
        return [(f"{project(item)}epic = {quoted(item.epic)}", item.epic)] if item.epic else []

    def by_label(item: Item) -> list[tuple[str, str]]:
        mine = [one for one in labels.get((item.source, item.item), ()) if common[one] > 1 and _plain(one)]
        return [
            (f"{project(item)}tag.{one} = yes", " · ".join(filter(None, (item.project, one)))) for one in sorted(mine)
        ]

    def by_team(item: Item) -> list[tuple[str, str]]:
        if item.project:
            return [(f"project = {quoted(item.project)} and epic is empty", item.project)]
        return [(f"team = {quoted(item.team)} and epic is empty", item.team)] if item.team else []

    return [by_epic, by_label, by_team]


def _labels(view: View, items: Sequence[Item]) -> dict[ItemId, frozenset[str]]:
    """Item → its labels."""
    if view.facts is None or not items:
        return {}
    where = f"item in ({', '.join(quoted(item.item) for item in items[:READ])})"
    rows = view.facts.rows("work", where=where, limit=READ * 8)
    return {(str(row.values["source"]), str(row.values["item"])): _of(row.values.get("tags")) for row in rows}


def _of(tags: Any) -> frozenset[str]:
    told = json.loads(tags) if isinstance(tags, str) and tags else tags or {}
    return frozenset(name for name, value in told.items() if str(value).lower() == "yes")


def _plain(label: str) -> bool:
    """Whether a label can stand in a filter as it is."""
    return label.replace("-", "").replace("_", "").isalnum()
