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
