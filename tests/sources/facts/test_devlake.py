"""DevLake's tables: each by its header, its changes in a scope of their own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from northing.portfolio.errors import Invalid
from northing.sources.facts import READERS, guess_reader
from tests.outside.real import data
from tests.sources.facts.bench import Taken, World, about, hide, read
from tests.sources.facts.flow_inputs import DEVLAKE, MOVED, github_issue, jira_issue

CHANGES = (
    b"id,issue_id,author_id,author_name,field_id,field_name,original_from_value,original_to_value,created_date\n"
    b"jira:Items:2:901:status,jira:JiraIssue:2:10014,5e9711ba,Ada Lovelace,status,status,To Do,Doing,2026-03-02T09:00:00Z\n"
    b"jira:Items:2:902:assignee,jira:JiraIssue:2:10014,5e9711ba,Ada Lovelace,assignee,assignee,Ada,Bob,2026-03-02T10:00:00Z\n"
)
PULLS = b"id,base_repo_id,author_id,merge_commit_sha,created_date,merged_date\np1,r1,ada,m1,2026-3-1 4:51:47,2026-3-2 4:51:47\np2,r1,,,2026-3-1 4:51:47,\n"
DEPLOYED = (
    b"id,result,started_date,finished_date,cicd_deployment_id,cicd_scope_id,repo_url,environment,commit_sha,name,"
    b"prev_success_deployment_commit_id\n"
    b"2,SUCCESS,2026-03-02T00:00:00Z,2026-03-02T00:05:00Z,d2,c1,shop,PRODUCTION,s2,hotfix/7,1\n"
    b"1,FAILURE,2026-03-01T00:00:00Z,,d1,c1,shop,PRODUCTION,s1,release,\n"
)


def raw_table(*values: Any, input: str = "null") -> bytes:
    import csv
    import io

    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(["id", "params", "data", "url", "input", "created_at"])
    for number, value in enumerate(values):
        writer.writerow(
            [
                number,
                '{"ConnectionId":2,"BoardId":8}',
                value if isinstance(value, str) else json.dumps(value),
                "",
                input,
                "",
            ]
        )
    return held.getvalue().encode()


def work(taken: Taken) -> list[Any]:
    return [row for row in taken.rows if "created" in row]


def test_issues() -> None:
    (row,) = read("devlake", DEVLAKE).rows
    assert (row["item"], row["key"], row["title"]) == ("jira:JiraIssue:2:10014", "SP-7", "Buy")
    assert (row["type"], row["state"], row["category"]) == ("STORY", "Review", "started")
    assert (row["scope"], row["author"], row["history"]) == ("issues", hide("5e9711ba"), "none")


def test_changelogs_hold_what_flow_asks() -> None:
    (row,) = read("devlake", CHANGES).rows
    assert (row["item"], row["field"], row["was"], row["now"]) == ("jira:JiraIssue:2:10014", "state", "To Do", "Doing")
    assert (row["scope"], row["sequence"], row["actor"]) == ("issue_changelogs", 901, hide("5e9711ba"))
    (row,) = read("devlake", CHANGES, options={"project": "Shop"}).rows
    assert row["scope"] == "Shop · issue_changelogs"


def test_pull_requests_their_commits_and_comments() -> None:
    taken = read("devlake", PULLS)
    assert [(row["item"], row["type"], row["state"]) for row in work(taken)] == [
        ("p1", "pull request", "merged"), ("p2", "pull request", "open"),
    ]  # fmt: skip
    merge = taken.rows[0]
    assert (merge["field"], merge["now"], merge["at"]) == ("merge", "m1", datetime(2026, 3, 2, 4, 51, 47, tzinfo=UTC))
    commits = b"commit_sha,pull_request_id,commit_authored_date\nc1,p1,2026-2-09 4:51:47\nc1,p1,2026-2-09 4:51:47\n"
    row = read("devlake", commits).only()
    assert (row["field"], row["now"], row["day"], row["scope"]) == (
        "commit",
        "c1",
        date(2026, 2, 9),
        "pull_request_commits",
    )
    comments = b"id,pull_request_id,created_date,account_id,type,body\nk1,p1,2026-3-1 8:00:00,bob,REVIEW,secret\n"
    row = read("devlake", comments).only()
    assert (row["field"], row["actor"], row["scope"]) == ("review", hide("bob"), "pull_request_comments")


def test_deployments_name_their_predecessor_by_its_commit() -> None:
    rows = {row["commit"]: row for row in read("devlake", DEPLOYED).rows}
    assert (rows["s2"]["before"], rows["s2"]["result"], rows["s2"]["kind"]) == ("s1", "success", "hotfix")
    assert (rows["s1"]["before"], rows["s1"]["finished"], rows["s1"]["day"]) == (None, None, date(2026, 3, 1))
    assert {row["scope"] for row in rows.values()} == {"c1"}
    diffs = read("devlake", b"old_commit_sha,new_commit_sha,commit_sha\ns1,s2,m1\ns1,s2,m1\n,s1,m0\n").rows
    assert [(row["older"], row["newer"], row["commit"]) for row in diffs] == [("s1", "s2", "m1"), (None, "s1", "m0")]


def test_incidents() -> None:
    raw = b"id,incident_key,title,created_date,resolution_date,scope_id,assignee_name\ni1,SP-9,Down,2026-03-02T00:00:00Z,2026-03-01T00:00:00Z,shop,Ada\n"
    row = read("devlake", raw).only()
    assert (row["incident"], row["key"], row["project"]) == ("i1", "SP-9", "shop")
    assert row["restored"] < row["began"], "kept as it is: the list of data quality tells it"


def test_raw_answers() -> None:
    taken = read("devlake", raw_table(jira_issue("1", "SP-1", MOVED), github_issue()))
    assert [row["item"] for row in work(taken)] == ["1", "1007"]
    row = read("devlake", raw_table(MOVED, input='{"issue_id": 1}')).only()
    assert (row["item"], row["scope"], row["project"]) == ("1", "board 8 · changelogs", None)
    wrong = read("devlake", raw_table(jira_issue(), "{cut", {"a": 1}, MOVED, {"number": 1}, jira_issue("2", "SP-2")))
    assert [row["item"] for row in work(wrong)] == ["10014", "2"]
    assert [(each.line, each.column) for each in wrong.refused] == [(2, "data"), (3, "data"), (4, "input"), (5, "id")]
    assert all(each.value == "" for each in wrong.refused)


@pytest.mark.parametrize(
    ("raw", "column"),
    [
        (DEVLAKE + b"x,,SP-8,,,,,,,,,\n", "created_date"), (DEVLAKE + b"x,,SP-8,,,,,,,soon,,\n", "created_date"),
        (DEVLAKE + b",,SP-8,,,,,,,2026-03-01,,\n", "id"), (DEVLAKE + b"x,y\n", None),
        (CHANGES.replace(b"\njira:Items:2:902:assignee", b"\njira:Items:2:902:status") + b"x,,a,a,status,status,a,b,2026-03-01\n", "issue_id"),
        (DEPLOYED + b"3,SUCCESS,soon,,d3,c1,,,,,\n", "started_date"), (DEPLOYED + b"3,SUCCESS,,,,c1,,,,,\n", "cicd_deployment_id"),
    ],
)  # fmt: skip
def test_wrong_rows_are_refused_in_words(raw: bytes, column: str | None) -> None:
    taken = read("devlake", raw, cuts=(64,))
    (refused,) = taken.refused
    assert refused.column == column and refused.line == raw.count(b"\n") - 1
    assert refused.reason.endswith(".") and len(refused.reason) > 20
    assert taken.rows


def test_what_is_none_of_its_tables() -> None:
    for name in ("dora/repos.csv", "jira/status_history/board_issues.csv"):
        raw = data(name).read_bytes()
        assert guess_reader(name, raw) == []
        with pytest.raises(Invalid, match="none of DevLake's tables") as refused:
            list(READERS["devlake"].read([raw], about("devlake")))
        assert "issue_changelogs" in str(refused.value.remedy)


def test_nothing_of_people_and_texts_is_kept() -> None:
    secret = jira_issue("1", "SP-1", MOVED)
    for raw in (DEVLAKE, CHANGES, PULLS, raw_table(secret, {**github_issue(), "body": "secret"})):
        kept = b"".join(READERS["devlake"].redact([raw], about("devlake")))
        for word in (b"Ada", b"Bob", b"5e9711ba", b"secret", b"ada"):
            assert word not in kept, (word, kept)
        before, again = read("devlake", raw), read("devlake", kept)
        strip = [
            {name: each for name, each in row.items() if name not in ("actor", "author", "assignee")}
            for row in before.rows
        ]
        assert strip == [
            {name: each for name, each in row.items() if name not in ("actor", "author", "assignee")}
            for row in again.rows
        ]


def test_its_tables_stand_side_by_side_and_each_replaces_itself(world: World) -> None:
    parts = (DEVLAKE, CHANGES, PULLS, DEPLOYED)
    for raw in parts:
        assert not world.take("devlake", raw).unchanged
    for raw in parts:
        assert world.take("devlake", raw).unchanged
    assert (len(world.rows("work")), len(world.rows("transition")), len(world.rows("deployment"))) == (3, 2, 2)
    world.take("devlake", CHANGES.replace(b"Doing", b"Done"))
    assert [row["now"] for row in world.rows("transition") if row["field"] == "state"] == ["Done"]
