"""Answers kept in memory: what was asked of the same files by the same rules is not asked again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from typing import TypeVar

A = TypeVar("A", bound=Sized)

MOST_ANSWERS = 1000
MOST_LINES = 500_000
"""Some two hundred megabytes."""


class Answers:
    """The answers that were asked for last, up to a number of lines. Keys name everything that an answer depends on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Sized] = OrderedDict()
        self._lines = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], A], *, most: int = MOST_LINES) -> A:
        """The answer to *key*, made where it is not there; one of more lines than *most* is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]
        answer = make()
        if len(answer) > most:
            return answer
        with self._lock:
            if key not in self._kept:
                self._kept[key] = answer
                self._lines += len(answer)
            while self._kept and (len(self._kept) > MOST_ANSWERS or self._lines > MOST_LINES):
                _, gone = self._kept.popitem(last=False)
                self._lines -= len(gone)
        return answer

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()
            self._lines = 0


ANSWERS = Answers()
