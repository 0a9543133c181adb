"""Charts: plain JSON, coloured by tokens, and every figure also in the table."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from northing.report import charts

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
MONEY = charts.money_by_period(
    "Planned money",
    [
        charts.PeriodMoney(
            "FY26 Q1",
            {"Build": Decimal(70), "Run": Decimal(30)},
            Decimal(80),
            Decimal(140),
            {"Build": "€70", "Run": "€30", "": "€100", "range": "€80 – €140"},
        ),
        charts.PeriodMoney("FY26 Q2", {"Run": Decimal(25)}, None, None, {"Run": "€25", "": "€25"}),
    ],
    currency="EUR",
    heads=("Period", "Total", "Low to high"),
)
COUNTS = charts.counts(
    "By stage",
    [charts.Count("Pilot", 12, "/p?stage=pilot", "pilot"), charts.Count("No stage", 3)],
    heads=("Stage", "Investments"),
)
PROGRESS = charts.progress(
    "Key results",
    [
        charts.Progress("Handle time", 0.42, "9 → 6.5 of 3 min"),
        charts.Progress("Unmeasured", None),
        charts.Progress("Worse", -0.1),
    ],
    heads=("Key result", "Progress", "From, now, to"),
)
ALL = [BUBBLES, MONEY, COUNTS, PROGRESS]


def walk(value: Any) -> Any:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: chart.title)
def test_an_option_is_json_and_names_tokens_for_colours(chart: charts.Chart) -> None:
    text = json.dumps(chart.option)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|function", text)
    assert chart.option["tooltip"]["renderMode"] == "richText"


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: chart.title)
def test_every_row_of_the_table_is_as_wide_as_its_head(chart: charts.Chart) -> None:
    assert chart.table.rows
    assert {len(row) for row in chart.table.rows} == {len(chart.table.columns)}


def test_the_area_of_a_bubble_grows_with_its_size() -> None:
    first, second = (series["data"][0]["symbolSize"] - 8 for series in BUBBLES.option["series"])
    assert (first / second) ** 2 == pytest.approx(4, rel=0.02)


def test_groups_differ_by_shape_and_colour() -> None:
    series = BUBBLES.option["series"]
    assert len({one["symbol"] for one in series}) == len({one["itemStyle"]["color"] for one in series}) == 2


def test_the_range_stands_on_low_and_reaches_high() -> None:
    low, wide = MONEY.option["series"][-2:]
    assert (low["data"], wide["data"]) == ([80.0, None], [60.0, None])
    assert MONEY.table.rows[0] == ("FY26 Q1", "€70", "€30", "€100", "€80 – €140")


def test_what_is_not_known_is_not_drawn_as_nought() -> None:
    assert [datum["value"] for datum in PROGRESS.option["series"][0]["data"]] == [0.42, None, -0.1]
    assert PROGRESS.table.rows[1][1] == "–"
