"""What is measured, found and defined, through the API."""

from __future__ import annotations

from .conftest import Call, Place


def test_line_of_sight_names_the_broken_chain_and_the_edit_that_mends_it(acme: Place, call: Call) -> None:
    said = call("GET", "/w/acme/line-of-sight", acme.keys["viewer"])
    assert said.status == 200
    assert (said.data["share"], said.data["unbroken"]) == ("0.5", 1)
    (broken,) = said.data["broken"]
    assert (broken["investment"]["name"], broken["cause"]) == ("Ünused licences", "no-contribution")
    assert broken["sentence"]
    assert (broken["mend"]["op"], broken["mend"]["kind"]) == ("create", "strategic_contribution")


def test_anything_is_found_by_number_name_or_words(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    found = {
        text: [(hit["kind"], hit["name"]) for hit in call("GET", f"/w/acme/search?q={text}", key).data]
        for text in ("inv-1", "answer", "unused", "olga", "council", "mial triage")
    }
    assert found["inv-1"][0] == ("investment", "Answer bot")
    assert found["answer"] == [("investment", "Answer bot"), ("objective", "Answer every customer in a day")]
    assert found["unused"] == [("investment", "Ünused licences")]
    assert found["olga"] == [("person", "Olga Berg")]
    assert found["council"] == [("note", "Ask the works council.")]
    assert found["mial triage"] == [("ai_system", "Mail triage")]


def test_a_kind_says_what_it_consists_of(acme: Place, call: Call) -> None:
    said = call("GET", "/w/acme/schema/investments", acme.keys["viewer"])
    columns = {column["key"]: column for column in said.data["columns"]}
    assert columns["planned"]["type"] == "money"
    assert columns["planned"]["help"]
    assert said.data["json_schema"]["$defs"]["Investment"]["properties"]["stage"]
    everything = call("GET", "/w/acme/schema", acme.keys["viewer"])
    assert {"investment", "objective", "ai_system"} <= {kind["kind"] for kind in everything.data}


def test_what_needs_somebody(acme: Place, call: Call) -> None:
    said = call("GET", "/w/acme/attention?code=serves-nothing&code=lacks-owner", acme.keys["viewer"])
    assert [(item["code"], item["entity"]["name"]) for item in said.data] == [
        ("serves-nothing", "Ünused licences"),
        ("lacks-owner", "Ünused licences"),
    ]
    assert said.data[1]["mend"]["field"] == "owner"
    assert call("GET", "/w/acme/attention?code=bored", acme.keys["viewer"]).status == 422


def test_the_strategy_rolled_up(acme: Place, call: Call) -> None:
    """All planned money goes up to the one objective; the idle licences hang nowhere."""
    said = call("GET", "/w/acme/strategy", acme.keys["viewer"])
    (root,) = said.data["roots"]
    assert (root["entity"]["name"], root["count"], root["planned"]) == (
        "Answer every customer in a day", 1, {"EUR": "120000.50"}
    )  # fmt: skip
    assert (said.data["aligned"], said.data["unaligned"]) == ({"EUR": "120000.50"}, {})
    assert [said.body["names"][id] for id in said.data["orphans"]] == ["Ünused licences"]


def test_the_roadmap(acme: Place, call: Call) -> None:
    said = call("GET", "/w/acme/roadmap?where=stage=pilot", acme.keys["viewer"])
    (group,) = said.data["groups"]
    (row,) = group["rows"]
    assert [mark["name"] for mark in row["marks"]] == ["Scale gate"]
    assert said.body["names"][row["investment"]] == "Answer bot"


def test_a_table_as_a_file(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    csv = call("GET", "/w/acme/exports/investments?fields=number,name,planned&sort=name", key)
    assert csv.headers["Content-Disposition"] == 'attachment; filename="investments-1.csv"'
    assert csv.body.decode("utf-8-sig").splitlines() == [
        "Number,Name,Planned (EUR)",
        "INV-0001,Answer bot,120000.50",
        "INV-0002,Ünused licences,",
    ]
    xlsx = call("GET", "/w/acme/exports/investments?format=xlsx", key)
    assert xlsx.body[:2] == b"PK"


def test_long_lists_come_in_pages(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    whole = call("GET", "/w/acme/attention", key)
    seen, path = [], "/w/acme/attention?limit=1"
    page = call("GET", path, key)
    while page.body["next"]:
        seen += page.data
        page = call("GET", f"{path}&cursor={page.body['next']}", key)
    assert seen + page.data == whole.data
    assert len(whole.data) == whole.body["total"] > 1
    changes = call("GET", "/w/acme/changes?from=0&limit=4", key)
    rest = call("GET", f"/w/acme/changes?from=0&limit=4&cursor={changes.body['next']}", key)
    assert not {one["id"] for one in changes.data} & {one["id"] for one in rest.data}
    assert changes.body["total"] == 9
    told = call("GET", "/w/acme/difference?from=0", key)
    assert "Answer bot" in {one["name"] for one in told.data["investments"]}
