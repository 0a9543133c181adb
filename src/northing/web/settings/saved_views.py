"""Saved views of everybody: renamed, shared, removed."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.portfolio.edits import change, remove
from northing.record.enrolment import enrol
from northing.web.frame.context import Page, page
from northing.web.frame.nav import PAGES

from .sections import back, tabs


@page("settings")
def views(opened: Page) -> HttpResponse:
    mine = opened.actor.id
    listed = [
        found
        for found in opened.view.plan.saved_views.values()
        if found.owner in (None, mine) or opened.actor.may("own")
    ]
    return opened.render(
        "settings/views.html",
        title=_("Saved views"),
        tabs=tabs(opened, "views"),
        listed=sorted(listed, key=lambda found: (found.page, found.name.lower())),
        pages={name: _(title) for name, _place, title, _icon in PAGES},
    )


@page("settings", methods=("POST",), changes=True)
def change_view(opened: Page) -> HttpResponse:
    """Rename a saved view, share it or keep it to oneself, or remove it."""
    form = opened.request.POST
    found = opened.view.plan.need("saved_view", form.get("id", ""))
    if form.get("do") == "remove":
        edit, reason = remove("saved_view", found.id), _("Remove the view “%(name)s”") % {"name": found.name}
    else:
        name = form.get("name", "").strip() or found.name
        owner = opened.actor.id if form.get("whose") == "mine" else None
        if owner:
            enrol(opened.record, owner, by=opened.actor)
        edit = change("saved_view", found.id, name=name, owner=owner)
        reason = _("Change the view “%(name)s”") % {"name": name}
    opened.record.commit([edit], on=None, by=opened.actor, reason=reason)
    return back(opened, "views", _("Saved."))
