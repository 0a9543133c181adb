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
