"""What a closed period says stays: after any edit that is let through, by a few lines that share nothing with the rules."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from northing.measure.fx import Exchange
from northing.portfolio import rules
from northing.portfolio.entity import Entity
from northing.portfolio.forecasting import ForecastLine, PeriodClose
from northing.portfolio.funding import Leg, Transfer
from northing.portfolio.locking import OF_CHANGES
from northing.portfolio.money import CostPlanLine
from northing.portfolio.plan import Plan
from northing.portfolio.rates import FxRate

IDS = ("a", "b", "c")
ID = st.sampled_from(IDS)
FIRSTS = [date(2026, month, 1) for month in range(1, 7)]
MONTH = st.sampled_from(FIRSTS)
DAY = st.dates(date(2026, 1, 1), date(2026, 6, 30))
CENTS = st.integers(-50_000, 50_000).map(lambda cents: Decimal(cents) / 100)


def close(id: str, first: date) -> PeriodClose:
    return PeriodClose(id=id, start=first, end=first + timedelta(days=calendar.monthrange(first.year, first.month)[1]))


def over(line: type[Entity], **amounts: st.SearchStrategy[Any]) -> st.SearchStrategy[Entity]:
    days = st.tuples(DAY, st.integers(1, 150)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))
    return st.builds(
        lambda id, investment, at, currency, note, more: line(
            id=id, investment=investment, start=at[0], end=at[1], currency=currency, note=note, **more
        ),  # type: ignore[call-arg]
        ID, st.sampled_from(["i", "j"]), days, st.sampled_from(["EUR", "USD"]), st.sampled_from([None, "N"]),
        st.fixed_dictionaries(amounts),
    )  # fmt: skip


ENTITY: st.SearchStrategy[Entity] = st.one_of(
    over(ForecastLine, amount=CENTS),
    over(CostPlanLine, likely=st.none() | CENTS, budget=st.none() | CENTS),
    st.builds(FxRate, id=ID, base=st.just("EUR"), quote=st.sampled_from(["USD", "GBP"]), on=DAY, rate=CENTS.map(abs)),
    st.builds(
        Transfer,
        id=ID,
        on=DAY,
        legs=st.just((Leg(account="x", amount=Decimal(-1)), Leg(account="y", amount=Decimal(1)))),
    ),
)
EDIT = st.tuples(ENTITY, st.booleans() | st.just(True))


def months(start: date, end: date) -> list[tuple[date, int]]:
    """(first of the month, days of the span in it)"""
    found: dict[date, int] = {}
    day = start
    while day < end:
        found[day.replace(day=1)] = found.get(day.replace(day=1), 0) + 1
        day += timedelta(days=1)
    return list(found.items())


def parts(amount: Decimal, weights: list[tuple[date, int]]) -> dict[date, Decimal]:
    """Largest remainder in cents, by hand."""
    whole, cents = sum(days for _, days in weights), int(amount * 100)
    sign = -1 if cents < 0 else 1
    exact = {month: (abs(cents) * days) / whole for month, days in weights}
    down = {month: abs(cents) * days // whole for month, days in weights}
    rest = {month: abs(cents) * days % whole for month, days in weights}
    left = abs(cents) - sum(down.values())
    for month in sorted(exact, key=lambda month: (-rest[month], month))[:left]:
        down[month] += 1
    return {month: Decimal(sign * value) / 100 for month, value in down.items()}


def said(plan: Plan, firsts: set[date]) -> dict[Any, Any]:
    """Everything that a plan says of the months that begin on *firsts*."""
    found: dict[Any, Any] = {}
    for kind, names in (("forecast_line", ("amount",)), ("cost_plan_line", ("likely", "budget"))):
        for line in plan.table(kind).values():
            for name in names:
                amount = getattr(line, name)
                if amount is None:
                    continue
                for month, part in parts(amount, months(line.start, line.end)).items():
                    if month in firsts and part:
                        key = (kind, name, month, line.investment, line.currency)
                        found[key] = found.get(key, Decimal(0)) + part
    for transfer in plan.transfers.values():
        if transfer.on.replace(day=1) in firsts:
            found["transfer", transfer.id] = transfer
    rates = Exchange(plan.fx_rates.values(), "EUR")
    for first in firsts:
        for quote in ("USD", "GBP"):
            for day in range(calendar.monthrange(first.year, first.month)[1]):
                rate = rates.rate("EUR", quote, first + timedelta(days=day))
                found["rate", quote, first, day] = None if rate is None else rate.rate
    return {key: value for key, value in found.items() if value}


@settings(max_examples=300, deadline=None)
@given(st.lists(ENTITY, max_size=8), st.lists(EDIT, min_size=1, max_size=4), st.sets(MONTH, min_size=1, max_size=3))
def test_an_edit_that_is_let_through_leaves_closed_months_as_they_were(
    first: list[Entity], then: list[tuple[Entity, bool]], firsts: set[date]
) -> None:
    closes = [close(f"close-{month}", month) for month in sorted(firsts)]
    before = Plan.of("w", "main", 1, [*first, *closes])
    delta: dict[str, dict[str, Entity | None]] = {}
    for entity, there in then:
        delta.setdefault(entity.KIND, {})[entity.id] = entity if there else None
    after = before.step(2, delta)
    locked = [found for found in rules.judge(before, after, delta) if found.code in OF_CHANGES]
    was, now = said(before, firsts), said(after, firsts)
    if not locked:
        assert was == now
    lines_was = {key: value for key, value in was.items() if key[0] in ("forecast_line", "cost_plan_line")}
    lines_now = {key: value for key, value in now.items() if key[0] in ("forecast_line", "cost_plan_line")}
    refused = {found.kind for found in locked} & {"forecast_line", "cost_plan_line"}
    assert bool(refused) == (lines_was != lines_now), (
        "lines are refused exactly where the money of a closed month moves"
    )
