"""Laws of measures: a table equals its plain reading, sums add up, money by weight loses nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from northing.measure.columns import view_of
from northing.measure.line_of_sight import line_of_sight
from northing.measure.rollup import by_weight, strategy
from northing.measure.table import ask
from northing.portfolio.entity import Entity
from northing.portfolio.investment import Investment, Milestone, Stage
from northing.portfolio.money import Amounts, CostPlanLine, split
from northing.portfolio.plan import Plan
from northing.portfolio.strategy import KeyResult, Level, Objective, Portfolio, StrategicContribution

TODAY = date(2026, 6, 1)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
MONEY = st.decimals(-1000, 10**7, places=2) | st.integers(0, 10**6).map(Decimal)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    entities: list[Entity] = [Portfolio(id=f"p{i}", name=name) for i, name in enumerate(["Growth", "run", "Échelle"])]
    for i in range(draw(st.integers(0, 5))):
        entities.append(
            Objective(
                id=f"o{i}",
                name=f"Objective {i}",
                level=draw(st.sampled_from([None, Level.BOARD, Level.UNIT])),
                parent=draw(st.sampled_from([None, *(f"o{j}" for j in range(6))])),
                end=draw(st.none() | DAYS),
            )
        )
        if draw(st.booleans()):
            entities.append(KeyResult(id=f"k{i}", name="KR", objective=draw(st.sampled_from([None, f"o{i}", "gone"]))))
    for i in range(draw(st.integers(0, 8))):
        entities.append(
            Investment(
                id=f"i{i}",
                name=draw(st.sampled_from(["Fraud", "fraud ", "Chat", "Äther", "OCR"])),
                stage=draw(st.sampled_from([None, *Stage])),
                portfolio=draw(st.sampled_from([None, "p0", "p1", "p2"])),
                start=draw(st.none() | DAYS),
                currency=draw(st.sampled_from([None, "EUR", "USD"])),
                whole_life_cost=draw(st.none() | MONEY),
                tags=tuple(draw(st.sets(st.sampled_from(["a", "b", "c"])))),
            )
        )
        entities.extend(
            CostPlanLine(
                id=f"c{i}.{j}",
                investment=f"i{i}",
                likely=draw(st.none() | MONEY),
                currency=draw(st.sampled_from([None, "EUR", "GBP"])),
            )
            for j in range(draw(st.integers(0, 3)))
        )
        entities.extend(
            StrategicContribution(
                id=f"s{i}.{j}",
                investment=f"i{i}",
                objective=draw(st.sampled_from([None, "o0", "o1", "o2"])),
                key_result=draw(st.sampled_from([None, "k0", "k1"])),
                weight=draw(st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.3"), Decimal("0.333")])),
            )
            for j in range(draw(st.integers(0, 3)))
        )
        if draw(st.booleans()):
            entities.append(Milestone(id=f"m{i}", name="Gate", investment=f"i{i}", due=draw(st.none() | DAYS)))
    return Plan.of("w", "main", 1, entities)


def planned(plan: Plan, investment: Investment) -> dict[str, Decimal] | None:
    """By hand: the sum of its lines by currency, None without any amount."""
    sums: dict[str, Decimal] = {}
    for line in plan.cost_plan_lines.values():
        if line.investment == investment.id and line.likely is not None:
            currency = line.currency or investment.currency or ""
            sums[currency] = sums.get(currency, Decimal(0)) + line.likely
    return sums or None


def alone(amounts: dict[str, Decimal] | None) -> Decimal | None:
    """The one amount there is; several currencies compare with nothing."""
    if not amounts:
        return None
    filled = {currency: amount for currency, amount in amounts.items() if amount}
    if len(filled) > 1:
        return None
    return next(iter((filled or amounts).values()))


FILTERS: dict[str, Any] = {
    "": lambda plan, one: True,
    "stage = pilot": lambda plan, one: one.stage == "pilot",
    "not stage = pilot": lambda plan, one: one.stage != "pilot",
    "stage != pilot": lambda plan, one: one.stage is not None and one.stage != "pilot",
    "portfolio = growth or portfolio is empty": lambda plan, one: one.portfolio in ("p0", None),
    "name = FRAUD": lambda plan, one: one.name.strip().lower() == "fraud",
    "start >= 2026 and start < 2026-07": lambda plan, one: (
        one.start is not None and date(2026, 1, 1) <= one.start < date(2026, 7, 1)
    ),
    "planned > 500": lambda plan, one: (amount := alone(planned(plan, one))) is not None and amount > 500,
    "planned is empty": lambda plan, one: planned(plan, one) is None,
    "milestones.due < today": lambda plan, one: any(
        m.due is not None and m.due < TODAY for m in plan.milestones.values() if m.investment == one.id
    ),
    "none(cost_plan_lines where likely > 0)": lambda plan, one: (
        not any(
            line.likely is not None and line.likely > 0
            for line in plan.cost_plan_lines.values()
            if line.investment == one.id
        )
    ),
    "tags = a and not tags = b": lambda plan, one: "a" in one.tags and "b" not in one.tags,
}


@settings(max_examples=150, deadline=None)
@given(plans(), st.sampled_from(list(FILTERS)), st.sampled_from(["", "name", "-start", "stage"]))
def test_a_table_equals_its_plain_reading(plan: Plan, where: str, sort: str) -> None:
    view = view_of(plan, {}, TODAY)
    answer = ask(view, "investment", where, sort=[sort] if sort else [], columns=["name", "start", "stage", "planned"])
    kept = [one for one in plan.investments.values() if FILTERS[where](plan, one)]
    ranks = {None: 99, **{stage: index for index, stage in enumerate(Stage)}}
    if sort == "-start":
        kept = sorted([o for o in kept if o.start], key=lambda o: o.start, reverse=True) + [
            o for o in kept if not o.start
        ]
    elif sort == "stage":
        kept.sort(key=lambda one: ranks[one.stage])
    elif sort == "name":
        folded = {"Fraud": "fraud", "fraud ": "fraud", "Chat": "chat", "Äther": "ather", "OCR": "ocr"}
        kept.sort(key=lambda one: folded[one.name])
    assert [row.id for row in answer.rows] == [one.id for one in kept]
    assert [row.cells[:3] for row in answer.rows] == [(one.name, one.start, one.stage) for one in kept]
    assert [row.cells[3] and row.cells[3].by_currency for row in answer.rows] == [planned(plan, one) for one in kept]


@settings(max_examples=100, deadline=None)
@given(plans(), st.sampled_from([("stage",), ("portfolio", "stage"), ("start:quarter",), ("name", "currency")]))
def test_groups_hold_each_row_once_and_their_sums_make_the_total(plan: Plan, by: tuple[str, ...]) -> None:
    answer = ask(
        view_of(plan, {}, TODAY), "investment", by=by, sums=["planned", "count", "count start"], sort=["-start"]
    )
    assert sorted(row.id for row in answer.rows) == sorted(plan.investments)
    for depth in range(len(by)):
        groups = [group for group in answer.groups if group.depth == depth]
        assert sum(group.count for group in groups) == answer.total
        assert Amounts.sum(group.aggregates[0].value or Amounts() for group in groups) == (
            answer.aggregates[0].value or Amounts()
        )
        assert sum(group.aggregates[2].value for group in groups) == answer.aggregates[2].value
        assert [group.start for group in groups] == [
            sum(group.count for group in groups[:index]) for index in range(len(groups))
        ]


@settings(max_examples=50, deadline=None)
@given(plans(), st.integers(0, 9), st.integers(0, 9))
def test_a_window_is_a_piece_of_the_whole(plan: Plan, offset: int, limit: int) -> None:
    view = view_of(plan, {}, TODAY)
    whole = ask(view, "investment", by=["stage"], sort=["name"])
    window = ask(view, "investment", by=["stage"], sort=["name"], offset=offset, limit=limit)
    assert window.rows == whole.rows[offset : offset + limit]
    assert (window.total, window.groups) == (whole.total, whole.groups)


@settings(max_examples=50, deadline=None)
@given(plans())
def test_a_row_in_several_groups_is_counted_once_in_the_total(plan: Plan) -> None:
    answer = ask(view_of(plan, {}, TODAY), "investment", by=["tags"], sums=["planned"])
    assert answer.by[0].overlaps
    assert answer.length == sum(max(1, len(one.tags)) for one in plan.investments.values())
    assert answer.total == len(plan.investments)


@given(MONEY, st.lists(st.sampled_from([Decimal("0.1"), Decimal("0.25"), Decimal("0.333")]), min_size=0, max_size=5))
def test_money_by_weight_and_the_rest_make_the_whole(amount: Decimal, weights: list[Decimal]) -> None:
    contributions = [
        StrategicContribution(id=f"s{i}", investment="i", objective="o", weight=weight)
        for i, weight in enumerate(weights)
    ]
    parts, rest = by_weight(Amounts({"EUR": amount}), contributions)
    assert Amounts.sum([*parts.values(), rest]) == Amounts({"EUR": amount})
    if sum(weights) >= 1:
        assert not any(rest.by_currency.values())


@given(
    st.decimals(-(10**9), 10**9, places=4),
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 1000).map(Decimal), min_size=1, max_size=8),
)
def test_a_split_adds_up_and_keeps_close_to_its_weights(amount: Decimal, weights: dict[str, Decimal]) -> None:
    parts = split(amount, list(weights.items()))
    assert sum(parts.values()) == amount
    total = sum(weights.values()) or Decimal(len(weights))
    for key, part in parts.items():
        exact = amount * (weights[key] if sum(weights.values()) else 1) / total
        assert abs(part - exact) <= Decimal("0.02")


@settings(max_examples=100, deadline=None)
@given(plans())
def test_the_strategy_adds_up(plan: Plan) -> None:
    found = strategy(view_of(plan, {}, TODAY))
    everything = Amounts.sum(Amounts(sums) for one in plan.investments.values() if (sums := planned(plan, one)))
    assert found.planned == everything
    assert found.aligned + found.unaligned == everything
    assert Amounts.sum(node.planned for node in (*found.roots, *found.loose)) == found.aligned
    nodes = list(found.walk())
    assert sorted(node.ref.id for node in nodes if node.ref.kind == "objective") == sorted(plan.objectives)
    served = frozenset().union(*(node.investments for node in (*found.roots, *found.loose)))
    assert served | set(found.orphans) == set(plan.investments)
    assert not served & set(found.orphans)


@settings(max_examples=100, deadline=None)
@given(plans())
def test_line_of_sight_counts_every_open_investment_once(plan: Plan) -> None:
    view = view_of(plan, {}, TODAY)
    found = line_of_sight(view)
    listed = [*found.unbroken, *(one.investment for one in found.broken)]
    assert len(listed) == len(set(listed)) == len(plan.investments) - found.ended
    assert sum(found.by_cause.values()) == len(found.broken)
    answer = ask(view, "investment", "chain = unbroken and not stage in (retired, stopped)", limit=0)
    assert answer.total == len(found.unbroken)
    if found.share is not None:
        assert found.share * len(listed) == len(found.unbroken) or abs(
            found.share * len(listed) - len(found.unbroken)
        ) < Decimal("1e-20")
