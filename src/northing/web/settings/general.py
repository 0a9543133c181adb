"""What a workspace is called and counts in; its backup, its removal, and the versions of what runs."""

from __future__ import annotations

import platform
import shutil
import zoneinfo
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from django.contrib import messages
from django.db import connection
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from northing.access import workspaces
from northing.portfolio.errors import Invalid, NotAllowed
from northing.record import backup as whole
from northing.record import removal
from northing.web.frame.context import Page, page

from .sections import back, tabs


@page("settings")
def general(opened: Page) -> HttpResponse:
    return opened.render(
        "settings/general.html",
        title=_("Settings"),
        tabs=tabs(opened, ""),
        owns_all=opened.actor.may("own") and workspaces.owns_all(opened.membership.user),
        zones=[(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones()) if usual(zone)],
    )


def usual(zone: str) -> bool:
    """Whether somebody would choose *zone* from a list: a city's, or UTC."""
    return zone == "UTC" or ("/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/")))


@page("settings", methods=("POST",), changes=True)
def save_general(opened: Page) -> HttpResponse:
    form = opened.request.POST
    workspaces.change_workspace(
        opened.workspace,
        by=opened.actor,
        name=form.get("name", ""),
        zone=form.get("zone", ""),
        currency=form.get("currency", "").strip().upper(),
    )
    return back(opened, "", _("Saved."))


@page("settings", methods=("POST",), changes=True)
def remove_workspace(opened: Page) -> HttpResponse:
    """Remove the workspace with everything in it; its name has to be typed."""
    opened.actor.require("own", "remove the workspace")
    if opened.request.POST.get("confirm", "").strip() != opened.workspace.name:
        raise Invalid(
            _("The name that you typed is not the workspace's."),
            remedy=_("Type “%(name)s” to remove it.") % {"name": opened.workspace.name},
        )
    name = opened.workspace.name
    removal.remove_workspace(opened.workspace, by=opened.actor)
    messages.success(opened.request, _("“%(name)s” is removed.") % {"name": name})
    return HttpResponseRedirect("/")


@page("settings")
def backup(opened: Page) -> HttpResponse:
    """Everything of this installation in one file, for whoever owns all of it."""
    opened.actor.require("own", "take a backup")
    if not workspaces.owns_all(opened.membership.user):
        raise NotAllowed(
            _("A backup holds every workspace here, and not all of them are yours."),
            remedy=_("Whoever runs the server takes one: northing backup FILE"),
        )
    folder = Path(mkdtemp(prefix="northing-backup-"))
    made = folder / f"northing-{opened.today.isoformat()}.zip"
    whole.backup(made)
    handle = made.open("rb")
    shutil.rmtree(folder)  # the open file stays readable, and is gone when it has been sent
    return FileResponse(handle, as_attachment=True, filename=made.name, content_type="application/zip")  # type: ignore[return-value]


@page("settings")
def about(opened: Page) -> HttpResponse:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            database = "SQLite " + cursor.fetchone()[0]
        else:
            cursor.execute("SHOW server_version")
            database = "PostgreSQL " + cursor.fetchone()[0]
    return opened.render(
        "settings/about.html",
        title=_("About"),
        tabs=tabs(opened, "about"),
        versions=[
            (_("Northing"), version("northing")),
            (_("Database"), database),
            ("Django", version("django")),
            ("Python", platform.python_version()),
        ],
    )
