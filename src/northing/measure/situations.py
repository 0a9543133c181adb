"""Situations that a portfolio office knows: past due, broken promises, red under green, pilots without end, twins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from northing.portfolio.investment import Investment, MilestoneKind, Rating, Stage
from northing.portfolio.words import Several, several, word

from .dependencies import ties
from .derived_ai import models_of
from .derived_dates import DIMENSIONS, SEVERITY, latest_reports, overdue, worst_dimension
from .lookalikes import Shared, lookalikes
from .needs import Item, Look, field_of, item
from .sentence import Mend, Ref, Said


def milestones_overdue(look: Look) -> Iterable[Item]:
    """A milestone or gate was due before today and is not done."""
    for investment, late in overdue(look.plan, look.today).items():
        if not look.is_open(investment):
            continue
        for milestone in late:
            assert milestone.due is not None
            yield item(
                "milestone-overdue",
                "high" if milestone.type == MilestoneKind.GATE else "medium",
                investment,
                word("{milestone} of {investment} was due on {due}, yesterday.")
                if (look.today - milestone.due).days == 1
                else several(
                    "{milestone} of {investment} was due on {due}, {days} day ago.",
                    "{milestone} of {investment} was due on {due}, {days} days ago.",
                    "days",
                ),
                Mend(op="change", kind="milestone", id=milestone.id, field="done"),
                milestone=Ref("milestone", milestone.id),
                due=milestone.due,
                days=(look.today - milestone.due).days,
                others=(Ref("milestone", milestone.id),),
            )


def dependencies_broken(look: Look) -> Iterable[Item]:
    """It starts or ends too early for one that it depends on."""
    for tie in ties(look.plan):
        of = tie.dependency
        if tie.broken and tie.reason and look.is_open(of.successor) and look.is_open(of.predecessor):
            yield Item(
                code="dependency-broken",
                severity="high",
                entity=Ref("investment", of.successor),
                sentence=tie.reason,
                mend=field_of(of.successor, "start" if of.type.value[1] == "S" else "end"),
                others=(Ref("investment", of.predecessor), Ref("dependency", of.id)),
                days=tie.days_short,
            )


def models_retiring(look: Look) -> Iterable[Item]:
    """A model that its systems use is shut down, or will be within the limit."""
    until = look.today + timedelta(days=look.limits.model_days)
    for investment, models in models_of(look.plan).items():
        if not look.is_open(investment):
            continue
        for model, systems in models.items():
            shutdown: date | None = look.plan.ai_models[model].shutdown_on
            if shutdown is None or shutdown > until:
                continue
            gone = shutdown <= look.today
            yield item(
                "model-retiring",
                "high",
                investment,
                word("{investment} runs on {model}, which was shut down on {shutdown}.")
                if gone
                else several(
                    "{investment} runs on {model}, which is shut down on {shutdown}, in {left} day.",
                    "{investment} runs on {model}, which is shut down on {shutdown}, in {left} days.",
                    "left",
                ),
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


def red_inside(look: Look) -> Iterable[Item]:
    """Its latest report is green or nearly so overall, and red or nearly so in one dimension."""
    latest = latest_reports(look.plan)
    for investment in look.open:
        report = latest.get(investment.id)
        if report is None or report.overall not in (Rating.GREEN, Rating.AMBER_GREEN):
            continue
        worst = worst_dimension(report)
        if worst is None or SEVERITY[worst] < SEVERITY[Rating.AMBER_RED]:
            continue
        red = tuple(name for name in DIMENSIONS if SEVERITY.get(getattr(report, name), 0) >= SEVERITY[Rating.AMBER_RED])
        yield item(
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


def endless_pilots(look: Look) -> Iterable[Item]:
    """A pilot longer than the limit, or one whose gate to scale is past due or has moved since the baseline."""
    since = look.view.stage_since
    for investment in look.open:
        if investment.stage != Stage.PILOT:
            continue
        # A plan that begins with the pilot under way records its stage later than its gate was passed.
        known = [day for day in (since.get(investment.id), _pilot_gate(look, investment)) if day is not None]
        begun = min(known, default=investment.start)
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
        yield item(
            "endless-pilot",
            "high" if too_long else "medium",
            investment.id,
            _pilot_words(look, due, moved),
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


def _pilot_words(look: Look, due: date | None, moved: int) -> str | Several:
    """What a pilot without an end is told with: its gate past due, or moved, or only ahead, or not there."""
    if due is not None and due < look.today:
        return word("{investment} has been a pilot since {begun}; its scale gate was due on {due}.")
    if moved > 0:
        return several(
            "{investment} has been a pilot since {begun}; its scale gate has moved by {moved} day to {due}.",
            "{investment} has been a pilot since {begun}; its scale gate has moved by {moved} days to {due}.",
            "moved",
        )
    if due is not None:
        return several(
            "{investment} has been a pilot since {begun}, {days} day (limit {limit}); scale gate due on {due}.",
            "{investment} has been a pilot since {begun}, {days} days (limit {limit}); scale gate due on {due}.",
            "days",
        )
    return several(
        "{investment} has been a pilot since {begun}, {days} day (limit {limit}), and has no scale gate.",
        "{investment} has been a pilot since {begun}, {days} days (limit {limit}), and has no scale gate.",
        "days",
    )


def _pilot_gate(look: Look, investment: Investment) -> date | None:
    """The day on which its gate into the pilot was passed."""
    passed = [
        milestone.done
        for milestone in look.plan.milestones.by("investment", investment.id)
        if milestone.type == MilestoneKind.GATE and milestone.stage == Stage.PILOT and milestone.done is not None
    ]
    return max(passed, default=None)


def _moved(look: Look, gate: str, due: date) -> int:
    before = look.baseline.plan.milestones.get(gate) if look.baseline is not None else None
    return (due - before.due).days if before is not None and before.due is not None else 0


SHARED_WORDS: Mapping[Shared, str] = {
    "name": word("their names"),
    "text": word("what they do"),
    "vendor": word("the vendor"),
    "tags": word("tags"),
    "words": word("words of their names"),
}


def alike(look: Look) -> Iterable[Item]:
    """Several that are perhaps the same thing bought more than once."""
    for group in lookalikes(look.plan):
        first, *rest = group.investments
        yield item(
            "alike",
            "high" if len(rest) > 1 else "medium",
            first,
            word("{all} look like one thing: they share {shared}."),
            Mend(op="change", kind="investment", id=first, field="stage"),
            all=tuple(Ref("investment", id) for id in group.investments),
            shared=tuple(Said(SHARED_WORDS[part]) for part in group.shared),
            others=tuple(Ref("investment", id) for id in rest),
        )
