"""Custom fields: an organisation's own columns."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid
from northing.portfolio.kinds import KINDS
from northing.portfolio.workspace import CustomType
from northing.web.changing.once import FIELD, called_after
from northing.web.frame.context import Page, page
from northing.web.frame.words import count

from .sections import back, tabs

HAVE_CUSTOM_FIELDS = ("investment", "ai_system", "objective", "key_result", "portfolio", "value_stream", "milestone")
"""Kinds that the page offers custom fields for; the record takes them for every kind."""


@page("settings")
def fields(opened: Page) -> HttpResponse:
    plan = opened.view.plan
    listed = sorted(plan.custom_fields.values(), key=lambda found: (found.kind, found.name.lower()))
    used = {
        found.id: sum(1 for entity in plan.table(found.kind).values() if found.id in entity.custom) for found in listed
    }
    return opened.render(
        "settings/fields.html",
        title=_("Custom fields"),
        tabs=tabs(opened, "fields"),
        listed=listed,
        used=used,
        kinds=[(kind, _(KINDS[kind].TITLE)) for kind in HAVE_CUSTOM_FIELDS],
        kind_titles={kind: _(cls.TITLE) for kind, cls in KINDS.items()},
        types=[(type_.value, _custom_type(type_)) for type_ in CustomType],
        type_titles={type_: _custom_type(type_) for type_ in CustomType},
    )


def _custom_type(type_: CustomType) -> str:
    return {
        CustomType.TEXT: _("Text"),
        CustomType.NUMBER: _("Number"),
        CustomType.MONEY: _("Money"),
        CustomType.DATE: _("Date"),
        CustomType.FLAG: _("Yes or no"),
        CustomType.CHOICE: _("One of a list"),
        CustomType.CHOICES: _("Several of a list"),
    }[type_]


@page("settings", methods=("POST",), changes=True)
def save_field(opened: Page) -> HttpResponse:
    """Add a custom field, or change the one that ``id`` names."""
    form = opened.request.POST
    name = form.get("name", "").strip()
    if not name:
        raise Invalid(_("A custom field needs a name."))
    said: dict[str, Any] = {
        "name": name,
        "unit": form.get("unit", "").strip() or None,
        "help": form.get("help", "").strip() or None,
        "choices": [line.strip() for line in form.get("choices", "").splitlines() if line.strip()] or None,
    }
    known = opened.view.plan.custom_fields.get(form.get("id"))
    if known is not None:
        edit: Edit = change("custom_field", known.id, **said)
        reason = _("Change custom field “%(name)s”") % {"name": name}
    else:
        kind, type_ = form.get("kind", ""), form.get("type", "")
        if kind not in KINDS:
            raise Invalid(_("Choose what has the field."))
        if type_ in ("choice", "choices") and not said["choices"]:
            raise Invalid(_("A list needs its choices."), remedy=_("Write one choice a line."))
        made = create("custom_field", new_id(), kind=kind, type=type_, **said)
        (edit,) = called_after(form.get(FIELD, ""), [made])
        reason = _("Add custom field “%(name)s”") % {"name": name}
    if edit.op != "create" or edit.id not in opened.record.plan().custom_fields:
        opened.record.commit([edit], on=None, by=opened.actor, reason=reason)
    return back(opened, "fields", _("“%(name)s” is saved.") % {"name": name})


@page("settings", methods=("POST",), changes=True)
def remove_field(opened: Page) -> HttpResponse:
    """Remove a custom field and the values under it, in one revision that can be reverted."""
    plan = opened.view.plan
    found = plan.need("custom_field", opened.request.POST.get("id", ""))
    holders = [entity for entity in plan.table(found.kind).values() if found.id in entity.custom]
    edits = [change(found.kind, entity.id, custom={found.id: None}) for entity in holders]
    opened.record.commit(
        [*edits, remove("custom_field", found.id)],
        on=None,
        by=opened.actor,
        reason=_("Remove custom field “%(name)s”") % {"name": found.name},
    )
    said = ngettext(
        "“%(name)s” and its %(number)s value are removed. History can bring them back.",
        "“%(name)s” and its %(number)s values are removed. History can bring them back.",
        len(holders),
    ) % {"name": found.name, "number": count(len(holders))}
    return back(opened, "fields", said)
