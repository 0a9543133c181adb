"""``northing choose``: the best plan of the sample, tried, explained, written as a file and taken into a scenario."""

from __future__ import annotations

from pathlib import Path

from .conftest import Terminal


def test_the_best_plan_tried_and_explained(terminal: Terminal) -> None:
    told = terminal("choose", "--json").json["data"]
    assert told["status"] == "best" and told["gap"] == 0 and told["value"] == told["bound"]
    less = terminal("choose", "--most", "Opex of the year ahead=3000000", "--gap", "1%", "--json").json["data"]
    assert float(less["value"]) < float(told["value"])
    opex = next(one for one in less["limits"] if one["name"] == "Opex of the year ahead")
    assert float(opex["spans"][0]["used"]) <= float(opex["spans"][0]["most"]) == 3_000_000
    out = next(row for row in told["rows"] if row["state"] == "goes-out")
    assert "is out." in terminal("choose", "--why", out["number"]).out
    assert f"in: {out['number']}" not in terminal("choose", "--pin", f"{out['name']}=out").out
    none = terminal("choose", "--most", "Opex of the year ahead=1000").out
    assert "These cannot all be kept:" in none and "The cheapest repair:" in none
    assert terminal("choose", "--most", "Nothing=1").code == 4
    assert terminal("choose", "--most", "Opex of the year ahead=NaN").code == 2
    assert terminal("choose", "--most", "Opex of the year ahead").code == 2


def test_the_same_from_a_file(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "choice.json"
    told = terminal("choose", "--json").json["data"]
    assert terminal("choose", "--write", str(file)).code == 0
    again = terminal("optimise", str(file), "--json").json["data"]
    assert float(again["value"]) == float(told["value"])
    ways = {row["id"]: row["way"] for row in told["rows"] if row["way"]}
    assert set(again["plan"]) == set(ways)
    assert terminal("choose", "--write", str(tmp_path / "no" / "x")).code == 2


def test_the_answer_as_a_scenario(terminal: Terminal) -> None:
    best = terminal("choose", "--json").json["data"]
    done = terminal("choose", "--save", "Best", "--reason", "The best under these limits", "--json").json
    changed = [row for row in best["rows"] if row["state"] in ("comes-in", "goes-out", "changes")]
    assert len(done["decisions"]) == len(changed) > 5
    there = terminal("--at", "scenario:Best", "choose", "--json").json["data"]
    assert abs(float(there["value"]) - float(best["value"])) < 0.01 * len(changed)
    assert not [row for row in there["rows"] if row["state"] in ("comes-in", "goes-out")]
    assert terminal("choose", "--save", "Best").code != 0, "the name is taken"
    assert terminal("verify").code == 0
