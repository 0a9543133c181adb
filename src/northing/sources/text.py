"""CSV, read so that it can be written again byte for byte.

A row keeps its text only where writing its cells in the file's own manner (delimiter, quotes, line end) would
not give the same; in most files that is no row at all. What cannot be cut into cells is kept as it is, listed,
and loses nothing beside it.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from northing.portfolio.errors import Invalid

from .cutter import Cutter, located
from .encoding import decode, encode, undecoded
from .manner import QUOTED, Manner, bare, cut, record_end, special
from .octets import Source, name_of, octets
from .tabular import TableFile, TableRow, told_apart

DELIMITERS = ",;\t|"

NO_TABLE = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)", "Save it as .xlsx or CSV."),
    (b"%PDF", "a PDF", "Export the table as .xlsx or CSV."),
    (b"\x1f\x8b", "a compressed file", "Unpack it first."),
    (b"SQLite format 3", "a database", "Export the table as CSV."),
)


def read(source: Source, *, encoding: str | None = None, delimiter: str | None = None) -> TableFile:
    """The table in *source*; raises Invalid where there is none in it."""
    return parse(octets(source), name_of(source), encoding=encoding, delimiter=delimiter)


def parse(data: bytes, name: str, *, encoding: str | None = None, delimiter: str | None = None) -> TableFile:
    """A CSV file as a table; encoding and delimiter are found out unless they are given."""
    for magic, what, remedy in NO_TABLE:
        if data.startswith(magic):
            raise Invalid(f"{name} is {what}, not CSV.", remedy=remedy, file=name)
    text, used, mark = decode(data, encoding)
    if "\0" in text[:4096] and text[:4096].count("\0") > 40:
        raise Invalid(
            f"{name} is not a text file: its first lines hold NUL bytes.",
            findings=[
                located(
                    "nul-byte",
                    f"{name} is not a text file.",
                    1,
                    column="Column 1",
                    value=text[:40],
                    remedy="Save it as CSV in UTF-8.",
                )
            ],
            remedy="Save it as CSV in UTF-8.",
            file=name,
        )
    lines = _lines(text)
    between = delimiter or _delimiter(lines)
    start, end = _header(lines, between)
    if start is None:
        raise Invalid(f"{name} holds no table.", remedy="The first line must name the columns.", file=name)
    header, _, _ = cut(bare("".join(lines[start:end])), between)
    if undecoded("".join(header)) >= 0:
        raise Invalid(
            f"The header of {name} holds bytes that are not {used}.", remedy="Name its encoding: --encoding.", file=name
        )
    manner = Manner(
        delimiter=between,
        newline=_line_end(lines[end - 1]),
        quote_all=_quotes_all(lines[end : end + 50], between),
        mark=mark,
    )
    cutter = Cutter(
        lines,
        end,
        manner=manner,
        columns=told_apart(header),
        encoding=used,
        dirty="\0" in text or undecoded(text) >= 0,
    )
    rows = cutter.rows()
    return TableFile(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind="csv",
        encoding=used,
        format=msgspec.to_builtins(manner),
        preamble="".join(lines[:end]),
        epilogue=cutter.epilogue,
        header=tuple(header),
        columns=cutter.columns,
        rows=tuple(rows),
        findings=cutter.findings.closed(),
    )


def write(file: TableFile, overlay: Mapping[int, Mapping[int, str]] | None = None) -> bytes:
    """*file* as it came, with the cells that *overlay* names (ordinal → position → value) put in their places."""
    manner = msgspec.convert(file.format, Manner)
    parts = [encode(file.preamble, file.encoding, manner.mark)]
    for row in file.rows:
        edited = overlay.get(row.ordinal) if overlay else None
        if row.octets is not None:
            parts.append(base64.b64decode(row.octets))
        elif edited and row.readable:
            parts.append(encode(_overlaid(row, edited, manner), file.encoding, False))
        elif row.raw is not None:
            parts.append(encode(row.raw, file.encoding, False))
        else:
            parts.append(encode(manner.row(row.cells) + manner.newline, file.encoding, False))
    parts.append(encode(file.epilogue, file.encoding, False))
    return b"".join(parts)


def _overlaid(row: TableRow, edited: Mapping[int, str], manner: Manner) -> str:
    """The row's text with only the *edited* cells written anew, quoted where they were quoted."""
    text = row.raw if row.raw is not None else manner.row(row.cells) + manner.newline
    blanks = len(text) - len(text.lstrip("\r\n"))
    lead, rest = text[:blanks], text[blanks:]
    body = bare(rest)
    _, spans, _ = cut(body, manner.delimiter)
    parts, last = [lead], 0
    for position in sorted(edited):
        begin, stop = spans[position]
        value = edited[position]
        quoted = body[begin : begin + 1] == '"' or special(value, manner.delimiter)
        parts += [body[last:begin], '"' + value.replace('"', '""') + '"' if quoted else value]
        last = stop
    return "".join((*parts, body[last:], rest[len(body) :]))


def _lines(text: str) -> list[str]:
    """*text* cut after every line feed; after every carriage return where there is no line feed at all."""
    if "\n" in text or "\r" not in text:
        return list(io.StringIO(text, newline="\n"))
    return re.findall("[^\r]*\r|[^\r]+$", text)


def _line_end(line: str) -> str:
    """How *line* ends; a file of one line that has no end is taken to mean CRLF."""
    return line[len(bare(line)) :] or "\r\n"


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most of the first rows into the same number of cells, more cells before fewer."""
    sample = "".join(lines[:200])
    best, chosen = (0.0, 0), ","
    for candidate in DELIMITERS:
        if candidate not in sample:
            continue
        counts: Counter[int] = Counter()
        try:
            for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=candidate):
                if cells:
                    counts[len(cells)] += 1
        except csv.Error:
            pass
        if not counts:
            continue
        width, times = max(counts.items(), key=lambda item: (item[1] * min(item[0], 3), item[0]))
        if width > 1:
            score = (times / counts.total() * min(width, 3), width)
            if score > best:
                best, chosen = score, candidate
    return chosen


def _header(lines: Sequence[str], delimiter: str) -> tuple[int | None, int]:
    """The lines of the header: the first row as wide as most are, of which few cells are empty."""
    records: list[tuple[int, int, list[str]]] = []
    at = 0
    while at < len(lines) and len(records) < 60:
        end = record_end(lines, at, delimiter)
        records.append((at, end, cut(bare("".join(lines[at:end])), delimiter)[0]))
        at = end
    filled = [entry for entry in records if any(cell.strip() for cell in entry[2])]
    if not filled:
        return None, 0
    width = Counter(len(cells) for _, _, cells in filled).most_common(1)[0][0]
    for start, end, cells in filled[:25]:
        if len(cells) >= width and sum(bool(cell.strip()) for cell in cells) >= max(1, 0.5 * len(cells)):
            return start, end
    return filled[0][0], filled[0][1]


def _quotes_all(lines: Sequence[str], delimiter: str) -> bool:
    sample = [line for line in lines if line.strip()]
    every = sum(1 for line in sample if bare(line).startswith('"') and f"{delimiter}{delimiter}" not in line)
    plain = sum(
        1
        for line in sample
        if re.search(rf'(^|{re.escape(delimiter)})[^"{re.escape(delimiter)}\r\n]+', re.sub(QUOTED, "", line))
    )
    return bool(sample) and every > 0.9 * len(sample) and plain == 0
