"""Real deployments, and the product's five beside a plain reading of the same files. Real pull requests without any."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median_low
from typing import Any

import pytest

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.access.workspaces import create_workspace
from northing.measure.delivery.delivered import Delivered, delivered
from northing.measure.delivery.five import five
from northing.measure.delivery.rows import rows_of
from northing.measure.delivery.rules import Rules
from northing.portfolio.facts import Source
from northing.portfolio.periods import Period
from northing.record import Record
from northing.report.delivering import deliver, facts_at
from northing.sources.facts import READERS
from tests.outside.real import data

pytestmark = pytest.mark.django_db(transaction=True)
BY = "0199a000-0000-7000-8000-0000000000aa"
APRIL = Period(date(2023, 4, 1), date(2023, 5, 1))
NOW = 1_682_899_200_000_000
"""1 May 2023."""
TABLES = (
    "pull_requests", "pull_request_commits", "pull_request_comments", "cicd_deployment_commits", "commits_diffs",
)  # fmt: skip
INCIDENTS = b"""id,incident_key,title,severity,component,original_project,created_date,resolution_date,deployment_id,caused_by_commit
i1,I-1,down,P1,REPO111,,2023-04-13T08:00:00Z,2023-04-13T09:00:00Z,pipeline4,
i2,I-2,down again,P1,REPO111,,2023-04-13T08:10:00Z,2023-04-13T09:30:00Z,pipeline4,
i3,I-3,slow,P2,REPO333,,2023-04-13T08:30:00Z,,,
i4,I-4,late,P2,REPO111,,2023-04-20T08:30:00Z,,,
"""
"""The real files have none: two of one deployment, one that only time blames, and one too late for anything."""


@pytest.fixture
def workspace(settings: object, tmp_path: Path) -> Workspace:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    return create_workspace("Real deliveries", "real-deliveries")


def bring(workspace: Workspace, name: str, pages: list[bytes]) -> None:
    source = Source(id="0199a000-0000-7000-8000-000000000007", name="DevLake", reader="devlake", options={})
    by = Actor(id=BY, role="planner", workspace=workspace.id, name="Ana", via="cli")
    deliver(workspace, source, READERS["devlake"], pages, name=name, by=by)


def read(workspace: Workspace) -> Delivered:
    return delivered(rows_of(facts_at(workspace, Record(workspace.id).plan())), Rules())


def cells(name: str) -> list[dict[str, str]]:
    with data(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def at(text: str) -> datetime:
    day, _, clock = text.strip().removesuffix("+00:00").partition("T" if "T" in text else " ")
    year, month, number = map(int, day.split("-"))
    hours, minutes, seconds = clock.removesuffix("Z").split(":")
    return datetime(year, month, number, int(hours), int(minutes), int(float(seconds)), tzinfo=UTC)


def plainly() -> dict[str, dict[str, datetime]]:
    """Service → deployment → when it was live: in production, with success, the last of its commits."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for row in cells("dora/cicd_deployment_commits.csv"):
        if row["environment"] == "PRODUCTION" and row["result"] == "SUCCESS":
            live, id = found[row["repo_url"]], row["cicd_deployment_id"]
            live[id] = max(at(row["finished_date"]), live.get(id, datetime.min.replace(tzinfo=UTC)))
    return found


def changes_plainly() -> Mapping[str, list[float]]:
    """Service → seconds from each commit of a merged pull request to the first deployment that brought its merge."""
    rows = {row["id"]: row for row in cells("dora/cicd_deployment_commits.csv")}
    wanted = sorted(
        (row for row in rows.values() if row["environment"] == "PRODUCTION" and row["result"] == "SUCCESS"),
        key=lambda row: at(row["finished_date"]),
    )
    merges = {row["merge_commit_sha"]: row["id"] for row in cells("dora/pull_requests.csv") if row["merged_date"]}
    commits = defaultdict(list)
    for row in cells("dora/pull_request_commits.csv"):
        commits[row["pull_request_id"]].append(row)
    seen: set[tuple[str, str]] = set()
    found: dict[str, list[float]] = defaultdict(list)
    for row in wanted:
        before = rows.get(row["prev_success_deployment_commit_id"])
        for diff in cells("dora/commits_diffs.csv"):
            pair = (before or {}).get("commit_sha"), row["commit_sha"]
            if before and (diff["old_commit_sha"], diff["new_commit_sha"]) == pair and diff["commit_sha"] in merges:
                for commit in commits[merges[diff["commit_sha"]]]:
                    if (row["repo_url"], commit["commit_sha"]) not in seen:
                        seen.add((row["repo_url"], commit["commit_sha"]))
                        took = at(row["finished_date"]) - at(commit["commit_authored_date"])
                        found[row["repo_url"]].append(took.total_seconds())
    return found


def test_the_five_beside_a_plain_reading(workspace: Workspace) -> None:
    for name in TABLES:
        bring(workspace, f"{name}.csv", [data(f"dora/{name}.csv").read_bytes()])
    found = read(workspace)
    expected, leads = plainly(), changes_plainly()
    assert {name for name, one in found.services.items() if one.deployments} == set(expected)
    measured = 0
    for name, live in expected.items():
        told = five(found, found.services[name], APRIL, NOW)
        assert {one.id: one.finished for one in told.frequency.deployments} == {
            id: round(moment.timestamp() * 1_000_000) for id, moment in live.items()
        }
        days = [
            len({moment.date() for moment in live.values() if 3 <= moment.day - week < 10}) for week in (0, 7, 14, 21)
        ]
        assert list(told.frequency.weeks) == days and told.frequency.week is None, "four weeks are too few"
        ours = told.lead_time
        assert sorted(one.lead / 1_000_000 for one in (*ours.measured, *ours.untrue)) == sorted(leads[name])  # type: ignore[operator]
        assert all((one.lead or 0) >= 0 for one in ours.measured)
        true = [seconds for seconds in leads[name] if seconds >= 0]
        assert ours.median == (median_low(true) * 1_000_000 if len(true) >= 5 else None)
        assert not told.fail_rate.failures and told.fail_rate.share == (0 if len(live) >= 5 else None)
        measured += ours.total
    assert measured == sum(map(len, leads.values())) > 0
    left = [one.left.within(*found.bounds(APRIL)) for one in found.services.values()]
    counted = {why: sum(one[why] for one in left) for why in left[0]}
    # One staging deployment of two commits, one in no environment, one that failed.
    assert counted == {"elsewhere": 1, "nowhere": 1, "failed": 1, "endless": 0}


def test_incidents_by_their_evidence(workspace: Workspace) -> None:
    bring(workspace, "cicd_deployment_commits.csv", [data("dora/cicd_deployment_commits.csv").read_bytes()])
    bring(workspace, "incidents.csv", [INCIDENTS])
    found = read(workspace)
    live = plainly()
    told = {name: five(found, one, APRIL, NOW) for name, one in found.services.items()}
    (one,) = told["REPO111"].fail_rate.failures
    assert (one.deployment.id, one.evidence.value, len(one.incidents)) == ("pipeline4", "link", 2)
    assert told["REPO111"].fail_rate.of == len(live["REPO111"])
    restored = datetime(2023, 4, 13, 9, 30, tzinfo=UTC) - live["REPO111"]["pipeline4"]
    assert one.took == restored.total_seconds() * 1_000_000
    (late,) = told["REPO333"].recovery.open
    last = max(live["REPO333"].items(), key=lambda pair: pair[1])
    assert (late[0].deployment.id, late[0].evidence.value) == (last[0], "window")
    assert [incident.id for incident in found.unplaced] == ["i4"]


def test_issues_and_pull_requests_without_deployments_deliver_nothing(workspace: Workspace) -> None:
    bring(workspace, "issues.csv", [data("github/devlake/_raw_github_api_issues.csv").read_bytes()])
    rows: Any = rows_of(facts_at(workspace, Record(workspace.id).plan()))
    assert len(rows.pulls) == 15 and not rows.deployments
    assert not delivered(rows, Rules()).services
