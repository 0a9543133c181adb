"""Many plans side by side that each change a little at a time (simulated annealing), in NumPy.

Each step takes one to three ways out of each plan, the likeliest any, and puts in what fits, by reduced cost and some
noise. A worse plan is taken if it is less worse than a draw that shrinks to nothing. For choices of few rows, where
relaxation and small programmes leave much open (knapsacks); with many rows a step costs too much.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from northing.decide.rows import Floats
from northing.decide.search import Flags, Open

COPIES = 400
LARGEST = 10_000
"""Columns × rows, above which a step takes longer than it is worth."""
ADDED = 6
HEAT = 0.0025
"""By what part of a plan's value a worse one may be worse, at first."""
NOISE = 1.0
"""Of the mean reduced cost."""


def walk(part: Open, start: Flags, reduced: Floats, seconds: float, seed: int, done: Callable[[], bool]) -> Flags:
    """The best plan of each copy, the best of all first, after *seconds* from *start*, which must fit."""
    draw: Any = np.random.default_rng(seed)
    exact = np.abs(part.takes).sum(axis=0, initial=0.0).max(initial=0.0) < 1 << 24
    kind = np.float32 if exact else np.float64
    takes = part.takes.astype(kind)
    rows = np.ascontiguousarray(takes.T)
    count, columns = COPIES, len(start)
    every = np.arange(count)
    plans = start & (draw.random((count, columns)) < draw.random((count, 1)))
    plans[((part.room - plans @ part.takes) < 0).any(axis=1)] = start
    left = (part.room - plans @ part.takes).astype(kind)
    worth = plans @ part.worth
    best, most = plans.copy(), worth.copy()
    noise = np.float32(NOISE * np.abs(reduced).mean())
    gain = reduced.astype(np.float32)
    begun = time.monotonic()
    while (spent := (time.monotonic() - begun) / seconds) < 1 and not done():
        new, room, value = plans.copy(), left.copy(), worth.copy()
        out = 1 + (draw.random(count) < 0.5) * draw.integers(0, 3, count)
        key = np.where(new, draw.random((count, columns), dtype=np.float32), np.float32(-1))
        for turn in range(3):
            column = key.argmax(axis=1)
            gone = (out > turn) & new[every, column]
            room += takes[column] * gone[:, None]
            value -= part.worth[column] * gone
            new[every, column] &= ~gone
            key[every, column] = -1
        key = gain + noise * draw.random((count, columns), dtype=np.float32)
        key[plans] = -np.inf
        open_ = every
        for _ in range(ADDED):
            fits = _fitting(rows, room[open_])
            wanted = np.where(fits, key[open_], np.float32(-np.inf))
            column = wanted.argmax(axis=1)
            some = wanted[np.arange(len(open_)), column] > -np.inf
            open_, column = open_[some], column[some]
            if not open_.size:
                break
            room[open_] -= takes[column]
            value[open_] += part.worth[column]
            new[open_, column] = True
            key[open_, column] = -np.inf
        warm = HEAT * abs(float(most.mean())) * (1 - spent)
        taken = (value >= worth - warm * draw.exponential(size=count)) & (room >= 0).all(axis=1)
        plans[taken], left[taken] = new[taken], room[taken]
        worth = np.where(taken, value, worth)
        better = worth > most
        best[better] = plans[better]
        most = np.where(better, worth, most)
    found: Flags = best[np.argsort(-most, kind="stable")]
    return found


def _fitting(rows: Floats, room: Floats) -> Flags:
    """By plan and column whether it fits; a row that is broken already must not become worse."""
    room = np.maximum(room, 0)
    fits = np.ones((len(room), rows.shape[1]), bool)
    for row, takes in enumerate(rows):
        fits &= takes <= room[:, row : row + 1]
    return fits
