"""How a file writes its rows: delimiter, quotation marks, line ends; and a row cut by these rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

MAX_RECORD = 4 << 20
"""A row of more characters has lost a quotation mark."""


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How a file writes its rows."""

    delimiter: str = ","
    newline: str = "\r\n"
    quote_all: bool = False
    mark: bool = False
    """Whether a byte order mark stands first."""

    def cell(self, value: str) -> str:
        if self.quote_all or special(value, self.delimiter):
            return '"' + value.replace('"', '""') + '"'
        return value

    def row(self, cells: Iterable[str]) -> str:
        if self.quote_all:
            return self.delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)
        return self.delimiter.join([self.cell(cell) for cell in cells])


def special(value: str, delimiter: str) -> bool:
    return delimiter in value or '"' in value or "\n" in value or "\r" in value


def bare(record: str) -> str:
    """*record* without its line end."""
    if record.endswith("\r\n"):
        return record[:-2]
    return record[:-1] if record.endswith(("\n", "\r")) else record


QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')


def cut(record: str, delimiter: str) -> tuple[list[str], list[tuple[int, int]], str]:
    """The cells of *record*, where each stands, and "ok", "open" (a quotation mark is not closed) or "bad"."""
    cells: list[str] = []
    spans: list[tuple[int, int]] = []
    at, size = 0, len(record)
    while True:
        if record[at : at + 1] == '"':
            match = QUOTED.match(record, at)
            if match is None:
                return cells, spans, "open"
            end = match.end()
            if end < size and record[end] != delimiter:
                return cells, spans, "bad"
            cells.append(match.group(1).replace('""', '"'))
        else:
            end = record.find(delimiter, at)
            end = size if end < 0 else end
            cells.append(record[at:end])
        spans.append((at, end))
        if end >= size:
            return cells, spans, "ok"
        at = end + 1


def record_end(lines: Sequence[str], start: int, delimiter: str, limit: int = MAX_RECORD) -> int:
    """The line after the record that starts at *start*; the next line where a quotation mark is never closed."""
    text = lines[start]
    state = cut(bare(text), delimiter)[2]
    at, size = start + 1, len(text)
    pieces = [text]
    while state == "open" and at < len(lines) and size < limit:
        line = lines[at]
        pieces.append(line)
        size += len(line)
        at += 1
        if line.count('"') % 2:
            state = cut(bare("".join(pieces)), delimiter)[2]
    return at if state == "ok" else start + 1
