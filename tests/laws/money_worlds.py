"""Small random organisations with bills, rules, rates, plans and a ledger, for the laws of money."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from northing.measure.columns import view_of
from northing.measure.view import View
from northing.portfolio.entity import Entity
from northing.portfolio.facts import AttributionRule
from northing.portfolio.forecasting import Accrual, Commitment, ForecastLine, PeriodClose
from northing.portfolio.funding import Account, AccountType, Fund, Leg, Transfer
from northing.portfolio.investment import Investment
from northing.portfolio.money import CostPlanLine, Expense
from northing.portfolio.periods import period_of
from northing.portfolio.plan import Plan
from northing.portfolio.rates import FxRate
from northing.portfolio.strategy import KeyResult, Level, Objective, Portfolio, StrategicContribution, ValueStream
from northing.portfolio.workspace import FiscalCalendar, WeekPattern
from tests.facts_told import FactsTold, delivery

TODAY = date(2026, 6, 15)
DAYS = st.dates(date(2025, 11, 1), date(2026, 10, 31))
CURRENCIES = ("EUR", "USD", "JPY")
AMOUNTS = st.decimals(-1000, 10**6, places=12) | st.integers(0, 5000).map(Decimal)
RULED = (
    "account = a",
    "account = a and service = s",
    "not provider is empty",
    "tag.team = red",
    "service in (s, t)",
)

CALENDARS = (
    FiscalCalendar(id="year", name="Calendar"),
    FiscalCalendar(id="april", name="April", start_month=4),
    FiscalCalendar(id="weeks", name="Weeks", pattern=WeekPattern.W445, first_day=date(2025, 9, 1)),
)


@dataclasses.dataclass(frozen=True)
class World:
    view: View
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    """Delivery → its rows, as they were delivered."""
    entities: Sequence[Entity]
    aim: str | None = None

    @property
    def cost(self) -> list[Mapping[str, Any]]:
        return [row for rows in self.rows.values() for row in rows if row["table"] == "cost"]


@st.composite
def worlds(draw: st.DrawFn, *, usage: bool = False) -> World:
    entities: list[Entity] = [draw(st.sampled_from(CALENDARS))]
    entities += _strategy(draw)
    ids = [f"i{index}" for index in range(draw(st.integers(1, 4)))]
    for id in ids:
        entities += _investment(draw, id)
    entities += _rules(draw, ids)
    entities += _ledger(draw, ids)
    entities += _rates(draw)
    calendar = entities[0]
    if draw(st.booleans()):
        entities += _closes(draw, ids, calendar)  # type: ignore[arg-type]
    rows = {
        f"d{index}": draw(st.lists(_cost(), max_size=8)) + (draw(st.lists(_usage(), max_size=8)) if usage else [])
        for index in range(draw(st.integers(0, 3)))
    }
    rows = {
        id: [{**row, "scope": f"{id}-{number % 2}", "line": number + 1} for number, row in enumerate(found)]
        for id, found in rows.items()
        if found
    }
    view = view_from(entities, rows, currency=draw(st.sampled_from(["EUR", "USD"])))
    return World(view, rows, entities, draw(st.sampled_from([None, "o0", "o1", "k0"])))


def view_from(
    entities: Sequence[Entity], rows: Mapping[str, Sequence[Mapping[str, Any]]], currency: str = "EUR", no: int = 1
) -> View:
    plan = Plan.of("w", "main", no, [*entities, *(delivery(id, id, found) for id, found in rows.items())])
    return view_of(plan, {}, TODAY, facts=FactsTold(plan, rows), currency=currency, home_currency="EUR")


def _strategy(draw: st.DrawFn) -> list[Entity]:
    return [
        Portfolio(id="p0", name="Top"),
        Portfolio(id="p1", name="Below", parent="p0"),
        ValueStream(id="v0", name="Stream"),
        Objective(id="o0", name="Board", level=Level.BOARD),
        Objective(id="o1", name="Unit", level=Level.UNIT, parent=draw(st.sampled_from([None, "o0"]))),
        KeyResult(id="k0", name="Result", objective=draw(st.sampled_from(["o1", None]))),
    ]


def _investment(draw: st.DrawFn, id: str) -> list[Entity]:
    found: list[Entity] = [
        Investment(
            id=id,
            number=f"INV-{id[1:]}",
            name=id,
            portfolio=draw(st.sampled_from([None, "p0", "p1"])),
            value_stream=draw(st.sampled_from([None, "v0"])),
            currency=draw(st.sampled_from(CURRENCIES)),
        )
    ]
    for index in range(draw(st.integers(0, 2))):
        start = draw(st.none() | DAYS)
        found.append(
            CostPlanLine(
                id=f"{id}c{index}",
                investment=id,
                start=start,
                end=None if start is None else start + timedelta(days=draw(st.integers(0, 200))),
                likely=draw(st.none() | AMOUNTS),
                budget=draw(st.none() | AMOUNTS),
                currency=draw(st.sampled_from([None, "USD"])),
                expense=draw(st.sampled_from([None, *Expense])),
            )
        )
    for index in range(draw(st.integers(0, 2))):
        start = draw(DAYS)
        end = start + timedelta(days=draw(st.integers(1, 90)))
        found.append(ForecastLine(id=f"{id}f{index}", investment=id, start=start, end=end, amount=draw(AMOUNTS)))
    for index in range(draw(st.integers(0, 1))):
        start = draw(DAYS)
        found.append(
            Commitment(
                id=f"{id}k{index}",
                investment=id,
                name="Order",
                reference=draw(st.sampled_from([None, "PO-1", "PO-2"])),
                amount=draw(AMOUNTS),
                start=start,
                end=start + timedelta(days=100),
            )
        )
    found.extend(
        StrategicContribution(
            id=f"{id}s{index}",
            investment=id,
            objective=draw(st.sampled_from([None, "o0", "o1"])),
            key_result=draw(st.sampled_from([None, "k0"])),
            weight=draw(st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.333"), Decimal("0.7")])),
        )
        for index in range(draw(st.integers(0, 3)))
    )
    return found


def _rules(draw: st.DrawFn, ids: Sequence[str]) -> list[Entity]:
    return [
        AttributionRule(
            id=f"r{index}",
            number=f"RULE-{index}",
            where=draw(st.sampled_from(RULED)),
            investment=draw(st.sampled_from([*ids, "gone"])),
            share=draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.333333")])),
            precedence=draw(st.integers(1, 3)),
            start=draw(st.none() | DAYS),
        )
        for index in range(draw(st.integers(0, 4)))
    ]


def _ledger(draw: st.DrawFn, ids: Sequence[str]) -> list[Entity]:
    found: list[Entity] = [
        Fund(id="fund", name="Fund", currency=draw(st.sampled_from(CURRENCIES))),
        Account(id="src", name="Source", fund="fund", type=AccountType.SOURCE),
        Account(id="all", name="All", fund="fund", type=AccountType.FUND),
    ]
    for id in ids:
        found.append(Account(id=f"acc{id}", name=id, fund="fund", type=AccountType.INVESTMENT, investment=id))
        amount = draw(AMOUNTS)
        legs = (Leg("src", -amount), Leg(f"acc{id}", amount))
        found.append(Transfer(id=f"t{id}", on=draw(DAYS), legs=legs))
    return found


def _rates(draw: st.DrawFn) -> list[Entity]:
    return [
        FxRate(
            id=f"x{index}",
            base=draw(st.sampled_from(["USD", "JPY"])),
            quote="EUR",
            on=draw(DAYS),
            rate=draw(st.decimals("0.01", 3, places=6)),
        )
        for index in range(draw(st.integers(0, 4)))
    ]


def _closes(draw: st.DrawFn, ids: Sequence[str], calendar: FiscalCalendar) -> list[Entity]:
    month = period_of(calendar, date(2026, 3, 10), "month")
    after = period_of(calendar, month.end, "month")
    return [
        PeriodClose(
            id=f"close{index}",
            start=period.start,
            end=period.end,
            on=period.end,
            accruals=tuple(
                Accrual(draw(st.sampled_from(ids)), draw(AMOUNTS), draw(st.sampled_from(CURRENCIES)))
                for _ in range(draw(st.integers(0, 2)))
            ),
        )
        for index, period in enumerate((month, after)[: draw(st.integers(1, 2))])
    ]


@st.composite
def _cost(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "table": "cost",
        "day": draw(DAYS),
        "billed": draw(AMOUNTS),
        "effective": draw(st.none() | AMOUNTS),
        "currency": draw(st.sampled_from(CURRENCIES)),
        "account": draw(st.sampled_from([None, "a", "b"])),
        "service": draw(st.sampled_from([None, "s", "t"])),
        "provider": draw(st.sampled_from([None, "aws", "OpenAI"])),
        "expense": draw(st.sampled_from([None, "capex", "opex"])),
        "order_ref": draw(st.sampled_from([None, None, "PO-1"])),
        "ai": draw(st.sampled_from([None, True, False])),
        "tags": draw(st.sampled_from([{}, {"team": "red"}])),
    }


@st.composite
def _usage(draw: st.DrawFn) -> dict[str, Any]:
    counts = ("requests", "ok", "failed", "input", "output", "cache_read", "cache_write")
    return {
        "table": "usage",
        "day": draw(DAYS),
        "provider": draw(st.sampled_from(["openai", "anthropic"])),
        "model": draw(st.sampled_from(["big", "small"])),
        "account": draw(st.sampled_from([None, "a"])),
        **{name: draw(st.none() | st.integers(0, 10**6)) for name in counts},
        "cost": draw(st.none() | AMOUNTS),
        "currency": draw(st.sampled_from(["EUR", "USD"])),
        "tags": {},
    }
