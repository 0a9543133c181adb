"""Since when a field of each entity of a kind has had its value: "in this stage since 4 April"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from . import sql, versions
from .revision import instant
from .versions import Level, Stored


def since(workspace: str, levels: Sequence[Level], kind: str, field: str, zone: ZoneInfo) -> dict[str, date]:
    """Id → the day from which *field* has been what it is now; only entities where it is not empty.

    The day is the one that the revision speaks for, else the day of its making in *zone*. One scan of the
    kind's versions, from the outermost branch inwards.
    """
    held: dict[str, tuple[Any, date]] = {}
    for level in reversed(levels):
        for id, from_no, schema, raw, at, effective_on in sql.rows(
            "SELECT v.id, v.from_no, v.schema, v.body, r.at, r.effective_on FROM record_version v"
            " JOIN record_revision r ON r.ws = v.ws AND r.no = v.from_no"
            " WHERE v.ws = %s AND v.branch = %s AND v.kind = %s AND v.from_no <= %s ORDER BY v.id, v.from_no",
            workspace,
            level.branch,
            kind,
            level.no,
        ):
            body = versions.body_of(kind, id, Stored(level.branch, from_no, schema, raw))
            value = None if body is None else body.get(field)
            if value is None:
                held.pop(id, None)
            elif id not in held or held[id][0] != value:
                held[id] = (
                    value,
                    date.fromisoformat(effective_on) if effective_on else instant(at).astimezone(zone).date(),
                )
    return {id: day for id, (_, day) in held.items()}


def made(workspace: str, levels: Sequence[Level], kind: str) -> dict[str, int]:
    """Id → the first revision, of the branch or of what it stands on, that holds the entity."""
    found: dict[str, int] = {}
    for level in reversed(levels):
        for id, no in sql.rows(
            "SELECT id, MIN(from_no) FROM record_version WHERE ws = %s AND branch = %s AND kind = %s AND from_no <= %s"
            " GROUP BY id",
            workspace,
            level.branch,
            kind,
            level.no,
        ):
            found.setdefault(id, no)
    return found


def removed(workspace: str, levels: Sequence[Level], kind: str) -> dict[str, int]:
    """Id → the revision that removed the entity, or undid its making; only entities that are not there now."""
    found: dict[str, int] = {}
    for level in reversed(levels):
        for id, no, gone in sql.rows(
            "SELECT id, from_no, body IS NULL FROM record_version WHERE ws = %s AND branch = %s AND kind = %s"
            " AND from_no <= %s ORDER BY from_no",
            workspace,
            level.branch,
            kind,
            level.no,
        ):
            if gone:
                found[id] = no
            else:
                found.pop(id, None)
    return found
