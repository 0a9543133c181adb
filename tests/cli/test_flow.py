"""``northing flow`` on the sample: its figures are those of the items that it lists, counted again."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from .conftest import Terminal
from .test_money import told

DAYS = ("--from", "2026-08-03", "--until", "2026-11-02")


def test_figures_are_those_of_the_items(terminal: Terminal) -> None:
    said = told(terminal, "flow", *DAYS)
    items = told(terminal, "flow", "items", "delivered", *DAYS)["items"]
    five = said["five"]
    assert five["velocity"]["value"] == len(items) > 50
    took = sorted(Decimal(one["days"]) for one in items if one["days"] is not None and not one["problems"])
    if not any(one["problems"] for one in items):
        assert Decimal(five["time"]["85"]["value"]) == took[math.ceil(0.85 * len(took)) - 1]
    for kind, share in five["distribution"].items():
        assert Decimal(share["value"]) == Decimal(sum((one["kind"] or "none") == kind for one in items)) / len(items)
    weeks = [one["delivered"] for one in said["runs"]]
    assert weeks == [
        sum(run["period"]["start"] <= one["finished"] < run["period"]["end"] for one in items) for run in said["runs"]
    ]
    assert Decimal(said["limits"]["mean"]) == Decimal(sum(weeks)) / len(weeks)
    there = told(terminal, "flow", "items", "progress:2026-11-01", *DAYS)["items"]
    assert said["five"]["load"]["value"] == len(there)
    assert all(date.fromisoformat(one["started"]) <= date(2026, 11, 1) for one in there)
    problems = told(terminal, "flow", "problems")
    assert sum(said["problems"].values()) == len(problems) > 0


def test_a_person_reads_it_and_a_second_policy_stands_beside(terminal: Terminal) -> None:
    text = terminal("flow", "team", "Claims Automation", *DAYS, "--beside", "WFP-0001").out
    assert "Velocity" in text and "Read by" in text and "items are seen otherwise" in text
    assert "85% within 21 days" in text
    assert "FRD" in terminal("flow", "items", "slow").out
    assert "ended" in terminal("flow", "problems").out or "start" in terminal("flow", "problems").out
