"""A commit: edits on a stated revision become a new one, merged with what others did in between."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from northing.access.actor import Actor
from northing.portfolio.edits import Edit

from . import sql
from .answers import Committed, EntityChange
from .draft import Change, Draft, Line
from .drafting import draft, refuse
from .merging import Resolve
from .models import OPEN
from .numbering import number
from .opening import Turn, remember, take_turn_on
from .plans import PLANS
from .revision import MAIN, Revision, content_hash, find, from_row, instant, newest, revision_hash

MANY = 500
"""So many new rows that PostgreSQL must look at the table again: until then it goes through a branch to find one."""


def record(
    made: Draft,
    *,
    turn: Turn,
    by: Actor,
    reason: str,
    via: str | None = None,
    effective_on: date | None = None,
    base: int | None = None,
    merged: Revision | None = None,
    first_parent: Revision | None = None,
) -> Revision:
    """Write *made* as the next revision of its line. *turn* was taken before anything was read."""
    line = made.line
    numbers = number(made, turn.numbers)
    parent = line.head or first_parent
    digests = [None if change.body is None else hashlib.sha256(change.body).digest() for change in made.changes]
    meta: dict[str, Any] = {
        "no": turn.next_no,
        "branch": line.name,
        "parent": parent.no if parent else None,
        "base": base,
        "merged": merged.no if merged else None,
        "author": by.id,
        "via": via or by.via,
        "at": max(time.time_ns() // 1000, turn.last_at + 1),
        "effective_on": effective_on.isoformat() if effective_on else None,
        "reason": reason.replace("\0", ""),  # no database keeps one
        "content_hash": content_hash(
            (change.kind, change.id, change.schema, digest)
            for change, digest in zip(made.changes, digests, strict=True)
        ),
    }
    own = revision_hash(line.workspace, meta, parent.hash if parent else None, merged.hash if merged else None)
    revision = from_row((*meta.values(), own))
    _write(made, digests, meta, own, numbers)
    _hold(made, revision)
    return revision


def commit(
    workspace: str,
    edits: Iterable[Edit],
    *,
    on: int | None,
    by: Actor,
    reason: str,
    branch: str = MAIN,
    via: str | None = None,
    effective_on: date | None = None,
    resolve: Resolve = None,
) -> Callable[[], Committed]:
    """The job that commits; to be run by :func:`writing.write`."""
    wanted = list(edits)

    def job() -> Committed:
        turn, line = take_turn_on(workspace, branch)
        made = draft(line, wanted, on=on, by=by, resolve=resolve)
        over = between(line, on)
        if over and made.errors and not made.conflicts:
            # Broken without what the others did, too? Then it is no conflict but a mistake.
            alone = Line(workspace, line.name, line.kind, line.parent, find(workspace, on or 0))
            refuse(draft(alone, wanted, on=None, by=by))
        refuse(made, moved=bool(over))
        if not made.changes:
            return Committed(
                revision=line.head or before_first(workspace),
                merged_over=over,
                findings=tuple(made.findings),
                conflicts=tuple(made.settled),
            )
        base, parent = line.head.base if line.head else None, None
        if line.kind == "import" and line.parent is not None:
            # A source's branch stands on today's plan, so that what it refers to is there.
            parent = newest(workspace, line.parent, OPEN)
            base = parent.no if parent else base
        revision = record(
            made,
            turn=turn,
            by=by,
            reason=reason,
            via=via,
            effective_on=effective_on,
            base=base,
            first_parent=parent,
        )
        return committed(made, revision, over)

    return job


def committed(made: Draft, revision: Revision, over: tuple[int, ...] = ()) -> Committed:
    changes = tuple(
        EntityChange(kind=c.kind, id=c.id, before=c.before, after=c.after, revisions=(revision.no,))
        for c in made.changes
    )
    return Committed(
        revision=revision,
        changes=changes,
        merged_over=over,
        findings=tuple(made.findings),
        conflicts=(*made.settled, *made.aside),
    )


def between(line: Line, on: int | None) -> tuple[int, ...]:
    """The revisions of *line* after *on*."""
    if on is None or on == line.no:
        return ()
    found = sql.rows(
        "SELECT no FROM record_revision WHERE ws = %s AND branch = %s AND no > %s ORDER BY no",
        line.workspace,
        line.name,
        on,
    )
    return tuple(row[0] for row in found)


def before_first(workspace: str) -> Revision:
    """What stands for the head of an empty record."""
    return Revision(
        no=0,
        branch=MAIN,
        parent=None,
        base=None,
        merged=None,
        author="",
        via="",
        at=instant(0),
        effective_on=None,
        reason="",
        content_hash="",
        hash="",
    )


def _write(made: Draft, digests: Sequence[bytes | None], meta: dict[str, Any], own: str, numbers: str) -> None:
    """Put the revision into the tables: its versions, its own row, the counter, and the head of its branch."""
    line, no = made.line, meta["no"]
    with sql.at_once():
        _write_versions(line, no, made.changes, digests)
        sql.run(_INSERT_REVISION, line.workspace, *meta.values(), own)
        sql.run(
            "UPDATE record_counter SET next_no = %s, last_at = %s, numbers = %s WHERE ws = %s",
            no + 1,
            meta["at"],
            numbers,
            line.workspace,
        )
        if line.head is not None:
            sql.run("UPDATE record_branch SET head = %s WHERE ws = %s AND name = %s", no, line.workspace, line.name)
        else:
            sql.run(
                "INSERT INTO record_branch (ws, name, kind, parent, head) VALUES (%s, %s, %s, %s, %s)",
                line.workspace,
                line.name,
                line.kind,
                line.parent,
                no,
            )
    if len(made.changes) > MANY and not sql.on_sqlite():
        sql.run("ANALYZE record_version")


_INSERT_REVISION = (
    "INSERT INTO record_revision (ws, no, branch, parent, base, merged, author, via, at, effective_on, reason,"
    " content_hash, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def _write_versions(line: Line, no: int, changes: Sequence[Change], digests: Sequence[bytes | None]) -> None:
    """End what was in force of each changed entity on this branch, and begin what is."""
    sql.run_many(
        "UPDATE record_version SET to_no = %s WHERE ws = %s AND branch = %s AND kind = %s AND id = %s AND from_no = %s",
        [
            (no, line.workspace, line.name, c.kind, c.id, c.version.from_no)
            for c in changes
            if c.version is not None and c.version.branch == line.name
        ],
    )
    sql.run_many(
        "INSERT INTO record_version (ws, branch, kind, id, from_no, to_no, schema, body_hash, body)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (line.workspace, line.name, c.kind, c.id, no, OPEN, c.schema, digest, c.body)
            for c, digest in zip(changes, digests, strict=True)
        ],
    )


def _hold(made: Draft, revision: Revision) -> None:
    """Keep what was just made. It is looked up by the revision's hash: were this undone, it would never be found."""
    remember(made.line, revision)
    if made.after is None or made.before is None or made.line.kind == "import":
        return
    plan = made.after.numbered(revision.no, made.line.name)
    written = sum(len(change.body or b"") for change in made.changes)
    kinds = {change.kind for change in made.changes}
    PLANS.stepped(made.line.key(revision), plan, written, kinds)
