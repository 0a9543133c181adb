"""Events marked in time: which of them concern the work that is looked at, and which is meant."""

from __future__ import annotations

from northing.measure.view import View
from northing.portfolio.errors import NotFound
from northing.portfolio.flow import MarkedEvent
from northing.portfolio.periods import Period

from .asked import Whose

NONE = "none"
"""Asks for no event, where one would be taken."""


def events(view: View, whose: Whose) -> list[MarkedEvent]:
    """Every event: those that concern this work first, of these and of the others the latest first."""
    every = sorted(view.plan.marked_events.values(), key=lambda one: (one.on, one.id), reverse=True)
    return sorted(every, key=lambda one: not concerns(view, one, whose))


def concerns(view: View, event: MarkedEvent, whose: Whose) -> bool:
    """Whether what happened, happened to this work: to everybody, to it, or to the value stream that it is part of."""
    if event.team is None and event.value_stream is None and event.investment is None:
        return True
    if whose.id is None:
        return False
    stream = whose.id
    if whose.level == "team":
        stream = view.plan.teams[whose.id].value_stream or ""
    elif whose.level == "investment":
        stream = view.plan.investments[whose.id].value_stream or ""
    return whose.id in (event.team, event.investment) or (event.value_stream == stream and event.team is None)


def event_of(view: View, whose: Whose, window: Period, asked: str = "") -> MarkedEvent | None:
    """The event that *asked* (an id or a name) means; else the latest of *window* that concerns this work.

    None where there is none, or :data:`NONE` was asked for. Raises :class:`NotFound` for one that is not there.
    """
    if asked == NONE:
        return None
    if asked:
        told = asked.strip().casefold()
        found = view.plan.marked_events.get(asked)
        found = found or next((one for one in events(view, whose) if one.name.casefold() == told), None)
        if found is None:
            raise NotFound(f"There is no marked event “{asked[:80]}” at this revision.")
        return found
    return next(
        (
            one
            for one in events(view, whose)
            if concerns(view, one, whose) and window.start < one.on < min(window.end, view.today)
        ),
        None,
    )
