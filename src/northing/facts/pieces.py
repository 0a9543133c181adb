"""A large text table cut at line ends, a piece for each thread.

To number rows in the order of a file is one thread's work. Pieces whose first line's number is known are numbered, and
all that follows is done, side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from os import SEEK_END
from pathlib import Path

import msgspec

from .input import PAGE, Stop, check

LEAST = 8 * 1024 * 1024
"""A smaller piece is not worth a file of its own."""


class Piece(msgspec.Struct, frozen=True):
    """A file with lines of a table, and how many lines of the table stand before them."""

    path: Path
    before: int


class Pieces(msgspec.Struct, frozen=True):
    """The pieces of a table, in its order, and how many lines they have together.

    Its lines are its rows if there are as many rows as lines. A line that is blank, or ends within a cell, makes the
    rows fewer; then the numbers are wrong, and the table must be read as a whole.
    """

    each: tuple[Piece, ...]
    lines: int


def cut(path: Path, bench: Path, number: int, *, stop: Stop | None = None) -> Pieces | None:
    """The text in the file *path* as *number* files in *bench*; None where it is small or ends lines with bare CRs."""
    octets = path.stat().st_size
    number = min(number, octets // LEAST)
    if number < 2:
        return None
    check(stop)
    ends = [*_ends(path, octets, number), octets]
    paths = [bench / f"piece{count}.csv" for count in range(number)]
    with ThreadPoolExecutor(number) as beside:
        counts = list(beside.map(lambda to, start, end: _copied(path, to, start, end), paths, [0, *ends], ends))
    each, lines = [], 0
    for piece, count in zip(paths, counts, strict=True):
        if count is None:
            return None
        each.append(Piece(piece, lines))
        lines += count
    with path.open("rb") as file:
        file.seek(-1, SEEK_END)
        return Pieces(tuple(each), lines + (file.read(1) != b"\n"))


def _ends(path: Path, octets: int, number: int) -> Iterator[int]:
    """Where the pieces but the last end: with the line that holds their share of the file."""
    end = 0
    with path.open("rb") as file:
        for count in range(1, number):
            file.seek(max(end, octets * count // number))
            file.readline()
            end = min(file.tell(), octets)
            yield end


def _copied(path: Path, to: Path, start: int, end: int) -> int | None:
    """Copy whole lines; how many line ends there are, and None where a CR stands alone."""
    from numpy import count_nonzero, frombuffer, uint8

    lines = 0
    with path.open("rb") as file, to.open("wb") as piece:
        file.seek(start)
        while start < end and (page := file.read(min(PAGE, end - start))):
            if not page.endswith(b"\n") and start + len(page) < end:
                page += file.readline()
            start += len(page)
            if b"\r" in page and page.count(b"\r") != page.count(b"\r\n"):
                return None
            lines += int(count_nonzero(frombuffer(page, uint8) == ord("\n")))
            piece.write(page)
    return lines
