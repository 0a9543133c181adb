"""``northing rule`` and ``northing unattributed`` on the sample: what a rule claims, held against the files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .conftest import Terminal
from .rows_read import NEAR, Rows, euro
from .test_money import KWAME, told

ENDPOINTS = 'provider = "Nimbora Cloud" and service = "Model Endpoints"'
ALWAYS = ("2000-01-01", "2100-01-01")


def endpoints(terminal: Terminal) -> dict[str, Any]:
    groups = told(terminal, "unattributed", "--by", "service")["groups"]
    return next((one for one in groups if one["by"]["service"] == "Model Endpoints"), {})


def test_what_nobody_claims_and_what_rules_claim_is_what_was_billed(terminal: Terminal) -> None:
    rows = Rows(terminal)
    said = told(terminal, "unattributed", "--by", "provider,service")
    billed = rows.euro(rows.sums("cost", "billed", said["window"]["start"], said["window"]["end"]))
    assert abs(euro(said["billed"]) - billed) < NEAR
    assert abs(sum(euro(one["amount"]) for one in said["groups"]) - euro(said["total"])) < NEAR
    assert abs(Decimal(said["share"]["value"]) - euro(said["total"]) / billed) < NEAR
    marks = [one["is_ai"] for one in said["groups"]]
    assert marks == sorted(marks, reverse=True), "shadow AI on top"
    assert abs(sum(euro(one["amount"]) for one in said["groups"] if one["is_ai"]) - euro(said["shadow_ai"])) < NEAR
    shown = terminal("unattributed").out
    assert "Shadow AI" in shown
    rules = told(terminal, "rule", "list")
    claimed = sum(Decimal(one["amount"].get("EUR", 0)) for one in rules)
    everything = rows.euro(rows.sums("cost", "billed", *ALWAYS))
    open_total = euro(told(terminal, "unattributed", "--from", "2025-01-01", "--until", "2027-12-31")["total"])
    assert abs(claimed + open_total - everything) < NEAR


def test_a_rule_from_its_preview_to_its_undoing(terminal: Terminal) -> None:
    free = endpoints(terminal)
    says = ("--where", ENDPOINTS, "--investment", "INV-0003", "--tables", "cost")
    preview = told(terminal, "rule", "preview", *says)["tables"]["cost"]
    assert preview["from_unattributed"]["lines"] == free["lines"]
    assert preview["claimed"]["lines"] == free["lines"] + sum(one["lines"] for one in preview["taken_from"].values())
    assert {code: Decimal(one) for code, one in preview["from_unattributed"]["amounts"].items()} == {
        code: Decimal(one) for code, one in free["native"].items()
    }
    assert f"claims {preview['claimed']['lines']} lines" in terminal("rule", "preview", *says).out
    of_half = told(terminal, "rule", "preview", *says, "--share", "0.5")["tables"]["cost"]
    taken = of_half["from_unattributed"]["amounts"]["USD"]
    head = terminal("--json", "money").json["revision"]
    asked = terminal("--json", "rule", "add", *says)
    assert asked.json["data"]["tables"]["cost"] == preview
    assert "Nothing was written" in asked.err
    made = terminal("--json", "rule", "add", *says, "--share", "0.5", "--name", "Endpoints", "--yes")
    assert (made.code, made.json["revision"]) == (0, head + 1)
    number = made.json["data"][0]["number"]
    half = endpoints(terminal)
    assert Decimal(half["native"]["USD"]) + Decimal(taken) == Decimal(free["native"]["USD"])
    assert Decimal(half["native"]["USD"]) <= Decimal(free["native"]["USD"]) / 2, "half, or what other rules leave"
    assert terminal("rule", "set", number, "--share", "1", "--reason", "All of it", "--yes").code == 0
    assert endpoints(terminal) == {}
    assert [
        one["share"] for one in told(terminal, "rule", "list", "--at", str(head + 1)) if one["number"] == number
    ] == ["0.5"]
    assert not [one for one in told(terminal, "rule", "list", "--at", str(head)) if one["number"] == number]
    asked = terminal("--json", "rule", "remove", "Endpoints")
    assert asked.json["data"]["tables"]["cost"]["from_unattributed"]["lines"] == free["lines"]
    assert terminal("rule", "end", number, "2025-10-01", "--yes").code == 0
    assert endpoints(terminal)["first"] >= "2025-10-01"
    assert terminal("rule", "remove", number, "--reason", "By mistake", "--yes").code == 0
    assert endpoints(terminal) == free
    assert terminal("revert", str(head + 4), "--reason", "It was right").code == 0
    assert terminal("revert", str(head + 3), "--reason", "It goes on").code == 0
    assert endpoints(terminal) == {}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("preview",), 2, "where"),
        (("preview", "--where", "provider = x"), 2, "investment"),
        (("preview", "--where", "provider = x", "--investment", "INV-9999"), 4, "INV-9999"),
        (("preview", "--where", "provder = x", "--investment", "INV-0003"), 2, "provider"),
        (("preview", "--where", "provider =", "--investment", "INV-0003"), 2, "filter stops"),
        (("add", "--where", "provider = x", "--investment", "INV-0003", "--share", "1.5", "--yes"), 2, "at most 1"),
        (("add", "--where", "provider = x", "--investment", "INV-0003", "--share", "half", "--yes"), 2, "half"),
        (("add", "--where", "provider = x", "--investment", "INV-0003", "--yes", "--at", "500"), 2, "past"),
        (("add", "--where", "provider = x", "--investment", "INV-0003", "--yes", "--as", KWAME), 5, "planner"),
        (("set", "RULE-9999", "--share", "1"), 4, "RULE-9999"),
        (("end", "RULE-0003", "soon"), 2, "soon"),
        (("remove", "RULE-9999", "--yes"), 4, "RULE-9999"),
    ],
)
def test_what_is_no_rule_is_said(terminal: Terminal, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = terminal("rule", *arguments)
    assert done.code == code, done
    assert words in done.err
    assert terminal("--json", "rule", *arguments).json["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--by", "colour"), "tag.project"), (("--where", "provder = x"), "provider"), (("--in", "ZZZ"), "ISO")],
)
def test_what_cannot_be_asked_is_said(terminal: Terminal, arguments: tuple[str, str], words: str) -> None:
    done = terminal("unattributed", *arguments)
    assert done.code == 2
    assert words in done.err
