"""Time in state: where the time of finished work went, over time, and before and after a marked event."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from northing.measure.flow.asked import read_whose
from northing.report import states_data
from northing.report.asking_money import twelve_months, window_of

from .money import From, PeriodNamed, Until
from .operation import Here, operation
from .parameters import Mode, Ref

Level = Annotated[
    Literal["organisation", "value_stream", "team", "investment"],
    Query(description="Whose work; all but the organisation need an id."),
]
Of = Annotated[str | None, Query(alias="id", max_length=200, description="Of the level: an id, a number or a name.")]
Event = Annotated[
    str,
    Query(
        max_length=200, description="A marked event, by id or name; none: no event. Empty: the latest of these days."
    ),
]
Policy = Annotated[
    str | None, Query(max_length=100, description="A workflow policy by id, number or name; empty: the one that holds.")
]


@operation("GET", "/w/{ws}/flow/states", needs="read", says=states_data.StatesSaid, tag="flow")
def get_flow_states(
    here: Here, level: Level = "organisation", id: Of = None, by: Literal["week", "month"] = "month",
    event: Event = "", policy: Policy = None, period: PeriodNamed = None, start: From = None, until: Until = None,
    *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get the days that finished items spent in each state, before and after an event; usually of 12 months."""
    looked = here.look(at, mode)
    view = looked.view
    window = window_of(view, period, start, until) or twelve_months(view)
    said = states_data.states_said(view, read_whose(view, level, id), window, by=by, event=event, policy=policy)
    return here.answer(said, looked.at)
