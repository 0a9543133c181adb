"""What needs somebody: gaps, things past due, broken promises, and situations a portfolio office knows.

Every item has a code, the entity, a sentence with its figures, and the edit that would mend it. Investments
that are retired or stopped need nobody. The limits are stated with the items (:class:`Limits`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from northing.portfolio.investment import ENDED, RUNNING, Investment, MilestoneKind, Rating, Stage
from northing.portfolio.words import word

from .columns import DAYS_KEPT
from .dependencies import ties
from .derived_ai import models_of
from .derived_dates import DIMENSIONS, SEVERITY, latest_reports, overdue, worst_dimension
from .derived_strategy import served
from .lookalikes import Shared, lookalikes
from .sentence import Mend, Ref, Said
from .view import View

Severity = Literal["high", "medium", "low"]

TITLES: Mapping[str, str] = {
    "milestone-overdue": word("Past due"),
    "dependency-broken": word("Dependency is broken"),
    "model-retiring": word("Model is about to retire"),
    "red-inside": word("Green outside, red inside"),
    "endless-pilot": word("A pilot that never ends"),
    "alike": word("Perhaps the same thing bought several times"),
    "serves-nothing": word("Serves no objective"),
    "owner-left": word("Owner has left"),
    "lacks-owner": word("No owner"),
    "lacks-money": word("No planned money"),
    "lacks-dates": word("No start or no end"),
    "lacks-stage": word("No stage"),
}
"""Code → what a list of its items is called, in the order of a page."""

CODES = tuple(TITLES)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """From when on something needs attention."""

    pilot_days: int = 365
    """A pilot that started (or entered its stage) longer ago than this does not end."""
    model_days: int = 180
    """A model that is shut down within these days is about to retire."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something that needs somebody."""

    code: str
    severity: Severity
    entity: Ref
    """What it is about; almost always an investment."""
    sentence: Said
    mend: Mend | None
    """The field to change, or the entity to create."""
    others: tuple[Ref, ...] = ()
    """What else is concerned: the milestone, the model, the look-alikes."""
    days: int | None = None
    """Days past due, days to go, days in pilot."""

    @property
    def title(self) -> str:
        return TITLES[self.code]


def attention(
    view: View, codes: Collection[str] = CODES, *, limits: Limits | None = None, baseline: View | None = None
) -> tuple[Item, ...]:
    """Everything of *codes* that needs somebody, in the order of ``CODES``, the gravest first.

    With a *baseline*, a pilot whose scale gate has moved since counts as one that does not end.
    """
    look = _Look(view, limits or Limits(), baseline)
    if limits is not None or baseline is not None or view.stage_since is not None:
        return tuple(item for code in CODES if code in codes for item in _items(look, code))
    # The usual question is kept with the plan and the day: a large inventory lacks things by the ten thousand.
    days: dict[tuple[date, str], list[Item]] = view.plan.memo("attention", READS, dict)
    if len(days) > DAYS_KEPT * len(CODES):
        days.clear()
    found: list[Item] = []
    for code in CODES:
        if code in codes:
            if (view.today, code) not in days:
                days[view.today, code] = _items(look, code)
            found.extend(days[view.today, code])
    return tuple(found)


def _items(look: _Look, code: str) -> list[Item]:
    items = list(_RULES[code](look))
    items.sort(key=lambda item: (GRAVITY[item.severity], -(item.days or 0), item.entity.kind, item.entity.id))
    return items


READS = frozenset(
    (
        "investment",
        "milestone",
        "dependency",
        "ai_system",
        "ai_model",
        "model_use",
        "health_report",
        "strategic_contribution",
        "objective",
        "key_result",
        "cost_plan_line",
        "person",
    )
)

GRAVITY: dict[Severity, int] = {"high": 0, "medium": 1, "low": 2}


class _Look:
    """What the rules look at."""

    def __init__(self, view: View, limits: Limits, baseline: View | None) -> None:
        self.view, self.plan, self.today, self.limits, self.baseline = view, view.plan, view.today, limits, baseline
        self.open: list[Investment] = [one for one in self.plan.investments.values() if one.stage not in ENDED]

    def is_open(self, id: str) -> bool:
        found = self.plan.investments.get(id)
        return found is not None and found.stage not in ENDED


def _item(code: str, severity: Severity, investment: str, template: str, mend: Mend | None, **more: Any) -> Item:
    days, others = more.pop("days", None), more.pop("others", ())
    here = Ref("investment", investment)
    said = Said(template, {"investment": here, **({"days": days} if days is not None else {}), **more})
    return Item(code=code, severity=severity, entity=here, sentence=said, mend=mend, others=others, days=days)


def _field(investment: str, field: str) -> Mend:
    return Mend(op="change", kind="investment", id=investment, field=field)


def _milestones_overdue(look: _Look) -> Iterable[Item]:
    for investment, late in overdue(look.plan, look.today).items():
        if not look.is_open(investment):
            continue
        for milestone in late:
            assert milestone.due is not None
            yield _item(
                "milestone-overdue",
                "high" if milestone.type == MilestoneKind.GATE else "medium",
                investment,
                word("{milestone} of {investment} was due on {due}, {days} days ago."),
                Mend(op="change", kind="milestone", id=milestone.id, field="done"),
                milestone=Ref("milestone", milestone.id),
                due=milestone.due,
                days=(look.today - milestone.due).days,
                others=(Ref("milestone", milestone.id),),
            )


def _dependencies_broken(look: _Look) -> Iterable[Item]:
    for tie in ties(look.plan):
        of = tie.dependency
        if tie.broken and tie.reason and look.is_open(of.successor) and look.is_open(of.predecessor):
            yield Item(
                code="dependency-broken",
                severity="high",
                entity=Ref("investment", of.successor),
                sentence=tie.reason,
                mend=_field(of.successor, "start" if of.type.value[1] == "S" else "end"),
                others=(Ref("investment", of.predecessor), Ref("dependency", of.id)),
                days=tie.days_short,
            )


def _models_retiring(look: _Look) -> Iterable[Item]:
    until = look.today + timedelta(days=look.limits.model_days)
    for investment, models in models_of(look.plan).items():
        if not look.is_open(investment):
            continue
        for model, systems in models.items():
            shutdown: date | None = look.plan.ai_models[model].shutdown_on
            if shutdown is None or shutdown > until:
                continue
            gone = shutdown <= look.today
            yield _item(
                "model-retiring",
                "high",
                investment,
                word("{investment} runs on {model}, which was shut down on {shutdown}.")
                if gone
                else word("{investment} runs on {model}, which is shut down on {shutdown}, in {left} days."),
                next(
                    Mend(op="change", kind="model_use", id=use.id, field="model")
                    for use in look.plan.model_uses.by("model", model)
                    if use.system in systems
                ),
                model=Ref("ai_model", model),
                shutdown=shutdown,
                left=(shutdown - look.today).days,
                others=(Ref("ai_model", model), *(Ref("ai_system", system) for system in systems)),
            )


def _red_inside(look: _Look) -> Iterable[Item]:
    latest = latest_reports(look.plan)
    for investment in look.open:
        report = latest.get(investment.id)
        if report is None or report.overall not in (Rating.GREEN, Rating.AMBER_GREEN):
            continue
        worst = worst_dimension(report)
        if worst is None or SEVERITY[worst] < SEVERITY[Rating.AMBER_RED]:
            continue
        red = tuple(name for name in DIMENSIONS if SEVERITY.get(getattr(report, name), 0) >= SEVERITY[Rating.AMBER_RED])
        yield _item(
            "red-inside",
            "high",
            investment.id,
            word("{investment} reports {overall} overall, and {worst} in {where}."),
            Mend(op="create", kind="health_report", field="overall", given={"investment": investment.id}),
            overall=report.overall,
            worst=worst,
            where=tuple(Said(DIMENSION_WORDS[name]) for name in red),
            others=(Ref("health_report", report.id),),
        )


DIMENSION_WORDS = {
    "scope": word("scope"),
    "schedule": word("schedule"),
    "cost": word("cost"),
    "resource": word("people"),
}


def _endless_pilots(look: _Look) -> Iterable[Item]:
    since = look.view.stage_since or {}
    for investment in look.open:
        if investment.stage != Stage.PILOT:
            continue
        begun = since.get(investment.id) or _pilot_gate(look, investment) or investment.start
        days = (look.today - begun).days if begun is not None else None
        gate = next(
            (
                milestone
                for milestone in look.plan.milestones.by("investment", investment.id)
                if milestone.type == MilestoneKind.GATE and milestone.stage == Stage.SCALE and milestone.done is None
            ),
            None,
        )
        due = gate.due if gate is not None else None
        moved = _moved(look, gate.id, due) if gate is not None and due is not None else 0
        too_long = days is not None and days > look.limits.pilot_days
        if not too_long and moved <= 0 and (due is None or due >= look.today):
            continue
        if due is not None and due < look.today:
            template = word("{investment} has been a pilot since {begun}; its scale gate was due on {due}.")
        elif moved > 0:
            template = word(
                "{investment} has been a pilot since {begun}; its scale gate has moved by {moved} days to {due}."
            )
        elif due is not None:
            template = word(
                "{investment} has been a pilot since {begun}, {days} days (limit {limit}); scale gate due on {due}."
            )
        else:
            template = word(
                "{investment} has been a pilot since {begun}, {days} days (limit {limit}), and has no scale gate."
            )
        yield _item(
            "endless-pilot",
            "high" if too_long else "medium",
            investment.id,
            template,
            Mend(op="change", kind="milestone", id=gate.id, field="done")
            if gate is not None
            else Mend(
                op="create",
                kind="milestone",
                field="due",
                given={"investment": investment.id, "type": "gate", "stage": "scale"},
            ),
            begun=begun if begun is not None else Said(word("an unknown day")),
            days=days,
            due=due,
            moved=moved,
            limit=look.limits.pilot_days,
            others=(Ref("milestone", gate.id),) if gate is not None else (),
        )


def _pilot_gate(look: _Look, investment: Investment) -> date | None:
    """The day on which its gate into the pilot was passed."""
    passed = [
        milestone.done
        for milestone in look.plan.milestones.by("investment", investment.id)
        if milestone.type == MilestoneKind.GATE and milestone.stage == Stage.PILOT and milestone.done is not None
    ]
    return max(passed, default=None)


def _moved(look: _Look, gate: str, due: date) -> int:
    before = look.baseline.plan.milestones.get(gate) if look.baseline is not None else None
    return (due - before.due).days if before is not None and before.due is not None else 0


SHARED_WORDS: Mapping[Shared, str] = {
    "name": word("their names"),
    "text": word("what they do"),
    "vendor": word("the vendor"),
    "tags": word("tags"),
    "words": word("words of their names"),
}


def _alike(look: _Look) -> Iterable[Item]:
    for group in lookalikes(look.plan):
        first, *rest = group.investments
        yield _item(
            "alike",
            "high" if len(rest) > 1 else "medium",
            first,
            word("{all} look like one thing: they share {shared}."),
            Mend(op="change", kind="investment", id=first, field="stage"),
            all=tuple(Ref("investment", id) for id in group.investments),
            shared=tuple(Said(SHARED_WORDS[part]) for part in group.shared),
            others=tuple(Ref("investment", id) for id in rest),
        )


def _serves_nothing(look: _Look) -> Iterable[Item]:
    aims = served(look.plan)
    for investment in look.open:
        if not aims.get(investment.id):
            yield _item(
                "serves-nothing",
                "high" if investment.stage in RUNNING else "medium",
                investment.id,
                word("{investment} serves no objective."),
                Mend(
                    op="create", kind="strategic_contribution", field="objective", given={"investment": investment.id}
                ),
            )


def _owner_left(look: _Look) -> Iterable[Item]:
    for investment in look.open:
        owner = look.plan.people.get(investment.owner)
        if owner is not None and owner.left:
            template = word("{owner} owns {investment} and has left.")
        elif investment.owner is not None and owner is None:
            template = word("The owner of {investment} is no longer in the plan.")
        else:
            continue
        yield _item(
            "owner-left",
            "high",
            investment.id,
            template,
            _field(investment.id, "owner"),
            owner=Ref("person", investment.owner or ""),
        )


def _lacks(
    code: str, field: str, template: str, lacking: Callable[[Investment], bool]
) -> Callable[[_Look], Iterable[Item]]:
    def rule(look: _Look) -> Iterable[Item]:
        for investment in look.open:
            if lacking(investment):
                severity: Severity = "medium" if investment.stage in RUNNING else "low"
                yield _item(code, severity, investment.id, template, _field(investment.id, field))

    return rule


def _lacks_money(look: _Look) -> Iterable[Item]:
    planned = look.view.derived_values("investment", "planned")
    for id, amounts in zip(look.view.rows("investment"), planned, strict=True):
        if amounts is None and look.is_open(id):
            yield _item(
                "lacks-money",
                "medium" if look.plan.investments[id].stage in RUNNING else "low",
                id,
                word("{investment} has no planned money."),
                Mend(op="create", kind="cost_plan_line", field="likely", given={"investment": id}),
            )


def _lacks_dates(look: _Look) -> Iterable[Item]:
    for investment in look.open:
        if investment.start is not None and investment.end is not None:
            continue
        if investment.start is None and investment.end is None:
            template = word("{investment} has neither start nor end.")
        else:
            template = (
                word("{investment} has no start.") if investment.start is None else word("{investment} has no end.")
            )
        yield _item(
            "lacks-dates",
            "medium" if investment.stage in RUNNING else "low",
            investment.id,
            template,
            _field(investment.id, "start" if investment.start is None else "end"),
        )


_RULES: dict[str, Callable[[_Look], Iterable[Item]]] = {
    "milestone-overdue": _milestones_overdue,
    "dependency-broken": _dependencies_broken,
    "model-retiring": _models_retiring,
    "red-inside": _red_inside,
    "endless-pilot": _endless_pilots,
    "alike": _alike,
    "serves-nothing": _serves_nothing,
    "owner-left": _owner_left,
    "lacks-owner": _lacks("lacks-owner", "owner", word("{investment} has no owner."), lambda one: one.owner is None),
    "lacks-money": _lacks_money,
    "lacks-dates": _lacks_dates,
    "lacks-stage": _lacks("lacks-stage", "stage", word("{investment} has no stage."), lambda one: one.stage is None),
}
