"""How work flows: what the Flow page shows as numbers, the items under a mark, and what is wrong with their data."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from northing.measure.flow.asked import read_whose
from northing.measure.flow.flowing import usual_days
from northing.report import flow_data, flow_said
from northing.report.asking_money import window_of

from . import cursor as cursors
from .money import From, PeriodNamed, Until
from .operation import Here, operation
from .parameters import Limit, Mode, Next, Ref

Level = Annotated[
    Literal["organisation", "value_stream", "team", "investment"],
    Query(description="Whose work; all but the organisation need an id."),
]
Of = Annotated[str | None, Query(alias="id", max_length=200, description="Of the level: an id, a number or a name.")]
Policy = Annotated[
    str | None, Query(max_length=200, description="A workflow policy: id, number or name; empty: the one that holds.")
]
Other = Annotated[str | None, Query(max_length=200, description="A second policy, for the same days beside it.")]
Show = Annotated[
    str,
    Query(
        max_length=200,
        description="Which items: delivered, delivered:2026-09-01..2026-09-08:defect, discarded, progress, "
        "progress:2026-09-03, took:2026-09-03:12, aged:12:Review, slow, corrected, late, overdue, no-start, untrue, "
        "inferred, problem:no-history.",
    ),
]


@operation("GET", "/w/{ws}/flow", needs="read", says=flow_said.FlowSaid, tag="flow")
def get_flow(
    here: Here, level: Level = "organisation", id: Of = None, by: Literal["day", "week", "month"] = "week",
    policy: Policy = None, other: Other = None, period: PeriodNamed = None, start: From = None, until: Until = None,
    *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get how work flows: the five metrics, throughput, cumulative flow, ageing, expectations; usually of 90 days."""
    looked = here.look(at, mode)
    view = looked.view
    window = window_of(view, period, start, until) or usual_days(view)
    said = flow_data.flow_said(view, read_whose(view, level, id), window, by=by, policy=policy, other=other)
    return here.answer(said, looked.at)


@operation("GET", "/w/{ws}/flow/items", needs="read", says=flow_said.FlowItemsSaid, tag="flow",
           more={"total": int, "next": str | None})  # fmt: skip
def list_flow_items(
    here: Here, show: Show = "progress", level: Level = "organisation", id: Of = None, policy: Policy = None,
    period: PeriodNamed = None, start: From = None, until: Until = None, limit: Limit = 200, cursor: Next = None,
    *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """List the items that a figure or a mark of a picture is made of, in pages."""
    mark = cursors.fingerprint(
        here.workspace.id, "flow items", show, level, id, policy, period, start, until, at, mode
    )  # fmt: skip
    begun = cursors.read(cursor, mark) if cursor else None
    looked = here.look(begun.at if begun else at, mode)
    view = looked.view
    window = window_of(view, period, start, until) or usual_days(view)
    said = flow_data.items_said(view, read_whose(view, level, id), window, show, policy=policy)
    total = len(said.items)
    page, following = cursors.page(
        said.items, limit, at=str(looked.at), today=view.today, question=mark, begun=begun
    )  # fmt: skip
    said.items[:] = page
    return here.answer(said, looked.at, total=total, next=following)


@operation("GET", "/w/{ws}/flow/problems", needs="read", says=list[flow_said.FlowProblemSaid], tag="flow")
def list_flow_problems(
    here: Here, level: Level = "organisation", id: Of = None, policy: Policy = None, *, at: Ref = None,
    mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """List what is wrong with the data of work, item by item: nothing is corrected, nothing dropped."""
    looked = here.look(at, mode)
    said = flow_data.problems_said(looked.view, read_whose(looked.view, level, id), policy=policy)
    return here.answer(said, looked.at)
