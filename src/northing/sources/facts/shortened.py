"""Text whose lines fit into memory: of one that is too long only the beginning is passed on, and its number noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from .lines import SHOWN, raw_lines

HEAD = 1 << 16
PAGE = 1 << 20
NO_LINES = (b"PK\x03\x04", b"{", b"[", b"\xff\xfe", b"\xfe\xff")
"""How inputs begin that have no lines to be cut at, or other line ends: workbooks, JSON, UTF-16."""


class Shortened:
    """*pages* with every line that is longer than ``LONGEST`` cut short; ``lines`` has their numbers, from 1.

    What is left of such a line has no quotation mark, so that nothing is open towards the lines after it.
    """

    def __init__(self, pages: Iterable[bytes]) -> None:
        self._pages = pages
        self.lines: list[int] = []

    def __iter__(self) -> Iterator[bytes]:
        source = iter(self._pages)
        head = b""
        while len(head) < HEAD and (page := next(source, None)) is not None:
            head += page
        whole = chain([head], source)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(NO_LINES) or (b"\r" in head and b"\n" not in head):
            yield from whole
            return
        parts: list[bytes] = []
        length = 0
        for number, (line, complete) in enumerate(raw_lines(whole), 1):
            if not complete:
                self.lines.append(number)
                line = line[:SHOWN].replace(b'"', b"'")
            parts += (line, b"\n")
            length += len(line) + 1
            if length > PAGE:
                yield b"".join(parts)
                parts, length = [], 0
        yield b"".join(parts)
