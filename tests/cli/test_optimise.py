"""``northing optimise``: what a person reads of a plan, of its explanations, and of limits that clash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from northing.cli import main

SAID: dict[str, Any] = {
    "currency": "EUR",
    "periods": ["Q1", "Q2"],
    "items": [
        {"id": "claims", "value": 900, "cost": {"capex": [300, 100], "opex": [0, 40]}, "uses": {"engineer": [1.5, 0.5]}},
        {"id": "search", "options": [
            {"name": "now", "value": 500, "cost": {"capex": [200, 0]}, "uses": {"engineer": [1, 0]}},
            {"name": "later", "start": 1, "value": 450, "cost": {"capex": [0, 300]}, "uses": {"engineer": [0, 1]}},
        ]},
        {"id": "bot", "value": 300, "cost": {"capex": [100, 150]}},
    ],
    "limits": [
        {"kind": "budget", "most": [350, 350]},
        {"kind": "capacity", "of": "engineer", "most": 2},
        {"kind": "requires", "item": "search", "needs": "claims", "lag": 1},
    ],
}  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], folder: Path, *options: str, **other: Any) -> str:
    file = folder / "choice.json"
    file.write_text(json.dumps(SAID | other))
    with pytest.raises(SystemExit):
        main(["optimise", str(file), *options])
    out, wrong = capsys.readouterr()
    return out + wrong


def test_a_plan_and_why_it_is_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = told(capsys, tmp_path, "--explain", "20")
    assert "Value 900 EUR: no plan is worth more.\n  claims\n" in said
    assert "bot is out; in if 125 EUR cheaper (50.0%).\n" in said
    assert "bot is out; in if The budget in Q1: +50 EUR.\n" in said
    assert "search is out; in if The budget in Q2: +90 EUR.\n" in said
    assert "claims is in; without it: bot (worth 600 less).\n" in said


def test_limits_that_clash(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    clashing = [{"kind": "budget", "most": [450, 150]}, *SAID["limits"][1:]]
    said = told(capsys, tmp_path, limits=clashing, pins={"search": "in"})
    assert said.startswith("No plan keeps all limits.\nThese cannot all be kept:\n")
    assert "“search” requires “claims” by 1 periods before" in said
    assert said.endswith("The cheapest repair:\n  The budget in Q2: 150 EUR at most: 290 EUR more\n")
    assert "“claims”, “bot”: what must be done takes 50 EUR more" in told(
        capsys, tmp_path, pins={"claims": "in", "bot": "in"}
    )


def test_json_for_a_pipeline(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer = json.loads(told(capsys, tmp_path, "--json", "--gap", "1%", "--seconds", "5"))["data"]
    assert answer["plan"] == {"claims": ""}
    assert (answer["value"], answer["status"]) == (900, "best")
    assert answer["bound"] >= 900
    assert "is no share" in told(capsys, tmp_path, "--gap", "much")
