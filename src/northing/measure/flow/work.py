"""The work of a scope as one policy reads it: what every measure of flow is a function of.

Items whose instants cannot be true (the end before the start, changes from before there was an item) are counted where
things are counted, left out of every duration, and named wherever they are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, compress
from operator import attrgetter

import msgspec
import numpy as np
from numpy.typing import NDArray

from northing.facts.flow_asking import UNTRUE, Id, Item, Reading
from northing.facts.flow_spans import NEVER, Ints, Spans, State
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import Calendar, DayCount, PercentileRule, Phase, WorkflowPolicy
from northing.portfolio.periods import Period

from .days import UNITS, Bools, Days
from .progress import Progress
from .stays import Place, Spent, Stay, Stays, spent_of, stays_of

BY_CREATION = attrgetter("created", "source", "item")
BY_FINISH = attrgetter("finished", "source", "item")
ORDER = {phase: rank for rank, phase in enumerate(Phase)}


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """The policy by which something was measured."""

    id: str
    number: str | None
    name: str
    start: date | None


@dataclass(frozen=True, eq=False)
class Ended:
    """Items in the order in which they finished."""

    every: tuple[Item, ...]
    """Also those that did not."""
    row: Ints
    """The place of each among them."""
    at: Ints
    """When each finished."""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(map(self.every.__getitem__, self.row.tolist()))

    def between(self, start: int, end: int) -> slice:
        """The places of those that finished from *start* up to *end*."""
        first, last = np.searchsorted(self.at, [start, end]).tolist()
        return slice(first, last)

    def those(self, which: Bools) -> Ended:
        """Those of *which*, told by their places among all items."""
        kept = which[self.row]
        return Ended(self.every, self.row[kept], self.at[kept])


@dataclass(frozen=True, eq=False, kw_only=True)
class Work:
    """Items and their stays, up to the instant *now*."""

    used: Used
    reading: Reading
    count: DayCount
    percentiles: PercentileRule
    days: Days
    items: tuple[Item, ...]
    """By creation, source and id."""
    spans: Spans
    now: int
    parts: tuple[Work, ...] = ()
    """What it was joined from (:func:`.joining.join`), each part read by a policy of its own; none: it is one."""
    ranks: Mapping[str, int] | None = None
    """Of joined work: the order of the states that its policies agree on; None where they do not, and phases stand in
    their place."""

    def place(self, state: State) -> Place:
        """Where what is in *state* stands in pictures: there, or, where joined policies differ over states, in its
        phase."""
        name, phase, _ = state
        if not self.parts:
            return state
        if phase is None:
            return name, None, None
        if self.ranks is None or name is None:
            return phase, phase, ORDER[phase]
        return name, phase, self.ranks[name]

    @cached_property
    def names(self) -> frozenset[str]:
        """The ids of its items."""
        return frozenset(item.item for item in self.items)

    def reading_for(self, item: Item) -> Reading:
        """By which *item* is read."""
        return self._readings.get((item.source, item.item), self.reading)

    @cached_property
    def _readings(self) -> Mapping[Id, Reading]:
        return {(item.source, item.item): part.reading for part in self.parts for item in part.items}

    @property
    def waits(self) -> bool:
        """Whether waiting can be told from work of any item."""
        return any(part.reading.waits for part in self.parts or (self,))

    @property
    def unit(self) -> int:
        """How many units of :meth:`took` are a day."""
        return UNITS[self.count]

    def took(self, start: int, finish: int) -> int:
        """From *start* to *finish* as the policy counts days, in :attr:`unit` of a day."""
        return self.days.took(self.count, start, finish)

    def age(self, item: Item) -> Fraction:
        """Days from the start of *item* in progress to now, as the policy counts them; 0 without a start before now."""
        return self.ages([item])[0]

    def ages(self, items: Sequence[Item]) -> list[Fraction]:
        """The same, of many at once."""
        starts = np.array([self.now if one.started is None else min(one.started, self.now) for one in items], np.int64)
        took = self.days.all_took(self.count, starts, np.full(len(starts), self.now))
        return [
            Fraction(units, self.unit) if start < self.now else Fraction(0)
            for start, units in zip(starts.tolist(), took.tolist(), strict=True)
        ]

    def finished(self, window: Period) -> tuple[Item, ...]:
        """Items that finished, delivered or not, in the days of *window*, in the order in which they did."""
        return self.ended.items[self.ended.between(*self.days.bounds(window))]

    def delivered(self, window: Period) -> tuple[Item, ...]:
        """Those of them that were delivered."""
        return self._delivered.items[self._delivered.between(*self.days.bounds(window))]

    def measured(self, window: Period) -> tuple[tuple[Item, ...], tuple[int, ...]]:
        """Those of the delivered ones whose time from start to finish means something, and how long each took."""
        ended, took = self._measured
        inside = ended.between(*self.days.bounds(window))
        return ended.items[inside], took[inside]

    def measured_rows(self, window: Period) -> Ints:
        """The places of the same among all items."""
        ended, _ = self._measured
        return ended.row[ended.between(*self.days.bounds(window))]

    @cached_property
    def ended(self) -> Ended:
        """What finished."""
        rows = [row for row, one in enumerate(self.items) if one.finished is not None]
        rows.sort(key=list(map(BY_FINISH, self.items)).__getitem__)
        row = np.array(rows, np.int64)
        return Ended(self.items, row, self.finishes[row])

    @cached_property
    def starts(self) -> Ints:
        """When each item started; ``NEVER`` where it did not."""
        return np.array([NEVER if item.started is None else item.started for item in self.items], np.int64)

    @cached_property
    def finishes(self) -> Ints:
        """When each item finished; ``NEVER`` where it did not."""
        return np.array([NEVER if item.finished is None else item.finished for item in self.items], np.int64)

    @cached_property
    def backward(self) -> Bools:
        """Whether each item ends before it starts."""
        return np.array(list(map(is_backward, self.items)), np.bool_)

    @cached_property
    def true(self) -> Bools:
        """Whether each item's instants can be measured by."""
        return np.array(list(map(is_true, self.items)), np.bool_)

    @cached_property
    def measurable(self) -> Bools:
        """Whether each item's durations mean something: it started, at instants that can be true."""
        told: Bools = (self.starts != NEVER) & self.true
        return told

    @cached_property
    def outcomes(self) -> NDArray[np.str_]:
        return np.array([item.outcome for item in self.items], np.str_)

    @cached_property
    def _delivered(self) -> Ended:
        return self.ended.those(self.outcomes == "delivered")

    @cached_property
    def timely(self) -> Ended:
        """What finished and started, at instants that can be true."""
        return self.ended.those(self.measurable)

    @cached_property
    def took_until(self) -> Sequence[int]:
        """How long the first so many of what is :attr:`timely` took from start to finish, added up."""
        took = self.timely.at - self.starts[self.timely.row]
        return list(accumulate(took.tolist(), initial=0))

    def unmeasured(self, window: Period) -> tuple[Item, ...]:
        """The other delivered ones: without a start, or with instants that cannot be true."""
        return self._unmeasured.items[self._unmeasured.between(*self.days.bounds(window))]

    @cached_property
    def _unmeasured(self) -> Ended:
        return self._delivered.those(~self.measurable)

    @cached_property
    def _measured(self) -> tuple[Ended, tuple[int, ...]]:
        ended = self.timely.those(self.outcomes == "delivered")
        took = self.days.all_took(self.count, self.starts[ended.row], ended.at)
        return ended, tuple(took.tolist())

    @cached_property
    def all_stays(self) -> Stays:
        """Where all items were."""
        return stays_of(self.items, self.spans, self.place)

    @cached_property
    def rows(self) -> Mapping[Id, int]:
        """The place of each item among them."""
        return {(item.source, item.item): row for row, item in enumerate(self.items)}

    def doubtful(self, window: Period) -> tuple[Item, ...]:
        """Items that finished in *window*, at instants that cannot be true."""
        return self._doubtful.items[self._doubtful.between(*self.days.bounds(window))]

    @cached_property
    def _doubtful(self) -> Ended:
        return self.ended.those(~self.true)

    @cached_property
    def spent(self) -> Spent:
        """How long each of what is :attr:`timely` was in each place between start and finish."""
        ended = self.timely
        return spent_of(self.all_stays, ended.row, self.starts[ended.row], ended.at)

    def stays(self, item: Item) -> tuple[Stay, ...]:
        """Where *item* was, from its creation on, end to end."""
        row = self.rows.get((item.source, item.item))
        return () if row is None else tuple(self.all_stays.of_item((item.source, item.item), row))

    def in_progress(self, at: int) -> tuple[Item, ...]:
        """Those of :attr:`whole` that have started by the instant *at*, and not finished."""
        inside = (self.starts <= at) & (at < self.finishes) & ~self.backward
        return tuple(compress(self.items, inside.tolist()))

    @cached_property
    def whole(self) -> tuple[Item, ...]:
        """The items that have a start, and no end before it."""
        return tuple(compress(self.items, ((self.starts != NEVER) & ~self.backward).tolist()))

    @cached_property
    def timed(self) -> tuple[Item, ...]:
        """The items whose durations mean something."""
        return tuple(compress(self.items, self.measurable.tolist()))

    @cached_property
    def progress(self) -> Progress:
        """How many of the items that can be timed are in progress at an instant, and for how long."""
        return Progress(self.starts[self.measurable], self.finishes[self.measurable])

    @cached_property
    def untrue(self) -> tuple[Item, ...]:
        """The items that are left out of durations because their instants cannot be true."""
        return tuple(compress(self.items, (~self.true).tolist()))


def is_backward(item: Item) -> bool:
    """Whether it ends before it starts."""
    return item.started is not None and item.finished is not None and item.finished < item.started


def is_true(item: Item) -> bool:
    """Whether its instants can be measured by."""
    return (not item.problems or UNTRUE.isdisjoint(item.problems)) and not is_backward(item)


def work_of(
    policy: WorkflowPolicy,
    reading: Reading,
    items: Iterable[Item],
    spans: Spans,
    *,
    now: int,
    calendar: Calendar | None = None,
) -> Work:
    """The work that *policy* reads. The order in which items are given makes no difference."""
    return Work(
        used=Used(id=policy.id, number=policy.number, name=policy.name, start=policy.start),
        reading=reading,
        count=policy.days,
        percentiles=policy.percentiles,
        days=Days(reading.zone, calendar),
        items=tuple(sorted(items, key=BY_CREATION)),
        spans=spans,
        now=now,
    )


def periods(window: Period, by: str) -> Iterator[Period]:
    """*window* cut into days, weeks from Monday, or calendar months; the first and the last may be cut short."""
    start = window.start
    while start < window.end:
        match by:
            case "day":
                end = start + timedelta(days=1)
            case "week":
                end = start + timedelta(days=7 - start.weekday())
            case "month":
                end = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
            case _:
                raise Invalid(f"Flow is not told by {by}.", remedy="By day, week or month.")
        cut = min(end, window.end)
        yield Period(start, cut)
        start = cut
