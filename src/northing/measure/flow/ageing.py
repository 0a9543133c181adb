"""The age of work in progress, beside the pace of what was finished.

Age = from the start to now, as the policy counts days. The pace of a state: percentiles of the age at which items that
were delivered in the window left it for the last time. An item above its state's 85 % line is slower there than 85 of a
hundred were. An item in a state that no delivered item has left has no pace to be compared with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from northing.facts.flow_asking import Item
from northing.portfolio.flow import Phase
from northing.portfolio.periods import Period

from .five import in_progress
from .percentiles import SHOWN, percentiles
from .work import Place, Used, Work, is_true


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
    delivered, took = work.measured(window)
    paces = _paces(work, delivered, asked)
    lines = {pace.state: pace.percentiles for pace in paces}
    aged = []
    open_now = [item for item in work.whole if in_progress(item, work.now)]
    for item in open_now:
        if is_true(item):
            days = work.age(item)
            above = [percent for percent, line in lines.get(work.place(item)[0] or "", {}).items() if days > line]
            aged.append(Aged(item=item, place=work.place(item), days=days, beyond=max(above, default=None)))
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


def _paces(work: Work, delivered: Sequence[Item], asked: Sequence[int]) -> tuple[Pace, ...]:
    """Of each state that *delivered* items left after their start."""
    ages: dict[tuple[str, Phase | None, int | None], list[int]] = defaultdict(list)
    for item in delivered:
        started, finished = item.started or 0, item.finished or 0
        left: dict[tuple[str, Phase | None, int | None], int] = {}
        for stay in work.stays(item):
            if stay.entered >= finished:
                break
            until = finished if stay.left is None else min(stay.left, finished)
            name, phase, rank = work.place(stay.span)
            if until > started and name is not None:
                left[name, phase, rank] = until
        for state, until in left.items():
            ages[state].append(work.took(started, until))
    found = [
        Pace(
            state=state,
            phase=phase,
            rank=rank,
            items=len(of),
            percentiles=percentiles(of, work.percentiles, work.unit, asked),
        )
        for (state, phase, rank), of in ages.items()
    ]
    return tuple(sorted(found, key=lambda pace: (pace.rank is None, pace.rank or 0, pace.state)))
