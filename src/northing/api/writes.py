"""Writing: a commit of any number of edits, its preview, and short forms for one entity."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpResponse

from northing.access import directory
from northing.access.members import checked_address
from northing.portfolio.edits import Edit
from northing.portfolio.entity import Entity, new_id
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.kinds import KINDS, kind_of
from northing.portfolio.reading import PersonDetails
from northing.record import At, Committed, Preview, Revision
from northing.report.comments import speaking

from .operation import Here, operation
from .parameters import Branch, No, Reason, resolve

MOST_EDITS = 5000

PROTECTED = ("id", "number", "source_row")
"""Fields that nobody sets from outside: given once by the record, or by an import."""

PROTECTED_KINDS = ("source_file", "source_row")
"""Files as they came; only an import writes them."""


class EditAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One entity's edit. A field set to null is emptied; a field that is not named stays."""

    op: Literal["create", "change", "remove"]
    kind: Annotated[str, msgspec.Meta(description="Singular or plural: investment, investments.")]
    id: Annotated[
        str | None, msgspec.Meta(description="May be left out on create; a UUID where others refer to it.")
    ] = None
    fields: dict[str, Any] = {}


class CommitAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to commit. ``on`` is the revision that its author looked at; If-Match says it as well."""

    edits: Annotated[list[EditAsked], msgspec.Meta(min_length=1, max_length=MOST_EDITS)]
    reason: Reason
    on: No | None = None
    branch: Branch = "main"
    effective_on: Annotated[date | None, msgspec.Meta(description="The day that it speaks for, if not today.")] = None


class PreviewAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What would be committed."""

    edits: Annotated[list[EditAsked], msgspec.Meta(min_length=1, max_length=MOST_EDITS)]
    on: No | None = None
    branch: Branch = "main"


class FieldsAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One entity's fields, in short. For people also ``name`` and ``email``, which the directory keeps."""

    fields: dict[str, Any]
    reason: Reason
    on: No | None = None
    branch: Branch = "main"


class RemovalAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why an entity is removed, and on which revision that was decided."""

    reason: Reason
    on: No | None = None
    branch: Branch = "main"


class Touched(msgspec.Struct, kw_only=True):
    """An entity that a commit wrote."""

    op: Literal["create", "change", "remove"]
    kind: str
    id: str
    number: str | None


class Written(msgspec.Struct, kw_only=True):
    """What a commit did. Where nothing changed, ``entities`` is empty and the revision is the newest as it stood."""

    revision: Revision
    entities: list[Touched]
    merged_over: list[int]
    """Revisions of others since the stated one, with which it was merged."""
    findings: list[Finding]
    """Warnings: rules that were broken before and are not made worse."""


@operation("POST", "/w/{ws}/commits", needs="suggest", says=Written, status=201, tag="write")
def commit(here: Here, asked: CommitAsked) -> HttpResponse:
    """Commit edits as one revision.

    Made on the revision in ``on`` or If-Match. Where the branch has moved since, both are merged field by field; a
    field that both changed comes back as 409 with base, theirs and yours: choose, and commit again on the newest
    revision.
    """
    edits = [_edit(edit, place) for place, edit in enumerate(asked.edits)]
    return _commit(here, edits, asked.on, reason=asked.reason, branch=asked.branch, effective_on=asked.effective_on)


@operation("POST", "/w/{ws}/commits/preview", needs="suggest", says=Preview, tag="write")
def preview_commit(here: Here, asked: PreviewAsked) -> HttpResponse:
    """Say what a commit would do: changes, broken rules, conflicts, and what refers to what is removed."""
    edits = [_edit(edit, place) for place, edit in enumerate(asked.edits)]
    preview = here.record.preview(edits, on=here.on(asked.on), by=here.actor, branch=asked.branch)
    return here.answer(preview, At(asked.branch, preview.head))


@operation("POST", "/w/{ws}/{plural}", needs="suggest", says=Written, status=201, tag="entities")
def create_entity(here: Here, asked: FieldsAsked, plural: str) -> HttpResponse:
    """Create one entity. Its id and number are given by the record."""
    kind = kind_of(plural)
    id = new_id()
    fields, person = _named(kind, asked.fields)
    edit = _edit(EditAsked(op="create", kind=kind, id=id, fields=fields))
    response = _commit(here, [edit], asked.on, reason=asked.reason, branch=asked.branch)
    _remember(here, id, person)
    return response


@operation("PATCH", "/w/{ws}/{plural}/{id}", needs="suggest", says=Written, tag="entities")
def change_entity(here: Here, asked: FieldsAsked, plural: str, id: str) -> HttpResponse:
    """Change fields of one entity; null empties one, and those not named stay."""
    kind, entity = find(here, plural, id, asked.branch)
    fields, person = _named(kind, asked.fields)
    edit = _edit(EditAsked(op="change", kind=kind, id=entity.id, fields=fields))
    response = _commit(here, [edit], asked.on, reason=asked.reason, branch=asked.branch, status=200)
    _remember(here, entity.id, person)
    return response


@operation("DELETE", "/w/{ws}/{plural}/{id}", needs="suggest", says=Written, tag="entities")
def remove_entity(here: Here, asked: RemovalAsked, plural: str, id: str) -> HttpResponse:
    """Remove one entity. What refers to it is named, and refuses the removal (422)."""
    kind, entity = find(here, plural, id, asked.branch)
    edit = _edit(EditAsked(op="remove", kind=kind, id=entity.id))
    return _commit(here, [edit], asked.on, reason=asked.reason, branch=asked.branch, status=200)


def find(here: Here, plural: str, id: str, branch: str = "main") -> tuple[str, Entity]:
    """The entity that is called *id*: its identifier, or its number."""
    kind = kind_of(plural)
    plan = here.record.plan(At(branch, here.record.head(branch)))
    return kind, plan.need(kind, resolve(plan, kind, id))


def _commit(
    here: Here,
    edits: list[Edit],
    stated: int | None,
    *,
    reason: str,
    branch: str,
    effective_on: date | None = None,
    status: int = 201,
) -> HttpResponse:
    committed = here.record.commit(
        speaking(here.workspace.id, edits),
        on=here.on(stated),
        by=here.actor,
        reason=reason,
        branch=branch,
        effective_on=effective_on,
    )
    return here.answer(written(committed), At(branch, committed.revision.no), status=status)


def written(committed: Committed) -> Written:
    """What a commit has done, to be sent back."""
    return Written(
        revision=committed.revision,
        entities=[
            Touched(
                op="create" if change.before is None else "remove" if change.after is None else "change",
                kind=change.kind,
                id=change.id,
                number=getattr(change.after or change.before, "number", None),
            )
            for change in committed.changes
        ],
        merged_over=list(committed.merged_over),
        findings=list(committed.findings),
    )


def _edit(asked: EditAsked, place: int | None = None) -> Edit:
    """*asked* as an edit of the record; raises :class:`Invalid` for what nobody may set from outside."""
    where = "" if place is None else f"edits[{place}]: "
    kind = kind_of(asked.kind)
    if kind in PROTECTED_KINDS:
        raise Invalid(f"{where}{KINDS[kind].TITLE_PLURAL} come from imports and are not edited.")
    if asked.id is None and asked.op != "create":
        raise Invalid(f"{where}to {asked.op} an entity, its id is needed.")
    if asked.op == "create" and asked.id is not None:
        try:
            given = str(uuid.UUID(asked.id))
        except ValueError:
            given = ""
        if given != asked.id:
            raise Invalid(f"{where}“{asked.id[:60]}” is not a UUID.", remedy="Leave the id out, and one is given.")
    findings = [
        Finding(
            code="protected-field",
            message=f"{KINDS[kind].TITLE}: “{name}” is given by the record and cannot be set.",
            kind=kind,
            id=asked.id,
            field=name,
            remedy="Leave it out.",
        )
        for name in asked.fields
        if name in PROTECTED
    ]
    if findings:
        raise Invalid(findings[0].message, findings=findings)
    return Edit(op=asked.op, kind=kind, id=asked.id or new_id(), fields=asked.fields)


def _named(kind: str, fields: dict[str, Any]) -> tuple[dict[str, Any], PersonDetails | None]:
    """*fields* without the name and address of a person, and these."""
    if kind != "person" or not {"name", "email"} & fields.keys():
        return fields, None
    name, email = fields.get("name"), fields.get("email")
    if not isinstance(name, str) or not name.strip():
        raise Invalid("A person needs a name.", findings=[Finding(code="wrong-value", message="A name.", field="name")])
    email = None if email is None else checked_address(str(email))
    rest = {key: value for key, value in fields.items() if key not in ("name", "email")}
    return rest, PersonDetails(name=name, email=email)


def _remember(here: Here, id: str, person: PersonDetails | None) -> None:
    if person is not None:
        here.actor.require("plan", "name people")
        directory.remember(here.workspace.id, {id: person})
