"""Undoing one revision: a new one that takes its changes back, except where somebody has built on them since.

Transfers are not taken back: the new revision holds their reversals.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from northing.access.actor import Actor
from northing.portfolio import ledger_edits
from northing.portfolio.edits import Body, apply
from northing.portfolio.errors import FieldConflict, Invalid, NotFound
from northing.portfolio.kinds import KINDS
from northing.portfolio.ledger import has_moved, to_reverse

from . import committing, drafting, guarding, merging, opening, own, permission, reference, sql, versions
from .answers import EntityChange, Reverted
from .draft import Draft, Line
from .merging import Resolve
from .plans import LOADED
from .revision import Revision, find
from .settling import set_aside_what_breaks
from .versions import Key, Stored


def revert(
    workspace: str, no: int, *, by: Actor, on: int | None, reason: str | None, resolve: Resolve
) -> Callable[[], Reverted]:
    """The job that undoes revision *no* on its own branch.

    It is a three-way merge: base is what the revision made, *yours* what was before it, *theirs* what is now.
    Fields that others have changed since stay as they are and are listed as conflicts; so do removals of what
    others refer to by now. Everything else is undone.
    """

    def job() -> Reverted:
        turn = opening.take_turn(workspace)
        revision, made, conflicts = _prepared(workspace, no, by=by, on=on, resolve=resolve, reason=reason)
        if not made.changes:
            return Reverted(revision=None, conflicts=conflicts)
        base = made.line.head.base if made.line.head else None
        said = _said(revision, reason)
        new = committing.record(made, turn=turn, by=by, reason=said, base=base)
        if revision.merged is not None:
            _reopen_import(workspace, revision.no, revision.merged)
        return Reverted(revision=new, conflicts=conflicts, changes=committing.committed(made, new).changes)

    return job


def preview(workspace: str, no: int, *, by: Actor) -> Reverted:
    """What undoing *no* would change, and what it would leave; nothing is written."""
    _revision, made, conflicts = _prepared(workspace, no, by=by, on=None, resolve=None, reason=None)
    changes = tuple(EntityChange(kind=c.kind, id=c.id, before=c.before, after=c.after) for c in made.changes)
    return Reverted(revision=None, conflicts=conflicts, changes=changes)


def _prepared(
    workspace: str, no: int, *, by: Actor, on: int | None, resolve: Resolve, reason: str | None
) -> tuple[Revision, Draft, tuple[FieldConflict, ...]]:
    """The revision, what undoing it comes to, and what stays as it is."""
    revision = find(workspace, no)
    if revision is None:
        raise NotFound(f"There is no revision {no}.")
    line = opening.open_line(workspace, revision.branch)
    if line.kind == "import":
        _refer_to_merge(workspace, no)
    if on is not None and not 0 <= on <= line.no:
        raise NotFound(f"There is no revision {on} on “{line.name}”.")
    if revision.merged is not None and revision.merged == revision.base:
        raise Invalid("An update of a scenario cannot be reverted.", remedy="Revert what it brought in instead.")
    permission.check_workspace(by, workspace)
    kept: list[FieldConflict] = []
    made = _draft(line, no, resolve, kept, by=by, reason=_said(revision, reason))
    permission.check_changes(by, line.kind, made)
    guarding.check_rules(by, made)
    drafting.refuse(made)
    return revision, made, (*kept, *made.aside)


def _said(revision: Revision, reason: str | None) -> str:
    return reason or f"Revert revision {revision.no}: {revision.reason}".rstrip(": ")


def _draft(line: Line, no: int, resolve: Resolve, kept: list[FieldConflict], *, by: Actor, reason: str) -> Draft:
    """What undoing comes to; what stays because somebody changed it since goes to *kept*."""

    def chosen(conflict: FieldConflict) -> Any:
        settles, value = merging.choose(resolve, conflict)
        if not settles:
            kept.append(drafting.attributed(line, conflict))
        return value if settles else "theirs"

    after = {
        (kind, id): Stored(line.name, no, schema, body)
        for kind, id, schema, body in sql.rows(
            "SELECT kind, id, schema, body FROM record_version WHERE ws = %s AND branch = %s AND from_no = %s",
            line.workspace,
            line.name,
            no,
        )
        if kind in LOADED
    }
    before = versions.stored(line.workspace, versions.levels(line.workspace, line.name, no - 1), after)
    now = versions.stored(line.workspace, line.levels(), after)
    made = Draft(line)
    bases: dict[Key, Body | None] = {}
    targets: dict[Key, Body | None] = {}
    plan = line.plan()
    for key, version in after.items():
        bases[key] = versions.body_of(*key, version)
        theirs, yours = versions.body_of(*key, now.get(key)), versions.body_of(*key, before.get(key))
        if key[0] in own.ABOUT:  # what was said stays
            if key[0] == "decision" and (stands := _stands(bases[key], yours, theirs)) is not None:
                targets[key] = stands
            continue
        emptied = yours is None and has_moved(plan, *key)
        if not KINDS[key[0]].APPEND_ONLY and not emptied:
            targets[key] = drafting.merge_one(line, key, bases[key], theirs, yours, made, chosen)
    reversals = _reversals(line, [id for kind, id in after if kind == "transfer"], by=by, reason=reason)
    targets.update(reversals)
    drafting.work_out(made, targets, now)
    set_aside_what_breaks(made, bases)
    if all(change.kind in own.ABOUT for change in made.changes):
        made.changes.clear()  # nothing was undone: the decision stands
    made.aside = [_of_the_original(conflict, reversals) for conflict in made.aside]
    return made


def _stands(made: Body | None, before: Body | None, now: Body | None) -> Body | None:
    """A decision whose merge, or whose revert, is undone stays in the log, and says so; None where it was neither."""
    stood, was = (made or {}).get("status"), (before or {}).get("status")
    turned = {"decided": "reverted", "reverted": "decided"}.get(stood or "")
    return None if turned is None or now is None or stood == was else {**now, "status": turned}


def _reversals(line: Line, ids: list[str], *, by: Actor, reason: str) -> dict[Key, Body | None]:
    """The transfers that undo those with *ids*: the ledger is not taken back, it is written on.

    They are dated today in the workspace's zone, or as what they reverse where that lies ahead.
    """
    plan = line.plan()
    today = datetime.now(UTC).astimezone(reference.zone_of(line.workspace)).date()
    signed = by.id if by.id in plan.people else None
    found: dict[Key, Body | None] = {}
    for transfer in to_reverse(plan, ids):
        edit = ledger_edits.reverse(transfer, on=today, by=signed, reason=reason)
        found[edit.kind, edit.id] = apply(None, edit)
    return found


def _of_the_original(conflict: FieldConflict, reversals: dict[Key, Body | None]) -> FieldConflict:
    """*conflict* told of the transfer that stays, not of the reversal that could not be made."""
    body = reversals.get((conflict.kind, conflict.id))
    if body is None:
        return conflict
    return FieldConflict(
        kind=conflict.kind, id=body["reverses"], field=None, base=None, theirs=None, yours=None,
        by=conflict.by, revision=conflict.revision,
    )  # fmt: skip


def _refer_to_merge(workspace: str, no: int) -> None:
    row = sql.one(
        "SELECT no FROM record_revision WHERE ws = %s AND merged >= %s AND branch = 'main' ORDER BY no LIMIT 1",
        workspace,
        no,
    )
    raise Invalid(
        f"Revision {no} holds what a file says; it is not in the plan itself.",
        remedy=f"Revert revision {row[0]}, which brought it into the plan." if row else None,
    )


def _reopen_import(workspace: str, merge: int, merged: int) -> None:
    """After the last merge of an import was undone, the same file can be brought in again."""
    branch = find(workspace, merged)
    if branch is None:
        return
    before = sql.one(
        "SELECT MAX(m.merged) FROM record_revision m JOIN record_revision s ON s.ws = m.ws AND s.no = m.merged"
        " WHERE m.ws = %s AND m.no < %s AND m.merged IS NOT NULL AND s.branch = %s",
        workspace,
        merge,
        branch.branch,
    )
    sql.run(
        "UPDATE record_branch SET merged_head = %s"
        " WHERE ws = %s AND name = %s AND kind = 'import' AND merged_head = %s",
        before[0] if before else None,
        workspace,
        branch.branch,
        merged,
    )
