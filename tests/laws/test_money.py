"""Laws of money: nothing is lost or counted twice, whatever the level, currency, period or order of input."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.measure.figures import MEASURES, figure, read_figure, source_rows, why
from northing.measure.forecast_bridge import expected, forecast_bridge
from northing.measure.levels import LEVELS, Scope, parts
from northing.measure.money import money, money_by_part
from northing.measure.price_effects import price_effects
from northing.measure.receipts.usage import UNIT_PRICES
from northing.measure.spend import spend
from northing.measure.spend_in_sight import line_of_sight_spend
from northing.measure.strategy_spend import strategy_spend
from northing.measure.unattributed import unattributed
from northing.measure.usage import COUNTS, usage
from northing.measure.view import View
from northing.measure.waterfall import waterfall
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from tests.laws.money_worlds import World, view_from, worlds

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

EXACT = Decimal("1e-20")
"""How far a quotient times its divisor may be from what was divided: the last of 28 places, and some."""

SPANS = st.tuples(st.dates(date(2025, 10, 1), date(2026, 5, 1)), st.integers(1, 300)).map(
    lambda found: Period(found[0], date.fromordinal(found[0].toordinal() + found[1]))
)


def plainly(rows: list[Any], column: str, window: Period | None = None) -> Amounts:
    """The rows' amounts by currency, added up in the simplest way."""
    total: dict[str, Decimal] = {}
    with localcontext(Context(prec=100)):
        for row in rows:
            if window is None or row["day"] in window:
                total[row["currency"]] = total.get(row["currency"], Decimal(0)) + (row[column] or 0)
    return Amounts(total)


@LAW
@given(worlds(), st.none() | SPANS, st.sampled_from([*LEVELS, "period", "currency", "service", "tag.team"]))
def test_attributed_and_unattributed_are_all_that_is_billed(world: World, window: Period | None, by: str) -> None:
    found = spend(world.view, window=window, by=by)
    assert found.native_attributed + found.native_unattributed == plainly(world.cost, "billed", window)
    assert found.native_billed == plainly(world.cost, "billed", window)
    assert found.attributed + found.unattributed == found.billed
    rows = [row for row in found.rows if row.depth == 0]
    assert Amounts.sum(row.amount for row in rows) == found.attributed
    assert Amounts.sum(row.native for row in rows) == found.native_attributed


@LAW
@given(worlds(), st.sampled_from(LEVELS))
def test_the_parts_of_a_level_and_the_rest_are_the_whole(world: World, level: Any) -> None:
    view = world.view
    shares: dict[str, Decimal] = {}
    found = parts(view, level)
    for of in [*(part.shares for part in found.tops), found.outside]:
        for id, share in of.items():
            assert 0 < share <= 1
            shares[id] = shares.get(id, Decimal(0)) + share
    assert shares == dict.fromkeys(view.plan.investments, Decimal(1))
    whole = money(view)
    rows = [row for row in money_by_part(view, level) if row.depth == 0]
    for name in ("plan", "budget", "bac", "actual", "accrual", "etc", "committed", "later", "ac", "eac", "vac"):
        assert Amounts.sum(getattr(row.whole, name) for row in rows) == getattr(whole.whole, name), name
    for name in ("plan", "forecast", "actual", "expected", "variance"):
        assert Amounts.sum(getattr(row.line, name) for row in rows) == getattr(whole.total, name), name


@LAW
@given(worlds(), st.sampled_from(["month", "quarter", "year"]), st.sampled_from(["billed", "effective"]))
def test_periods_expenses_and_time_add_up(world: World, unit: Any, basis: str) -> None:
    view = world.view
    long = Period(date(2024, 1, 1), date(2029, 1, 1))
    page = money(view, unit=unit, window=long, basis=basis)
    for name in ("plan", "budget", "forecast", "stated", "actual", "accrual", "committed", "expected", "variance"):
        total = Amounts.sum(getattr(row.line, name) for row in page.rows)
        assert total == getattr(page.total, name), name
        assert Amounts.sum(getattr(line, name) for line in page.total_by_expense.values()) == total, name
    assert page.whole.plan == page.total.plan + page.undated.plan
    assert page.whole.eac == page.total.expected + page.undated.expected
    assert page.total.actual == page.whole.actual + page.whole.later
    assert page.total.actual + page.unattributed == spend(view, basis=basis).billed
    drawn = waterfall(view)
    assert drawn.free == drawn.approved - drawn.spent - drawn.committed - drawn.forecast
    assert drawn.spent == page.whole.ac or basis != "billed"


@LAW
@given(worlds())
def test_the_strategy_has_all_that_is_spent_or_says_what_is_not_its(world: World) -> None:
    found = strategy_spend(world.view)
    tops = [found.by[ref].amount for part in parts(world.view, "objective").tops if (ref := part.scope.ref) in found.by]
    assert Amounts.sum(tops) == found.aligned
    assert found.aligned + found.unaligned + found.unattributed == found.billed
    for one in found.by.values():
        assert Amounts.sum(one.by_investment.values()) == one.amount


@LAW
@given(worlds(usage=True), st.randoms())
def test_the_order_of_input_and_its_split_into_files_change_nothing(world: World, chance: Any) -> None:
    together = [row for rows in world.rows.values() for row in rows]
    chance.shuffle(together)
    again = [{**row, "scope": "one", "line": index + 1} for index, row in enumerate(together)]
    entities = list(world.entities)
    chance.shuffle(entities)
    other = view_from(entities, {"all": again} if again else {}, currency=world.view.currency)
    for by in ("investment", "service"):
        assert spend(other, by=by) == spend(world.view, by=by)
    one, two = money(world.view), money(other)
    assert one == two
    assert usage(other).total == usage(world.view).total
    assert unattributed(other).groups == unattributed(world.view).groups


@LAW
@given(worlds())
def test_what_nobody_claims_is_the_sum_of_its_groups(world: World) -> None:
    found = unattributed(world.view, by=("provider", "tag.team"))
    assert Amounts.sum(group.amount for group in found.groups) == found.total == spend(world.view).unattributed
    assert Amounts.sum(group.ai for group in found.groups) == found.shadow_ai
    for group in found.groups:
        assert value_of_rows(world.view, figure("spend.unattributed", where=group.where)) == group.amount
    sight = line_of_sight_spend(world.view)
    assert sight.in_sight + Amounts.sum(one.amount for one in sight.broken) + sight.unattributed == sight.total


def value_of_rows(view: View, address: Any) -> Amounts:
    rows = source_rows(view, address, limit=10_000).rows
    return Amounts.sum(Amounts({row.currency: row.value}) for row in rows if row.value is not None)


@LAW
@given(
    worlds(),
    worlds(),
    st.none() | SPANS,
    st.sampled_from([Scope(), Scope("portfolio", "p0"), Scope("objective", "o0")]),
)
def test_a_bridge_leads_from_the_opening_to_the_closing(one: World, two: World, window: Any, scope: Scope) -> None:
    before, after = one.view, dataclasses.replace(two.view, currency=one.view.currency)
    found = forecast_bridge(before, after, scope, window=window)
    assert found.opening + Amounts.sum(step.amount for step in found.steps) == found.closing
    for each in found.all:
        assert each.opening + Amounts.sum(each.steps.values()) == each.closing
    assert Amounts.sum(each.closing for each in found.all) == found.closing
    if window is None and scope == Scope():
        assert found.closing == money(after).whole.eac
        assert found.opening == money(before).whole.eac
        assert all(not any(one.amount.by_currency.values()) for one in found.steps if one.name in ("moved", "scope"))
    assert expected(after).get("nobody", {}) == {}


@LAW
@given(worlds(usage=True), SPANS, SPANS, st.sampled_from(["tokens", "requests"]))
def test_effects_of_price_and_volume_make_the_change(world: World, before: Period, after: Period, per: Any) -> None:
    found = price_effects(world.view, before, after, per=per)
    assert found.volume + found.mix + found.price + found.joint == found.change
    assert found.cost_before + found.change == found.cost_after
    for row in found.rows:
        assert row.volume + row.price + row.joint == row.cost_after - row.cost_before


@LAW
@given(worlds(usage=True), st.sampled_from(["model", "provider", "investment", "account"]))
def test_usage_loses_no_token(world: World, by: str) -> None:
    found = usage(world.view, by=by)
    rows = [row for given_ in world.rows.values() for row in given_ if row["table"] == "usage"]
    for name in COUNTS:
        assert getattr(found.total, name) == sum(row.get(name) or 0 for row in rows)
        assert sum(getattr(row.total, name) for row in found.rows) == getattr(found.total, name)
        assert sum(getattr(one, name) for one in found.by_period) == getattr(found.total, name)


FACTUAL = ("money.actual", "money.ac", "money.later", "money.unattributed", "spend.attributed", "spend.unattributed",
           "spend.billed", "usage.input", "usage.tokens", "usage.cost", "usage.requests", "burn.actual")  # fmt: skip


@st.composite
def addresses(draw: st.DrawFn, names: Any) -> Any:
    level, id = draw(
        st.sampled_from([
            ("organisation", None), ("investment", "i0"), ("investment", "INV-0"), ("portfolio", "p0"),
            ("portfolio", "p1"), ("objective", "o0"), ("objective", "o1"), ("value_stream", "v0"), ("portfolio", None), ("objective", None),
        ])
    )  # fmt: skip
    name = draw(names)
    args: dict[str, Any] = {"level": level, "id": id, "currency": draw(st.sampled_from([None, "EUR", "USD"]))}
    if draw(st.booleans()):
        args["window"] = draw(SPANS)
    if name.startswith("money."):
        args["expense"] = draw(st.sampled_from([None, "capex", "opex", "neither"]))
        args["basis"] = draw(st.sampled_from([None, "effective"]))
    if name.startswith("spend."):
        args.update(draw(st.sampled_from([{}, {"by": "service", "key": "s"}, {"by": "account"}])))
    if name.startswith("usage."):
        args["model"] = draw(st.sampled_from([None, "big"]))
    known = MEASURES[name].parameters
    given_ = {key: value for key, value in args.items() if key in known or (key == "window" and "from" in known)}
    return figure(name, **given_)


@settings(LAW, max_examples=80)
@given(worlds(usage=True), addresses(st.sampled_from(FACTUAL)))
def test_the_rows_of_a_receipt_read_again_add_up_to_the_figure(world: World, address: Any) -> None:
    """From the rows as they were delivered, by delivery and line: amount × share × rate, and nothing else."""
    receipt = why(world.view, address)
    found = source_rows(world.view, address, limit=10_000)
    assert found.total == len(found.rows) == receipt.rows
    total: dict[str, Decimal] = {}
    with localcontext(Context(prec=150)):
        for row in found.rows:
            delivered = next(r for r in world.rows[row.delivery or ""] if r["line"] == row.line)
            amount = Decimal(str(delivered.get(row.column) or 0)) * row.share * (row.rate.rate if row.rate else 1)
            total[row.currency] = total.get(row.currency, Decimal(0)) + amount
        accrued = Amounts()
        if address.measure in ("money.ac", "burn.actual"):
            accrued = Amounts.sum(t.value for t in receipt.terms if t.figure and "accrual" in t.figure.measure)
    if isinstance(receipt.value, Amounts):
        assert receipt.value == Amounts(total) + accrued
    else:
        assert receipt.value == sum(total.values(), Decimal(0))


UNIT_PRICE = {f"usage.{name}": (per, many) for name, _, per, many, _ in UNIT_PRICES}
"""Measures in money that divide: what by, and for how many of it."""

ADDITIVE = [
    name
    for name, measure in MEASURES.items()
    if name.split(".")[0] in ("money", "spend", "usage", "funding", "burn", "strategy")
    and measure.unit in ("money", "tokens")
    and name not in UNIT_PRICE
]


@settings(LAW, max_examples=80)
@given(worlds(usage=True), addresses(st.sampled_from(ADDITIVE)))
def test_the_terms_of_a_receipt_give_the_figure_and_so_do_theirs(world: World, address: Any) -> None:
    if address.measure.startswith("strategy."):
        address = figure(address.measure)
    if address.measure == "spend.on_aim":
        address = figure(address.measure, id=world.aim)
    opened, seen = [address], 0
    while opened and seen < 40:
        asked = opened.pop()
        seen += 1
        receipt = why(world.view, asked)
        if receipt.value is None:
            assert receipt.terms == ()
            continue
        if isinstance(receipt.value, Amounts):
            total = Amounts.sum(term.value.times(Decimal(term.sign)) for term in receipt.terms)
        else:
            total = sum((term.value * term.sign for term in receipt.terms), Decimal(0))
        assert total == receipt.value, str(asked)
        for term in receipt.terms:
            if term.figure is not None and term.figure != asked:
                opened.append(term.figure)
                if term.stated is None and term.share is None:
                    assert why(world.view, term.figure).value == term.value, str(term.figure)
        if address.measure.startswith("usage"):
            break


@LAW
@given(worlds(usage=True), addresses(st.sampled_from(sorted(UNIT_PRICE))))
def test_a_unit_price_times_what_it_is_divided_by_is_the_cost(world: World, address: Any) -> None:
    receipt = why(world.view, address)
    per, many = UNIT_PRICE[address.measure]
    terms = {term.figure.measure: term for term in receipt.terms if term.figure is not None}
    cost, count = terms["usage.cost"], terms[f"usage.{per}"]
    for term in (cost, count):
        assert term.sign == 0
        assert why(world.view, term.figure).value == term.value
    if not cost.value or not count.value:
        assert receipt.value is None
        return
    for code, price in receipt.value.by_currency.items():
        assert (
            abs(price * count.value / many - cost.value.by_currency[code]) <= abs(cost.value.by_currency[code]) * EXACT
        )


@settings(LAW, max_examples=200)
@given(
    st.sampled_from(sorted(MEASURES)),
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,8}[a-z]", fullmatch=True).filter(lambda name: name not in ("of", "at", "mode")),
        st.text(min_size=1),
    ),
)
def test_an_address_reads_back_in_both_forms(name: str, args: dict[str, str]) -> None:
    address = figure(name, **args)
    assert read_figure(str(address)) == address
    assert read_figure(address.query()) == address
