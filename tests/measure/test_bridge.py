"""From last month's forecast to this month's, the curve, and the receipts of both, by hand."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from northing.measure.burn import burn
from northing.measure.figures import figure, read_figure, source_rows, value_of, why
from northing.measure.forecast_bridge import forecast_bridge
from northing.measure.levels import Scope
from northing.measure.view import View
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.forecasting import ForecastLine
from northing.portfolio.investment import Investment
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.rates import FxRate
from tests.measure.money_told import money_told

FEBRUARY, MARCH = date(2026, 2, 10), date(2026, 3, 10)

PLAN = """
    investment
      id  | number   | name | currency
      bot | INV-0001 | Bot  | EUR
      ocr | INV-0002 | Ocr  | USD

    forecast_line
      id | investment | start      | end        | amount
      f2 | bot        | 2026-02-01 | 2026-03-01 | 100
      f3 | bot        | 2026-03-01 | 2026-04-01 | 100
      f4 | bot        | 2026-04-01 | 2026-05-01 | 100
      g3 | ocr        | 2026-03-01 | 2026-04-01 | 50

    fx_rate
      id | base | quote | on         | rate
      r1 | USD  | EUR   | 2026-01-01 | 0.8

    attribution_rule
      id | number | where         | investment
      a1 | RULE-1 | account = bot | bot
"""

COST = """
    day        | billed | currency | account | provider
    2026-01-10 | 60     | EUR      | bot     | aws
    2026-02-10 | 90     | EUR      | bot     | aws
"""


def then() -> View:
    return money_told(PLAN, FEBRUARY, COST)


def now(**changed: Entity | None) -> View:
    view = money_told(PLAN, MARCH, COST)
    delta: dict[str, dict[str, Any]] = {}
    for key, entity in changed.items():
        kind = entity.KIND if entity is not None else "investment"
        delta.setdefault(kind, {})[entity.id if entity is not None else key] = entity
    return dataclasses.replace(view, plan=view.plan.step(2, delta))


def line(id: str, month: int, amount: int) -> ForecastLine:
    return ForecastLine(
        id=id, investment="bot", start=date(2026, month, 1), end=date(2026, month + 1, 1), amount=Decimal(amount)
    )


def steps(before: View, after: View, **more: Any) -> dict[str, Decimal]:
    found = forecast_bridge(before, after, **more)
    assert found.opening + Amounts.sum(step.amount for step in found.steps) == found.closing
    return {step.name: amount for step in found.steps if (amount := step.amount.by_currency.get("EUR"))}


def test_a_month_that_has_passed_brings_its_actuals() -> None:
    assert steps(then(), now()) == {"actuals": Decimal(-10)}


def test_what_one_month_loses_and_another_gains_has_moved() -> None:
    after = now(f3=line("f3", 3, 60), f4=line("f4", 4, 150))
    found = forecast_bridge(then(), after)
    assert steps(then(), after) == {"actuals": Decimal(-10), "amount": Decimal(10)}
    assert next(step for step in found.steps if step.name == "moved").moved == Amounts({"EUR": Decimal(40)})
    # In a window of March alone the forty have left it.
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    assert steps(then(), after, window=march) == {"moved": Decimal(-40)}


def test_rates_and_new_and_removed_investments_stand_apart() -> None:
    after = now(
        r2=FxRate(id="r2", base="USD", quote="EUR", on=date(2026, 2, 15), rate=Decimal("0.9")),
        lab=Investment(id="lab", name="Lab", currency="EUR"),
        h1=ForecastLine(id="h1", investment="lab", start=date(2026, 4, 1), end=date(2026, 5, 1), amount=Decimal(7)),
    )
    assert steps(then(), after) == {"exchange": Decimal("5.0"), "new": Decimal(7), "actuals": Decimal(-10)}
    gone = now(ocr=None)
    assert steps(then(), gone) == {"removed": Decimal("-40"), "actuals": Decimal(-10)}


def test_the_curve_runs_from_actual_into_forecast() -> None:
    found = burn(now(), Scope("investment", "bot"))
    assert [point.label for point in found.points] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    actual = [point.actual and point.actual.by_currency.get("EUR") for point in found.points]
    forecast = [point.forecast and point.forecast.by_currency.get("EUR") for point in found.points]
    assert actual == [60, 150, None, None]
    assert forecast == [None, 150, 250, 350]


def test_a_figure_is_accounted_for_down_to_the_rows() -> None:
    view = now()
    receipt = why(view, read_figure("money.eac level=investment id=INV-0001"))
    assert receipt.value == Amounts({"EUR": Decimal(350)})
    assert [(str(term.figure), term.value.by_currency["EUR"]) for term in receipt.terms if term.value] == [
        ("money.actual id=INV-0001 level=investment until=2026-03-01", 150),
        ("money.forecast from=2026-03-01 id=INV-0001 level=investment", 200),
    ]
    assert receipt.rows == 2
    rows = source_rows(view, receipt.figure)
    assert [(row.input, row.line, row.value, row.rule) for row in rows.rows] == [
        ("bill.csv", 1, 60, "a1"),
        ("bill.csv", 2, 90, "a1"),
    ]
    forecast = why(view, receipt.terms[-1].figure)  # type: ignore[arg-type]
    assert [term.ref.id for term in forecast.terms if term.ref] == ["f3", "f4"]
    assert receipt.deliveries == ("bill",)


def test_a_bridge_has_receipts_that_open_the_earlier_revision() -> None:
    receipt = why(now(), figure("bridge.actuals", before="1"), lambda ref: then())
    assert receipt.value == Amounts({"EUR": Decimal(-10)})
    assert [term.ref.id for term in receipt.terms if term.ref] == ["bot"]
    with pytest.raises(Invalid):
        why(now(), figure("bridge.actuals"))


def test_columns_and_totals_are_figures_too() -> None:
    view = now()
    column = why(view, figure("column", kind="investment", id="INV-0001", name="actual"))
    assert (column.value, column.rows, column.measure.title) == (Amounts({"EUR": Decimal(150)}), 2, "Actual")
    total = why(view, figure("total", kind="investment", column="forecast", where="name = bot"))
    assert total.value == Amounts({"EUR": Decimal(300)})
    assert value_of(view, total.terms[0].figure) == total.terms[0].value  # type: ignore[arg-type]
    assert value_of(view, figure("total", kind="investment")) == 2


def test_what_is_no_figure_is_said_with_the_nearest_one() -> None:
    with pytest.raises(NotFound) as wrong:
        why(now(), figure("money.actuals"))
    assert "money.actual" in (wrong.value.remedy or "")
    with pytest.raises(Invalid):
        why(now(), figure("funding.spent", until="2026-03-01"))
    with pytest.raises(Invalid):
        why(now(), figure("money.actual", until="soon"))
    with pytest.raises(Invalid):
        read_figure("money.actual level")
    with pytest.raises(NotFound):
        why(now(), figure("money.actual", level="investment", id="INV-9"))
