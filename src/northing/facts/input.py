"""An input as it comes in: pieces of bytes, put on disk, counted and hashed; packed ones unpacked.

The hash is over the bytes as they were given. Nothing here knows what they mean.
"""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from northing.portfolio.errors import Invalid, NorthingError

Progress = Callable[[int, int], None]
"""Called with the bytes and the rows that are done so far."""
Stop = Callable[[], bool]
"""Asked now and then; True ends the work."""

PAGE = 1024 * 1024
GZIP = b"\x1f\x8b"
MOST_UNPACKED = 200
"""A packed input may become this many times its size; what becomes more is made to fill a disk."""
FREE_UNPACKED = 100 * 1024 * 1024


class Stopped(NorthingError):
    """Somebody stopped the work before it was done; nothing of it was taken in."""

    code, status, exit_code = "stopped", 409, 8


def check(stop: Stop | None) -> None:
    """Raise :class:`Stopped` where the work is to end."""
    if stop is not None and stop():
        raise Stopped("Stopped before it was done. Nothing was taken in.", remedy="Bring the same input in again.")


class Spooled:
    """An input on disk, unpacked: where it is, and the hash of what was given."""

    def __init__(self, path: Path, sha256: str, octets: int, packed: bool) -> None:
        self.path, self.sha256, self.octets, self.packed = path, sha256, octets, packed

    def pages(self) -> Iterator[bytes]:
        """The bytes again, in pieces."""
        with self.path.open("rb") as file:
            while page := file.read(PAGE):
                yield page

    def head(self, octets: int = PAGE) -> bytes:
        with self.path.open("rb") as file:
            return file.read(octets)


def spool(pages: Iterable[bytes], path: Path, *, progress: Progress | None = None, stop: Stop | None = None) -> Spooled:
    """Put *pages* into the file *path*. Raises :class:`Invalid` where there is nothing, or a packed input is broken."""
    digest, octets = hashlib.sha256(), 0
    unpack = None
    first = True
    written = 0
    hashed: Future[None] | None = None
    with path.open("wb") as file, ThreadPoolExecutor(1) as beside:
        for page in pages:
            check(stop)
            if hashed is not None:
                hashed.result()
            hashed = beside.submit(digest.update, page)
            octets += len(page)
            if first and page:
                first = False
                if page[:2] == GZIP:
                    unpack = zlib.decompressobj(wbits=31)
            for piece in (page,) if unpack is None else _unpacked(unpack, page):
                written += len(piece)
                if written > max(FREE_UNPACKED, MOST_UNPACKED * octets):
                    raise Invalid(
                        "The packed input unpacks to more than two hundred times its size.",
                        remedy="Unpack it yourself and bring in what is inside.",
                    )
                file.write(piece)
            if progress is not None:
                progress(octets, 0)
    if unpack is not None and not unpack.eof:
        raise Invalid("The packed input is cut off: its end is missing.", remedy="Fetch it again.")
    if not written:
        raise Invalid("The input is empty.", remedy="Choose the file that holds the rows.")
    return Spooled(path, digest.hexdigest(), octets, unpack is not None)


@contextmanager
def going_to_disk(path: Path) -> Iterator[None]:
    """While something else is done, have the disk take what was written to *path*; to wait for it later is short."""

    def sync() -> None:
        with suppress(OSError), path.open("rb") as file:  # whoever keeps the file syncs it again, and is told
            os.fsync(file.fileno())

    beside = threading.Thread(target=sync, daemon=True)
    beside.start()
    try:
        yield
    finally:
        beside.join()


def _unpacked(unpack: zlib._Decompress, page: bytes) -> Iterator[bytes]:
    try:
        left = page
        while left and not unpack.eof:
            yield unpack.decompress(left, PAGE)
            left = unpack.unconsumed_tail
        if unpack.eof and unpack.unused_data:
            raise Invalid(
                "The packed input holds several files in a row.", remedy="Unpack it and bring in what is inside."
            )
    except zlib.error as problem:
        raise Invalid("The packed input is damaged and cannot be unpacked.", remedy="Fetch it again.") from problem


def redacted(spooled: Spooled, redact: Callable[[Iterator[bytes]], Iterable[bytes]], path: Path) -> tuple[Path, str]:
    """What may be kept of an input, as a file and its hash. *redact*: takes out what may not be kept.

    Most formats hold nothing of the sort and pass every page on: then it is the input itself, and is not copied.
    """
    if not spooled.packed and _passes_all(spooled, redact):
        return spooled.path, spooled.sha256
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for page in redact(spooled.pages()):
            digest.update(page)
            file.write(page)
    return path, digest.hexdigest()


class _HeldBack(Exception):
    """A page was asked for before the one before it was passed on."""


def _passes_all(spooled: Spooled, redact: Callable[[Iterator[bytes]], Iterable[bytes]]) -> bool:
    """Whether *redact* passes on the very pages that it is given, each of them, in their order."""
    given: list[bytes] = []
    ended: list[bool] = []

    def pages() -> Iterator[bytes]:
        for page in spooled.pages():
            if given:
                raise _HeldBack
            given.append(page)
            yield page
        ended.append(True)

    try:
        return all(given and given.pop() is page for page in redact(pages())) and bool(ended) and not given
    except _HeldBack:
        return False
