"""Pictures of flow, mark by mark, beside plain counts of the same items."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from northing.facts.flow_asking import Item, Span
from northing.facts.flow_spans import spans_of
from northing.measure.flow.ageing import ageing
from northing.measure.flow.asked import Asked, Whose
from northing.measure.flow.cumulative import cumulative
from northing.measure.flow.cycle import scatter
from northing.measure.flow.flowing import run
from northing.measure.flow.shown import shown
from northing.measure.flow.work import Work, work_of
from northing.portfolio.flow import FlowKind, Phase, WorkflowPolicy
from northing.portfolio.periods import Period
from northing.report.flow_charts import DOTS, ageing_dots, cycle_dots
from northing.report.flow_charts_bands import flow_bands
from northing.report.flow_charts_time import run_chart, trend
from northing.report.flow_drawing import MARKS, Days, Drawing, days_said, upto
from tests.laws.flow_worlds import told

BEGIN = date(2026, 3, 2)
WINDOW = Period(BEGIN, BEGIN + timedelta(days=28))
KINDS = (FlowKind.FEATURE, FlowKind.DEFECT, None)


def at(day: float) -> int:
    return int((datetime(2026, 3, 2, tzinfo=UTC).timestamp() + day * 86400) * 1_000_000)


def one(number: int, start: float, end: float | None = None, back: float | None = None) -> tuple[Item, list[Span]]:
    """An item that is done, or in review, or was sent back from there to doing."""
    key = f"P-{number}"
    marks = [("To do", Phase.BACKLOG, 0, start - 1), ("Doing", Phase.ACTIVE, 2, start)]
    marks.append(("Review", Phase.WAIT, 3, start + 1.25))
    if back is not None:
        marks.append(("Doing", Phase.ACTIVE, 2, back))
    if end is not None:
        marks.append(("Done", Phase.DONE, 4, end))
    spans = [
        Span(item=key, n=n, state=state, phase=phase, rank=rank, entered=at(when),
             left=at(marks[n][3]) if n < len(marks) else None)
        for n, (state, phase, rank, when) in enumerate(marks, 1)
    ]  # fmt: skip
    state, phase, rank, _when = marks[-1]
    item = Item(
        item=key, key=key, title=f"Work {number}", kind=KINDS[number % 3], state=state, phase=phase, rank=rank,
        created=at(start - 1), started=at(start), finished=None if end is None else at(end),
        outcome="open" if end is None else "delivered",
    )  # fmt: skip
    return item, spans


@pytest.fixture(scope="module")
def work() -> Work:
    told_of = [one(n, n * 0.7 + 0.1, n * 0.7 + 4.3 + n % 5) for n in range(24)]
    told_of += [one(100 + n, 10 + n * 3.1) for n in range(5)] + [one(200, 9.2, None, 15.5), one(201, 1.1, 27.2)]
    return work_of(
        WorkflowPolicy(id="p", name="Board"), told(), (item for item, _ in told_of),
        spans_of(span for _, spans in told_of for span in spans), now=at(30),
    )  # fmt: skip


def to(text: str) -> str:
    return f"?show={text}"


def inside(made: Drawing) -> None:
    """Every mark lies in the picture."""
    for bar in (*made.bars, *made.hits):
        assert bar.x >= -0.1 and bar.x + bar.width <= 100.1 and 0 <= bar.y <= made.height
    for x, y in ((x, y) for band in made.bands for x, y in band.points):
        assert 0 <= x <= 100 and 0 <= y <= made.height
    assert all(0 <= dot.x <= 100 and 0 <= dot.y <= made.height for dot in made.dots)
    assert made.words and made.table.rows and all(len(row) == len(made.table.columns) for row in made.table.rows)


def test_cumulative_flow_stacks_to_what_has_arrived(work: Work) -> None:
    found = cumulative(work, WINDOW)
    made = flow_bands(found, to)
    inside(made)
    plain = [
        sum(1 for item in work.items if item.started is not None and item.started < at(day + 1)
            and (item.finished is None or item.finished >= at(day + 1)))
        for day in range(28)
    ]  # fmt: skip
    names = made.table.columns
    assert [int(row[names.index("In progress")]) for row in made.table.rows] == plain
    gone = [sum(1 for item in work.items if item.finished and item.finished < at(day + 1)) for day in range(28)]
    tops = [there + left - gone[0] for there, left in zip(plain, gone, strict=True)]
    assert [y for _x, y in made.bands[-1].points[1:29]] == [upto(max(tops)).y(top) for top in tops]
    assert made.hits[3].href == "?show=progress:2026-03-05"
    back = [dot for dot in made.dots if dot.shape == "down"]
    assert [dot.href for dot in back] == ["?show=corrected:2026-03-17"], "P-200 went from review back to doing"
    assert any(key.name.endswith("not started") for key in flow_bands(found, to, before=True).legend)


def test_each_delivered_item_is_in_a_dot_and_its_height_is_its_days(work: Work) -> None:
    made = cycle_dots(scatter(work, WINDOW), to)
    inside(made)
    done = [item for item in work.items if item.finished is not None and item.finished < at(28)]
    days = [
        (datetime.fromtimestamp(item.finished / 1e6, UTC).date() - datetime.fromtimestamp(item.started / 1e6, UTC).date()).days + 1
        for item in done if item.finished and item.started is not None
    ]  # fmt: skip
    assert len(made.table.rows) == len(done)
    ordered = sorted(days)
    assert made.rules[0].text.startswith("50% · " + days_said(ordered[-(-len(days) // 2) - 1]))
    assert max(made.dots, key=lambda dot: -dot.y).shape == "up", "the one of 27 days stands at the edge"
    assert any("longer than the picture" in text for text, _href in made.notes)
    assert made.dots[0].href.startswith("?show=took:2026-03-")


def test_ageing_work_stands_in_its_state_by_its_age(work: Work) -> None:
    found = ageing(work, WINDOW)
    made = ageing_dots(found, to)
    inside(made)
    assert Counter(row[1] for row in made.table.rows) == {"Review": 5, "Doing": 1}
    assert [tick.text for tick in made.x] == ["Doing · 1", "Review · 5"]
    old = next(dot for dot in made.dots if "P-200" in dot.tip)
    assert old.x < 50 < next(dot for dot in made.dots if "P-104" in dot.tip).x
    assert old.href == "?show=aged:22:Doing"
    assert {bar.colour for bar in made.bars} <= {f"var(--{name}-soft)" for name in ("good", "note", "warn", "bad")}


def test_throughput_counts_each_week_by_kind_with_its_limits(work: Work) -> None:
    ran = run(work, WINDOW)
    made = run_chart(ran.throughput, ran.limits, to)
    inside(made)
    counts = [
        sum(1 for item in work.items if item.finished is not None and at(7 * week) <= item.finished < at(7 * week + 7))
        for week in range(4)
    ]
    assert [int(row[1]) for row in made.table.rows] == counts
    moving = Fraction(sum(abs(b - a) for a, b in pairwise(counts)), 3)
    high = Fraction(sum(counts), 4) + Fraction(266, 100) * moving
    assert made.rules[0].text == f"upper limit {float(high):.1f}".removesuffix(".0")
    assert made.bars[0].href.startswith("?show=delivered:2026-03-02..2026-03-09:")
    short = run(work, Period(BEGIN, BEGIN + timedelta(days=10)))
    assert short.limits is None and "two whole weeks" in run_chart(short.throughput, None, to).words


def test_a_line_breaks_where_there_is_nothing() -> None:
    points = [
        (BEGIN + timedelta(days=n), None if n == 2 else Fraction(n, 10) - Fraction(1, 5), f"{n}") for n in range(6)
    ]
    made = trend("Residual", "said", points, str, percent=True)
    assert made.leads and made.leading == tuple(hit.href for hit in made.hits)
    assert [len(line.points) for line in made.lines] == [2, 3]
    assert made.rules, "0 is drawn where values fall below it"
    assert [upto(most).high for most in (0, 1, 3, 7, 38, 101)] == [1, 1, 3, 8, 40, 150]
    assert [days_said(value) for value in (1, Fraction(1, 2), Fraction(17, 2), None)] == [
        "1 day",
        "0.5 days",
        "8.5 days",
        "–",
    ]


def test_many_days_are_drawn_several_together_and_none_is_lost(work: Work) -> None:
    for count in (1, 28, MARKS, MARKS + 1, 400, 1096):
        days = Days(BEGIN, count)
        every = days.stretches
        assert len(every) <= MARKS and sum(one.days for one in every) == count and every[-1].last == count - 1
        assert all(one.last + 1 == then.first for one, then in pairwise(every))
        for place in range(count):
            one = days.stretch(BEGIN + timedelta(days=place))
            assert one in every and one.first <= place <= one.last
    inside(flow_bands(cumulative(work, Period(BEGIN - timedelta(days=500), BEGIN + timedelta(days=28))), to))


def test_many_items_are_few_marks_whose_addresses_list_each_item_once() -> None:
    window = Period(BEGIN, BEGIN + timedelta(days=900))
    every = [one(n, n * 0.55, n * 0.55 + 1.3 + n * n % 47) for n in range(1500)]
    policy = WorkflowPolicy(id="p", name="Board")
    work = work_of(
        policy, told(), (item for item, _ in every),
        spans_of(span for _, spans in every for span in spans), now=at(900),
    )  # fmt: skip
    found = scatter(work, window)
    made = cycle_dots(found, to)
    inside(made)
    assert len(made.dots) <= DOTS < len(found.points)
    assert any(f"{len(made.dots)} marks stand for {len(found.points):,} items" in text for text, _href in made.notes)
    asked, listed = Asked(Whose(), policy, told(), work, ()), Counter[str]()
    for dot in made.dots:
        listed.update(item.item for item in shown(asked, window, dot.href.removeprefix("?show=")).items)
    assert listed == Counter(point.item.item for point in found.points)
