"""What the plan of record asks of a merge: by which rules it has to be approved, and which limits it has to keep.

Every door merges through :func:`merge`: the record writes, and asks here what it cannot reckon.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.measure.approving import Spoken, spoken
from northing.measure.choosing.choosing import Broken, limits_broken
from northing.measure.view import View
from northing.portfolio.errors import Finding
from northing.portfolio.plan import Plan
from northing.record import Branch, Committed, EntityChange, Record
from northing.record.approving import House, Need, Standing, need_of
from northing.record.branching import Seen
from northing.record.merging import Resolve
from northing.record.revision import MAIN

from . import words
from .viewing import look


def house_of(workspace: Workspace) -> House:
    """What the plan of record of *workspace* asks of what is merged into it."""

    @functools.cache
    def now() -> View:
        return look(workspace).view

    def seen(plan: Plan) -> View:
        return replace(now(), plan=plan)

    def asks(before: Plan, after: Plan, changes: Sequence[EntityChange]) -> Sequence[Need]:
        if not before.approval_rules:
            return ()
        return [need_of(one.rule, _why(one)) for one in spoken(seen(before), seen(after), changes)]

    def keeps(before: Plan, after: Plan) -> Sequence[Finding]:
        return limits(seen(before), seen(after))

    return House(asks, keeps)


def _why(one: Spoken) -> str:
    if one.rule.amount is None:
        return ""
    if one.amount is None:
        return "What moves has no exchange rate."
    return f"{words.amount(one.amount, one.currency)} move."


def limits(before: View, after: View) -> list[Finding]:
    """What *after* breaks: an error where *before* keeps it or breaks it less, else a warning."""
    now = limits_broken(after, before)
    if not now:
        return []
    was = {(one.key, one.span): one for one in limits_broken(before)}
    return [_finding(one, was.get((one.key, one.span))) for one in now]


def _finding(now: Broken, was: Broken | None) -> Finding:
    kept = was is not None and now.off <= was.off
    said = f"“{now.name}” was broken before, and is not broken worse: " if kept else f"“{now.name}” would not hold: "
    return Finding(
        code="limit-broken",
        message=said + now.words,
        severity="warning" if kept else "error",
        kind=now.kind if now.kind in ("limit", "group", "dependency", "investment") else None,
        id=now.key if now.kind in ("limit", "group", "dependency", "investment") else None,
        remedy=None if kept else "Change the scenario so that it holds, or the limit.",
    )


def merge(
    workspace: Workspace, name: str, *, by: Actor, reason: str, resolve: Resolve = None, seen: Seen = None
) -> Committed:
    """Make a scenario the plan of record with the approvals that it asks for, its limits kept, and its decision."""
    return Record(workspace.id).merge(name, by=by, reason=reason, resolve=resolve, seen=seen, house=house_of(workspace))


def standing(workspace: Workspace, branch: Branch) -> Standing:
    """How the decision of a scenario stands."""
    house = house_of(workspace) if (branch.parent or MAIN) == MAIN else None
    return Record(workspace.id).standing(branch.name, house=house)
