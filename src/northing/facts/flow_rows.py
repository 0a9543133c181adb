"""Rows of the flow queries as what they are: items, spans, problems; and parents by their children."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from northing.portfolio.flow import FlowKind, Phase

from .flow_asking import (
    CLOCK_SKEW,
    DELETED,
    END_BEFORE_START,
    END_IN_DOUBT,
    MOVED,
    NO_END,
    NO_HISTORY,
    NO_START,
    REOPENED,
    UNKNOWN_STATE,
    Item,
    Origin,
    Outcome,
    Problem,
    Reading,
    Span,
    StateSeen,
    folded,
)

PHASES = {phase.value: phase for phase in Phase}


class Found(NamedTuple):
    """A row of ``flow_items``: the columns that are read back, in this order."""

    source: str
    item: str
    key: str | None
    title: str | None
    url: str | None
    delivery: str
    line: int | None
    project: str | None
    team: str | None
    type: str | None
    parent: str | None
    epic: str | None
    points: str | None
    """A decimal's own digits."""
    created: int
    counts: int
    inside: int
    deleted: int
    history: str | None
    resolved: int | None
    state: str | None
    phase: str | None
    place: int | None
    started: int | None
    finished: int | None
    first_finished: int | None
    closed: int
    active: int
    blocked: int
    reopened: int
    backward: int
    origin: Origin
    unknown: str | None
    blocked_now: int
    moved: int
    skew: str | None
    outcome: Outcome


class Parts:
    """What the parts of each item come to, by the parent's id, else by the key of the epic."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._of = {(row["source"], row["parent"], row["epic"]): row for row in rows}

    def __bool__(self) -> bool:
        return bool(self._of)

    def of(self, source: str, item: str, key: str | None) -> list[Mapping[str, Any]]:
        if not self._of:
            return []
        told = [self._of.get((source, item, None)), self._of.get((source, None, key)) if key else None]
        return [row for row in told if row is not None]


class Kinds(dict[str | None, FlowKind | None]):
    """Type → kind of flow item, as a reading has it."""

    def __init__(self, reading: Reading) -> None:
        self._kinds = reading.kinds

    def __missing__(self, type: str | None) -> FlowKind | None:
        found = self[type] = self._kinds.get(folded(type or ""))
        return found


@dataclass(frozen=True)
class Seen:
    """What was read of one set of files."""

    items: list[tuple[Item, bool]]
    """Items that the policy speaks of, and whether each counts."""
    problems: list[Problem]

    def __len__(self) -> int:
        return len(self.items) + len(self.problems)


Wrong = Sequence[tuple[str, str]]
"""Codes of problems, and what to say of each."""


def item_of(row: Found, kinds: Kinds, parts: Parts, wrong: Wrong) -> Item:
    """A row of ``flow_items`` as an item."""
    return Item(
        item=row.item, key=row.key, title=row.title, url=row.url, source=row.source,
        delivery=row.delivery, line=row.line or 0, project=row.project, team=row.team, type=row.type,
        kind=kinds[row.type], parent=row.parent, epic=row.epic, state=row.state,
        phase=PHASES.get(row.phase or ""), rank=row.place, created=row.created, started=row.started,
        finished=row.finished, first_finished=row.first_finished, outcome=row.outcome, active=row.active,
        blocked=row.blocked, reopened=row.reopened, backward=row.backward, origin=row.origin,
        points=None if row.points is None else Decimal(row.points), blocked_now=row.blocked_now == 1,
        parts=sum(each["parts"] for each in parts.of(row.source, row.item, row.key)) if parts else 0,
        problems=tuple(code for code, _ in wrong) if wrong else (),
    )  # fmt: skip


def rolled_up(item: Item, parts: Parts) -> Item:
    """A parent by its children: it starts with the first and ends with the last of them. Without any it is its own."""
    told = parts.of(item.source, item.item, item.key)
    if not told:
        return item
    started = min((row["started"] for row in told if row["started"] is not None), default=None)
    over = all(row["closed"] == 1 for row in told)
    dated = all(row["dated"] == row["parts"] for row in told)
    finished = max((row["finished"] for row in told if row["finished"] is not None), default=None)
    delivered = any(row["delivered"] for row in told)
    return msgspec.structs.replace(
        item, started=started, finished=finished if over and dated else None,
        first_finished=finished if over and dated else None,
        outcome=("delivered" if delivered else "discarded") if over else "open",
    )  # fmt: skip


def span_of(row: tuple[Any, ...]) -> Span:
    source, item, n, state, phase, place, entered, until, origin, blocked = row
    return Span(
        source=source, item=item, n=n, state=state, phase=PHASES.get(phase), rank=place, entered=entered, left=until,
        origin=origin, blocked=blocked,
    )  # fmt: skip


def state_of(row: tuple[Any, ...]) -> StateSeen:
    state, phase, place, items, now, entered, steps = row
    return StateSeen(state, PHASES.get(phase), place, items, now, entered, steps / items)


def problems_of(row: Found, wrong: Wrong) -> list[Problem]:
    return [Problem(item=row.item, key=row.key, code=code, detail=detail) for code, detail in wrong]


def wrong_with(row: Found) -> Wrong:
    """What is wrong with the data of one item, each thing once."""
    told: list[tuple[str, str]] = []
    if row.unknown is not None:
        told.append((UNKNOWN_STATE, row.unknown))
    created, started, finished = row.created, row.started, row.finished
    if (
        (finished is not None and finished < (created if started is None else started))
        or (row.first_finished is not None and row.first_finished < created)
        or (row.resolved is not None and row.resolved < created)
    ):
        told.append((END_BEFORE_START, ""))
    if row.skew:
        told.append((CLOCK_SKEW, row.skew))
    if row.origin == "inferred":
        told.append((NO_HISTORY, row.history or ""))
    if row.closed == 1 and row.started is None:
        told.append((NO_START, ""))
    if row.closed == 1 and row.finished is None:
        told.append((NO_END, ""))
    lost = row.first_finished is not None and row.finished != row.first_finished
    if lost and ((row.closed != 1 and row.phase is None) or not row.reopened):
        told.append((END_IN_DOUBT, row.unknown or ""))
    if row.reopened:
        told.append((REOPENED, ""))
    if row.moved:
        told.append((MOVED, row.project or ""))
    if row.deleted:
        told.append((DELETED, ""))
    return told
