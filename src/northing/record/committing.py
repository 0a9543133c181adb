"""A commit: edits on a stated revision become a new one, merged with what others did in between."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from northing.access.actor import Actor
from northing.portfolio.edits import Edit, check_body
from northing.portfolio.entity import Entity, encode
from northing.portfolio.kinds import KINDS

from . import sql
from .answers import Committed, EntityChange
from .draft import Change, Draft, Line
from .drafting import draft, open_line, refuse
from .merging import Resolve
from .models import OPEN
from .plans import PLANS
from .revision import MAIN, Revision, content_hash, find, from_row, instant, newest, revision_hash

MANY = 500
"""So many new rows that PostgreSQL must look at the table again: until then it goes through a branch to find one."""


class Turn(NamedTuple):
    """The workspace's counter, held until the transaction ends: nobody else writes to the workspace meanwhile."""

    next_no: int
    last_at: int
    numbers: str


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
    line, workspace = made.line, made.line.workspace
    at = max(time.time_ns() // 1000, turn.last_at + 1)
    numbers = _number(made, turn.numbers)
    parent = line.head or first_parent
    content = []
    for change in made.changes:
        digest = None if change.body is None else hashlib.sha256(change.body).digest()
        content.append((change.kind, change.id, change.schema, digest))
    meta: dict[str, Any] = {
        "no": turn.next_no,
        "branch": line.name,
        "parent": parent.no if parent else None,
        "base": base,
        "merged": merged.no if merged else None,
        "author": by.id,
        "via": via or by.via,
        "at": at,
        "effective_on": effective_on.isoformat() if effective_on else None,
        "reason": reason,
        "content_hash": content_hash(content),
    }
    own = revision_hash(workspace, meta, parent.hash if parent else None, merged.hash if merged else None)
    with sql.at_once():
        _write_versions(line, turn.next_no, made.changes, content)
        sql.run(
            "INSERT INTO record_revision (ws, no, branch, parent, base, merged, author, via, at, effective_on, reason,"
            " content_hash, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            workspace,
            *meta.values(),
            own,
        )
        sql.run(
            "UPDATE record_counter SET next_no = %s, last_at = %s, numbers = %s WHERE ws = %s",
            turn.next_no + 1,
            at,
            numbers,
            workspace,
        )
        sql.run(
            "INSERT INTO record_branch (ws, name, kind, parent, head) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (ws, name) DO UPDATE SET head = excluded.head",
            workspace,
            line.name,
            line.kind,
            line.parent,
            turn.next_no,
        )
    if len(made.changes) > MANY and not sql.on_sqlite():
        sql.run("ANALYZE record_version")
    revision = from_row((*meta.values(), own))
    _hold(made, revision)
    return revision


def take_turn(workspace: str) -> Turn:
    """Take the workspace's turn. SQLite's write lock is held already; on PostgreSQL the counter's row is the lock."""
    lock = "" if sql.on_sqlite() else " FOR UPDATE"
    read = f"SELECT next_no, last_at, numbers FROM record_counter WHERE ws = %s{lock}"
    row = sql.one(read, workspace)
    if row is None:
        sql.run(
            "INSERT INTO record_counter (ws, next_no, last_at, numbers, redactions) VALUES (%s, 1, 0, '{}', 0)"
            " ON CONFLICT DO NOTHING",
            workspace,
        )
        row = sql.one(read, workspace)
        assert row is not None
    return Turn(*row)


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
        turn = take_turn(workspace)
        line = open_line(workspace, branch)
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


def _number(made: Draft, numbers: str) -> str:
    """Give every new entity of a numbered kind its number; the counters afterwards, as they are kept."""
    numbered: dict[str, dict[str, Entity | None]] = {}
    last: dict[str, int] = msgspec.json.decode(numbers)
    for change in made.changes:
        prefix = KINDS[change.kind].NUMBERED
        if prefix is None or change.after is None or change.body is None:
            continue
        given = getattr(change.after, "number", None)
        if given is None and change.before is None:
            taken = made.after.table(change.kind) if made.after else None
            while given is None or (taken is not None and taken.by("number", given)):
                last[prefix] = last.get(prefix, 0) + 1
                given = f"{prefix}-{last[prefix]:04d}"
            change.after, change.body = check_body(change.kind, {**msgspec.json.decode(change.body), "number": given})
            numbered.setdefault(change.kind, {})[change.id] = change.after
        elif given is not None:
            word, _, digits = given.rpartition("-")
            if word == prefix and digits.isascii() and digits.isdigit() and len(digits) < 10:
                last[prefix] = max(last.get(prefix, 0), int(digits))
    if made.after is not None and numbered:
        made.after = made.after.step(made.after.no, numbered)
    return encode(last).decode()


def _write_versions(
    line: Line, no: int, changes: Sequence[Change], content: Sequence[tuple[str, str, int, bytes | None]]
) -> None:
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
            (line.workspace, line.name, c.kind, c.id, no, OPEN, c.schema, digest[3], c.body)
            for c, digest in zip(changes, content, strict=True)
        ],
    )


def _hold(made: Draft, revision: Revision) -> None:
    """Keep the plan that was just made. Its key holds its hash: were this undone, it would never be found."""
    if made.after is None or made.before is None or made.line.kind == "import":
        return
    plan = made.after.step(revision.no, {}, branch=made.line.name)
    written = sum(len(change.body or b"") for change in made.changes)
    kinds = {change.kind for change in made.changes}
    PLANS.stepped(made.line.key(revision), plan, written, kinds)
