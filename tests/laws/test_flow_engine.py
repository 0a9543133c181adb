"""Laws of the flow engine: the same items whatever the order, the cut and the clock, and equal to a plain reading."""

from __future__ import annotations

import itertools
import os
import random
import time
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.facts import flow_worked, kept
from northing.facts.asking import Fold
from northing.facts.flow import FlowAt
from northing.facts.flow_asking import Item, Reading, Span
from northing.portfolio.errors import Unavailable
from northing.portfolio.facts import Source
from northing.portfolio.flow import Parents, StartRule, WorkLink
from tests.laws.flow_worlds import NAMES, STATES, FlowWorld, instant, micros, move, plainly, told, work

LATER = micros(200_000)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    number = 0
    for index in range(draw(st.integers(1, 5))):
        created, state = draw(st.integers(0, 3000)), draw(st.sampled_from(NAMES))
        minute, blocked, current = created, "", state
        for _ in range(draw(st.integers(0, 7))):
            minute, number = minute + draw(st.integers(0, 2000)), number + 1
            if draw(st.integers(0, 4)) == 0:
                rows.append(move(f"i{index}", number, minute, blocked, "" if blocked else "yes", "blocked"))
                blocked = "" if blocked else "yes"
                continue
            now = draw(st.sampled_from(NAMES))
            rows.append(move(f"i{index}", number, minute, current, now))
            current = now
        resolution = draw(st.sampled_from((None, "Fixed", " Won't Fix")))
        resolved = draw(st.none() | st.just(instant(created + 50_000)))
        rows.append(work(f"i{index}", created, current, resolution=resolution, resolved=resolved))
    return rows


readings = st.builds(
    lambda states, start, waits: told(states=states, start_rule=start, blocked_waits=waits),
    st.sampled_from((STATES, STATES, STATES[:3], STATES[4:], ())), st.sampled_from(StartRule), st.booleans(),
)  # fmt: skip
"""Also policies that know few of the states, or none yet."""
few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def read(batches: list[list[dict[str, Any]]], how: Reading) -> tuple[list[Item], list[Span]]:
    with TemporaryDirectory() as folder:
        world = FlowWorld(Path(folder))
        for number, rows in enumerate(batches):
            world.bring(rows, f"P+{number}" if len(batches) > 1 else "P")
        kept.ANSWERS.forget()
        flow = FlowAt(world.facts)
        return flow.items(how), list(chain.from_iterable(flow.spans(how).values()))


def bare(found: tuple[list[Item], list[Span]]) -> Any:
    """Without what names the delivery."""
    items, spans = found
    return [{f: getattr(i, f) for f in i.__struct_fields__ if f not in ("delivery", "line")} for i in items], spans


@few
@given(histories(), readings)
def test_the_engine_reads_as_a_plain_reading_does(rows: list[dict[str, Any]], how: Reading) -> None:
    items, spans = read([rows], how)
    expected = plainly(rows, how)
    assert {item.item for item in items} == set(expected)
    for item in items:
        plain = expected[item.item]
        mine = {name: getattr(item, name) for name in plain if name != "spans"}
        assert mine == {name: value for name, value in plain.items() if name != "spans"}
        of_it = [span for span in spans if span.item == item.item]
        assert [
            {"state": s.state, "phase": s.phase, "rank": s.rank, "entered": s.entered, "left": s.left, "blocked": s.blocked}
            for s in of_it
        ] == plain["spans"]  # fmt: skip
        unknown = any(span.phase is None for span in of_it)
        assert ("unknown-state" in item.problems) == unknown


@few
@given(histories(), readings, st.randoms(use_true_random=False))
def test_order_and_batches_make_no_difference(rows: list[dict[str, Any]], how: Reading, chance: random.Random) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    cut = chance.randint(0, len(mixed))
    whole = bare(read([rows], how))
    assert bare(read([mixed], how)) == whole
    halves = [part for part in (mixed[:cut], mixed[cut:]) if part]
    assert bare(read(halves, how)) == whole
    # Told twice, each counts once.
    assert bare(read([*halves, mixed[: cut // 2] or mixed], how)) == whole


@few
@given(histories(), readings, st.integers(1, 4))
def test_the_cut_into_parts_makes_no_difference(rows: list[dict[str, Any]], how: Reading, at_once: int) -> None:
    whole = bare(read([rows], how))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow_worked, "AT_ONCE", at_once)
        assert bare(read([rows], how)) == whole


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns"])
def test_the_machines_time_zone_makes_no_difference(zone: str) -> None:
    rows = [work("a", 0, "Done"), move("a", 1, 100, "To do", "Doing"), move("a", 2, 400, "Doing", "Done")]
    here = bare(read([rows], told()))
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = zone
        time.tzset()
        assert bare(read([rows], told())) == here
    finally:
        os.environ.pop("TZ", None)
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
    assert here[0][0]["started"] == micros(100) and here[0][0]["finished"] == micros(400)


@few
@given(histories(), st.integers(0, 20_000), st.integers(1, 20_000))
def test_spans_tile_the_life_of_an_item_and_wip_is_item_time(
    rows: list[dict[str, Any]], start: int, length: int
) -> None:
    how = told()
    items, spans = read([rows], how)
    for item in items:
        mine = [span for span in spans if span.item == item.item]
        assert mine[0].entered == item.created and mine[-1].left is None
        assert all(a.left == b.entered and a.n + 1 == b.n for a, b in itertools.pairwise(mine))
    a, b = micros(start), micros(start + length)
    # Work in progress over time, counted at each moment at which it changes, against what each item was in progress.
    lives = [(i.started, i.finished if i.finished is not None else LATER) for i in items if i.started is not None]
    marks = sorted({a, b, *(min(max(x, a), b) for life in lives for x in life)})
    area = sum(
        (until - since) * sum(begin <= since < end for begin, end in lives)
        for since, until in itertools.pairwise(marks)
    )
    assert area == sum(max(0, min(end, b) - max(begin, a)) for begin, end in lives)


@few
@given(histories(), st.integers(0, 12_000))
def test_as_of_an_instant_is_what_had_happened_by_then(rows: list[dict[str, Any]], minute: int) -> None:
    """An instant after everything gives today's answer; an earlier one that of the changes up to it."""
    how = told()
    with TemporaryDirectory() as folder:
        world = FlowWorld(Path(folder))
        world.bring(rows)
        flow = FlowAt(world.facts)
        now = flow.items(how, as_of=LATER)
        today = flow.items(how)
        assert [(i.item, i.started, i.finished, i.outcome) for i in now] == [
            (i.item, i.started, i.finished, i.outcome) for i in today
        ]
        then = {item.item: item for item in flow.items(how, as_of=micros(minute))}
        for item in today:
            assert (item.item in then) == (item.created <= micros(minute))
        for span in chain.from_iterable(flow.spans(how, as_of=micros(minute)).values()):
            assert span.entered <= micros(minute)


def octets_of(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Each file below *folder*: what is in it, and when it was written."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_a_new_delivery_works_out_only_the_items_it_speaks_of(tmp_path: Path) -> None:
    world, how = FlowWorld(tmp_path), told()
    rows: list[dict[str, Any]] = []
    for number in range(60):
        rows += [work(f"i{number}", number, "Doing"), move(f"i{number}", number, number + 10, "To do", "Doing")]
    world.bring(rows, "P")
    before = world.facts.flow.worked.worked(how).layers
    assert [layer.worked for layer in before] == [60]
    kept_before = octets_of(tmp_path)
    assert sum(name.suffix == ".parquet" for name in kept_before) >= 4  # work, changes, items and spans
    world.bring([move("i7", 1000, 5000, "Doing", "Done"), work("new", 4000)], "P+1")
    layers = world.facts.flow.worked.worked(how).layers
    assert [layer.worked for layer in layers] == [60, 2]
    assert layers[0] == before[0]  # the files of the other days are the same files
    after = octets_of(tmp_path)
    # to the byte: facts of other days, and what they came to
    assert {name: after.get(name) for name in kept_before} == kept_before
    assert after.keys() > kept_before.keys()
    items = {item.item: item for item in world.facts.flow.items(how)}
    assert len(items) == 61 and items["i7"].finished == micros(5000) and items["i8"].finished is None
    for number in range(20):  # many small deliveries: still the same as all at once
        world.bring([move(f"i{number + 20}", 2000 + number, 6000 + number, "Doing", "Done")], f"P+{number + 2}")
        world.facts.flow.worked.worked(how)
    gone_on, spans = world.facts.flow.items(how), world.facts.flow.spans(how)
    kept.ANSWERS.forget()
    import shutil

    shutil.rmtree(world.store.folder / "derived")
    assert (world.facts.flow.items(how), world.facts.flow.spans(how)) == (gone_on, spans)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = FlowWorld(tmp_path)
    world.bring([work("a", 0, "Doing")])

    def full(*_: object) -> int:
        raise duckdb.IOException('IO Error: Could not write all bytes to file "x": No space left on device')

    with monkeypatch.context() as patch:
        patch.setattr(flow_worked, "write", full)
        with pytest.raises(Unavailable, match="disk is full"):
            FlowAt(world.facts).items(told())
    assert [item.item for item in FlowAt(world.facts).items(told())] == ["a"]


def test_problems_are_told_by_name(tmp_path: Path) -> None:
    world, how = FlowWorld(tmp_path), told()
    world.bring(
        [
            work("none", 0, "Done", resolved=instant(-5)),
            work("odd", 0, "Mystery"), move("odd", 1, 10, "To do", "Mystery"),
            work("early", 50, "Doing"), move("early", 2, 20, "To do", "Doing"),
            work("moved", 0, "Doing"), move("moved", 3, 10, "P", "Q", "project"), move("moved", 4, 20, "To do", "Doing"),
            work("future", 0, "Doing"), move("future", 5, 10_000_000, "To do", "Doing"),
            work("renamed", 0, "Abgelegt"), move("renamed", 12, 10, "To do", "Doing"),
            move("renamed", 13, 20, "Doing", "Done"), move("renamed", 14, 900, "Done", "Abgelegt"),
            work("back", 0, "Done"), move("back", 15, 10, "To do", "Doing"), move("back", 16, 20, "Doing", "Done"),
            move("back", 17, 900, "Done", "Abgelegt"), move("back", 18, 950, "Abgelegt", "Done"),
            work("straight", 0, "Done"), move("straight", 6, 10, "To do", "Done"),
            move("ghost", 7, 10, "To do", "Done"),
            work("again", 0, "Done"), move("again", 8, 10, "To do", "Doing"), move("again", 9, 20, "Doing", "Done"),
            move("again", 10, 30, "Done", "Doing"), move("again", 11, 40, "Doing", "Done"),
        ]
    )  # fmt: skip
    found = {(problem.item, problem.code) for problem in world.facts.flow.problems(how)}
    assert found == {
        ("none", "no-history"), ("none", "no-start"), ("none", "end-before-start"), ("odd", "unknown-state"),
        ("early", "clock-skew"), ("moved", "moved-project"), ("future", "clock-skew"), ("straight", "no-start"),
        ("ghost", "no-item"), ("again", "reopened"), ("renamed", "unknown-state"), ("renamed", "end-in-doubt"),
        ("back", "unknown-state"), ("back", "end-in-doubt"),
    }  # fmt: skip
    assert {item.item for item in world.facts.flow.items(how)} == {
        "none", "odd", "early", "moved", "future", "straight", "again", "renamed", "back",
    }  # fmt: skip


def test_parents_are_done_with_their_children_where_the_policy_says_so(tmp_path: Path) -> None:
    world, how = FlowWorld(tmp_path), told(parents=Parents.CHILDREN, level=("epic",))
    world.bring(
        [
            work("e", 0, "To do", type="Epic", level="parent"),
            work("a", 0, "Done", parent="e"), move("a", 1, 10, "To do", "Doing"), move("a", 2, 20, "Doing", "Done"),
            work("b", 0, "Done", epic="E"), move("b", 3, 5, "To do", "Doing"), move("b", 4, 90, "Doing", "Done"),
        ]
    )  # fmt: skip
    (epic,) = world.facts.flow.items(how)
    assert (epic.started, epic.finished, epic.outcome, epic.parts) == (micros(5), micros(90), "delivered", 2)
    (own,) = world.facts.flow.items(told(level=("epic",)))
    assert (own.started, own.finished, own.outcome) == (None, None, "open")


def test_rows_told_again_count_once_and_links_give_them_to_investments(tmp_path: Path) -> None:
    world = FlowWorld(tmp_path)
    world.bring([work("a", 0, points="3"), work("b", 0, points="5")], "P")
    world.bring([work("a", 0, "Doing", points="8")], "P+1")
    world.step("work_link", "l1", WorkLink(id="l1", where="key = A", investment="i1"))
    facts = world.facts
    lines = facts.fold(Fold(table="work", sums=("points",)))
    assert [(line.investment, line.rule, line.sums, line.lines) for line in lines] == [
        ("i1", "l1", (8,), 1), (None, None, (5,), 1),
    ]  # fmt: skip
    assert facts.count("work") == 2
    rows = {row.values["item"]: row for row in facts.rows("work")}
    assert (rows["a"].values["state"], rows["a"].investment) == ("Doing", "i1")
    assert rows["a"].delivery != rows["b"].delivery


def test_a_source_that_tells_again_stands_beside_one_that_does_not(tmp_path: Path) -> None:
    world, other = FlowWorld(tmp_path), Source(id="source-2", name="Pipelines", reader="json_work")
    world.bring([work("a", 0, "Done"), move("a", 1, 5, "To do", "Doing")], "P")
    world.bring([work("a", 0, "Done"), move("a", 2, 9, "Doing", "Done")], "P+1")
    world.bring([work("a", 0, "Doing"), move("a", 1, 7, "To do", "Doing")], "R", other)
    items = {item.source: item for item in world.facts.flow.items(told())}
    assert (items["source-1"].started, items["source-1"].finished) == (micros(5), micros(9))
    assert (items["source-2"].started, items["source-2"].finished) == (micros(7), None)


@few
@given(histories())
def test_at_scale_the_answers_are_those_of_the_items(rows: list[dict[str, Any]]) -> None:
    how = told()
    with TemporaryDirectory() as folder:
        world = FlowWorld(Path(folder))
        world.bring(rows)
        flow = world.facts.flow
        a, b = micros(0), micros(60_000)
        mine = [
            i for i in flow.items(how) if i.outcome == "delivered" and i.finished is not None and a <= i.finished < b
        ]
        assert sum(flow.throughput(how, a, b).values()) == len(mine)
        times = sorted(
            i.finished - i.started for i in mine if i.started is not None and i.finished and i.finished >= i.started
        )
        expected = {p: times[max(1, -(-p * len(times) // 100)) - 1] for p in (50, 85, 95)} if times else {}
        assert flow.percentiles(how, a, b, (50, 85, 95)) == expected
