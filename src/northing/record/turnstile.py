"""A queue before SQLite's write lock, so that processes that write to one file do so in turn.

SQLite's lock has no queue: a process that writes without pause takes it again before anybody else looks, and
another can starve for seconds. So each process draws a number from a file beside the database, as at a counter. A
lock on the byte with that number is its place, and its turn comes when no smaller number is locked any more; the
kernel lets go the places of a process that dies.

The queue is manners, not safety: SQLite's own lock alone keeps writers apart. Who has waited here for too long goes on
without it, and where there are no such locks (not on Unix) nobody waits for anybody, and all is as SQLite has it.
"""

from __future__ import annotations

import os
import time

try:
    import fcntl
except ImportError:  # not on Unix
    fcntl = None  # type: ignore[assignment]

PAUSE = 0.0004
"""Seconds between two looks at the places before one's own."""


class Turnstile:
    """One process's way through, at one database. Within a process, one thread at a time uses it."""

    def __init__(self, database: str) -> None:
        self._place = 0
        self._left = 0
        self._file = -1
        if fcntl is not None:
            try:
                # Never opened twice in a process: closing either would let go the locks of both.
                self._file = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                self._file = -1

    def enter(self, patience: float) -> None:
        """Wait for this process's turn, *patience* seconds at the most."""
        if self._file < 0:
            return
        until = time.monotonic() + patience
        try:
            while not (self._place or self._draws()) and time.monotonic() < until:
                time.sleep(PAUSE)
            while not self._is_first() and time.monotonic() < until:
                time.sleep(PAUSE)
        except OSError:  # a full disk, or one that knows no locks: the database will say so, where it matters
            self.leave()

    def leave(self) -> None:
        """Let the next one pass."""
        if self._place:
            self._left, self._place = self._place, 0
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, self._left)

    def _draws(self) -> bool:
        """Take the next number, and lock it before anybody can draw the one after; False while somebody draws."""
        file = self._file
        if not _locks(file, fcntl.LOCK_EX, 1, 0):
            return False
        try:
            place = int.from_bytes(os.pread(file, 7, 0), "big") + 1
            os.pwrite(file, place.to_bytes(7, "big"), 0)
            fcntl.lockf(file, fcntl.LOCK_EX, 1, place)
            self._place = place
        finally:
            fcntl.lockf(file, fcntl.LOCK_UN, 1, 0)
        return True

    def _is_first(self) -> bool:
        before = self._place - 1
        if before > 0 and before != self._left:  # nobody drew since one's own last time
            if not _locks(self._file, fcntl.LOCK_SH, before, 1):
                return False
            fcntl.lockf(self._file, fcntl.LOCK_UN, before, 1)
        return True


def _locks(file: int, how: int, length: int, start: int) -> bool:
    try:
        fcntl.lockf(file, how | fcntl.LOCK_NB, length, start)
    except (BlockingIOError, PermissionError):  # systems differ in how they say that it is taken
        return False
    return True
