"""How fresh the sources of a page's figures are, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.freshness import Freshness, freshness_of
from northing.report import words

from .context import Page


@dataclass(frozen=True)
class Sourced:
    """How fresh the sources are, in words: "bills until 14 Nov 2026"."""

    text: str
    late: bool


def sourced(page: Page, tables: tuple[str, ...]) -> list[Sourced]:
    """What stands beside figures made of *tables*: until when their sources have spoken, and which are late."""
    fresh = freshness_of(page.view, tables)
    what = _("Usage") if tables == ("usage",) else _("Work") if "work" in tables else _("Bills")
    what = _("Deployments") if "deployment" in tables else what
    told = []
    if fresh.newest is not None:
        text = _("%(what)s until %(day)s") % {"what": what, "day": words.day(fresh.newest)}
        if fresh.until is not None and fresh.until != fresh.newest:
            text = _("%(what)s until %(day)s, from every source until %(until)s") % {
                "what": what, "day": words.day(fresh.newest), "until": words.day(fresh.until),
            }  # fmt: skip
        told.append(Sourced(text, False))
    return told + [Sourced(late(page, one), True) for one in fresh.stale]


def late(page: Page, one: Freshness) -> str:
    """ "Timesheets: 12 days late"."""
    name = words.name(page.view, "source", one.source)
    if one.newest is None:
        return _("%(source)s has never delivered") % {"source": name}
    days = ngettext("%(n)s day late", "%(n)s days late", one.days_late) % {"n": words.number(one.days_late)}
    return _("%(source)s: %(late)s") % {"source": name, "late": days}
