"""What is kept of a file in the record, so that it can be written again: its frame and its rows; and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from northing.portfolio.workspace import SourceFile, SourceRow

from .manner import Manner
from .tabular import TableFile, TableRow, told_apart


def kept_file(
    file: TableFile, id: str, *, source: str, format: dict[str, Any], edition: str | None = None
) -> SourceFile:
    """*file* without its rows. *format*: how it was written, and which column is which field."""
    return SourceFile(
        id=id,
        source=source,
        name=file.name,
        edition=edition,
        sha256=file.sha256,
        encoding=file.encoding,
        header=file.header,
        format=format,
        preamble=file.preamble,
        epilogue=file.epilogue,
        rows=len(file.rows),
    )


def kept_row(row: TableRow, id: str, *, file: str, made: dict[str, list[str]]) -> SourceRow:
    """*row* of the kept *file*, and what was *made* of it: kind → ids."""
    return SourceRow(
        id=id, file=file, ordinal=row.ordinal, line=row.line, cells=row.cells, raw=row.raw, octets=row.octets, made=made
    )


def table_of(file: SourceFile, rows: Iterable[SourceRow]) -> TableFile:
    """The table as it was read. A row of which nothing was made counts as one that could not be read."""
    return TableFile(
        name=file.name,
        sha256=file.sha256,
        encoding=file.encoding,
        format={name: value for name, value in file.format.items() if name in Manner.__struct_fields__},
        preamble=file.preamble,
        epilogue=file.epilogue,
        header=file.header,
        columns=told_apart(file.header),
        rows=tuple(
            TableRow(
                ordinal=row.ordinal,
                line=row.line,
                cells=row.cells,
                raw=row.raw,
                octets=row.octets,
                readable=bool(row.made),
            )
            for row in rows
        ),
    )
