"""Scenarios as programs read them: who began each, what it changes, and its figures beside the plan of record's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec

from northing.access import directory
from northing.access.models import Workspace
from northing.measure.money import Unit
from northing.portfolio.errors import NotFound
from northing.portfolio.money import Amounts
from northing.record import Record

from . import words
from .scenarios import Held, Standing, changes, scenarios, side_by_side


class ScenarioSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario, and what it changes in the plan on which it stands."""

    name: str
    state: Literal["open", "merged", "aside"]
    why: str
    begun_by: str
    begun: datetime
    changed_by: str
    changed: datetime
    head: int
    """Its newest revision."""
    base: int | None
    """The revision of the plan on which it stands."""
    behind: int
    """How many revisions the plan has made since."""
    closed_by: int | None
    investments: int
    """How many it changes."""
    planned: Amounts
    """Planned money, after − before, by currency; empty where nothing moves."""


class PeriodSaid(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    start: date
    end: date
    planned: Amounts
    capex: Amounts
    expected: Amounts


class PlanSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One plan beside others. ``name`` is empty for the plan of record, which moves nothing."""

    name: str
    revision: int
    investments: int
    planned: Amounts
    eac: Amounts
    claimed_low: Amounts
    claimed_likely: Amounts
    claimed_high: Amounts
    unserved: list[str]
    """Objectives that no investment serves."""
    short: list[str]
    """Roles of which more people are asked for than there are, the largest gap first."""
    periods: list[PeriodSaid]
    added: list[str]
    removed: list[str]
    moved: list[str]
    changed: list[str]


def scenarios_data(workspace: Workspace) -> list[ScenarioSaid]:
    """Every scenario, those that are worked on first."""
    names = directory.names(workspace.id)
    return [_said(workspace, one, names) for one in scenarios(Record(workspace.id))]


def scenario_of(workspace: Workspace, name: str) -> Standing:
    """The scenario called *name*. Raises NotFound."""
    bare = name.removeprefix("scenario:")
    for one in scenarios(Record(workspace.id)):
        if one.branch.name == bare:
            return one
    raise NotFound(f"There is no scenario called “{bare[:100]}”.")


def scenario_data(workspace: Workspace, name: str) -> ScenarioSaid:
    """The scenario called *name*. Raises NotFound."""
    return _said(workspace, scenario_of(workspace, name), directory.names(workspace.id))


def _said(workspace: Workspace, one: Standing, names: dict[str, str]) -> ScenarioSaid:
    _before, _after, made = changes(workspace, one.branch)
    return ScenarioSaid(
        name=one.branch.name,
        state=one.branch.state,
        why=one.why,
        begun_by=names.get(one.begun_by, ""),
        begun=one.begun,
        changed_by=names.get(one.changed_by, ""),
        changed=one.changed,
        head=one.branch.head,
        base=one.branch.base,
        behind=one.branch.behind,
        closed_by=one.branch.closed_by,
        investments=len(made.investments),
        planned=Amounts({currency: amount for currency, amount in made.planned.by_currency.items() if amount}),
    )


def beside_data(
    workspace: Workspace, names: Iterable[str] = (), *, unit: Unit = "year", currency: str | None = None
) -> list[PlanSaid]:
    """The plan of record, then the scenarios called *names*, or all that are worked on. Raises NotFound."""
    asked = [scenario_of(workspace, name).branch for name in names] or [
        one.branch for one in scenarios(Record(workspace.id)) if one.branch.state == "open"
    ]
    _window, plans = side_by_side(workspace, asked, unit=unit, currency=currency)
    return [_plan(one, plans[0]) for one in plans]


def _plan(one: Held, record: Held) -> PlanSaid:
    def named(ids: Iterable[str]) -> list[str]:
        return [
            words.name(one.seen.view, "investment", id) or words.name(record.seen.view, "investment", id) for id in ids
        ]

    figures, moves = one.figures, one.moves
    return PlanSaid(
        name=one.name,
        revision=one.seen.at.no,
        investments=figures.investments,
        planned=figures.planned,
        eac=figures.eac,
        claimed_low=figures.claimed.low,
        claimed_likely=figures.claimed.likely,
        claimed_high=figures.claimed.high,
        unserved=[words.name(one.seen.view, "objective", id) for id in figures.unserved],
        short=[words.name(one.seen.view, "role", id) for id, _ in figures.short],
        periods=[
            PeriodSaid(
                label=column.label,
                start=column.period.start,
                end=column.period.end,
                planned=column.line.plan,
                capex=column.capex,
                expected=column.line.expected,
            )
            for column in figures.periods
        ],
        added=named(moves.added) if moves else [],
        removed=named(moves.removed) if moves else [],
        moved=named(moves.moved) if moves else [],
        changed=named(moves.changed) if moves else [],
    )
