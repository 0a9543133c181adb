"""JSON documents out of bytes, however these are cut into pages: one after the other, by lines, or in an array.

A document that is broken or has no end is one fault; reading goes on with the next that begins a line. Memory is
bounded by one document.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

import msgspec

from .octet_text import OctetText

LONGEST = 32 << 20
"""A document longer than this, in bytes, is passed over."""
SHOWN = 400
STRING = rb'"(?:[^"\\\n]++|\\.)*+"'
INSIDE = rb'[^{}\[\]"]*+(?:' + STRING + rb'[^{}\[\]"]*+)*+'
TOKEN = re.compile(rb"\{" + INSIDE + rb"\}|\[" + INSIDE + rb"\]|" + STRING + rb'|\n\{|[{}\[\]"]')
"""An object or array with none inside it is one token: most of a document lies in those."""
REST = re.compile(rb'(?:[^"\\\n]++|\\.)*+')
"""The rest of a string whose end the page before did not have."""
BEGIN = re.compile(rb"[^\s,\x00]")
NEXT = re.compile(rb"\n\{")

CUT_OFF = "The document is cut off: its end is missing. Fetch it again; what stands before it was taken in."
BROKEN = "The document is no JSON: {}. Mend it, or fetch it again; the others were taken in."
TOO_LONG = "The document is longer than 32 MB and was passed over; ask its source for smaller pages."
NOT_JSON = "Here stands something that is no JSON. Export it again as JSON, or choose another format."


class Document(msgspec.Struct, frozen=True):
    """One JSON object, or the reason why there is none; ``said`` is its beginning, to show it."""

    number: int
    value: dict[str, Any] | None
    fault: str | None = None
    said: str = ""


def documents(pages: Iterable[bytes]) -> Iterator[Document]:
    """The objects in *pages*, numbered from 1. Numbers with a point are exact (Decimal)."""
    decoder = msgspec.json.Decoder(float_hook=Decimal)
    number = 0
    text = OctetText()
    for raw, fault in _Scanner(pages).found():
        number += 1
        said = raw[:SHOWN].decode("utf-8", "replace")
        if fault is None:
            try:
                value = decoder.decode(raw if raw.isascii() else text.read(raw) or raw)
            except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError, UnicodeError) as wrong:
                fault = BROKEN.format(str(wrong)[:120])
            else:
                yield Document(number, value)
                continue
        yield Document(number, None, fault, said)


class _Scanner:
    """Finds where objects begin and end; understands strings and brackets, and nothing else."""

    def __init__(self, pages: Iterable[bytes]) -> None:
        self.pages = _utf8(pages)
        self.buffer = b""
        self.open: int | None = 0
        """Arrays around documents that have not ended; None where a fault has passed over their ends."""

    def found(self) -> Iterator[tuple[bytes, str | None]]:
        """(bytes, fault) of one document after the other."""
        at = 0
        while True:
            begin = BEGIN.search(self.buffer, at)
            if begin is None:
                if not self._more(len(self.buffer)):
                    if self.open:
                        yield b"", CUT_OFF
                    return
                at = 0
                continue
            at = begin.start()
            sign = self.buffer[at : at + 1]
            if sign in b"[]":  # an array around all of them
                at += 1
                self.open = None if self.open is None else self.open + (1 if sign == b"[" else -1)
            elif sign == b"{":
                start, end, fault = self._end(at)
                if fault is not None:
                    self.open = None
                yield self.buffer[start:end], fault
                at = end if fault is None else self._resume(end)
            else:
                while len(self.buffer) - at < SHOWN and self._more(at):
                    at = 0
                self.open = None
                yield self.buffer[at : at + SHOWN].split(b"\n")[0], NOT_JSON
                at = self._resume(at)

    def _more(self, drop: int) -> bool:
        """Another page behind what is kept; False where there is none."""
        page = next(self.pages, None)
        if page is None:
            return False
        self.buffer = self.buffer[drop:] + page
        return True

    def _end(self, start: int) -> tuple[int, int, str | None]:
        """Begin and end of the object at *start*, or of what is to be passed over and why."""
        at, depth, string = start, 0, False
        while True:
            if string:  # read on where it was left: a string of many pages is read once
                at = self._rest(at)
                string = self.buffer[at : at + 1] != b'"'
                at += not string
            for token in () if string else TOKEN.finditer(self.buffer, at):
                sign, length = token[0][:1], token.end() - token.start()
                if sign in b"{[":
                    depth += length == 1
                    if not depth:
                        return start, token.end(), None
                elif sign in b"}]":
                    depth -= 1
                    if not depth:
                        return start, token.end(), None
                elif sign == b"\n":
                    # A line that begins an object where none can begin: the one before it has no end.
                    before = self.buffer[max(start, token.start() - 64) : token.start()].rstrip()[-1:]
                    if before not in (b",", b"[", b":", b""):
                        return start, token.start(), CUT_OFF
                    depth += 1
                elif length == 1:
                    at, string = self._rest(token.end()), True
                    break
                at = token.end()
            if string:
                broken = self.buffer.find(b"\n", at)
                if broken >= 0:
                    return start, broken, CUT_OFF
            else:
                at = max(at, len(self.buffer) - 1)  # the last byte may begin what the next page ends
            if len(self.buffer) - start > LONGEST:
                return start, start + LONGEST, TOO_LONG
            if not self._more(start):
                return start, len(self.buffer), CUT_OFF
            at, start = at - start, 0

    def _rest(self, at: int) -> int:
        """Where a string that goes on at *at* stops: before its end, before what breaks it, or with the page."""
        found = REST.match(self.buffer, at)
        assert found is not None  # nothing is a match, too
        return found.end()

    def _resume(self, at: int) -> int:
        """Where the next object begins a line, from *at*; the end of everything where none does."""
        while True:
            following = NEXT.search(self.buffer, at)
            if following is not None:
                return following.end() - 1
            if not self._more(max(at, len(self.buffer) - 1)):  # a line end may stand there, and its object come
                return len(self.buffer)
            at = 0


def _utf8(pages: Iterable[bytes]) -> Iterator[bytes]:
    source = iter(pages)
    head = b""
    while len(head) < 4 and (page := next(source, None)) is not None:
        head += page
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        yield from (decoder.decode(page).encode("utf-8", "replace") for page in chain([head], source))
    else:
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from (page for page in source if page)
