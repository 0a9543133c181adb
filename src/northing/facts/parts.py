"""An input in several files: the parts of one bill, the pages of one answer, which count together or not at all.

Parts are put one after the other in the order of their names, a table's header once; Parquet files become one such
file. A part that stands there twice would count twice, and is refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from northing.portfolio.errors import Invalid

from .parquet_parts import APART, MAGIC, joined_parquet

LONGEST_HEADER = 1024 * 1024
NO_TEXT = (MAGIC, b"\x1f\x8b", b"PK\x03\x04")
"""How Parquet, gzip and spreadsheets begin."""
DOCUMENT = (b"{", b"[")
BLANK = b"\xef\xbb\xbf \t\r\n"
"""What may stand before a document."""

Part = tuple[str, Iterable[bytes]]
"""A file's name, and its bytes in pieces."""


def named_together(names: Sequence[str]) -> str:
    """What an input of the files *names* is called."""
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]


def joined(parts: Sequence[Part]) -> Iterator[bytes]:
    """The parts as one input. Raises :class:`Invalid` for one that is there twice, or has other columns."""
    ordered = sorted(parts, key=lambda part: part[0])
    if len(ordered) == 1:
        yield from ordered[0][1]
        return
    name, begun = ordered[0][0], iter(ordered[0][1])
    head = b""
    while len(head.lstrip(BLANK)) < len(MAGIC) and (page := next(begun, None)) is not None:
        head += page
    ordered[0] = name, itertools.chain((head,), begun)
    if head[: len(MAGIC)] == MAGIC:
        yield from joined_parquet(ordered)
    elif head.lstrip(BLANK).startswith(DOCUMENT):
        yield from _documents(ordered)
    else:
        yield from _text(ordered)


def _documents(ordered: Sequence[Part]) -> Iterator[bytes]:
    """JSON documents one after the other, each part beginning a line."""
    seen: dict[str, str] = {}
    for name, pages in ordered:
        digest, begun = hashlib.sha256(), False
        for page in pages:
            digest.update(page)
            if not begun and (bare := page.lstrip(BLANK)):
                begun = True
                if not bare.startswith(DOCUMENT):
                    raise Invalid(
                        f"{name} is no JSON; parts are joined where all are JSON, all are CSV, or all are Parquet.",
                        remedy=APART,
                    )
                page = bare
            yield page
        yield b"\n"
        _once(seen, digest, name)


def _once(seen: dict[str, str], digest: Any, name: str) -> None:
    """Raise where a part with the same bytes was *seen* already."""
    twice = seen.get(digest.hexdigest())
    if twice is not None:
        raise Invalid(
            f"{name} is the same as {twice}: it would count twice.",
            remedy="Leave one of them out. Nothing was taken in.",
        )
    seen[digest.hexdigest()] = name


def _text(ordered: Sequence[Part]) -> Iterator[bytes]:
    """Text tables one after the other, the header once."""
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
                remedy=APART,
            )
        last = rest
        yield rest
        for page in stream:
            digest.update(page)
            yield page
            last = page or last
        if last and not last.endswith((b"\n", b"\r")):
            yield b"\n"
        _once(seen, digest, name)


def _header(name: str, pages: Iterator[bytes], digest: Any) -> tuple[tuple[bytes, list[str]], bytes, Iterator[bytes]]:
    """The header, what follows it of the bytes that were read, and the pages after."""
    head = b""
    for page in pages:
        digest.update(page)
        head += page
        if head.startswith(NO_TEXT) or head.lstrip().startswith(DOCUMENT):
            raise Invalid(
                f"{name} is no CSV; parts are joined where all are CSV, all are JSON, or all are Parquet.",
                remedy="Unpack them, or join them before.",
            )
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
