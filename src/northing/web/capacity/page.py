"""People: a role × month map of who is there and who is asked for; a click on a cell says by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.capacity.staffing import Cell, Row, Staffing, staffing
from northing.report import words
from northing.report.capacity import lead, number, people, team_of, unit_of
from northing.report.export import csv_of
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page

FULL, IDLE = (9, 10), (6, 10)
"""From which load on a cell is full, and below which people are idle."""


@dataclass(frozen=True)
class Shown:
    """One cell of the map."""

    asked: str
    there: str
    tone: str
    href: str
    words: str
    """All of it, for whoever does not see colours."""
    current: bool


@dataclass(frozen=True)
class Line:
    role: str
    unknown: str
    """From when on nobody has said how many there are."""
    cells: list[Shown]
    worst: str


@page("capacity")
def capacity(opened: Page) -> HttpResponse:
    """Capacity beside demand; with ``role`` and ``at``, who asks for that role then."""
    found, query = _asked(opened)
    chosen = _chosen(opened, found)
    return opened.render(
        "capacity/page.html",
        title=_("Capacity"),
        lead=lead(opened.view, found),
        labels=found.labels,
        rows=[_line(opened, found, row, chosen) for row in found.rows],
        units=[
            (_("By month"), opened.link("capacity", **{**query, "per": None}), found.unit == "month"),
            (_("By quarter"), opened.link("capacity", **{**query, "per": "quarter"}), found.unit == "quarter"),
        ],
        teams=[("", _("All teams"), opened.link("capacity", **{**query, "team": None}), found.team is None)]
        + [
            (team.id, team.name, opened.link("capacity", **{**query, "team": team.id}), found.team == team.id)
            for team in sorted(opened.view.plan.teams.values(), key=lambda one: one.name)
            if team.id == found.team or _has_people(opened, team.id)
        ],
        chosen=_told(opened, found, *chosen) if chosen else None,
        file=opened.link("capacity.csv", **query),
        entries=_entries(opened, found),
    )


@page("capacity")
def file(opened: Page) -> HttpResponse:
    """The map as CSV: role, period, capacity, demand, firm, free."""
    found, _query = _asked(opened)
    rows = [
        [words.name(opened.view, "role", row.role), found.label_of(cell), cell.period.start, cell.period.end,
         "" if cell.capacity is None else number(cell.capacity), number(cell.demand), number(cell.firm),
         "" if cell.free is None else number(cell.free)]
        for row in found.rows
        for cell in row.cells
    ]  # fmt: skip
    heads = ["role", "period", "start", "end", "capacity", "demand", "firm", "free"]
    answer = HttpResponse(csv_of(heads, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="capacity.csv"'
    return answer


def _asked(opened: Page) -> tuple[Staffing, dict[str, str | None]]:
    given = opened.request.GET
    unit, team = unit_of(given.get("per", "month")), team_of(opened.view, given.get("team", ""))
    return staffing(opened.view, unit, team=team), {"per": None if unit == "month" else unit, "team": team}


def _has_people(opened: Page, team: str) -> bool:
    plan = opened.view.plan
    return any(next(iter(plan.table(kind).by("team", team)), None) for kind in ("capacity", "resource_demand"))


def _chosen(opened: Page, found: Staffing) -> tuple[Row, Cell] | None:
    """The cell that the address names."""
    role, at = opened.request.GET.get("role", ""), opened.request.GET.get("at_period", "")
    try:
        day = date.fromisoformat(at)
    except ValueError:
        return None
    return next(
        ((row, cell) for row in found.rows if row.role == role for cell in row.cells if cell.period.start == day), None
    )


def _line(opened: Page, found: Staffing, row: Row, chosen: tuple[Row, Cell] | None) -> Line:
    role = words.name(opened.view, "role", row.role)
    return Line(
        role=role,
        unknown=found.label_of(row.unknown) if row.unknown is not None else "",
        cells=[_shown(opened, found, row, cell, role, chosen is not None and cell is chosen[1]) for cell in row.cells],
        worst=people(row.worst.short) if row.worst else "",
    )


def _shown(opened: Page, found: Staffing, row: Row, cell: Cell, role: str, current: bool) -> Shown:
    asked, there = people(cell.demand), "–" if cell.capacity is None else people(cell.capacity)
    told = _("%(role)s, %(period)s: %(asked)s FTE asked for, %(there)s there") % {
        "role": role, "period": found.label_of(cell), "asked": asked, "there": there,
    }  # fmt: skip
    if cell.unknown:
        told += ", " + _("nobody has said how many there are")
    if cell.short:
        told += ", " + _("%(short)s short") % {"short": people(cell.short)}
    return Shown(
        asked=asked,
        there=there,
        tone=_tone(cell),
        href=opened.again(role=row.role, at_period=cell.period.start.isoformat()) + "#asks",
        words=told,
        current=current,
    )


def _tone(cell: Cell) -> str:
    load = cell.load
    if cell.short:
        return "short"
    if cell.unknown:
        return "unknown"
    if load is None:
        return "none"
    if load * FULL[1] >= FULL[0]:
        return "full"
    return "idle" if load * IDLE[1] < IDLE[0] else "fits"


def _told(opened: Page, found: Staffing, row: Row, cell: Cell) -> dict[str, Any]:
    return {
        "title": f"{words.name(opened.view, 'role', row.role)}, {found.label_of(cell)}",
        "asked": people(cell.demand),
        "there": people(cell.capacity) if cell.capacity is not None else None,
        "short": people(cell.short) if cell.short else "",
        "free": people(cell.free) if cell.free is not None and cell.free > 0 else "",
        "rows": [
            (
                words.name(opened.view, "investment", one.investment),
                address_of(opened, "investment", one.investment),
                people(one.people),
                people(one.firm) if one.firm else "",
                [opened.link(f"edit/resource_demand/{id}") for id in one.demands],
            )
            for one in cell.asks
        ],
    }


def _entries(opened: Page, found: Staffing) -> list[dict[str, Any]]:
    """What was entered of who is there, as a plain grid: each line opens its form."""
    view = opened.view
    made = [
        {
            "role": words.name(view, "role", one.role),
            "team": words.name(view, "team", one.team) if one.team else "",
            "people": words.number(one.people),
            "days": _("%(start)s to %(end)s") % {"start": words.day(one.start), "end": words.day(one.end)},
            "href": opened.link(f"edit/capacity/{one.id}"),
            "drop": opened.link(f"drop/capacity/{one.id}"),
            "key": (words.name(view, "role", one.role), one.start, one.team or ""),
        }
        for one in view.plan.table("capacity").values()
        if found.team is None or one.team == found.team
    ]
    return sorted(made, key=lambda one: one["key"])
