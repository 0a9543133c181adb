"""GitHub's answers: issues, pull requests, events and timelines, by REST and by GraphQL."""

from __future__ import annotations

import json
from typing import Any

import pytest

from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import Taken, World, about, hide, read
from tests.sources.facts.flow_inputs import GITHUB, github_issue


def raw(*said: Any) -> bytes:
    return json.dumps(list(said)).encode()


def work(taken: Taken) -> list[Any]:
    return [row for row in taken.rows if "created" in row]


def changes(taken: Taken) -> list[tuple[Any, ...]]:
    return [(row["field"], row["was"], row["now"], row["at"].isoformat()[:16]) for row in taken.rows if "change" in row]


def event(kind: str, at: str = "2026-03-02T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {"id": abs(hash((kind, at, str(more)))), "event": kind, "created_at": at, "actor": {"login": "bob"}, **more}


def test_an_issue() -> None:
    (row,) = work(read("github", GITHUB))
    assert (row["item"], row["key"], row["title"], row["project"]) == ("1007", "7", "Buy with one click", "ours/shop")
    assert (row["type"], row["state"], row["resolution"], row["category"]) == ("issue", "closed", "completed", "done")
    assert row["url"] == "https://github.com/ours/shop/issues/7"
    assert (row["author"], json.loads(row["tags"]), row["history"]) == (hide("ada"), {"checkout": "yes"}, "none")


def test_what_happened_to_an_issue() -> None:
    timeline = [
        event("labeled", label={"name": "In progress"}), event("labeled", "2026-03-03T09:00:00Z", label={"name": "blocked"}),
        event("unlabeled", "2026-03-04T09:00:00Z", label={"name": "blocked"}),
        event("unlabeled", "2026-03-05T09:00:00Z", label={"name": "In progress"}),
        event("milestoned", "2026-03-05T10:00:00Z", milestone={"title": "S 1"}),
        event("closed", "2026-03-06T09:00:00Z"), event("reopened", "2026-03-07T09:00:00Z"),
        event("project_v2_item_status_changed", "2026-03-08T09:00:00Z", previous_status="Todo", status="Doing"),
        event("subscribed"), event("mentioned"), event("labeled", label={"name": "checkout"}),
    ]  # fmt: skip
    taken = read("github", raw(github_issue(timeline=timeline)), options={"state_labels": ["in progress"]})
    assert changes(taken) == [
        ("state", None, "In progress", "2026-03-02T09:00"), ("blocked", None, "yes", "2026-03-03T09:00"),
        ("blocked", "yes", None, "2026-03-04T09:00"), ("sprint", None, "S 1", "2026-03-05T10:00"),
        ("state", "open", "closed", "2026-03-06T09:00"), ("state", "closed", "open", "2026-03-07T09:00"),
        ("state", "Todo", "Doing", "2026-03-08T09:00"),
    ]  # fmt: skip
    assert {row["actor"] for row in taken.rows if "change" in row} == {hide("bob")}
    assert work(taken)[0]["history"] == "whole"
    assert changes(read("github", raw(github_issue(timeline=timeline[:1])))) == []


def test_a_pull_request_and_its_timeline() -> None:
    """Commits have no instant of their own but that of their author, reviews one of when they were sent in."""
    timeline = [
        {"event": "committed", "sha": "c1", "author": {"date": "2026-02-27T10:00:00Z", "name": "Ada"}},
        event("ready_for_review"), event("commented", "2026-03-02T11:00:00Z", user={"login": "bob"}, body="secret"),
        {"id": 5, "event": "reviewed", "submitted_at": "2026-03-02T12:00:00Z", "user": {"login": "bob"}, "body": "secret"},
        event("merged", "2026-03-03T09:00:00Z", commit_id="m1"),
    ]  # fmt: skip
    pull = github_issue(9, pull_request={"merged_at": "2026-03-03T09:00:00Z"}, timeline=timeline)
    taken = read("github", raw(pull))
    (row,) = work(taken)
    assert (row["type"], row["state"]) == ("pull request", "merged")
    assert changes(taken) == [
        ("commit", None, "c1", "2026-02-27T10:00"), ("ready", None, "yes", "2026-03-02T09:00"),
        ("comment", None, None, "2026-03-02T11:00"), ("review", None, None, "2026-03-02T12:00"),
        ("merge", None, "m1", "2026-03-03T09:00"),
    ]  # fmt: skip


def test_graphql_says_the_same() -> None:
    node = {
        "__typename": "PullRequest", "databaseId": 1009, "number": 9, "title": "Buy", "state": "MERGED",
        "url": "https://github.com/ours/shop/pull/9", "createdAt": "2026-03-01T10:00:00Z", "mergedAt": "2026-03-03T09:00:00Z",
        "mergeCommit": {"oid": "m1"}, "author": {"login": "ada"}, "labels": {"nodes": [{"name": "checkout"}]},
        "repository": {"nameWithOwner": "ours/shop"},
        "timelineItems": {"nodes": [
            {"__typename": "PullRequestCommit", "id": "x", "commit": {"oid": "c1", "authoredDate": "2026-02-27T10:00:00Z"}},
            {"__typename": "ReadyForReviewEvent", "id": "y", "createdAt": "2026-03-02T09:00:00Z", "actor": {"login": "bob"}},
            {"__typename": "IssueComment", "id": "z", "createdAt": "2026-03-02T11:00:00Z", "author": {"login": "bob"}},
            {"__typename": "ProjectV2ItemStatusChangedEvent", "id": "w", "createdAt": "2026-03-02T12:00:00Z",
             "previousStatus": "Todo", "status": "Review"},
        ]},
    }  # fmt: skip
    page = json.dumps({"data": {"repository": {"pullRequests": {"nodes": [node], "pageInfo": {}}}}}).encode()
    assert guess_reader("page.json", page)[0][0].name == "github"
    taken = read("github", page)
    (row,) = work(taken)
    assert (row["item"], row["type"], row["state"], row["project"]) == ("1009", "pull request", "merged", "ours/shop")
    assert changes(taken) == [
        ("merge", None, "m1", "2026-03-03T09:00"), ("commit", None, "c1", "2026-02-27T10:00"),
        ("ready", None, "yes", "2026-03-02T09:00"), ("comment", None, None, "2026-03-02T11:00"),
        ("state", "Todo", "Review", "2026-03-02T12:00"),
    ]  # fmt: skip
    empty = {"data": {"repository": {"issues": {"nodes": []}}}}
    assert read("github", json.dumps(empty).encode()).found == []


def test_events_of_a_repository_are_those_of_their_issues() -> None:
    one = event("closed", issue={**github_issue(), "body": "secret"})
    taken = read("github", raw(one, one))
    assert changes(taken) == [("state", "open", "closed", "2026-03-02T09:00")]
    assert (taken.rows[0]["item"], taken.rows[0]["scope"]) == ("1007", "ours/shop")


@pytest.mark.parametrize(
    "wrong",
    [
        github_issue(id=None), github_issue(created_at=None), github_issue(created_at="soon"), {"message": "Not Found"},
        github_issue(timeline=[event("closed", "soon")]), event("closed", issue={}), event("closed"),
    ],
)  # fmt: skip
def test_wrong_answers_are_refused_in_words(wrong: Any) -> None:
    taken = read("github", raw(github_issue(1), wrong, github_issue(2)), cuts=(64,))
    assert [each.line for each in taken.refused] == [2]
    assert taken.refused[0].reason.endswith(".") and len(taken.refused[0].reason) > 20
    assert {"1001", "1002"} <= {row["item"] for row in work(taken)}


def test_nothing_of_people_and_texts_is_kept(world: World) -> None:
    comment = event("commented", body="a secret text", user={"login": "bob", "email": "bob@example.org"})
    said = raw(github_issue(timeline=[comment, event("closed", "2026-03-06T09:00:00Z")]))
    kept = b"".join(READERS["github"].redact([said], about("github")))
    for word in (b"secret", b'"ada"', b"bob"):
        assert word in said and word not in kept
    assert changes(read("github", kept)) == changes(read("github", said))
    assert world.take("github", said).refused == 0
    assert world.take("github", said).unchanged
