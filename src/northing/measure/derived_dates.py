"""Derived columns of health and dates: latest report, next milestone and gate, what is past due, time in stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from northing.portfolio.investment import HealthReport, Milestone, MilestoneKind, Rating
from northing.portfolio.plan import Plan
from northing.portfolio.words import word

from .derived import Derived, Term
from .sentence import Ref
from .view import View

RATINGS = tuple(rating.value for rating in Rating)
SEVERITY = {rating: index for index, rating in enumerate(Rating)}
DIMENSIONS = ("scope", "schedule", "cost", "resource")


def latest_reports(plan: Plan) -> dict[str, HealthReport]:
    """Investment → its newest health report; of two of one day the one entered last. Undated ones come first."""

    def make() -> dict[str, HealthReport]:
        newest: dict[str, HealthReport] = {}
        for report in plan.health_reports.values():
            known = newest.get(report.investment)
            if known is None or (report.on or date.min, report.id) > (known.on or date.min, known.id):
                newest[report.investment] = report
        return newest

    return plan.memo("latest reports", frozenset(("health_report",)), make)


def health(report: HealthReport | None) -> Rating | None:
    """Overall as reported, or the worst of the four dimensions where overall is empty."""
    if report is None:
        return None
    if report.overall is not None:
        return report.overall
    return worst_dimension(report)


def worst_dimension(report: HealthReport) -> Rating | None:
    ratings = [rating for name in DIMENSIONS if (rating := getattr(report, name)) is not None]
    return max(ratings, key=SEVERITY.__getitem__, default=None)


def _health(view: View) -> Sequence[Any]:
    latest = latest_reports(view.plan)
    return [health(latest.get(id)) for id in view.rows("investment")]


def _health_on(view: View) -> Sequence[Any]:
    latest = latest_reports(view.plan)
    return [report.on if (report := latest.get(id)) else None for id in view.rows("investment")]


def next_open(plan: Plan, today: date, type: MilestoneKind | None = None) -> dict[str, Milestone]:
    """Investment → its next milestone from *today* on that is not done; ties by id."""
    found: dict[str, Milestone] = {}
    for milestone in plan.milestones.values():
        due = milestone.due
        if due is None or milestone.done is not None or due < today or (type is not None and milestone.type != type):
            continue
        known = found.get(milestone.investment)
        if known is None or (due, milestone.id) < (known.due or date.max, known.id):
            found[milestone.investment] = milestone
    return found


def _next(field: str, type: MilestoneKind | None) -> Callable[[View], Sequence[Any]]:
    def column(view: View) -> Sequence[Any]:
        found = next_open(view.plan, view.today, type)
        return [getattr(found[id], field) if id in found else None for id in view.rows("investment")]

    return column


def overdue(plan: Plan, today: date) -> dict[str, list[Milestone]]:
    """Investment → its milestones that were due before *today* and are not done, earliest first."""
    late: dict[str, list[Milestone]] = {}
    for milestone in plan.milestones.values():
        if milestone.due is not None and milestone.done is None and milestone.due < today:
            late.setdefault(milestone.investment, []).append(milestone)
    for found in late.values():
        found.sort(key=lambda milestone: (milestone.due or date.max, milestone.id))
    return late


def _overdue(view: View) -> Sequence[Any]:
    late = overdue(view.plan, view.today)
    return [len(late.get(id, ())) for id in view.rows("investment")]


def _days_in_stage(view: View) -> Sequence[Any]:
    since = view.stage_since
    return [
        (view.today - since[investment.id]).days if investment.stage is not None and investment.id in since else None
        for investment in view.plan.investments.values()
    ]


def _milestone_overdue(view: View) -> Sequence[Any]:
    return [
        (view.today - milestone.due).days
        if milestone.done is None and milestone.due is not None and milestone.due < view.today
        else None
        for milestone in view.plan.milestones.values()
    ]


def _report(view: View, id: str) -> Iterable[Term]:
    report = latest_reports(view.plan).get(id)
    if report is not None:
        here = Ref("health_report", report.id)
        for name in ("on", "overall", *DIMENSIONS):
            if (value := getattr(report, name)) is not None:
                yield Term(here, value, name)


def _next_terms(type: MilestoneKind | None) -> Callable[[View, str], Iterable[Term]]:
    def terms(view: View, id: str) -> Iterable[Term]:
        found = next_open(view.plan, view.today, type).get(id)
        return [Term(Ref("milestone", found.id), found.due, "due")] if found is not None else []

    return terms


def _late_terms(view: View, id: str) -> Iterable[Term]:
    return [Term(Ref("milestone", one.id), one.due, "due") for one in overdue(view.plan, view.today).get(id, ())]


def _since(view: View, id: str) -> Iterable[Term]:
    since = view.stage_since.get(id)
    return [Term(Ref("investment", id), since, "stage")] if since is not None else []


def _due(view: View, id: str) -> Iterable[Term]:
    milestone = view.plan.milestones[id]
    return [Term(Ref("milestone", id), getattr(milestone, name), name) for name in ("due", "done")]


MILESTONES = frozenset(("milestone",))

COLUMNS = (
    Derived(
        kind="investment",
        name="health",
        title=word("Health"),
        type="choice",
        choices=RATINGS,
        ordered=True,
        formula=word(
            "Overall of the latest health report; where empty, the worst of scope, schedule, cost and resource."
        ),
        reads=frozenset(("health_report",)),
        of=_health,
        terms=_report,
    ),
    Derived(
        kind="investment",
        name="health_on",
        title=word("Health reported on"),
        type="date",
        formula=word("Date of the latest health report."),
        reads=frozenset(("health_report",)),
        of=_health_on,
        terms=_report,
    ),
    Derived(
        kind="investment",
        name="next_milestone",
        title=word("Next milestone"),
        type="text",
        formula=word("Name of the milestone or gate due next, from today on, that is not done."),
        reads=MILESTONES,
        of=_next("name", None),
        terms=_next_terms(None),
        by_day=True,
    ),
    Derived(
        kind="investment",
        name="next_milestone_due",
        title=word("Next milestone due"),
        type="date",
        formula=word("Due date of the next milestone."),
        reads=MILESTONES,
        of=_next("due", None),
        terms=_next_terms(None),
        by_day=True,
    ),
    Derived(
        kind="investment",
        name="next_gate",
        title=word("Next gate"),
        type="text",
        formula=word("Name of the gate due next, from today on, that is not done."),
        reads=MILESTONES,
        of=_next("name", MilestoneKind.GATE),
        terms=_next_terms(MilestoneKind.GATE),
        by_day=True,
    ),
    Derived(
        kind="investment",
        name="next_gate_due",
        title=word("Next gate due"),
        type="date",
        formula=word("Due date of the next gate."),
        reads=MILESTONES,
        of=_next("due", MilestoneKind.GATE),
        terms=_next_terms(MilestoneKind.GATE),
        by_day=True,
    ),
    Derived(
        kind="investment",
        name="overdue_milestones",
        title=word("Milestones past due"),
        type="integer",
        formula=word("Milestones and gates due before today that are not done."),
        reads=MILESTONES,
        of=_overdue,
        terms=_late_terms,
        by_day=True,
    ),
    Derived(
        kind="investment",
        name="days_in_stage",
        title=word("Days in stage"),
        type="integer",
        unit="days",
        formula=word("Days since the revision that set its stage. Empty where the history was not asked."),
        reads=frozenset(("investment",)),
        of=_days_in_stage,
        terms=_since,
        kept=False,
    ),
    Derived(
        kind="milestone",
        name="days_overdue",
        title=word("Days past due"),
        type="integer",
        unit="days",
        formula=word("Days since it was due, where it is not done; empty where it is not past due."),
        reads=MILESTONES,
        of=_milestone_overdue,
        terms=_due,
        by_day=True,
    ),
)
