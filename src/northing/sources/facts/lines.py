"""Lines and records of text out of bytes, however these are cut into pages; memory for one record at a time."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import msgspec

from .octet_text import OctetText

LONGEST = 16 << 20
"""A line longer than this, in bytes, is passed over and refused."""
LONGEST_RECORD = 1 << 20
"""A quoted cell may run over lines, but no further than this many characters."""
SHOWN = 400

TOO_LONG = (
    "The line is longer than 16 MB and was passed over; a line end or a quotation mark may be missing. "
    "Mend it, or fetch the file again."
)
NO_TEXT = "The line holds bytes that are not UTF-8; save the file as UTF-8."
NUL = "The line holds a NUL byte; delete it, or fetch the file again."
UNREAD = re.compile("[\0\ufffd]")
OPEN = "A quotation mark is opened and not closed; close it, and double every quotation mark inside a cell."


class Line(msgspec.Struct, frozen=True):
    """A line without its end. Where *fault* says why it cannot be read, the text is only its beginning."""

    number: int
    text: str
    fault: str | None = None


class Rows(msgspec.Struct, frozen=True):
    """A record's cells; its number counts records from 1, the header not among them."""

    number: int
    cells: tuple[str, ...]
    fault: str | None = None
    at: int = 0
    """The cell, from 0, in which what is kept of a faulty row ends."""

    def column(self, header: Sequence[str]) -> str | None:
        """The column in which a faulty row is seen to be wrong."""
        return header[min(self.at, len(header) - 1)] if self.fault is not None and header else None


def lines(pages: Iterable[bytes]) -> Iterator[Line]:
    """The lines in *pages*, numbered from 1."""
    number = 0
    text = OctetText()
    for raw, whole in raw_lines(_utf8(pages)):
        number += 1
        raw = raw.removesuffix(b"\r")
        if not whole:
            yield Line(number, raw[:SHOWN].decode("utf-8", "replace"), TOO_LONG)
            continue
        said = text.read(raw)
        if said is None:
            yield Line(number, raw[:SHOWN].decode("utf-8", "replace"), NO_TEXT)
            continue
        yield Line(number, said[:SHOWN], NUL) if "\0" in said else Line(number, said)


def records(pages: Iterable[bytes]) -> tuple[tuple[str, ...], Iterator[Rows]]:
    """The header of the CSV in *pages*, and its records; the delimiter is what the header holds most of."""
    read = lines(pages)
    first = next((line for line in read if line.text.strip()), None)
    if first is None or first.fault is not None:
        return (), iter(())
    delimiter = max(",;\t|", key=first.text.count)
    whole = _joined(chain([first], read), delimiter)
    header = next(whole, None)
    names = tuple(cell.strip() for cell in header.cells) if header is not None else ()
    return names, whole


def _joined(read: Iterator[Line], delimiter: str) -> Iterator[Rows]:
    waiting: deque[Line] = deque()
    number = -1
    while True:
        line = waiting.popleft() if waiting else next(read, None)
        if line is None:
            return
        if line.fault is None and not line.text.strip():
            continue
        number += 1
        if line.fault is not None:
            yield Rows(number, (line.text,), line.fault, UNREAD.split(line.text, maxsplit=1)[0].count(delimiter))
            continue
        if '"' not in line.text:
            yield Rows(number, tuple(line.text.split(delimiter)))
            continue
        parts, taken = [line.text], []
        length, quotes = len(line.text), line.text.count('"')
        while quotes % 2 and length < LONGEST_RECORD:
            more = waiting.popleft() if waiting else next(read, None)
            if more is None or more.fault is not None:
                if more is not None:
                    taken.append(more)
                break
            taken.append(more)
            parts.append(more.text)
            length += len(more.text)
            quotes += more.text.count('"')
        cells = None if quotes % 2 else _cells("\n".join(parts), delimiter)
        if cells is None:
            waiting.extendleft(reversed(taken))  # each of them may be a record of its own
            yield Rows(number, (line.text[:SHOWN],), OPEN, line.text[: line.text.rindex('"')].count(delimiter))
        else:
            yield Rows(number, cells)


def _cells(said: str, delimiter: str) -> tuple[str, ...] | None:
    csv.field_size_limit(LONGEST)
    try:
        found = list(csv.reader(said.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return tuple(found[0]) if len(found) == 1 else None


def raw_lines(pages: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """(line, whether it is all of it); of one that is too long only the beginning is kept."""
    kept: list[bytes] = []
    length = 0
    for page in pages:
        *ended, rest = page.split(b"\n")
        for piece in ended:
            if length + len(piece) <= LONGEST:
                kept.append(piece)
                yield b"".join(kept), True
            else:
                yield b"".join(kept)[:SHOWN] or piece[:SHOWN], False
            kept, length = [], 0
        length += len(rest)
        if length <= LONGEST:
            if rest:
                kept.append(rest)
        elif len(kept) > 1 or (kept and len(kept[0]) > SHOWN):
            kept = [b"".join(kept)[:SHOWN]]
    if length:
        yield (b"".join(kept), True) if length <= LONGEST else (b"".join(kept)[:SHOWN], False)


def _utf8(pages: Iterable[bytes]) -> Iterator[bytes]:
    """*pages* without a byte order mark; UTF-16 that has one turned into UTF-8."""
    source = iter(pages)
    head = b""
    while len(head) < 4 and (page := next(source, None)) is not None:
        head += page
    rest = chain([head], source)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        yield from (decoder.decode(page).encode("utf-8", "replace") for page in rest)
    else:
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from source
