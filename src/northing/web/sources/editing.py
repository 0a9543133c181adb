"""A source of its own: made before its first file, or changed later."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.portfolio.edits import Edit, change, create, plain
from northing.portfolio.errors import Finding, Invalid, NotFound
from northing.portfolio.facts import Source
from northing.web.changing.committing import commit_and_go
from northing.web.frame.context import Page, page

from . import choosing
from .bringing import source_form
from .tabled import TABLED

ROWS = {one.rows for one in TABLED.values()}
NAMES = ("name", "reader", "owner", "cadence_days", "currency", "provider", "expense", "kind", "note")


@page("sources", methods=("GET", "HEAD", "POST"), needs="plan")
def new(opened: Page) -> HttpResponse:
    """A source that has not delivered yet."""
    _now(opened)
    given = {**dict.fromkeys(NAMES, ""), "mapping": "", "options": "", "reader": "focus"}
    given["owner"] = opened.actor.id if opened.actor.id in opened.view.plan.people else ""
    if opened.request.method != "POST":
        return _form(opened, given, None)
    try:
        made = _read(opened, None)
    except Invalid as wrong:
        return _form(opened, _typed(opened), None, wrong, status=422)
    fields = plain({name: getattr(made, name) for name in made.__struct_fields__ if name != "id"})
    edit = create("source", made.id, **{key: value for key, value in fields.items() if value})
    return _commit(opened, [edit], _("Add the source “%(name)s”") % {"name": made.name}, _("The source is there."))


@page("sources", methods=("GET", "HEAD", "POST"), needs="plan")
def edit(opened: Page, key: str) -> HttpResponse:
    """How a source is read, who answers for it, and how often it delivers."""
    _now(opened)
    there = opened.view.plan.sources.get(key)
    if there is None:
        raise NotFound(_("There is no such source."))
    if opened.request.method != "POST":
        body: dict[str, Any] = msgspec.to_builtins(there)
        given = {name: "" if body.get(name) is None else str(body[name]) for name in (*NAMES, "mapping")}
        given["options"] = json.dumps(there.options, ensure_ascii=False) if there.options else ""
        return _form(opened, given, there)
    try:
        made = _read(opened, there)
    except Invalid as wrong:
        return _form(opened, _typed(opened), there, wrong, status=422)
    before = plain({name: getattr(there, name) for name in (*NAMES, "mapping", "options")})
    after = plain({name: getattr(made, name) for name in (*NAMES, "mapping", "options")})
    fields = {name: value for name, value in after.items() if value != before[name]}
    edits = [change("source", there.id, **fields)] if fields else []
    return _commit(opened, edits, _("Change the source “%(name)s”") % {"name": made.name}, _("Saved."))


def _commit(opened: Page, edits: list[Edit], reason: str, said: str) -> HttpResponse:
    return commit_and_go(opened, edits, opened.request.POST.get("reason", "").strip() or reason, said)


def _read(opened: Page, there: Source | None) -> Source:
    form = opened.request.POST
    plan = opened.view.plan
    mapping = form.get("mapping", "")
    if mapping and plan.get("mapping", mapping) is None:
        raise _wrong("mapping", _("There is no such mapping."))
    return choosing.source_of(
        plan, form, there=there, mapping=mapping or None, options=_options(form.get("options", ""))
    )


def _options(text: str) -> dict[str, Any]:
    """The options of a reader, as JSON."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or len(text) > 4000:
        raise _wrong("options", _('The options are a JSON object, such as {"date_order": "dmy"}.'))
    return found


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, findings=[Finding(code="wrong-value", message=message, field=field)])


def _typed(opened: Page) -> dict[str, str]:
    form = opened.request.POST
    return {**choosing.said(form), "mapping": form.get("mapping", ""), "options": form.get("options", "")[:4000]}


def _now(opened: Page) -> None:
    if opened.past:
        raise NotFound(_("A past view cannot be changed."), remedy=_("Go back to now first."))


def _form(
    opened: Page, given: dict[str, str], there: Source | None, wrong: Invalid | None = None, status: int = 200
) -> HttpResponse:
    findings: tuple[Finding, ...] = ()
    if wrong is not None:
        findings = wrong.findings or (Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy),)
    mappings = [
        (one.id, one.name) for one in opened.view.plan.table("mapping").values() if one.options.get("rows") in ROWS
    ]
    return opened.render(
        "sources/edit.html",
        status=status,
        bare=opened.fragment,
        title=_("Change %(name)s") % {"name": there.name} if there is not None else _("New source"),
        submit=_("Save") if there is not None else _("Add the source"),
        there=there,
        mappings=sorted(mappings, key=lambda one: one[1].casefold()),
        back=opened.link(f"sources/{there.id}") if there is not None else opened.link("sources"),
        **source_form(opened, given, findings),
    )
