"""Derived columns of money: planned, its range, budget, capex and opex; never one currency added to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from northing.portfolio.filter.columns import currency_column, position
from northing.portfolio.money import NO_CURRENCY, Amounts, CostPlanLine, Expense
from northing.portfolio.plan import Plan
from northing.portfolio.words import word

from .derived import Derived, Term
from .sentence import Ref
from .view import View

LINES = frozenset(("investment", "cost_plan_line"))


def by_investment(
    plan: Plan, amount: str, kept: Callable[[CostPlanLine], bool] | None = None
) -> dict[str, dict[str, Decimal]]:
    """Investment → currency → the sum of *amount* over its plan lines; lines without that amount are left out."""
    sums: dict[str, dict[str, Decimal]] = {}
    for line, currency in zip(
        plan.cost_plan_lines.values(), currency_column(plan, "cost_plan_line", "currency"), strict=True
    ):
        value = getattr(line, amount)
        if value is None or (kept is not None and not kept(line)) or not plan.counts(line):
            continue
        of = sums.setdefault(line.investment, {})
        key = currency or NO_CURRENCY
        of[key] = of.get(key, Decimal(0)) + value
    return sums


def _summed(amount: str, kept: Callable[[CostPlanLine], bool] | None = None) -> Callable[[View], Sequence[Any]]:
    def column(view: View) -> Sequence[Any]:
        sums = by_investment(view.plan, amount, kept)
        return [Amounts(sums[id]) if id in sums else None for id in view.rows("investment")]

    return column


def _lines(amount: str, kept: Callable[[CostPlanLine], bool] | None = None) -> Callable[[View, str], Iterable[Term]]:
    """The plan lines of one investment that have the amount."""

    def terms(view: View, id: str) -> Iterable[Term]:
        investment = view.plan.investments[id]
        for line in view.plan.cost_plan_lines.by("investment", id):
            value = getattr(line, amount)
            if value is not None and (kept is None or kept(line)) and view.plan.counts(line):
                yield Term(
                    Ref("cost_plan_line", line.id), Amounts.of(value, line.currency or investment.currency), amount
                )

    return terms


def _is_capex(line: CostPlanLine) -> bool:
    return line.expense == Expense.CAPEX


def _is_opex(line: CostPlanLine) -> bool:
    return line.expense == Expense.OPEX


def planned(view: View, investment: str) -> Amounts | None:
    """What is planned for one investment."""
    return amounts_of(view, "planned", investment)


def amounts_of(view: View, column: str, investment: str) -> Amounts | None:
    """A derived column of money of one investment; None where it, or the investment, is not there."""
    at = position(view.plan, "investment").get(investment)
    found: Amounts | None = None if at is None else view.derived_values("investment", column)[at]
    return found


def lines_of(view: View, amount: str, investment: str) -> dict[str, Amounts]:
    """Plan line → its *amount*, of the lines of one investment that have one."""
    if investment not in view.plan.investments:
        return {}
    return {term.ref.id: term.value for term in _lines(amount)(view, investment)}


def _variance(view: View) -> Sequence[Any]:
    return [
        line.likely / line.budget - 1 if line.likely is not None and line.budget else None
        for line in view.plan.cost_plan_lines.values()
    ]


def _of_group(kind: str, field: str) -> Callable[[View], Sequence[Any]]:
    """Planned money of the investments whose *field* points to each entity of *kind*."""

    def column(view: View) -> Sequence[Any]:
        sums: dict[str, Amounts] = {}
        for investment, amounts in zip(
            view.plan.investments.values(), view.derived_values("investment", "planned"), strict=True
        ):
            key = getattr(investment, field)
            if key and amounts:
                sums[key] = sums[key] + amounts if key in sums else amounts
        return [sums.get(id) for id in view.rows(kind)]

    return column


def _members(field: str) -> Callable[[View, str], Iterable[Term]]:
    """The investments of one group that plan money."""

    def terms(view: View, id: str) -> Iterable[Term]:
        for investment in view.plan.investments.by(field, id):
            amounts = planned(view, investment.id)
            if amounts:
                yield Term(Ref("investment", investment.id), amounts)

    return terms


def _money(
    name: str,
    title: str,
    formula: str,
    of: Callable[[View], Sequence[Any]],
    terms: Callable[[View, str], Iterable[Term]],
    kind: str = "investment",
) -> Derived:
    return Derived(kind=kind, name=name, title=title, type="money", formula=formula, reads=LINES, of=of, terms=terms)


COLUMNS = (
    _money(
        "planned",
        word("Planned"),
        word(
            "Sum of the likely amounts of its cost plan lines, by currency. Empty without lines; never whole-life cost."
        ),
        _summed("likely"),
        _lines("likely"),
    ),
    _money(
        "planned_low",
        word("Planned, low"),
        word("Sum of the low amounts of its cost plan lines, by currency."),
        _summed("low"),
        _lines("low"),
    ),
    _money(
        "planned_high",
        word("Planned, high"),
        word("Sum of the high amounts of its cost plan lines, by currency."),
        _summed("high"),
        _lines("high"),
    ),
    _money(
        "budget",
        word("Budget"),
        word("Sum of the approved budgets of its cost plan lines, by currency."),
        _summed("budget"),
        _lines("budget"),
    ),
    _money(
        "capex",
        word("Capex"),
        word("Sum of the likely amounts of its capital cost plan lines, by currency."),
        _summed("likely", _is_capex),
        _lines("likely", _is_capex),
    ),
    _money(
        "opex",
        word("Opex"),
        word("Sum of the likely amounts of its operating cost plan lines, by currency."),
        _summed("likely", _is_opex),
        _lines("likely", _is_opex),
    ),
    Derived(
        kind="cost_plan_line",
        name="variance",
        title=word("Variance to budget"),
        type="number",
        unit="%",
        formula=word("Likely / budget − 1. Empty where one is empty or the budget is zero."),
        reads=frozenset(("cost_plan_line",)),
        of=_variance,
        terms=lambda view, id: [
            Term(Ref("cost_plan_line", id), getattr(view.plan.cost_plan_lines[id], name), name)
            for name in ("likely", "budget")
        ],
    ),
    _money(
        "planned",
        word("Planned"),
        word("Sum of what its investments plan, by currency."),
        _of_group("portfolio", "portfolio"),
        _members("portfolio"),
        "portfolio",
    ),
    _money(
        "planned",
        word("Planned"),
        word("Sum of what its investments plan, by currency."),
        _of_group("value_stream", "value_stream"),
        _members("value_stream"),
        "value_stream",
    ),
    _money(
        "planned",
        word("Planned"),
        word("Sum of what its investments plan, by currency."),
        _of_group("org_unit", "org_unit"),
        _members("org_unit"),
        "org_unit",
    ),
)
