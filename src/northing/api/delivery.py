"""Delivery: DORA's five of each service, with coverage and evidence, and month by month."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from northing.measure.flow.asked import read_whose
from northing.measure.flow.flowing import usual_days
from northing.report import delivery_data
from northing.report.asking_money import window_of

from .money import From, PeriodNamed, Until
from .operation import Here, operation
from .parameters import Mode, Ref

Level = Annotated[
    Literal["organisation", "value_stream", "team", "investment"],
    Query(description="By whose policy deployments are read; all but the organisation need an id."),
]
Of = Annotated[str | None, Query(alias="id", max_length=200, description="Of the level: an id, a number or a name.")]
Service = Annotated[str, Query(max_length=500, description="Of one service; empty: of each.")]
Policy = Annotated[
    str | None, Query(max_length=100, description="A workflow policy: id, number or name; empty: the one that holds.")
]


@operation("GET", "/w/{ws}/flow/delivery", needs="read", says=delivery_data.DeliverySaid, tag="flow")
def get_flow_delivery(
    here: Here, level: Level = "organisation", id: Of = None, service: Service = "", policy: Policy = None,
    period: PeriodNamed = None, start: From = None, until: Until = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get how often each service is deployed, how soon, how often it fails and is mended; usually of 90 days."""
    looked = here.look(at, mode)
    view = looked.view
    window = window_of(view, period, start, until) or usual_days(view)
    said = delivery_data.delivery_said(view, read_whose(view, level, id), window, service=service, policy=policy)
    return here.answer(said, looked.at)
