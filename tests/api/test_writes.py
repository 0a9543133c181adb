"""Writing through the API: every write names its revision, and nobody overwrites what they never saw."""

from __future__ import annotations

import pytest

from northing.record import Record

from .conftest import Call, Place


def test_a_commit_of_several_edits_is_one_revision(acme: Place, call: Call) -> None:
    edits = [
        {"op": "create", "kind": "objective", "fields": {"name": "Cheaper claims", "level": "board"}},
        {"op": "change", "kind": "investment", "id": acme.ids["bot"], "fields": {"stage": "scale", "sponsor": None}},
        {"op": "remove", "kind": "note", "id": acme.ids["note"]},
    ]
    said = call("POST", "/w/acme/commits", acme.keys["planner"], {"edits": edits, "reason": "Steering group", "on": 1})
    assert said.status == 201, said.body
    assert [(one["op"], one["kind"]) for one in said.data["entities"]] == [
        ("create", "objective"),
        ("change", "investment"),
        ("remove", "note"),
    ]
    assert (said.body["revision"], said.data["revision"]["reason"]) == (2, "Steering group")
    assert (said.data["revision"]["author"], said.data["revision"]["via"]) == (acme.actors["planner"].id, "api")
    assert said.data["entities"][0]["number"] == "OBJ-0002"


@pytest.mark.parametrize("how", ["body", "header", "weak header"])
def test_a_write_names_its_revision(acme: Place, call: Call, how: str) -> None:
    path, key = "/w/acme/investments/INV-0001", acme.keys["planner"]
    body = {"fields": {"stage": "scale"}, "reason": "Gate passed"}
    refused = call("PATCH", path, key, body)
    assert (refused.status, refused.body["code"]) == (428, "revision-required")
    assert call("PATCH", path, key, body, If_Match="*").status == 422
    if how == "body":
        said = call("PATCH", path, key, {**body, "on": 1})
    else:
        said = call("PATCH", path, key, body, If_Match='"1"' if how == "header" else 'W/"1"')
    assert said.status == 200, said.body
    assert said.headers["ETag"] == '"2"'


def test_two_people_edit_one_field(acme: Place, call: Call) -> None:
    """The second gets base, theirs and yours; chooses; and the history names both."""
    path, planner, owner = "/w/acme/investments/INV-0001", acme.keys["planner"], acme.keys["owner"]
    call("PATCH", path, planner, {"fields": {"stage": "scale"}, "reason": "Gate passed", "on": 1})
    said = call("PATCH", path, owner, {"fields": {"stage": "stopped"}, "reason": "No budget", "on": 1})
    assert (said.status, said.body["code"]) == (409, "conflict")
    (conflict,) = said.body["details"]["conflicts"]
    assert (conflict["field"], conflict["base"], conflict["theirs"], conflict["yours"]) == (
        "stage", "pilot", "scale", "stopped"
    )  # fmt: skip
    assert (conflict["by"], conflict["revision"]) == (acme.actors["planner"].id, 2)
    head = said.body["details"]["head"]
    again = call("PATCH", path, owner, {"fields": {"stage": "stopped"}, "reason": "No budget", "on": head})
    assert again.status == 200
    history = call("GET", f"{path}/history", owner).data
    assert {change["author"] for change in history if change["field"] == "stage"} >= {
        acme.actors["planner"].id,
        acme.actors["owner"].id,
    }


def test_different_fields_merge(acme: Place, call: Call) -> None:
    path, key = "/w/acme/investments/INV-0001", acme.keys["planner"]
    call("PATCH", path, key, {"fields": {"stage": "scale"}, "reason": "Gate passed", "on": 1})
    said = call("PATCH", path, key, {"fields": {"name": "Answer bot 2"}, "reason": "Renamed", "on": 1})
    assert (said.status, said.data["merged_over"]) == (200, [2])
    fields = call("GET", path, key).data["fields"]
    assert (fields["name"], fields["stage"]) == ("Answer bot 2", "scale")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": "018f0000-0000-7000-8000-000000000001"}, "id"),
        ({"number": "INV-9999"}, "number"),
        ({"source_row": "x"}, "source_row"),
        ({"owner_role": "king"}, "owner_role"),
        ({"stage": "flying"}, "stage"),
        ({"start": "yesterday"}, "start"),
    ],
)
def test_fields_that_are_unknown_protected_or_wrong_are_refused(
    acme: Place, call: Call, fields: dict[str, str], field: str
) -> None:
    """Mass assignment: what the form does not have cannot be smuggled in."""
    for method, path in (("PATCH", "/w/acme/investments/INV-0001"), ("POST", "/w/acme/investments")):
        body = {"fields": {"name": "New", **fields}, "reason": "x", "on": 1}
        said = call(method, path, acme.keys["owner"], body)
        assert said.status == 422, said.body
        assert field in [finding["field"] for finding in said.body["details"]["findings"]]
    assert Record(acme.workspace.id).head() == 1


@pytest.mark.parametrize("extra", ["author", "at", "no", "via", "workspace"])
def test_a_commit_takes_no_more_than_it_says(acme: Place, call: Call, extra: str) -> None:
    body = {"edits": [{"op": "remove", "kind": "note", "id": acme.ids["note"]}], "reason": "x", "on": 1, extra: "1"}
    assert call("POST", "/w/acme/commits", acme.keys["owner"], body).status == 422


def test_files_as_they_came_are_not_edited(acme: Place, call: Call) -> None:
    body = {"fields": {"source": "omb", "name": "x", "sha256": "0"}, "reason": "x", "on": 1}
    assert call("POST", "/w/acme/source_files", acme.keys["owner"], body).status == 422


def test_a_preview_writes_nothing_and_names_consequences(acme: Place, call: Call) -> None:
    body = {"edits": [{"op": "remove", "kind": "investment", "id": acme.ids["bot"]}], "on": 1}
    said = call("POST", "/w/acme/commits/preview", acme.keys["planner"], body)
    assert said.status == 200, said.body
    assert {"milestone", "ai_system"} <= {one["kind"] for one in said.data["consequences"]}
    assert Record(acme.workspace.id).head() == 1


def test_a_person_has_a_name_that_is_kept_apart(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    body = {"fields": {"name": "Ines Roth", "email": "ines@acme.example", "job": "Head"}, "reason": "Joined", "on": 1}
    said = call("POST", "/w/acme/people", key, body)
    assert said.status == 201, said.body
    id = said.data["entities"][0]["id"]
    shown = call("GET", f"/w/acme/people/{id}", key)
    assert (shown.data["name"], shown.data["fields"]["job"]) == ("Ines Roth", "Head")
    assert "Ines" not in str(call("GET", "/w/acme/changes?from=1", key).data[0]["fields"])


def test_a_repeated_request_is_applied_once(acme: Place, call: Call) -> None:
    key, head = acme.keys["planner"], Record(acme.workspace.id).head
    body = {"fields": {"name": "Twice?"}, "reason": "Retry", "on": 1}
    first = call("POST", "/w/acme/objectives", key, body, Idempotency_Key="k-1")
    second = call("POST", "/w/acme/objectives", key, body, Idempotency_Key="k-1")
    assert (first.status, second.status, first.body) == (201, 201, second.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert head() == 2
    other = call("POST", "/w/acme/objectives", key, {**body, "reason": "Other"}, Idempotency_Key="k-1")
    assert other.status == 422
    assert call("POST", "/w/acme/objectives", acme.keys["owner"], body, Idempotency_Key="k-1").status == 201


def test_a_refused_request_may_be_sent_again_with_its_key(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    wrong = {"fields": {"name": "X", "level": "galactic"}, "reason": "r", "on": 1}
    right = {"fields": {"name": "X", "level": "board"}, "reason": "r", "on": 1}
    assert call("POST", "/w/acme/objectives", key, wrong, Idempotency_Key="k").status == 422
    assert call("POST", "/w/acme/objectives", key, right, Idempotency_Key="k").status == 201


def test_revert_and_tag(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    call("PATCH", "/w/acme/investments/INV-0001", key, {"fields": {"stage": "scale"}, "reason": "Gate", "on": 1})
    tagged = call("POST", "/w/acme/tags", key, {"name": "q1-board", "at": "1"})
    assert (tagged.status, tagged.data["no"]) == (201, 1)
    undone = call("POST", "/w/acme/revisions/2/revert", key, {"on": 2, "reason": "Gate was not passed"})
    assert undone.status == 200, undone.body
    assert undone.data["revision"]["no"] == 3
    assert call("GET", "/w/acme/changes?from=tag:q1-board", key).data == []
    assert call("GET", "/w/acme/investments/INV-0001?at=2", key).data["fields"]["stage"] == "scale"
    assert call("DELETE", "/w/acme/tags/q1-board", key).status == 200
    assert call("GET", "/w/acme/tags", key).data == []


def test_changes_between_two_revisions(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    call(
        "PATCH",
        "/w/acme/milestones/" + acme.ids["gate"],
        key,
        {"fields": {"due": "2026-07-25"}, "reason": "Late", "on": 1},
    )
    said = call("GET", "/w/acme/changes?from=1&to=2", key)
    assert [(one["name"], one["op"], one["fields"], one["revisions"]) for one in said.data] == [
        ("Scale gate", "change", {"due": ["2026-06-12", "2026-07-25"]}, [2])
    ]


def test_verification_and_revisions(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    (revision,) = call("GET", "/w/acme/revisions", key).data
    assert call("GET", "/w/acme/verification", key).body["genuine"] is True
    assert call("GET", f"/w/acme/verification?head={revision['hash']}", key).body["genuine"] is True
    assert call("GET", f"/w/acme/verification?head={'0' * 64}", key).body["genuine"] is False


def test_a_body_that_is_too_large_or_no_json(acme: Place, call: Call, settings: object) -> None:
    key = acme.keys["planner"]
    said = call("POST", "/w/acme/commits", key, {"edits": [{}] * 5001, "reason": "x"})
    assert said.status == 422
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100  # type: ignore[attr-defined]
    said = call("POST", "/w/acme/commits", key, {"edits": [], "reason": "x" * 200})
    assert (said.status, said.body["code"]) == (413, "too-large")


def test_text_with_a_nul_is_refused(acme: Place, call: Call) -> None:
    body = {"fields": {"name": "Nul\0l"}, "reason": "x", "on": 1}
    assert call("POST", "/w/acme/objectives", acme.keys["planner"], body).status == 422
    assert call("GET", "/w/acme/investments?where=%00", acme.keys["planner"]).status == 422
    assert call("GET", "/w/acme/investments/INV%00", acme.keys["planner"]).status == 404
