"""What changed between two plans, told as stories: under each investment, in words, with who made each change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.difference import Differences, Line, Told
from northing.measure.view import View
from northing.portfolio.kinds import KINDS
from northing.record import EntityChange
from northing.report import telling, words
from northing.report.viewing import Look

from .addresses import address_of
from .context import Page

MOST = 80
"""Investments that are told before one asks for all of them."""


def stories(opened: Page, before: Look, after: Look, found: Differences) -> dict[str, Any]:
    """What "history/stories.html" tells: each investment that changed, in words, with who changed it."""
    everything = opened.request.GET.get("all") == "1"
    shown = found.investments if everything else found.investments[:MOST]
    others = found.others if everything else found.others[:MOST]
    authors = _authors(opened, [*shown, *others])
    return {
        "stories": [_story(opened, before, after, told, authors) for told in shown],
        "others": [_story(opened, before, after, told, authors) for told in others],
        "more": len(found.investments) - len(shown) + len(found.others) - len(others),
        "all_href": opened.again(all="1"),
    }


def _authors(opened: Page, told: list[Told]) -> dict[int, str]:
    """Revision → its author, of the last revision of each line."""
    wanted = {line.revisions[-1] for one in told for line in one.lines if line.revisions}
    if not wanted:
        return {}
    span = min(max(wanted) - min(wanted) + 1, 5000)
    listed = opened.record.revisions(branch=None, before=max(wanted) + 1, limit=span)
    return {one.no: opened.name_of(one.author) for one in listed if one.no in wanted}


def _of_line(before: Look, after: Look, line: Line) -> Figure | None:
    """The address of a line that sums up plan lines: of its difference."""
    if line.act not in ("planned", "budgeted") or not line.money or not any(line.money.by_currency.values()):
        return None
    name = "planned" if line.act == "planned" else "budget"
    return planned_change(before, after).but(f"change.{name}", id=line.id)


def _story(opened: Page, before: Look, after: Look, told: Told, authors: dict[int, str]) -> dict[str, Any]:
    """One investment, or one of the other things: its name, and each change in words with who made it.

    What undoing a revision would come to is no difference of two revisions that are there, and has no address.
    """
    real = before.at != after.at
    view = before.view if told.act == "removed" else after.view
    entity = view.plan.get(told.ref.kind, told.ref.id)
    present = opened.view.plan.get(told.ref.kind, told.ref.id) is not None
    return {
        "kind": _(KINDS[told.ref.kind].TITLE),
        "number": getattr(entity, "number", None) or "",
        "name": words.name(view, told.ref.kind, told.ref.id) or _("Unnamed"),
        "href": address_of(opened, told.ref.kind, told.ref.id) if present else "",
        "act": told.act,
        "planned": words.money_moved(told.planned) if any(told.planned.by_currency.values()) else "",
        "planned_figure": planned_change(before, after).but(id=told.ref.id) if real else None,
        "lines": [
            (
                telling.tell(before.view, after.view, line, under=told.ref),
                telling.by_whom(line, authors),
                line.revisions[-1] if line.revisions else None,
                _of_line(before, after, line) if real else None,
            )
            for line in told.lines
        ],
    }


def planned_change(before: Look, after: Look) -> Figure:
    """The address of planned money after − before."""
    return figure("change.planned", before=before.at, after=after.at)


def after_changes(here: Look, changes: tuple[EntityChange, ...]) -> View:
    """The View as it would be once *changes* were made."""
    delta: dict[str, dict[str, Any]] = {}
    for change in changes:
        delta.setdefault(change.kind, {})[change.id] = change.after
    return replace(here.view, plan=here.view.plan.step(here.view.plan.no, delta))
