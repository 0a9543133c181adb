"""What changed between two places in the record, as a person would tell it: by investment, with money added up.

What belongs to an investment (milestones, plan lines, reports, contributions, systems, notes …) is told under it;
everything else under what it belongs to, or under itself. Values stay typed; ``report.words`` says them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Protocol

import msgspec

from northing.portfolio.entity import Entity
from northing.portfolio.filter.columns import position, values
from northing.portfolio.funding import Transfer
from northing.portfolio.kinds import KINDS, Field, fields
from northing.portfolio.ledger import currency_of
from northing.portfolio.money import Amounts
from northing.portfolio.plan import Plan

from .derived_dates import health, latest_reports
from .derived_money import amounts_of
from .ledger import booked
from .sentence import Ref
from .view import View

Act = Literal["added", "removed", "changed", "planned", "budgeted", "reported"]


class Change(Protocol):
    """One entity before and after, and the revisions between that touched it."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def before(self) -> Entity | None: ...
    @property
    def after(self) -> Entity | None: ...
    @property
    def revisions(self) -> tuple[int, ...]: ...


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed."""

    act: Act
    """``planned`` and ``budgeted`` sum up an investment's plan lines; ``reported`` is its newest health report."""
    kind: str
    id: str
    """For ``planned`` and ``budgeted`` the investment's."""
    field: str | None = None
    """For ``changed``: the field, or ``custom.<id>``."""
    title: str = ""
    """The field's title; a custom field's name."""
    type: str = "text"
    ref: str | None = None
    unit: str | None = None
    before: Any = None
    after: Any = None
    days: int | None = None
    """For dates: by how many days it moved."""
    money: Amounts | None = None
    """For money: after − before, by currency."""
    count: int = 1
    """How many entities the line sums up."""
    revisions: tuple[int, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changed about one investment, or about something that belongs to none."""

    ref: Ref
    act: Literal["added", "removed", "changed"]
    lines: tuple[Line, ...]
    """What was planned first, then its own fields, then what belongs to it."""
    planned: Amounts
    """Planned money after − before, by currency."""
    revisions: tuple[int, ...]
    """All that touched it, oldest first."""


class Differences(msgspec.Struct, frozen=True, kw_only=True):
    """The difference between two plans."""

    investments: tuple[Told, ...]
    """Those whose money moved most first, then by name."""
    others: tuple[Told, ...]
    """Objectives, portfolios, people, settings …"""
    planned: Amounts
    """All planned money after − before, by currency."""
    planned_before: Amounts
    planned_after: Amounts
    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Investments."""
    revisions: tuple[int, ...]

    @property
    def count(self) -> int:
        """Lines in all."""
        return sum(len(told.lines) for told in (*self.investments, *self.others))


BELONGS: Mapping[str, tuple[str, ...]] = {
    "milestone": ("investment",),
    "health_report": ("investment",),
    "cost_plan_line": ("investment",),
    "strategic_contribution": ("investment",),
    "ai_system": ("investment",),
    "dependency": ("successor", "predecessor"),
    "model_use": ("system",),
    "note": ("subject",),
    "link": ("subject",),
    "key_result": ("objective",),
}
"""Kind → the fields that lead to what it is told under, tried in turn."""

SUMMED = ("cost_plan_line",)
SILENT = ("id", "source_row", "withheld")
WITH = {("key_result", "measured_on"): "current"}
"""Fields that go without saying where another one changed with them."""


def differences(before: View, after: View, changes: Iterable[Change]) -> Differences:
    """*changes* between *before* and *after*, told by investment. ``Record.changes`` gives them."""
    under: dict[Ref, list[Change]] = {}
    for change in changes:
        if change.before is not None or change.after is not None:
            under.setdefault(_owner(before.plan, after.plan, change), []).append(change)
    told = [_tell(before, after, ref, found) for ref, found in under.items()]
    told = [one for one in told if one.lines]
    planned_before, planned_after = _planned(before), _planned(after)
    investments = [one for one in told if one.ref.kind == "investment"]
    return Differences(
        investments=tuple(sorted(investments, key=lambda one: (-_size(one.planned), _called(before, after, one.ref)))),
        others=tuple(
            sorted(
                (one for one in told if one.ref.kind != "investment"),
                key=lambda one: (list(KINDS).index(one.ref.kind), _called(before, after, one.ref)),
            )
        ),
        planned=planned_after - planned_before,
        planned_before=planned_before,
        planned_after=planned_after,
        added=tuple(one.ref.id for one in investments if one.act == "added"),
        removed=tuple(one.ref.id for one in investments if one.act == "removed"),
        revisions=tuple(sorted({no for one in told for no in one.revisions})),
    )


def _owner(before: Plan, after: Plan, change: Change) -> Ref:
    """What a change is told under: as things stand after it, or stood before it was removed."""
    at = Ref(change.kind, change.id)
    entity: Entity | None = change.after or change.before
    for _ in range(4):
        if entity is None:
            break
        parent = None
        for field in BELONGS.get(entity.KIND, ()):
            above = getattr(entity, field)
            if above is not None:
                parent = _entity(after, before, fields(entity.KIND)[field].ref, above)
                break
        if parent is None:
            break
        entity, at = parent, Ref(parent.KIND, parent.id)
    return at


def _entity(after: Plan, before: Plan, kind: str | None, id: str) -> Entity | None:
    """The entity of *kind*, or of any kind for ``*``, as it is or was."""
    found: Entity | None
    if kind is None or kind == "*":
        found = after.find(id) or before.find(id)
    else:
        found = after.table(kind).get(id) or before.table(kind).get(id)
    return found


ORDER = {kind: index for index, kind in enumerate(dict.fromkeys(["milestone", "dependency", *KINDS]))}
"""The kinds in the order in which what belongs to an investment is told."""


def _tell(before: View, after: View, ref: Ref, changes: Sequence[Change]) -> Told:
    act: Literal["added", "removed", "changed"] = "changed"
    lines: list[Line] = []
    planned = Amounts()
    for change in changes:
        own = (change.kind, change.id) == (ref.kind, ref.id)
        if own and change.before is None:
            act = "added"
        elif own and change.after is None:
            act = "removed"
    if ref.kind == "investment":
        planned = _difference(amounts_of(after, "planned", ref.id), amounts_of(before, "planned", ref.id))
        lines += _sums(before, after, ref, [change for change in changes if change.kind in SUMMED])
        lines += _reports(before, after, ref, [change for change in changes if _is_new_report(change)])
    for change in sorted(
        changes, key=lambda change: (change.kind != ref.kind, ORDER[change.kind], _when(change), change.id)
    ):
        if ref.kind != "investment" or not (change.kind in SUMMED or _is_new_report(change)):
            lines += _lines(before, after, change)
    return Told(
        ref=ref,
        act=act,
        lines=tuple(lines),
        planned=planned,
        revisions=tuple(sorted({no for change in changes for no in change.revisions})),
    )


def _sums(before: View, after: View, ref: Ref, changes: Sequence[Change]) -> Iterable[Line]:
    """One line for what its plan lines make together, however many of them changed."""
    acts: tuple[tuple[Act, str], ...] = (("planned", "planned"), ("budgeted", "budget"))
    moved = False
    revisions = tuple(sorted({no for change in changes for no in change.revisions}))
    for act, column in acts:
        was, now = amounts_of(before, column, ref.id), amounts_of(after, column, ref.id)
        delta = _difference(now, was)
        if any(delta.by_currency.values()) or (was is None) != (now is None):
            moved = True
            title = "Planned" if act == "planned" else "Budget"
            yield Line(
                act=act, kind="investment", id=ref.id, title=title, type="money",
                before=was, after=now, money=delta, count=len(changes), revisions=revisions,
            )  # fmt: skip
    if changes and not moved:
        # Moved in time or between kinds of cost, with the same sum.
        now = amounts_of(after, "planned", ref.id)
        yield Line(
            act="planned", kind="investment", id=ref.id, title="Planned", type="money",
            before=now, after=now, money=Amounts(), count=len(changes), revisions=revisions,
        )  # fmt: skip


def _is_new_report(change: Change) -> bool:
    return change.kind == "health_report" and change.before is None and change.after is not None


def _reports(before: View, after: View, ref: Ref, changes: Sequence[Change]) -> Iterable[Line]:
    """One line for all new reports: what health was before them and is now."""
    if changes:
        yield Line(
            act="reported",
            kind="health_report",
            id=max(changes, key=lambda change: (_when(change), change.id)).id,
            title="Health",
            type="choice",
            before=health(latest_reports(before.plan).get(ref.id)),
            after=health(latest_reports(after.plan).get(ref.id)),
            count=len(changes),
            revisions=tuple(sorted({no for change in changes for no in change.revisions})),
        )


def _lines(before: View, after: View, change: Change) -> Iterable[Line]:
    was, now = change.before, change.after
    if was is None or now is None:
        view, entity = (after, now) if now is not None else (before, was)
        assert entity is not None
        yield Line(
            act="added" if now is not None else "removed",
            kind=change.kind,
            id=change.id,
            title=KINDS[change.kind].TITLE,
            before=_told(view, entity) if now is None else None,
            after=_told(view, entity) if now is not None else None,
            revisions=change.revisions,
        )
        return
    # Long texts last: they are said to have been rewritten, and no more.
    for name, field in sorted(fields(change.kind).items(), key=lambda item: item[1].long):
        if name in SILENT or (
            (change.kind, name) in WITH
            and getattr(was, WITH[change.kind, name]) != getattr(now, WITH[change.kind, name])
        ):
            continue
        old, new = getattr(was, name), getattr(now, name)
        if old == new:
            continue
        if name == "custom":
            yield from _custom(before, after, change, old, new)
        else:
            yield _field(before, after, change, field, old, new)


def _told(view: View, entity: Entity) -> str:
    """What is new or gone, in a line; of a transfer also what it moves from where to where."""
    if not isinstance(entity, Transfer):
        return view.call(entity)
    moved = booked(view, entity)
    ends = [
        view.name_of("account", some[0]) or "" if len(some) == 1 else f"{len(some)} × {KINDS['account'].TITLE}"
        for some in (moved.sources, moved.targets)
    ]
    currency = currency_of(view.plan, view.plan.get("account", moved.targets[0] if moved.targets else None)) or ""
    return f"{view.call(entity)}: {moved.amount:,} {currency}, {' → '.join(ends)}"


def _field(before: View, after: View, change: Change, field: Field, old: Any, new: Any) -> Line:
    money: Amounts | None = None
    if field.money is not None:
        old, new = _amounts(before, change.before, field, old), _amounts(after, change.after, field, new)
        money = _difference(new, old)
    return Line(
        act="changed",
        kind=change.kind,
        id=change.id,
        field=field.name,
        title=field.title,
        type="money" if field.money else field.type,
        ref=field.ref,
        unit=field.unit,
        before=old,
        after=new,
        days=(new - old).days if isinstance(old, date) and isinstance(new, date) else None,
        money=money,
        revisions=change.revisions,
    )


def _custom(
    before: View, after: View, change: Change, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterable[Line]:
    for key in sorted({*old, *new}):
        if old.get(key) == new.get(key):
            continue
        definition = after.plan.custom_fields.get(key) or before.plan.custom_fields.get(key)
        word = after.vocabulary.words(change.kind).get(key) or before.vocabulary.words(change.kind).get(key)
        was, now = (_cell(view, word, change, given.get(key)) for view, given in ((before, old), (after, new)))
        yield Line(
            act="changed",
            kind=change.kind,
            id=change.id,
            field=f"custom.{key}",
            title=definition.name if definition is not None else "Custom field",
            type=word.type if word is not None else "text",
            unit=definition.unit if definition is not None else None,
            before=was,
            after=now,
            days=(now - was).days if isinstance(was, date) and isinstance(now, date) else None,
            money=_difference(now, was) if isinstance(was, Amounts) and isinstance(now, Amounts) else None,
            revisions=change.revisions,
        )


def _cell(view: View, word: Any, change: Change, given: Any) -> Any:
    """A custom value in its type, where the entity is in the View's plan; else as it is stored."""
    at = position(view.plan, change.kind).get(change.id)
    known = word is not None and word.name in view.vocabulary.words(change.kind)
    return values(view, word)[at] if known and at is not None and given is not None else given


def _amounts(view: View, entity: Entity | None, field: Field, amount: Any) -> Amounts | None:
    if amount is None or entity is None:
        return None
    currency = getattr(entity, field.money or "", None)
    if currency is None and entity.KIND == "cost_plan_line":
        investment = view.plan.investments.get(getattr(entity, "investment", None))
        currency = investment.currency if investment is not None else None
    return Amounts.of(amount, currency)


def _difference(now: Amounts | None, was: Amounts | None) -> Amounts:
    return (now or Amounts()) - (was or Amounts())


def _planned(view: View) -> Amounts:
    return Amounts.sum(amounts for amounts in view.derived_values("investment", "planned") if amounts)


def _size(amounts: Amounts) -> Any:
    """For ordering alone: the largest movement in any currency."""
    return max((abs(amount) for amount in amounts.by_currency.values()), default=0)


def _when(change: Change) -> date:
    entity = change.after or change.before
    return next((day for name in ("due", "on", "start") if (day := getattr(entity, name, None)) is not None), date.max)


def _called(before: View, after: View, ref: Ref) -> str:
    name = after.name_of(ref.kind, ref.id) or before.name_of(ref.kind, ref.id) or ""
    return name.casefold()
