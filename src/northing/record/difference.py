"""The difference between two places in the record, entity by entity."""

from __future__ import annotations

from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan

from . import sql, versions
from .answers import At, EntityChange
from .models import OPEN
from .versions import Key, Level


def changes(workspace: str, a: At, b: At, plans: tuple[Plan, Plan] | None = None) -> list[EntityChange]:
    """What is different at *b* from *a*; of the kinds that a plan holds."""
    before, after = versions.levels(workspace, a.branch, a.no), versions.levels(workspace, b.branch, b.no)
    touched = _touched(workspace, before, after)
    if plans is not None:
        return _of_plans(touched, *plans)
    old, new = versions.stored(workspace, before, touched), versions.stored(workspace, after, touched)
    found = []
    for (kind, id), numbers in sorted(touched.items()):
        was, now = old.get((kind, id)), new.get((kind, id))
        was_body, now_body = was.body if was else None, now.body if now else None
        if was_body == now_body:
            continue
        found.append(
            EntityChange(
                kind=kind,
                id=id,
                before=None if was is None or was_body is None else versions.entity_of(kind, id, was.schema, was_body),
                after=None if now is None or now_body is None else versions.entity_of(kind, id, now.schema, now_body),
                revisions=tuple(sorted(numbers)),
            )
        )
    return found


def _of_plans(touched: dict[Key, set[int]], old: Plan, new: Plan) -> list[EntityChange]:
    tables = {kind: (old.table(kind), new.table(kind)) for kind, _ in touched}
    found = []
    for key in sorted(touched):
        kind, id = key
        there, here = tables[kind]
        was, now = there.get(id), here.get(id)
        if was != now:
            found.append(EntityChange(kind=kind, id=id, before=was, after=now, revisions=tuple(sorted(touched[key]))))
    return found


def _touched(workspace: str, before: list[Level], after: list[Level]) -> dict[Key, set[int]]:
    """Whatever may differ, with the revisions that touched it.

    Where both stand on the same branch, what began between them; what is on one side's branch alone, all of it.
    """
    found: dict[Key, set[int]] = {}
    there = {level.branch: level.no for level in after}
    here = {level.branch: level.no for level in before}
    for branch in dict.fromkeys((*here, *there)):
        if branch in here and branch in there:
            low, high = sorted((here[branch], there[branch]))
        else:
            low, high = 0, here.get(branch, there.get(branch, OPEN))
        if low == high:
            continue
        for kind, id, from_no in sql.rows(
            "SELECT kind, id, from_no FROM record_version WHERE ws = %s AND branch = %s AND from_no > %s"
            " AND from_no <= %s",
            workspace,
            branch,
            low,
            high,
        ):
            if kind in KINDS and KINDS[kind].LOADED:
                found.setdefault((kind, id), set()).add(from_no)
    return found
