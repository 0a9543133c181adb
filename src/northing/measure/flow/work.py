"""The work of a scope as one policy reads it: what every measure of flow is a function of.

Items whose instants cannot be true (the end before the start, changes from before there was an item) are counted where
things are counted, left out of every duration, and named wherever they are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

import msgspec

from northing.facts.flow_asking import UNTRUE, Item, Reading, Span
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import Calendar, DayCount, PercentileRule, Phase, WorkflowPolicy
from northing.portfolio.periods import Period

from .days import UNITS, Days
from .progress import Progress

Id = tuple[str, str]
"""An item's source and its id there."""
Place = tuple[str | None, Phase | None, int | None]
"""A state, its phase and its rank; a phase stands for its states where that is the state, too."""
NOWHERE: Place = (None, None, None)
"""Time of which no state is known: of a parent that its children started before it was there itself."""
MOST_WINDOWS = 64
"""Of which it is kept in mind what was measured: several measures of a page ask for the same one."""
ORDER = {phase: rank for rank, phase in enumerate(Phase)}


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """The policy by which something was measured."""

    id: str
    number: str | None
    name: str
    start: date | None


class Stay(msgspec.Struct, frozen=True, gc=False):
    """A span as it really lasted: none of an item's stays overlap, whatever order its changes are told in."""

    span: Span
    entered: int
    left: int | None


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
    spans: Mapping[Id, tuple[Span, ...]]
    now: int
    parts: tuple[Work, ...] = ()
    """What it was joined from (:func:`.joining.join`), each part read by a policy of its own; none: it is one."""
    ranks: Mapping[str, int] | None = None
    """Of joined work: the order of the states that its policies agree on; None where they do not, and phases stand in
    their place."""

    def place(self, of: Span | Item) -> Place:
        """Where *of* stands in pictures: in its state, or, where joined policies differ over states, in its phase."""
        if not self.parts:
            return of.state, of.phase, of.rank
        if of.phase is None:
            return of.state, None, None
        if self.ranks is None or of.state is None:
            return of.phase, of.phase, ORDER[of.phase]
        return of.state, of.phase, self.ranks[of.state]

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
        start = self.now if item.started is None else item.started
        return Fraction(self.took(start, self.now), self.unit) if start < self.now else Fraction(0)

    def finished(self, window: Period) -> list[Item]:
        """Items that finished, delivered or not, in the days of *window*, in the order in which they did."""
        start, end = self.days.bounds(window)
        items, finishes = self._finished
        return items[bisect_left(finishes, start) : bisect_left(finishes, end)]

    def delivered(self, window: Period) -> list[Item]:
        """Those of them that were delivered."""
        return [item for item in self.finished(window) if item.outcome == "delivered"]

    def measured(self, window: Period) -> tuple[tuple[Item, ...], tuple[int, ...]]:
        """Those of the delivered ones whose time from start to finish means something, and how long each took."""
        found = self._measured.get(window)
        if found is None:
            items = tuple(item for item in self.delivered(window) if item.started is not None and is_true(item))
            took = tuple(self.took(item.started or 0, item.finished or 0) for item in items)
            if len(self._measured) >= MOST_WINDOWS:
                self._measured.clear()
            found = self._measured[window] = items, took
        return found

    @cached_property
    def _measured(self) -> dict[Period, tuple[tuple[Item, ...], tuple[int, ...]]]:
        return {}

    @cached_property
    def _finished(self) -> tuple[list[Item], list[int]]:
        ended = [(item.finished, item.source, item.item, item) for item in self.items if item.finished is not None]
        ended.sort(key=lambda one: one[:3])
        return [one[3] for one in ended], [one[0] for one in ended]

    def stays(self, item: Item) -> tuple[Stay, ...]:
        """Where *item* was, from its creation on, end to end."""
        return self._stays.get((item.source, item.item), ())

    @cached_property
    def _stays(self) -> Mapping[Id, tuple[Stay, ...]]:
        return {id: tuple(_lasting(spans)) for id, spans in self.spans.items()}

    @cached_property
    def whole(self) -> tuple[Item, ...]:
        """The items that have a start, and no end before it."""
        return tuple(
            item for item in self.items if item.started is not None and not is_backward(item)
        )  # fmt: skip

    @cached_property
    def timed(self) -> tuple[Item, ...]:
        """The items whose durations mean something."""
        return tuple(item for item in self.whole if UNTRUE.isdisjoint(item.problems))

    @cached_property
    def progress(self) -> Progress:
        """How many of the items that can be timed are in progress at an instant, and for how long."""
        return Progress(self.timed)

    def in_states(self, item: Item) -> Mapping[Place, int]:
        """How long a finished *item* was in each state between start and finish; together, all of that time."""
        id = (item.source, item.item)
        found = self._in_states.get(id)
        if found is None:
            found = self._in_states[id] = _in_states(self, item)
        return found

    @cached_property
    def _in_states(self) -> dict[Id, Mapping[Place, int]]:
        return {}

    @cached_property
    def untrue(self) -> tuple[Item, ...]:
        """The items that are left out of durations because their instants cannot be true."""
        return tuple(item for item in self.items if not is_true(item))


def _lasting(spans: tuple[Span, ...]) -> Iterator[Stay]:
    """What of each span no later one takes back."""
    ends: list[int | None] = []
    until = None
    for span in reversed(spans):
        ends.append(until)
        until = span.entered if until is None else min(until, span.entered)
    for span, left in zip(spans, reversed(ends), strict=True):
        if left is None or span.entered < left:
            yield Stay(span, span.entered, left)


def _in_states(work: Work, item: Item) -> Mapping[Place, int]:
    found: dict[Place, int] = {}
    started, finished = item.started or 0, item.finished or 0
    covered = started
    for stay in work.stays(item):
        if stay.entered >= finished:
            break
        until = finished if stay.left is None else min(stay.left, finished)
        if until > covered:
            key = work.place(stay.span)
            since = max(stay.entered, covered)
            if since > covered:
                found[NOWHERE] = found.get(NOWHERE, 0) + since - covered
            found[key] = found.get(key, 0) + until - since
            covered = until
    if covered < finished:
        found[NOWHERE] = found.get(NOWHERE, 0) + finished - covered
    return found


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
    spans: Iterable[Span],
    *,
    now: int,
    calendar: Calendar | None = None,
) -> Work:
    """The work that *policy* reads. The order in which items and spans are given makes no difference."""
    by: dict[Id, list[Span]] = defaultdict(list)
    for span in spans:
        by[span.source, span.item].append(span)
    return Work(
        used=Used(id=policy.id, number=policy.number, name=policy.name, start=policy.start),
        reading=reading,
        count=policy.days,
        percentiles=policy.percentiles,
        days=Days(reading.zone, calendar),
        items=tuple(sorted(items, key=lambda item: (item.created, item.source, item.item))),
        spans={id: tuple(sorted(found, key=lambda span: span.n)) for id, found in by.items()},
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
