"""The scenarios of a workspace as all doors tell them: who began each, what it changes, how it stands to the plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from northing.access.models import Workspace
from northing.measure.difference import Differences
from northing.measure.money import Unit
from northing.measure.side_by_side import Moves, Side, ahead, moves, side
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.record import Branch, Record
from northing.record.revision import MAIN

from .told import difference
from .viewing import Look, look

MOST = {"year": 6, "quarter": 8, "month": 12}
"""Periods that are set side by side."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario: whose it is and how it stands to the plan that it is to be merged into."""

    branch: Branch
    begun_by: str
    begun: datetime
    why: str
    changed_by: str
    changed: datetime
    """Its newest revision."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One plan, held against the plan of record."""

    name: str
    """A scenario's; empty for the plan of record."""
    seen: Look
    figures: Side
    against: Differences | None
    """What it changes in the plan on which it stands; None for the plan of record."""
    moves: Moves | None


def scenarios(record: Record) -> list[Standing]:
    """Every scenario: those that are open first, then by the day of their last change, newest first."""
    found = [_standing(record, branch) for branch in record.branches() if branch.kind == "scenario"]
    found.sort(key=lambda one: one.changed, reverse=True)
    return sorted(found, key=lambda one: one.branch.state != "open")


def _standing(record: Record, branch: Branch) -> Standing:
    first, last = record.revision(branch.first), record.revision(branch.head)
    return Standing(
        branch=branch,
        begun_by=first.author,
        begun=first.at,
        why=first.reason,
        changed_by=last.author,
        changed=last.at,
    )


def changes(workspace: Workspace, branch: Branch, *, currency: str | None = None) -> tuple[Look, Look, Differences]:
    """The plan on which a scenario stands, the scenario, and the difference that it makes."""
    before = look(workspace, branch.base or 0, branch=branch.parent or MAIN, currency=currency)
    after = look(workspace, f"{branch.name}@{branch.head}", branch=branch.name, currency=currency)
    return before, after, difference(Record(workspace.id), before.view, after.view, before.at, after.at)


def side_by_side(
    workspace: Workspace, branches: Iterable[Branch], *, unit: Unit = "year", currency: str | None = None
) -> tuple[Period, list[Held]]:
    """The plan of record first, then each of *branches*, over the same periods ahead."""
    record = look(workspace, currency=currency)
    found = [(branch.name, *changes(workspace, branch, currency=currency)) for branch in branches]
    window = ahead([record.view, *(after.view for _name, _before, after, _made in found)], unit, MOST[unit])
    return window, [
        Held(name="", seen=record, figures=side(record.view, window, unit), against=None, moves=None),
        *(
            Held(
                name=name,
                seen=after,
                figures=side(after.view, window, unit),
                against=made,
                moves=moves(before.view, after.view, made),
            )
            for name, before, after, made in found
        ),
    ]


def value_moved(held: Held, record: Held) -> Amounts:
    """By how much more, or less, it is claimed to bring than the plan of record: the likely figure."""
    return held.figures.claimed.likely - record.figures.claimed.likely
