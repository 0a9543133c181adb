"""An input in several files: the parts of one bill, which count together or not at all.

Parts are put one after the other in the order of their names, the header once. A part that stands there twice would
count twice, and is refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from northing.portfolio.errors import Invalid

LONGEST_HEADER = 1024 * 1024
PARQUET, GZIP = b"PAR1", b"\x1f\x8b"

Part = tuple[str, Iterable[bytes]]
"""A file's name, and its bytes in pieces."""


def joined(parts: Sequence[Part]) -> Iterator[bytes]:
    """The parts as one table. Raises :class:`Invalid` for one that is there twice, or has other columns."""
    ordered = sorted(parts, key=lambda part: part[0])
    if len(ordered) == 1:
        yield from ordered[0][1]
        return
    seen: dict[str, str] = {}
    first: list[str] | None = None
    for name, pages in ordered:
        digest = hashlib.sha256()
        header, rest, stream = _header(name, iter(pages), digest)
        if first is None:
            first = header[1]
            yield header[0]
        elif header[1] != first:
            raise Invalid(
                f"{name} has other columns than {ordered[0][0]}; parts of one input have the same.",
                remedy="Bring in together what was exported together. Nothing was taken in.",
            )
        last = rest
        yield rest
        for page in stream:
            digest.update(page)
            yield page
            last = page or last
        if last and not last.endswith((b"\n", b"\r")):
            yield b"\n"
        twice = seen.get(digest.hexdigest())
        if twice is not None:
            raise Invalid(
                f"{name} is the same as {twice}: it would count twice.",
                remedy="Leave one of them out. Nothing was taken in.",
            )
        seen[digest.hexdigest()] = name


def _header(name: str, pages: Iterator[bytes], digest: Any) -> tuple[tuple[bytes, list[str]], bytes, Iterator[bytes]]:
    """The header, what follows it of the bytes that were read, and the pages after."""
    head = b""
    for page in pages:
        digest.update(page)
        head += page
        if head[:4] == PARQUET or head[:2] == GZIP:
            raise Invalid(f"{name} is no text table; parts are joined where they are CSV.", remedy="Join them before.")
        end = _end_of_line(head)
        if end:
            return (head[:end], _cells(head[:end])), head[end:], pages
        if len(head) > LONGEST_HEADER:
            break
    if len(head) > LONGEST_HEADER or not head.strip():
        raise Invalid(f"{name} has no header.", remedy="Choose the files that hold the rows.")
    return (head + b"\n", _cells(head)), b"", pages


def _cells(line: bytes) -> list[str]:
    text = line.decode("utf-8-sig", errors="replace")
    return [cell.strip() for cell in next(csv.reader(io.StringIO(text)), [])]


def _end_of_line(head: bytes) -> int:
    """Where the first line ends, outside of quotes; 0 where it does not yet."""
    quoted = False
    for place, octet in enumerate(head):
        if octet == 0x22:
            quoted = not quoted
        elif octet == 0x0A and not quoted:
            return place + 1
    return 0
