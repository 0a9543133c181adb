"""The rows that delivery is measured from, as plain values, each once and whatever attribution rules say of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from northing.measure.asking_facts import Facts, Fold
from northing.portfolio.facts import TABLES

Row = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

DEPLOYMENT = (
    "source", "deployment", "commit", "id", "name", "service", "pipeline", "environment", "result", "kind", "started",
    "finished", "before", "tags",
)  # fmt: skip
SHIPPED = ("older", "newer", "commit", "committed")
INCIDENT = (
    "source", "incident", "key", "title", "url", "service", "project", "severity", "began", "restored", "deployment",
    "commit",
)  # fmt: skip
CHANGE = ("item", "change", "field", "at", "now", "actor")
PULL = ("item", "key", "title", "url", "project", "type", "author", "created")


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows by table; instants are whole microseconds, or none."""

    deployments: tuple[Row, ...] = ()
    shipped: tuple[Row, ...] = ()
    incidents: tuple[Row, ...] = ()
    pulls: tuple[Row, ...] = ()
    changes: tuple[Row, ...] = ()
    """Of pull requests: commit, comment, review, merge."""


def rows_of(facts: Facts, where: str = "") -> Rows:
    """What is in force. *where*: which deployments, in the filter language."""
    return Rows(
        deployments=_read(facts, "deployment", DEPLOYMENT, where),
        shipped=_read(facts, "shipped", SHIPPED),
        incidents=_read(facts, "incident", INCIDENT),
        pulls=_read(facts, "work", PULL, 'type = "pull request"'),
        changes=_read(facts, "transition", CHANGE, "field in (commit, comment, review, merge)"),
    )


def _read(facts: Facts, table: str, columns: tuple[str, ...], where: str = "") -> tuple[Row, ...]:
    lines = facts.fold(Fold(table=table, sums=(), by=columns, where=where, attribute=False))
    instants = [column.name for column in TABLES[table].columns if column.type == "instant" and column.name in columns]
    rows = []
    for line in lines:
        row = dict(zip(columns, line.by, strict=True))
        for name in instants:
            row[name] = plain(row[name])
        rows.append(row)
    return tuple(rows)


def plain(value: Any) -> Any:
    """An instant as microseconds since 1970, in UTC where it has no zone; anything else as it is."""
    if not isinstance(value, datetime):
        return value
    moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return int((moment - EPOCH) // MICROSECOND)


def labels(row: Row) -> Mapping[str, str]:
    """The labels of a row, by key."""
    tags = row.get("tags")
    if isinstance(tags, str) and tags:
        tags = json.loads(tags)
    return tags if isinstance(tags, dict) else {}
