"""Laws of the measures of flow, each beside a few plain lines that know nothing of how it is computed."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from northing.facts.flow_asking import Item, Reading, Span
from northing.measure.flow.ageing import ageing, total_age
from northing.measure.flow.beside import beside
from northing.measure.flow.cost import TeamCost, work_costs
from northing.measure.flow.cumulative import cumulative
from northing.measure.flow.cycle import scatter
from northing.measure.flow.days import UNITS, Days
from northing.measure.flow.expectation import expected
from northing.measure.flow.five import distribution, efficiency, five, load, velocity
from northing.measure.flow.little import little, rolling
from northing.measure.flow.percentiles import percentile
from northing.measure.flow.progress import Progress
from northing.measure.flow.sight import Served, work_in_sight
from northing.measure.flow.throughput import limits, throughput
from northing.measure.flow.time_in_state import in_states, over_time, split
from northing.measure.flow.work import Work, work_of
from northing.portfolio.flow import (
    Calendar,
    DayCount,
    FlowKind,
    MarkedEvent,
    PercentileRule,
    Phase,
    ServiceLevelExpectation,
    StartRule,
    WorkflowPolicy,
)
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from tests.laws.flow_worlds import BASE, NAMES, STATES, micros, move, plainly, told, work

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Beirut", "Pacific/Kiritimati", "Australia/Lord_Howe")
TYPES = ("bug", "story", "chore")
MONTHS = 150 * 24 * 60
"""Minutes: BASE is 5 January, so that clocks change within, at midnight in Beirut."""
WINDOW = Period(date(2026, 1, 1), date(2026, 7, 1))
NOW = micros(MONTHS + 20_000)
DAY = timedelta(days=1)
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def lives(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of work and its changes: skipped states, moves back, reopened items, changes from before there was an item."""
    rows: list[dict[str, Any]] = []
    number = 0
    for index in range(draw(st.integers(0, 12))):
        created = draw(st.integers(0, MONTHS))
        minute, current = created, draw(st.sampled_from(NAMES))
        if draw(st.integers(0, 9)) == 0:
            minute -= draw(st.integers(0, 3000))
        for _ in range(draw(st.integers(0, 7))):
            number += 1
            minute += draw(st.one_of(st.integers(0, 90), st.integers(0, 30_000)))
            if minute > MONTHS:
                break
            now = draw(st.sampled_from(NAMES))
            rows.append(move(f"i{index}", number, minute, current, now))
            current = now
        rows.append(
            work(f"i{index}", created, current, type=draw(st.sampled_from(TYPES)), team=draw(st.sampled_from("AB")),
                 resolution=draw(st.sampled_from((None, None, "Won't fix"))))
        )  # fmt: skip
    return rows


readings = st.builds(
    lambda start, zone, few: told(start_rule=start, zone=zone, **({"kinds": {"bug": FlowKind.DEFECT}} if few else {
        "kinds": {"bug": FlowKind.DEFECT, "story": FlowKind.FEATURE, "chore": FlowKind.DEBT}})),
    st.sampled_from(StartRule), st.sampled_from(ZONES), st.booleans(),
)  # fmt: skip


def policy(**more: Any) -> WorkflowPolicy:
    return WorkflowPolicy(**{"id": "p1", "number": "WFP-0001", "name": "Chat", "start": date(2025, 1, 1), **more})


def found_in(rows: list[dict[str, Any]], how: Reading) -> tuple[list[Item], list[Span]]:
    """Items and spans by the plain reading of the engine's own laws."""
    items, spans = [], []
    types = {row["item"]: row for row in rows if row["table"] == "work"}
    for id, one in plainly(rows, how).items():
        stays = one.pop("spans")
        last = stays[-1]
        row = types[id]
        created = micros(0) + round((datetime.fromisoformat(row["created"]) - BASE).total_seconds()) * 1_000_000
        problems = []
        if one["finished"] is not None and one["finished"] < (created if one["started"] is None else one["started"]):
            problems.append("end-before-start")
        if any(stay["left"] is not None and stay["left"] < stay["entered"] for stay in stays):
            problems.append("clock-skew")
        items.append(
            Item(item=id, source="s", key=id.upper(), type=row["type"], team=row["team"], kind=how.kinds.get(row["type"]),
                 created=created, phase=last["phase"], rank=last["rank"], problems=tuple(problems), **one)
        )  # fmt: skip
        for n, stay in enumerate(stays, 1):
            spans.append(Span(source="s", item=id, n=n, origin=one["origin"], **stay))
    return items, spans


def measured(rows: list[dict[str, Any]], how: Reading, **more: Any) -> Work:
    calendar = more.pop("calendar", None)
    items, spans = found_in(rows, how)
    return work_of(policy(**more), how, items, spans, now=NOW, calendar=calendar)


def local(instant: int, how: Reading) -> date:
    return datetime.fromtimestamp(instant / 1_000_000, ZoneInfo(how.zone)).date()


def days(window: Period = WINDOW) -> Iterator[date]:
    return (window.start + DAY * n for n in range(window.days))


def close(day: date, how: Reading) -> int:
    """The last microsecond of *day*: its next one belongs to the day after."""
    then = datetime.combine(day + DAY, datetime.min.time(), ZoneInfo(how.zone))
    return round(then.timestamp()) * 1_000_000 - 1


def is_in(item: Item, at: int) -> bool:
    return item.started is not None and item.started <= at and (item.finished is None or at < item.finished)


def truly(work: Work) -> list[Item]:
    return [item for item in work.items if item.started is not None and not item.problems]


@often
@given(lives(), readings)
def test_cumulative_flow_top_minus_bottom_is_work_in_progress(rows: list[dict[str, Any]], how: Reading) -> None:
    work = measured(rows, how)
    chart = cumulative(work, WINDOW)
    kept = [item for item in work.items if item not in chart.left_out]
    assert {item.item for item in chart.left_out} == {
        item.item for item in work.items if item.finished is not None and item.started is not None and item.finished < item.started
    }  # fmt: skip
    today = local(NOW, how)
    shown = [day for day in days() if day <= today]
    assert len(chart.wip) == len(shown)
    for place, day in enumerate(shown):
        at = close(day, how)
        wip = sum(is_in(item, at) for item in kept)
        assert chart.wip[place] == wip == sum(b.counts[place] for b in chart.bands if b.part == "progress")
        assert load(work, at).total == wip
        assert chart.departures[place] == sum(item.finished is not None and item.finished <= at for item in kept)
        here = [
            item for item in kept if min(x for x in (item.created, item.started, item.finished, first_change(work, item))
                                         if x is not None) <= at
        ]  # fmt: skip
        assert sum(band.counts[place] for band in chart.bands) == len(here)
        for band in chart.bands:
            if band.part == "progress":
                plain = sum(is_in(item, at) and state_at(work, item, at) == band.state for item in kept)
                assert band.counts[place] == plain


def first_change(work: Work, item: Item) -> int:
    return min(span.entered for span in work.spans[item.source, item.item])


def state_at(work: Work, item: Item, at: int) -> str | None:
    """The last change by then, as told; before any, the first state."""
    spans = work.spans[item.source, item.item]
    by_then = [span for span in spans if span.entered <= at]
    return by_then[-1].state if by_then else min(spans, key=lambda span: (span.entered, -span.n)).state


@often
@given(lives(), readings)
def test_every_drop_of_a_cumulative_line_is_explained_by_items(rows: list[dict[str, Any]], how: Reading) -> None:
    """Where fewer items than the evening before have got as far as a state, at least as many are corrections past it."""
    work = measured([row for row in rows if "Mystery" not in (row.get("state"), row.get("now"), row.get("was"))], how)
    chart = cumulative(work, WINDOW)
    rank = {state.called: state.rank for state in STATES}
    for level in range(7):
        line = [
            sum(b.counts[day] for b in chart.bands if b.part in ("delivered", "discarded") or (b.rank or 0) >= level)
            for day in range(len(chart.wip))
        ]
        for day in range(1, len(line)):
            back = [c for c in chart.corrections if c.day == day and rank[c.was or ""] >= level > rank[c.now or ""]]
            assert line[day - 1] - line[day] <= len(back)


@often
@given(lives(), readings, st.integers(0, 150), st.integers(1, 40))
def test_time_in_progress_of_days_is_that_of_items(
    rows: list[dict[str, Any]], how: Reading, first: int, length: int
) -> None:
    """Σ over days of the time of what is in progress = Σ over items of their time inside, to the microsecond."""
    work = measured(rows, how)
    window = Period(WINDOW.start + DAY * first, WINDOW.start + DAY * (first + length))
    start, end = work.days.bounds(window)
    assert (start, end) == (close(window.start - DAY, how) + 1, close(window.last, how) + 1)
    progress = Progress(work.timed)
    of_days = sum(progress.time(*work.days.bounds(Period(day, day + DAY))) for day in days(window))
    inside = (max(0, min(i.finished or end, end) - max(i.started or 0, start)) for i in truly(work))
    assert of_days == sum(inside) == progress.time(start, end)
    ages = total_age(work, window)
    for place, day in enumerate(ages.days):
        at = min(close(day, how), NOW)
        assert ages.ages[place] == sum(at - (item.started or 0) for item in truly(work) if is_in(item, at))


@often
@given(lives(), readings)
def test_littles_identity_is_exact(rows: list[dict[str, Any]], how: Reading) -> None:
    work = measured(rows, how)
    for one in rolling(work, WINDOW, 28, 9).windows:
        start, end = work.days.bounds(one.window)
        end = min(end, NOW)
        inside = sum(max(0, min(i.finished or end, end) - max(i.started or 0, start)) for i in truly(work))
        done = [i for i in truly(work) if i.finished is not None and start <= i.finished < end]
        took = [Fraction((i.finished or 0) - (i.started or 0)) for i in done]
        assert (one.load, one.rate) == (Fraction(inside, end - start), Fraction(len(done), end - start))
        if sum(took):
            rate, mean = one.rate, sum(took) / len(took)
            assert one.residual == (rate - one.load / mean) / rate
        else:
            assert one.residual is None
        if not one.wip_before and not one.wip_after and one.residual is not None:
            assert one.residual == 0
            assert one.load == one.rate * (one.time or 0)


@often
@given(lives(), readings)
def test_over_a_whole_life_load_is_rate_times_time(rows: list[dict[str, Any]], how: Reading) -> None:
    """With nothing in progress at both ends L = λ × W, whatever the items did in between."""
    work = measured(rows, how)
    ended = {item.item for item in work.items if item.finished is not None}
    whole = measured([row for row in rows if row["item"] in ended], how)
    one = little(whole, Period(date(2025, 12, 1), date(2026, 7, 1)))
    assert one.wip_before == one.wip_after == 0
    assert one.residual in (0, None)
    assert one.load == one.rate * (one.time or 0)


@often
@given(lives(), readings)
def test_the_five_as_plainly_counted(rows: list[dict[str, Any]], how: Reading) -> None:
    work = measured(rows, how)
    done = [
        i
        for i in work.items
        if i.finished is not None and i.outcome == "delivered" and local(i.finished, how) in WINDOW
    ]
    assert dict(velocity(work, WINDOW).kinds) == dict(Counter(item.kind for item in done))
    shares = distribution(work, WINDOW).shares
    assert sum(shares.values()) == (1 if done else 0)
    assert all(share == Fraction(sum(i.kind is kind for i in done), len(done)) for kind, share in shares.items())
    told, good = efficiency(work, WINDOW), [i for i in done if i.started is not None and not i.problems]
    good = [item for item in good if item.origin == "recorded"]
    took = sum((i.finished or 0) - (i.started or 0) for i in good)
    assert told.share == (Fraction(sum(i.active for i in good), took) if took else None)
    assert (told.reason is None) == bool(took)
    assert told.share is None or 0 <= told.share <= 1
    answer = five(work, WINDOW).time
    assert len(answer.items) + len(answer.no_start) + len(answer.untrue) == len(done)
    assert five(work, WINDOW).load.total == sum(
        is_in(item, min(NOW, work.days.begins(WINDOW.end))) for item in work.items
    )


@often
@given(lives(), readings)
def test_throughput_counts_each_delivered_item_once_and_keeps_empty_days(
    rows: list[dict[str, Any]], how: Reading
) -> None:
    work = measured(rows, how)
    by_day = Counter(local(i.finished, how) for i in work.items if i.finished is not None and i.outcome == "delivered")
    daily = throughput(work, WINDOW, "day")
    assert [(one.period.start, one.delivered) for one in daily.periods] == [(day, by_day[day]) for day in days()]
    for by in ("week", "month"):
        found = throughput(work, WINDOW, by).periods
        assert [day for one in found for day in days(one.period)] == list(days())
        assert [one.delivered for one in found] == [sum(by_day[day] for day in days(one.period)) for one in found]
    weeks = throughput(work, WINDOW, "week").periods
    assert {one.period.start.weekday() for one in weeks[1:]} == {0}
    # 1 January 2026 is a Thursday, and today is in June.
    assert weeks[0].cut and not weeks[1].cut and weeks[-1].cut
    assert [one.cut for one in throughput(work, WINDOW, "month").periods] == [False] * 5 + [True]


numbers = st.lists(st.integers(0, 10**15), min_size=1, max_size=60)


@often
@given(numbers, st.integers(0, 100))
def test_percentiles_are_numpys(values: list[int], percent: int) -> None:
    small = sorted(value % 100_000 for value in values)
    linear = percentile(small, percent, PercentileRule.LINEAR)
    assert float(linear) == pytest.approx(float(np.percentile(small, percent, method="linear")))
    nearest = percentile(sorted(values), percent, PercentileRule.NEAREST)
    assert nearest in values
    # The smallest value with at least so many at or below it.
    assert nearest == min(v for v in values if 100 * sum(w <= v for w in values) >= percent * len(values))


free = st.sets(st.integers(0, 180), max_size=20).map(lambda found: tuple(WINDOW.start + DAY * n for n in sorted(found)))
calendars = st.none() | st.builds(
    lambda workdays, holidays: Calendar(id="c", name="C", workdays=tuple(sorted(workdays)), holidays=holidays),
    st.sets(st.sampled_from(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")), min_size=1),
    free,
)


@often
@given(st.sampled_from(ZONES), calendars, st.integers(0, MONTHS * 60_000_000), st.integers(0, MONTHS * 20_000_000))
def test_days_are_counted_as_people_count_them(zone: str, calendar: Calendar | None, first: int, length: int) -> None:
    """All four conventions, with days that do not count, over nights of 23 and 25 hours."""
    start, finish = micros(0) + first, micros(0) + first + length
    how, mine = told(zone=zone), Days(zone, calendar)
    a, b = local(start, how), local(finish, how)
    assert (mine.of(start), mine.of(finish)) == (a, b)
    worked = [
        day for day in (a + DAY * n for n in range((b - a).days + 1))
        if calendar is None or (f"{day:%a}" in calendar.workdays and day not in calendar.holidays)
    ]  # fmt: skip
    later = [day for day in worked if day > a]
    assert mine.took(DayCount.INCLUSIVE, start, finish) == len(worked)
    assert mine.took(DayCount.EXCLUSIVE, start, finish) == len(later)
    half = Fraction(mine.took(DayCount.HALF, start, finish), UNITS[DayCount.HALF])
    assert half == (len(later) or Fraction(1, 2))
    inside = (min(finish, close(day, how) + 1) - max(start, close(day - DAY, how) + 1) for day in worked)
    assert mine.took(DayCount.ELAPSED, start, finish) == sum(inside)
    if calendar is None:
        assert mine.took(DayCount.ELAPSED, start, finish) == finish - start


@often
@given(lives(), readings, st.sampled_from(DayCount))
def test_states_take_the_whole_time_of_an_item_and_no_more(
    rows: list[dict[str, Any]], how: Reading, count: DayCount
) -> None:
    work = measured(rows, how, days=count)
    for item in truly(work):
        if item.finished is not None:
            spent = in_states(work, item)
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
    one = work_of(policy(days=count), how, items, spans, now=NOW)
    chance.shuffle(items)
    chance.shuffle(spans)
    told = everything(work_of(policy(days=count), how, items, spans, now=NOW))
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
