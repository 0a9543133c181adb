"""Courtesy between processes that write to one SQLite file: who has just written lets those who wait go first.

SQLite's lock has no queue: a process that writes without pause takes it again before anybody else looks, and
another can starve for seconds. So who waits holds a shared lock on a file beside the database, and who has just
written looks at that file before it begins again. Where there are no such locks (not on Unix), nobody waits for
anybody, and all is as SQLite has it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # not on Unix
    fcntl = None  # type: ignore[assignment]

PAUSE = 0.0007
"""Seconds between two tries to get the lock."""
RECENT = 0.01
"""Who wrote so many seconds ago or less has had a turn."""


class Courtesy:
    """One process's manners towards the others at one database."""

    def __init__(self, database: str) -> None:
        self._path = f"{database}-waiting"
        self._pid = 0
        self._waiting = self._looking = -1
        self.wrote = 0.0
        """When this process last wrote."""

    def let_others(self) -> None:
        """Stand back for a moment where somebody waits and the last turn was ours."""
        if time.monotonic() - self.wrote > RECENT or not self._open():
            return
        try:
            fcntl.flock(self._looking, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(3 * PAUSE)
        else:
            fcntl.flock(self._looking, fcntl.LOCK_UN)

    @contextmanager
    def seen_waiting(self) -> Iterator[None]:
        """While this lasts, other processes see that somebody waits."""
        known = self._open()
        if known:
            fcntl.flock(self._waiting, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if known:
                fcntl.flock(self._waiting, fcntl.LOCK_UN)

    def _open(self) -> bool:
        """Whether the file can be used; opened anew after a fork, because locks belong to whoever opened it."""
        if fcntl is None:
            return False
        if self._pid != os.getpid():
            self._pid = os.getpid()
            try:
                self._waiting = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._looking = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            except OSError:
                self._waiting = self._looking = -1
        return self._looking >= 0
