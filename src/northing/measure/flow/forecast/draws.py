"""Draws that are the same on every machine, and the futures that they make.

Each stream of draws has a key of its own, hashed from what it is for, and is read from Philox, a counter-based
generator: whoever draws first, in whatever thread, gets the same. Only its raw 64-bit words are used, which are
defined by the algorithm; each half makes a number below n as (half × n) >> 32, which favours none by more than
n / 2³². Everything after that is in whole numbers.
"""

from __future__ import annotations

import hashlib
import math
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from .asked import Sample, Work

Whole = NDArray[np.int64]
ROWS = 64
"""Blocks that are drawn at once at most, which bounds memory."""


class Draws:
    """One stream of numbers, named by *parts*."""

    def __init__(self, *parts: object) -> None:
        name = hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).digest()
        self._bits = np.random.Philox(key=int.from_bytes(name[:16], "little"))

    def below(self, limit: int, rows: int, columns: int) -> Whole:
        """The next *rows* × *columns* whole numbers from 0 up to, and without, *limit* (below 2³¹)."""
        words = (columns + 1) // 2
        raw: Any = self._bits.random_raw(rows * words)
        halves = raw.astype("<u8", copy=False).view("<u4").reshape(rows, 2 * words)[:, :columns]
        numbers: NDArray[np.uint64] = halves.astype(np.uint64)
        numbers *= np.uint64(limit)
        numbers >>= np.uint64(32)
        return numbers.view(np.int64)


class Futures:
    """What one team finishes in each trial, from the as-of day on, by counted days.

    A trial is a row of blocks of *length* days in a row, each beginning on any day of the sample; after its last day
    comes its first again, so that every day is drawn as often as any other.
    """

    def __init__(self, sample: Sample, length: int, trials: int, limit: int, *name: object) -> None:
        self.length, self.trials, self.limit = length, trials, limit
        self._name = (*name, sample.team, sample.days[0], sample.days[-1], len(sample.days))
        counts = np.array(sample.counts, dtype=np.int64)
        around = np.concatenate([counts, np.resize(counts, length - 1)])
        blocks = np.lib.stride_tricks.sliding_window_view(around, length)
        self._running: Whole = np.cumsum(blocks, axis=1)
        """Of the block that begins on each day: how many are finished by the end of each of its days."""
        self._sums: Whole = np.ascontiguousarray(self._running[:, -1])
        self._mean = max(float(self._sums.mean()), 1e-9)
        self._spread = float(self._sums.std()) / self._mean

    def days_until(self, targets: Whole) -> Whole:
        """The counted day, 1 the first, on which each target is reached; 0 for target 0, ``limit + 1`` for never.

        *targets*: one row a target, one column a trial, or a single column for all trials.
        """
        targets = np.broadcast_to(targets, (targets.shape[0], self.trials))
        found = np.where(targets > 0, self.limit + 1, 0)
        last = targets.max(axis=0)
        draws, before, begun = Draws(*self._name), np.zeros(self.trials, dtype=np.int64), 0
        while begun * self.length < self.limit and (before < last).any():
            # Nearly every trial is done after so many blocks. What is drawn does not depend on it.
            ahead = float((last - before).max()) / self._mean
            enough = math.ceil(ahead + 3 * self._spread * math.sqrt(ahead)) + 1
            rows = min(enough, ROWS, -(-self.limit // self.length) - begun)
            starts = draws.below(len(self._sums), rows, self.trials)
            reached = self._sums.take(starts)
            reached[0] += before
            for one, then in pairwise(reached):
                then += one
            for target, row in zip(targets, found, strict=True):
                self._enter(row, target, starts, reached, before, begun)
            before, begun = reached[-1], begun + rows
        return np.minimum(found, self.limit + 1)

    def finished_by(self, days: int) -> Whole:
        """How many items each trial finishes in the first *days* counted days."""
        draws, total = Draws(*self._name), np.zeros(self.trials, dtype=np.int64)
        blocks, rest = divmod(days, self.length)
        while blocks:
            rows = min(blocks, ROWS)
            total += self._sums[draws.below(len(self._sums), rows, self.trials)].sum(axis=0)
            blocks -= rows
        if rest:
            total += self._running[draws.below(len(self._sums), 1, self.trials)[0], rest - 1]
        return total

    def _enter(self, row: Whole, target: Whole, starts: Whole, reached: Whole, before: Whole, begun: int) -> None:
        """Write into *row* the days on which *target* is reached within these blocks."""
        # As octets: there are at most ROWS blocks, and adding them up as wider numbers takes four times as long.
        block = (reached < target).view(np.uint8).sum(axis=0, dtype=np.uint8).astype(np.int64)
        (hit,) = np.nonzero((target > before) & (block < len(starts)))
        block = block[hit]
        day = (begun + block) * self.length + 1
        if self.length > 1:
            flat = block * self.trials + hit
            prior = np.where(block > 0, reached.take(flat - self.trials, mode="clip"), before[hit])
            lacking = (target[hit] - prior)[:, None]
            short = self._running.take(starts.take(flat), axis=0) < lacking
            day += short.view(np.uint8).sum(axis=1, dtype=np.uint8)
        row[hit] = day


def items_left(work: Work, trials: int, *name: object) -> Whole:
    """What is left of *work* in each trial, after its split and risks; a single number where it has neither.

    Split: today's count × a whole per cent, each from low to high as likely, rounded up. A risk strikes each trial
    by itself and then brings low to high items, each number as likely.
    """
    left = np.full(1, work.items, dtype=np.int64)
    if work.split is not None:
        low, high = work.split.low, work.split.high
        percent = low + Draws(*name, work.team, "split").below(high - low + 1, 1, trials)[0]
        left = -(-work.items * percent // 100)
    for risk in work.risks:
        draws = Draws(*name, work.team, "risk", risk.name)
        strikes = draws.below(100, 1, trials)[0] < risk.percent
        left = left + strikes * (risk.low + draws.below(risk.high - risk.low + 1, 1, trials)[0])
    return left


def places(left: Whole, wip: int) -> Whole:
    """After how many finished items of the team each feature is done; 0 for one that has nothing left.

    *left*: one row a feature, in order; one column a trial. The team works on the first *wip* features that are not
    done and gives each an item in turn; a place that gets free is taken when the turn is over.
    """
    if wip == 1:
        return np.where(left > 0, np.cumsum(left, axis=0), 0)
    left, found = left.copy(), np.zeros_like(left)
    done = np.zeros(left.shape[1], dtype=np.int64)
    while (left > 0).any():
        waiting = left > 0
        turn = np.where(waiting, np.cumsum(waiting, axis=0), 0)
        active = waiting & (turn <= wip)
        width = active.sum(axis=0)
        least = np.where(active, left, np.iinfo(np.int64).max).min(axis=0)
        whole = np.where(width > 0, least - 1, 0)
        done += whole * width
        left -= np.where(active, whole + 1, 0)
        ends = active & (left == 0)
        found = np.where(ends, done + turn, found)
        done += width
    return found
