"""Changing the plan by plain forms: edit some fields of an entity, add one, remove one; and what happens on a conflict.

Every form is a page of its own, so that it works without a script; with one it opens in place (``edit.js``).
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.portfolio import kinds
from northing.portfolio.edits import Body, Edit, change, create, remove
from northing.portfolio.entity import Entity, new_id
from northing.portfolio.errors import Finding, Invalid, NotAllowed, NotFound
from northing.portfolio.investment import Stage
from northing.portfolio.kinds import KINDS
from northing.portfolio.words import in_sentence
from northing.record.permission import may_add, may_touch
from northing.report import words
from northing.web.frame.context import Page, page
from northing.web.frame.saying import field_title

from .committing import back_to, called, changed_here, commit_and_go, looked_at, without_theirs
from .forms import FORMS, controls, read

__all__ = ["a", "add", "add_investment", "commit_and_go", "drop", "edit", "without_theirs"]

DATED = {"health_report": "on", "note": "on", "marked_event": "on"}
"""Kinds that are of a day: today, unless something else is said."""

SIGNED = {"health_report": "by", "note": "by"}
"""Kinds that somebody writes: the one who is logged in."""


@page(methods=("GET", "HEAD", "POST"))
def edit(page: Page, kind: str, id: str) -> HttpResponse:
    """Some fields of one entity (``?fields=owner,end``), or all that its form has."""
    kind = kinds.kind_of(kind)
    entity: Entity = page.view.plan.need(kind, id)
    names = _names(page, kind, page.request.GET.get("fields", ""))
    body: Body = msgspec.to_builtins(entity)
    title = _heading(page, kind, names, called(page, entity))
    if page.request.method != "POST":
        return _form(page, kind, names, body, title, "", id=id, may=_may_touch(page, entity))
    _now(page)
    try:
        values = changed_here(page, entity, read(page, kind, names, page.request.POST))
        reason = page.request.POST.get("reason", "").strip() or _reason(kind, called(page, entity), names)
        return commit_and_go(page, [change(kind, id, **values)], reason, _("Saved."))
    except Invalid as wrong:
        typed = _typed(body, names, page)
        may = _may_touch(page, entity)
        return _form(page, kind, names, typed, title, "", id=id, may=may, findings=_of(wrong), status=422)


@page("portfolio", methods=("GET", "HEAD", "POST"))
def add_investment(page: Page) -> HttpResponse:
    """A new investment, by its whole form."""
    return _add(page, "investment")


@page(methods=("GET", "HEAD", "POST"))
def add(page: Page, kind: str) -> HttpResponse:
    """A new entity; what the address says of it already (``?investment=…``) is filled in."""
    return _add(page, kinds.kind_of(kind))


def _add(page: Page, kind: str) -> HttpResponse:
    if kind not in FORMS:
        raise NotFound(_("There is no form for that."))
    fields = kinds.fields(kind)
    given = {name: value for name, value in page.request.GET.items() if name in fields and value}
    if kind in DATED:
        given.setdefault(DATED[kind], page.today.isoformat())
    if kind in SIGNED and page.actor.id in page.view.plan.people:
        given.setdefault(SIGNED[kind], page.actor.id)
    if kind == "investment":
        given.setdefault("currency", page.workspace.currency)
        if not page.may_plan:
            given["stage"] = Stage.IDEA.value
    names = tuple(
        name
        for name in FORMS[kind]
        if not (name in given and fields[name].type == "reference" and name not in SIGNED.values())
    )
    if kind == "investment" and not page.may_plan:
        # A contributor brings in ideas: there is nothing to choose.
        names = tuple(name for name in names if name != "stage")
    title = _("Add %(what)s") % {"what": a(kind)}
    may = not page.past and may_add(page.actor, kind, _about(page, given), page.view.plan)
    if page.request.method != "POST":
        return _form(page, kind, names, dict(given), title, _("Add"), may=may)
    _now(page)
    try:
        values = {**given, **read(page, kind, names, page.request.POST)}
        id = new_id()
        made = create(kind, id, **{name: value for name, value in values.items() if value is not None})
        called_ = str(values.get("name") or values.get("title") or "")
        reason = page.request.POST.get("reason", "").strip() or (
            _("Add %(what)s “%(name)s”") % {"what": a(kind), "name": called_}
            if called_
            else _("Add %(what)s") % {"what": a(kind)}
        )
        return commit_and_go(page, [made], reason, _("Added."), made=(kind, id))
    except Invalid as wrong:
        typed = _typed(dict(given), names, page)
        return _form(page, kind, names, typed, title, _("Add"), may=may, findings=_of(wrong), status=422)


def _about(page: Page, given: dict[str, Any]) -> Entity | None:
    """What something new is about, of what the address says of it."""
    for name in ("investment", "subject", "system", "successor"):
        if given.get(name):
            return page.view.plan.find(given[name])
    return None


@page(methods=("GET", "HEAD", "POST"))
def drop(page: Page, kind: str, id: str) -> HttpResponse:
    """Remove one entity, after a look at what follows from it."""
    kind = kinds.kind_of(kind)
    entity: Entity = page.view.plan.need(kind, id)
    name = called(page, entity)
    followed = [
        (field.kind, field.name, found)
        for field in kinds.referring_fields(kind)
        for found in page.view.plan.table(field.kind).by(field.name, id)
    ]
    if page.request.method != "POST":
        by_kind: dict[str, int] = {}
        for other, _field, _found in followed:
            by_kind[other] = by_kind.get(other, 0) + 1
        lines = [
            f"{words.number(number)} {a(other) if number == 1 else _several(other)}"
            for other, number in by_kind.items()
        ]
        return page.render(
            "forms/drop.html",
            bare=page.fragment,
            title=_("Remove %(name)s?") % {"name": name},
            lines=lines,
            end="",
            back=back_to(page),
            kind=kind,
            may=_may_drop(page, entity),
        )
    _now(page)
    if not _may_drop(page, entity):
        page.require("plan", "remove this")
    edits = [_let_go(other, field, found) for other, field, found in followed]
    return commit_and_go(page, [*edits, remove(kind, id)], _("Remove %(name)s") % {"name": name}, _("Removed."))


def _let_go(kind: str, field: str, entity: Entity) -> Edit:
    """What becomes of something that refers to what is removed: a field is emptied, or it goes too."""
    return remove(kind, entity.id) if kinds.fields(kind)[field].required else change(kind, entity.id, **{field: None})


def a(kind: str) -> str:
    """ "milestone", "AI system": a kind inside a sentence."""
    return in_sentence(_(KINDS[kind].TITLE))


def _several(kind: str) -> str:
    return in_sentence(_(KINDS[kind].TITLE_PLURAL))


def _now(page: Page) -> None:
    """Only the plan in force is changed; what exactly a contributor may change of it, the record knows."""
    if page.past:
        raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    page.require("suggest", "change the plan")


def _may_touch(page: Page, entity: Entity) -> bool:
    return not page.past and may_touch(page.actor, entity, page.view.plan)


def _may_drop(page: Page, entity: Entity) -> bool:
    return _may_touch(page, entity) and (entity.KIND != "investment" or page.may_plan)


def _names(page: Page, kind: str, asked: str) -> tuple[str, ...]:
    known = kinds.fields(kind)
    names = tuple(name for name in asked.split(",") if name)
    if not names:
        own = tuple(f"custom.{found.id}" for found in page.view.plan.custom_fields.values() if found.kind == kind)
        return tuple(name for name in FORMS.get(kind, ()) if name not in ("investment", "subject")) + own
    for name in names:
        if (
            not (name in known and name not in ("id", "custom", "withheld", "source_row"))
            and name not in ("aim", "percent", "period")
            and not name.startswith("custom.")
        ):
            raise NotFound(_("%(kind)s has no field “%(field)s”.") % {"kind": _(KINDS[kind].TITLE), "field": name})
    return names


def _heading(page: Page, kind: str, names: tuple[str, ...], name: str) -> str:
    """ "Owner of Claims triage", or "Change Claims triage" where there is more to change."""
    if len(names) == 1 and (names[0] in kinds.fields(kind) or names[0].startswith("custom.")):
        return _("%(field)s of %(name)s") % {"field": field_title(page, kind, names[0]), "name": name}
    return _("Change %(name)s") % {"name": name}


def _reason(kind: str, name: str, names: tuple[str, ...]) -> str:
    known = kinds.fields(kind)
    titles = [_(known[field].title) for field in names if field in known]
    if len(titles) == 1:
        return _("%(field)s of %(name)s") % {"field": titles[0], "name": name}
    return _("Change %(name)s") % {"name": name}


def _form(
    page: Page,
    kind: str,
    names: tuple[str, ...],
    body: Body,
    title: str,
    submit: str,
    *,
    id: str | None = None,
    may: bool,
    findings: tuple[Finding, ...] = (),
    status: int = 200,
) -> HttpResponse:
    made = controls(page, kind, names, body, findings)
    elsewhere = [found for found in findings if not any(control.error for control in made)]
    blame = page.record.blame(kind, id, page.at) if id is not None and len(names) == 1 else {}
    return page.render(
        "forms/entity.html",
        status=status,
        bare=page.fragment,
        title=title,
        submit=submit or _("Save"),
        kind=kind,
        controls=made,
        findings=elsewhere,
        back=back_to(page),
        on=looked_at(page) or page.head,
        blame=blame.get(names[0]) if len(names) == 1 else None,
        entity_id=id,
        may=may,
    )


def _typed(body: Body, names: tuple[str, ...], page: Page) -> Body:
    """*body* with what was typed, right or wrong, so that nobody types it twice."""
    form = page.request.POST
    typed = dict(body)
    for name in names:
        if name == "aim":
            kind, _sep, id = form.get(name, "").partition(":")
            typed |= {"objective": None, "key_result": None}
            typed[kind or "objective"] = id or None
        elif name == "period":
            start, _sep, end = form.get(name, "").partition("/")
            typed |= {"start": start, "end": end}
        elif name == "percent":
            continue
        elif name.startswith("custom."):
            typed["custom"] = {**typed.get("custom", {}), name.removeprefix("custom."): form.get(name)}
        elif name == "tags":
            typed[name] = [part.strip() for part in form.get(name, "").split(",") if part.strip()]
        else:
            typed[name] = form.get(name)
    return typed


def _of(wrong: Invalid) -> tuple[Finding, ...]:
    return wrong.findings or (Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy),)
