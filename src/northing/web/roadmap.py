"""The roadmap: investments in time, in groups, with what waits for what, and the plan held against an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from markupsafe import Markup

from northing.measure import roadmap as measure
from northing.measure.address import Figure, figure
from northing.measure.roadmap import GROUPINGS, Roadmap, RoadmapRow
from northing.measure.view import View
from northing.portfolio.errors import NorthingError
from northing.report import words
from northing.report.gantt import parts
from northing.report.gantt.picture import Picture
from northing.report.gantt.telling import dates, key_of, picture
from northing.report.viewing import look
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page
from northing.web.frame.figured import figured
from northing.web.frame.saying import mend_address, say

ZOOMS = (("", gettext_noop("Fit")), ("quarter", gettext_noop("Quarters")), ("month", gettext_noop("Months")))
PIXELS = {"quarter": 132.0, "month": 66.0}
"""The width of one quarter, or one month, where the time is wider than the page."""

MANY = 400
"""Above this, groups are closed until somebody opens them, and the table under the picture is cut."""
SOME = 12
NONE = "-"
"""In an address: no group is closed."""

WIDTHS = (560, 2600)
USUAL_WIDTH = 1018
NARROW = 358
COOKIE = "northing_width"


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    by: measure.Grouping
    where: str
    zoom: str
    against: str
    closed: frozenset[str] | None
    """Groups that are closed; None where nobody has said: all of them where there is much to draw."""


@dataclass(frozen=True)
class Compared:
    """The plan that the roadmap is held against."""

    ref: str
    view: View
    name: str

    def figure(self, name: str, **args: object) -> Figure:
        """The address of a difference from it."""
        return figure(f"roadmap.{name}", before=self.ref, **args)


@page("roadmap")
def roadmap(opened: Page) -> HttpResponse:
    """The page; with ``part=picture`` only the picture, laid out for ``width``."""
    asked = _asked(opened)
    problem: NorthingError | None = None
    compared: Compared | None = None
    try:
        compared = _compared(opened, asked.against)
    except NorthingError as wrong:
        problem = wrong
    baseline = compared.view if compared else None
    try:
        road = measure.roadmap(opened.view, asked.by, baseline, asked.where)
    except NorthingError as wrong:
        problem = wrong
        road = measure.roadmap(opened.view, asked.by, baseline)
    if asked.closed is None:
        many = road.count > MANY
        asked = replace(asked, closed=frozenset(key_of(group) for group in road.groups) if many else frozenset())
    shown = _picture(opened, road, asked)
    width = _width(opened)
    time_width = None
    if asked.zoom:
        time_width = PIXELS[asked.zoom] * len(shown.quarters if asked.zoom == "quarter" else shown.months)
    wide = parts(shown, width=width, time_width=time_width)
    scrolls = wide.label_width + wide.time_width > width + 1
    drawn: dict[str, Any] = {
        "asked": asked,
        "wide": wide,
        "narrow": parts(shown, width=NARROW, form="narrow"),
        "svg": {name: Markup(getattr(wide, name)) for name in ("axis", "labels", "time")},  # noqa: S704, our own drawing
        "scrolls": scrolls,
        "width": width,
        "today_at": _today_at(shown, wide.time_width),
    }
    if opened.request.GET.get("part") == "picture":
        return opened.render("roadmap/picture.html", **drawn)
    return opened.render(
        "roadmap/page.html",
        **drawn,
        title=_("Roadmap"),
        road=road,
        total=len(opened.view.plan.investments),
        problem=problem,
        compared=compared,
        groupings=[(by, _grouping(by), opened.again(by=by, closed=None)) for by in GROUPINGS],
        zooms=[(zoom, _(title), opened.again(zoom=zoom or None)) for zoom, title in ZOOMS],
        all_closed=opened.again(closed=",".join(key_of(group) for group in road.groups)),
        all_open=opened.again(closed=NONE),
        tags=[tag for tag in opened.record.tags() if tag.branch == "main"],
        figures=_figures(opened, road, compared, asked.where if problem is None else ""),
        broken=[
            (say(opened, tie.reason), opened.link(f"edit/dependency/{tie.dependency.id}", next=opened.here))
            for tie in sorted(road.broken, key=lambda tie: -(tie.days_short or 0))
        ],
        gaps=[(say(opened, gap.sentence), mend_address(opened, gap.mend)) for gap in road.warnings[:SOME]],
        gap_count=len(road.warnings),
        table=list(islice(_table(opened, road, compared), MANY)),
        table_more=max(0, sum(len(group.rows) for group in road.groups) - MANY),
    )


def _asked(opened: Page) -> Asked:
    given = opened.request.GET
    by = next((one for one in GROUPINGS if one == given.get("by")), GROUPINGS[0])
    zoom = given.get("zoom", "")
    return Asked(
        by=by,
        where=given.get("where", "").strip(),
        zoom=zoom if zoom in PIXELS else "",
        against=given.get("against", "").strip(),
        closed=frozenset(filter(None, given["closed"].replace(NONE, "").split(","))) if "closed" in given else None,
    )


def _grouping(by: str) -> str:
    return {"portfolio": _("Portfolio"), "objective": _("Objective"), "value_stream": _("Value stream")}[by]


def _compared(opened: Page, ref: str) -> Compared | None:
    if not ref:
        return None
    found = look(opened.workspace, ref, mode=opened.mode)
    name = ref.removeprefix("tag:") if ref.startswith("tag:") else f"r{found.at.no}"
    return Compared(str(found.at), found.view, name)


def _picture(opened: Page, road: Roadmap, asked: Asked) -> Picture:
    def fold(key: str) -> str:
        return opened.again(
            closed=",".join(sorted((asked.closed or frozenset()) ^ {key})) or NONE, part=None, width=None
        )

    return picture(
        opened.view,
        road,
        link=lambda id: address_of(opened, "investment", id),
        fold=fold,
        undated=opened.link("portfolio", where="start is empty and end is empty"),
        closed=asked.closed or (),
        whole=bool(asked.zoom),
    )


def _width(opened: Page) -> float:
    """The room for the picture: as the browser says it now, or said last time."""
    said = opened.request.GET.get("width") or opened.request.COOKIES.get(COOKIE, "")
    return float(min(max(int(said), WIDTHS[0]), WIDTHS[1])) if said.isdecimal() and len(said) < 6 else USUAL_WIDTH


def _today_at(shown: Picture, time_width: float) -> int:
    if shown.today is None:
        return 0
    return round((shown.today - shown.start).days * time_width / max(1, (shown.end - shown.start).days))


def _rows(road: Roadmap) -> list[RoadmapRow]:
    """Each investment once."""
    return list({row.investment: row for group in road.groups for row in group.rows}.values())


def _figures(
    opened: Page, road: Roadmap, compared: Compared | None, where: str
) -> list[tuple[str, str, str, Figure | None]]:
    rows = _rows(road)
    late = [mark for row in rows for mark in row.marks if mark.state == "late"]
    gates = sum(1 for mark in late if mark.type == "gate")
    marked = any(row.marks for row in rows)
    undated = sum(1 for row in rows if not row.segments)
    every = figure("total", kind="investment", where=where)
    figures: list[tuple[str, str, str, Figure | None]] = [
        (
            _("Investments"),
            words.number(len(rows)),
            _("%(n)s without dates") % {"n": words.number(undated)} if undated else _("all with dates"),
            every,
        ),
        (
            _("Past due"),
            words.number(len(late)) if marked else "–",
            ngettext("%(n)s of them is a gate", "%(n)s of them are gates", gates) % {"n": words.number(gates)}
            if late
            else _("every date so far is kept or still to come")
            if marked
            else _("no gate and no milestone has a date"),
            None,
        ),
        (
            _("Broken dependencies"),
            words.number(len(road.broken)) if road.ties else "–",
            _("of %(n)s") % {"n": words.number(len(road.ties))}
            if road.ties
            else _("nobody has said what waits for what"),
            None,
        ),
    ]
    if compared is not None:
        moved = [row.baseline.end_moved for row in rows if row.baseline and row.baseline.end_moved]
        later = [days for days in moved if days > 0]
        new = sum(1 for row in rows if row.is_new)
        figures.append(
            (
                _("End later than in %(name)s") % {"name": compared.name},
                words.number(len(later)),
                (_median(opened, compared, where, later) if later else "")
                + (_(" · %(n)s new") % {"n": new} if new else "")
                + (_(" · %(n)s gone") % {"n": len(road.gone)} if road.gone else ""),
                compared.figure("later", where=where),
            )
        )
    return figures


def _median(opened: Page, compared: Compared, where: str, later: list[int]) -> str:
    said = {"days": words.days_moved(round(median(later)))}
    return figured(opened, _("by %(days)s at the median"), said, {"days": compared.figure("later_by", where=where)})


def _table(opened: Page, road: Roadmap, compared: Compared | None) -> Iterable[dict[str, Any]]:
    """The roadmap for those who read: group by group, one line an investment."""
    for group in road.groups:
        name = words.name(opened.view, group.kind, group.id) or _("None")
        for row in group.rows:
            investment = opened.view.plan.investments[row.investment]
            coming = next((mark for mark in row.marks if mark.state != "done"), None)
            moved = row.baseline.end_moved if row.baseline else None
            yield {
                "group": name,
                "number": investment.number or "",
                "name": investment.name,
                "href": address_of(opened, "investment", row.investment),
                "stage": row.stage,
                "dates": dates(row),
                "next": f"{coming.name}, {words.day(coming.on)}" if coming else "",
                "late": coming is not None and coming.state == "late",
                "moved": words.days_moved(moved) if moved else "",
                "moved_figure": compared.figure("end_moved", id=investment.number or investment.id)
                if compared is not None
                else None,
            }
