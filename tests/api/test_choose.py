"""Choosing through the API: the best plan, why it is so, the same as a file, and the answer as a scenario."""

from __future__ import annotations

import json

from django.utils import timezone

from northing.decide.file import read
from northing.portfolio.edits import create
from northing.portfolio.entity import derived_id

from .conftest import Call, Place

LID = derived_id("test", "acme", "lid")


def test_from_the_question_to_the_scenario(acme: Place, call: Call) -> None:
    year = timezone.localdate().year + 1
    quarter = {"start": f"{year}-01-01", "end": f"{year}-04-01"}
    acme.record.commit(
        [
            line
            for name, cost, gain in (("bot", "100", "300"), ("idle", "80", "900"))
            for line in (
                create("cost_plan_line", derived_id("c", name, "1"), investment=acme.ids[name], likely=cost,
                       currency="EUR", **quarter),
                create("benefit_plan_line", derived_id("b", name, "1"), investment=acme.ids[name], likely=gain,
                       currency="EUR", **quarter),
            )
        ]
        + [create("limit", LID, name="Lid", type="budget", per="quarter", most="100", **quarter)],
        on=None, by=acme.actors["owner"], reason="Next year",
    )  # fmt: skip
    viewer, planner = acme.keys["viewer"], acme.keys["planner"]
    told = call("POST", "/w/acme/choice", viewer, json={})
    assert told.status == 200, told.body
    assert (told.data["status"], told.data["gap"], told.data["bound"]) == ("best", 0.0, told.data["value"])
    assert {row["name"]: row["state"] for row in told.data["rows"]} == {
        "Answer bot": "goes-out", "Ünused licences": "stays-in",
    }  # fmt: skip
    assert told.data["limits"][0]["spans"][0] == {
        "period": told.data["limits"][0]["spans"][0]["period"], "used": "80.00", "least": None, "most": "100",
    }  # fmt: skip
    more = call("POST", "/w/acme/choice", viewer, json={"most": {LID: "200"}})
    assert {row["state"] for row in more.data["rows"]} == {"stays-in"}
    clash = call(
        "POST", "/w/acme/choice", viewer, json={"pins": dict.fromkeys((acme.ids["bot"], acme.ids["idle"]), "in")}
    )
    assert clash.data["status"] == "impossible" and clash.data["clash"]["repair"]

    why = call("POST", "/w/acme/choice/why", viewer, json={"about": acme.ids["bot"]}).data["reason"]
    assert not why["chosen"] and "80" in " ".join(one["words"] for one in why["changes"])
    file = call("POST", "/w/acme/choice/problem", viewer, json={"most": {LID: "99"}})
    assert read(json.dumps(file.data).encode()).limits[0].most == [99]  # type: ignore[union-attr]

    for body in ({"most": {LID: "NaN"}}, {"most": {LID: "1e15"}}, {"most": {"x": "1"}}, {"pins": {LID: "in"}}):
        assert call("POST", "/w/acme/choice", viewer, json=body).status in (400, 422), body
    saved = {"name": "best", "reason": "It is worth most."}
    assert call("POST", "/w/acme/choice/scenario", viewer, json=saved).status == 403
    done = call("POST", "/w/acme/choice/scenario", planner, json=saved)
    assert done.status == 201, done.body
    assert acme.record.plan("scenario:best").investments[acme.ids["bot"]].choice == "out"
    assert acme.record.plan().investments[acme.ids["bot"]].choice is None
    again = call("POST", "/w/acme/choice", viewer, json={"at": "scenario:best"}).data
    assert {row["state"] for row in again["rows"]} == {"stays-in", "stays-out"}
