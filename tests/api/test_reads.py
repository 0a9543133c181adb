"""Reading through the API."""

from __future__ import annotations

import pytest

from .conftest import Call, Place


def test_me(acme: Place, call: Call) -> None:
    said = call("GET", "/me", acme.keys["viewer"])
    assert said.status == 200
    assert said.data["email"] == "viewer@acme.example"
    assert [(one["slug"], one["role"]) for one in said.data["workspaces"]] == [("acme", "viewer")]


def test_one_investment_with_what_belongs_to_it(acme: Place, call: Call) -> None:
    """By number; planned money is computed, the owner is named, milestones and systems are linked."""
    said = call("GET", "/w/acme/investments/INV-0001?blame=true", acme.keys["viewer"])
    assert said.status == 200
    assert said.body["revision"] == 1
    bot = said.data
    assert (bot["id"], bot["name"], bot["fields"]["stage"]) == (acme.ids["bot"], "Answer bot", "pilot")
    assert bot["fields"]["sponsor"] is None
    assert bot["derived"]["planned"] == {"EUR": "120000.50"}
    assert said.body["names"][bot["fields"]["owner"]] == "Olga Berg"
    assert bot["links"]["milestones"]["ids"] == [acme.ids["gate"]]
    assert bot["blame"]["stage"]["author"] == acme.actors["owner"].id


@pytest.mark.parametrize("path", ["/w/acme/investments/INV-0777", "/w/acme/unicorns/INV-0001", "/w/acme/tags/x/y/z"])
def test_what_is_not_there(acme: Place, call: Call, path: str) -> None:
    said = call("GET", path, acme.keys["owner"])
    assert (said.status, said.body["code"]) == (404, "not-found")


def test_the_past_stays_as_it_was(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    call("PATCH", "/w/acme/investments/INV-0001", key, {"fields": {"stage": "scale"}, "reason": "Gate passed", "on": 1})
    now = call("GET", "/w/acme/investments/INV-0001", key)
    then = call("GET", "/w/acme/investments/INV-0001?at=1", key)
    assert (now.data["fields"]["stage"], now.body["revision"]) == ("scale", 2)
    assert (then.data["fields"]["stage"], then.body["revision"]) == ("pilot", 1)


def test_a_list_filters_sorts_groups_and_adds_up(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    said = call("GET", "/w/acme/investments?where=stage = pilot&fields=name,owner,planned&sum=planned", key)
    assert said.status == 200, said.body
    assert said.data == [
        {"id": acme.ids["bot"], "name": "Answer bot", "owner": acme.actors["owner"].id, "planned": {"EUR": "120000.50"}}
    ]
    assert said.body["names"] == {acme.actors["owner"].id: "Olga Berg"}
    assert said.body["aggregates"] == [
        {"function": "sum", "column": "planned", "value": {"EUR": "120000.50"}, "filled": 1}
    ]
    grouped = call("GET", "/w/acme/investments?by=stage&sum=planned&limit=0&sort=-count", key)
    assert {group["values"]["stage"]: group["count"] for group in grouped.body["groups"]} == {"idea": 1, "pilot": 1}
    assert grouped.data == []


def test_a_wrong_word_is_answered_with_the_nearest_right_one(acme: Place, call: Call) -> None:
    said = call("GET", "/w/acme/investments?where=stagee = pilot", acme.keys["viewer"])
    assert (said.status, said.body["code"]) == (422, "invalid")
    assert "stage" in str(said.body)


def test_pages_stay_as_they_were_begun_while_others_commit(acme: Place, call: Call) -> None:
    """Ten objectives, read two at a time; between the pages somebody removes what was read and adds more."""
    key = acme.keys["planner"]
    edits = [{"op": "create", "kind": "objective", "fields": {"name": f"Aim {number}"}} for number in range(10)]
    call("POST", "/w/acme/commits", key, {"edits": edits, "reason": "More aims", "on": 1})
    expected = [row["name"] for row in call("GET", "/w/acme/objectives?fields=name&sort=name", key).data]
    seen, path = [], "/w/acme/objectives?fields=name&sort=name&limit=2"
    page = call("GET", path, key)
    while True:
        seen += [row["name"] for row in page.data]
        assert page.body["revision"] == 2
        if page.body["next"] is None:
            break
        call("POST", "/w/acme/objectives", key, {"fields": {"name": "Aim 0"}, "reason": "Push in", "on": 2})
        page = call("GET", f"{path}&cursor={page.body['next']}", key)
    assert seen == expected
    assert len(seen) == 11


def test_a_cursor_of_another_question_is_refused(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    page = call("GET", "/w/acme/investments?limit=1", key)
    assert page.body["next"]
    for path in ("/w/acme/investments?limit=1&where=stage=idea&cursor=", "/w/acme/objectives?cursor="):
        said = call("GET", path + page.body["next"], key)
        assert (said.status, said.body["code"]) == (422, "invalid"), path
    assert call("GET", "/w/acme/investments?cursor=bm9uc2Vuc2U", key).status == 422


def test_reading_is_limited(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    for query in ("limit=1001", "limit=-1", "fields=" + ",".join(["name"] * 61), "where=" + "x" * 8001):
        assert call("GET", f"/w/acme/investments?{query}", key).status == 422, query[:30]
