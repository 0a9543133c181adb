"""Versions of entities: which body is valid where, read by range or by key, and turned into entities."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from northing.portfolio.edits import Body
from northing.portfolio.entity import Entity
from northing.portfolio.kinds import KINDS, fields
from northing.portfolio.upcast import upcast

from . import sql
from .revision import MAIN, find, newest

Key = tuple[str, str]
"""Kind and id."""

REDACTED = b""
"""Stands where a body was redacted; its hash is kept beside it."""

DECODERS: dict[str, Callable[[bytes], Entity]] = {kind: msgspec.json.Decoder(cls).decode for kind, cls in KINDS.items()}
CHUNK = 500
FEW = 4
"""So many are asked for one by one: each is the newest row of its key, however many lie under it."""


class Level(NamedTuple):
    """A branch at one of its own revisions (0: before its first)."""

    branch: str
    no: int


class Stored(NamedTuple):
    """One version as its row has it."""

    branch: str
    from_no: int
    schema: int
    body: bytes | None


def levels(workspace: str, branch: str, no: int) -> list[Level]:
    """The branch at *no*, then its parent at the revision on which that stands, and so on to the plan of record."""
    found: list[Level] = []
    while True:
        revision = newest(workspace, branch, no)
        found.append(Level(branch, revision.no if revision else 0))
        if revision is None or revision.base is None:
            return found
        parent = find(workspace, revision.base)
        branch, no = (parent.branch, parent.no) if parent else (MAIN, 0)


def stored(workspace: str, at: Iterable[Level], keys: Collection[Key]) -> dict[Key, Stored]:
    """For each of *keys* the version valid at *at*, tombstones included: the first level that has one."""
    missing = set(keys)
    found: dict[Key, Stored] = {}
    for level in at:
        if not missing:
            break
        if level.no == 0:
            continue
        if len(missing) <= FEW:
            asked = list(missing)
            rows = sql.each(*((_NEWEST, (workspace, level.branch, *key, level.no)) for key in asked))
            for key, row in zip(asked, rows, strict=True):
                if row is not None:
                    found[key] = Stored(level.branch, *row)
        else:
            _stored_of_many(workspace, level, missing, found)
        missing.difference_update(found)
    return found


_NEWEST = (
    "SELECT from_no, schema, body FROM record_version WHERE ws = %s AND branch = %s AND kind = %s AND id = %s"
    " AND from_no <= %s ORDER BY from_no DESC LIMIT 1"
)


def _stored_of_many(workspace: str, level: Level, keys: Iterable[Key], found: dict[Key, Stored]) -> None:
    by_kind: dict[str, list[str]] = {}
    for kind, id in keys:
        by_kind.setdefault(kind, []).append(id)
    valid = f"{sql.aside('from_no')} <= %s AND {sql.aside('to_no')} > %s"
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            for id, from_no, schema, body in sql.rows(
                "SELECT id, from_no, schema, body FROM record_version WHERE ws = %s AND branch = %s AND kind = %s"
                f" AND id IN ({sql.marks(len(some))}) AND {valid}",
                workspace,
                level.branch,
                kind,
                *some,
                level.no,
                level.no,
            ):
                found[kind, id] = Stored(level.branch, from_no, schema, body)


def body_of(kind: str, id: str, version: Stored | None) -> Body | None:
    """The body as JSON values in today's form; None where there is none."""
    if version is None or version.body is None:
        return None
    if version.body == REDACTED:
        return placeholder(kind, id)
    body: Body = msgspec.json.decode(version.body)
    return upcast(kind, version.schema, body) if version.schema < KINDS[kind].SCHEMA else body


def entity_of(kind: str, id: str, schema: int, body: bytes) -> Entity:
    """The entity that a stored body describes."""
    cls = KINDS[kind]
    if body == REDACTED:
        return msgspec.convert(placeholder(kind, id), cls)
    if schema >= cls.SCHEMA:
        return DECODERS[kind](body)
    return msgspec.convert(upcast(kind, schema, msgspec.json.decode(body)), cls, strict=False)


def placeholder(kind: str, id: str) -> Body:
    """What stands for a redacted body: nothing but the id, and that it is withheld."""
    body: Body = {"id": id, "withheld": {"*": "redacted"}}
    for name, field in fields(kind).items():
        if field.required and name != "id":
            nothing: dict[str, Any] = {
                "integer": 0, "number": "0", "date": "0001-01-01", "data": [], "choice": next(iter(field.choices), ""),
            }  # fmt: skip
            body[name] = nothing.get(field.type, "")
    return body


IN_FORCE = "SELECT kind, id, schema, body FROM record_version WHERE ws = %s AND branch = %s"


def own_rows(workspace: str, level: Level, *, kinds: Collection[str], head: bool) -> list[sql.Row]:
    """The (kind, id, schema, body) that *level*'s own branch holds at its revision.

    Two indexes fit: by end for revisions near the head, by beginning for old ones (*head* says which).
    """
    to_no, from_no = ("to_no", sql.aside("from_no")) if head else (sql.aside("to_no"), "from_no")
    where = f" AND {to_no} > %s AND {from_no} <= %s"
    named = sorted(kinds)
    return sql.rows(
        f"{IN_FORCE}{where} AND {sql.aside('kind')} IN ({sql.marks(len(named))})",
        workspace,
        level.branch,
        level.no,
        level.no,
        *named,
    )


def ever(workspace: str, kind: str) -> Iterable[Entity]:
    """Every body of *kind* that was ever committed and is still there."""
    found = sql.rows(
        "SELECT kind, id, schema, body FROM record_version WHERE ws = %s AND kind = %s AND body IS NOT NULL"
        " ORDER BY from_no, branch, id",
        workspace,
        kind,
    )
    held = [(row[0], row[1], row[2], bytes(row[3])) for row in found]
    return [entity for _, _, entity in decoded([row for row in held if row[3] != REDACTED]) if entity is not None]


def decoded(rows: Iterable[sql.Row]) -> Iterable[tuple[str, str, Entity | None]]:
    for kind, id, schema, body in rows:
        if kind in KINDS:  # what a newer Northing wrote is kept, not shown
            yield kind, id, None if body is None else entity_of(kind, id, schema, body)


Targets = Mapping[Key, Body | None]
"""What each entity shall be: its whole body, or None where it shall not be."""
