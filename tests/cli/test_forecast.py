"""``northing forecast`` on the sample: both answers say the same as the JSON, and the surer is the later."""

from __future__ import annotations

from .conftest import Terminal
from .test_money import told

TEAM = ("team", "Claims Automation")


def test_the_surer_the_later_and_the_fewer(terminal: Terminal) -> None:
    said = told(terminal, "forecast", "when", *TEAM, "--items", "12")
    dates = [one["answer"]["value"] for one in said["when"]["values"]]
    items = [one["answer"]["value"] for one in said["how_many"]["values"]]
    assert dates == sorted(dates) and len(dates) == 4 and items == sorted(items, reverse=True)
    text = terminal("forecast", "when", *TEAM, "--items", "12").out
    assert all(date in text for date in dates) and said["when"]["seed"] in text
    assert said["back_test"]["said"] in text.replace("\n", " ")
    later = told(terminal, "forecast", "when", *TEAM, "--items", "12", "--risk", "Audit:100:9-9")
    assert later["when"]["values"][2]["answer"]["value"] > dates[2]
    many = terminal("forecast", "how-many", *TEAM, "--items", "1").out
    assert "At least 1: in" in many and all(str(count) in many for count in items)
