"""Workbooks and JSON: read where they are sound, refused from their headers where they are not."""

from __future__ import annotations

import datetime as dt
import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
import xlsxwriter

from northing.portfolio.errors import Invalid
from northing.sources import files, objects, sheet


def workbook(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, grid in {"Cover": [["Read me"]], "Plan": rows, **sheets}.items():
        page = book.add_worksheet(name)
        for r, row in enumerate(grid):
            for c, value in enumerate(row):
                if isinstance(value, dt.date):
                    page.write_datetime(r, c, dt.datetime.combine(value, dt.time()), dates)
                else:
                    page.write(r, c, value)
    book.close()
    return out.getvalue()


def test_a_header_some_rows_down_is_found() -> None:
    data = workbook(
        [
            ["AI portfolio 2026", "", "", ""],
            [],
            ["as of", "12 June", "", ""],
            ["Name", "Cost", "Start", "Live"],
            ["Atlas", 1250000.5, dt.date(2026, 1, 31), True],
            ["=Beacon", 12, None, False],
            ["", "", "", ""],
            ["Crest", "n/a", dt.date(2024, 2, 29), ""],
        ]
    )
    file = files.read(data, name="plan.xlsx")
    assert file.columns == ("Name", "Cost", "Start", "Live")
    assert [row.cells for row in file.rows] == [
        ("Atlas", "1250000.5", "2026-01-31", "TRUE"),
        ("=Beacon", "12", "", "FALSE"),
        ("Crest", "n/a", "2024-02-29", ""),
    ]
    assert [row.line for row in file.rows] == [5, 6, 8]
    assert file.format["sheet"] == "Plan"


def test_a_sheet_by_its_name() -> None:
    data = workbook([["a", "b"], ["1", "2"]], Other=[["x", "y"], ["3", "4"]])
    assert files.read(data, name="f.xlsx", sheet_name="Other").columns == ("x", "y")
    with pytest.raises(Invalid, match="no sheet") as refused:
        files.read(data, name="f.xlsx", sheet_name="Budget")
    assert "Plan" in str(refused.value.remedy)


def zipped(entries: dict[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def refusal(data: bytes) -> Invalid:
    tracemalloc.start()
    try:
        with pytest.raises(Invalid) as refused:
            sheet.parse(data, "f.xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
    assert refused.value.remedy
    return refused.value


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("bomb") / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as out,
    ):
        for _ in range(400):
            out.write(b"<row><c><v>1</v></c></row>" * 40_000)
    return path.read_bytes()


def test_a_bomb_is_refused_from_its_headers(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda _, name, *__, **___: opened.append(name))
    with pytest.raises(Invalid) as refused:
        sheet.parse(bomb, "bomb.xlsx")
    assert not opened
    finding = refused.value.findings[0]
    assert finding.code == "unsafe-archive"
    assert finding.column == "xl/worksheets/sheet1.xml"
    assert "396 MB" in finding.message
    assert finding.remedy


def test_a_bomb_whose_headers_lie_is_refused(bomb: bytes) -> None:
    size = struct.pack("<I", zipfile.ZipFile(io.BytesIO(bomb)).infolist()[0].file_size)
    assert "larger than the directory says" in refusal(bomb.replace(size, struct.pack("<I", 5000))).message


def test_two_cells_far_apart_are_refused() -> None:
    first, last = b'<row r="1"><c r="A1"><v>1</v></c></row>', b'<row r="9"><c s="1" r="XFD1048576"><v>1</v></c></row>'
    xml = b"<worksheet><sheetData>" + first + last + b"</sheetData></worksheet>"
    assert "16,384 columns" in refusal(zipped({"xl/worksheets/sheet1.xml": xml, "xl/workbook.xml": b"<a/>"})).message


def test_nested_many_encrypted_and_broken_archives_are_refused() -> None:
    assert "inside the archive" in refusal(zipped({"xl/a.xml": b"x", "xl/embeddings/inner.zip": b"PK"})).message
    assert "names 6,000 entries" in refusal(zipped({f"xl/{n}": b"" for n in range(6000)})).message
    assert "not a workbook" in refusal(zipped({"readme.txt": b"hello"})).message
    sound = zipped({"xl/workbook.xml": b"<a/>" * 100})
    assert refusal(sound[:-30])
    assert refusal(b"PK\x03\x04" + b"\0" * 100)
    stored = zipfile.ZipFile(io.BytesIO(sound)).infolist()[0]
    at = 30 + len(stored.filename)
    assert refusal(sound[:at] + zlib.compress(b"nonsense")[:4] + sound[at + 4 :])


def test_json_lists_and_lists_in_objects() -> None:
    first = '{"naam": "Één", "kosten": 12.50, "📈": true}'
    second = '{"naam": null, "tags": ["a", "b"], "deep": {"x": 1}}'
    data = f'{{\n"count": 2,\n"algoritmes": [\n {first},\n {second}\n]}}'
    file = files.read(data.encode(), name="r.json")
    assert file.columns == ("naam", "kosten", "📈", "tags", "deep")
    assert [row.cells for row in file.rows] == [("Één", "12.50", "TRUE", "", ""), ("", "", "", "a; b", '{"x": 1}')]
    assert [row.line for row in file.rows] == [4, 5]
    assert files.read(b'[{"a": 1}]', name="x").columns == ("a",)


def test_json_that_is_no_table() -> None:
    for data, word in (
        (b'{"a": 1}', "no list"),
        (b"[1, 2]", "no list"),
        (b'{"a": [{"x": 1}], "b": [{"y": 2}]}', "several lists"),
        (b'[{"a": 1},]', "not JSON"),
        (b"[" * 100_000, "deeply"),
    ):
        with pytest.raises(Invalid, match=word) as refused:
            objects.parse(data, "f.json")
        assert refused.value.remedy
    file = objects.parse(b'[{"a": "x"},\n 7,\n {"a": "n\\u0000"},\n {"a": "\\ud83d"}]', "f.json")
    assert [(f.code, f.line, f.column, f.value) for f in file.findings] == [
        ("not-an-object", 2, "a", "7"),
        ("nul-byte", 3, "a", "n\\x00"),
        ("wrong-encoding", 4, "a", "\\ud83d"),
    ]
    assert [row.readable for row in file.rows] == [True, False, False, False]


def test_the_name_does_not_decide(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(workbook([["Name", "Cost"], ["Atlas", 1], ["Beacon", 2]]))
    assert files.read(path).kind == "xlsx"


def test_a_key_of_anything_is_a_column() -> None:
    file = objects.parse(b'[{"\\ud83d\\ude80": "up", "a\\u0000b": "x", "\\ud800": "half", "": "none"}]', "f.json")
    assert file.columns == ("🚀", "a\\x00b", "\\ud800", "Column 4")
    assert file.rows[0].cells == ("up", "x", "half", "none")
