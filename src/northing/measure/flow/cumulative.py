"""Cumulative flow: at the end of each day, how many items stand where.

Bands hold present states, so a band may shrink: an item that stands further back than the evening before is a
correction, told by name. An item arrives when it starts (one that never started, when it finishes) and departs when
it finishes. Its state counts in a band of what is in progress from arrival to departure, whichever state that is: one
sent back to the backlog, or done once and opened again, is still in progress. Hence the law: arrivals minus departures
is the sum of the bands in progress, each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from operator import itemgetter
from typing import Literal

import msgspec

from northing.facts.flow_asking import Item, Span
from northing.portfolio.flow import FINISHED, Phase
from northing.portfolio.periods import Period

from .work import Stay, Used, Work, is_backward

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


_INSTANT = itemgetter(0)
Key = tuple[Part, str | None, Phase | None, int | None]
Evening = tuple[Part, Span | None]
"""The part of its way that an item is in, and its stay as its own policy reads it: what moving back is judged by."""


def cumulative(work: Work, window: Period) -> Cumulative:
    """Cumulative flow at the end of each day of *window*, up to now."""
    chart = _Chart(work, window)
    for item in work.items:
        if not is_backward(item):
            chart.put(item)
    return chart.told()


class _Chart:
    """What enters and leaves each band on each day; what was before the window enters on its first day."""

    def __init__(self, work: Work, window: Period) -> None:
        self.work = work
        self.first = window.start.toordinal()
        last = min(window.end.toordinal(), work.days.number(work.now) + 1)
        self.days = max(last - self.first, 0)
        self.window = Period(window.start, window.start + timedelta(days=self.days))
        self.until = work.days.begins_of(self.first + self.days)
        self.changes: dict[Key, list[int]] = defaultdict(lambda: [0] * self.days)
        self.arrivals, self.departures = [0] * self.days, [0] * self.days
        self.corrections: list[Correction] = []

    def put(self, item: Item) -> None:
        arrived = item.finished if item.started is None else item.started
        for instant, counts in ((arrived, self.arrivals), (item.finished, self.departures)):
            if instant is not None and instant < self.until:
                counts[max(0, self.work.days.number(instant) - self.first)] += 1
        here: Evening | None = None
        evening: Span | None = None
        """Where it stood at the end of the last day on which its rank was known."""
        number, place, first, until = self.work.days.number, self.work.place, self.first, self.until
        day, counts = 0, self.arrivals
        for instant, stands in _way(item, arrived, self.work.stays(item)):
            if instant >= until:
                break
            then, day = day, number(instant) - first
            if here is not None:
                counts[day if day > 0 else 0] -= 1
                if day > then:
                    evening = self._compare(item, evening, then, here)
            span = stands[1]
            counts = self.changes[(stands[0], None, None, None) if span is None else (stands[0], *place(span))]
            counts[day if day > 0 else 0] += 1
            here = stands
        if here is not None:
            self._compare(item, evening, day, here)

    def _compare(self, item: Item, evening: Span | None, day: int, stands: Evening) -> Span | None:
        """Note a correction where *item* stands further back at the end of *day* than the *evening* before."""
        part, span = stands
        if part not in ("before", "progress") or span is None or span.rank is None:
            return evening
        if evening is not None and day >= 0 and evening.rank is not None and span.rank < evening.rank:
            reopened = evening.phase in FINISHED and span.phase not in FINISHED
            told = Correction(day=day, item=item, was=evening.state, now=span.state, reopened=reopened)
            self.corrections.append(told)
        return span

    def told(self) -> Cumulative:
        bands = [
            Band(part=part, state=state, phase=phase, rank=rank, counts=tuple(accumulate(changes)))
            for (part, state, phase, rank), changes in self.changes.items()
        ]
        return Cumulative(
            used=self.work.used,
            window=self.window,
            arrivals=tuple(accumulate(self.arrivals)),
            departures=tuple(accumulate(self.departures)),
            bands=tuple(sorted((band for band in bands if any(band.counts)), key=_order)),
            corrections=tuple(sorted(self.corrections, key=lambda one: (one.day, one.item.source, one.item.item))),
            left_out=tuple(item for item in self.work.items if is_backward(item)),
        )


def _way(item: Item, arrived: int | None, stays: Sequence[Stay]) -> list[tuple[int, Evening]]:
    """Where *item* stands from which instant on. Before its first state is known it stands there already."""
    marks: list[tuple[int, Part | None, Span | None]] = [(stay.entered, None, stay.span) for stay in stays]
    if arrived is not None:
        marks.append((arrived, "progress", None))
    end: Part | None = None
    if item.finished is not None:
        end = "discarded" if item.outcome == "discarded" else "delivered"
        marks.append((item.finished, end, None))
    marks.sort(key=_INSTANT)
    part: Part = "before"
    here = stays[0].span if stays else None
    found: list[tuple[int, Evening]] = []
    for instant, turn, span in marks:
        if turn is None:
            here = span
        elif turn == end:
            found.append((instant, (turn, None)))
            break
        else:
            part = turn
        found.append((instant, (part, here)))
    return found


def _order(band: Band) -> tuple[int, int, str]:
    """From the end of the way to its beginning."""
    return PARTS.index(band.part), 1 if band.rank is None else -band.rank, band.state or ""
