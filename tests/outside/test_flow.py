"""Real issues, pull requests, deployments and enhancements brought in, and the product's answers row by row."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.access.workspaces import create_workspace
from northing.facts.flow import FlowAt
from northing.facts.flow_asking import reading_of
from northing.measure.change_lead_time import issue_minutes, lead_times
from northing.measure.target_changes import target_changes
from northing.portfolio.facts import Source
from northing.portfolio.flow import Phase, StateRule, WorkflowPolicy
from northing.record import Record
from northing.report.delivering import deliver, facts_at
from northing.sources.facts import READERS, guess_reader
from tests.outside.real import data

pytestmark = pytest.mark.django_db(transaction=True)
Row = Mapping[str, Any]


@pytest.fixture
def workspace(settings: object, tmp_path: Path) -> Workspace:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    return create_workspace("Real flow", "real-flow")


def bring(workspace: Workspace, name: str, reader: str, **options: Any) -> Any:
    """Deliver a file of the real data, as the reader that is guessed for it, into that reader's source."""
    path = data(name)
    with path.open("rb") as file:
        assert guess_reader(path.name, file.read(65_536))[0][0].name == reader
    number = sorted(READERS).index(reader)
    source = Source(id=f"0199a000-0000-7000-8000-0000000000{number:02}", name=reader, reader=reader, options=options)
    by = Actor(id="0199a000-0000-7000-8000-0000000000aa", role="planner", workspace=workspace.id, name="Ana", via="cli")
    return deliver(workspace, source, READERS[reader], [path.read_bytes()], name=path.name, by=by)


def rows(workspace: Workspace, table: str) -> list[Row]:
    found = facts_at(workspace, Record(workspace.id).plan()).rows(table, limit=100_000)
    return [row.values for row in found]


def cells(name: str) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with data(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def said(value: Any) -> str:
    """An instant as DevLake writes it."""
    return "" if value is None else utc(value).isoformat(timespec="milliseconds")


def tags(row: Row) -> dict[str, str]:
    found: dict[str, str] = json.loads(row["tags"] or "{}")
    return found


def utc(value: Any) -> datetime:
    assert isinstance(value, datetime)
    return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)


# -- issues


def test_jira_issues_row_by_row(workspace: Workspace) -> None:
    delivered = bring(
        workspace, "jira/devlake/_raw_jira_api_issues.csv", "devlake", fields={"points": "customfield_10024"}
    )
    assert (delivered.staged.rows_in, delivered.staged.refused) == (33 + 255, 0)
    ours = {row["item"]: row for row in rows(workspace, "work")}
    assert len(ours) == 33
    expected = cells("jira/devlake/expected_issues.csv")
    assert len(expected) == 30
    for wanted in expected:
        row = ours[wanted["id"].rsplit(":", 1)[1]]
        assert (row["key"], row["title"], row["url"]) == (wanted["issue_key"], wanted["title"].strip(), wanted["url"])
        assert (row["type"], row["state"]) == (wanted["original_type"], wanted["original_status"])
        assert (said(row["created"]), said(row["updated"])) == (wanted["created_date"], wanted["updated_date"])
        assert said(row["resolved"]) == wanted["resolution_date"]
        assert issue_minutes(row["created"], row["resolved"]) == int(wanted["lead_time_minutes"])
        assert (row["parent"] or "") == wanted["parent_issue_id"].rsplit(":", 1)[-1]
        assert (row["epic"] or "") == wanted["epic_key"]
        assert (row["priority"] or "") == wanted["priority"]
        assert tags(row).get("fixVersions", "") == wanted["fix_versions"]
        assert (row["level"] == "part") == (wanted["type"] == "SUB-TASK")
        if wanted["due_date"]:  # DevLake's day is a midnight in its own zone, UTC+8
            day = (datetime.fromisoformat(wanted["due_date"]) + timedelta(hours=8)).date()
            assert row["due"] == day
        if wanted["status"] in CATEGORIES:
            assert row["category"] == CATEGORIES[wanted["status"]]
        if wanted["story_point"] not in ("0", "-1"):
            assert row["points"] == int(wanted["story_point"])


GITHUB_EVENTS = "github/devlake/_raw_github_api_events.csv"
CATEGORIES = {"TODO": "new", "DONE": "done"}


def test_github_issues_row_by_row(workspace: Workspace) -> None:
    bring(workspace, "github/devlake/_raw_github_api_issues.csv", "devlake")
    bring(workspace, GITHUB_EVENTS, "devlake")
    ours = {row["item"]: row for row in rows(workspace, "work")}
    expected = cells("github/devlake/expected_issues.csv")
    assert len(expected) == 26
    issues = {item for item, row in ours.items() if row["type"] == "issue"}
    assert issues == {wanted["id"].rsplit(":", 1)[1] for wanted in expected}
    assert sum(row["type"] == "pull request" for row in ours.values()) == 15, "16, one of which stands there twice"
    for wanted in expected:
        row = ours[wanted["id"].rsplit(":", 1)[1]]
        assert (row["key"], row["title"], row["url"]) == (wanted["issue_key"], wanted["title"].strip(), wanted["url"])
        assert (row["state"], row["project"]) == (wanted["original_status"], "panjf2000/ants")
        assert (said(row["created"]), said(row["updated"])) == (wanted["created_date"], wanted["updated_date"])
        assert said(row["resolved"]) == wanted["resolution_date"]
        assert issue_minutes(row["created"], row["resolved"]) == int(wanted["lead_time_minutes"])
        assert ("bug" in tags(row)) == (wanted["type"] == "BUG")
    changes = rows(workspace, "transition")
    events = {said["id"]: said["event"] for said in (json.loads(row["data"]) for row in cells(GITHUB_EVENTS))}
    count = Counter(events.values())
    assert Counter((row["field"], row["was"], row["now"]) for row in changes) == {
        ("state", "open", "closed"): count["closed"],
        ("ready", None, "yes"): count["ready_for_review"],
    }


# -- pull requests and deployments


def test_the_parts_of_lead_time_row_by_row(workspace: Workspace) -> None:
    for name in (
        "pull_requests",
        "pull_request_commits",
        "pull_request_comments",
        "cicd_deployment_commits",
        "commits_diffs",
    ):
        assert bring(workspace, f"dora/{name}.csv", "devlake").staged.refused == 0
    found = lead_times(*(rows(workspace, table) for table in ("work", "transition", "deployment", "shipped")))
    expected = [row for row in cells("dora/project_pr_metrics.csv") if row["project_name"] == "project1"]
    assert [one.item for one in found] == [wanted["id"] for wanted in expected] and len(found) == 6
    for one, wanted in zip(found, expected, strict=True):
        for part, column in PARTS.items():
            assert getattr(one, part) == (int(wanted[column]) if wanted[column] else None), (one.item, part)
        assert (one.commit, one.answer or "") == (wanted["first_commit_sha"], wanted["first_review_id"])
        assert (one.deployment or "") == wanted["deployment_commit_id"]
        for instant, column in INSTANTS.items():
            micros = getattr(one, instant)
            at = None if micros is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
            assert said(at) == wanted[column], (one.item, instant)


PARTS = {
    "coding": "pr_coding_time", "pickup": "pr_pickup_time", "review": "pr_review_time", "deploy": "pr_deploy_time",
    "cycle": "pr_cycle_time",
}  # fmt: skip
INSTANTS = {
    "committed": "first_commit_authored_date", "answered": "first_comment_date", "created": "pr_created_date",
    "merged": "pr_merged_date", "deployed": "pr_deployed_date",
}  # fmt: skip


def test_people_are_hidden_in_what_is_kept_of_real_files(workspace: Workspace) -> None:
    delivered = bring(workspace, "jira/devlake/_raw_jira_api_issues.csv", "devlake")
    from northing.facts.store import Store

    kept = Store(workspace.id).raw(delivered.staged.delivery.kept_sha256).read_text(encoding="utf-8")
    for name in ("Rankin Zheng", "5e9711ba34f7b90c0fbc37d3", "Dingding Zhang", "mentioned this issue in"):
        assert name in data("jira/devlake/_raw_jira_api_issues.csv").read_text(encoding="utf-8")
        assert name not in kept
    assert any(row["author"] for row in rows(workspace, "work"))


# -- enhancements


def test_enhancements_and_their_targets(workspace: Workspace) -> None:
    bring(workspace, "kubernetes-keps/keps_current.csv", "keps")
    bring(workspace, "kubernetes-keps/kep_change_history.csv", "keps")
    work = rows(workspace, "work")
    assert len(work) == len({row["item"] for row in work}) == 654
    unclear = [row for row in work if "created" in tags(row)]
    assert len(unclear) == 7 and all(row["day"] == date(2000, 1, 1) for row in unclear)
    moved = target_changes(rows(workspace, "transition"))
    assert (len(moved.changes), moved.items, moved.slips, moved.pull_ins) == (819, 248, 697, 63)


def test_the_same_files_again_add_nothing(workspace: Workspace) -> None:
    for name, reader in (
        ("kubernetes-keps/kep_change_history.csv", "keps"),
        ("jira/devlake/_raw_jira_api_issues.csv", "devlake"),
        ("dora/cicd_deployment_commits.csv", "devlake"),
        ("azure-devops/workItemRevisions/GET__wit_reporting_workItemRevisions.json", "azure_devops"),
        ("jira/cloud_api/complete_sample/sample_issues/SP-5.json", "jira"),
    ):
        assert bring(workspace, name, reader).committed is not None
        before = Record(workspace.id).plan().no
        assert bring(workspace, name, reader).staged.unchanged
        assert Record(workspace.id).plan().no == before


# -- time in state

PHASES = {
    "Inbox": "backlog",
    "Open": "queue",
    "To Do": "queue",
    "Ready for Dev": "queue",
    "In Development": "active",
    "In Progress": "active",
    "Resolved": "done",
    "Closed": "done",
    "已完成": "done",
}
"""As the expected file has it: 等待 waits, 待开发 is ready, 开发中 is worked on, 完成 is done."""
WORDS = {"等待": ("backlog", "queue"), "待开发": ("queue",), "开发中": ("active",), "完成": ("done",)}


def test_the_states_of_issues_span_by_span(workspace: Workspace) -> None:
    bring(workspace, "jira/status_history/issues.csv", "devlake")
    bring(workspace, "jira/status_history/issue_changelogs.csv", "devlake")
    work = rows(workspace, "work")
    states = tuple(StateRule(name, Phase(phase)) for name, phase in PHASES.items())
    types = tuple(sorted({row["type"] for row in work}))
    plan = Record(workspace.id).plan()
    policy = WorkflowPolicy(id="0199a000-0000-7000-8000-0000000000bb", name="Board 8", states=states, level=types)
    flow = FlowAt(facts_at(workspace, plan))
    spans = [*chain.from_iterable(flow.spans(reading_of(plan, policy)).values())]
    expected = cells("jira/status_history/expected_issue_status_history.csv")
    assert len(spans) == len(expected) == 200
    first = {span.item: span.n for span in sorted(spans, key=lambda span: -span.n)}
    ours = sorted(
        # What is only inferred from the state of now DevLake does not call the current one.
        (
            span.item,
            span.state or "",
            said(instant(span.entered)),
            str(int(span.left is None and span.origin == "recorded")),
            str(int(span.n == first[span.item])),
        )
        for span in spans
    )
    assert ours == sorted(
        (one["issue_id"], one["original_status"], one["start_date"], one["is_current_status"], one["is_first_status"])
        for one in expected
    )
    meant = {(one["issue_id"], one["start_date"], one["original_status"]): one["status"] for one in expected}
    for span in spans:
        word = meant[span.item, said(instant(span.entered)), span.state or ""]
        if word:
            assert span.phase in WORDS[word]
    without = {row["item"] for row in work} - {row["item"] for row in rows(workspace, "transition")}
    assert {span.item for span in spans if span.origin == "inferred"} >= without


def instant(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
