"""Leaving out what would break a rule, where people want whatever can be had: a revert, an import.

A field that breaks a rule by itself (a reference to something that is gone) is left as it was; else the whole
change of the entity is left out. Each such place is listed as a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from northing.portfolio.edits import Body
from northing.portfolio.errors import FieldConflict, Finding, Invalid
from northing.portfolio.kinds import references

from . import drafting, history, merging
from .draft import Change, Draft
from .versions import Key


def set_aside_what_breaks(made: Draft, bases: Mapping[Key, Body | None]) -> None:
    """Take out of *made* what stands in the way of its rules, and list it in ``made.aside``."""
    spared: set[tuple[Key, str]] = set()
    while made.errors:
        changes = {(change.kind, change.id): change for change in made.changes}
        pointing = _pointing(made)
        removed = {change.id: (change.kind, change.id) for change in made.changes if change.after is None}
        guilty: dict[Key, list[Finding]] = {}
        for finding in made.errors:
            for key in _guilty(finding, changes, removed, pointing):
                guilty.setdefault(key, []).append(finding)
        if not guilty:
            return
        for key, findings in guilty.items():
            change = changes.pop(key)
            fields = [finding.field for finding in findings if _is_at(finding, key)]
            lesser = _without(change, [name for name in fields if name is not None and (key, name) not in spared])
            for finding in findings:
                made.aside.append(_conflict(made, change, finding, bases.get(key), whole=lesser is None))
            spared.update((key, name) for name in fields if name is not None)
            if lesser is not None and lesser.body is not None:
                changes[key] = lesser
        made.changes = list(changes.values())
        drafting.judge(made)


def _pointing(made: Draft) -> dict[str, list[Key]]:
    """Id → the changed entities that point to it."""
    found: dict[str, list[Key]] = {}
    for change in made.changes:
        named = [getattr(change.after, field.name, None) for field in references(change.kind)]
        # An account below zero is owed to what was moved there.
        named.extend(leg.account for leg in getattr(change.after, "legs", ()))
        for id in named:
            if id is not None:
                found.setdefault(id, []).append((change.kind, change.id))
    return found


def _guilty(
    finding: Finding,
    changes: Mapping[Key, Change],
    removed: Mapping[str, Key],
    pointing: Mapping[str, list[Key]],
) -> list[Key]:
    """The changes that a broken rule is owed to: a removal of what is needed, the place itself, what points there."""
    if finding.value is not None and finding.value in removed:
        return [removed[finding.value]]
    place = (finding.kind or "", finding.id or "")
    return [place] if place in changes else pointing.get(finding.id or "", [])


def _is_at(finding: Finding, key: Key) -> bool:
    return (finding.kind, finding.id) == key


def _without(change: Change, fields: list[str]) -> Change | None:
    """*change* with *fields* as they were; None where it is nothing without them."""
    if change.body is None or not fields:
        return None
    body: Body = msgspec.json.decode(change.body)
    before = drafting.body_before(change) or {}
    for name in fields:
        head, _, key = name.partition(".")
        was = (before.get(head) or {}).get(key) if key else before.get(name)
        now = (body.get(head) or {}).get(key) if key else body.get(name)
        body = merging.put(body, name, None if was == now else was)
    try:
        return drafting.change_to(change.kind, change.id, body, change.version) or drafting.unchanged(change)
    except Invalid:  # a field that it cannot be without
        return None


def _conflict(made: Draft, change: Change, finding: Finding, base: Body | None, *, whole: bool) -> FieldConflict:
    """What was left out, and who last touched the entity at which the rule breaks."""
    now = None if change.after is None else msgspec.to_builtins(change.after)
    was = None if change.before is None else msgspec.to_builtins(change.before)
    field = finding.field if _is_at(finding, (change.kind, change.id)) else None
    name = field if field is not None and "." not in field else None
    found = None
    if finding.kind is not None and finding.id is not None:
        line = made.line
        found = history.who(line.workspace, line.name, line.no, finding.kind, finding.id, None)
    return FieldConflict(
        kind=change.kind,
        id=change.id,
        field=field,
        base=base if whole or name is None or base is None else base.get(name),
        theirs=was if whole or name is None or was is None else was.get(name),
        yours=now if whole or name is None or now is None else now.get(name),
        by=found.author if found else None,
        revision=found.no if found else None,
    )
