"""Which workflow policy, and which expectation, holds for a team or value stream on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from northing.portfolio.errors import NotFound
from northing.portfolio.flow import FlowKind, ServiceLevelExpectation, WorkflowPolicy
from northing.portfolio.plan import Plan


def policy_for(
    plan: Plan, day: date, *, value_stream: str | None = None, team: str | None = None
) -> WorkflowPolicy | None:
    """The policy that holds on *day*: the team's own, else its value stream's, else the organisation's."""
    return _holding(plan.workflow_policies.values(), day, value_stream, team)


def policy_named(plan: Plan, text: str) -> WorkflowPolicy:
    """The policy that *text* names by id, number or name. Raises :class:`NotFound` where it names none, or several."""
    told = text.casefold()
    every: Mapping[str, WorkflowPolicy] = plan.workflow_policies
    if text in every:
        return every[text]
    found = [one for one in every.values() if told in ((one.number or "").casefold(), one.name.casefold())]
    if len(found) != 1:
        raise NotFound(f"There is no workflow policy “{text[:60]}” at this revision.")
    return found[0]


def expectation_for(
    plan: Plan, day: date, *, value_stream: str | None = None, team: str | None = None, kind: FlowKind | None = None
) -> ServiceLevelExpectation | None:
    """The expectation that holds on *day* for items of *kind*, or of every kind where none is said of it alone."""
    of = [one for one in plan.service_level_expectations.values() if one.kind is kind]
    found = _holding(of, day, value_stream, team)
    return found if found is not None or kind is None else expectation_for(
        plan, day, value_stream=value_stream, team=team
    )  # fmt: skip


def _holding[T: (WorkflowPolicy, ServiceLevelExpectation)](
    every: Iterable[T], day: date, value_stream: str | None, team: str | None
) -> T | None:
    """Of the nearest scope that says anything, the one that begins last before *day* is over; ties go by id."""
    fitting = [
        one
        for one in every
        if one.team in (None, team) and one.value_stream in (None, value_stream) and (one.start or date.min) <= day
    ]
    return max(
        fitting,
        key=lambda one: (one.team is not None, one.value_stream is not None, one.start or date.min, one.id),
        default=None,
    )
