"""What a commit would do, before it is done: conflicts, broken rules, and what refers to what is removed."""

from __future__ import annotations

from collections.abc import Sequence

from northing.access.actor import Actor
from northing.portfolio.edits import Edit, change, remove
from northing.portfolio.errors import Invalid
from northing.portfolio.kinds import KINDS, fields, referring_fields
from northing.portfolio.plan import Plan

from . import drafting, opening
from .answers import Consequence, EntityChange, Preview


def preview(workspace: str, edits: Sequence[Edit], *, on: int | None, by: Actor, branch: str) -> Preview:
    """What committing *edits* would do; nothing is written."""
    line = opening.open_line(workspace, branch)
    gone = {(edit.kind, edit.id) for edit in edits if edit.op == "remove"}
    consequences = consequences_of(line.plan(), gone) if gone else ()
    try:
        made = drafting.draft(line, edits, on=on, by=by)
    except Invalid as invalid:
        if not invalid.findings:
            raise
        return Preview(head=line.no, findings=invalid.findings, consequences=consequences)
    return Preview(
        head=line.no,
        changes=tuple(
            EntityChange(kind=done.kind, id=done.id, before=done.before, after=done.after) for done in made.changes
        ),
        findings=tuple(made.findings),
        conflicts=tuple(made.conflicts),
        consequences=consequences,
    )


def consequences_of(plan: Plan, gone: set[tuple[str, str]]) -> tuple[Consequence, ...]:
    """What refers to the entities in *gone*, and for each the edit that puts it right.

    A reference that an entity cannot do without takes the entity with it, and then what refers to that.
    """
    found: list[Consequence] = []
    removed = set(gone)
    edge = sorted(gone)
    while edge:
        kind, id = edge.pop()
        for field in referring_fields(kind):
            if not KINDS[field.kind].LOADED or field.name == "source_row":
                continue
            for entity in plan.table(field.kind).by(field.name, id):
                if (field.kind, entity.id) in removed:
                    continue
                required = fields(field.kind)[field.name].required
                edit = (
                    remove(field.kind, entity.id) if required else change(field.kind, entity.id, **{field.name: None})
                )
                found.append(
                    Consequence(
                        kind=field.kind, id=entity.id, field=field.name, target_kind=kind, target_id=id, edit=edit
                    )
                )
                if required:
                    removed.add((field.kind, entity.id))
                    edge.append((field.kind, entity.id))
    return tuple(item for item in found if item.edit.op == "remove" or (item.kind, item.id) not in removed)
