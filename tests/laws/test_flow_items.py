"""Laws of what flow says of single items: time in states, cost, what they serve, age; and of what makes no difference."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from northing.facts.flow_asking import Reading
from northing.facts.flow_spans import spans_of
from northing.measure.flow.ageing import ageing, total_age
from northing.measure.flow.beside import beside
from northing.measure.flow.cost import TeamCost, work_costs
from northing.measure.flow.cumulative import cumulative
from northing.measure.flow.cycle import scatter
from northing.measure.flow.days import UNITS, Days
from northing.measure.flow.expectation import expected
from northing.measure.flow.five import five
from northing.measure.flow.little import rolling
from northing.measure.flow.percentiles import percentile
from northing.measure.flow.sight import Served, work_in_sight
from northing.measure.flow.throughput import limits, throughput
from northing.measure.flow.time_in_state import over_time, split, time_in_states
from northing.measure.flow.work import Work, work_of
from northing.portfolio.flow import (
    DayCount,
    MarkedEvent,
    PercentileRule,
    Phase,
    ServiceLevelExpectation,
)
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from tests.laws.flow_worlds import BASE, STATES, micros, told
from tests.laws.test_flow_measures import (
    DAY,
    MONTHS,
    NOW,
    WINDOW,
    ZONES,
    close,
    days,
    found_in,
    is_in,
    lives,
    local,
    measured,
    often,
    policy,
    readings,
    truly,
)


@often
@given(lives(), readings, st.sampled_from(DayCount))
def test_states_take_the_whole_time_of_an_item_and_no_more(
    rows: list[dict[str, Any]], how: Reading, count: DayCount
) -> None:
    work = measured(rows, how, days=count)
    every = time_in_states(work, Period(date(1990, 1, 1), date(2100, 1, 1)))
    assert {one.item for one in every.items} == {one.item for one in truly(work) if one.finished is not None}
    for item in every.items:
        if item.finished is not None:
            spent = {
                (one.state, one.phase): time
                for one in every.states
                for who, time in zip(one.items, one.times, strict=True)
                if who is item
            }
            assert sum(spent.values()) == item.finished - (item.started or 0)
            plain: Counter[Any] = Counter()
            for span in work.spans[item.source, item.item]:
                left = NOW if span.left is None else span.left
                time = min(left, item.finished) - max(span.entered, item.started or 0)
                plain[span.state] += max(0, time)
            assert {key[0]: time for key, time in spent.items()} == {key: time for key, time in plain.items() if time}
    for one in over_time(work, WINDOW).periods:
        assert sum(state.time for state in one.states) == one.time
    told = split(work, WINDOW, MarkedEvent(id="e", name="Assistant", on=date(2026, 3, 10)))
    before, after = told.before, told.after
    assert sum(change.change for change in told.changes) == (after.mean or 0) - (before.mean or 0)
    assert told.lost - told.gained == (after.mean or 0) - (before.mean or 0)
    assert {i.item for i in (*before.items, *after.items)} == {
        i.item for i in truly(work) if i.finished is not None and local(i.finished, how) in WINDOW
    }


@often
@given(lives(), readings, st.lists(st.tuples(st.sampled_from((None, "A", "B", "C")), st.integers(0, 150),
       st.integers(1, 40), st.decimals(0, 10**7, places=3), st.sampled_from(("EUR", "JPY"))), max_size=5))  # fmt: skip
def test_cost_shares_add_up_to_the_teams_cost(
    rows: list[dict[str, Any]], how: Reading, told: list[tuple[str | None, int, int, Decimal, str]]
) -> None:
    work = measured(rows, how)
    costs = [
        TeamCost(team=team, period=Period(WINDOW.start + DAY * first, WINDOW.start + DAY * (first + length)),
                 currency=currency, amount=amount)
        for team, first, length, amount, currency in told
    ]  # fmt: skip
    found = work_costs(work, costs, minor_units={"JPY": 0})
    shared = Amounts.sum(one.amount for one in (*found.finished, *found.others))
    left = Amounts.sum(Amounts.of(one.amount, one.currency) for one in found.unplaced)
    assert shared + left == found.total
    assert Amounts.sum(found.by_kind.values()) == Amounts.sum(one.amount for one in found.finished)
    for cost in costs:
        alone = work_costs(work, [cost], minor_units={"JPY": 0})
        parts = (*alone.finished, *alone.others)
        assert all(cost.team in (None, one.item.team) and one.active > 0 for one in parts)
        total = sum(one.active for one in parts)
        assert bool(parts) != bool(alone.unplaced)
        for one in parts:  # within a smallest part, and what is finer than one
            due = Fraction(cost.amount) * one.active / total
            assert abs(Fraction(sum(one.amount.by_currency.values())) - due) < (
                2 if cost.currency == "JPY" else Fraction(2, 100)
            )
        for one in alone.waiting:
            assert 0 <= one.amount <= cost.amount
            assert one.active == total


@often
@given(lives(), readings, st.dictionaries(st.integers(0, 11), st.lists(st.tuples(st.sampled_from("XYZ"), st.sampled_from(
       (Decimal("0.25"), Decimal("0.5")))), max_size=2), max_size=12))  # fmt: skip
def test_what_is_in_progress_serves_an_aim_or_a_broken_chain_or_nothing(
    rows: list[dict[str, Any]], how: Reading, links: dict[int, list[tuple[str, Decimal]]]
) -> None:
    work = measured(rows, how)
    served = {("s", f"i{n}"): tuple(Served(*one) for one in found) for n, found in links.items()}
    at = micros(MONTHS // 2)
    told = work_in_sight(work, at, served, {"X": "no-contribution"})
    now = [item for item in work.items if is_in(item, at)]
    plain = sum(share for item in now for to, share in links.get(int(item.item[1:]), []) if to != "X")
    assert told.in_sight == plain
    assert told.in_sight + sum(told.broken.values()) + told.unlinked == len(now) == len(told.items)
    assert {i.item for i in told.orphans} == {i.item for i in now if not links.get(int(i.item[1:]))}


@often
@given(lives(), readings, st.sampled_from(PercentileRule), st.sampled_from(DayCount))
def test_ageing_as_plainly_read(
    rows: list[dict[str, Any]], how: Reading, rule: PercentileRule, count: DayCount
) -> None:
    work = measured(rows, how, percentiles=rule, days=count)
    told = ageing(work, WINDOW)
    mine = Days(how.zone)
    assert {one.item.item for one in told.items} == {item.item for item in truly(work) if is_in(item, NOW)}
    assert all(one.days * UNITS[count] == mine.took(count, one.item.started or 0, NOW) for one in told.items)
    ages: dict[str, list[int]] = {}
    for item in truly(work):
        if item.finished is None or item.outcome != "delivered" or local(item.finished, how) not in WINDOW:
            continue
        last = {}
        for span in work.spans[item.source, item.item]:
            left = NOW if span.left is None else span.left
            if span.entered < item.finished and min(left, item.finished) > (item.started or 0) and left > span.entered:
                last[span.state or ""] = min(left, item.finished)
        for state, left in last.items():
            ages.setdefault(state, []).append(mine.took(count, item.started or 0, left))
    assert {pace.state: pace.items for pace in told.paces} == {state: len(found) for state, found in ages.items()}
    for pace in told.paces:
        ordered = sorted(ages[pace.state])
        assert {p: v * UNITS[count] for p, v in pace.percentiles.items()} == {
            p: percentile(ordered, p, rule) for p in (50, 70, 85, 95)
        }


@often
@given(st.lists(st.integers(0, 30), min_size=2, max_size=40), st.data())
def test_limits_are_those_of_an_xmr_chart(values: list[int], data: st.DataObject) -> None:
    of = data.draw(st.integers(2, len(values)))
    told = limits(values, of)
    base = values[:of]
    moving = [abs(b - a) for a, b in itertools.pairwise(base)]
    mean, span = sum(base) / of, 2.66 * sum(moving) / len(moving)
    assert (float(told.low), float(told.high)) == pytest.approx((max(0, mean - span), mean + span))
    assert all(not told.low <= values[place] <= told.high for place in told.outside)
    assert sum(not told.low <= value <= told.high for value in values) == len(told.outside)
    sides = [(Fraction(value) > told.mean) - (Fraction(value) < told.mean) for value in values]
    assert set(told.runs) == {n for n in range(7, len(values)) if sides[n] and len(set(sides[n - 7 : n + 1])) == 1}


def everything(work: Work) -> list[Any]:
    expectation = ServiceLevelExpectation(id="x", days=8, probability=Decimal("0.85"))
    event = MarkedEvent(id="e", name="Assistant", on=date(2026, 3, 10))
    cost = TeamCost(team="A", period=WINDOW, currency="EUR", amount=Decimal("1000.01"))
    return [
        five(work, WINDOW), cumulative(work, WINDOW), throughput(work, WINDOW, "week"), scatter(work, WINDOW),
        ageing(work, WINDOW), total_age(work, WINDOW), rolling(work, WINDOW), expected(work, WINDOW, expectation),
        over_time(work, WINDOW), split(work, WINDOW, event), work_costs(work, [cost]), beside(work, work, WINDOW),
    ]  # fmt: skip


@often
@given(lives(), readings, st.randoms(use_true_random=False), st.sampled_from(DayCount))
def test_the_order_of_items_and_spans_makes_no_difference(
    rows: list[dict[str, Any]], how: Reading, chance: random.Random, count: DayCount
) -> None:
    items, spans = found_in(rows, how)
    one = work_of(policy(days=count), how, items, spans_of(spans), now=NOW)
    chance.shuffle(items)
    chance.shuffle(spans)
    told = everything(work_of(policy(days=count), how, items, spans_of(spans), now=NOW))
    assert told == everything(one)
    assert all(answer.used == one.used for answer in told[1:-1])
    assert told[-1].otherwise == () and told[0].velocity.used.number == "WFP-0001"


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(), readings)
def test_the_machines_time_zone_makes_no_difference(rows: list[dict[str, Any]], how: Reading) -> None:
    assume(rows)
    here = everything(measured(rows, how))
    before = os.environ.get("TZ")
    try:
        for zone in ("Pacific/Kiritimati", "America/St_Johns"):
            os.environ["TZ"] = zone
            time.tzset()
            assert everything(measured(rows, how)) == here
    finally:
        os.environ.pop("TZ", None)
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def test_the_plain_reading_has_no_zone_of_its_own() -> None:
    """What these laws stand on: 5 January 2026, and clocks that change within."""
    assert datetime(2026, 1, 5, tzinfo=UTC) == BASE
    lengths = {
        zone: {(close(day, told(zone=zone)) - close(day - DAY, told(zone=zone))) // 60_000_000 for day in days()}
        for zone in ZONES
    }
    assert lengths["Asia/Beirut"] == lengths["Europe/Berlin"] == {1440, 1380}
    assert lengths["Australia/Lord_Howe"] == {1440, 1470}
    assert set(Phase) == {state.phase for state in STATES}
