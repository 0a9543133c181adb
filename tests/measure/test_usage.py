"""Usage, its prices and their effects, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from northing.measure.explained import Receipt
from northing.measure.figures import figure, read_figure, source_rows, why
from northing.measure.price_effects import price_effects
from northing.measure.receipts.usage import row_args
from northing.measure.repricing import prices, reprice
from northing.measure.usage import usage
from northing.measure.view import View
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from tests.measure.money_told import money_told

TODAY = date(2026, 3, 10)
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))

PLAN = """
    investment
      id  | name | currency
      bot | Bot  | EUR

    attribution_rule
      id | number | where         | investment | share
      a1 | RULE-1 | project = bot | bot        | 0.5

    price_override
      id | provider | model | tokens | price | currency | start      | end
      o1 | openai   | small | input  | 1     | EUR      | 2026-02-01 | 2026-03-01
"""

USAGE = """
    day        | provider | model | project | requests | input   | output  | cache_read | reasoning | cost | currency
    2026-01-10 | openai   | big   | bot     | 10       | 1000000 | 1000000 |            | 400000    | 10   | EUR
    2026-01-20 | openai   | small | bot     | 10       | 1000000 |         |            |           | 2    | EUR
    2026-02-10 | openai   | big   | bot     | 20       | 2000000 | 2000000 |            |           | 30   | EUR
    2026-02-20 | openai   | new   |         | 5        | 500000  |         | 1000       |           | 4    | EUR
"""

PRICES = """
    provider | model | tokens     | start      | until      | price | currency | condition     | origin
    openai   | small | input      | 2026-01-01 |            | 2     | EUR      |               | list 1
    openai   | small | output     | 2026-01-01 | 2026-02-01 | 4     | EUR      |               | list 1
    openai   | small | output     | 2026-02-01 |            | 3     | EUR      |               | list 1
    openai   | small | output     | 2026-02-01 |            | 9     | EUR      | above 200,000 | list 1
    openai   | small | reasoning  | 2026-01-01 |            | 10    | EUR      |               | list 1
"""


def view() -> View:
    return money_told(PLAN, TODAY, usage=USAGE, prices=PRICES)


def eur(text: str) -> Amounts:
    return Amounts({"EUR": Decimal(text)})


def test_usage_by_model_over_months() -> None:
    found = usage(view())
    assert [(row.key, row.total.cost, row.total.tokens) for row in found.rows] == [
        ("big", eur("40"), Decimal(6_000_000)),
        ("new", eur("4"), Decimal(501_000)),
        ("small", eur("2"), Decimal(1_000_000)),
    ]
    assert [one.requests for one in found.by_period] == [20, 25]
    assert found.rows[0].periods[1].output == 2_000_000


def test_what_no_rule_claims_stays_with_the_organisation() -> None:
    found = usage(view(), by="investment")
    assert {row.key: row.total.cost for row in found.rows} == {"bot": eur("21"), None: eur("25")}
    assert found.unattributed.cost == eur("25")
    with pytest.raises(Invalid):
        usage(view(), by="colour")


def test_a_price_is_agreed_before_it_is_listed_and_plain_before_conditional() -> None:
    known = prices(view())
    assert known.price("openai", "small", "input", date(2026, 1, 5)).amount == 2  # type: ignore[union-attr]
    agreed = known.price("OpenAI", "Small", "input", date(2026, 2, 5))
    assert agreed is not None
    assert (agreed.amount, agreed.basis, agreed.ref) == (Decimal(1), "agreed", "o1")
    assert known.price("openai", "small", "output", date(2026, 2, 5)).amount == 3  # type: ignore[union-attr]
    assert known.price("openai", "small", "output", date(2025, 12, 5)) is None
    assert known.price("anthropic", "small", "input", date(2026, 1, 5)) is None


def test_the_same_usage_on_another_model_each_day_at_its_price() -> None:
    found = reprice(view(), model="small", provider="openai")
    rows = {row.model: row for row in found.rows}
    # January: 1 M in at 2, 0.6 M out at 4, 0.4 M reasoning at 10; February: 2 M in at 1 (agreed), 2 M out at 3.
    assert rows["big"].repriced == eur("16.4")
    assert rows["new"].repriced == eur("0.5")
    assert rows["new"].unpriced == {"cache_read": Decimal(1000)}
    assert not found.complete
    assert [finding.code for finding in found.findings] == ["no-price"]
    assert found.difference == found.repriced - eur("46")


def test_the_same_usage_at_another_dates_prices() -> None:
    found = reprice(view(), FEBRUARY, model="small", on=date(2026, 1, 15))
    assert found.rows[0].repriced == eur("12")


def test_effects_of_volume_mix_price_and_both() -> None:
    found = price_effects(view(), JANUARY, FEBRUARY)
    rows = {row.model: row for row in found.rows}
    # big: 2 M at 5 a million → 4 M at 7.5
    assert (rows["big"].volume, rows["big"].price, rows["big"].joint) == (10, 5, 5)
    assert (rows["small"].volume, rows["small"].price) == (-2, 0)  # gone: at its price before
    assert (rows["new"].volume, rows["new"].price) == (4, 0)  # new: at its price after
    assert found.price == eur("5")
    # 3 M at 4 a million on average → 4.501 M
    assert found.volume == eur("6.004")
    assert found.mix == eur("12") - eur("6.004")
    assert found.volume + found.mix + found.price + found.joint == found.change == eur("22")


def told_of(text: str) -> Receipt:
    return why(view(), read_figure(text))


def test_what_no_rule_claims_has_a_receipt_that_its_rows_add_up_to() -> None:
    found = told_of("usage.cost claimed=no")
    assert (
        found.value == usage(view()).unattributed.cost == eur("25")
    )  # half of what names the bot, and all that is new
    rows = source_rows(view(), found.figure).rows
    assert sum((row.value for row in rows if row.value is not None), Decimal(0)) == Decimal(25)
    assert told_of("usage.tokens claimed=no").value == usage(view()).unattributed.tokens
    claimed = told_of("usage.cost level=investment id=bot").value
    assert claimed + found.value == told_of("usage.cost").value


def test_a_row_of_usage_is_narrowed_to_what_it_says_or_does_not_say() -> None:
    for by in ("model", "project", "investment"):
        for row in usage(view(), by=by).rows:
            assert why(view(), figure("usage.cost", **row_args(by, row.key, ""))).value == row.total.cost


def test_a_unit_price_is_a_quotient_of_two_figures_with_receipts_of_their_own() -> None:
    for name, count in (("million", "tokens"), ("request", "requests")):
        found = told_of(f"usage.{name} model=big")
        cost, many = found.terms
        assert cost.figure is not None and many.figure is not None
        assert (cost.figure.measure, many.figure.measure) == ("usage.cost", f"usage.{count}")
        assert (cost.value, many.value) == (why(view(), cost.figure).value, why(view(), many.figure).value)
    assert told_of("usage.request model=big").value == Amounts({"EUR": Decimal(40) / 30})
    assert told_of("usage.million model=small").value == eur("2")
    assert told_of("usage.million model=none").value is None, "there is nothing to divide by"


def test_the_share_from_a_cache_is_told_of_what_goes_in() -> None:
    found = told_of("usage.cache_share model=new")
    assert found.value == Decimal(1000) / 501_000
    assert [term.value for term in found.terms] == [500_000, 1000, 0]


def test_claimed_is_no_or_left_out() -> None:
    with pytest.raises(Invalid):
        told_of("usage.cost claimed=yes")


def test_what_a_rule_gives_is_told_apart_from_what_others_give_to_the_same_investment() -> None:
    other = PLAN.replace(
        "      a1 | RULE-1 | project = bot | bot        | 0.5",
        "      a1 | RULE-1 | project = bot | bot        | 0.5\n      a2 | RULE-2 | model = big   | bot        | 0.3",
    )
    seen = money_told(other, TODAY, usage=USAGE, prices=PRICES)
    both = why(seen, read_figure("usage.cost level=investment id=bot")).value
    values = []
    for rule in ("a1", "a2"):
        address = read_figure(f"usage.cost level=investment id=bot rule={rule}")
        rows = source_rows(seen, address).rows
        values.append(why(seen, address).value)
        assert {row.rule for row in rows} == {rule}
        assert Amounts({"EUR": sum((row.value or Decimal(0) for row in rows), Decimal(0))}) == values[-1]
    assert values == [eur("21"), eur("12")]
    assert values[0] + values[1] == both


def test_a_delivery_has_receipts_whether_or_not_its_rows_still_count() -> None:
    seen = view()
    told = why(seen, read_figure("delivery.amount id=bill"))
    assert told.value == eur("46")
    rows = source_rows(seen, told.figure).rows
    assert sum((row.value or Decimal(0) for row in rows), Decimal(0)) == Decimal(46)
    assert told.deliveries == ("bill",)
    assert why(seen, read_figure("delivery.rows id=bill table=usage")).value == 4
    assert why(seen, read_figure("delivery.rows id=bill table=price")).value == 5
    claimed = why(seen, read_figure("delivery.claimed id=bill currency=EUR"))
    assert claimed.value == Decimal(21) / 46
    with pytest.raises(Invalid, match="no table"):
        why(seen, read_figure("delivery.rows id=bill table=nothing"))
