"""XLSX, its header some rows down found by itself; opened only after ``archive`` has looked at it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from typing import Any

from northing.portfolio.errors import Invalid

from . import archive
from .octets import Source, name_of, octets
from .tabular import Findings, TableFile, TableRow, fit, told_apart, unfit


def read(source: Source, *, sheet: str | None = None) -> TableFile:
    """The table in a workbook: on *sheet*, else on the sheet that holds most."""
    return parse(octets(source), name_of(source), sheet=sheet)


def parse(data: bytes, name: str, *, sheet: str | None = None) -> TableFile:
    """A workbook as a table: *sheet*, else the one with the most rows."""
    archive.check(data, name)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise Invalid(f"{name} has no sheet “{sheet}”.", remedy="Its sheets: " + ", ".join(names), file=name)
        grids = {
            each: book.get_sheet_by_name(each).to_python(skip_empty_area=False)
            for each in ([sheet] if sheet else names)
        }
    except (CalamineError, OSError, ValueError) as wrong:
        raise Invalid(
            f"{name} cannot be read as a workbook: {wrong}.",
            remedy="Open it in a spreadsheet and save it again.",
            file=name,
        ) from None
    chosen = max(grids, key=lambda each: sum(1 for row in grids[each] if any(cell != "" for cell in row)), default=None)
    if chosen is None:
        raise Invalid(f"{name} holds no sheet.", remedy="Save it again.", file=name)
    cells = [[as_text(cell) for cell in row] for row in grids[chosen]]
    top = header_row(cells)
    if top is None:
        raise Invalid(f"{name} holds no table on “{chosen}”.", remedy="One row must name the columns.", file=name)
    last = max(at for at, cell in enumerate(cells[top]) if cell.strip()) + 1
    width = max([last, *(_width(row) for row in cells[top + 1 :])])
    header = [fit(cells[top][at]) if at < len(cells[top]) else "" for at in range(width)]
    columns = told_apart(header)
    findings = Findings()
    rows: list[TableRow] = []
    for at, row in enumerate(cells[top + 1 :], top + 2):
        if any(row):
            filled = tuple(row[:width]) + ("",) * (width - len(row))
            bad = unfit(filled, columns, at)
            if bad is not None:
                findings.append(bad)
                filled = tuple(fit(cell) for cell in filled)
            rows.append(TableRow(ordinal=len(rows) + 1, line=at, cells=filled, readable=bad is None))
    return TableFile(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind="xlsx",
        format={"sheet": chosen},
        header=tuple(header),
        columns=columns,
        rows=tuple(rows),
        findings=findings.closed(),
    )


def _width(row: Sequence[str]) -> int:
    return max((at + 1 for at, cell in enumerate(row) if cell), default=0)


def header_row(cells: Sequence[Sequence[str]]) -> int | None:
    """Which row names the columns: the first of words, all different, nearly as wide as the widest such row."""
    best: list[tuple[int, int]] = []
    for at, row in enumerate(cells[:60]):
        named = [cell.strip() for cell in row if cell.strip()]
        words = sum(1 for cell in named if not _is_number(cell))
        if named and words >= 0.8 * len(named) and len(set(named)) >= 0.8 * len(named):
            best.append((at, len(named)))
    if not best:
        return next((at for at, row in enumerate(cells[:60]) if any(row)), None)
    widest = max(named for _, named in best)
    return next(at for at, named in best if named >= 0.7 * widest)


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "", 1).lstrip("-+").isdigit()


def as_text(cell: Any) -> str:
    """A cell's value as text: dates in ISO form, whole numbers without a point, nothing rounded."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)
