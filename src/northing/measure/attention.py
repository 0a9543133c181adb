"""What needs somebody: gaps, things past due, broken promises, and situations a portfolio office knows.

Every item has a code, the entity, a sentence with its figures, and the edit that would mend it. Investments
that are retired or stopped need nobody. The limits are stated with the items (:class:`Limits`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date

from northing.portfolio.words import word

from .columns import DAYS_KEPT
from .lacking import lacks, lacks_dates, lacks_money, owner_left, serves_nothing
from .limits_kept import limits_not_kept
from .needs import CODES, TITLES, Item, Limits, Look, Severity
from .situations import alike, dependencies_broken, endless_pilots, milestones_overdue, models_retiring, red_inside
from .view import View

__all__ = ["CODES", "TITLES", "Item", "Limits", "Severity", "attention"]


def attention(
    view: View, codes: Collection[str] = CODES, *, limits: Limits | None = None, baseline: View | None = None
) -> tuple[Item, ...]:
    """Everything of *codes* that needs somebody, in the order of ``CODES``, the gravest first.

    With a *baseline*, a pilot whose scale gate has moved since counts as one that does not end.
    """
    look = Look(view, limits or Limits(), baseline)
    if limits is not None or baseline is not None:
        return tuple(item for code in CODES if code in codes for item in _items(look, code))
    # The usual question is kept with the plan and the day: a large inventory lacks things by the ten thousand.
    days: dict[tuple[date, str], list[Item]] = view.plan.memo("attention", READS, dict)
    if len(days) > DAYS_KEPT * len(CODES):
        days.clear()
    found: list[Item] = []
    for code in CODES:
        if code in codes:
            items = days.get((view.today, code))
            if items is None:
                items = _items(look, code)
                if code not in ELSEWHERE:
                    days[view.today, code] = items
            found.extend(items)
    return tuple(found)


def _items(look: Look, code: str) -> list[Item]:
    items = list(RULES[code](look))
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

ELSEWHERE = ("limit-broken",)
"""Kept by its own rule, as it reads all of the plan."""

GRAVITY: dict[Severity, int] = {"high": 0, "medium": 1, "low": 2}


RULES: dict[str, Callable[[Look], Iterable[Item]]] = {
    "limit-broken": limits_not_kept,
    "milestone-overdue": milestones_overdue,
    "dependency-broken": dependencies_broken,
    "model-retiring": models_retiring,
    "red-inside": red_inside,
    "endless-pilot": endless_pilots,
    "alike": alike,
    "serves-nothing": serves_nothing,
    "owner-left": owner_left,
    "lacks-owner": lacks("lacks-owner", "owner", word("{investment} has no owner."), lambda one: one.owner is None),
    "lacks-money": lacks_money,
    "lacks-dates": lacks_dates,
    "lacks-stage": lacks("lacks-stage", "stage", word("{investment} has no stage."), lambda one: one.stage is None),
}
