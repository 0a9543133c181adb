"""A table as a file: CSV and XLSX that open as what they are: numbers as numbers, dates as dates, text as text.

Text that begins like a formula (= + - @) is never one: in CSV an apostrophe stands before it, which the import
takes off again; in XLSX it is written as text. Money stands in one column a currency, never added up across.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from northing.measure.cells import Column
from northing.measure.table import Answer
from northing.measure.view import View
from northing.portfolio.money import NO_CURRENCY, Amounts

from . import words

LONGEST = 32_767
"""Characters that a cell of a workbook holds."""
APOSTROPHE = ("=", "+", "-", "@", "\t", "\r")

Grid = tuple[list[str], list[list[Any]]]
"""Headings, and rows of str, Decimal, int, date, bool or None."""


def grid(view: View, answer: Answer) -> Grid:
    """The answer's rows with one heading a column; money columns opened by currency."""
    headings: list[str] = []
    currencies: list[tuple[str, ...]] = []
    for place, column in enumerate(answer.columns):
        found: tuple[str, ...] = ()
        if column.type == "money":
            found = tuple(sorted({code for row in answer.rows for code in _codes(row.cells[place])})) or (NO_CURRENCY,)
        currencies.append(found)
        title = words.heading(column)
        headings += [f"{title} ({code})" if code else title for code in found] if found else [title]
    rows = []
    for row in answer.rows:
        cells: list[Any] = []
        for column, codes, cell in zip(answer.columns, currencies, row.cells, strict=True):
            if codes:
                cells += [_amount(cell, code) for code in codes]
            else:
                cells.append(_value(view, column, cell))
        rows.append(cells)
    return headings, rows


def _codes(cell: Any) -> Sequence[str]:
    return list(cell.by_currency) if isinstance(cell, Amounts) else []


def _amount(cell: Any, code: str) -> Decimal | None:
    return cell.by_currency.get(code) if isinstance(cell, Amounts) else None


def _value(view: View, column: Column, cell: Any) -> Any:
    if cell is None or cell == ():
        return None
    if not column.many and column.type in ("number", "integer", "date"):
        return cell
    if not column.many and column.type == "text":
        return str(cell)
    return words.cell(view, column, cell)


def to_csv(view: View, answer: Answer) -> bytes:
    """The table as CSV: UTF-8 with a byte order mark, commas, dates as 2026-03-31, a point before decimals."""
    return csv_of(*grid(view, answer))


def csv_of(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Any table as CSV, in the same manner."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe(heading) for heading in headings])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return safe(cell)
    return str(cell)


def safe(text: str) -> str:
    """*text* with an apostrophe before it where a spreadsheet would take it for a formula."""
    return "'" + text if text.lstrip("'").startswith(APOSTROPHE) else text


def to_xlsx(view: View, answer: Answer, title: str) -> bytes:
    """The table as a workbook: one sheet with a fixed, filtered header; a second one where a cell was too long."""
    return xlsx_of([(title, *grid(view, answer))])


def xlsx_of(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """Tables as a workbook, in the same manner: the title, headings and rows of each sheet."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_calc_mode("manual")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    figure = book.add_format({"num_format": "#,##0.##"})
    cut: list[tuple[str, int, str]] = []
    for title, headings, rows in sheets:
        page = book.add_worksheet(_sheet_name(title))
        for place, heading in enumerate(headings):
            page.write_string(0, place, heading, bold)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and len(cell) > LONGEST:
                    cut.append((page.get_name(), number + 1, headings[place]))
                _write(page, number, place, cell, day, figure)
        page.freeze_panes(1, 0)
        if headings:
            page.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
        for place, heading in enumerate(headings):
            longest = max((len(_plain(row[place])) for row in rows[:200]), default=0)
            page.set_column(place, place, min(60, max(10, len(heading) + 2, longest + 1)))
    if cut:
        notes = book.add_worksheet("Cut")
        notes.write_string(0, 0, f"Cells longer than {LONGEST:,} characters, cut here and whole in the CSV", bold)
        for number, (sheet, line, heading) in enumerate(cut, 1):
            notes.write_string(
                number, 0, f"{sheet}, row {line}, {heading}" if len(sheets) > 1 else f"Row {line}, {heading}"
            )
    book.close()
    return out.getvalue()


def _write(page: Any, number: int, place: int, cell: Any, day: Any, figure: Any) -> None:
    if isinstance(cell, str):
        page.write_string(number, place, cell if len(cell) <= LONGEST else cell[: LONGEST - 1] + "…")
    elif isinstance(cell, bool):
        page.write_boolean(number, place, cell)
    elif isinstance(cell, (int, Decimal)):
        page.write_number(number, place, cell, figure)
    elif isinstance(cell, date):
        page.write_datetime(number, place, datetime.combine(cell, time()), day)


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "Table"
