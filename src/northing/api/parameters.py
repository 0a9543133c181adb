"""Parameters that several operations take, and what they mean."""

from __future__ import annotations

from typing import Annotated

import msgspec
from ninja import Path, Query

from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan

Ref = Annotated[
    str | None,
    Query(
        alias="at", max_length=250, description="42, 2026-03-31, tag:q1-board, scenario:cut-10@57; newest if left out."
    ),
]
Mode = Annotated[str, Query(pattern="^(known|reported)$", description="What a date means: as known, or as reported.")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Next = Annotated[str | None, Query(alias="cursor", max_length=1000, description="The “next” of the page before.")]
Number = Annotated[int, Path(ge=1, le=2**53)]
Branch = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=1000, description="Why; it stands in the history.")]
No = Annotated[int, msgspec.Meta(ge=0, le=2**53, description="A revision's number.")]


def resolve(plan: Plan, kind: str, id: str) -> str:
    """The identifier of the entity of *kind* that is called *id*: its identifier, or its number."""
    if KINDS[kind].NUMBERED and id not in plan.table(kind):
        found = plan.table(kind).by("number", id.upper())
        if len(found) == 1:
            return str(found[0].id)
    return id
