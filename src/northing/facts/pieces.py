"""A large text table cut at line ends, a piece for each thread.

To number rows in the order of a file is one thread's work. Pieces whose first line's number is known are numbered, and
all that follows is done, side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

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
    from numpy import count_nonzero, frombuffer, uint8

    number = min(number, path.stat().st_size // LEAST)
    if number < 2:
        return None
    size, lines, last = path.stat().st_size // number, 0, b""
    each: list[Piece] = []
    with path.open("rb") as file:
        for count in range(number):
            check(stop)
            each.append(Piece(bench / f"piece{count}.csv", lines))
            with each[-1].path.open("wb") as piece:
                for page in _pages(file, size if count < number - 1 else None):
                    if b"\r" in page and page.count(b"\r") != page.count(b"\r\n"):
                        return None
                    lines += int(count_nonzero(frombuffer(page, uint8) == ord("\n")))
                    piece.write(page)
                    last = page
    return Pieces(tuple(each), lines + (not last.endswith(b"\n")))


def _pages(file: BinaryIO, size: int | None) -> Iterator[bytes]:
    """Whole lines: *size* bytes of them, and what is missing of the last one; all that are left, where it is None."""
    done = 0
    while (size is None or done < size) and (page := file.read(PAGE)):
        page += file.readline()
        done += len(page)
        yield page
