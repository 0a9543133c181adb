"""The difference between two looks at a plan, in sentences and plain values: for programs, and for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from northing.access.models import Workspace
from northing.measure.difference import Differences, Told, differences
from northing.measure.view import View
from northing.portfolio.kinds import KINDS
from northing.portfolio.money import Amounts
from northing.record import At, Record

from . import telling, words
from .plain import plain
from .viewing import Look


class LineTold(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed: in words, and as values."""

    words: str
    by: str
    """Who made it, in which revision."""
    act: str
    kind: str
    id: str
    field: str | None
    before: Any
    after: Any
    days: int | None
    money: Amounts | None
    revisions: list[int]


class GroupTold(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changed about one investment, or about something that belongs to none."""

    kind: str
    id: str
    number: str | None
    name: str
    act: str
    planned: Amounts
    """Planned money after − before, by currency."""
    lines: list[LineTold]


class DifferenceTold(msgspec.Struct, frozen=True, kw_only=True):
    """What changed, by investment, with money added up."""

    investments: list[GroupTold]
    others: list[GroupTold]
    count: int
    """Investments and others that changed, told or not."""
    planned: Amounts
    planned_before: Amounts
    planned_after: Amounts
    added: list[str]
    removed: list[str]
    revisions: list[int]


KEPT = 4
"""Differences kept with a plan: after a large import, each is as large as the plan."""


def difference(record: Record, before: View, after: View, a: At, b: At) -> Differences:
    """What is different at *b* from *a*. Kept with the later plan, for two revisions never come to differ otherwise."""
    kept: dict[tuple[str, str, int], Differences] = after.plan.memo("differences", frozenset(KINDS), dict)
    found = kept.get(before.plan.key)
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[before.plan.key] = differences(
            before, after, record.changes(a, b, plans=(before.plan, after.plan))
        )
    return found


def tell_difference(workspace: Workspace, before: Look, after: Look, *, most: int | None = None) -> DifferenceTold:
    """What is different at *after* from *before*; at most *most* investments, and as many others."""
    record = Record(workspace.id)
    found = difference(record, before.view, after.view, before.at, after.at)
    authors = _authors(record, found, after.view.names)
    return DifferenceTold(
        investments=[_group(before, after, one, authors) for one in found.investments[:most]],
        others=[_group(before, after, one, authors) for one in found.others[:most]],
        count=len(found.investments) + len(found.others),
        planned=found.planned,
        planned_before=found.planned_before,
        planned_after=found.planned_after,
        added=list(found.added),
        removed=list(found.removed),
        revisions=list(found.revisions),
    )


def _group(before: Look, after: Look, told: Told, authors: Mapping[int, str]) -> GroupTold:
    view = before.view if told.act == "removed" else after.view
    entity = view.plan.get(told.ref.kind, told.ref.id)
    return GroupTold(
        kind=told.ref.kind,
        id=told.ref.id,
        number=getattr(entity, "number", None),
        name=words.name(view, told.ref.kind, told.ref.id),
        act=told.act,
        planned=told.planned,
        lines=[
            LineTold(
                words=telling.tell(before.view, after.view, line, under=told.ref),
                by=telling.by_whom(line, authors),
                act=line.act,
                kind=line.kind,
                id=line.id,
                field=line.field,
                before=plain(line.before),
                after=plain(line.after),
                days=line.days,
                money=line.money,
                revisions=list(line.revisions),
            )
            for line in told.lines
        ],
    )


def _authors(record: Record, found: Differences, names: Mapping[str, str]) -> dict[int, str]:
    """Revision → its author's name, for the last revision of each line."""
    wanted = {
        line.revisions[-1] for told in (*found.investments, *found.others) for line in told.lines if line.revisions
    }
    if not wanted:
        return {}
    listed = record.revisions(branch=None, before=max(wanted) + 1, limit=min(max(wanted) - min(wanted) + 1, 5_000))
    return {one.no: names[one.author] for one in listed if one.no in wanted and one.author in names}
