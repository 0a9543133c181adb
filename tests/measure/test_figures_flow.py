"""Every figure of flow beside a plain reading of the same few items, and its receipt put together again."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from northing.measure.address import figure
from northing.measure.figures import value_of, why
from northing.measure.flow.asked import Whose, asked
from northing.measure.flow.flowing import expectation_of
from northing.measure.flow.shown import SHOWN, shown
from northing.measure.receipts.flow import MEASURES
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import FlowKind, Phase, ServiceLevelExpectation, StateRule, WorkflowPolicy
from northing.portfolio.periods import Period
from tests.measure.money_told import view_with
from tests.measure.work_told import WorkTold, item

TODAY = date(2026, 3, 31)
WINDOW = Period(date(2026, 3, 2), date(2026, 3, 30))
DAY = 86_400_000_000
BUG, RISK = {"kind": FlowKind.DEFECT}, {"kind": FlowKind.RISK}
ENDED = item("I", "queue 2026-03-18, active 2026-03-19, done 2026-03-21")
ITEMS = [
    item("A", "queue 2026-03-02, active 2026-03-04, done 2026-03-09", active=5 * DAY),
    item("B", "queue 2026-02-20, active 2026-03-10, done 2026-03-12", active=2 * DAY, **BUG),
    item("C", "active 2026-03-12, done 2026-03-12T12", active=DAY // 2, **BUG),
    item("D", "queue 2026-03-05, active 2026-03-20, done 2026-03-26", active=6 * DAY),
    item("E", "active 2026-03-24", state="Doing", **RISK),
    item("F", "queue 2026-03-01, active 2026-03-02", state="Doing", **BUG),
    item("G", "queue 2026-01-10, active 2026-02-01, done 2026-02-10", active=9 * DAY),
    item("H", "backlog 2026-03-01, done 2026-03-15"),
    (msgspec.structs.replace(ENDED[0], outcome="discarded"), ENDED[1]),
]
"""Delivered in the window: A to D, and H, which never started; I was dropped; E and F are in progress; G was before."""
TOOK = {"A": 8, "B": 21, "C": 1, "D": 22}
"""Days touched, first and last among them."""
ELAPSED = {"A": 7.0, "B": 20.0, "C": 0.5, "D": 21.0}


@pytest.fixture(scope="module")
def view() -> Any:
    states = tuple(StateRule(name, Phase(name)) for name in ("backlog", "queue", "active", "done"))
    said = [
        WorkflowPolicy(id="one", name="Board", states=states),
        WorkflowPolicy(id="deaf", name="No queue", states=tuple(one for one in states if one.state != "queue"),
                       start=date(2020, 1, 1), team="t"),
        ServiceLevelExpectation(id="sle", days=10, probability=Decimal("0.7")),
    ]  # fmt: skip
    made = view_with(said, {}, TODAY)
    return dataclasses.replace(made, facts=WorkTold(made.facts, ITEMS, {}))  # type: ignore[arg-type]


def told(view: Any, name: str, **args: Any) -> Any:
    return value_of(view, figure(f"flow.{name}", window=WINDOW, **args))


def test_each_figure_is_what_the_items_say(view: Any) -> None:
    ordered = sorted(TOOK.values())
    assert told(view, "velocity") == 5 and told(view, "velocity", kind="defect") == 2
    assert told(view, "discarded") == 1
    for percent in (50, 70, 85, 95):
        assert told(view, "time", percent=percent) == ordered[math.ceil(percent / 100 * 4) - 1]
    assert float(told(view, "efficiency")) == pytest.approx((5 + 2 + 0.5 + 6) / sum(ELAPSED.values()))
    assert told(view, "active_days") == Decimal("13.5") and float(told(view, "elapsed_days")) == sum(ELAPSED.values())
    assert told(view, "load") == 2 and told(view, "load", kind="risk") == 1
    assert told(view, "distribution", kind="defect") == Decimal(2) / 5
    end = (date(2026, 4, 1) - date(2026, 1, 1)).days
    assert float(told(view, "age")) == pytest.approx(2 * end - 82 - 59, abs=0.001), "E since day 82, F since day 59"
    assert told(view, "throughput") == Decimal(5) / 4, "four whole weeks"
    assert told(view, "late_share") == Decimal(2) / 4 and told(view, "late") == 2, "B and D took more than 10 days"
    assert told(view, "overdue") == 1, "F"


def test_littles_law_is_the_time_within_beside_the_time_of_what_left(view: Any) -> None:
    within = {"A": 7, "B": 10, "C": 0.5, "D": 21, "E": 6, "F": 28, "I": 3}
    left = sum(ELAPSED.values()) + 3
    assert float(told(view, "time_in_progress")) == pytest.approx(sum(within.values()))
    assert float(told(view, "time_of_finished")) == pytest.approx(left)
    assert float(told(view, "residual")) == pytest.approx(1 - sum(within.values()) / left)


def test_every_receipt_comes_to_its_figure(view: Any) -> None:
    for measure in MEASURES:
        args = {"kind": "defect"} if "kind" in measure.parameters and "late" not in measure.name else {}
        found = why(view, figure(measure.name, window=WINDOW, **args))
        assert found.terms and found.value is not None, measure.name
        if all(term.sign for term in found.terms):
            total = sum((Decimal(term.value) * term.sign for term in found.terms), Decimal(0))
            assert float(total) == pytest.approx(float(found.value)), measure.name
        assert all(term.ref is not None or term.figure is not None for term in found.terms), measure.name
    assert [term.ref.id for term in why(view, figure("flow.time", window=WINDOW)).terms if term.ref] == list("CABD")


def test_nothing_is_measured_where_no_state_waits_or_nothing_was_delivered(view: Any) -> None:
    assert told(view, "efficiency", policy="deaf") is None
    quiet = Period(date(2026, 1, 1), date(2026, 1, 8))
    for name in ("efficiency", "time", "late_share", "residual"):
        assert value_of(view, figure(f"flow.{name}", window=quiet)) is None
    with pytest.raises(Invalid):
        told(view, "velocity", kind="story")
    with pytest.raises(Invalid):
        told(view, "time", percent=99)


def test_what_a_mark_shows_is_the_items_that_it_stands_for(view: Any) -> None:
    found = asked(view, Whose())
    assert found is not None
    expectation = expectation_of(view, found.whose)

    def of(text: str) -> str:
        return "".join(sorted(one.item for one in shown(found, WINDOW, text, expectation).items))

    assert of("delivered") == "ABCDH" and of("delivered:2026-03-09..2026-03-16:defect") == "BC"
    assert of("delivered:2026-03-09..2026-03-16:none") == "" and of("discarded") == "I"
    assert of("took:2026-03-12:21") == "B" and of("took:2026-03-12:1") == "C"
    assert of("progress") == "EF" and of("progress:2026-03-08") == "ABDF"
    assert of("aged:8:Doing") == "E" and of("no-start") == "H"
    assert of("late") == "BD" and of("overdue") == "F"
    for name in SHOWN:
        if name not in ("took", "aged"):
            of(name)
    for wrong in ("sideways", "delivered:soon", "took:2026-03-12", "aged", "delivered:2026-03-09..2026-03-01"):
        with pytest.raises(Invalid):
            of(wrong)
