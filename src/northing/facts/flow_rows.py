"""Rows of the flow queries as what they are: items, spans, problems; and parents by their children."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Any

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
    Problem,
    Reading,
    StateSeen,
    folded,
)

ITEM = (
    "source", "item", "key", "title", "url", "delivery", "line", "project", "team", "type", "parent", "epic", "points",
    "created", "counts", "inside", "deleted", "history", "resolved", "place", "state", "started", "finished",
    "first_finished", "closed", "active", "blocked", "reopened", "backward", "inferred", "unknown", "blocked_now",
    "moved", "skew", "outcome",
)  # fmt: skip
"""The columns of ``flow_items`` that are read back."""
Columns = dict[str, list[Any]]
Called = tuple[str | None, Phase | None]


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

    def count(self, source: str, item: str, key: str | None) -> int:
        return sum(each["parts"] for each in self.of(source, item, key))


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


def items_of(found: Columns, kinds: Kinds, parts: Parts, wrongs: Sequence[Wrong]) -> list[Item]:
    """Rows of ``flow_items`` as items."""
    points = {text: Decimal(text) for text in set(found["points"]) if text is not None}
    told: dict[str, Iterable[Any]] = {
        **found,
        "line": [line or 0 for line in found["line"]],
        "kind": [kinds[type] for type in found["type"]],
        "rank": found["place"],
        "origin": ["inferred" if flag else "recorded" for flag in found["inferred"]],
        "points": map(points.get, found["points"]),
        "blocked_now": [flag == 1 for flag in found["blocked_now"]],
        "parts": map(parts.count, found["source"], found["item"], found["key"]) if parts else repeat(0),
        "problems": [tuple(code for code, _ in wrong) if wrong else () for wrong in wrongs],
    }
    return list(map(Item, *(told[name] for name in Item.__struct_fields__)))


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


def state_of(row: tuple[Any, ...], called: Mapping[int, Called]) -> StateSeen:
    state, place, items, now, entered, steps = row
    name, phase = called.get(place, (state, None))
    return StateSeen(name, phase, place, items, now, entered, steps / items)


def called(reading: Reading) -> dict[int, Called]:
    """Rank → the present name of that state, and its phase."""
    return {state.rank: (state.called, state.phase) for state in reading.states}


def wrong_with(found: Columns) -> list[Wrong]:
    """What is wrong with the data of each item, each thing once."""
    return list(map(_wrong_with, *(found[name] for name in WRONG)))


WRONG = ("created", "started", "finished", "first_finished", "resolved", "unknown", "skew", "inferred", "history",
         "closed", "phase", "reopened", "moved", "project", "deleted")  # fmt: skip


def _wrong_with(
    created: int, started: int | None, finished: int | None, first_finished: int | None, resolved: int | None,
    unknown: str | None, skew: str | None, inferred: int, history: str | None, closed: int, phase: Phase | None,
    reopened: int, moved: int, project: str | None, deleted: int,
) -> Wrong:  # fmt: skip
    told: list[tuple[str, str]] = []
    if unknown is not None:
        told.append((UNKNOWN_STATE, unknown))
    if (
        (finished is not None and finished < (created if started is None else started))
        or (first_finished is not None and first_finished < created)
        or (resolved is not None and resolved < created)
    ):
        told.append((END_BEFORE_START, ""))
    if skew:
        told.append((CLOCK_SKEW, skew))
    if inferred:
        told.append((NO_HISTORY, history or ""))
    if closed == 1 and started is None:
        told.append((NO_START, ""))
    if closed == 1 and finished is None:
        told.append((NO_END, ""))
    lost = first_finished is not None and finished != first_finished
    if lost and ((closed != 1 and phase is None) or not reopened):
        told.append((END_IN_DOUBT, unknown or ""))
    if reopened:
        told.append((REOPENED, ""))
    if moved:
        told.append((MOVED, project or ""))
    if deleted:
        told.append((DELETED, ""))
    return told
