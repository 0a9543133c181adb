"""Return: what work cost, and what is claimed to come of investments, beside what they cost."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from northing.measure.flow.asked import read_whose
from northing.measure.flow.flowing import usual_days
from northing.report import return_data
from northing.report.asking_money import window_of

from .money import From, Of, PeriodNamed, Until, looked_at
from .operation import Here, operation
from .parameters import Mode, Ref
from .why import Currency

Level = Annotated[
    Literal["organisation", "value_stream", "team", "investment"],
    Query(description="Whose return; all but the organisation need an id."),
]


@operation("GET", "/w/{ws}/return", needs="read", says=return_data.ReturnsSaid, tag="flow")
def get_return(
    here: Here, level: Level = "organisation", id: Of = None, period: PeriodNamed = None, start: From = None,
    until: Until = None, currency: Currency = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get claimed return by value stream and investment, over the whole life; and what work cost in these months."""
    looked = looked_at(here, at, mode, currency)
    view = looked.view
    window = window_of(view, period, start, until) or usual_days(view)
    return here.answer(return_data.returns_said(view, read_whose(view, level, id), window), looked.at)
