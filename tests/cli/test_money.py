"""``northing money`` on the sample organisation: figures against sums of the files, and a month closed and opened."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from .conftest import Terminal
from .rows_read import NEAR, Rows, euro

KWAME = "kwame.asante@fenmarch.example"


def told(terminal: Terminal, *arguments: str) -> Any:
    done = terminal("--json", *arguments)
    assert done.code == 0, done.err or done.out
    return done.json["data"]


@pytest.fixture(scope="module")
def closed(terminal: Terminal) -> dict[str, Any]:
    """The last closed month, as its row in the table says it."""
    found: dict[str, Any] = [one for one in told(terminal, "money")["periods"] if one["state"] == "closed"][-1]
    return found


def days(row: dict[str, Any]) -> tuple[str, str]:
    return row["period"]["start"], row["period"]["end"]


def test_actual_and_what_nobody_claims_are_what_the_files_say(terminal: Terminal, closed: dict[str, Any]) -> None:
    rows, (start, until) = Rows(terminal), days(closed)
    for basis, column in (("billed", "billed"), ("effective", "coalesce(effective, billed)")):
        said = told(terminal, "money", "--from", start, "--until", until, "--basis", basis)
        billed = rows.euro(rows.sums("cost", column, start, until))
        assert billed > 100_000
        assert abs(euro(said["total"]["actual"]) + euro(said["unattributed"]) - billed) < NEAR
    of_one = told(terminal, "money", "INV-0006", "--from", start, "--until", until)
    theirs = "project = 'P-1062' or lower(json_extract_string(tags, '$.project')) = 'subrogation'"
    assert abs(euro(of_one["total"]["actual"]) - rows.euro(rows.sums("cost", "billed", start, until, theirs))) < NEAR
    assert euro(of_one["total"]["actual"]) > 0


def test_parts_and_periods_add_up(terminal: Terminal) -> None:
    whole = told(terminal, "money", "--unit", "quarter")
    for name in ("plan", "forecast", "actual", "expected"):
        parts = sum(euro(one["figures"][name]) for one in whole["periods"] if name in one["figures"])
        assert abs(parts - euro(whole["total"][name])) < NEAR, name
    for level in ("portfolio", "value_stream", "investment"):
        parts = told(terminal, "money", "--by", level)
        top = sum(euro(one["whole"]["ac"]) for one in parts if one["depth"] == 0 and "ac" in one["whole"])
        assert abs(top - euro(whole["whole"]["ac"])) < NEAR, level
    assert "Claims Transformation" in terminal("money", "--by", "portfolio").out


def test_a_bridge_starts_at_the_forecast_of_then_and_ends_at_that_of_now(terminal: Terminal) -> None:
    said = told(terminal, "money", "bridge", "--before", "300")
    then, now = told(terminal, "money", "--at", "300"), told(terminal, "money")
    assert abs(euro(said["opening"]) - euro(then["whole"]["eac"])) < NEAR
    assert abs(euro(said["closing"]) - euro(now["whole"]["eac"])) < NEAR
    steps = sum(euro(one["figure"]) for one in said["steps"])
    assert abs(euro(said["opening"]) + steps - euro(said["closing"])) < NEAR
    assert sum(1 for one in said["steps"] if one["figure"]["value"]) > 1
    shown = terminal("money", "bridge", "--before", "300").out
    assert "Expected then" in shown
    assert "Expected now" in shown


def test_a_waterfall_leaves_what_is_free_and_a_burn_adds_up(terminal: Terminal) -> None:
    for scope in ((), ("portfolio", "Claims Transformation"), ("INV-0003",)):
        steps = {one["name"]: euro(one["figure"]) for one in told(terminal, "money", "waterfall", *scope)["steps"]}
        spoken_for = steps["spent"] + steps["committed"] + steps["forecast"]
        assert abs(steps["approved"] - spoken_for - steps["free"]) < NEAR, scope
    assert "Approved" in terminal("money", "waterfall").out
    year = told(terminal, "money", "--unit", "quarter")
    start, until = year["window"].values()
    points = told(terminal, "money", "burn", "--unit", "quarter", "--from", start, "--until", until)["points"]
    for (before, after), row in zip(pairwise(points), year["periods"][1:], strict=True):
        assert abs(euro(after["plan"]) - euro(before["plan"]) - euro(row["figures"]["plan"])) < NEAR
    assert points[-1]["label"] in terminal("money", "burn", "--unit", "quarter").out


def test_a_month_is_closed_and_opened_again(terminal: Terminal) -> None:
    proposal = told(terminal, "money", "close")
    label, (start, until) = proposal["label"], days(proposal)
    assert f"Closing {label}" in terminal("money", "close").out
    assert proposal["released"] and "end with it" in terminal("money", "close").out
    assert "Add --yes" in terminal("money", "close").out
    head = terminal("--json", "money").json["revision"]
    assert told(terminal, "money", "--from", start, "--until", until)["periods"][0]["state"] == "open"
    done = terminal("--json", "money", "close", label, "--yes", "--note", "As agreed")
    assert (done.code, done.json["closed"], done.json["revision"]) == (0, True, head + 1)
    row = told(terminal, "money", "--from", start, "--until", until)["periods"][0]
    for name in ("accrual", "expected", "variance"):
        assert row["figures"][name]["value"] == proposal["figures"][name]["value"], "it is as it was proposed"
    assert row["state"] == "closed"
    last = (date.fromisoformat(until) - timedelta(days=1)).isoformat()
    accrued = Rows(terminal).euro({(last, currency): amount for currency, amount in proposal["accrued"].items()})
    # Each month takes back what the one before stated, so that all of them together are what the last one states.
    together = told(terminal, "money", "--from", "2020-01-01", "--until", until)["total"]["accrual"]
    assert abs(euro(together) - accrued) < NEAR
    before = told(terminal, "money", "--from", start, "--until", until, "--at", str(head))["periods"][0]
    assert before["state"] == "open"
    again = terminal("--json", "money", "close", label, "--yes")
    assert again.code == 2
    assert "period-closed" in again.out + again.err
    assert terminal("money", "reopen", label).code == 2
    assert terminal("money", "reopen", label, "--reason", "x", "--as", KWAME).code == 5
    assert "reopened: A late bill" in terminal("money", "reopen", label, "--reason", "A late bill").out
    assert terminal("money", "reopen", label, "--reason", "Twice").code == 4
    assert terminal("money", "close", label, "--yes").code == 0
    assert terminal("revert", str(head + 3), "--reason", "Too early").code == 0
    after = told(terminal, "money", "--from", start, "--until", until)["periods"][0]
    assert (after["state"], after["figures"]["actual"]["value"]) == ("open", before["figures"]["actual"]["value"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("portfolio",), 2, "Say which portfolio"),
        (("portfolio", "Nowhere"), 4, "There is no portfolio “Nowhere”"),
        (("INV-9999",), 4, "There is no investment “INV-9999”"),
        (("planet", "Mars"), 2, "Levels: organisation"),
        (("--period", "soon"), 2, "FY26-Q3"),
        (("--from", "2026-05-01", "--until", "2026-03-01"), 2, "backwards"),
        (("--from", "31.03.2026"), 2, "2026-03-31"),
        (("--in", "ZZZ"), 2, "ISO 4217"),
        (("--unit", "week"), 2, "month"),
        (("bridge", "--before", "nope"), 4, "There is no revision “nope”"),
        (("close", "soon"), 2, "FY26-P07"),
        (("close", "2099-01", "--yes"), 2, "not over yet"),
        (("close", "--yes", "--at", "500"), 2, "The past cannot be changed"),
        (("close", "--yes", "--at", "scenario:cut"), 2, "not on a scenario"),
        (("close", "--yes", "--as", KWAME), 5, "planner"),
        (("reopen", "2099-01", "--reason", "x"), 4, "closed"),
    ],
)
def test_what_cannot_be_done_is_said(terminal: Terminal, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = terminal("money", *arguments)
    assert done.code == code, done
    assert words in done.err
    said = terminal("--json", "money", *arguments)
    assert said.code == code
    assert words in said.json["message"] + str(said.json.get("remedy"))


def test_a_missing_rate_is_said_and_the_money_stays(terminal: Terminal) -> None:
    said = told(terminal, "money", "--in", "JPY")
    assert Decimal(said["whole"]["ac"]["value"]["EUR"]) > 0
    assert any("EUR→JPY" in one["message"] for one in said["findings"])
