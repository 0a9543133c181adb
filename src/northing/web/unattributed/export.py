"""The groups as a file, each with its exact amounts and the filter that asks for it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.unattributed import unattributed
from northing.report.export import csv_of, xlsx_of
from northing.web.frame.context import Page, page

from .state import read, title_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("unattributed")
def export(page: Page, form: str) -> HttpResponse:
    """Every group, with exact amounts: one column a currency that the rows state, one a currency that it is told in."""
    state = read(page.view, page.request.GET)
    found = unattributed(page.view, window=state.window.period, by=state.by, where=state.where, basis=state.basis)
    told = sorted({code for one in found.groups for code in one.amount.by_currency})
    native = sorted({code for one in found.groups for code in one.native.by_currency})
    heads = [
        *(title_of(one) for one in state.by), _("AI"), _("Lines"), _("From"), _("Until"),
        *(_("Amount in %(code)s") % {"code": code} for code in told),
        *(_("As billed, %(code)s") % {"code": code} for code in native), _("Filter"),
    ]  # fmt: skip
    rows = [
        [
            *(value or "" for _column, value in one.by), _("yes") if one.is_ai else _("no"),
            one.lines, one.first, one.last,
            *(one.amount.by_currency.get(code) for code in told),
            *(one.native.by_currency.get(code) for code in native), one.where,
        ]
        for one in found.groups
    ]  # fmt: skip
    content, kind = (
        (csv_of(heads, rows), "text/csv; charset=utf-8")
        if form == "csv"
        else (xlsx_of([(_("Unattributed"), heads, rows)]), XLSX)
    )
    made = HttpResponse(content, content_type=kind)
    made["Content-Disposition"] = f'attachment; filename="{page.workspace.slug}-unattributed-r{page.at.no}.{form}"'
    return made
