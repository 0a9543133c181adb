"""Every derived figure of the sample has a receipt whose terms, put together by hand, give the figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from northing.measure.columns import registry, view_of
from northing.measure.derived import Term
from northing.measure.derived_actuals import FIGURES
from northing.measure.receipt import Receipt, receipt
from northing.measure.view import View
from northing.portfolio.errors import NotFound
from northing.portfolio.money import Amounts
from northing.portfolio.plan import Plan
from tests.measure.told import TODAY

Terms = tuple[Term, ...]


def total(terms: Terms) -> Any:
    return Amounts.sum(term.value for term in terms) if terms else None


def several(terms: Terms) -> Any:
    return len(terms)


def first(field: str) -> Callable[[Terms], Any]:
    return lambda terms: next((term.value for term in terms if term.field == field), None)


def health(terms: Terms) -> Any:
    worst = ("green", "amber_green", "amber", "amber_red", "red")
    said = [term.value for term in terms if term.field in ("scope", "schedule", "cost", "resource")]
    return first("overall")(terms) or max(said, key=worst.index, default=None)


def progress(terms: Terms) -> Any:
    baseline, target, current = (term.value for term in terms)
    return (
        None
        if None in (baseline, target, current) or baseline == target
        else (current - baseline) / (target - baseline)
    )


def mean(terms: Terms) -> Any:
    return sum((term.value for term in terms), Decimal(0)) / len(terms) if terms else None


def overdue(terms: Terms) -> Any:
    due, done = (term.value for term in terms)
    return (TODAY - due).days if done is None and due is not None and due < TODAY else None


def variance(terms: Terms) -> Any:
    likely, budget = (term.value for term in terms)
    return likely / budget - 1 if likely is not None and budget else None


def ids(terms: Terms) -> Any:
    return tuple(dict.fromkeys(term.ref.id for term in terms))


BY_HAND: dict[str, Callable[[Terms], Any]] = {
    "planned": total,
    "planned_low": total,
    "planned_high": total,
    "budget": total,
    "capex": total,
    "opex": total,
    **dict.fromkeys(FIGURES, total),
    **dict.fromkeys(("balance", "approved", "assigned", "reserved", "free", "moved"), total),
    "variance": variance,
    "health": health,
    "health_on": first("on"),
    "next_milestone_due": first("due"),
    "next_gate_due": first("due"),
    "overdue_milestones": several,
    "days_overdue": overdue,
    "days_in_stage": lambda terms: None if not terms else (TODAY - terms[0].value).days,
    "chain": lambda terms: "unbroken" if any(term.value == "board" for term in terms) else "broken",
    "aligned": lambda terms: sum(term.value for term in terms) if terms else None,
    "investments": ids,
    "systems": several,
    "models": ids,
    "model_shutdown": lambda terms: min((term.value for term in terms if term.value), default=None),
    "agency": lambda terms: ", ".join(sorted({term.value for term in terms if term.value})) or None,
    "id_uses": lambda terms: len(terms) or None,
    "key_result_count": several,
    "child_count": several,
    "investment_count": several,
    "owned_count": several,
}
TOLD_ELSEWHERE = {"next_milestone", "next_gate", "chain_cause", "objectives"}
"""Names and causes, which are no figures: the milestone, the chain and the contributions stand in their receipts."""


def by_hand(found: Receipt) -> Any:
    if found.column.name == "progress":
        return progress(found.terms) if found.of.kind == "key_result" else mean(found.terms)
    if found.column.name == "models" and found.of.kind == "ai_system":
        return found.value if len(found.terms) == len(found.value) else None
    return BY_HAND[found.column.name](found.terms)


@pytest.mark.parametrize("kind", list(registry()))
def test_terms_give_the_figure(sample: View, kind: str) -> None:
    since = {id: TODAY - timedelta(days=index) for index, id in enumerate(sample.plan.investments)}
    fresh = Plan.of("ws", "main", 1, sample.plan.all())
    view = view_of(fresh, sample.names, TODAY, read_stage_since=lambda: since)
    for name in registry()[kind]:
        for id, value in zip(view.plan.table(kind), view.derived_values(kind, name), strict=True):
            found = receipt(view, kind, id, name)
            assert found.value == value
            if name in TOLD_ELSEWHERE or (name == "days_in_stage" and view.plan.investments[id].stage is None):
                continue
            assert by_hand(found) == value, (kind, name, id)


def test_a_receipt_says_formula_version_and_revision(sample: View) -> None:
    id = next(iter(sample.plan.investments))
    found = receipt(sample, "investment", id, "planned")
    assert (found.branch, found.revision) == ("main", 1)
    assert found.column.formula
    assert found.column.version == 1
    assert found.terms[0].ref.kind == "cost_plan_line"
    assert isinstance(sample.plan.find(found.terms[0].ref.id).start, date)  # type: ignore[union-attr]


def test_there_is_no_receipt_for_what_is_no_figure(sample: View) -> None:
    with pytest.raises(NotFound):
        receipt(sample, "investment", "nobody", "planned")
    with pytest.raises(NotFound):
        receipt(sample, "investment", next(iter(sample.plan.investments)), "plannned")
