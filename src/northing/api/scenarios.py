"""Scenarios: begun by name, held beside the plan of record, brought up to date, merged, set aside."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.record import Preview
from northing.record.branching import Direction
from northing.record.merging import Choice, Place
from northing.report.deciding import merge
from northing.report.scenario_data import PlanSaid, ScenarioSaid, beside_data, scenario_data, scenarios_data

from .operation import Here, operation
from .parameters import No, Reason
from .writes import Written, written

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=190)]


class ScenarioAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new scenario: its name, what it is to find out, and the plan on which it begins."""

    name: Name
    reason: Reason = "Begin the scenario"
    at: Annotated[str, msgspec.Meta(max_length=250)] | None = None


class Chosen(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which side's value stays in one field that both changed; ``yours`` is the scenario's."""

    kind: str
    id: str
    field: str | None = None
    side: Literal["theirs", "yours"]


class BringAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why; which side stays where both changed a field; and the two heads that were looked at, if any."""

    reason: Reason
    choices: list[Chosen] = []
    scenario_head: No | None = None
    plan_head: No | None = None

    @property
    def resolve(self) -> dict[Place, Choice]:
        return {(one.kind, one.id, one.field): one.side for one in self.choices}

    @property
    def seen(self) -> tuple[int, int] | None:
        both = (self.scenario_head, self.plan_head)
        return None if both[0] is None or both[1] is None else (both[0], both[1])


class ClosingAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Whether the scenario is set aside, or taken up again; and why."""

    state: Literal["aside", "open"]
    reason: Reason


@operation("GET", "/w/{ws}/scenarios", needs="read", says=list[ScenarioSaid], tag="scenarios")
def list_scenarios(here: Here) -> HttpResponse:
    """List the scenarios, those that are worked on first, with what each changes."""
    return here.answer(scenarios_data(here.workspace))


@operation("POST", "/w/{ws}/scenarios", needs="suggest", says=ScenarioSaid, status=201, tag="scenarios")
def begin_scenario(here: Here, asked: ScenarioAsked) -> HttpResponse:
    """Begin a scenario on the plan as it is, or as it was; commit to it by naming it as ``branch``."""
    here.record.fork(asked.name, by=here.actor, ref=asked.at, reason=asked.reason)
    return here.answer(scenario_data(here.workspace, asked.name), status=201)


@operation("GET", "/w/{ws}/side-by-side", needs="read", says=list[PlanSaid], tag="scenarios")
def scenarios_side_by_side(
    here: Here,
    with_: Annotated[list[str], Query(alias="with", description="Scenarios; all that are worked on if left out.")] = [],  # noqa: B006
    by: Annotated[Literal["year", "quarter", "month"], Query()] = "year",
    currency: Annotated[str | None, Query(max_length=3)] = None,
) -> HttpResponse:
    """Hold scenarios beside the plan of record, which comes first: money by period, value, what moves."""
    return here.answer(beside_data(here.workspace, with_, unit=by, currency=currency))


@operation("GET", "/w/{ws}/scenarios/{name}", needs="read", says=ScenarioSaid, tag="scenarios")
def get_scenario(here: Here, name: str) -> HttpResponse:
    """Get one scenario."""
    return here.answer(scenario_data(here.workspace, name))


@operation("GET", "/w/{ws}/scenarios/{name}/preview", needs="read", says=Preview, tag="scenarios")
def preview_scenario(
    here: Here,
    name: str,
    direction: Annotated[Direction, Query(description="merge: into the plan; update: from it.")] = "merge",
) -> HttpResponse:
    """Say what merging a scenario, or bringing it up to date, would do: changes, conflicts, broken rules."""
    scenario_data(here.workspace, name)
    preview = here.record.preview_merge(name, direction=direction)
    return here.answer(preview)


@operation("POST", "/w/{ws}/scenarios/{name}/merge", needs="plan", says=Written, tag="scenarios")
def merge_scenario(here: Here, asked: BringAsked, name: str) -> HttpResponse:
    """Make a scenario the plan of record, in one revision.

    A field that both changed comes back as 409 with base, theirs and yours: choose, and merge again.
    """
    scenario_data(here.workspace, name)
    done = merge(here.workspace, name, by=here.actor, reason=asked.reason, resolve=asked.resolve, seen=asked.seen)
    return here.answer(written(done), done.revision.no)


@operation("POST", "/w/{ws}/scenarios/{name}/update", needs="suggest", says=Written, tag="scenarios")
def update_scenario(here: Here, asked: BringAsked, name: str) -> HttpResponse:
    """Bring into a scenario what has changed in the plan of record since."""
    scenario_data(here.workspace, name)
    done = here.record.update(name, by=here.actor, reason=asked.reason, resolve=asked.resolve, seen=asked.seen)
    return here.answer(written(done), done.revision.no)


@operation("PATCH", "/w/{ws}/scenarios/{name}", needs="suggest", says=ScenarioSaid, tag="scenarios")
def close_scenario(here: Here, asked: ClosingAsked, name: str) -> HttpResponse:
    """Set a scenario aside, or take one up again that was set aside."""
    scenario_data(here.workspace, name)
    act = here.record.set_aside if asked.state == "aside" else here.record.take_up
    act(name, by=here.actor, reason=asked.reason)
    return here.answer(scenario_data(here.workspace, name))
