"""Committing what a form says: once, on the revision that the form was made at, and asking where somebody else
changed the same meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.portfolio.edits import Body, Edit, apply, change, check_body
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Conflict, FieldConflict, Invalid
from northing.portfolio.kinds import KINDS, name_field
from northing.portfolio.words import in_sentence
from northing.record import Revision
from northing.report import words
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page
from northing.web.frame.saying import field_title, typed_value
from northing.web.frame.typed import whole

from .once import FIELD, called_after

SINCE = "since"
"""Name of the control that keeps the revision at which a form was opened while it is asked about again."""


MOST_TOLD = 4
"""Fields of an entity, removed on one side, that are told of the other."""


def called(page: Page, entity: Entity) -> str:
    """What an entity is called in a sentence."""
    found = words.name(page.view, entity.KIND, entity.id)
    return found if name_field(entity.KIND) else in_sentence(_(KINDS[entity.KIND].TITLE))


def of_this_plan(page: Page, no: int) -> Revision:
    """The revision *no* of the plan that the page is on. Raises :class:`Invalid` for one of another plan."""
    found = page.record.revision(no)
    if found.branch != page.record.branch:
        raise Invalid(
            _("r%(no)s is a revision of another plan, and cannot be taken back here.") % {"no": no},
            remedy=_("Leave the scenario first, or go to the one that it belongs to."),
        )
    return found


def back_to(page: Page) -> str:
    """Where to go afterwards: where the person came from, if that is ours."""
    wanted = page.request.POST.get("next") or page.request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {page.request.get_host()}, require_https=page.request.is_secure())
    return wanted if safe and wanted.startswith("/") else page.home


def commit_and_go(
    page: Page,
    edits: list[Edit],
    reason: str,
    said: str,
    made: tuple[str, str] | None = None,
    *,
    ask: bool = True,
    kept: Collection[str] = (),
) -> HttpResponse:
    """Commit on the revision that the form was made at; then go back to where the person came from, or ask.

    Without *ask*, a clash with what somebody else did is raised: for acts that are no choice between fields. What is
    created gets its id from the form, but for the ids *kept*.
    """
    edits = called_after(page.request.POST.get(FIELD, ""), edits, kept)
    try:
        committed = page.record.commit(edits, on=looked_at(page), by=page.actor, reason=reason)
    except Conflict as clash:
        if not ask:
            raise
        return _ask(page, clash)
    except Invalid as wrong:
        if not _done_already(page, edits, wrong):
            raise
        messages.info(
            page.request, json.dumps({"text": _("This was done already; it is not done twice.")}), extra_tags="toast"
        )
        return _gone(page, made)
    if committed.changes:
        if committed.merged_over:
            number = len(committed.merged_over)
            said += " " + ngettext(
                "Merged with %(n)s change by others.", "Merged with %(n)s changes by others.", number
            ) % {"n": number}
        messages.success(page.request, json.dumps({"text": said, "undo": committed.revision.no}), extra_tags="toast")
    else:
        messages.info(
            page.request, json.dumps({"text": _("Nothing was different: nothing was recorded.")}), extra_tags="toast"
        )
    return _gone(page, made)


def looked_at(page: Page) -> int | None:
    """The revision that the form was made at. It comes first: a day that an entity is of may be called the same."""
    return whole((page.request.POST.getlist("on") or [""])[0])


def _done_already(page: Page, edits: list[Edit], wrong: Invalid) -> bool:
    """Whether all that *edits* create is there, which it is only where the same form came before."""
    made = [edit for edit in edits if edit.op == "create"]
    plan = page.record.plan()
    return (
        bool(page.request.POST.get(FIELD) and made)
        and any(one.code == "exists" for one in wrong.findings)
        and all(plan.get(edit.kind, edit.id) is not None for edit in made)
    )


def _gone(page: Page, made: tuple[str, str] | None) -> HttpResponse:
    """To where the person came from, or to the investment that was made."""
    target = back_to(page)
    if made is not None and made[0] == "investment":
        target = address_of(page.again_now(), *made)
    if page.fragment:
        # A form in a dialog: the script goes there itself, so that the words of the toast are read only once.
        return HttpResponse(status=204, headers={"X-Go-To": target})
    return HttpResponseRedirect(target)


def _ask(page: Page, clash: Conflict) -> HttpResponse:
    """Base, theirs, yours: the same form again, with a choice for each field that two people changed."""
    kept = [
        (name, value)
        for name, values in page.request.POST.lists()
        for value in (values[1:] if name == "on" else values)
        if name not in ("csrfmiddlewaretoken", SINCE) and not name.startswith("choice.")
    ]
    kept.append((SINCE, str(_first_looked_at(page) or "")))
    return page.render(
        "forms/conflict.html",
        status=409,
        bare=page.fragment,
        title=_("Someone else changed this too"),
        conflicts=[side(page, one) for one in clash.conflicts],
        kept=kept,
        on=clash.head,
        back=back_to(page),
    )


def side(page: Page, one: FieldConflict, key: Iterable[str] = ()) -> dict[str, Any]:
    """One field that both sides changed, as "forms/sides.html" asks about it; *key* is what the choice is sent as."""
    entity = page.view.plan.get(one.kind, one.id)

    def shown(value: Any) -> str:
        if one.field is None:
            return _whole(page, one, value)
        return typed_value(page, one.kind, one.field, value) or _("empty")

    return {
        "name": called(page, entity) if entity is not None else _(KINDS[one.kind].TITLE),
        "field": field_title(page, one.kind, one.field) if one.field else _("The whole entry"),
        "key": ".".join(key) or f"choice.{one.id}.{one.field or ''}",
        "base": shown(one.base) if one.field or one.base is None else _("there"),
        "theirs": shown(one.theirs),
        "yours": shown(one.yours),
        "who": page.name_of(one.by),
        "revision": one.revision,
    }


def _whole(page: Page, one: FieldConflict, value: Body | None) -> str:
    """What one side made of an entity that the other removed: gone, or the fields that it changed."""
    if value is None:
        return _("removed") if one.base is not None else _("not there")
    before: Body = one.base or {}
    told = [
        f"{field_title(page, one.kind, name)}: {typed_value(page, one.kind, name, value.get(name)) or _('empty')}"
        for name in dict.fromkeys((*value, *before))
        if value.get(name) != before.get(name) and name != "id"
    ]
    return "; ".join(told[:MOST_TOLD]) + (" …" if len(told) > MOST_TOLD else "") or _("there")


def _first_looked_at(page: Page) -> int | None:
    """The revision at which the form was opened, however often it has been asked about since."""
    return whole(page.request.POST.get(SINCE, "")) or looked_at(page)


def as_looked_at(page: Page, kind: str, id: str) -> Entity | None:
    """The entity as it was when the form was opened: what differs from that is what this person changed."""
    on = _first_looked_at(page)
    then = page.record.plan(on) if on is not None and 0 < on <= page.head else page.view.plan
    found: Entity | None = then.get(kind, id)
    return found


def changed_here(page: Page, entity: Entity, values: dict[str, Any]) -> dict[str, Any]:
    """What the person changed of *values*, without that for which they chose what the other one had said."""
    chosen = without_theirs(page, entity.id, values)
    then = as_looked_at(page, entity.KIND, entity.id)
    if then is None or not page.request.POST.get(SINCE):
        return chosen
    body: Body = msgspec.to_builtins(then)
    before = check_body(entity.KIND, body)[1]

    def differs(name: str) -> bool:
        after = apply(body, change(entity.KIND, entity.id, **{name: chosen[name]}))
        return after is None or check_body(entity.KIND, after)[1] != before

    return {name: value for name, value in chosen.items() if differs(name)}


def without_theirs(page: Page, id: str, values: dict[str, Any]) -> dict[str, Any]:
    """*values* without the fields for which the person chose what the other one had said."""
    theirs = {
        name.removeprefix(f"choice.{id}.")
        for name, choice in page.request.POST.items()
        if name.startswith(f"choice.{id}.") and choice == "theirs"
    }
    kept = {name: value for name, value in values.items() if name not in theirs}
    if "custom" in kept:
        kept["custom"] = {key: value for key, value in kept["custom"].items() if f"custom.{key}" not in theirs}
    return kept
