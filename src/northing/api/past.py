"""The past: revisions, what changed between two, who set what, and undoing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.access import directory
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Finding, Invalid
from northing.record import At, Blame, Branch, EntityChange, FieldChange, Reverted, Revision, Tag
from northing.report import verifying
from northing.report.plain import plain
from northing.report.told import DifferenceTold, tell_difference

from . import cursor as cursors
from .operation import Here, operation
from .parameters import Limit, Mode, Next, No, Number, Reason, Ref, resolve

From = Annotated[str, Query(alias="from", max_length=250, description="A revision reference.")]
To = Annotated[str | None, Query(max_length=250, description="A revision reference; the newest if left out.")]


class Changed(msgspec.Struct, kw_only=True):
    """One entity before and after; the fields that differ as [before, after]."""

    kind: str
    id: str
    name: str
    op: str
    """``create``, ``change`` or ``remove``."""
    fields: dict[str, list[Any]]
    revisions: list[int]


class Undone(msgspec.Struct, kw_only=True):
    """What a revert wrote, and what it left alone because somebody has changed it since."""

    revision: Revision | None
    conflicts: list[Any]


class RevertAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which plan was looked at, and why the revision is undone. ``partly`` undoes what does not conflict."""

    on: No | None = None
    reason: Reason | None = None


class TagAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A name for a revision."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    at: Annotated[str, msgspec.Meta(max_length=250)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@operation(
    "GET", "/w/{ws}/revisions", needs="read", says=list[Revision], more={"next": str | None, "names": dict[str, str]},
    tag="history",
)  # fmt: skip
def list_revisions(
    here: Here,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    branch: Annotated[str, Query(max_length=200)] = "main",
) -> HttpResponse:
    """List the revisions of a branch, newest first."""
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 15):
        raise Invalid("This is not a cursor.", remedy="Send the “next” of the page before, unchanged.")
    head = here.record.head(branch)
    found = here.record.revisions(branch=branch, before=int(cursor) if cursor else None, limit=limit + 1)
    more = found[limit - 1].no if len(found) > limit else None
    page = found[:limit]
    names = directory.names(here.workspace.id)
    authors = {revision.author: names[revision.author] for revision in page if revision.author in names}
    return here.answer(page, At(branch, head), next=None if more is None else str(more), names=authors)


@operation("GET", "/w/{ws}/revisions/{no}", needs="read", says=Revision, tag="history")
def get_revision(here: Here, no: Number) -> HttpResponse:
    """Get one revision: who, when, by which door, why, and the hash that ties it to all before it."""
    return here.answer(here.record.revision(no))


@operation(
    "GET",
    "/w/{ws}/changes",
    needs="read",
    says=list[Changed],
    more={"from": str, "to": str, "total": int, "next": str | None},
    tag="history",
)
def list_changes(
    here: Here,
    *,
    from_: From,
    to: To = None,
    limit: Limit = 500,
    cursor: Next = None,
    mode: Mode = "known",
) -> HttpResponse:
    """List what differs between two revisions, dates or tags, entity by entity."""
    mark = cursors.fingerprint(here.workspace.id, "changes", from_, to, mode)
    begun = cursors.read(cursor, mark) if cursor else None
    earlier = here.record.at(from_, mode=mode)
    later = here.record.at(begun.at if begun else to or None, mode=mode)
    names = directory.names(here.workspace.id)
    changes = here.record.changes(earlier, later)
    page, following = cursors.page(changes, limit, at=str(later), today=date.min, question=mark, begun=begun)
    more: dict[str, Any] = {"from": str(earlier), "to": str(later), "total": len(changes), "next": following}
    return here.answer([_changed(change, names) for change in page], later, **more)


@operation("GET", "/w/{ws}/difference", needs="read", says=DifferenceTold, more={"from": str, "to": str}, tag="history")
def tell_changes(here: Here, *, from_: From, to: To = None, limit: Limit = 500, mode: Mode = "known") -> HttpResponse:
    """Tell what differs between two revisions in sentences, by investment, with planned money added up.

    At most *limit* investments and as many others are told, those whose money moved most first; ``count`` says of how
    many.
    """
    earlier, later = here.look(from_, mode), here.look(to, mode)
    ends: dict[str, Any] = {"from": str(earlier.at), "to": str(later.at)}
    return here.answer(tell_difference(here.workspace, earlier, later, most=limit), later.at, **ends)


@operation("POST", "/w/{ws}/revisions/{no}/revert", needs="plan", says=Undone, tag="history")
def revert_revision(here: Here, asked: RevertAsked, no: Number) -> HttpResponse:
    """Undo what one revision did, an import included; what others have changed since is listed and stays."""
    reverted: Reverted = here.record.revert(no, by=here.actor, on=here.on(asked.on), reason=asked.reason)
    undone = Undone(revision=reverted.revision, conflicts=plain(reverted.conflicts))
    return here.answer(undone, reverted.revision.no if reverted.revision else None)


@operation("GET", "/w/{ws}/{plural}/{id}/history", needs="read", says=list[FieldChange], tag="entities")
def entity_history(here: Here, plural: str, id: str, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List every change of one entity's fields, newest first, and who approved it."""
    place, kind, entity = _entity(here, plural, id, at, mode)
    return here.answer(here.record.history(kind, entity.id, place), place)


@operation("GET", "/w/{ws}/{plural}/{id}/blame", needs="read", says=dict[str, Blame], tag="entities")
def entity_blame(here: Here, plural: str, id: str, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """Say of each field who set its present value, when, why, and who approved it."""
    place, kind, entity = _entity(here, plural, id, at, mode)
    return here.answer(here.record.blame(kind, entity.id, place), place)


@operation("GET", "/w/{ws}/tags", needs="read", says=list[Tag], tag="history")
def list_tags(here: Here) -> HttpResponse:
    """List the named revisions."""
    return here.answer(here.record.tags())


@operation("POST", "/w/{ws}/tags", needs="plan", says=Tag, status=201, tag="history")
def create_tag(here: Here, asked: TagAsked) -> HttpResponse:
    """Name a revision: a plan baseline, a board pack."""
    return here.answer(here.record.tag(asked.name, ref=asked.at, by=here.actor, note=asked.note), status=201)


@operation("DELETE", "/w/{ws}/tags/{name}", needs="plan", says=None, tag="history")
def remove_tag(here: Here, name: str) -> HttpResponse:
    """Take a name off its revision, which stays."""
    here.record.untag(name, by=here.actor)
    return here.answer(None)


@operation("GET", "/w/{ws}/branches", needs="read", says=list[Branch], tag="history")
def list_branches(here: Here) -> HttpResponse:
    """List the plan of record, the scenarios, and what each imported source says."""
    return here.answer(here.record.branches())


@operation("GET", "/w/{ws}/verification", needs="read", says=list[Finding], more={"genuine": bool}, tag="history")
def verify_record(
    here: Here, head: Annotated[str | None, Query(max_length=64, description="A hash kept elsewhere.")] = None
) -> HttpResponse:
    """Recompute the chain of hashes and check every rule; ``head`` also catches a record whose end was cut off."""
    findings = verifying.verify(here.workspace.id, head=head)
    genuine = not any(finding.severity == "error" for finding in findings)
    return here.answer(findings, genuine=genuine)


def _entity(here: Here, plural: str, id: str, at: str | None, mode: str) -> tuple[At, str, Entity]:
    from northing.portfolio.kinds import kind_of

    kind = kind_of(plural)
    place = here.record.at(at or None, mode=mode)
    plan = here.record.plan(place)
    return place, kind, plan.need(kind, resolve(plan, kind, id))


def _changed(change: EntityChange, names: dict[str, str]) -> Changed:
    before, after = (plain(entity) if entity is not None else {} for entity in (change.before, change.after))
    fields = {
        name: [before.get(name), after.get(name)]
        for name in {**before, **after}
        if name != "id" and before.get(name) != after.get(name)
    }
    entity = change.after or change.before
    name = getattr(entity, "name", None) or getattr(entity, "title", None) or names.get(change.id) or ""
    op = "create" if change.before is None else "remove" if change.after is None else "change"
    return Changed(kind=change.kind, id=change.id, name=name, op=op, fields=fields, revisions=list(change.revisions))
