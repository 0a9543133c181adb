"""What changed: between two dates, in one revision, and what undoing a revision would come to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure, figure
from northing.measure.difference import Differences, differences
from northing.portfolio.errors import FieldConflict
from northing.portfolio.kinds import KINDS
from northing.record import Revision
from northing.report import words
from northing.report.told import difference
from northing.report.viewing import Look, look
from northing.web.changing.committing import of_this_plan
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page
from northing.web.frame.figured import figured, why_address
from northing.web.frame.saying import field_title, typed_value
from northing.web.frame.stories import after_changes, planned_change, stories

MOST_CLASHES = 200
"""Fields changed since a revision that are listed before one asks for all of them."""


def compare(opened: Page) -> HttpResponse:
    """The difference between two references: dates, revisions, plan baselines."""
    asked = opened.request.GET
    first, second = asked.get("from", "").strip(), asked.get("to", "").strip()
    before = look(opened.workspace, first or 0, branch=opened.record.branch, mode=opened.mode)
    after = look(opened.workspace, second or None, branch=opened.record.branch, mode=opened.mode)
    turned = before.at.branch == after.at.branch and before.at.no > after.at.no
    if turned:
        before, after, first, second = after, before, second, first
    found = difference(opened.record, before.view, after.view, before.at, after.at)
    return opened.render(
        "history/compare.html",
        title=_("What changed"),
        first=first,
        second=second,
        before=_moment(opened, before),
        after=_moment(opened, after),
        turned=turned,
        tags=opened.record.tags(),
        figures=_figures(opened, found, before, after),
        found=found,
        **stories(opened, before, after, found),
    )


@page("history")
def revision(opened: Page, no: int) -> HttpResponse:
    """One revision: who, when, why, and what it changed."""
    shown = opened.record.revision(no)
    before, after = _around(opened, shown)
    found = difference(opened.record, before.view, after.view, before.at, after.at)
    return opened.render(
        "history/revision.html",
        title=_("Revision %(no)s") % {"no": no},
        shown=shown,
        found=found,
        figures=_figures(opened, found, before, after) if any(found.planned.by_currency.values()) else [],
        tags=[tag for tag in opened.record.tags() if tag.no == no],
        previous=_neighbour(opened, shown, -1),
        next=_neighbour(opened, shown, 1),
        revertible=opened.may_edit and shown.branch == opened.record.branch,
        **stories(opened, before, after, found),
    )


def _around(opened: Page, shown: Revision) -> tuple[Look, Look]:
    """The plan before a revision and after it, on its own branch."""
    after = look(opened.workspace, f"{shown.branch}@{shown.no}")
    parent = shown.parent or 0
    return look(opened.workspace, parent), after


def _neighbour(opened: Page, shown: Revision, step: int) -> int | None:
    """The revision before or after on the same branch."""
    if step < 0:
        found = opened.record.revisions(branch=shown.branch, before=shown.no, limit=1)
        return found[0].no if found else None
    last = opened.record.head(shown.branch)
    if shown.no >= last:
        return None
    for ahead in (2, 20, 500, last - shown.no + 1):
        listed = opened.record.revisions(branch=shown.branch, before=shown.no + ahead, limit=ahead)
        later = [one.no for one in listed if one.no > shown.no]
        if later:
            return min(later)
    return None


def _moment(opened: Page, seen: Look) -> dict[str, Any]:
    at = seen.at.no
    made = opened.record.revision(at) if at else None
    return {
        "no": at,
        "ref": str(seen.at),
        "when": opened.local(made.at) if made else None,
        "who": opened.name_of(made.author) if made else "",
        "speaks_for": made.effective_on if made else None,
        "is_now": not seen.is_past,
    }


def _planned(opened: Page, found: Differences, before: Look, after: Look) -> str:
    """ "€1.2m → €1.3m", each with the receipt that it had then."""
    ends = {"before": (found.planned_before, before), "after": (found.planned_after, after)}
    said = {name: words.money(amounts, short=True) or _("none") for name, (amounts, _seen) in ends.items()}
    whole = figure("total", kind="investment", column="planned")
    at = {name: why_address(opened, whole, str(seen.at)) if amounts else None for name, (amounts, seen) in ends.items()}
    return figured(opened, _("%(before)s → %(after)s"), said, at)


def _figures(opened: Page, found: Differences, before: Look, after: Look) -> list[tuple[str, str, str, Figure | None]]:
    lines = ngettext("%(n)s change in words", "%(n)s changes in words", found.count) % {"n": words.number(found.count)}
    moved = words.money_moved(found.planned)
    planned = words.money(found.planned_before) or words.money(found.planned_after)
    return [
        (_("Investments changed"), words.number(len(found.investments)), lines, None),
        (_("Added"), words.number(len(found.added)), "", None),
        (_("Removed"), words.number(len(found.removed)), "", None),
        (
            _("Planned money"),
            moved if planned else "–",
            _planned(opened, found, before, after) if planned else _("no plan line at either"),
            planned_change(before, after) if planned else None,
        ),
    ]


# Undoing one


@page("history", methods=("GET", "HEAD", "POST"))
def revert(opened: Page, no: int) -> HttpResponse:
    """What undoing revision *no* would change and what it would leave; then, when confirmed, does it."""
    if opened.request.method == "POST":
        return _do_revert(opened, no)
    opened.require("plan", "revert a revision")
    shown = of_this_plan(opened, no)
    preview = opened.record.preview_revert(no, by=opened.actor)
    here = opened.look
    after = Look(view=after_changes(here, preview.changes), at=here.at, head=here.head)
    found = differences(here.view, after.view, preview.changes)
    some = preview.conflicts if opened.request.GET.get("all") == "1" else preview.conflicts[:MOST_CLASHES]
    return opened.render(
        "history/revert.html",
        title=_("Revert revision %(no)s") % {"no": no},
        shown=shown,
        found=found,
        count=len(preview.changes),
        conflicts=[_clash(opened, conflict) for conflict in some],
        clashes=len(preview.conflicts),
        **stories(opened, here, after, found),
    )


def _clash(opened: Page, conflict: FieldConflict) -> dict[str, Any]:
    """One thing that stays: where, what this revision had set, what it is now, and by whom."""
    entity = opened.view.plan.get(conflict.kind, conflict.id)
    whole = conflict.field is None
    if KINDS[conflict.kind].APPEND_ONLY:
        return _stays(opened, conflict)

    def said(value: Any) -> str:
        return typed_value(opened, conflict.kind, conflict.field, value) if conflict.field else ""

    def act(value: Any, gone: str, there: str) -> str:
        return gone if value is None else there

    return {
        "place": f"{conflict.kind} {conflict.id} {conflict.field or ''}",
        "name": opened.view.call(entity) if entity is not None else _(KINDS[conflict.kind].TITLE),
        "href": address_of(opened, conflict.kind, conflict.id) if entity is not None else "",
        "whole": whole,
        "kind": _(KINDS[conflict.kind].TITLE),
        "field": field_title(opened, conflict.kind, conflict.field) if conflict.field else _("The whole entry"),
        "set": act(conflict.base, _("removed"), _("added") if conflict.yours is None else _("changed"))
        if whole
        else said(conflict.base),
        "now": act(conflict.theirs, _("removed since"), _("changed since")) if whole else said(conflict.theirs),
        "before": act(conflict.yours, _("not there"), _("there")) if whole else said(conflict.yours),
        "by": opened.name_of(conflict.by) if conflict.by else "",
        "revision": conflict.revision,
    }


def _stays(opened: Page, conflict: FieldConflict) -> dict[str, Any]:
    """A transfer that cannot be reversed: what it moved is not there any more, or its day is closed."""
    entity = opened.view.plan.get(conflict.kind, conflict.id)
    return {
        "place": "",
        "name": opened.view.call(entity) if entity is not None else _(KINDS[conflict.kind].TITLE),
        "href": address_of(opened, conflict.kind, conflict.id) if entity is not None else "",
        "whole": True,
        "kind": _(KINDS[conflict.kind].TITLE),
        "field": _("The whole entry"),
        "set": _("added"),
        "now": _("stays: its money has moved on, or the day is closed"),
        "before": _("not there"),
        "by": "",
        "revision": None,
    }


def _do_revert(opened: Page, no: int) -> HttpResponse:
    of_this_plan(opened, no)
    form = opened.request.POST
    chosen: dict[Any, Any] = {}
    for place in form.getlist("take"):
        kind, id, field = [*place.split(" ", 2), "", ""][:3]
        chosen[kind, id, field or None] = "yours"
    done = opened.record.revert(
        no, by=opened.actor, reason=form.get("reason", "").strip() or None, resolve=chosen or None
    )
    if done.revision is None:
        messages.warning(opened.request, _("Nothing could be undone: all of it has been changed since."))
        return HttpResponseRedirect(f"{opened.home}history/{no}")
    said = _("r%(no)s is undone by this revision.") % {"no": no}
    if done.conflicts:
        left = len(done.conflicts)
        said += " " + ngettext(
            "%(n)s field was changed since and stays.", "%(n)s fields were changed since and stay.", left
        ) % {"n": words.number(left)}
    messages.success(opened.request, said)
    return HttpResponseRedirect(f"{opened.home}history/{done.revision.no}")
