"""Writing a workflow policy: what each state in use means and in which order, which types count and as what kind.

The states and types are those of the work that was delivered: what nobody has given a meaning yet is marked, with the
number of its items, so that it can be said in one visit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from northing.facts.filtering import FactWords, condition
from northing.measure.flow.rulebook import likely_kind, likely_phase, seen
from northing.portfolio.edits import Body, change, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Finding, Invalid, NotAllowed, NotFound
from northing.portfolio.fact_table import FactTable
from northing.portfolio.flow import (
    ChangeClock,
    DayCount,
    Evidence,
    FlowKind,
    Parents,
    PercentileRule,
    Phase,
    StartRule,
    StateRule,
    WorkflowPolicy,
)
from northing.portfolio.work_facts import DEPLOYMENT, WORK
from northing.report import words
from northing.web.changing import forms
from northing.web.changing.by_form import commit_and_go, without_theirs
from northing.web.frame.context import Page, page

SCOPE = ("name", "value_stream", "team", "start", "where")
RULES = ("discarded", "start_rule", "parents", "blocked_waits", "days", "percentiles", "calendar", "old_days", "note")
DELIVERY = ("deployments", "production", "evidence", "evidence_hours", "change_clock")
"""How deployments are read."""
FIELDS = (*SCOPE, *RULES, *DELIVERY)
USUAL: Body = {
    "start_rule": StartRule.FIRST.value, "parents": Parents.OWN.value, "blocked_waits": True,
    "days": DayCount.INCLUSIVE.value, "percentiles": PercentileRule.NEAREST.value, "old_days": 14,
    "production": ["production"], "evidence": Evidence.WINDOW.value, "evidence_hours": 24,
    "change_clock": ChangeClock.COMMITTED.value,
}  # fmt: skip
"""What holds where nothing else was said."""
EMPTY_ROWS = 3
MOST_ROWS = 300
LONGEST = 200


@dataclass
class StateRow:
    """A state: what it means so far, and how many items were in it."""

    state: str = ""
    phase: str = ""
    renamed: str = ""
    place: str = ""
    items: int = 0
    now: int = 0
    step: float = 0
    probably: str = ""
    """What its name suggests, where nobody has said what it means."""


@dataclass
class TypeRow:
    type: str = ""
    kind: str = ""
    counts: bool = False
    items: int = 0


@dataclass
class Written:
    """A policy as it stands in the form: right or wrong, nobody types it twice."""

    body: Body
    states: list[StateRow] = field(default_factory=list)
    types: list[TypeRow] = field(default_factory=list)


@page("flow", methods=("GET", "HEAD", "POST"))
def new(page: Page) -> HttpResponse:
    """A new policy, or (``?from=<id>``) the next version of one."""
    _now(page)
    asked = page.request.GET
    there = _policy(page, asked["from"]) if asked.get("from") else None
    body: Body = msgspec.to_builtins(there) if there else {}
    body = {name: value for name, value in body.items() if name not in ("id", "number")}
    if there is not None:
        body["start"] = page.today.isoformat()
    for name in SCOPE:
        if asked.get(name):
            body[name] = asked[name]
    title = _("Next version of %(name)s") % {"name": there.name} if there else _("Add a workflow policy")
    if page.request.method != "POST":
        return _form(page, _written(page, body), title, there=None)
    try:
        values = _read(page)
        if there is not None and _not_after(values.get("start"), there.start):
            raise _wrong("start", _("A new version begins after the one before it."))
    except Invalid as wrong:
        return _form(page, _typed(page), title, there=None, wrong=wrong)
    if "look" in page.request.POST:
        return _form(page, _typed(page), title, there=None)
    made = create("workflow_policy", new_id(), **{name: value for name, value in values.items() if value is not None})
    reason = page.request.POST.get("reason", "").strip() or title
    return _commit(page, [made], reason, _("The policy is there."), title)


@page("flow", methods=("GET", "HEAD", "POST"))
def edit(page: Page, key: str) -> HttpResponse:
    """A policy that is there: changing it changes what was measured by it, back to its first day."""
    _now(page)
    there = _policy(page, key)
    title = there.name
    if page.request.method != "POST":
        return _form(page, _written(page, msgspec.to_builtins(there)), title, there=there)
    if "look" in page.request.POST:
        return _form(page, _typed(page), title, there=there)
    try:
        values = without_theirs(page, there.id, _read(page))
    except Invalid as wrong:
        return _form(page, _typed(page), title, there=there, wrong=wrong)
    reason = page.request.POST.get("reason", "").strip() or _("Change %(name)s") % {"name": there.name}
    return _commit(page, [change("workflow_policy", there.id, **values)], reason, _("Saved."), title, there)


def _commit(
    page: Page, edits: list[Any], reason: str, said: str, title: str, there: WorkflowPolicy | None = None
) -> HttpResponse:
    try:
        return commit_and_go(page, edits, reason, said)
    except Invalid as wrong:
        return _form(page, _typed(page), title, there=there, wrong=wrong)


def _now(page: Page) -> None:
    """Everybody may look at a form; it is sent by those who may plan, on the plan in force."""
    if page.request.method != "POST":
        return
    if page.past:
        raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    page.require("plan", _("change how work is read"))


def _policy(page: Page, key: str) -> WorkflowPolicy:
    found: WorkflowPolicy | None = page.view.plan.workflow_policies.get(key)
    if found is None:
        raise NotFound(_("There is no such workflow policy at this revision."))
    return found


def _not_after(start: str | None, before: date | None) -> bool:
    return (date.fromisoformat(start) if start else date.min) <= (before or date.min)


def _form(
    page: Page, written: Written, title: str, *, there: WorkflowPolicy | None, wrong: Invalid | None = None
) -> HttpResponse:
    findings: tuple[Finding, ...] = ()
    if wrong is not None:
        findings = wrong.findings or (Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy),)
    wheres = _complete(page, written)
    controls = {
        part: forms.controls(page, "workflow_policy", names, written.body, findings + wheres)
        for part, names in (("scope", SCOPE), ("rules", RULES), ("delivery", DELIVERY))
    }
    shown = {control.name for made in controls.values() for control in made if control.error}
    return page.render(
        "flow/policy.html",
        status=422 if findings else 200,
        title=title,
        there=there,
        scope=controls["scope"],
        rules=controls["rules"],
        delivery=controls["delivery"],
        findings=[one for one in findings if one.field not in shown],
        states=written.states,
        types=written.types,
        unknown=sum(1 for row in written.states if row.state and not row.phase),
        phases=[(phase.value, words.label(phase.value, "phase")) for phase in Phase],
        kinds=[(kind.value, words.label(kind.value, "kind")) for kind in FlowKind],
        may=page.may_edit,
        on=page.request.POST.get("on") or page.head,
        back=page.link("flow/policies"),
        newer=page.link("flow/policies/new", **{"from": there.id}) if there is not None else "",
        drop=page.link(f"drop/workflow_policy/{there.id}", next=page.link("flow/policies")) if there else "",
    )


# -- what is there, and what the delivered work adds to it


def _written(page: Page, body: Body) -> Written:
    """A policy's body as rows; of a new one without states, what their names suggest."""
    made = Written(USUAL | body)
    for place, rule in enumerate(body.get("states") or (), 1):
        renamed = ", ".join(rule.get("renamed") or ())
        made.states.append(StateRow(rule["state"], rule["phase"], renamed, str(place)))
    level = {type.strip().lower() for type in body.get("level") or ()}
    kinds = {type.strip().lower(): (type, kind) for type, kind in (body.get("kinds") or {}).items()}
    named = {**{type: type for type in body.get("level") or ()}, **{type: type for type, _kind in kinds.values()}}
    for type in dict.fromkeys(named):
        key = type.strip().lower()
        made.types.append(TypeRow(type, kinds[key][1] if key in kinds else "", key in level))
    return made


def _complete(page: Page, written: Written) -> tuple[Finding, ...]:
    """Add the states and types of delivered work; the finding of a filter that cannot be read."""
    fresh = not written.states
    draft = WorkflowPolicy(
        id="", name="", where=written.body.get("where") or "", team=_known(page, "team", written.body),
        value_stream=_known(page, "value_stream", written.body), states=_rules(written.states),
    )  # fmt: skip
    try:
        readable(page, draft.where)
        states, types = seen(page.view, draft)
    except Invalid as wrong:
        return (Finding(code=wrong.code, message=wrong.message, field="where", remedy=wrong.remedy),)
    finally:
        if not fresh:
            written.states += [StateRow() for _number in range(EMPTY_ROWS)]
    by_name = {
        name.strip().lower(): row for row in written.states for name in (row.state, *row.renamed.split(",")) if name
    }
    for one in states:
        row = by_name.get(one.state.strip().lower())
        if row is None:
            guess = likely_phase(one.state)
            row = StateRow(one.state, guess.value if guess and fresh else "")
            row.probably = words.label(guess.value, "phase") if guess and not fresh else ""
            written.states.insert(len(written.states) - (0 if fresh else EMPTY_ROWS), row)
        row.items, row.now, row.step = one.items, one.now, one.step
    if fresh:
        order = [phase.value for phase in Phase]
        written.states.sort(key=lambda row: (order.index(row.phase) if row.phase else 9, row.step))
        for place, row in enumerate(written.states, 1):
            row.place = str(place) if row.phase else ""
        written.states += [StateRow() for _number in range(EMPTY_ROWS)]
    known = {row.type.strip().lower(): row for row in written.types}
    for found in types:
        if found.type and (there := known.get(found.type.strip().lower())):
            there.items += found.items
        elif found.type:
            likely = likely_kind(found.type) if fresh and found.counted else None
            written.types.append(TypeRow(found.type, likely.value if likely else "", items=found.items))
    written.types.append(TypeRow())
    return ()


def readable(page: Page, where: str, table: FactTable = WORK) -> None:
    """Raises :class:`Invalid` for a filter over *table*, work items usually, that cannot be read."""
    if where.strip():
        condition(where, FactWords(table, page.view.plan.calendar, ruled=False)).tree()


def _rules(rows: list[StateRow]) -> tuple[StateRule, ...]:
    """The states that mean something already, so that what was renamed is counted under its present name."""
    return tuple(
        StateRule(row.state, Phase(row.phase), tuple(name.strip() for name in row.renamed.split(",") if name.strip()))
        for row in rows
        if row.state and row.phase in set(Phase)
    )


def _known(page: Page, kind: str, body: Body) -> str | None:
    id = body.get(kind)
    return id if isinstance(id, str) and id in page.view.plan.table(kind) else None


# -- what was typed


def _typed(page: Page) -> Written:
    form = page.request.POST
    body: Body = {name: form.get(name) or None for name in FIELDS}
    for name in ("discarded", "production"):
        body[name] = [part.strip() for part in form.get(name, "").split(",") if part.strip()]
    return Written(body, [row for row in _state_rows(form) if row.state], [row for row in _type_rows(form) if row.type])


def _state_rows(form: QueryDict) -> list[StateRow]:
    return [
        StateRow(_cell(form, "state", at), _cell(form, "phase", at), _cell(form, "was", at), _cell(form, "place", at))
        for at in range(MOST_ROWS)
        if f"state-{at}" in form
    ]


def _cell(form: QueryDict, name: str, at: int) -> str:
    return form.get(f"{name}-{at}", "").strip()[:LONGEST]


def _type_rows(form: QueryDict) -> list[TypeRow]:
    return [
        TypeRow(_cell(form, "type", at), _cell(form, "kind", at), f"counts-{at}" in form)
        for at in range(MOST_ROWS)
        if f"type-{at}" in form
    ]


def _read(page: Page) -> dict[str, Any]:
    """What was typed, as field values. Raises :class:`Invalid` with what is wrong."""
    form = page.request.POST
    values = forms.read(page, "workflow_policy", FIELDS, form)
    for name, table in (("where", WORK), ("deployments", DEPLOYMENT)):
        try:
            readable(page, values.get(name) or "", table)
        except Invalid as wrong:
            raise _wrong(name, wrong.message) from wrong
    rows = [(_place(row), at, row) for at, row in enumerate(_state_rows(form)) if row.state and _phase(row)]
    types = [row for row in _type_rows(form) if row.type]
    values["states"] = [
        {"state": row.state, "phase": row.phase}
        | ({"renamed": names} if (names := [name.strip() for name in row.renamed.split(",") if name.strip()]) else {})
        for _where, _at, row in sorted(rows, key=lambda one: one[:2])
    ]
    values["kinds"] = {row.type: row.kind for row in types if row.kind in set(FlowKind)}
    values["level"] = [row.type for row in types if row.counts]
    return values


def _phase(row: StateRow) -> bool:
    if row.phase and row.phase not in set(Phase):
        raise _wrong("states", _("“%(state)s”: choose what it means from the list.") % {"state": row.state})
    return bool(row.phase)


def _place(row: StateRow) -> Decimal:
    """Where a state stands; one that nobody has placed comes after the others."""
    try:
        found = Decimal(row.place.replace(",", ".")) if row.place else Decimal(10**6)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise _wrong("states", _("“%(state)s”: its place is a number, such as 3.") % {"state": row.state})
    return found


def _wrong(name: str, message: str) -> Invalid:
    return Invalid(message, findings=[Finding(code="wrong-value", message=message, field=name)])
