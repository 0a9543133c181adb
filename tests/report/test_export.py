"""A table as a file: what it holds comes back as what it was."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from northing.measure.columns import view_of
from northing.measure.table import ask
from northing.measure.view import View
from northing.portfolio.investment import Investment, Stage
from northing.portfolio.money import CostPlanLine
from northing.portfolio.people import Person
from northing.portfolio.plan import Plan
from northing.report import export
from northing.sources import text
from northing.sources.values import plain_text

WORDS = ["=1+1", "+1 (555)", "-x", "@home", "\tindent", "'=quoted", "''@", "plain", 'é “x”, "y"\nz', "'", "1,5"]


@pytest.fixture
def view() -> View:
    ana = Person(id="p1")
    investments = [
        Investment(
            id=f"i{number}", name=word, number=f"INV-{number:04d}", owner="p1", stage=Stage.ON_HOLD, currency="EUR",
            start=dt.date(2026, 3, 31), tags=("a", "b"),
        )
        for number, word in enumerate(WORDS)
    ]  # fmt: skip
    money = [
        CostPlanLine(id="c1", investment="i0", likely=Decimal("1234567.89"), currency="EUR"),
        CostPlanLine(id="c2", investment="i0", likely=Decimal(-5), currency="USD"),
    ]
    plan = Plan.of("w", "main", 1, [ana, *investments, *money])
    return view_of(plan=plan, names={"p1": "=Ana"}, today=dt.date(2026, 6, 1))


COLUMNS = ("number", "name", "owner", "stage", "start", "planned", "tags")


def test_csv_holds_no_formula_and_reads_back(view: View) -> None:
    answer = ask(view, "investments", columns=COLUMNS, sort=("number",))
    content = export.to_csv(view, answer)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r")) or cell == "-x"]
    file = text.parse(content, "t.csv")
    assert [plain_text(row.cells[1]) for row in file.rows] == WORDS
    assert {plain_text(row.cells[2]) for row in file.rows} == {"=Ana"}
    assert rows[1][3:5] == ["On hold", "2026-03-31"]


def test_money_stands_in_a_column_a_currency(view: View) -> None:
    answer = ask(view, "investments", columns=COLUMNS, sort=("number",))
    headings, rows = export.grid(view, answer)
    at = headings.index("Planned (EUR)")
    assert headings[at + 1] == "Planned (USD)"
    assert rows[0][at : at + 2] == [Decimal("1234567.89"), Decimal(-5)]
    assert rows[1][at : at + 2] == [None, None]


def test_a_workbook_has_numbers_dates_and_text(view: View) -> None:
    answer = ask(view, "investments", columns=COLUMNS, sort=("number",))
    content = export.to_xlsx(view, answer, "Investments: 2026/27")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Investments  2026 27"]
    rows = book.get_sheet_by_index(0).to_python()
    named = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    assert list(named["Name"]) == WORDS
    assert named["Start"][0] == dt.date(2026, 3, 31)
    assert named["Planned (EUR)"][0] == pytest.approx(1234567.89)
    assert named["Planned (USD)"][0] == -5


def test_a_cell_too_long_for_a_workbook_is_cut_and_said(view: View) -> None:
    long = Investment(id="x", name="x" * 40_000, number="INV-9999")
    plan = Plan.of("w", "main", 2, [long])
    wide = view_of(plan=plan, names={}, today=dt.date(2026, 6, 1))
    answer = ask(wide, "investments", columns=("number", "name"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(export.to_xlsx(wide, answer, "T")))
    assert book.sheet_names == ["T", "Cut"]
    assert len(book.get_sheet_by_index(0).to_python()[1][1]) == export.LONGEST
    assert book.get_sheet_by_index(1).to_python()[1][0] == "Row 2, Name"
    assert b"x" * 40_000 in export.to_csv(wide, answer)
