"""How a page's change is heard and answered: JSON in, and out the new head with a word that can be taken back."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from northing.portfolio.errors import Conflict, Invalid
from northing.portfolio.kinds import KINDS, fields
from northing.record import Committed
from northing.report import flow_words, words
from northing.web.frame.context import Page


def body(page: Page) -> dict[str, Any]:
    """The request's JSON object. Raises :class:`Invalid` for anything else."""
    try:
        given = msgspec.json.decode(page.request.body or b"{}")
    except msgspec.DecodeError:
        given = None
    if not isinstance(given, dict):
        raise Invalid(_("The page sent something that is no request."), remedy=_("Load it again."))
    return given


def revision_on(given: dict[str, Any]) -> int | None:
    """The revision that the browser stood on when it asked."""
    on = given.get("on")
    return on if isinstance(on, int) and on >= 0 else None


def done(page: Page, committed: Committed, *, text: str, undo: bool = True, **more: Any) -> HttpResponse:
    """The answer to a commit: the head, what to say, and the revision to take back."""
    changed = bool(committed.changes)
    toast: dict[str, Any] = {"text": text if changed else _("Nothing was different.")}
    if undo and changed:
        toast |= {"undo": committed.revision.no, "undoText": _("Undo")}
    return page.json({"head": committed.revision.no, "said": now_said(page), "toast": toast, **more})


def now_said(page: Page) -> str:
    """When the plan was last changed and by whom, for the frame."""
    return page.again_now().at_words


def clash(page: Page, conflict: Conflict, asked: dict[str, Any]) -> HttpResponse:
    """Two people, one field: the dialog with base, theirs and yours, and what to send again."""
    rows = []
    for number, one in enumerate(conflict.conflicts):
        field = fields(one.kind).get(one.field or "")
        entity = page.record.plan().get(one.kind, one.id) or page.view.plan.get(one.kind, one.id)
        rows.append(
            {
                "number": number,
                "name": page.view.call(entity) if entity is not None else _(KINDS[one.kind].TITLE),
                "field": _(field.title) if field else one.field or _("The whole entry"),
                "type": one.field or "",
                "base": said_value(page, one.kind, one.field, one.base),
                "theirs": said_value(page, one.kind, one.field, one.theirs)
                if one.field
                else _("Removed or changed by them"),
                "yours": said_value(page, one.kind, one.field, one.yours) if one.field else _("Your change"),
                "by": page.name_of(one.by),
                "revision": one.revision,
            }
        )
    dialog = render_to_string("parts/conflict.html", {"page": page, "rows": rows}, request=page.request)
    kept = [msgspec.to_builtins(one) for one in conflict.conflicts]
    return page.json(
        {**conflict.as_dict(), "at": conflict.head, "conflict": {"asked": asked, "fields": kept}, "dialog": dialog}, 409
    )


def said_value(page: Page, kind: str, name: str | None, value: Any) -> str:
    """A JSON value of a field, in words."""
    if value is None or name is None:
        return ""
    field = fields(kind).get(name)
    if field is None:
        return str(value)
    if field.type == "date":
        from datetime import date

        try:
            return words.day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    if field.type == "number":
        from decimal import Decimal

        return words.number(Decimal(str(value)))
    if field.type == "data":
        return flow_words.said_of(kind, name, value)
    return words.value(
        page.view, tuple(value) if isinstance(value, list) else value, field.type, ref=field.ref, of=name
    )
