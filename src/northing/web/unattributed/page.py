"""What no investment claims: how much it is, shadow AI first, the groups it falls into, and the rows behind."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure
from northing.measure.unattributed import Group, Unattributed, unattributed
from northing.measure.unattributed_trend import Point, unattributed_trend
from northing.portfolio.errors import Invalid
from northing.report import words
from northing.report.charts import Chart
from northing.report.period_charts import Layer, layers
from northing.web.frame.amounts import Cell, cell, own, period_words
from northing.web.frame.context import Page, page
from northing.web.frame.currencies import currencies, problem
from northing.web.frame.freshness import sourced
from northing.web.frame.window import called
from northing.web.frame.window import offered as periods

from .headlines import headlines, lead
from .state import State, address, offered, read, title_of
from .suggesting import claim_address

SHOWN = 50
"""Groups listed before one asks for all."""
MOST = 500
"""Groups that one page lists at the most; the export has every one."""
ON_TOP = 8
"""Groups of shadow AI that stand on top."""


@dataclass(frozen=True)
class Row:
    """One group."""

    values: list[str]
    """Of the columns that it is told apart by; empty where the rows do not say."""
    amount: Cell
    share: float
    part: str
    """Its share of what is unattributed, in words."""
    part_figure: Figure
    lines: int
    days: str
    is_ai: bool
    claim: str
    rows: str
    name: str


@page("unattributed")
def overview(page: Page) -> HttpResponse:
    """Figures, shadow AI, the trend and the groups."""
    state, wrong = read(page.view, page.request.GET), None
    try:
        found = unattributed(
            page.view, window=state.window.period, by=state.by, where=state.where, basis=state.basis
        )  # fmt: skip
    except Invalid as refused:
        wrong = refused
        state = State(state.by, "", state.window, state.basis)
        found = unattributed(page.view, window=state.window.period, by=state.by, basis=state.basis)
    every = page.request.GET.get("all") == "1"
    rows = [_row(page, state, found, one) for one in found.groups[: MOST if every else SHOWN]]
    return page.render(
        "unattributed/page.html",
        status=422 if wrong else 200,
        title=_("Unattributed"),
        state=state,
        typed=page.request.GET.get("q", "").strip(),
        wrong=wrong,
        any_facts=bool(page.view.plan.deliveries),
        any_bills=found.billed or found.lines,
        any_rules=bool(page.view.plan.attribution_rules),
        found=found,
        lead=lead(page, state, found),
        figures=headlines(page, state, found),
        heads=[title_of(one) for one in state.by],
        rows=rows,
        more=max(0, min(len(found.groups), MOST) - len(rows)),
        beyond=max(0, len(found.groups) - MOST),
        shadow=[one for one in rows if one.is_ai][:ON_TOP],
        total=cell(found.total, page.currency, address(page, state, "unattributed")),
        trend=_trend(page, state, unattributed_trend(page.view, found)),
        groupings=[
            (one, title_of(one), one in state.by, _go(page, state, by=state.toggled(one)))
            for one in offered(page.view)
        ],
        periods=[(text, title, _go(page, state, period=text)) for text, title, _on in periods(state.window)],
        currencies=[(code, page.again(**{"in": code})) for code in currencies(page)],
        problems=[problem(page, one) for one in found.findings],
        sourced=sourced(page, ("cost",)),
        go=lambda **changes: _go(page, state, **changes),
    )  # fmt: skip


def _go(page: Page, state: State, **changes: Any) -> str:
    return page.link("unattributed", **state.query(**changes))


def _row(page: Page, state: State, found: Unattributed, group: Group) -> Row:
    total, mine = own(found.total, page), own(group.amount, page)
    share = mine / total if total > 0 and mine > 0 else Decimal(0)
    values = [value or "" for _column, value in group.by]
    return Row(
        values=values,
        amount=cell(group.amount, page.currency, address(page, state, "unattributed", group.where)),
        share=float(min(Decimal(1), share)),
        part=words.percent(share, 1 if 0 < share < Decimal("0.1") else 0),
        part_figure=address(page, state, "unattributed_part", group.where),
        lines=group.lines,
        days=words.short_day(group.first, group.last) + " – " + words.day(group.last),
        is_ai=group.is_ai,
        claim=claim_address(page, state, group),
        rows=page.link("unattributed/rows", **state.query(by=None, where=group.where)),
        name=" · ".join(one for one in values if one) or _("what says nothing of itself"),
    )


def _trend(page: Page, state: State, points: tuple[Point, ...]) -> dict[str, Any] | None:
    """The parts of each month's bills, and how the share has moved."""
    began = next((place for place, one in enumerate(points) if one.billed), len(points))
    points = points[began:]
    if len(points) < 2:
        return None
    names = [period_words(one.period, called(page.view, one.period)) for one in points]
    claimed = [own(one.billed, page) - own(one.unattributed, page) for one in points]
    ai = [own(one.shadow_ai, page) for one in points]
    rest = [own(one.unattributed, page) - own(one.shadow_ai, page) for one in points]

    def at(name: str) -> list[Figure]:
        return [address(page, state, name, window=state.window.within(one.period)) for one in points]

    chart: Chart = layers(
        _("Bills by month"), names,
        [
            Layer(_("Shadow AI"), ai, "var(--bad)", figures=at("shadow_ai")),
            Layer(_("Other unattributed"), rest, "var(--c2)", figures=at("other_unattributed")),
            Layer(_("Claimed"), claimed, "var(--c6)", figures=at("attributed")),
        ],
        page.currency,
        says=_("What of each month's bills is claimed, and what is not."),
        first=_("Month"),
    )  # fmt: skip
    return {
        "chart": chart,
        "shares": [
            {
                "name": name,
                "share": point.share,
                "text": "–" if point.share is None else words.percent(point.share, 1),
                "figure": share_at,
            }
            for name, point, share_at in zip(names, points, at("unattributed_share"), strict=True)
        ],
    }
