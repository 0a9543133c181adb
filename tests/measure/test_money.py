"""Money by period: what the page shows of a small organisation, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from northing.measure.closing import propose_close
from northing.measure.levels import ORGANISATION, Scope, parts, read_scope
from northing.measure.money import money, money_by_investment, money_by_part
from northing.measure.waterfall import waterfall
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.forecasting import Accrual, PeriodClose
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from tests.measure.money_told import money_told

TODAY = date(2026, 3, 10)

PLAN = """
    portfolio
      id   | name    | parent
      cust | Service |
      chat | Chat    | cust

    objective
      id    | name        | level
      fast  | Be fast     | board
      cheap | Be cheap    | board

    investment
      id  | number   | name     | portfolio | currency
      bot | INV-0001 | Chatbot  | chat      | EUR
      ocr | INV-0002 | Scanning | cust      | EUR
      lab | INV-0003 | Lab      |           | USD

    strategic_contribution
      id | investment | objective | weight
      s1 | bot        | fast      | 0.6
      s2 | bot        | cheap     | 0.3
      s3 | ocr        | cheap     | 1

    cost_plan_line
      id | investment | start      | end        | likely | budget | expense
      p1 | bot        | 2026-01-01 | 2026-04-01 | 900    | 1000   | capex
      p2 | ocr        | 2026-01-01 | 2027-01-01 | 3650   |        | opex
      p3 | lab        | 2026-02-01 | 2026-03-01 | 100    |        |

    forecast_line
      id | investment | start      | end        | amount
      f1 | bot        | 2026-03-01 | 2026-04-01 | 400

    fx_rate
      id | base | quote | on         | rate
      r1 | USD  | EUR   | 2026-01-15 | 0.5
      r2 | USD  | EUR   | 2026-02-15 | 0.8

    attribution_rule
      id | number | where         | investment | share
      a1 | RULE-1 | account = bot | bot        | 1
      a2 | RULE-2 | account = lab | lab        | 0.5
"""

COST = """
    day        | billed | currency | account | provider | service   | ai  | expense
    2026-01-05 | 100    | EUR      | bot     | aws      | compute   |     | capex
    2026-02-05 | 50     | EUR      | bot     | aws      | compute   |     | opex
    2026-03-05 | 70     | EUR      | bot     | aws      | compute   |     |
    2026-02-10 | 10     | USD      | lab     | openai   | api       | yes |
    2026-02-20 | 20     | USD      | lab     | openai   | api       | yes |
    2026-01-03 | 8      | USD      | none    | openai   | api       |     |
    2026-02-01 | 5      | EUR      | none    | gcp      | storage   |     |
"""


def view(**more: object):  # type: ignore[no-untyped-def]
    return money_told(PLAN, TODAY, COST, **more)  # type: ignore[arg-type]


def eur(text: str) -> Amounts:
    return Amounts({"EUR": Decimal(text)})


def test_plan_forecast_and_actual_stand_in_their_months() -> None:
    page = money(view(), Scope("investment", "bot"))
    assert page.window == Period(date(2026, 1, 1), date(2027, 1, 1))
    january, february, march = (row.line for row in page.rows[:3])
    assert january.plan == eur("310")
    assert february.plan == eur("280")
    assert march.plan == eur("310")
    assert january.actual == eur("100")
    assert february.actual == eur("50")
    assert march.forecast == eur("400")
    assert march.stated == eur("400")
    assert february.forecast == eur("280")
    assert [row.state for row in page.rows[:3]] == ["past", "past", "open"]
    assert march.expected == eur("400")
    assert january.expected == eur("100")
    assert january.variance == eur("210")


def test_what_it_comes_to() -> None:
    whole = money(view(), Scope("investment", "bot")).whole
    assert whole.ac == eur("150")
    assert whole.etc == eur("400")
    assert whole.eac == eur("550")
    assert whole.bac == eur("1000")
    assert whole.vac == eur("450")
    assert whole.later == eur("70")


def test_where_nothing_is_approved_the_plan_is_the_budget_at_completion() -> None:
    assert money(view(), Scope("investment", "ocr")).whole.bac == eur("3650")


def test_rows_are_exchanged_at_the_rate_of_their_day_and_what_has_none_stands_beside() -> None:
    page = money(view())
    lab = money(view(), Scope("investment", "lab"))
    assert lab.rows[1].line.actual == eur("10.5")  # 10 × 0.5 × 0.5 + 20 × 0.5 × 0.8
    assert lab.rows[1].line.plan == eur("50")  # 100 USD at the rate of 1 February
    assert page.unattributed == Amounts({"EUR": Decimal("5") + Decimal("10.5"), "USD": Decimal("8")})
    assert [finding.code for finding in page.findings] == ["no-rate"]
    assert "USD→EUR before 15 Jan 2026" in page.findings[0].message


def test_the_share_unattributed_is_of_what_has_a_rate() -> None:
    assert money(view()).unattributed_share == Decimal("15.5") / Decimal("246")


def test_the_reader_chooses_the_currency() -> None:
    page = money(view(currency="USD", home_currency="EUR"), Scope("investment", "lab"))
    assert page.whole.plan == Amounts({"USD": Decimal(100)})
    assert money(view(currency="USD"), Scope("investment", "bot")).rows[1].line.actual == Amounts({"USD": Decimal(100)})


def test_parts_of_a_level_and_what_is_outside_add_up_to_the_organisation() -> None:
    whole = money(view()).whole
    for level in ("portfolio", "objective", "value_stream", "investment"):
        rows = [row for row in money_by_part(view(), level) if row.depth == 0]  # type: ignore[arg-type]
        assert Amounts.sum(row.whole.eac for row in rows) == whole.eac
        assert Amounts.sum(row.line.actual for row in rows) == money(view()).total.actual


def test_an_objective_has_its_investments_by_weight() -> None:
    fast, cheap = (money(view(), Scope("objective", id)).whole.ac for id in ("fast", "cheap"))
    assert fast == eur("90")
    assert cheap == eur("45")
    assert money(view(), Scope("objective", None)).whole.ac == eur("25.5")  # 10 % of the bot, and the lab


def test_a_portfolio_has_those_below_it() -> None:
    assert [(part.scope.id, part.depth) for part in parts(view(), "portfolio").all] == [("cust", 0), ("chat", 1)]
    assert money(view(), Scope("portfolio", "cust")).whole.ac == eur("150")


def test_the_dearest_investment_comes_first() -> None:
    assert [row.investment for row in money_by_investment(view())] == ["ocr", "bot", "lab"]


def test_capex_and_opex_stand_apart() -> None:
    found = money(view(), Scope("investment", "bot")).whole_by_expense
    assert found["capex"].actual == eur("100")
    assert found["opex"].actual == eur("50")
    assert found["capex"].plan == eur("900")


def test_quarters_are_the_sum_of_their_months() -> None:
    quarter = money(view(), unit="quarter").rows[0]
    months = money(view()).rows[:3]
    assert quarter.line.actual == Amounts.sum(row.line.actual for row in months)
    assert quarter.label == "FY26-Q1"


def test_closing_a_month_moves_the_cut_off_and_its_accruals_count() -> None:
    close = PeriodClose(
        id="c1", start=date(2026, 1, 1), end=date(2026, 2, 1), accruals=(Accrual("bot", Decimal(30), "EUR"),)
    )
    later = PeriodClose(
        id="c2", start=date(2026, 2, 1), end=date(2026, 3, 1), accruals=(Accrual("bot", Decimal(12), "EUR"),)
    )
    one = view()
    one = view_and(one, close)
    page = money(one, Scope("investment", "bot"))
    assert page.cut_off == date(2026, 2, 1)
    assert [row.state for row in page.rows[:2]] == ["closed", "open"]
    assert page.whole.ac == eur("130")
    assert page.rows[1].line.expected == eur("280")
    two = money(view_and(one, later), Scope("investment", "bot"))
    assert [row.line.accrual for row in two.rows[:2]] == [eur("30"), eur("-18")]
    assert two.whole.ac == eur("162")


def view_and(before, *entities):  # type: ignore[no-untyped-def]
    import dataclasses

    delta = {}
    for entity in entities:
        delta.setdefault(entity.KIND, {})[entity.id] = entity
    return dataclasses.replace(before, plan=before.plan.step(before.plan.no + 1, delta))


def test_a_close_is_proposed_for_the_last_month_that_is_over() -> None:
    found = propose_close(view())
    assert found.label == "2026-02"
    assert found.can_close
    assert not propose_close(view(), Period(date(2026, 3, 1), date(2026, 4, 1))).can_close


def test_lines_without_a_date_are_still_to_come() -> None:
    text = """
    investment
      id  | name | currency
      bot | Bot  | EUR

    cost_plan_line
      id | investment | likely
      p1 | bot        | 10
    """
    page = money(money_told(text, TODAY))
    assert page.undated.plan == eur("10")
    assert page.whole.etc == eur("10")
    assert page.total.plan == Amounts()


def test_the_waterfall_adds_up() -> None:
    text = (
        PLAN
        + """
    fund
      id | name | currency
      f  | AI   | EUR

    account
      id  | name   | fund | type       | investment
      src | Source | f    | source     |
      all | All    | f    | fund       |
      b   | Bot    | f    | investment | bot

    commitment
      id | investment | name  | reference | amount | currency | start      | end
      k1 | bot        | Order | PO-1      | 600    | EUR      | 2026-01-01 | 2026-07-01
    """
    )
    from northing.portfolio.funding import Leg, Transfer

    one = money_told(text, TODAY, COST)
    one = view_and(
        one,
        Transfer(id="t1", on=date(2026, 1, 1), legs=(Leg("src", Decimal(-2000)), Leg("all", Decimal(2000)))),
        Transfer(id="t2", on=date(2026, 1, 2), legs=(Leg("all", Decimal(-1500)), Leg("b", Decimal(1500)))),
        Transfer(id="t3", on=date(2027, 1, 2), legs=(Leg("all", Decimal(-100)), Leg("b", Decimal(100)))),
    )
    found = waterfall(one, Scope("investment", "bot"))
    assert (found.approved, found.spent, found.committed) == (eur("1500"), eur("150"), eur("600"))
    assert found.forecast == eur("0")  # 400 to come, of which 600 is bound
    assert found.free == eur("750")
    whole = waterfall(one)
    assert whole.free == whole.approved - whole.spent - whole.committed - whole.forecast
    assert whole.unassigned == eur("500")
    assert whole.steps[-1].end == whole.free


def test_names_are_read_and_wrong_ones_are_said() -> None:
    assert read_scope(view(), "investment", "inv-0001") == Scope("investment", "bot")
    assert read_scope(view()) == ORGANISATION
    with pytest.raises(NotFound):
        read_scope(view(), "portfolio", "nowhere")
    with pytest.raises(Invalid):
        read_scope(view(), "team", "x")
    with pytest.raises(Invalid):
        money(view(), basis="guessed")
