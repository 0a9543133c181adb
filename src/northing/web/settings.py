"""Settings: what a workspace is called and counts in, its fiscal calendar, custom fields, saved views, versions."""

from __future__ import annotations

import platform
import shutil
import zoneinfo
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from babel.dates import format_date
from django.contrib import messages
from django.db import connection
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.access import workspaces
from northing.portfolio import periods
from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid, NotAllowed
from northing.portfolio.kinds import KINDS
from northing.portfolio.workspace import CustomType, FiscalCalendar, WeekPattern
from northing.record import backup as whole
from northing.record import removal
from northing.record.enrolment import enrol
from northing.report.words import locale

from .context import PAGES, Page, page
from .words import count, day

SECTIONS = (
    ("", gettext_noop("General")),
    ("calendar", gettext_noop("Fiscal calendar")),
    ("fields", gettext_noop("Custom fields")),
    ("people", gettext_noop("People")),
    ("tokens", gettext_noop("API tokens")),
    ("views", gettext_noop("Saved views")),
    ("about", gettext_noop("About")),
)
"""Address under ``settings/`` and title."""

HAVE_CUSTOM_FIELDS = ("investment", "ai_system", "objective", "key_result", "portfolio", "value_stream", "milestone")
"""Kinds that the page offers custom fields for; the record takes them for every kind."""


def tabs(opened: Page, current: str) -> list[tuple[str, str, bool]]:
    """Title, address and whether it is the one shown, of each section."""
    return [
        (_(title), opened.link("settings" + (f"/{place}" if place else "")), place == current)
        for place, title in SECTIONS
    ]


def back(opened: Page, section: str, said: str = "") -> HttpResponse:
    """To a section after something was done there, saying what."""
    if said:
        messages.success(opened.request, said)
    return HttpResponseRedirect(f"{opened.home}settings" + (f"/{section}" if section else ""))


# General


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


# Fiscal calendar


@page("settings")
def calendar(opened: Page) -> HttpResponse:
    plan = opened.view.plan
    shown = plan.calendar
    year = periods.fiscal_year_of(shown, opened.today)
    return opened.render(
        "settings/calendar.html",
        title=_("Fiscal calendar"),
        tabs=tabs(opened, "calendar"),
        calendar=shown,
        months=[(str(number), format_date(date(2001, number, 1), "LLLL", locale=locale())) for number in range(1, 13)],
        patterns=[(WeekPattern.MONTHS.value, _("Calendar months"))]
        + [(pattern.value, _("Weeks, %(pattern)s") % {"pattern": pattern.value}) for pattern in list(WeekPattern)[1:]],
        example=[_described(shown, year + ahead) for ahead in (0, 1)],
    )


def _described(shown: FiscalCalendar, year: int) -> dict[str, Any]:
    quarters = [periods.fiscal_quarter(shown, year, quarter) for quarter in range(1, 5)]
    return {
        "name": periods.label(shown, periods.fiscal_year(shown, year)),
        "quarters": [(periods.label(shown, quarter), day(quarter.start), day(quarter.last)) for quarter in quarters],
    }


@page("settings", methods=("POST",), changes=True)
def save_calendar(opened: Page) -> HttpResponse:
    form = opened.request.POST
    table = opened.view.plan.table("fiscal_calendar")
    fields: dict[str, Any] = {
        "name": form.get("name", "").strip() or _("Fiscal calendar"),
        "start_month": _integer(form.get("start_month", "1"), _("First month")),
        "pattern": form.get("pattern", WeekPattern.MONTHS.value),
        "first_day": form.get("first_day") or None,
        "leap_years": [
            _integer(part, _("Years of 53 weeks")) for part in form.get("leap_years", "").replace(",", " ").split()
        ]
        or None,
    }
    if fields["pattern"] != WeekPattern.MONTHS.value and not fields["first_day"]:
        raise Invalid(
            _("A calendar in weeks needs the first day of any one fiscal year."), remedy=_("Fill in “First day”.")
        )
    if fields["pattern"] == WeekPattern.MONTHS.value:
        fields |= {"first_day": None, "leap_years": None}
    here = min(table, default=None)
    edit = change("fiscal_calendar", here, **fields) if here else create("fiscal_calendar", new_id(), **fields)
    opened.record.commit([edit], on=None, by=opened.actor, reason=_("Set the fiscal calendar"))
    return back(
        opened, "calendar", _("The fiscal calendar is set. Periods are named anew; no money and no date moved.")
    )


def _integer(text: str, field: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid(
            _("%(field)s: “%(value)s” is not a whole number.") % {"field": field, "value": text[:40]}
        ) from None


# Custom fields


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
        edit = create("custom_field", new_id(), kind=kind, type=type_, **said)
        reason = _("Add custom field “%(name)s”") % {"name": name}
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


# Saved views


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


# About


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
