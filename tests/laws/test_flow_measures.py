"""Laws of the measures of flow, each beside a few plain lines that know nothing of how it is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.facts.flow_asking import Item, Reading, Span
from northing.facts.flow_spans import spans_of
from northing.measure.flow.ageing import total_age
from northing.measure.flow.cumulative import cumulative
from northing.measure.flow.days import UNITS, Days
from northing.measure.flow.five import distribution, efficiency, five, load, velocity
from northing.measure.flow.little import little, rolling
from northing.measure.flow.percentiles import percentile
from northing.measure.flow.throughput import throughput
from northing.measure.flow.work import Work, work_of
from northing.portfolio.flow import (
    Calendar,
    DayCount,
    FlowKind,
    PercentileRule,
    StartRule,
    WorkflowPolicy,
)
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
    return work_of(policy(**more), how, items, spans_of(spans), now=NOW, calendar=calendar)


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
    progress = work.progress
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
