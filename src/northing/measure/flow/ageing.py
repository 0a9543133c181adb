"""The age of work in progress, beside the pace of what was finished.

Age = from the start to now, as the policy counts days. The pace of a state: percentiles of the age at which items that
were delivered in the window left it for the last time. An item above its state's 85 % line is slower there than 85 of a
hundred were. An item in a state that no delivered item has left has no pace to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

import msgspec
import numpy as np

from northing.facts.flow_asking import Item
from northing.portfolio.flow import Phase
from northing.portfolio.periods import Period

from .percentiles import SHOWN, percentiles
from .stays import Place
from .work import Used, Work, is_true


class Aged(msgspec.Struct, frozen=True, kw_only=True):
    item: Item
    place: Place
    """Where it stands, as :meth:`.work.Work.place` has it."""
    days: Fraction
    beyond: int | None
    """The highest of the shown percentiles of its state's pace that it is above; None: above none, or no pace."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Of one state: percentiles of the age at leaving it."""

    state: str
    phase: Phase | None
    rank: int | None
    items: int
    percentiles: Mapping[int, Fraction]


class Ageing(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    window: Period
    """Whose delivered items the pace is taken from."""
    at: int
    items: tuple[Aged, ...]
    """The oldest first."""
    paces: tuple[Pace, ...]
    """In the order of work."""
    lines: Mapping[int, Fraction]
    """Percentiles of the whole time of items delivered in the window."""
    untrue: tuple[Item, ...]
    """In progress, and of no age that could be true."""


class TotalAge(msgspec.Struct, frozen=True, kw_only=True):
    """The ages of all items in progress at the end of each day, as they were on that day."""

    used: Used
    days: tuple[date, ...]
    items: tuple[int, ...]
    ages: tuple[int, ...]
    """Microseconds, added up."""


def ageing(work: Work, window: Period, asked: Sequence[int] = SHOWN) -> Ageing:
    """The age of each item in progress now, beside the pace of items delivered in *window*."""
    _, took = work.measured(window)
    paces = _paces(work, window, asked)
    lines = {pace.state: pace.percentiles for pace in paces}
    aged = []
    open_now = work.in_progress(work.now)
    told = [item for item in open_now if is_true(item)]
    for item, days in zip(told, work.ages(told), strict=True):
        place = work.place((item.state, item.phase, item.rank))
        above = [percent for percent, line in lines.get(place[0] or "", {}).items() if days > line]
        aged.append(Aged(item=item, place=place, days=days, beyond=max(above, default=None)))
    return Ageing(
        used=work.used,
        window=window,
        at=work.now,
        items=tuple(sorted(aged, key=lambda one: (one.item.started, one.item.source, one.item.item))),
        paces=paces,
        lines=percentiles(took, work.percentiles, work.unit, asked),
        untrue=tuple(item for item in open_now if not is_true(item)),
    )


def total_age(work: Work, window: Period) -> TotalAge:
    """The age of everything in progress at the end of each day of *window*; of today, now."""
    progress = work.progress
    last = min(window.end.toordinal(), work.days.number(work.now) + 1)
    days = tuple(window.start + timedelta(days=n) for n in range(max(last - window.start.toordinal(), 0)))
    ends = [min(work.days.begins_of(day.toordinal() + 1) - 1, work.now) for day in days]
    return TotalAge(
        used=work.used,
        days=days,
        items=tuple(progress.wip(end) for end in ends),
        ages=tuple(progress.age(end) for end in ends),
    )


def _paces(work: Work, window: Period, asked: Sequence[int]) -> tuple[Pace, ...]:
    """Of each state that items delivered in *window* left after their start."""
    stays, rows = work.all_stays, work.measured_rows(window)
    starts, finishes = np.zeros((2, len(work.items)), np.int64)
    starts[rows], finishes[rows] = work.starts[rows], work.finishes[rows]
    started, finished = starts[stays.item], finishes[stays.item]
    until = np.minimum(stays.left, finished)
    named = np.array([state is not None for state, _, _ in stays.places], bool)
    left = np.flatnonzero((stays.entered < finished) & (until > started) & named[stays.place])[::-1]
    # Backwards: of an item's stays in a state the last is found first.
    _, last = np.unique(stays.item[left] * len(stays.places) + stays.place[left], return_index=True)
    left = left[last]
    ages = work.days.all_took(work.count, started[left], until[left])
    of_place = {at: ages[stays.place[left] == at].tolist() for at in np.unique(stays.place[left]).tolist()}
    found = [
        Pace(
            state=state,
            phase=phase,
            rank=rank,
            items=len(of),
            percentiles=percentiles(of, work.percentiles, work.unit, asked),
        )
        for state, phase, rank, of in ((*stays.places[at], of) for at, of in of_place.items())
    ]
    return tuple(sorted(found, key=lambda pace: (pace.rank is None, pace.rank or 0, pace.state)))
