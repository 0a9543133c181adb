"""The tables of the page as a file: exact amounts, one column a currency, the periods and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.money import Line, Money, Whole, money, money_by_investment
from northing.portfolio.money import Amounts
from northing.report.export import csv_of, xlsx_of
from northing.web.frame.context import Page, page

from . import tables
from .state import State, name_of, read

Row = tuple[Sequence[Any], Sequence[Amounts]]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("money")
def export(page: Page, form: str) -> HttpResponse:
    """The table by period; as a spreadsheet also the investments behind it."""
    state = read(page.view, page.request.GET)
    found = money(page.view, state.scope, unit=state.unit, window=state.window, basis=state.basis)
    periods = _periods(page, found)
    name = f"{page.workspace.slug}-money-r{page.at.no}.{form}"
    if form == "csv":
        content, kind = csv_of(*periods), "text/csv; charset=utf-8"
    else:
        title = name_of(page.view, state.scope)
        content, kind = xlsx_of([(title, *periods), (_("Investments"), *_investments(page, state))]), XLSX
    made = HttpResponse(content, content_type=kind)
    made["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


def _periods(page: Page, found: Money) -> tuple[list[str], list[list[Any]]]:
    """A line for each period and expense, so that whoever adds up a column gets the total."""
    states = {"closed": _("closed"), "past": _("past"), "open": _("open")}
    columns = tables.COLUMNS
    rows: list[Row] = []
    for one in found.rows:
        parts = one.by_expense.items() or (("", Line()),)
        for expense, line in parts:
            told = [one.label, one.period.start, one.period.end, states[one.state], tables.expense_words(expense)]
            rows.append((told, [getattr(line, name) for name, _title in columns]))
    heads = [_("Period"), _("From"), _("Until"), _("State"), _("Capex or opex")]
    return _laid(heads, [title for _name, title, _help in tables.heads(columns)], rows)


def _investments(page: Page, state: State) -> tuple[list[str], list[list[Any]]]:
    """Each investment of the scope, of all time, times its share."""
    rows: list[Row] = []
    for one in money_by_investment(page.view, state.scope, window=state.window, basis=state.basis):
        if one.whole == Whole():
            continue
        investment = page.view.plan.investments[one.investment]
        amounts = [getattr(one.whole, name) for name, _title in tables.SUMS]
        rows.append(([investment.number or "", investment.name, one.share], amounts))
    heads = [_("Number"), _("Investment"), _("Share")]
    return _laid(heads, [title for _name, title, _help in tables.heads(tables.SUMS)], rows)


def _laid(heads: list[str], titles: list[str], rows: list[Row]) -> tuple[list[str], list[list[Any]]]:
    """Amounts opened by currency: a column for each one that a figure is told in."""
    codes = [
        sorted({code for _cells, amounts in rows for code in amounts[place].by_currency})
        for place in range(len(titles))
    ]
    headings = [*heads, *_each(codes, lambda place, code: f"{titles[place]} ({code})" if code else titles[place])]
    laid = [
        [*cells, *_each(codes, lambda place, code, amounts=amounts: amounts[place].by_currency.get(code))]  # type: ignore[misc]
        for cells, amounts in rows
    ]
    return headings, laid


def _each(codes: list[list[str]], cell: Callable[[int, str], Decimal | str | None]) -> Iterable[Any]:
    return [cell(place, code) for place, several in enumerate(codes) for code in several]
