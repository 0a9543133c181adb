"""Saved views: a state of the grid under a name, in the record like everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.portfolio import edits
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.workspace import SavedView
from northing.record.enrolment import enrol
from northing.web.changing.answering import body, done
from northing.web.frame.context import Page, page

if TYPE_CHECKING:
    from collections.abc import Sequence


def views_of(page: Page) -> Sequence[SavedView]:
    """The views that this person sees: everyone's, and their own; by name."""
    found = [
        view
        for view in page.view.plan.saved_views.values()
        if view.page == "portfolio" and view.owner in (None, page.actor.id)
    ]
    return sorted(found, key=lambda view: (view.owner is None, view.name.casefold()))


@page(methods=("POST",), changes=True)
def save(page: Page) -> HttpResponse:
    """Keep a state: under a new name, or as the new state of a view that is there."""
    given = body(page)
    query = str(given.get("query", "")).lstrip("?")
    id = str(given.get("id") or "")
    if id:
        view = _need(page, id)
        edit = edits.change("saved_view", id, query=query)
        reason = _("Saved view “%(name)s” changed") % {"name": view.name}
    else:
        name = str(given.get("name", "")).strip()
        if not name:
            raise Invalid(_("A view needs a name."))
        id = new_id()
        owner = page.actor.id if given.get("mine") else None
        if owner is not None:
            enrol(page.record, owner, by=page.actor)
        edit = edits.create("saved_view", id, name=name, page="portfolio", query=query, owner=owner)
        reason = _("View “%(name)s” saved") % {"name": name}
    committed = page.record.commit([edit], on=None, by=page.actor, reason=reason)
    return done(page, committed, text=reason, view=id)


@page(methods=("POST",), changes=True)
def remove(page: Page) -> HttpResponse:
    """Take a view away; nothing that it showed is touched."""
    view = _need(page, str(body(page).get("id", "")))
    reason = _("View “%(name)s” removed") % {"name": view.name}
    committed = page.record.commit([edits.remove("saved_view", view.id)], on=None, by=page.actor, reason=reason)
    return done(page, committed, text=reason)


def _need(page: Page, id: str) -> SavedView:
    view = next((view for view in views_of(page) if view.id == id), None)
    if view is None:
        raise NotFound(_("There is no such view."))
    return view
