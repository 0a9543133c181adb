"""Why? — the receipt of any figure on any page: in a dialog over the page, or as a page of its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure_from_query, read_figure
from northing.measure.figures import source_rows, why
from northing.measure.view import View
from northing.report import receipts
from northing.report.export import csv_of
from northing.report.viewing import look
from northing.web.frame.addresses import WORK, address_of
from northing.web.frame.context import Page, page
from northing.web.frame.typed import whole

FIRST = 12
"""Source rows that a receipt shows before one asks for all."""
WINDOW = 100
"""Source rows on one page."""
MOST_TERMS = 60
"""Terms that a receipt lists before one asks for all."""
MOST_ROWS = 200_000
"""Rows that are written into one file."""

OURS = ("at", "mode", "in", "offset", "all")
"""What belongs to the page and not to the figure."""


@page("why")
def receipt(page: Page) -> HttpResponse:
    """The figure, its formula, its terms, the first rows under it, and the revision that it speaks of."""
    figure = asked(page)
    found = why(page.view, figure, opener(page))
    rows = source_rows(page.view, figure, 0, FIRST, opener(page))
    said = receipts.tell(page.view, found)
    every = "all" in page.request.GET
    terms = [_term(page, term) for term in (said.terms if every else said.terms[:MOST_TERMS])]
    context: dict[str, Any] = {
        "title": said.title,
        "said": said,
        "figure": figure,
        "terms": terms,
        "more_terms": 0 if every else max(len(said.terms) - MOST_TERMS, 0),
        "rows": receipts.tell_rows(page.view, rows),
        "total": rows.total,
        "all_rows": page.link("why/rows") + _joined(page) + figure.query(),
        "whole": page.link("why") + _joined(page) + figure.query(),
        "made": any(term.sign for term in said.terms),
        "deliveries": _deliveries(page, found.deliveries),
    }
    return page.render("why/dialog.html" if page.fragment else "why/page.html", **context)


@page("why")
def rows(page: Page) -> HttpResponse:
    """All source rows under a figure, a window at a time, as they came and as they count."""
    figure = asked(page)
    offset = max(_number(page.request.GET.get("offset", "")), 0)
    found = source_rows(page.view, figure, offset, WINDOW, opener(page))
    said = receipts.tell(page.view, why(page.view, figure, opener(page)))
    return page.render(
        "why/rows.html",
        title=_("Rows under %(figure)s") % {"figure": said.title},
        said=said,
        figure=figure,
        rows=receipts.tell_rows(page.view, found),
        total=found.total,
        offset=offset,
        before=page.again(offset=max(offset - WINDOW, 0)) if offset else None,
        after=page.again(offset=offset + WINDOW) if offset + WINDOW < found.total else None,
        back=page.link("why") + _joined(page) + figure.query(),
        file=page.link("why/rows.csv") + _joined(page) + figure.query(),
    )


@page("why")
def rows_file(page: Page) -> HttpResponse:
    """The same rows as CSV, exact: what an auditor adds up again."""
    figure = asked(page)
    found = source_rows(page.view, figure, 0, MOST_ROWS, opener(page))
    names = sorted({name for row in found.rows for name in row.values})
    headings = [_("File"), _("Line"), *names, _("Stated"), _("Share"), _("Rate"), _("Counts"), _("Currency")]
    lines = [
        [
            row.input,
            row.line,
            *(row.values.get(name) for name in names),
            row.stated,
            row.share,
            row.rate.rate if row.rate is not None else None,
            row.value,
            row.currency,
        ]
        for row in found.rows
    ]
    answer = HttpResponse(csv_of(headings, lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{figure.measure}-r{page.at.no}.csv"'
    return answer


def asked(page: Page) -> Figure:
    """The figure that the address names: by its parts, or as text (``figure=money.actual level=organisation``)."""
    text = page.request.GET.get("figure", "").strip()
    return (
        read_figure(text)
        if text
        else figure_from_query(((name, str(value)) for name, value in page.request.GET.items()), OURS)
    )


def opener(page: Page) -> Any:
    """Opens earlier revisions, for figures that compare two."""

    def open_view(ref: str) -> View:
        return look(page.workspace, ref, currency=page.currency).view

    return open_view


def _term(page: Page, term: receipts.TermSaid) -> dict[str, Any]:
    figure = read_figure(term.figure) if term.figure else None
    ref = term.ref
    known = ref is not None and (ref.kind == WORK or page.view.plan.get(ref.kind, ref.id) is not None)
    return {
        "said": term,
        "href": address_of(page, ref.kind, ref.id) if ref is not None and known else None,
        "figure": figure,
    }


def _deliveries(page: Page, ids: tuple[str, ...]) -> list[str]:
    plan = page.view.plan
    return sorted({plan.deliveries[id].name for id in ids if id in plan.deliveries})


def _joined(page: Page) -> str:
    return "&" if page.query_at else "?"


def _number(text: str) -> int:
    return max(0, whole(text) or 0)
