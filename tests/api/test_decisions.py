"""Decisions through the API: asked for, approved by others than its authors, merged, written down; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from northing.access.models import Membership
from northing.portfolio.edits import change, create

from .conftest import Answer, Call, Place

RULE = "0190aaaa-0000-7000-8000-00000000000a"
SAID = {"name": "Scale the bot", "why": "It works.", "alternatives": "Wait a year.", "effect": "1,000 hours a month."}


@pytest.fixture
def place(acme: Place) -> Place:
    acme.record.commit(
        [
            *(create("person", actor.id) for role, actor in acme.actors.items() if role != "owner"),
            create("approval_rule", RULE, name="Four eyes", change="money", amount="50000", currency="EUR"),
        ],
        on=None, by=acme.actors["owner"], reason="Rules",
    )  # fmt: skip
    return acme


def drawn(place: Place, likely: str = "200000.50", name: str = "more", by: str = "contributor") -> None:
    place.record.fork(name, by=place.actors[by])
    commit(place, name, by, change("cost_plan_line", place.ids["money"], likely=likely))


def commit(place: Place, branch: str, by: str, *edits: Any) -> None:
    place.record.commit(list(edits), on=None, by=place.actors[by], reason="-", branch=branch)


def asked(place: Place, call: Call, **more: Any) -> Answer:
    body = {**SAID, "submit": True, **more}
    return call("POST", "/w/acme/scenarios/more/decision", place.keys["contributor"], json=body)


def judged(place: Place, call: Call, by: str, digest: str, verdict: str = "approve") -> Answer:
    body = {"verdict": verdict, "digest": digest, "reason": "Looked at it."}
    return call("POST", "/w/acme/scenarios/more/verdicts", place.keys[by], json=body)


def merged(place: Place, call: Call, by: str = "planner") -> Answer:
    return call("POST", "/w/acme/scenarios/more/merge", place.keys[by], json={"reason": "Agreed"})


def test_from_the_asking_to_the_log(place: Place, call: Call) -> None:
    drawn(place)
    assert merged(place, call).status == 403
    paper = asked(place, call)
    assert paper.status == 200, paper.body
    (need,) = paper.data["asked"]
    assert (need["rule"], need["lacking"], need["of"]) == ("Four eyes", 1, "planner")
    assert "80,000" in need["why"], "what the rule speaks of: the money that moves"
    by_number = call("GET", f"/w/acme/decision-log/{paper.data['number']}", place.keys["viewer"])
    assert by_number.data == paper.data, "by its number, too, before it is in force"
    (waits,) = call("GET", "/w/acme/inbox", place.keys["planner"]).data
    assert (waits["reason"], waits["scenario"], waits["by"]) == ("approve", "more", "Cleo Park")
    assert call("GET", "/w/acme/inbox", place.keys["viewer"]).data == []
    refused = merged(place, call)
    assert (refused.status, "Four eyes" in refused.body["message"]) == (403, True)

    assert judged(place, call, "planner", paper.data["digest"]).data["asked"][0]["lacking"] == 0
    done = merged(place, call)
    assert done.status == 200, done.body
    (entry,) = call("GET", "/w/acme/decision-log", place.keys["viewer"]).data
    revision = done.body["revision"]
    assert (entry["number"], entry["status"], entry["revision"]) == ("DEC-0001", "decided", revision)
    paper = call("GET", "/w/acme/decision-log/DEC-0001", place.keys["viewer"]).data
    assert (paper["planned_before"], paper["planned_after"]) == ({"EUR": "120000.50"}, {"EUR": "200000.50"})
    assert [(one["by"], one["verdict"], one["counts"]) for one in paper["verdicts"]] == [("Pavel Ito", "approve", True)]
    assert (paper["by"], paper["decided_by"], paper["why"]) == ("Cleo Park", "Pavel Ito", SAID["why"])
    assert merged(place, call).status == 422, "what was merged is not merged again"
    before = place.record.revision(revision).parent
    assert call("GET", f"/w/acme/decision-log?at={before}", place.keys["viewer"]).data == []
    assert str(place.record.plan().cost_plan_lines[place.ids["money"]].likely) == paper["planned_after"]["EUR"]
    assert call("GET", f"/w/acme/decision-log/{place.ids['bot']}", place.keys["viewer"]).status == 404


def test_nobody_approves_their_own_through_any_key(place: Place, call: Call) -> None:
    drawn(place)
    commit(place, "more", "planner", change("investment", place.ids["bot"], category="Core"))
    digest = asked(place, call).data["digest"]
    assert call("GET", "/w/acme/decision-log/more", place.keys["viewer"]).data["asked"][0]["can"] == ["Olga Berg"]
    for own in ("contributor", "planner"):  # who asks, and who typed one of the values that come along
        refused = judged(place, call, own, digest)
        assert (refused.status, refused.body["message"]) == (403, "Nobody approves or rejects what is their own.")
    forged = {
        "op": "create", "kind": "approval",
        "fields": {"decision": _decision(place), "digest": digest, "by": place.actors["owner"].id, "verdict": "approve"},
    }  # fmt: skip
    body = {"on": place.record.head("more"), "reason": "-", "branch": "more", "edits": [forged]}
    assert call("POST", "/w/acme/commits", place.keys["planner"], json=body).status == 403
    assert judged(place, call, "viewer", digest).status == 403
    assert judged(place, call, "owner", digest).status == 200
    assert merged(place, call).status == 200


def _decision(place: Place) -> str:
    (id,) = place.record.plan("scenario:more").decisions
    return str(id)


def test_a_key_that_may_less_than_its_person_approves_nothing(place: Place, call: Call) -> None:
    """Also an agent's key acts in its person's name, and counts with what the person may at the merge."""
    drawn(place)
    digest = asked(place, call).data["digest"]
    made = call("POST", "/w/acme/tokens", place.keys["owner"], json={"name": "reader", "role": "viewer"})
    body = {"verdict": "approve", "digest": digest}
    assert call("POST", "/w/acme/scenarios/more/verdicts", made.data["key"], json=body).status == 403
    assert judged(place, call, "owner", digest).data["verdicts"][0]["person"] == place.actors["owner"].id
    Membership.objects.filter(person=place.actors["owner"].id).update(role="contributor")
    refused = merged(place, call)
    assert (refused.status, "none given" in refused.body["message"]) == (403, True)


def test_approvals_fall_with_any_change_and_with_what_was_not_seen(place: Place, call: Call) -> None:
    drawn(place)
    digest = asked(place, call).data["digest"]
    judged(place, call, "owner", digest)
    commit(place, "more", "contributor", change("cost_plan_line", place.ids["money"], likely="900000"))
    paper = call("GET", "/w/acme/decision-log/more", place.keys["owner"]).data
    assert (paper["stale"], paper["verdicts"][0]["counts"], paper["asked"][0]["lacking"]) == (True, False, 1)
    assert "earlier approvals do not count" in merged(place, call).body["message"]
    assert judged(place, call, "owner", paper["digest"]).status == 409, "it is submitted again first"
    again = asked(place, call).data["digest"]
    assert judged(place, call, "owner", digest).status == 409, "what was looked at is not what is asked now"
    assert judged(place, call, "owner", again).status == 200
    assert merged(place, call).status == 200


def test_a_rule_added_after_the_asking_counts_and_one_that_is_smaller_does_not_speak(place: Place, call: Call) -> None:
    drawn(place, likely="120001.50")
    paper = asked(place, call)
    assert paper.data["asked"] == [], "one euro moves: the rule asks from 50,000 on"
    rule = create("approval_rule", RULE[:-1] + "b", name="All of it", role="owner")
    commit(place, "main", "owner", rule)
    refused = merged(place, call)
    assert (refused.status, "All of it" in refused.body["message"]) == (403, True)
    judged(place, call, "owner", paper.data["digest"])
    assert merged(place, call).status == 200


def test_withdrawn_dissent_and_what_came_of_it(place: Place, call: Call) -> None:
    drawn(place)
    digest = asked(place, call).data["digest"]
    assert judged(place, call, "planner", digest, "reject").data["verdicts"][0]["verdict"] == "reject"
    (said,) = call("GET", "/w/acme/inbox", place.keys["contributor"]).data
    assert (said["reason"], said["text"], said["by"]) == ("rejected", "Looked at it.", "Pavel Ito")
    body = {"reason": "Not now"}
    gone = call("POST", "/w/acme/scenarios/more/withdraw", place.keys["contributor"], json=body)
    assert gone.data["status"] == "withdrawn"
    assert merged(place, call).status == 403
    asked(place, call)
    assert judged(place, call, "owner", digest).status == 200, "asked for as it was: the same digest"
    assert merged(place, call).status == 200
    (entry,) = call("GET", "/w/acme/decision-log", place.keys["viewer"]).data
    assert (entry["approved"], entry["dissent"]) == (1, 1)
    body = {"fields": {"outcome": "Too soon.", "outcome_on": "2027-01-31"}, "reason": "-", "on": place.record.head()}
    assert call("PATCH", f"/w/acme/decisions/{entry['id']}", place.keys["planner"], json=body).status == 200
    assert call("GET", "/w/acme/decision-log/DEC-0001", place.keys["viewer"]).data["outcome"] == "Too soon."
    for fields in ({"status": "draft"}, {"why": "Other reasons"}):
        body = {"fields": fields, "reason": "-", "on": place.record.head()}
        assert call("PATCH", f"/w/acme/decisions/{entry['id']}", place.keys["owner"], json=body).status == 403


def test_a_comment_is_for_whom_it_speaks_to_whichever_door_it_comes_through(place: Place, call: Call) -> None:
    said = {
        "subject": place.ids["bot"],
        "text": "@Pavel Ito, who pays? @Nobody knows.",
        "by": place.actors["contributor"].id,
    }
    made = call(
        "POST",
        "/w/acme/comments",
        place.keys["contributor"],
        json={"fields": said, "reason": "Asked", "on": place.record.head()},
    )
    assert made.status == 201, made.body
    (one,) = place.record.plan().comments.values()
    assert one.mentions == (place.actors["planner"].id,)
    assert [waits["reason"] for waits in call("GET", "/w/acme/inbox", place.keys["planner"]).data] == ["mention"]
    call(
        "PATCH",
        f"/w/acme/comments/{one.id}",
        place.keys["contributor"],
        json={"fields": {"text": "Who pays?"}, "reason": "-", "on": place.record.head()},
    )
    assert place.record.plan().comments[one.id].mentions == ()
