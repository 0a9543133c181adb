"""Commitments, proposed accruals and the close of a month, by hand."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from northing.measure.accruals import propose_accruals
from northing.measure.accrued import cut_off, is_closed
from northing.measure.closing import after_close, next_period, propose_close
from northing.measure.commitments import commitments
from northing.measure.freshness import freshness, freshness_of
from northing.measure.levels import Scope
from northing.measure.money import money
from northing.measure.view import View
from northing.portfolio.forecasting import PeriodClose
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.workspace import FiscalCalendar
from tests.facts_told import FactsTold, delivery
from tests.measure.money_told import money_told, rows_told

TODAY = date(2026, 4, 10)
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))

PLAN = """
    investment
      id  | number   | name | currency
      bot | INV-0001 | Bot  | EUR

    commitment
      id | number | investment | name     | reference | amount | start      | end        | type        | closed
      k1 | COM-1  | bot        | Licence  | PO-1      | 1200   | 2026-01-01 | 2026-12-27 | obligation  |
      k2 | COM-2  | bot        | Reserve  |           | 500    | 2026-01-01 | 2026-07-01 | reservation |
      k3 | COM-3  | bot        | Old      | PO-3      | 900    | 2026-01-01 | 2026-02-01 | obligation  | 2026-03-01
      k4 | COM-4  | bot        | Nameless |           | 100    | 2026-01-01 | 2026-02-01 | obligation  |

    fx_rate
      id | base | quote | on         | rate
      r1 | USD  | EUR   | 2026-01-01 | 0.5

    attribution_rule
      id | number | where              | investment
      a1 | RULE-1 | account = bot      | bot
      a2 | RULE-2 | provider = openai  | bot
"""
COST = """
    day        | until      | billed | currency | account | provider | order_ref
    2026-01-10 |            | 100    | EUR      | bot     | vendor   | PO-1
    2026-02-10 |            | 100    | USD      | bot     | vendor   | PO-1
    2026-04-02 |            | 70     | EUR      | bot     | vendor   | PO-1
    2026-03-01 | 2026-03-11 | 5      | EUR      | bot     | OpenAI   |
"""

USAGE = """
    day        | provider | model | account | input | cost | currency | price_basis
    2026-03-05 | openai   | big   | bot     | 1000  | 7    | USD      | agreed
    2026-03-12 | openai   | big   | bot     | 1000  | 3    | USD      | agreed
    2026-03-13 | openai   | big   | bot     | 1000  | 2    | USD      | agreed
    2026-03-14 | openai   | big   | bot     | 1000  | 9    | USD      | billed
    2026-02-14 | openai   | big   | bot     | 1000  | 9    | USD      | agreed
"""


def view() -> View:
    return money_told(PLAN, TODAY, COST, USAGE)


def test_what_is_open_is_what_no_bill_has_taken() -> None:
    found = {one.id: (one.billed, one.open) for one in commitments(view())}
    assert found["k1"] == (Decimal(220), Decimal(980))  # 100 + 100 USD at 0.5 + 70
    assert found["k2"] == (Decimal(0), Decimal(500))
    assert found["k3"] == (Decimal(0), Decimal(0))


def test_open_money_lies_in_what_is_left_of_its_time() -> None:
    page = money(view(), Scope("investment", "bot"))
    # The time of k4 is over: what is open of it stays where it was.
    assert next(row.label for row in page.rows if row.line.committed.by_currency) == "2026-01"
    assert page.whole.committed == Amounts({"EUR": Decimal(1580)})
    # 980 × 30 of 270 days and 500 × 30 of 91 days, each cut to the cent
    assert page.rows[3].line.committed == Amounts({"EUR": Decimal("108.89") + Decimal("164.84")})


def test_an_order_accrues_what_is_earned_and_not_billed_by_then() -> None:
    order = next(one for one in propose_accruals(view(), MARCH) if one.commitment)
    assert order.commitment == "k1"
    assert order.earned == Decimal(300)  # 90 of 360 days
    assert order.billed == Decimal(150)  # the bill of April is not of these days
    assert (order.amount, order.currency) == (Decimal("150.00"), "EUR")
    assert [one.commitment for one in propose_accruals(view(), MARCH) if one.commitment] == ["k1"]


def test_usage_accrues_for_days_that_no_bill_covers() -> None:
    used = [one for one in propose_accruals(view(), MARCH) if one.commitment is None]
    assert [(one.investment, one.provider, one.amount, one.currency) for one in used] == [
        ("bot", "openai", Decimal("5.00"), "USD")
    ]


def test_the_next_month_to_close_follows_the_last_closed() -> None:
    one = view()
    assert next_period(one) == MARCH
    closed = step(one, PeriodClose(id="c", start=date(2026, 1, 1), end=date(2026, 2, 1)))
    assert next_period(closed) == Period(date(2026, 2, 1), date(2026, 3, 1))
    assert cut_off(closed) == date(2026, 2, 1)
    assert is_closed(closed, Period(date(2026, 1, 1), date(2026, 2, 1)))
    assert [finding.code for finding in propose_close(closed, MARCH).findings] == ["period-before-open"]


def step(view: View, *entities: Any) -> View:
    delta: dict[str, dict[str, Any]] = {}
    for entity in entities:
        delta.setdefault(entity.KIND, {})[entity.id] = entity
    return dataclasses.replace(view, plan=view.plan.step(view.plan.no + 1, delta))


def test_accruals_below_the_threshold_are_added_up_and_not_proposed() -> None:
    every = propose_close(view(), MARCH)
    assert (len(every.accruals), every.small.count, every.small.amount) == (2, 0, Amounts())
    licence, usage = every.accruals
    # 5 USD are 2.50 EUR: at that threshold it is proposed, a cent above it is not.
    for threshold, kept in (("2.50", (licence, usage)), ("2.51", (licence,)), ("100000", ())):
        found = propose_close(
            step(view(), FiscalCalendar(id="f", name="Y", accrual_threshold=Decimal(threshold))), MARCH
        )
        assert found.accruals == kept
        left = [one for one in every.accruals if one not in kept]
        assert found.small.count == len(left)
        assert found.small.amount == Amounts.sum(Amounts({one.currency: one.amount}) for one in left)
        assert found.accrued + found.small.amount == every.accrued
    blind = step(view(), FiscalCalendar(id="f", name="Y", accrual_threshold=Decimal(100000)))
    blind = dataclasses.replace(blind, plan=blind.plan.step(blind.plan.no + 1, {"fx_rate": {"r1": None}}))
    assert propose_close(blind, MARCH).accruals == (usage,), "without a rate nobody knows that it is small"


def test_a_bill_after_the_close_shows_as_such() -> None:
    then = view()
    close = PeriodClose(id="c", start=MARCH.start, end=MARCH.end, on=date(2026, 4, 3))
    late = rows_told(
        "cost",
        """
        day        | billed | currency | account
        2026-03-30 | 40     | EUR      | bot
        2026-03-30 | 2      | EUR      | nobody
        """,
        scope="late",
    )
    arrived = delivery("late", "late", late, received="2026-04-08T00:00:00Z")
    now = step(then, close, arrived)
    old = list(then.facts.found)  # type: ignore[union-attr]
    rows = {"bill": [{"table": row.table, **row.values} for row in old], "late": late}
    now = dataclasses.replace(now, facts=FactsTold(now.plan, rows))
    found = after_close(now, close, then)
    assert [ref.id for ref in found.deliveries] == ["late"]
    assert {change.investment: change.difference for change in found.changes} == {
        "bot": Amounts({"EUR": Decimal(40)}),
        None: Amounts({"EUR": Decimal(2)}),
    }


def test_a_source_is_late_when_its_cadence_has_passed() -> None:
    text = PLAN + "\n    source\n      id   | name | reader | cadence_days\n      bill | Bill | focus  | 7\n"
    found = freshness(money_told(text, date(2026, 4, 9), COST))[0]
    assert (found.newest, found.due, found.stale) == (date(2026, 4, 2), date(2026, 4, 10), False)
    later = money_told(text, date(2026, 4, 12), COST)
    assert (freshness(later)[0].stale, freshness(later)[0].days_late) == (True, 3)
    assert freshness_of(later).until == date(2026, 4, 2)
    assert [one.source for one in freshness_of(later).stale] == ["bill"]
    assert freshness_of(later, ("usage",)).until is None


def test_nobody_has_spoken_of_work_after_the_day_on_which_it_came_in() -> None:
    said = {"scopes": {"work": ["P"]}, "start": date(2026, 4, 1), "end": date(2027, 9, 2)}
    work = msgspec.structs.replace(delivery("skew", "tracker", [], received="2026-04-08T10:00:00Z"), **said)
    assert freshness_of(step(view(), work), ("work",)).newest == date(2026, 4, 8)
