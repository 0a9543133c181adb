"""Scenarios through the API: begun, changed, held beside the plan, brought up to date, merged, set aside."""

from __future__ import annotations

from .conftest import Answer, Call, Place


def stage(place: Place, call: Call, value: str, branch: str = "main", by: str = "planner") -> Answer:
    head = place.record.head(branch)
    edit = {"op": "change", "kind": "investment", "id": place.ids["bot"], "fields": {"stage": value}}
    body = {"on": head, "reason": "-", "branch": branch, "edits": [edit]}
    return call("POST", "/w/acme/commits", place.keys[by], json=body)


def test_a_scenario_from_its_beginning_to_its_merge(acme: Place, call: Call) -> None:
    made = call("POST", "/w/acme/scenarios", acme.keys["contributor"], json={"name": "cut-10", "reason": "What if?"})
    assert (made.status, made.data["state"], made.data["investments"]) == (201, "open", 0)
    assert stage(acme, call, "stopped", "cut-10", by="contributor").status == 201
    record, cut = call("GET", "/w/acme/side-by-side?with=cut-10", acme.keys["viewer"]).data
    assert (record["name"], cut["name"], cut["removed"]) == ("", "cut-10", ["Answer bot"])
    assert cut["investments"] == record["investments"] - 1
    preview = call("GET", "/w/acme/scenarios/cut-10/preview", acme.keys["viewer"]).data
    assert [one["id"] for one in preview["changes"]] == [acme.ids["bot"]]
    assert call("POST", "/w/acme/scenarios/cut-10/merge", acme.keys["contributor"], json={"reason": "-"}).status == 403
    done = call("POST", "/w/acme/scenarios/cut-10/merge", acme.keys["planner"], json={"reason": "Agreed"})
    assert done.status == 200
    assert acme.record.plan().investments[acme.ids["bot"]].stage == "stopped"
    said = call("GET", "/w/acme/scenarios/cut-10", acme.keys["viewer"]).data
    assert (said["state"], said["closed_by"]) == ("merged", acme.record.head())


def test_a_clash_is_answered_with_both_sides_and_settled_by_choices(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    call("POST", "/w/acme/scenarios", key, json={"name": "cut-10"})
    stage(acme, call, "stopped", "cut-10")
    stage(acme, call, "scale")
    clash = call("POST", "/w/acme/scenarios/cut-10/merge", key, json={"reason": "-"})
    assert clash.status == 409
    (conflict,) = clash.body["details"]["conflicts"]
    assert (conflict["field"], conflict["theirs"], conflict["yours"]) == ("stage", "scale", "stopped")
    choice = {"kind": "investment", "id": acme.ids["bot"], "field": "stage", "side": "yours"}
    heads = {"scenario_head": acme.record.head("cut-10"), "plan_head": acme.record.head() - 1}
    stale = call("POST", "/w/acme/scenarios/cut-10/merge", key, json={"reason": "-", "choices": [choice], **heads})
    assert stale.status == 409, "the plan has moved since it was looked at"
    heads["plan_head"] += 1
    settled = call("POST", "/w/acme/scenarios/cut-10/merge", key, json={"reason": "-", "choices": [choice], **heads})
    assert settled.status == 200
    assert acme.record.plan().investments[acme.ids["bot"]].stage == "stopped"


def test_brought_up_to_date_set_aside_and_taken_up_again(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    call("POST", "/w/acme/scenarios", key, json={"name": "cut-10"})
    stage(acme, call, "scale")
    assert call("GET", "/w/acme/scenarios/cut-10", key).data["behind"] == 1
    assert call("POST", "/w/acme/scenarios/cut-10/update", key, json={"reason": "-"}).status == 200
    assert call("GET", "/w/acme/scenarios/cut-10", key).data["behind"] == 0
    aside = call("PATCH", "/w/acme/scenarios/cut-10", key, json={"state": "aside", "reason": "Not now"})
    assert aside.data["state"] == "aside"
    assert stage(acme, call, "stopped", "cut-10").status == 422
    again = call("PATCH", "/w/acme/scenarios/cut-10", key, json={"state": "open", "reason": "Now"})
    assert again.data["state"] == "open"
    assert stage(acme, call, "stopped", "cut-10").status == 201
    assert call("GET", "/w/acme/scenarios/nothing", key).status == 404
    assert call("GET", "/w/acme/side-by-side?with=nothing", key).status == 404
