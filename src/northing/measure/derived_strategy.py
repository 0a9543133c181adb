"""Derived columns of strategy: objectives served, progress, and what hangs on each aim and group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from northing.portfolio.plan import Plan
from northing.portfolio.strategy import KeyResult
from northing.portfolio.words import word

from .derived import Derived, Term
from .sentence import Ref
from .view import View

LINKS = frozenset(("investment", "strategic_contribution", "objective", "key_result"))


def progress(result: KeyResult) -> Decimal | None:
    """(current − baseline) / (target − baseline), not clipped; None where one is empty or the two ends are equal."""
    baseline, target, current = result.measure_baseline, result.target, result.current
    if baseline is None or target is None or current is None or target == baseline:
        return None
    return (current - baseline) / (target - baseline)


def objective_progress(plan: Plan, objective: str) -> Decimal | None:
    """Mean of the progress of its own key results that have one; None where none has."""
    known = [found for result in plan.key_results.by("objective", objective) if (found := progress(result)) is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


def served(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Investment → the objectives that it serves directly or by a key result, with a weight above zero."""

    def make() -> dict[str, tuple[str, ...]]:
        lists: dict[str, dict[str, None]] = {}
        for contribution in plan.strategic_contributions.values():
            objective = contribution.objective
            if objective is None and contribution.key_result is not None:
                result = plan.key_results.get(contribution.key_result)
                objective = result.objective if result is not None else None
            if objective in plan.objectives and objective is not None and contribution.weight > 0:
                lists.setdefault(contribution.investment, {})[objective] = None
        return {investment: tuple(found) for investment, found in lists.items()}

    return plan.memo("served", LINKS, make)


def serving(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Objective → the investments that serve it directly or by a key result."""
    lists: dict[str, dict[str, None]] = {}
    for investment, objectives in served(plan).items():
        if investment in plan.investments:
            for objective in objectives:
                lists.setdefault(objective, {})[investment] = None
    return {objective: tuple(found) for objective, found in lists.items()}


def _objectives(view: View) -> Sequence[Any]:
    found = served(view.plan)
    return [found.get(id, ()) for id in view.rows("investment")]


def _serving(view: View) -> Sequence[Any]:
    found = serving(view.plan)
    return [found.get(id, ()) for id in view.rows("objective")]


def _aligned(view: View) -> Sequence[Any]:
    weights: dict[str, Decimal] = {}
    for contribution in view.plan.strategic_contributions.values():
        weights[contribution.investment] = weights.get(contribution.investment, Decimal(0)) + contribution.weight
    return [weights.get(id) for id in view.rows("investment")]


def _objective_progress(view: View) -> Sequence[Any]:
    return [objective_progress(view.plan, id) for id in view.rows("objective")]


def _progress(view: View) -> Sequence[Any]:
    return [progress(result) for result in view.plan.key_results.values()]


def _contributions(view: View, id: str) -> Iterable[Term]:
    for one in view.plan.strategic_contributions.by("investment", id):
        yield Term(Ref("strategic_contribution", one.id), one.weight, "weight")


def _serving_terms(view: View, id: str) -> Iterable[Term]:
    return [Term(Ref("investment", one)) for one in serving(view.plan).get(id, ())]


def _results(view: View, id: str) -> Iterable[Term]:
    for result in view.plan.key_results.by("objective", id):
        if (made := progress(result)) is not None:
            yield Term(Ref("key_result", result.id), made)


def _measures(view: View, id: str) -> Iterable[Term]:
    result = view.plan.key_results[id]
    names = ("measure_baseline", "target", "current")
    return [Term(Ref("key_result", id), getattr(result, name), name) for name in names]


def _counted(other: str, field: str) -> Callable[[View, str], Iterable[Term]]:
    return lambda view, id: [Term(Ref(other, one.id)) for one in view.plan.table(other).by(field, id)]


def _count(kind: str, other: str, field: str) -> Callable[[View], Sequence[Any]]:
    def column(view: View) -> Sequence[Any]:
        table = view.plan.table(other)
        return [len(table.by(field, id)) for id in view.rows(kind)]

    return column


def _counts(kind: str, name: str, title: str, other: str, field: str, formula: str) -> Derived:
    return Derived(
        kind=kind,
        name=name,
        title=title,
        type="integer",
        formula=formula,
        reads=frozenset((other,)),
        of=_count(kind, other, field),
        terms=_counted(other, field),
    )


COLUMNS = (
    Derived(
        kind="investment",
        name="objectives",
        title=word("Objectives"),
        type="references",
        ref="objective",
        formula=word("The objectives that its contributions with a weight name, directly or by a key result."),
        reads=LINKS,
        of=_objectives,
        terms=_contributions,
    ),
    Derived(
        kind="investment",
        name="aligned",
        title=word("Aligned"),
        type="number",
        unit="%",
        formula=word("Sum of the weights of its contributions; empty without any."),
        reads=frozenset(("strategic_contribution",)),
        of=_aligned,
        terms=_contributions,
    ),
    Derived(
        kind="objective",
        name="investments",
        title=word("Investments"),
        type="references",
        ref="investment",
        formula=word("The investments that serve it directly or by one of its key results."),
        reads=LINKS,
        of=_serving,
        terms=_serving_terms,
    ),
    Derived(
        kind="objective",
        name="progress",
        title=word("Progress"),
        type="number",
        unit="%",
        formula=word("Mean of the progress of its own key results that have one."),
        reads=frozenset(("key_result",)),
        of=_objective_progress,
        terms=_results,
    ),
    Derived(
        kind="key_result",
        name="progress",
        title=word("Progress"),
        type="number",
        unit="%",
        formula=word(
            "(current − baseline) / (target − baseline), not clipped; empty where one is, or the ends are equal."
        ),
        reads=frozenset(("key_result",)),
        of=_progress,
        terms=_measures,
    ),
    _counts(
        "objective",
        "key_result_count",
        word("Key results, number"),
        "key_result",
        "objective",
        word("Number of key results whose objective it is."),
    ),
    _counts(
        "objective",
        "child_count",
        word("Objectives below"),
        "objective",
        "parent",
        word("Number of objectives that serve it directly."),
    ),
    _counts(
        "portfolio",
        "investment_count",
        word("Investments, number"),
        "investment",
        "portfolio",
        word("Number of investments whose portfolio it is."),
    ),
    _counts(
        "value_stream",
        "investment_count",
        word("Investments, number"),
        "investment",
        "value_stream",
        word("Number of investments whose value stream it is."),
    ),
    _counts(
        "org_unit",
        "investment_count",
        word("Investments, number"),
        "investment",
        "org_unit",
        word("Number of investments whose organisational unit it is."),
    ),
    _counts(
        "person",
        "owned_count",
        word("Investments owned"),
        "investment",
        "owner",
        word("Number of investments whose owner it is."),
    ),
)
