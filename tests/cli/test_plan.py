"""Looking at the plan and changing it, from the command line, on the sample organisation."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Terminal


def test_a_filter_over_links_grouped_and_added_up(terminal: Terminal) -> None:
    """The question of the issue, in one line."""
    done = terminal(
        "list", "investments", "--where", "stage is empty and ai_systems.development_stage = Deployed",
        "--by", "portfolio", "--sum", "planned", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert {"revision", "at", "data", "groups", "aggregates", "total"} <= set(done.json)
    assert sum(group["count"] for group in done.json["groups"]) == done.json["total"]


def test_the_table_and_the_json_say_the_same(terminal: Terminal) -> None:
    table = terminal("list", "investments", "--where", "stage = pilot", "--sort", "number")
    rows = terminal("list", "investments", "--where", "stage = pilot", "--sort", "number", "--json").json["data"]
    assert rows
    shown = [line.split()[0] for line in table.out.splitlines()[1 : len(rows) + 1]]
    assert shown == [row["number"] for row in rows]
    assert f"{len(rows)} investments" in table.out


def test_figures_agree_with_the_rows(terminal: Terminal) -> None:
    from decimal import Decimal

    answer = terminal("list", "investments", "--columns", "planned", "--sum", "planned", "--count", "--json").json
    total: dict[str, Decimal] = {}
    for row in answer["data"]:
        for currency, amount in (row["planned"] or {}).items():
            total[currency] = total.get(currency, Decimal(0)) + Decimal(amount)
    figures = {(figure["function"], figure["column"]): figure["value"] for figure in answer["aggregates"]}
    assert {currency: Decimal(amount) for currency, amount in figures["sum", "planned"].items()} == total
    assert figures["count", ""] == answer["total"] == len(answer["data"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["list", "investmnts"], 4, "Did you mean “investments”?"),
        (["list", "investments", "--where", "stagee = pilot"], 2, "stage"),
        (["list", "investments", "--where", "stage = pilott"], 2, "Did you mean “pilot”?"),
        (["list", "investments", "--sum", "name"], 2, "cannot be taken as sum"),
        (["show", "INV-9999"], 4, "Nothing here is called"),
        (["show", "claims"], 2, "could be several"),
        (["list", "investments", "--at", "tag:nowhere"], 4, "There is no revision"),
        (["set", "INV-0003", "stage=flying", "--reason", "x"], 2, "flying"),
        (["set", "INV-0003", "number=INV-0001", "--reason", "x"], 2, "cannot be set"),
        (["set", "INV-0003", "stage=pilot", "--reason", "x", "--at", "5"], 2, "past cannot be changed"),
        (["revert", "99999"], 4, "There is no revision"),
        (["tag", "--remove"], 2, "Which tag"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(terminal: Terminal, arguments: list[str], code: int, said: str) -> None:
    done = terminal(*arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    as_json = terminal(*arguments, "--json")
    assert as_json.code == code
    assert set(as_json.json) == {"code", "message", "remedy", "details"}


def test_show_by_number_name_and_beginning_of_the_id(terminal: Terminal) -> None:
    by_number = terminal("show", "INV-0003", "--json").json
    name, id = by_number["data"]["name"], by_number["data"]["id"]
    assert terminal("show", name.lower(), "--json").json == by_number
    assert terminal("show", id, "--json").json == by_number
    text = terminal("show", "inv-3").out
    assert f"INV-0003 {name}" in text
    for raw in (id, "None", "on_hold", "{"):
        assert raw not in text


def test_set_log_blame_diff_and_revert_tell_one_story(terminal: Terminal) -> None:
    """Ana stops an investment; the history names her; the difference says it in words; reverting brings it back."""
    before = terminal("show", "INV-0006", "--json").json
    head = before["revision"]
    was = before["data"]["fields"]["stage"]
    done = terminal(
        "set", "INV-0006", "stage=stopped", "--reason", "No budget in 2027", "--as", "ana.ferreira@fenmarch.example"
    )
    assert done.out == f"Revision {head + 1}: {before['data']['name']}.\n"
    assert "No budget in 2027" in terminal("log", "--limit", "1").out
    assert "Stopped" in terminal("log", "INV-0006", "--limit", "1").out
    blamed = terminal("blame", "INV-0006", "--json").json["data"]["stage"]
    assert (blamed["no"], blamed["reason"], blamed["via"]) == (head + 1, "No budget in 2027", "cli")
    told = terminal("diff", str(head)).out
    assert "INV-0006" in told
    assert "→ Stopped" in told
    assert "Ana Ferreira" in told
    assert terminal("revert", str(head + 1), "--reason", "Found some").code == 0
    assert terminal("show", "INV-0006", "--json").json["data"]["fields"]["stage"] == was
    assert terminal("diff", str(head)).out.strip().endswith("Nothing changed.")
    assert terminal("show", "INV-0006", "--at", str(head + 1), "--json").json["data"]["fields"]["stage"] == "stopped"


def test_a_conflict_shows_base_theirs_and_yours(terminal: Terminal) -> None:
    head = terminal("show", "INV-0008", "--json").json["revision"]
    assert terminal("set", "INV-0008", "category=Pricing", "--reason", "one").code == 0
    done = terminal("set", "INV-0008", "category=Valuation", "--reason", "two", "--on", str(head))
    assert done.code == 3
    assert "Pricing" in done.err
    assert "Valuation" in done.err


def test_a_viewer_may_look_and_not_change(terminal: Terminal) -> None:
    noor = ("--as", "noor.azizlindqvist@fenmarch.example")
    assert terminal("list", "investments", "--limit", "1", *noor).code == 0
    done = terminal("set", "INV-0003", "category=x", "--reason", "x", *noor)
    assert done.code == 5
    assert "viewer" in done.err
    assert terminal("tag", "mine", *noor).code == 5
    assert terminal("user", "invite", "x@fenmarch.example", *noor).code == 5


def test_people_come_and_go(terminal: Terminal) -> None:
    added = terminal("user", "add", "Uma@Fenmarch.example", "--name", "Uma Roy", "--role", "planner", "--json").json[
        "data"
    ]
    assert (added["email"], added["role"]) == ("uma@fenmarch.example", "planner")
    assert len(added["password"]) >= 16
    assert terminal("set", "INV-0003", "owner=Uma Roy", "--reason", "Joined").code == 0
    made = terminal("token", "create", "hers", "--user", "uma@fenmarch.example", "--json").json["data"]
    assert made["role"] == "planner"
    listed = terminal("token", "list").out
    assert made["prefix"] in listed
    assert made["key"] not in listed
    assert terminal("user", "remove", "uma@fenmarch.example").code == 0
    assert terminal("list", "investments", "--as", "uma@fenmarch.example").code == 4
    assert "Uma Roy" in terminal("show", "INV-0003").out, "what they owned keeps their name"
    assert terminal("user", "remove", "ana.ferreira@fenmarch.example").code == 2
    assert terminal("user", "add", "short@fenmarch.example", "--password-stdin", stdin="short\n").code == 2


def test_a_second_workspace_is_made_and_then_has_to_be_named(terminal: Terminal) -> None:
    made = terminal(
        "user", "add", "zoe@zephyr.example", "--workspace", "zephyr", "--create", "--password-stdin",
        stdin="a long enough 1 password\n",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert terminal("list", "investments").code == 2
    assert "--workspace" in terminal("list", "investments").err
    assert terminal("list", "people", "--as", "zoe@zephyr.example", "--json").json["total"] == 1
    assert terminal("list", "investments", "--as", "zoe@zephyr.example", "--workspace", "fenmarch").code == 4


def test_backup_and_restore(terminal: Terminal, tmp_path: Path) -> None:
    saved = terminal("backup", f"{tmp_path}/all.zip", "--json").json["data"]
    assert saved["heads"]
    again = terminal("backup", f"{tmp_path}/all.zip")
    assert (again.code, "is there already" in again.err) == (2, True)
    refused = terminal("restore", f"{tmp_path}/all.zip")
    assert (refused.code, "into an empty one" in refused.err) == (2, True)
    elsewhere = Terminal(tmp_path)
    try:
        restored = elsewhere("restore", f"{tmp_path}/all.zip", "--json").json["data"]
        assert restored["heads"] == saved["heads"]
        head = saved["heads"]["fenmarch"]["hash"]
        assert elsewhere("verify", "--head", head, "--workspace", "fenmarch").code == 0
        assert elsewhere("verify", "--head", "0" * 64, "--workspace", "fenmarch").code == 1
    finally:
        elsewhere.stop()
