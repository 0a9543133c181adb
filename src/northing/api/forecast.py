"""Forecasts of work: when it will be done, how many items by a day, and how often such forecasts held."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from northing.measure.flow.forecast_asking import read_question
from northing.report import forecast_data

from .flow_states import Level, Of
from .operation import Here, operation
from .parameters import Mode, Ref

Policy = Annotated[
    str, Query(max_length=100, description="Workflow policy: id, number or name; empty: of each team its own.")
]
Parent = Annotated[str, Query(max_length=200, description="Only the open items below this one, by its key.")]
Where = Annotated[str, Query(max_length=2000, description="Only the open items that this filter selects.")]
Items = Annotated[int | None, Query(description="So many items of the scope, whichever, in place of its open ones.")]
By = Annotated[date | None, Query(description="The day asked about; four weeks ahead if not said.")]
Order = Annotated[
    Literal["begun", "first"],
    Query(description="begun: in the order in which work was begun; first: before anything else."),
]
Grows = Annotated[
    str, Query(max_length=20, description="By how much items are cut up or added to, in per cent: 100-150.")
]
Risks = Annotated[
    str, Query(max_length=1000, description="Work that may come on top: name:per cent:items; …, as Audit:10:2-4.")
]
Days = Annotated[int | None, Query(description="How many days before are sampled; 84 if not said.")]


@operation("GET", "/w/{ws}/flow/forecast", needs="read", says=forecast_data.ForecastSaid, tag="flow")
def get_forecast(
    here: Here, level: Level = "organisation", id: Of = None, parent: Parent = "", where: Where = "",
    items: Items = None, by: By = None, order: Order = "begun", grows: Grows = "", risks: Risks = "",
    days: Days = None, policy: Policy = "", *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get when work will be done and how many items by a day, at 50, 70, 85 and 95 in 100 futures."""
    looked = here.look(at, mode)
    given = {
        "level": level, "id": id or "", "parent": parent, "where": where, "items": "" if items is None else str(items),
        "by": by.isoformat() if by else "", "order": order, "grows": grows, "risks": risks,
        "days": "" if days is None else str(days), "policy": policy,
    }  # fmt: skip
    said = forecast_data.forecast_said(looked.view, read_question(looked.view, given))
    return here.answer(said, looked.at)
