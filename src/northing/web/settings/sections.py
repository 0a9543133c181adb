"""The sections of the settings, and the way back to one after something was done there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.web.frame.context import Page

SECTIONS = (
    ("", gettext_noop("General")),
    ("calendar", gettext_noop("Fiscal calendar")),
    ("fields", gettext_noop("Custom fields")),
    ("people", gettext_noop("People")),
    ("approvals", gettext_noop("Approvals")),
    ("tokens", gettext_noop("API tokens")),
    ("views", gettext_noop("Saved views")),
    ("about", gettext_noop("About")),
)
"""Address under ``settings/`` and title."""


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
