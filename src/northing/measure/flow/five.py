"""The five metrics of the Flow Framework, over the days of a window.

- Velocity: items delivered in it, by kind.
- Time: from start to finish of items delivered in it, as the policy counts days; median and percentiles, and the mean.
- Efficiency: Σ active time / Σ time from start to finish, of items delivered in it: the ratio of sums, which very short
  items do not move. Not measurable where no state of the policy waits: it would be all but 100 % by construction.
- Load: items in progress at an instant.
- Distribution: the share of each kind in what was delivered; the shares add up to 1. Items whose type has no kind are
  a part of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from operator import attrgetter

import msgspec

from northing.facts.flow_asking import Item
from northing.measure.sentence import Said
from northing.portfolio.flow import FlowKind
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .percentiles import percentiles
from .work import Used, Work, is_true

KIND = attrgetter("kind")
Kinds = Mapping[FlowKind | None, int]
"""Kind → items. None: types that the policy gives no kind."""

NO_WAITING = word("Not measurable: no state of {policy} means waiting, so all time would count as active.")
NOTHING_DONE = word("Not measurable: no item with a start was delivered in these days.")
NO_TIME = word("Not measurable: every item that was delivered finished at the instant at which it started.")
NO_HISTORY = word("Not measurable: none of the delivered items has a history of its states.")


class Velocity(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    window: Period
    items: tuple[Item, ...]
    kinds: Kinds
    discarded: tuple[Item, ...]
    """Ended in these days without being delivered: not in the velocity."""

    @property
    def total(self) -> int:
        return len(self.items)


class FlowTime(msgspec.Struct, frozen=True, kw_only=True):
    """In days, exactly."""

    used: Used
    window: Period
    items: tuple[Item, ...]
    """Those that are measured, in the order in which they finished."""
    median: Fraction | None
    mean: Fraction | None
    percentiles: Mapping[int, Fraction]
    no_start: tuple[Item, ...]
    """Delivered without ever having started: counted in the velocity, without a time."""
    untrue: tuple[Item, ...]
    """Delivered, and left out here because their instants cannot be true."""


class Efficiency(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    window: Period
    items: tuple[Item, ...]
    active: int
    """Microseconds, as all times here."""
    time: int
    inferred: tuple[Item, ...]
    """Without a history of their states: left out."""
    deaf: tuple[Item, ...] = ()
    """Read by one of several policies that has no state for waiting: left out."""
    reason: Said | None = None
    """Why it cannot be measured."""

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.active, self.time) if self.reason is None else None


class Load(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    at: int
    items: tuple[Item, ...]
    kinds: Kinds

    @property
    def total(self) -> int:
        return len(self.items)


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    window: Period
    kinds: Kinds

    @property
    def shares(self) -> Mapping[FlowKind | None, Fraction]:
        """Kind → its share; empty where nothing was delivered."""
        total = sum(self.kinds.values())
        return {kind: Fraction(items, total) for kind, items in self.kinds.items()} if total else {}


class Five(msgspec.Struct, frozen=True, kw_only=True):
    velocity: Velocity
    time: FlowTime
    efficiency: Efficiency
    load: Load
    """At the end of the window, or now where it is not over."""
    distribution: Distribution


def five(work: Work, window: Period) -> Five:
    """All five."""
    return Five(
        velocity=velocity(work, window),
        time=flow_time(work, window),
        efficiency=efficiency(work, window),
        load=load(work, min(work.now, work.days.begins(window.end))),
        distribution=distribution(work, window),
    )


def velocity(work: Work, window: Period) -> Velocity:
    finished = work.finished(window)
    delivered = tuple(item for item in finished if item.outcome == "delivered")
    return Velocity(
        used=work.used,
        window=window,
        items=delivered,
        kinds=by_kind(delivered),
        discarded=tuple(item for item in finished if item.outcome == "discarded"),
    )


def flow_time(work: Work, window: Period) -> FlowTime:
    measured, times = work.measured(window)
    others = work.unmeasured(window)
    took = sorted(times)
    found = percentiles(took, work.percentiles, work.unit)
    return FlowTime(
        used=work.used,
        window=window,
        items=measured,
        median=found.get(50),
        mean=Fraction(sum(took), len(took) * work.unit) if took else None,
        percentiles=found,
        no_start=tuple(item for item in others if is_true(item)),
        untrue=tuple(item for item in others if not is_true(item)),
    )


def efficiency(work: Work, window: Period) -> Efficiency:
    measured, _ = work.measured(window)
    mute = {part.reading.key for part in work.parts or (work,) if not part.reading.waits}
    """Readings that cannot tell waiting from work."""
    deaf = tuple(item for item in measured if work.reading_for(item).key in mute) if mute else ()
    waiting = [item for item in measured if work.reading_for(item).key not in mute] if mute else measured
    told = tuple(item for item in waiting if item.origin == "recorded")
    time = sum((item.finished or 0) - (item.started or 0) for item in told)
    reason = None
    if not work.waits:
        reason = Said(NO_WAITING, {"policy": work.used.name})
    elif not measured:
        reason = Said(NOTHING_DONE)
    elif not told:
        reason = Said(NO_HISTORY)
    elif not time:
        reason = Said(NO_TIME)
    return Efficiency(
        used=work.used,
        window=window,
        items=told,
        active=sum(item.active for item in told),
        time=time,
        inferred=tuple(item for item in waiting if item.origin != "recorded"),
        deaf=deaf if work.parts else (),
        reason=reason,
    )


def load(work: Work, at: int) -> Load:
    """Items in progress at the instant *at*."""
    found = work.in_progress(at)
    return Load(used=work.used, at=at, items=found, kinds=by_kind(found))


def distribution(work: Work, window: Period) -> Distribution:
    return Distribution(used=work.used, window=window, kinds=by_kind(work.delivered(window)))


def by_kind(items: Iterable[Item]) -> Kinds:
    """Items by kind, in the order of the kinds; those of no kind last."""
    found = Counter(map(KIND, items))
    return {kind: found[kind] for kind in (*FlowKind, None) if found[kind]}
