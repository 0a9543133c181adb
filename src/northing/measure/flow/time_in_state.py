"""Where the time went, state by state, over time and before and after something that happened.

Of finished items: the time between start and finish that each spent in each state, all its visits added up. The states'
times are the flow time, to the microsecond. Means are per item, over all items, also those that never were in a state.
Delivered and discarded items alike spent it.

The bottleneck is the state in which finished items spent the most time. It *only moved* where another state is the
bottleneck afterwards and at least half of the time that states gained was lost again in others: time was shifted
along the way rather than saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec
import numpy as np

from northing.facts.flow_asking import Item
from northing.portfolio.flow import MarkedEvent, Phase
from northing.portfolio.periods import Period

from .work import Used, Work, periods

FEWEST = 5
RETURNED = Fraction(1, 2)


class StateTime(msgspec.Struct, frozen=True, kw_only=True):
    """Time in one state, in microseconds."""

    state: str | None
    phase: Phase | None
    rank: int | None
    time: int
    items: tuple[Item, ...]
    """Those that were in it."""
    times: tuple[int, ...]
    """Of each of them."""
    mean: Fraction
    """Per item, of all items."""


class TimeInStates(msgspec.Struct, frozen=True, kw_only=True):
    """Of the items that finished in one stretch of days."""

    period: Period
    items: tuple[Item, ...]
    states: tuple[StateTime, ...]
    """In the order of work."""
    time: int
    """From start to finish, all items."""
    untrue: tuple[Item, ...]
    """Finished in these days, and left out because their instants cannot be true."""

    @property
    def mean(self) -> Fraction | None:
        return Fraction(self.time, len(self.items)) if self.items else None

    @property
    def bottleneck(self) -> StateTime | None:
        """The state with the most time; of equals the earlier one."""
        return max(self.states, key=lambda one: one.time, default=None) if self.time else None


class OverTime(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    by: str
    periods: tuple[TimeInStates, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One state before and after: mean time per item, in microseconds."""

    state: str | None
    phase: Phase | None
    rank: int | None
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        return self.after - self.before


class Verdict(StrEnum):
    TOO_FEW = "too_few"
    """Too few items before or after to say anything."""
    STAYED = "stayed"
    """The same state takes the most time."""
    MOVED = "moved"
    """Another one does, and most of the time that was gained is gained for good."""
    ONLY_MOVED = "only_moved"
    """Another one does, and half or more of the time that was gained is lost again elsewhere."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """What finished before an event beside what finished from its day on."""

    used: Used
    event: MarkedEvent
    before: TimeInStates
    after: TimeInStates
    changes: tuple[Change, ...]
    """They add up to the change of the whole mean."""
    straddling: tuple[Item, ...]
    """Finished after the event, and begun before it: partly of the time before. They count as after."""
    verdict: Verdict
    source: str | None
    """The state that was the bottleneck."""
    target: str | None
    """The state that is."""
    gained: Fraction
    """Microseconds per item, of all states that take less time than before."""
    lost: Fraction
    """Of all that take more."""

    @property
    def returned(self) -> Fraction | None:
        """The share of the gained time that was lost elsewhere; None where nothing was gained."""
        return self.lost / self.gained if self.gained else None


def time_in_states(work: Work, period: Period) -> TimeInStates:
    """The time in each state of what finished in *period*."""
    inside = work.timely.between(*work.days.bounds(period))
    items, spent = work.timely.items[inside], work.spent
    rows = slice(int(spent.first[inside.start]), int(spent.first[inside.stop]))
    place = spent.place[rows]
    states = []
    for at in np.unique(place).tolist():
        those = place == at
        times = spent.time[rows][those].tolist()
        state, phase, rank = spent.places[at]
        states.append(
            StateTime(
                state=state, phase=phase, rank=rank, time=sum(times), times=tuple(times),
                items=tuple(map(work.timely.items.__getitem__, spent.item[rows][those].tolist())),
                mean=Fraction(sum(times), len(items)),
            )
        )  # fmt: skip
    return TimeInStates(
        period=period,
        items=items,
        states=tuple(sorted(states, key=lambda one: _order((one.state, one.phase, one.rank)))),
        time=work.took_until[inside.stop] - work.took_until[inside.start],
        untrue=work.doubtful(period),
    )


def over_time(work: Work, window: Period, by: str = "month") -> OverTime:
    """The time in each state of what finished in each week or month."""
    return OverTime(
        used=work.used, by=by, periods=tuple(time_in_states(work, period) for period in periods(window, by))
    )


def split(work: Work, window: Period, event: MarkedEvent) -> Split:
    """What finished in *window* before *event*, beside what finished on its day and later."""
    on = min(max(event.on, window.start), window.end)
    before, after = time_in_states(work, Period(window.start, on)), time_in_states(work, Period(on, window.end))
    changes = tuple(_changes(before, after))
    start = work.days.begins(event.on)
    gained = sum((-one.change for one in changes if one.change < 0), Fraction(0))
    lost = sum((one.change for one in changes if one.change > 0), Fraction(0))
    was, now = before.bottleneck, after.bottleneck
    return Split(
        used=work.used,
        event=event,
        before=before,
        after=after,
        changes=changes,
        straddling=tuple(item for item in after.items if (item.started or 0) < start),
        verdict=_verdict(before, after, gained, lost),
        source=None if was is None else was.state,
        target=None if now is None else now.state,
        gained=gained,
        lost=lost,
    )


def _changes(before: TimeInStates, after: TimeInStates) -> Iterable[Change]:
    was, now = ({(one.state, one.phase, one.rank): one.mean for one in side.states} for side in (before, after))
    for key in sorted({*was, *now}, key=_order):
        state, phase, rank = key
        yield Change(
            state=state, phase=phase, rank=rank, before=was.get(key, Fraction(0)), after=now.get(key, Fraction(0))
        )


def _verdict(before: TimeInStates, after: TimeInStates, gained: Fraction, lost: Fraction) -> Verdict:
    was, now = before.bottleneck, after.bottleneck
    if min(len(before.items), len(after.items)) < FEWEST or was is None or now is None:
        return Verdict.TOO_FEW
    if (was.state, was.rank) == (now.state, now.rank):
        return Verdict.STAYED
    return Verdict.ONLY_MOVED if lost >= RETURNED * gained else Verdict.MOVED


def _order(key: Sequence[object]) -> tuple[bool, int, str]:
    state, _, rank = key
    return rank is None, rank if isinstance(rank, int) else 0, str(state or "")
