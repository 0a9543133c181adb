"""The answer taken into a scenario: decisions, limits that were moved and the money that goes with them, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.measure.choosing.choosing import broken
from northing.measure.choosing.taking import Moved, booked, edits, otherwise, transfers
from northing.measure.choosing.ways import Way
from northing.portfolio.choosing import LimitType
from northing.portfolio.edits import Edit, change
from northing.portfolio.errors import Finding, Invalid
from northing.record import At, Committed, Record
from northing.record.revision import MAIN

from .choosing import Sheet
from .choosing_moves import FREE

OUT = "out"


class Taking(msgspec.Struct, frozen=True):
    """What taking an answer in would record."""

    decisions: Mapping[str, str]
    """By investment that is decided otherwise: the name of its way, or out."""
    edits: tuple[Edit, ...]
    moves: tuple[Moved, ...]
    unkept: tuple[str, ...]
    """What was tried and is not part of a plan, by name: people of a role, prices."""


def decisions(asked: Sheet, plan: Mapping[str, Way]) -> dict[str, str]:
    """What *plan* decides otherwise than the plan as it is."""
    return {offer.id: OUT if way is None else way.name for offer, way in otherwise(asked.found, plan)}


def taking(asked: Sheet, decided: Mapping[str, str], words: Mapping[bool, str]) -> Taking:
    """What takes *decided* into the plan of *asked*. Raises ``Invalid`` where it names nothing or breaks a limit."""
    found = asked.found
    plan = dict(found.now)
    for id, to in decided.items():
        offer = found.by_id.get(id)
        way = None if offer is None or to == OUT else offer.way(to)
        if offer is None or (way is None and to != OUT):
            raise Invalid(
                "The plan has changed since: there is no such choice any more.", remedy="Open the page again."
            )
        if way is None:
            plan.pop(id, None)
        else:
            plan[id] = way
    over = [one for one in broken(asked.view, found, plan, asked.previous) if one.key not in asked.moves.spared]
    if over:
        found_ = [Finding(code="limit-broken", message=one.words) for one in over]
        raise Invalid(over[0].words, findings=found_, remedy="Work it out again.")
    moves = transfers(asked.view, found, plan)
    made = merged([
        *edits(asked.view, found, plan), *_pins(asked), *_limits(asked),
        *booked(asked.view, moves, found.ahead.start, words),
    ])  # fmt: skip
    return Taking(decisions(asked, plan), tuple(made), tuple(moves), tuple(_unkept(asked)))


def merged(made: list[Edit]) -> Iterator[Edit]:
    """One edit for each entity that is changed."""
    changes: dict[tuple[str, str], dict[str, Any]] = {}
    for edit in made:
        if edit.op == "change":
            changes.setdefault((edit.kind, edit.id), {}).update(edit.fields)
        else:
            yield edit
    yield from (change(kind, id, **fields) for (kind, id), fields in changes.items())


def _pins(asked: Sheet) -> Iterator[Edit]:
    """Pins that were tried; a pin to one way is the way taken, and the investment then pinned in."""
    for id, to in asked.moves.pins.items():
        pin = None if to == FREE else "out" if to == OUT else "in"
        one = asked.found.by_id[id].investment
        if (one.pin.value if one.pin else None) != pin:
            yield change("investment", id, pin=pin)
    for id in asked.moves.spared:
        if id in asked.found.by_id and asked.found.by_id[id].investment.must_do:
            yield change("investment", id, must_do=None)


def _limits(asked: Sheet) -> Iterator[Edit]:
    """Limits that were moved: with the answer they come to the plan, which then says what it keeps."""
    for bound in asked.plain.bounds:
        if bound.limit is None:
            continue
        fields: dict[str, Any] = {}
        for side, moved in (("most", asked.moves.most), ("least", asked.moves.least)):
            if bound.key in moved:
                fields[side] = moved[bound.key]
        if fields and bound.type in (LimitType.BUDGET, LimitType.EXPOSURE) and bound.limit.currency:
            fields["currency"] = asked.found.currency
        if fields:
            yield change("limit", bound.key, **fields)
        elif bound.type is LimitType.CHURN and asked.moves.churn is not None:
            yield change("limit", bound.key, most=Decimal(asked.moves.churn))


def _unkept(asked: Sheet) -> Iterator[str]:
    for bound in asked.plain.bounds:
        if bound.limit is None and bound.key in asked.moves.most:
            yield bound.name
    for model in asked.moves.prices:
        yield asked.view.name_of("ai_model", model) or model


def save(
    workspace: Workspace, made: Taking, at: At, *, scenario: str | None = None, by: Actor, reason: str
) -> Committed:
    """Record *made* as one revision: of the scenario that was looked at, or of a new one called *scenario*."""
    record = Record(workspace.id)
    if scenario is not None:
        record.fork(scenario, by=by, ref=at, reason=reason)
        return record.commit(made.edits, on=None, by=by, reason=reason, branch=scenario)
    if at.branch == MAIN:
        raise Invalid("An answer is taken into a scenario.", remedy="Name one.")
    return record.commit(made.edits, on=at.no, by=by, reason=reason, branch=at.branch)
