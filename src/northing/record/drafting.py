"""A draft: what edits, a merge or a revert come to on a branch's head, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from northing.access.actor import Actor
from northing.portfolio import rules
from northing.portfolio.edits import Body, Edit, apply, check_body, names_of, unknown_fields
from northing.portfolio.entity import Entity, encode
from northing.portfolio.errors import Conflict, FieldConflict, Finding, Invalid, NotFound
from northing.portfolio.kinds import KINDS
from northing.portfolio.words import in_sentence

from . import guarding, history, merging, permission, versions
from .draft import Change, Draft, Line
from .merging import Resolve
from .plans import LOADED
from .revision import find
from .versions import Key, Level, Stored


def draft(
    line: Line, edits: Sequence[Edit], *, on: int | None, by: Actor, resolve: Resolve = None, guarded: bool = True
) -> Draft:
    """What *edits*, made on revision *on*, come to on the head of *line*. Raises where they mean nothing.

    Not *guarded* are only the mechanisms that write what nobody may write by hand.
    """
    _check_edits(edits)
    head = line.levels()
    base = head if on is None or on == line.no else _levels_at(line, on)
    keys = list(dict.fromkeys((edit.kind, edit.id) for edit in edits))
    now = versions.stored(line.workspace, head, keys)
    then = now if base is head else versions.stored(line.workspace, base, keys)
    made = Draft(line)
    targets: dict[Key, Body | None] = {}
    for key, yours in _apply_all(edits, then).items():
        if now is then:
            targets[key] = yours
            continue
        base_body, head_body = versions.body_of(*key, then.get(key)), versions.body_of(*key, now.get(key))
        targets[key] = merge_one(line, key, base_body, head_body, yours, made, resolve)
    work_out(made, targets, now)
    permission.check_changes(by, line.kind, made)
    if guarded:
        guarding.check(by, made)
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
            made.conflicts.append(attributed(line, conflict))
            continue
        made.settled.append(attributed(line, conflict))
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
            change = change_to(kind, id, target, now.get((kind, id)))
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


def refuse(made: Draft, *, moved: bool = False) -> None:
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
        raise Invalid(message, findings=made.errors, remedy=made.errors[0].remedy)


def _check_edits(edits: Sequence[Edit]) -> None:
    strange: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.kind not in KINDS:
            raise NotFound(f"There is no kind of entity called “{edit.kind}”.")
        if not (0 < len(edit.id) <= 36) or "\0" in edit.id:
            raise Invalid("An id has 1 to 36 characters.", value=edit.id[:100])
        if edit.fields.get("id", edit.id) != edit.id:
            raise Invalid("An entity's id cannot be changed.")
        if not edit.fields.keys() <= names_of(edit.kind):
            strange.setdefault(edit.kind, []).append(edit)
    if strange:
        findings = [finding for kind, some in strange.items() for finding in unknown_fields(kind, some)]
        raise Invalid(findings[0].message, findings=findings, remedy=findings[0].remedy)


def _levels_at(line: Line, on: int) -> list[Level]:
    if on < 0 or (on > line.no and find(line.workspace, on) is None):
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
            raise NotFound(f"There is no {in_sentence(title)} {edit.id} to {edit.op}.")
        made[key] = apply(body, edit)
    return made


def change_to(kind: str, id: str, target: Body | None, version: Stored | None) -> Change | None:
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


def body_before(change: Change) -> Body | None:
    return versions.body_of(change.kind, change.id, change.version)


def unchanged(change: Change) -> Change:
    """*change* made void: the entity stays as it is, and nothing is written of it."""
    return Change(change.kind, change.id, change.version, change.before, change.before, None, change.schema)


def attributed(line: Line, conflict: FieldConflict) -> FieldConflict:
    """*conflict* with who set *theirs*, and where."""
    found = history.who(line.workspace, line.name, line.no, conflict.kind, conflict.id, conflict.field)
    if found is None:
        return conflict
    return msgspec.structs.replace(conflict, by=found.author, revision=found.no)
