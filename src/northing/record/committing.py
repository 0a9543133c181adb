"""A commit: edits on a stated revision become a new one, merged with what others did in between."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from northing.access.actor import Actor
from northing.portfolio import rules
from northing.portfolio.edits import Body, Edit, apply, check_body, unknown_fields
from northing.portfolio.entity import Entity, encode
from northing.portfolio.errors import Conflict, FieldConflict, Finding, Invalid, NotFound
from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan

from . import history, merging, permission, sql, versions
from .answers import Committed, EntityChange
from .merging import Resolve
from .models import OPEN
from .plans import LOADED, PLANS, PlanKey
from .revision import MAIN, Revision, content_hash, find, from_row, instant, newest, revision_hash
from .versions import Key, Level, Stored


@dataclass
class Line:
    """A branch as a writer finds it: its row, its head, and where its parent stands."""

    workspace: str
    name: str
    kind: str
    parent: str | None
    head: Revision | None
    closed_by: int | None = None
    merged_head: int | None = None

    @property
    def no(self) -> int:
        return self.head.no if self.head else 0

    def levels(self) -> list[Level]:
        return versions.levels(self.workspace, self.name, self.no)

    def plan(self) -> Plan:
        return PLANS.get(self.workspace, self.name, self.no)


@dataclass
class Change:
    """One entity as a revision will write it."""

    kind: str
    id: str
    version: Stored | None
    """What is valid now, on this branch or below it."""
    before: Entity | None
    after: Entity | None
    body: bytes | None
    schema: int


@dataclass
class Draft:
    """What a commit would write, worked out on the head, before anything is written."""

    line: Line
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    conflicts: list[FieldConflict] = field(default_factory=list)
    settled: list[FieldConflict] = field(default_factory=list)
    before: Plan | None = None
    after: Plan | None = None

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]


def line_of(workspace: str, name: str) -> Line:
    """The branch called *name*; the plan of record is there before its first revision. Raises NotFound."""
    row = sql.one(
        "SELECT kind, parent, head, merged_head, closed_by FROM record_branch WHERE ws = %s AND name = %s",
        workspace,
        name,
    )
    if row is None:
        if name == MAIN:
            return Line(workspace, MAIN, "main", None, None)
        raise NotFound(f"There is no scenario or branch called “{name}”.")
    kind, parent, head, merged_head, closed_by = row
    return Line(workspace, name, kind, parent, find(workspace, head), closed_by, merged_head)


def open_line(workspace: str, name: str) -> Line:
    line = line_of(workspace, name)
    if line.closed_by is not None:
        raise Invalid(
            f"“{name}” was merged in revision {line.closed_by} and can only be read.",
            remedy="Start a new scenario from the plan.",
        )
    return line


def draft(line: Line, edits: Sequence[Edit], *, on: int | None, by: Actor, resolve: Resolve = None) -> Draft:
    """What *edits*, made on revision *on*, come to on the head of *line*. Raises where they mean nothing."""
    _check_edits(edits)
    head = line.levels()
    base = head if on is None or on == line.no else _levels_at(line, on)
    keys = list(dict.fromkeys((edit.kind, edit.id) for edit in edits))
    now = versions.stored(line.workspace, head, keys)
    then = now if base is head else versions.stored(line.workspace, base, keys)
    made = Draft(line)
    targets: dict[Key, Body | None] = {}
    for key, yours in _apply_all(edits, then).items():
        base_body, head_body = versions.body_of(*key, then.get(key)), versions.body_of(*key, now.get(key))
        targets[key] = merge_one(line, key, base_body, head_body, yours, made, resolve)
    work_out(made, targets, now)
    permission.check_changes(by, line.kind, made)
    return made


def merge_one(
    line: Line,
    key: Key,
    base: Body | None,
    theirs: Body | None,
    yours: Body | None,
    made: Draft,
    resolve: Resolve,
) -> Body | None:
    """One entity merged; its conflicts go to *made*, those that *resolve* settles included."""
    kind, id = key
    merged, clashes = merging.merge(base, theirs, yours)
    for clash in clashes:
        conflict = FieldConflict(
            kind=kind, id=id, field=clash.field, base=clash.base, theirs=clash.theirs, yours=clash.yours
        )
        settles, value = merging.choose(resolve, conflict)
        if not settles:
            made.conflicts.append(_attributed(line, conflict))
            continue
        made.settled.append(_attributed(line, conflict))
        if clash.field is None:
            merged = value
        elif merged is not None:
            merged = merging.put(merged, clash.field, value)
    return merged


def work_out(made: Draft, targets: versions.Targets, now: Mapping[Key, Stored]) -> None:
    """Turn target bodies into changes against what is valid *now*, and judge the plan that they would make."""
    wrong: list[Finding] = []
    for (kind, id), target in targets.items():
        try:
            change = _change(kind, id, target, now.get((kind, id)))
        except Invalid as invalid:
            wrong.extend(invalid.findings)
            continue
        if change is not None:
            made.changes.append(change)
    if wrong:
        raise Invalid(wrong[0].message if len(wrong) == 1 else f"{len(wrong)} values are wrong.", findings=wrong)
    judge(made)


def judge(made: Draft) -> None:
    """Step the plan by the draft's changes and find the rules that this breaks."""
    before = made.line.plan()
    delta: dict[str, dict[str, Entity | None]] = {}
    for change in made.changes:
        if change.kind in LOADED:
            delta.setdefault(change.kind, {})[change.id] = change.after
    made.before, made.after = before, before.step(before.no, delta)
    # What a source says is judged when it is merged into the plan, not on its own branch.
    made.findings = [] if made.line.kind == "import" else rules.judge(before, made.after, delta)


def refuse(made: Draft, *, moved: bool) -> None:
    """Raise what stands in the way of *made*: conflicts first, then broken rules."""
    if made.conflicts:
        count = len(made.conflicts)
        fields = "One field was" if count == 1 else f"{count} fields were"
        raise Conflict(
            f"{fields} changed by somebody else since you opened this.", conflicts=made.conflicts, head=made.line.no
        )
    if made.errors:
        first = made.errors[0].message
        message = first if len(made.errors) == 1 else f"{first} And {len(made.errors) - 1} more."
        if moved:
            raise Conflict(
                f"Together with what others changed since, a rule breaks: {message}",
                conflicts=(),
                head=made.line.no,
                findings=made.errors,
            )
        raise Invalid(message, findings=made.errors)


def record(
    made: Draft,
    *,
    by: Actor,
    reason: str,
    via: str | None = None,
    effective_on: date | None = None,
    base: int | None = None,
    merged: Revision | None = None,
    first_parent: Revision | None = None,
) -> Revision:
    """Write *made* as the next revision of its line. The counter is locked already (:func:`locked`)."""
    line, workspace = made.line, made.line.workspace
    next_no, last_at, numbers = _counter(workspace)
    at = max(time.time_ns() // 1000, last_at + 1)
    numbers = _number(made, json.loads(numbers))
    parent = line.head or first_parent
    content = []
    for change in made.changes:
        digest = None if change.body is None else hashlib.sha256(change.body).digest()
        content.append((change.kind, change.id, change.schema, digest))
    meta: dict[str, Any] = {
        "no": next_no,
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
    _write_versions(line, next_no, made.changes, content)
    sql.run(
        "INSERT INTO record_revision (ws, no, branch, parent, base, merged, author, via, at, effective_on, reason,"
        " content_hash, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        workspace,
        *meta.values(),
        own,
    )
    sql.run(
        "UPDATE record_counter SET next_no = %s, last_at = %s, numbers = %s WHERE ws = %s",
        next_no + 1,
        at,
        numbers,
        workspace,
    )
    if sql.run("UPDATE record_branch SET head = %s WHERE ws = %s AND name = %s", next_no, workspace, line.name) == 0:
        sql.run(
            "INSERT INTO record_branch (ws, name, kind, parent, head) VALUES (%s, %s, %s, %s, %s)",
            workspace,
            line.name,
            line.kind,
            line.parent,
            next_no,
        )
    revision = from_row((*meta.values(), own))
    _hold(made, revision, parent)
    return revision


def locked(workspace: str) -> None:
    """Take the workspace's turn: nobody else writes to it until this transaction ends."""
    if not sql.on_sqlite():
        row = sql.one("SELECT next_no FROM record_counter WHERE ws = %s FOR UPDATE", workspace)
        if row is None:
            sql.run(f"{_NEW_COUNTER} ON CONFLICT DO NOTHING", workspace)
            sql.one("SELECT next_no FROM record_counter WHERE ws = %s FOR UPDATE", workspace)


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
        locked(workspace)
        line = open_line(workspace, branch)
        made = draft(line, wanted, on=on, by=by, resolve=resolve)
        over = between(line, on)
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
            made, by=by, reason=reason, via=via, effective_on=effective_on, base=base, first_parent=parent
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
        conflicts=tuple(made.settled),
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


def _check_edits(edits: Sequence[Edit]) -> None:
    findings: list[Finding] = []
    by_kind: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.kind not in KINDS:
            raise NotFound(f"There is no kind of entity called “{edit.kind}”.")
        if not (0 < len(edit.id) <= 36) or "\0" in edit.id:
            raise Invalid("An id has 1 to 36 characters.", value=edit.id[:100])
        if edit.fields.get("id", edit.id) != edit.id:
            raise Invalid("An entity's id cannot be changed.")
        by_kind.setdefault(edit.kind, []).append(edit)
    for kind, some in by_kind.items():
        names = KINDS[kind].__struct_fields__
        if any(name not in names for edit in some for name in edit.fields):
            findings.extend(unknown_fields(kind, some))
    if findings:
        raise Invalid(findings[0].message, findings=findings, remedy=findings[0].remedy)


def _levels_at(line: Line, on: int) -> list[Level]:
    if on < 0 or on > line.no:
        raise NotFound(f"There is no revision {on} on “{line.name}”; the newest is {line.no}.")
    return versions.levels(line.workspace, line.name, on)


def _apply_all(edits: Sequence[Edit], then: Mapping[Key, Stored]) -> dict[Key, Body | None]:
    """Each edited entity's body as the editor meant it, several edits of one applied in order."""
    made: dict[Key, Body | None] = {}
    for edit in edits:
        key = (edit.kind, edit.id)
        body = made[key] if key in made else versions.body_of(*key, then.get(key))
        title = KINDS[edit.kind].TITLE
        if edit.op == "create" and body is not None:
            raise Invalid(
                f"There is {title} {edit.id} already.",
                findings=[Finding(code="exists", message=f"{title} exists already.", kind=edit.kind, id=edit.id)],
            )
        if edit.op != "create" and body is None:
            raise NotFound(f"There is no {title[:1].lower() + title[1:]} {edit.id} to {edit.op}.")
        made[key] = apply(body, edit)
    return made


def _change(kind: str, id: str, target: Body | None, version: Stored | None) -> Change | None:
    """The change from *version* to *target*; None where nothing changes."""
    schema = max(KINDS[kind].SCHEMA, version.schema if version else 0)
    before: Entity | None = None
    if version is not None and version.body is not None:
        before = versions.entity_of(kind, id, version.schema, version.body)
    if target is None:
        return None if before is None else Change(kind, id, version, before, None, None, schema)
    entity, body = check_body(kind, target)
    if before is not None and version is not None:
        same = version.body if version.schema == schema else encode(versions.body_of(kind, id, version))
        if body == same:
            return None
    return Change(kind, id, version, before, entity, body, schema)


def _attributed(line: Line, conflict: FieldConflict) -> FieldConflict:
    """*conflict* with who set *theirs*, and where."""
    found = history.who(line.workspace, line.name, line.no, conflict.kind, conflict.id, conflict.field)
    if found is None:
        return conflict
    return msgspec.structs.replace(conflict, by=found.author, revision=found.no)


_NEW_COUNTER = "INSERT INTO record_counter (ws, next_no, last_at, numbers, redactions) VALUES (%s, 1, 0, '{}', 0)"


def _counter(workspace: str) -> tuple[int, int, str]:
    row = sql.one("SELECT next_no, last_at, numbers FROM record_counter WHERE ws = %s", workspace)
    if row is None:
        sql.run(_NEW_COUNTER, workspace)
        return 1, 0, "{}"
    return row[0], row[1], row[2]


def _number(made: Draft, last: dict[str, int]) -> str:
    """Give every new entity of a numbered kind its number; the counters afterwards, as they are kept."""
    numbered: dict[str, dict[str, Entity | None]] = {}
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
    return json.dumps(last, sort_keys=True)


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


def _hold(made: Draft, revision: Revision, parent: Revision | None) -> None:
    """Keep the plan that was just made. Its key holds its hash: were this undone, it would never be found."""
    if made.after is None or made.before is None or made.line.kind == "import":
        return
    row = sql.one("SELECT redactions FROM record_counter WHERE ws = %s", made.line.workspace)
    key = PlanKey(made.line.workspace, made.line.name, revision.no, revision.hash, row[0] if row else 0)
    plan = made.after.step(revision.no, {}, branch=made.line.name)
    PLANS.stepped(made.before, key, plan, sum(len(c.body or b"") for c in made.changes))
