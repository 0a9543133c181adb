"""How work is read, as one document: policies, calendars, expectations and events, out and in; what it leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from northing.facts.filtering import FactWords, condition
from northing.measure.flow.rulebook import PolicyInForce, likely_kind, likely_phase, rulebook
from northing.measure.search import the_one
from northing.measure.view import View
from northing.portfolio.edits import Edit, change, create
from northing.portfolio.entity import Entity, new_id
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.flow import Calendar, FlowKind, MarkedEvent, Phase, ServiceLevelExpectation, WorkflowPolicy
from northing.portfolio.kinds import fields
from northing.portfolio.work_facts import DEPLOYMENT, WORK

KINDS = {one.PLURAL: one for one in (WorkflowPolicy, Calendar, ServiceLevelExpectation, MarkedEvent)}
"""Name in the document → what stands there."""
Document = Mapping[str, Sequence[Mapping[str, Any]]]


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A state or type of delivered work of which a policy says nothing; ``probably``: what its name suggests."""

    name: str
    items: int
    probably: str | None


class PolicySaid(msgspec.Struct, frozen=True, kw_only=True):
    """One policy: whether it holds today and until before which day, and what it leaves open."""

    id: str
    number: str | None
    name: str
    value_stream: str | None
    team: str | None
    start: date | None
    until: date | None
    holds: bool
    items: int
    """Of the delivered work, that count by it."""
    states: list[Open]
    types: list[Open]


def policies_said(view: View) -> list[PolicySaid]:
    """Every policy in the order of the page: the organisation's, those of value streams, those of teams."""
    return [_said(view, one) for one in rulebook(view)]


def document(view: View, which: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """All of how work is read, or the one thing that *which* names: what :func:`edits_of` takes back.

    Raises :class:`NotFound` where nothing is called so.
    """
    if which is not None:
        kind, id = the_one(view, which, tuple(one.KIND for one in KINDS.values()))
        return {view.plan.need(kind, id).PLURAL: [msgspec.to_builtins(view.plan.need(kind, id))]}
    return {
        plural: [msgspec.to_builtins(entity) for entity in view.plan.table(kind.KIND).values()]
        for plural, kind in KINDS.items()
    }


def read(raw: bytes | str) -> Document:
    """A document from JSON. Raises :class:`Invalid`."""
    try:
        found = msgspec.json.decode(raw, type=dict[str, list[dict[str, Any]]])
    except msgspec.DecodeError as wrong:
        raise Invalid(f"The file is not such a document: {wrong}.", remedy="northing policy show prints one.") from None
    unknown = sorted(set(found) - set(KINDS))
    if unknown:
        raise Invalid(f"“{unknown[0][:60]}” is not known here.", remedy="It holds " + ", ".join(KINDS) + ".")
    return found


def edits_of(view: View, document: Document) -> list[Edit]:
    """What makes the plan say what *document* says: what names an id or number that is there is changed, the rest made.

    What is left out of the document stays as it is. Raises :class:`NotFound` for a name that nothing has.
    """
    edits = []
    for plural, bodies in document.items():
        kind = KINDS[plural].KIND
        for body in bodies:
            id = _id(view, kind, body)
            values = {name: _value(view, kind, name, value) for name, value in body.items()
                      if name not in ("id", "number")}  # fmt: skip
            edits.append(change(kind, id, **values) if id else create(kind, new_id(), **values))
    return edits


def checked(view: View, document: Document) -> list[PolicySaid]:
    """The policies of *document* as they would stand, with what they would leave open. Raises :class:`Invalid`."""
    drafts: dict[str, Entity | None] = {}
    for edit in edits_of(view, document):
        if edit.kind != WorkflowPolicy.KIND:
            continue
        before = view.plan.workflow_policies.get(edit.id)
        body = {**(msgspec.to_builtins(before) if before else {}), **(edit.fields or {}), "id": edit.id}
        try:
            draft = msgspec.convert(body, WorkflowPolicy, strict=False)
        except msgspec.ValidationError as wrong:
            raise Invalid(f"A policy is not understood: {wrong}.") from None
        for where, table in ((draft.where, WORK), (draft.deployments, DEPLOYMENT)):
            if (where or "").strip():
                condition(where or "", FactWords(table, view.plan.calendar, ruled=False)).tree()
        drafts[draft.id] = draft
    kept = replace(view, plan=view.plan.step(view.plan.no, {WorkflowPolicy.KIND: drafts}))
    return [_said(kept, one) for one in rulebook(kept) if one.policy.id in drafts]


def _said(view: View, told: PolicyInForce) -> PolicySaid:
    policy = told.policy
    return PolicySaid(
        id=policy.id, number=policy.number, name=policy.name, start=policy.start, until=told.until, holds=told.holds,
        value_stream=view.name_of("value_stream", policy.value_stream) if policy.value_stream else None,
        team=view.name_of("team", policy.team) if policy.team else None,
        items=told.items,
        states=[_open(one.state, one.items, likely_phase(one.state)) for one in told.unknown],
        types=[_open(one.type, one.counted, likely_kind(one.type)) for one in told.kindless if one.type],
    )  # fmt: skip


def _open(name: str, items: int, probably: Phase | FlowKind | None) -> Open:
    return Open(name=name, items=items, probably=probably.value if probably is not None else None)


def _id(view: View, kind: str, body: Mapping[str, Any]) -> str | None:
    """The id of what *body* speaks of; None where it is new. Raises :class:`NotFound`."""
    table = view.plan.table(kind)
    said = body.get("id") or body.get("number")
    if not said:
        return None
    for one in table.values():
        if said in (one.id, getattr(one, "number", None)):
            return str(one.id)
    raise NotFound(f"There is no “{str(said)[:60]}” here.", remedy="Leave id and number out of what is new.")


def _value(view: View, kind: str, name: str, value: Any) -> Any:
    """A reference by name, number or id as an id; anything else as it is."""
    about = fields(kind).get(name)
    if about is None or about.ref is None or not isinstance(value, str) or value in view.plan.table(about.ref):
        return value
    return the_one(view, value, (about.ref,))[1]
