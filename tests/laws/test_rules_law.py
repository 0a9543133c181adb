"""The neighbourhood check and the check of everything find the same; and a table steps as a dictionary would."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.portfolio import rules
from northing.portfolio.entity import Entity
from northing.portfolio.facts import AttributionRule
from northing.portfolio.forecasting import Accrual, Commitment, ForecastLine, PeriodClose
from northing.portfolio.funding import Account, AccountType, Fund, Leg, Transfer, TransferType
from northing.portfolio.investment import Dependency, Investment, Note
from northing.portfolio.locking import OF_CHANGES
from northing.portfolio.money import CostPlanLine
from northing.portfolio.plan import Plan, Table
from northing.portfolio.rates import FxRate, PriceOverride, RateCard, TokenKind
from northing.portfolio.strategy import KeyResult, Objective, StrategicContribution
from northing.portfolio.workspace import CustomField, CustomType, FiscalCalendar

IDS = ("a", "b", "c")
ID = st.sampled_from(IDS)
WEIGHT = st.sampled_from([Decimal("0.4"), Decimal("0.6"), Decimal("0.7"), Decimal("1.2"), Decimal(0)])
DAY = st.none() | st.sampled_from([date(2026, 1, 1), date(2026, 6, 1), date(2027, 1, 1)])
AMOUNT = st.none() | st.sampled_from([Decimal(1), Decimal(2), Decimal(3), Decimal("NaN")])

ENTITY: st.SearchStrategy[Entity] = st.one_of(
    st.builds(
        Investment,
        id=ID,
        name=st.just("I"),
        number=st.none() | st.sampled_from(["INV-1", "INV-2"]),
        start=DAY,
        end=DAY,
        currency=st.sampled_from([None, "EUR", "euro"]),
        custom=st.sampled_from([{}, {"f": "x"}, {"f": "1"}, {"g": "1"}]),
    ),
    st.builds(Objective, id=ID, name=st.just("O"), parent=st.none() | ID, start=DAY, end=DAY),
    st.builds(KeyResult, id=ID, name=st.just("K"), objective=st.none() | ID),
    st.builds(
        StrategicContribution,
        id=ID,
        investment=ID,
        objective=st.none() | ID,
        key_result=st.none() | ID,
        weight=WEIGHT,
    ),
    st.builds(Dependency, id=ID, predecessor=ID, successor=ID),
    st.builds(CostPlanLine, id=ID, investment=ID, start=DAY, end=DAY, low=AMOUNT, likely=AMOUNT, high=AMOUNT),
    st.builds(Note, id=ID, subject=st.sampled_from([*IDS, "n"]), text=st.just("N")),
    st.builds(
        CustomField,
        id=st.sampled_from(["f", "g"]),
        kind=st.just("investment"),
        name=st.just("F"),
        type=st.sampled_from([CustomType.TEXT, CustomType.NUMBER]),
    ),
    st.builds(FiscalCalendar, id=ID, name=st.just("C"), start_month=st.sampled_from([1, 13])),
)  # fmt: skip

SURE = st.sampled_from([date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 15), date(2027, 1, 1)])
SOME = st.sampled_from([Decimal(n) for n in ("-2", "-1", "0", "0.5", "1", "2", "30", "NaN")])
CODE = st.sampled_from(["EUR", "USD", "euro"])

MONEY: st.SearchStrategy[Entity] = st.one_of(
    st.builds(Fund, id=ID, name=st.just("F"), currency=CODE, overdraft=st.sampled_from([None, True]), start=DAY, end=DAY),
    st.builds(
        Account,
        id=ID,
        name=st.just("A"),
        fund=ID,
        type=st.sampled_from([AccountType.SOURCE, AccountType.FUND, AccountType.INVESTMENT]),
        investment=st.none() | ID,
    ),
    st.builds(
        Transfer,
        id=ID,
        number=st.sampled_from([None, "TRF-1", "TRF-2"]),
        type=st.sampled_from([TransferType.TRANSFER, TransferType.REVERSE]),
        on=SURE,
        legs=st.lists(st.builds(Leg, account=ID, amount=SOME), max_size=3).map(tuple),
        reverses=st.none() | ID,
    ),
    st.builds(ForecastLine, id=ID, investment=ID, start=SURE, end=SURE, amount=SOME, currency=CODE),
    st.builds(Commitment, id=ID, investment=ID, name=st.just("C"), amount=SOME, start=DAY, end=DAY),
    st.builds(
        PeriodClose,
        id=ID,
        start=SURE,
        end=SURE,
        accruals=st.lists(st.builds(Accrual, investment=ID, amount=SOME, currency=CODE), max_size=2).map(tuple),
    ),
    st.builds(RateCard, id=ID, rate=SOME, hours_a_day=st.none() | SOME, currency=CODE, start=DAY, end=DAY),
    st.builds(FxRate, id=ID, base=CODE, quote=CODE, on=SURE, rate=SOME),
    st.builds(PriceOverride, id=ID, model=st.just("m"), tokens=st.just(TokenKind.INPUT), price=SOME, currency=CODE),
    st.builds(AttributionRule, id=ID, where=st.just("ai is yes"), investment=ID, share=SOME, start=DAY, end=DAY),
)  # fmt: skip
ENTITY = ENTITY | MONEY
EDIT = st.tuples(ENTITY, st.booleans())
"""An entity put into the plan, or the one of its kind and id taken out."""


def applied(plan: Plan, edits: list[tuple[Entity, bool]]) -> tuple[Plan, dict[str, dict[str, Entity | None]]]:
    delta: dict[str, dict[str, Entity | None]] = {}
    for entity, there in edits:
        delta.setdefault(entity.KIND, {})[entity.id] = entity if there else None
    return plan.step(plan.no + 1, delta), delta


@given(st.lists(EDIT, max_size=20), st.lists(EDIT, min_size=1, max_size=4))
@settings(max_examples=400)
def test_both_checks_find_the_same(first: list[tuple[Entity, bool]], then: list[tuple[Entity, bool]]) -> None:
    agree(first, then)


MONEYED = st.tuples(MONEY, st.booleans() | st.just(True))


@given(st.lists(MONEYED, max_size=20), st.lists(MONEYED, min_size=1, max_size=4))
@settings(max_examples=400)
def test_both_checks_find_the_same_of_money(first: list[tuple[Entity, bool]], then: list[tuple[Entity, bool]]) -> None:
    agree(first, then)


@pytest.mark.long
@given(st.lists(EDIT, max_size=30), st.lists(EDIT, min_size=1, max_size=6))
@settings(max_examples=20_000, deadline=None)
def test_both_checks_find_the_same_for_long(first: list[tuple[Entity, bool]], then: list[tuple[Entity, bool]]) -> None:
    agree(first, then)


def agree(first: list[tuple[Entity, bool]], then: list[tuple[Entity, bool]]) -> None:
    """After an edit, what is broken anywhere and was not so before is found around what was touched."""
    before, _ = applied(Plan("w", "main", 0, {}), first)
    after, touched = applied(before, then)
    everything, near = rules.check_all(after), rules.check(after, touched)
    assert set(near) <= set(everything), "the neighbourhood invents nothing"
    old = {
        breach.place: breach.degree
        for breach in rules.breaches(before, {kind: list(before.table(kind)) for kind in rules.ANY})
    }
    new = {
        breach.place
        for breach in rules.breaches(after, {kind: list(after.table(kind)) for kind in rules.ANY})
        if breach.degree > old.get(breach.place, Decimal(-1))
    }
    assert new <= {breach.place for breach in rules.breaches(after, touched)}, "nothing new is missed"
    refused = {finding.code for finding in rules.judge(before, after, touched) if finding.severity == "error"}
    assert refused - OF_CHANGES == {place[0] for place in new}, (
        "an edit is refused exactly where it breaks something or makes it worse"
    )


@given(st.lists(st.lists(EDIT, max_size=6), max_size=12))
def test_a_stepped_plan_is_the_plan_of_its_entities(steps: list[list[tuple[Entity, bool]]]) -> None:
    plan = Plan("w", "main", 0, {})
    model: dict[tuple[str, str], Entity] = {}
    for number, edits in enumerate(steps):
        before, held = plan, dict(model)
        plan, delta = applied(plan, edits)
        for kind, changes in delta.items():
            for id, entity in changes.items():
                model.pop((kind, id), None)
                if entity is not None:
                    model[kind, id] = entity
        if number % 3 == 0:
            list(plan.all())  # makes some tables flat in between
        assert {(entity.KIND, entity.id) for entity in before.all()} == set(held), "the plan before stays as it was"
        check_table(plan.table("strategic_contribution"), model, "investment")
    assert {(entity.KIND, entity.id): repr(entity) for entity in plan.all()} == {
        key: repr(value) for key, value in model.items()
    }
    assert len(plan) == len(model)


def check_table(table: Table[Any], model: dict[tuple[str, str], Entity], field: str) -> None:
    rows = {id: entity for (kind, id), entity in model.items() if kind == "strategic_contribution"}
    assert len(table) == len(rows)
    for id in IDS:
        assert (id in table) == (id in rows)
        assert table.get(id) is rows.get(id)
        pointing = {entity.id for entity in rows.values() if getattr(entity, field) == id}
        assert {entity.id for entity in table.by(field, id)} == pointing
