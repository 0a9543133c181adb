"""Charts: plain JSON, coloured by tokens, and every figure also in the table."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import pytest

from northing.report import charts, words

BUBBLES = charts.bubbles(
    "Planned money by end",
    [
        charts.Bubble(
            "Claims triage", date(2026, 3, 1), 120000.0, 120000.0, "Pilot", "/i/1", ("1 Mar 2026", "€120,000", "Pilot")
        ),
        charts.Bubble(
            "Fraud signals", date(2027, 1, 9), 30000.0, 30000.0, "Scale", "/i/2", ("9 Jan 2027", "€30,000", "Scale")
        ),
    ],
    x=charts.Axis("End", type="time"),
    y=charts.Axis("Planned", currency="EUR"),
    columns=("Investment", "End", "Planned", "Stage"),
)


def test_an_option_is_json_and_names_tokens_for_colours() -> None:
    text = json.dumps(BUBBLES.option)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|function", text)
    assert BUBBLES.option["tooltip"]["renderMode"] == "richText"


def test_an_axis_shortens_money_as_the_pages_do() -> None:
    labels = BUBBLES.option["yAxis"]["axisLabel"]
    assert labels["short"] == {"before": "€", "steps": [[10**9, "bn"], [10**6, "m"], [10**3, "k"]]}
    assert words.amount(Decimal(500_000), "EUR", short=True) == "€500k"
    assert "short" not in BUBBLES.option["xAxis"]["axisLabel"]
    assert "short" not in charts.Axis("Share", percent=True).option()["axisLabel"]


def test_every_row_of_the_table_is_as_wide_as_its_head() -> None:
    assert {len(row) for row in BUBBLES.table.rows} == {len(BUBBLES.table.columns)}


def test_the_area_of_a_bubble_grows_with_its_size() -> None:
    first, second = (series["data"][0]["symbolSize"] - 8 for series in BUBBLES.option["series"])
    assert (first / second) ** 2 == pytest.approx(4, rel=0.02)


def test_groups_differ_by_shape_and_colour() -> None:
    series = BUBBLES.option["series"]
    assert len({one["symbol"] for one in series}) == len({one["itemStyle"]["color"] for one in series}) == 2
