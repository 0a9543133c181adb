"""People: capacity beside demand, by role and period."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from northing.report.capacity import StaffingSaid, staffing_said, team_of

from .operation import Here, operation
from .parameters import Mode, Ref

Team = Annotated[str, Query(max_length=200, description="A team, by id or name; all if left out.")]


@operation("GET", "/w/{ws}/staffing", needs="read", says=StaffingSaid, tag="choosing")
def get_staffing(
    here: Here, by: Literal["month", "quarter"] = "month", team: Team = "", *, at: Ref = None, mode: Mode = "known"
) -> HttpResponse:
    """Get who is there and who is asked for, by role and period, in full-time equivalents, and where people are short.

    What is entered is written as every entity is, under ``/capacities`` and ``/resource_demands``.
    """
    looked = here.look(at, mode)
    return here.answer(staffing_said(looked.view, by, team=team_of(looked.view, team)), looked.at)
