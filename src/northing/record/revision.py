"""What a revision is, and the hash that ties it to everything before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from northing.portfolio.entity import encode

from . import sql

MAIN = "main"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COLUMNS = "no, branch, parent, base, merged, author, via, at, effective_on, reason, content_hash, hash"


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One commit, fork, update or merge: who did it, when, by which door and why."""

    no: int
    branch: str
    parent: int | None
    """The revision before it on its branch; for a branch's first one, the revision that it was forked from."""
    base: int | None
    """The revision of the parent branch on which it stands; None on the plan of record."""
    merged: int | None
    """The other side's head, where it is a merge or an update."""
    author: str
    via: str
    at: datetime
    effective_on: date | None
    """The date that it speaks for, where that is not the day of its making."""
    reason: str
    content_hash: str
    hash: str


Content = Iterable[tuple[str, str, int, bytes | None]]
"""Of each entity written: kind, id, schema, and the SHA-256 of its body (None where it was removed)."""


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def content_hash(content: Content) -> str:
    """SHA-256 of the sorted (kind, id, schema, body hash) as JSON."""
    listed = [[kind, id, schema, None if digest is None else digest.hex()] for kind, id, schema, digest in content]
    return hashlib.sha256(encode(sorted(listed, key=lambda entry: (entry[0], entry[1])))).hexdigest()


def revision_hash(workspace: str, meta: dict[str, Any], parent_hash: str | None, merged_hash: str | None) -> str:
    """SHA-256 of the canonical JSON of the revision's columns (without ``hash``), workspace, and both hashes.

    Its ``content_hash`` is one of the columns, so the hash of a head proves every body under it.
    """
    return hashlib.sha256(
        encode({**meta, "ws": workspace, "parent_hash": parent_hash, "merged_hash": merged_hash})
    ).hexdigest()


def from_row(row: sql.Row) -> Revision:
    no, branch, parent, base, merged, author, via, at, effective_on, reason, content, own = row
    return Revision(
        no=no,
        branch=branch,
        parent=parent,
        base=base,
        merged=merged,
        author=author,
        via=via,
        at=instant(at),
        effective_on=None if effective_on is None else date.fromisoformat(effective_on),
        reason=reason,
        content_hash=content,
        hash=own,
    )


def find(workspace: str, no: int) -> Revision | None:
    row = sql.one(f"SELECT {COLUMNS} FROM record_revision WHERE ws = %s AND no = %s", workspace, no)
    return None if row is None else from_row(row)


def newest(workspace: str, branch: str, no: int) -> Revision | None:
    """The newest revision of *branch* that is not newer than *no*."""
    row = sql.one(
        f"SELECT {COLUMNS} FROM record_revision WHERE ws = %s AND branch = %s AND no <= %s ORDER BY no DESC LIMIT 1",
        workspace,
        branch,
        no,
    )
    return None if row is None else from_row(row)
