"""Branches: scenarios of the whole plan, and what each source says.

There are two ways between a branch and its parent. *update* brings the parent's changes into a scenario and
moves the base on which it stands; *merge* brings a branch's net changes into the parent as one revision. The
base of a merge is the parent's revision on which the branch stands, so there is exactly one.

An import branch is a vendor's branch: it stays open, and its own last merged state is the base of the next
merge, so that what people changed in the plan survives the next file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from northing.access.actor import Actor
from northing.portfolio import rules
from northing.portfolio.edits import Body
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Conflict, Invalid, NotFound
from northing.portfolio.locking import OF_CHANGES

from . import approving, committing, drafting, guarding, opening, own, permission, sql, versions
from .answers import At, Branch, Committed, EntityChange, Preview
from .approving import House, Standing
from .draft import Draft, Line
from .merging import Resolve
from .plans import PLANS
from .revision import MAIN, Revision, newest
from .settling import set_aside_what_breaks
from .versions import Key, Level, Stored

Direction = Literal["merge", "update"]

Seen = tuple[int, int] | None
"""The heads of a scenario and of its parent that a person looked at: where either has moved, nothing is done."""

NAME = re.compile(r"[^\s@:\x00-\x1f][^@:\x00-\x1f]{0,190}")
OF_SCENARIO = re.compile(r"[^/\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+(?<!\s)")
"""A scenario is told apart by its name: nothing in it is unseen, or turns the text around it."""
TAKEN = (MAIN, "head", "now", ".", "..")


def branches(workspace: str) -> list[Branch]:
    """All branches by name, the plan of record first."""
    rows = sql.rows(
        "SELECT b.name, b.kind, b.parent, b.head, r.base, b.merged_head, b.closed_by,"
        " (SELECT MIN(o.no) FROM record_revision o WHERE o.ws = b.ws AND o.branch = b.name),"
        " (SELECT COUNT(*) FROM record_revision p WHERE p.ws = b.ws AND p.branch = b.parent AND p.no > r.base"
        " AND b.kind = 'scenario' AND b.closed_by IS NULL)"
        " FROM record_branch b JOIN record_revision r ON r.ws = b.ws AND r.no = b.head WHERE b.ws = %s",
        workspace,
    )
    found = [Branch(**dict(zip(Branch.__struct_fields__, row, strict=True))) for row in rows]
    return sorted(found, key=lambda branch: (branch.name != MAIN, branch.name))


def fork(workspace: str, name: str, *, at: At, kind: str, by: Actor, reason: str) -> Callable[[], Revision]:
    """The job that starts a branch at a revision: its first revision, which changes nothing."""
    if kind not in ("scenario", "import"):
        raise Invalid(f"A branch is a scenario or an import, not “{kind}”.")
    fits = re.fullmatch(r"import/.+", name) if kind == "import" else OF_SCENARIO.fullmatch(name)
    if not NAME.fullmatch(name) or name in TAKEN or not fits:
        raise Invalid(
            f"“{name}” cannot be the name of a {kind} branch.",
            remedy="Scenario names have no “@”, no “:”, no “/”, nothing unseen; names of imports start with “import/”.",
        )
    by.require("plan" if kind == "import" else "suggest", "start a branch")

    def job() -> Revision:
        turn = opening.take_turn(workspace)
        if sql.one("SELECT 1 FROM record_branch WHERE ws = %s AND name = %s", workspace, name):
            raise Invalid(f"There is a branch called “{name}” already.", remedy="Choose another name.")
        base = newest(workspace, at.branch, at.no)
        made = Draft(Line(workspace, name, kind, at.branch, None))
        return committing.record(made, turn=turn, by=by, reason=reason, base=base.no if base else 0, first_parent=base)

    return job


def merge(
    workspace: str,
    name: str,
    *,
    by: Actor,
    reason: str,
    resolve: Resolve,
    whatever_fits: bool = False,
    seen: Seen = None,
    house: House | None = None,
) -> Callable[[], Committed]:
    """The job that brings a branch's net changes into its parent.

    With *whatever_fits*, changes that would break a rule of the plan are left out and listed among the
    conflicts, instead of refusing the whole. A scenario comes into the plan of record with what that asks for
    (*house*), and with the entry of the decision log.
    """

    def job() -> Committed:
        turn = opening.take_turn(workspace)
        source = opening.open_line(workspace, name)
        if source.parent is None or source.head is None:
            raise Invalid("The plan of record is not merged into anything.")
        target = opening.open_line(workspace, source.parent)
        _check_seen(seen, source, target)
        if source.kind == "import" and source.merged_head == source.no:
            return Committed(revision=target.head or committing.before_first(workspace))
        made = draft_merge(source, target, resolve=resolve, whatever_fits=whatever_fits)
        permission.check_workspace(by, workspace)
        if target.name == MAIN:
            by.require("plan", "merge into the plan")
        drafting.refuse(made, moved=True)
        if source.kind == "import":
            guarding.check_rules(by, made)
        elif target.name == MAIN:
            approving.settle(source, made, house, by=by, reason=reason)
        base = target.head.base if target.head else None
        revision = committing.record(
            made,
            turn=turn,
            by=by,
            reason=reason,
            base=base,
            merged=source.head,
            effective_on=source.head.effective_on,
        )
        sql.run(
            "UPDATE record_branch SET merged_head = %s, closed_by = %s WHERE ws = %s AND name = %s",
            source.no,
            revision.no if source.kind == "scenario" else None,
            workspace,
            name,
        )
        return committing.committed(made, revision)

    return job


def _check_seen(seen: Seen, branch: Line, parent: Line) -> None:
    if seen is not None and seen != (branch.no, parent.no):
        raise Conflict("Somebody has changed the scenario or the plan since you looked.", conflicts=(), head=parent.no)


def preview(workspace: str, name: str, *, direction: Direction) -> Preview:
    """What merging the scenario *name* into its parent, or updating it from there, would do; nothing is written."""
    line = opening.open_line(workspace, name)
    if line.parent is None or line.head is None:
        raise Invalid("The plan of record is not merged into anything.")
    parent = opening.line_of(workspace, line.parent)
    if direction == "merge":
        made = draft_merge(line, parent)
    elif parent.head is None or parent.no == line.head.base:
        return Preview(head=line.no)
    else:
        made = _draft_update(line, parent, parent.head, None)
    return Preview(
        head=made.line.no,
        changes=tuple(
            EntityChange(kind=done.kind, id=done.id, before=done.before, after=done.after) for done in made.changes
        ),
        findings=tuple(made.findings),
        conflicts=tuple(made.conflicts),
    )


def standing(workspace: str, name: str, *, house: House | None) -> Standing:
    """How the decision of a scenario stands: what the plan of record asks for, and who has said what."""
    line = opening.line_of(workspace, name)
    if line.kind != "scenario" or line.parent is None or line.head is None:
        raise Invalid("Only scenarios are decided on.")
    made = draft_merge(line, opening.line_of(workspace, line.parent), resolve="yours")
    return approving.standing(line, made, house)


def set_aside(workspace: str, name: str, *, by: Actor, reason: str) -> Callable[[], Revision]:
    """The job that closes a scenario without merging it: its last revision says who did so, and why."""

    def job() -> Revision:
        turn = opening.take_turn(workspace)
        line = opening.open_line(workspace, name)
        if line.kind != "scenario" or line.head is None:
            raise Invalid("Only scenarios are set aside.")
        permission.check_workspace(by, workspace)
        by.require("suggest", "set a scenario aside")
        revision = committing.record(approving.closing(line), turn=turn, by=by, reason=reason, base=line.head.base)
        _closed_by(workspace, name, revision.no)
        return revision

    return job


def take_up(workspace: str, name: str, *, by: Actor, reason: str) -> Callable[[], Revision]:
    """The job that opens a scenario again that was set aside. Raises Invalid for one that was merged."""

    def job() -> Revision:
        turn = opening.take_turn(workspace)
        line = opening.line_of(workspace, name)
        if line.head is None or line.closed_by != line.no:
            raise Invalid(f"“{name}” was not set aside.", remedy="A merged scenario stays closed: start a new one.")
        permission.check_workspace(by, workspace)
        by.require("suggest", "take a scenario up again")
        revision = committing.record(Draft(line), turn=turn, by=by, reason=reason, base=line.head.base)
        _closed_by(workspace, name, None)
        return revision

    return job


def _closed_by(workspace: str, name: str, no: int | None) -> None:
    sql.run("UPDATE record_branch SET closed_by = %s WHERE ws = %s AND name = %s", no, workspace, name)


def draft_merge(source: Line, target: Line, *, resolve: Resolve = None, whatever_fits: bool = False) -> Draft:
    """What merging *source* into *target* comes to."""
    assert source.head is not None
    workspace = source.workspace
    since = source.merged_head if source.kind == "import" else None
    below = own.base_levels(source)
    held = own.own_versions(source, after=since or 0)
    if source.kind == "scenario" and target.name != MAIN:
        # A decision is taken where it comes into force.
        held = {key: version for key, version in held.items() if key[0] not in ("decision", "approval")}
    base = versions.stored(workspace, [Level(source.name, since), *below] if since else below, held)
    now = versions.stored(workspace, target.levels(), held)
    made = Draft(target)
    bases: dict[Key, Body | None] = {}
    targets: dict[Key, Body | None] = {}
    for key, version in held.items():
        bases[key] = versions.body_of(*key, base.get(key))
        theirs, yours = versions.body_of(*key, now.get(key)), versions.body_of(*key, version)
        targets[key] = drafting.merge_one(target, key, bases[key], theirs, yours, made, resolve)
    drafting.work_out(made, targets, now)
    if whatever_fits and not made.conflicts:
        set_aside_what_breaks(made, bases)
    return made


def update(
    workspace: str, name: str, *, by: Actor, reason: str, resolve: Resolve, seen: Seen = None
) -> Callable[[], Committed]:
    """The job that moves a scenario onto its parent's head."""

    def job() -> Committed:
        turn = opening.take_turn(workspace)
        line = opening.open_line(workspace, name)
        if line.kind != "scenario" or line.parent is None or line.head is None:
            raise Invalid("Only scenarios are updated.", remedy="Imports follow the plan by themselves.")
        permission.check_workspace(by, workspace)
        by.require("suggest", "update a scenario")
        parent = opening.line_of(workspace, line.parent)
        _check_seen(seen, line, parent)
        head = parent.head
        if head is None or head.no == line.head.base:
            return Committed(revision=line.head)
        made = _draft_update(line, parent, head, resolve)
        drafting.refuse(made, moved=True)
        revision = committing.record(made, turn=turn, by=by, reason=reason, base=head.no, merged=head)
        return committing.committed(made, revision)

    return job


def _draft_update(line: Line, parent: Line, head: Revision, resolve: Resolve) -> Draft:
    """What moving *line* onto *head*, the head of its *parent*, comes to; whoever set *theirs* did so there."""
    held = own.own_versions(line)
    before = versions.stored(line.workspace, own.base_levels(line), held)
    since = versions.stored(line.workspace, versions.levels(line.workspace, head.branch, head.no), held)
    made = Draft(line)
    targets: dict[Key, Body | None] = {}
    for key, version in held.items():
        base, theirs = versions.body_of(*key, before.get(key)), versions.body_of(*key, since.get(key))
        if base != theirs:
            yours = versions.body_of(*key, version)
            targets[key] = drafting.merge_one(parent, key, base, theirs, yours, made, resolve)
    drafting.work_out(made, targets, held)
    _judge_update(made, held, head)
    return made


def _judge_update(made: Draft, held: dict[Key, Stored], head: Revision) -> None:
    """The scenario's plan on its new base; what is broken in the parent already does not stand in the way."""
    line = made.line
    parent = PLANS.get(line.workspace, head.branch, head.no)
    delta: dict[str, dict[str, Entity | None]] = {}
    for (kind, id), version in held.items():
        body = version.body
        delta.setdefault(kind, {})[id] = None if body is None else versions.entity_of(kind, id, version.schema, body)
    for change in made.changes:
        delta[change.kind][change.id] = change.after
    made.before = line.plan()
    made.after = parent.step(head.no, delta, branch=line.name)
    against = [finding for finding in rules.judge(parent, made.after, delta) if finding.severity == "error"]
    new = set(against)
    made.findings = [
        finding
        for finding in rules.judge(made.before, made.after, delta)
        if finding.severity != "error" or finding in new
    ]
    # What the parent has closed since must be put back here first: on the new base it could not be any more.
    made.findings.extend(f for f in against if f.code in OF_CHANGES and f not in made.findings)


def scenario(workspace: str, name: str) -> str:
    """The branch that a person means by *name*, with or without ``scenario:``. Raises NotFound."""
    bare = name.removeprefix("scenario:")
    if not sql.one("SELECT 1 FROM record_branch WHERE ws = %s AND name = %s", workspace, bare):
        raise NotFound(f"There is no scenario or branch called “{bare}”.")
    return bare
