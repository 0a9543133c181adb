"""Usage: how many tokens and requests, of what, for whom, over time, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure
from northing.measure.receipts.usage import besides
from northing.measure.usage import FORMULAS, Tokens, Usage, UsageRow, usage
from northing.portfolio.errors import Invalid
from northing.report import words
from northing.report.charts import PALETTE, Chart
from northing.report.export import csv_of, xlsx_of
from northing.report.period_charts import Layer, layers
from northing.web.frame.addresses import address_of
from northing.web.frame.amounts import own, period_words, short
from northing.web.frame.context import Page, page
from northing.web.frame.window import called

from .framing import framed
from .headlines import headlines, lead
from .state import SHOWN, State, address, groupings, read, title_of
from .told import MILLION, each, exactly, many

ROWS = 60
"""Rows listed before one asks for all."""
MOST = 500
DRAWN = 7
"""Rows that have a colour of their own in the picture; the others are drawn together."""
COUNTS = ("requests", "failed", "input", "output", "cache_read", "cache_write", "reasoning", "tokens")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Cell:
    """A figure: shortened to be read, exact in its title."""

    text: str = ""
    exact: str = ""
    figure: Figure | None = None


@dataclass(frozen=True)
class Row:
    title: str
    href: str
    cells: list[Cell]
    share: float | None = None
    trend: list[tuple[float, float]] = field(default_factory=list)
    """Points of a small line over the periods, in a box of 60 by 16."""
    narrow: str = ""


@page("usage")
def overview(page: Page) -> HttpResponse:
    """Figures, the picture over time, and the dense table."""
    state = read(page.view, page.request.GET)
    wrong = None
    try:
        found = _usage(page, state)
    except Invalid as refused:
        if not state.where:
            raise
        wrong, state = refused, replace(state, where="")
        found = _usage(page, state)
    every = page.request.GET.get("all") == "1"
    rows = [_row(page, state, found, one) for one in found.rows[: MOST if every else ROWS]]
    return page.render(
        "usage/page.html",
        status=422 if wrong else 200,
        wrong=wrong,
        typed=page.request.GET.get("q", "").strip(),
        **framed(page, state, "overview", found.findings),
        any_usage=bool(found.total.lines or state.where),
        any_facts=any("usage" in one.scopes for one in page.view.plan.deliveries.values()),
        lead=lead(page, state, found),
        figures=headlines(page, state, found),
        chart=_chart(page, state, found) if len(found.periods) > 1 and found.total.lines else None,
        heads=_heads(state),
        rows=rows,
        total=Row(_("Total"), "", _cells(page, state, found.total)),
        count=len(found.rows),
        more=max(0, min(len(found.rows), MOST) - len(rows)),
        groupings=[(one, title, page.link("usage", **state.query(by=one))) for one, title in groupings(page.view)],
        by_title=title_of(state.by),
        shows=[(one, _(title), page.link("usage", **state.query(show=one))) for one, title in SHOWN.items()],
    )


def _usage(page: Page, state: State) -> Usage:
    return usage(
        page.view, state.scope, window=state.window.period, by=state.by, unit=state.unit, where=state.where
    )  # fmt: skip


def _heads(state: State) -> list[tuple[str, str]]:
    titles = {
        "requests": _("Requests"), "failed": _("Failed"), "input": _("Input"), "output": _("Output"),
        "cache_read": _("Cache read"), "cache_write": _("Cache written"), "reasoning": _("Reasoning"),
        "tokens": _("Tokens"),
    }  # fmt: skip
    return [
        *((titles[name], _(FORMULAS[name]) if name in FORMULAS else "") for name in COUNTS),
        (_("Cost"), _(FORMULAS["cost"])),
        (_("A million"), _("Cost of a million tokens.")),
        (_("A request"), _("Cost of a request.")),
    ]


def _cells(page: Page, state: State, tokens: Tokens, row: UsageRow | None = None) -> list[Cell]:
    def at(name: str) -> Figure:
        return address(page, state, name, row=row)

    cells = []
    for name in COUNTS:
        count = getattr(tokens, name)
        cells.append(Cell(many(count), exactly(count), at(name)) if count else Cell())
    cells.append(Cell(short(tokens.cost), words.money(tokens.cost), at("cost")) if tokens.cost else Cell())
    for name, count, many_of in (("million", tokens.tokens, MILLION), ("request", tokens.requests, Decimal(1))):
        told = bool(tokens.cost and count)
        cells.append(Cell(each(tokens.cost, count, many_of), figure=at(name) if told else None))
    return cells


def _row(page: Page, state: State, found: Usage, row: UsageRow) -> Row:
    title = row.title or (_("Claimed by nobody") if state.by == "investment" else _("not said"))
    href = ""
    if row.ref is not None:
        href = address_of(page, row.ref.kind, row.ref.id)
    total = own(found.total.cost, page)
    return Row(
        title,
        href,
        _cells(page, state, row.total, row),
        float(own(row.total.cost, page) / total) if total > 0 else None,
        _line([_value(page, one, state.show) for one in row.periods]),
    )


def _line(values: list[Decimal]) -> list[tuple[float, float]]:
    most = max(values, default=Decimal(0))
    if most <= 0 or len(values) < 2:
        return []
    step = 60 / (len(values) - 1)
    return [(round(place * step, 1), round(float(15 - 14 * value / most), 1)) for place, value in enumerate(values)]


def _value(page: Page, tokens: Tokens, show: str) -> Decimal:
    found: Decimal = own(tokens.cost, page) if show == "cost" else getattr(tokens, show)
    return found


def _chart(page: Page, state: State, found: Usage) -> Chart:
    began = next((at for at, one in enumerate(found.by_period) if one.lines), 0)
    names = [period_words(one, called(page.view, one)) for one in found.periods[began:]]
    ranked = sorted(found.rows, key=lambda row: -_value(page, row.total, state.show))
    parts = [
        Layer(
            row.title or _("not said"),
            [_value(page, one, state.show) for one in row.periods[began:]],
            PALETTE[place % 8],
            figures=[address(page, state, state.show, row=row, window=one) for one in found.periods[began:]],
        )
        for place, row in enumerate(ranked[:DRAWN])
    ]
    if rest := ranked[DRAWN:]:
        sums = [
            sum((_value(page, row.periods[began + at], state.show) for row in rest), Decimal(0))
            for at in range(len(names))
        ]
        drawn = [row.key for row in ranked[:DRAWN]]
        others = [
            address(page, state, "rest", window=one).but(counts=state.show, by=state.by, besides=besides(drawn))
            for one in found.periods[began:]
        ]
        parts.append(Layer(_("%(n)s others") % {"n": len(rest)}, sums, "var(--ink-3)", figures=others))
    title = _("%(what)s by %(by)s") % {"what": _(SHOWN[state.show]), "by": title_of(state.by).lower()}
    return layers(title, names, parts, page.currency if state.show == "cost" else "", first=_("Period"), height=280)


@page("usage")
def export(page: Page, form: str) -> HttpResponse:
    """Every row in every period, exactly."""
    state = read(page.view, page.request.GET)
    found = _usage(page, state)
    codes = sorted({code for row in found.rows for code in row.total.cost.by_currency})
    names = ("requests", "ok", "failed", "input", "output", "cache_read", "cache_write", "reasoning")
    heads = [
        title_of(state.by), _("From"), _("Until"), *(str(name).replace("_", " ") for name in names),
        *(_("Cost in %(code)s") % {"code": code} for code in codes),
    ]  # fmt: skip
    rows = [
        [
            row.title or "", period.start, period.end, *(getattr(tokens, name) for name in names),
            *(tokens.cost.by_currency.get(code) for code in codes),
        ]
        for row in found.rows
        for period, tokens in zip(found.periods, row.periods, strict=True)
        if tokens.lines
    ]  # fmt: skip
    content, kind = (
        (csv_of(heads, rows), "text/csv; charset=utf-8")
        if form == "csv"
        else (xlsx_of([(_("Usage"), heads, rows)]), XLSX)
    )
    made = HttpResponse(content, content_type=kind)
    made["Content-Disposition"] = f'attachment; filename="{page.workspace.slug}-usage-r{page.at.no}.{form}"'
    return made
