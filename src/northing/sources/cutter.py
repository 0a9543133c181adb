"""Lines cut into rows; what cannot be cut is kept as it is, listed, and loses nothing beside it."""

from __future__ import annotations

import base64
import csv
import re

from northing.portfolio.errors import Finding, Invalid

from .encoding import encode, undecoded
from .manner import Manner, bare, cut, record_end
from .tabular import Findings, TableRow, shown

MAX_ROWS = 1_000_000


class Cutter:
    """Cuts the lines after the header into rows. The csv module does it as long as every row is well formed."""

    def __init__(
        self, lines: list[str], start: int, *, manner: Manner, columns: tuple[str, ...], encoding: str, dirty: bool
    ) -> None:
        self.lines, self.at, self.manner, self.columns = lines, start, manner, columns
        self.encoding, self.dirty = encoding, dirty
        self.findings = Findings()
        self.epilogue = ""
        self.found: list[TableRow] = []

    def rows(self) -> list[TableRow]:
        blanks = ""
        while self.at < len(self.lines):
            start = self.at
            reader = csv.reader(
                map(self.lines.__getitem__, range(start, len(self.lines))),
                delimiter=self.manner.delimiter,
                strict=True,
            )
            try:
                for cells in reader:
                    end = start + reader.line_num
                    if not cells:
                        blanks += "".join(self.lines[self.at : end])
                        self.at = end
                        continue
                    self._take(cells, end, blanks)
                    blanks = ""
                    if self.at != end:  # the row was cut short: start again after its first line
                        break
            except csv.Error:
                self._by_hand(blanks)
                blanks = ""
            if len(self.found) > MAX_ROWS:
                raise Invalid(f"The table has more than {MAX_ROWS:,} rows.", remedy="Split the file.")
        self.epilogue = blanks
        return self.found

    def _take(self, cells: list[str], end: int, blanks: str) -> None:
        """A row that reads well; checked for its number of cells and for what is no text."""
        lines, at = self.lines, self.at
        record = lines[at] if end == at + 1 else "".join(lines[at:end])
        wide = len(self.columns)
        if len(cells) != wide:
            if end > at + 1 and len(cut(bare(lines[at]), self.manner.delimiter)[0]) != wide and self._recovers(at, end):
                self._unclosed(at, blanks)
                return
            if len(cells) > wide and not any(cells[wide:]):
                cells = cells[:wide]
                self._add(record, cells, end, blanks, raw=True)
                return
            few = len(cells) < wide
            column = self.columns[len(cells)] if few else f"Column {wide + 1}"
            self.findings.append(
                located(
                    "too-few-cells" if few else "too-many-cells",
                    f"Row {len(self.found) + 1} has {len(cells)} cells where the header has {wide}; it was not read.",
                    at + 1,
                    column=column,
                    value=cells[-1] if few else cells[wide],
                    remedy="Add the missing cells."
                    if few
                    else f"Put quotation marks around a cell that holds “{self.manner.delimiter}”.",
                )
            )
            self._add(record, cells, end, blanks, readable=False)
            return
        self._add(record, cells, end, blanks)

    def _add(
        self, record: str, cells: list[str], end: int, blanks: str, *, raw: bool = False, readable: bool = True
    ) -> None:
        line = self.at + 1
        self.at = end
        octets: str | None = None
        if self.dirty:
            readable, octets = self._clean(cells, record, line, readable)
        text: str | None = blanks + record
        if not raw and readable and not blanks and self.manner.row(cells) + self.manner.newline == record:
            text = None
        if octets is not None:
            octets = base64.b64encode(encode(blanks + record, self.encoding, False)).decode("ascii")
            text, cells = None, []
        self.found.append(
            TableRow(
                ordinal=len(self.found) + 1,
                line=line,
                cells=tuple(cells),
                raw=text,
                octets=octets,
                readable=readable,
            )
        )

    def _clean(self, cells: list[str], record: str, line: int, readable: bool) -> tuple[bool, str | None]:
        """List what is no text in a row: NUL bytes, and bytes that the encoding does not have."""
        where = next((position for position, cell in enumerate(cells) if "\0" in cell), None)
        if where is not None or "\0" in record:
            column = self._column(where or 0)
            value = cells[where] if where is not None else record
            self.findings.append(
                located(
                    "nul-byte",
                    f"A NUL byte stands in line {line}; the row was not read.",
                    line,
                    column=column,
                    value=value,
                    remedy="Delete the NUL byte, or save the file again as text.",
                )
            )
            readable = False
        if undecoded(record) < 0:
            return readable, None
        where = next((position for position, cell in enumerate(cells) if undecoded(cell) >= 0), 0)
        self.findings.append(
            located(
                "wrong-encoding",
                f"Line {line} holds bytes that are not {self.encoding}; the row was not read.",
                line,
                column=self._column(where),
                value=cells[where] if where < len(cells) else record,
                remedy="Save the file as UTF-8, or name its encoding: --encoding.",
            )
        )
        return False, ""

    def _column(self, position: int) -> str:
        return self.columns[position] if position < len(self.columns) else f"Column {position + 1}"

    def _recovers(self, start: int, end: int) -> bool:
        """Whether the lines after the first are rows of their own, so that the first lacks a quotation mark."""
        wide = len(self.columns)
        return (
            all(
                len(cells) == wide and state == "ok"
                for cells, _, state in (
                    cut(bare(line), self.manner.delimiter) for line in self.lines[start + 1 : min(end, start + 6) - 1]
                )
            )
            and end > start + 2
        )

    def _by_hand(self, blanks: str) -> None:
        """One record that the csv module refuses: a stray carriage return, or a quotation mark out of place."""
        start = self.at
        line = self.lines[start]
        delimiter = self.manner.delimiter
        end = record_end(self.lines, start, delimiter)
        record = line if end == start + 1 else "".join(self.lines[start:end])
        body = bare(record)
        cells, _, state = cut(body, delimiter)
        if state == "ok" and len(cells) == len(self.columns):
            where = next((position for position, cell in enumerate(cells) if "\r" in cell), None)
            if where is not None and _lone(cells[where]):
                self.findings.append(
                    Finding(
                        code="lone-carriage-return",
                        severity="warning",
                        message=f"Line {start + 1} holds a carriage return inside a cell; it was kept there.",
                        line=start + 1,
                        column=self.columns[where],
                        value=shown(cells[where]),
                        remedy="Look whether two rows ran together here.",
                    )
                )
            self._add(record, cells, end, blanks)
            return
        if state == "ok":
            self._take(cells, end, blanks)
            return
        self._unclosed(start, blanks)

    def _unclosed(self, start: int, blanks: str) -> None:
        line = self.lines[start]
        body = bare(line)
        cells, spans, state = cut(body, self.manner.delimiter)
        at = spans[-1][1] + 1 if spans else 0
        why = "not closed" if state == "open" else "out of place"
        self.findings.append(
            located(
                "unbalanced-quotes",
                f"Line {start + 1}: a quotation mark is {why}; the row was not read.",
                start + 1,
                column=self._column(len(cells)),
                value=body[at:],
                remedy="Close it, and double every quotation mark inside a cell.",
            )
        )
        self._add(line, cells, start + 1, blanks, readable=False)


def _lone(cell: str) -> bool:
    return re.search("\r(?!\n)", cell) is not None


def located(code: str, message: str, line: int, *, column: str | None, value: str, remedy: str) -> Finding:
    return Finding(code=code, message=message, line=line, column=column, value=shown(value), remedy=remedy)
