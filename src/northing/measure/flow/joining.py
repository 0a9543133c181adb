"""Work of several policies as one: each item as its own policy reads it, and one count of days for all.

What an item is, when it started and when it finished are its own policy's words. How days and percentiles are counted,
and in which zone a day begins, is one policy's for all: conventions are never mixed (flow.md §1.3).

Pictures by state need one vocabulary. Policies agree on states where a state of one name means the same phase in each
of them, and no two stand in opposite orders: then the joined order has the states of all. Where they do not agree,
phases stand in the place of states; that says less, and nothing untrue. Moving back is judged by each item's policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import chain, pairwise

from northing.facts.flow_asking import Reading, reading
from northing.facts.flow_spans import together
from northing.portfolio.flow import Phase

from .days import Days
from .work import BY_CREATION, Used, Work


def join(parts: Sequence[Work], chief: Work) -> Work:
    """*parts* as one; *chief* says how days and percentiles are counted. A part's items are in no other."""
    return Work(
        used=Used(
            id=chief.used.id, number=chief.used.number, start=chief.used.start,
            name=", ".join(part.used.name for part in parts),
        ),
        reading=_reading(parts, chief.reading.zone),
        count=chief.count,
        percentiles=chief.percentiles,
        days=Days(chief.days.zone, chief.days.calendar),
        items=tuple(
            sorted(chain.from_iterable(part.items for part in parts), key=BY_CREATION)
        ),
        spans=together([part.spans for part in parts]),
        now=chief.now,
        parts=tuple(parts),
        ranks=agreed(part.reading for part in parts),
    )  # fmt: skip


def agreed(readings: Iterable[Reading]) -> Mapping[str, int] | None:
    """State, by its present name → its place in an order that all *readings* keep; None where they contradict."""
    phases: dict[str, Phase] = {}
    before: dict[str, set[str]] = {}
    for told in readings:
        order = list(dict.fromkeys(state.called for state in sorted(told.states, key=lambda one: one.rank)))
        for state in told.states:
            if phases.setdefault(state.called, state.phase) is not state.phase:
                return None
        for name in order:
            before.setdefault(name, set())
        for one, then in pairwise(order):
            before[then].add(one)
    try:
        return {name: rank for rank, name in enumerate(TopologicalSorter(before).static_order())}
    except CycleError:
        return None


def _reading(parts: Sequence[Work], zone: str) -> Reading:
    """Stands for all: its key is made of theirs, and it knows no state by itself."""
    return reading(where=" ".join(part.reading.key for part in parts), zone=zone)
