"""Cumulative flow: at the end of each day, how many items stand where.

Bands hold present states, so a band may shrink: an item that stands further back than the evening before is a
correction, told by name. An item arrives when it starts (one that never started, when it finishes) and departs when
it finishes. Its state counts in a band of what is in progress from arrival to departure, whichever state that is: one
sent back to the backlog, or done once and opened again, is still in progress. Hence the law: arrivals minus departures
is the sum of the bands in progress, each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import compress
from typing import Literal

import msgspec
import numpy as np

from northing.facts.flow_asking import Item
from northing.facts.flow_spans import NEVER, Ints
from northing.portfolio.flow import FINISHED, Phase
from northing.portfolio.periods import Period

from .days import Bools
from .stays import NOWHERE
from .work import Used, Work

Part = Literal["before", "progress", "delivered", "discarded"]
PARTS: tuple[Part, ...] = ("discarded", "delivered", "progress", "before")


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """Items in one state, in one part of their way."""

    part: Part
    state: str | None
    """None for what has finished, and where nobody knows the state."""
    phase: Phase | None
    rank: int | None
    counts: tuple[int, ...]
    """At the end of each day."""


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """An item that stands further back at the end of a day than at the end of the one before."""

    day: int
    """Its place among the days."""
    item: Item
    was: str | None
    now: str | None
    reopened: bool
    """It had been finished; else it was moved back."""


class Cumulative(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    window: Period
    """Up to today, where it is not over: the last day is as it stands now."""
    arrivals: tuple[int, ...]
    """Items that have arrived by the end of each day."""
    departures: tuple[int, ...]
    bands: tuple[Band, ...]
    """The furthest on first: what has departed, then states from the last to the first, then what has not arrived."""
    corrections: tuple[Correction, ...]
    left_out: tuple[Item, ...]
    """They end before they start."""

    @property
    def wip(self) -> tuple[int, ...]:
        return tuple(top - bottom for top, bottom in zip(self.arrivals, self.departures, strict=True))


Key = tuple[Part, str | None, Phase | None, int | None]


def cumulative(work: Work, window: Period) -> Cumulative:
    """Cumulative flow at the end of each day of *window*, up to now."""
    first = window.start.toordinal()
    days = max(min(window.end.toordinal(), work.days.number(work.now) + 1) - first, 0)
    ways = _ways(work, work.days.begins_of(first + days) if days else -NEVER)
    day = work.days.numbers(ways.at) - first
    bands: dict[Key, Ints] = defaultdict(lambda: np.zeros(days, np.int64))
    for key, counts in _counted(work, ways, np.maximum(day, 0), days):
        bands[key] += counts
    arrivals, departures = (
        np.bincount(np.maximum(day[which], 0), minlength=days).cumsum() for which in (ways.arrives, ways.ends)
    )
    every = [
        Band(part=part, state=state, phase=phase, rank=rank, counts=tuple(counts.tolist()))
        for (part, state, phase, rank), counts in bands.items()
        if counts.any()
    ]
    return Cumulative(
        used=work.used,
        window=Period(window.start, window.start + timedelta(days=days)),
        arrivals=tuple(arrivals.tolist()),
        departures=tuple(departures.tolist()),
        bands=tuple(sorted(every, key=_order)),
        corrections=tuple(
            sorted(_corrections(work, ways, day), key=lambda one: (one.day, one.item.source, one.item.item))
        ),
        left_out=tuple(compress(work.items, work.backward.tolist())),
    )


@dataclass(frozen=True, eq=False)
class _Ways:
    """Where items stand from which instant on: a row a turn of an item's way, item by item, in their order."""

    item: Ints
    at: Ints
    part: Ints
    """Its place among ``PARTS``."""
    stay: Ints
    """The row of its stay; -1: none is known, or it has finished. Before its first one it is there already."""
    arrives: Bools
    ends: Bools
    over: Bools
    """The last turn of its item."""


def _ways(work: Work, until: int) -> _Ways:
    """The turns before *until* of the items that do not end before they start."""
    stays = work.all_stays
    finished, forward, gone = work.finishes, ~work.backward, work.outcomes == "discarded"
    arrived = np.minimum(work.starts, finished)  # without a start, when it finishes
    rows = np.arange(len(work.items))

    item = np.concatenate([stays.item, rows, rows])
    at = np.concatenate([stays.entered, arrived, finished])
    kind = np.repeat([0, 1, 2], [len(stays.item), len(rows), len(rows)])
    stay = np.concatenate([np.arange(len(stays.item)), np.full(2 * len(rows), -1)])
    told = (at < until) & (at <= finished[item]) & forward[item]
    item, at, kind, stay = item[told], at[told], kind[told], stay[told]
    order = np.lexsort((3 * at + kind, item))  # of one instant: into a state, then the arrival, then the end
    item, at, kind, stay = item[order], at[order], kind[order], stay[order]

    turns = np.arange(len(item))
    begin = np.searchsorted(item, item)
    newest = np.maximum.accumulate(np.where(kind == 0, turns, -1))
    own = stays.first[item]
    here = np.where(own < stays.first[item + 1], own, -1)
    here = np.where(newest >= begin, stay[newest], here)
    under_way = (at > arrived[item]) | ((at == arrived[item]) & (kind == 1))
    part = np.where(under_way, PARTS.index("progress"), PARTS.index("before"))
    end = np.where(gone[item], PARTS.index("discarded"), PARTS.index("delivered"))
    return _Ways(
        item=item,
        at=at,
        part=np.where(kind == 2, end, part),
        stay=np.where(kind == 2, -1, here),
        arrives=kind == 1,
        ends=kind == 2,
        over=np.append(item[1:] != item[:-1], np.ones(min(len(item), 1), bool)),
    )


def _counted(work: Work, ways: _Ways, day: Ints, days: int) -> Iterator[tuple[Key, Ints]]:
    """How many are in each part and place at the end of each day: what came in, less what went on to another."""
    stays = work.all_stays
    place = np.where(ways.stay < 0, len(stays.places), np.append(stays.place, 0)[ways.stay])
    codes, code = np.unique(ways.part * (len(stays.places) + 1) + place, return_inverse=True)
    size = len(codes) * days
    came = np.bincount(code * days + day, minlength=size)
    on = np.flatnonzero(~ways.over)
    went = np.bincount(code[on] * days + day[on + 1], minlength=size)
    counts = (came - went).reshape(len(codes), days).cumsum(axis=1)
    for one, found in zip(codes.tolist(), counts, strict=True):
        part, at = divmod(one, len(stays.places) + 1)
        yield (PARTS[part], *(*stays.places, NOWHERE)[at]), found


def _corrections(work: Work, ways: _Ways, day: Ints) -> Iterator[Correction]:
    """Items that stand further back on an evening than on the last one on which their rank was known.

    Moving back is judged by the stay as the item's own policy reads it.
    """
    stays = work.all_stays
    ranks = np.append(stays.ranks, -1)
    unfinished = (ways.part == PARTS.index("before")) | (ways.part == PARTS.index("progress"))
    evening = ways.over | (np.append(day[1:], 0) > day)
    told = np.flatnonzero(evening & unfinished & (ranks[ways.stay] >= 0))
    rank = ranks[ways.stay[told]]
    back = np.flatnonzero((ways.item[told][1:] == ways.item[told][:-1]) & (rank[1:] < rank[:-1])) + 1
    for then, now in zip(told[back - 1].tolist(), told[back].tolist(), strict=True):
        if day[now] >= 0:
            was, before, _ = stays.state(ways.stay[then])
            here, phase, _ = stays.state(ways.stay[now])
            yield Correction(
                day=int(day[now]), item=work.items[ways.item[now]], was=was, now=here,
                reopened=before in FINISHED and phase not in FINISHED,
            )  # fmt: skip


def _order(band: Band) -> tuple[int, int, str]:
    """From the end of the way to its beginning."""
    return PARTS.index(band.part), 1 if band.rank is None else -band.rank, band.state or ""
