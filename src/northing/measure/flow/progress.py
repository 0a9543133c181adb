"""How many items are in progress at an instant, and how much of their time lies in a stretch of it.

WIP(t) = #{start ≤ t < finish, or not finished}. The time of all of them up to t is Σ (min(t, finish) − start) over
items with start ≤ t, and so t × WIP(t) + Σ finish of those that finished − Σ start of those that started: sums that
are kept sorted, so that each answer is two searches, exact in whole microseconds.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

import numpy as np

from northing.facts.flow_spans import NEVER, Ints


class Progress:
    """The starts and finishes of items, each with a start and no end before it; ``NEVER`` of one that lasts."""

    def __init__(self, starts: Ints, finishes: Ints) -> None:
        ended = np.flatnonzero(finishes != NEVER)
        ended = ended[np.argsort(finishes[ended])]
        self._starts: list[int] = np.sort(starts).tolist()
        self._finishes: list[int] = finishes[ended].tolist()
        # Sums of whole numbers of any size: many instants together are more than a number of the machine can be.
        self._started: list[int] = list(accumulate(self._starts, initial=0))
        self._finished: list[int] = list(accumulate(self._finishes, initial=0))
        self._ended: list[int] = list(accumulate(starts[ended].tolist(), initial=0))
        """The starts of those that finished, in the order in which they finished."""

    def wip(self, at: int) -> int:
        """How many are in progress at the instant *at*."""
        return bisect_right(self._starts, at) - bisect_right(self._finishes, at)

    def time(self, start: int, end: int) -> int:
        """How long they are in progress, all together, between *start* and *end*, in microseconds."""
        return self._until(end) - self._until(start)

    def age(self, at: int) -> int:
        """The ages of those in progress at *at*, added up, in microseconds."""
        begun, ended = bisect_right(self._starts, at), bisect_right(self._finishes, at)
        return at * (begun - ended) - self._started[begun] + self._ended[ended]

    def _until(self, at: int) -> int:
        begun, ended = bisect_right(self._starts, at), bisect_right(self._finishes, at)
        return at * (begun - ended) - self._started[begun] + self._finished[ended]
