"""A file as a table: its header, its rows with their cells as they came, and how it was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from northing.portfolio.errors import Finding

from .encoding import undecoded


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``cells`` is empty where the row could not be cut into cells; its text is kept all the same."""

    ordinal: int
    """From 1; the header is not counted, unreadable rows are."""
    line: int
    """In the file, from 1."""
    cells: tuple[str, ...] = ()
    raw: str | None = None
    """The text as it came, line end included, where writing the cells again would not give the same."""
    octets: str | None = None
    """The bytes as they came (base64), where they do not decode."""
    readable: bool = True
    """Whether the cells can be trusted to stand in their columns; a finding says why not."""

    @property
    def blank(self) -> bool:
        return not any(self.cells)


class TableFile(msgspec.Struct, frozen=True, kw_only=True):
    """A table with all that is needed to write the file again."""

    name: str
    sha256: str
    kind: str = "csv"
    """"csv", "xlsx" or "json"."""
    encoding: str = "utf-8"
    format: dict[str, Any] = {}
    preamble: str = ""
    """Text before the first row as it came, header line included."""
    epilogue: str = ""
    header: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """The header with every name told apart: a repeated one is "Name (2)", an empty one "Column 7"."""
    rows: tuple[TableRow, ...] = ()
    findings: tuple[Finding, ...] = ()

    def index(self, column: str) -> int | None:
        return self.columns.index(column) if column in self.columns else None

    def column(self, column: str) -> list[str]:
        """The cells of *column* in all readable rows."""
        at = self.columns.index(column)
        return [row.cells[at] for row in self.rows if row.readable]


def told_apart(header: Sequence[str]) -> tuple[str, ...]:
    """*header* with line breaks and outer blanks taken off, repeated names numbered, and empty ones named."""
    seen: dict[str, int] = {}
    names = []
    for position, cell in enumerate(header, 1):
        name = " ".join(cell.replace("\ufeff", "").split()) or f"Column {position}"
        count = seen[name] = seen.get(name, 0) + 1
        names.append(name if count == 1 else f"{name} ({count})")
    return tuple(names)


def shown(value: str, limit: int = 120) -> str:
    """*value* fit for a message: control characters and bytes that are no text made visible, long ones cut."""
    cut = value[: limit + 1]
    text = "".join(
        char
        if char.isprintable()
        else f"\\x{ord(char) - 0xDC00:02x}"
        if 0xDC80 <= ord(char) <= 0xDCFF
        else char.encode("unicode_escape").decode("ascii")
        for char in cut
    )
    return text[:limit] + "…" if len(text) > limit else text


def fit(cell: str) -> str:
    """*cell* with what is no text (a NUL, half of a character) made visible."""
    unsound = "\0" in cell or (not cell.isascii() and undecoded(cell) >= 0)
    return shown(cell, len(cell) * 6) if unsound else cell


def unfit(cells: Sequence[str], columns: Sequence[str], line: int) -> Finding | None:
    """What in a row is no text: a NUL, or half of a character. JSON and workbooks can hold both."""
    for position, cell in enumerate(cells):
        nul = "\0" in cell
        if nul or (not cell.isascii() and undecoded(cell) >= 0):
            return Finding(
                code="nul-byte" if nul else "wrong-encoding",
                message=f"Line {line} holds {'a NUL byte' if nul else 'half of a character'}; the row was not read.",
                line=line,
                column=columns[position],
                value=shown(cell),
                remedy="Delete it, or write the cell again.",
            )
    return None


MAX_FINDINGS = 2_000
"""So many bad rows are listed one by one; the rest are counted."""


class Findings(list[Finding]):
    """What is wrong with a file, bounded: after so many the rest are only counted."""

    def __init__(self) -> None:
        super().__init__()
        self.more = 0

    def append(self, finding: Finding) -> None:
        if len(self) < MAX_FINDINGS:
            super().append(finding)
        else:
            self.more += 1

    def closed(self) -> tuple[Finding, ...]:
        if not self.more:
            return tuple(self)
        rest = Finding(
            code="more-findings",
            severity=self[-1].severity,
            message=f"And {self.more:,} more rows like these.",
            remedy="Mend the ones listed first; the file may have been saved in a wrong form.",
        )
        return (*self, rest)
