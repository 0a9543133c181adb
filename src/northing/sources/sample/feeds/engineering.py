"""Pull requests, deployments and incidents of three services, as DevLake exports its tables."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import lru_cache

from northing.sources.sample.course import Course
from northing.sources.sample.money import Money
from northing.sources.sample.timeline import Timeline
from northing.sources.sample.work.backlog import backlog
from northing.sources.sample.work.boards import ASSISTANT
from northing.sources.sample.work.shipping import Deployment, Shipped, shipped

HEADERS = {
    "pull_requests": ("id", "base_repo_id", "pull_request_key", "title", "url", "type", "status", "original_status", "author_id",
                      "created_date", "merged_date", "closed_date", "merge_commit_sha", "is_draft"),
    "pull_request_commits": ("pull_request_id", "commit_sha", "commit_author_email", "commit_authored_date"),
    "cicd_deployment_commits": ("id", "cicd_deployment_id", "cicd_scope_id", "name", "result", "environment", "started_date",
                                "finished_date", "created_date", "commit_sha", "repo_url", "prev_success_deployment_commit_id"),
    "commits_diffs": ("new_commit_sha", "old_commit_sha", "commit_sha"),
    "incidents": ("id", "incident_key", "title", "severity", "component", "original_project", "created_date", "resolution_date",
                  "deployment_id"),
}  # fmt: skip
TABLES = tuple(HEADERS)
HOST = "https://code.fenmarch.example/ai"
Cells = tuple[str | None, ...]


def table(money: Money, name: str, until: datetime) -> Iterator[bytes]:
    """One of the tables, with what happened before *until*."""
    told = _shipped(money.time, money.spending.root, tuple(money.courses.items()))
    rows = {
        "pull_requests": _pulls, "pull_request_commits": _commits,
        "cicd_deployment_commits": _deployments, "commits_diffs": _diffs, "incidents": _incidents,
    }[name]  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADERS[name])
    writer.writerows(rows(told, until))
    yield text.getvalue().encode()


@lru_cache(maxsize=1)
def _shipped(days: Timeline, root: str, courses: tuple[tuple[str, Course], ...]) -> Shipped:
    since = datetime.combine(days.on(ASSISTANT), time(), UTC)
    return shipped(backlog(days, root, dict(courses)), root, since)


def _pulls(told: Shipped, until: datetime) -> Iterator[Cells]:
    for pull in told.pulls:
        if pull.opened < until:
            merged = _stamp(pull.merged) if pull.merged < until else None
            number = str(pull.item.id)
            yield (pull.id, pull.service, number, f"{pull.item.key} {pull.item.title}", f"{HOST}/{pull.service}/pull/{number}",
                   pull.item.type.lower(), "MERGED" if merged else "OPEN", "merged" if merged else "open", _person(pull.item.id),
                   _stamp(pull.opened), merged, merged, pull.sha if merged else None, "false")  # fmt: skip


def _commits(told: Shipped, until: datetime) -> Iterator[Cells]:
    for pull in told.pulls:
        if pull.opened < until:
            for commit in pull.commits:
                yield pull.id, commit.sha, f"{_person(pull.item.id)}@fenmarch.example", _stamp(commit.at)


def _deployments(told: Shipped, until: datetime) -> Iterator[Cells]:
    for one in told.deployments:
        if one.finished < until:
            yield (_row_id(one), one.id, f"{one.service}/main", one.name, "SUCCESS" if one.good else "FAILURE", "PRODUCTION",
                   _stamp(one.started), _stamp(one.finished), _stamp(one.started), one.sha, f"{HOST}/{one.service}",
                   _row_id(one.before) if one.before else None)  # fmt: skip


def _diffs(told: Shipped, until: datetime) -> Iterator[Cells]:
    """What each good deployment holds that the good one before it did not."""
    for one in told.deployments:
        if one.good and one.finished < until:
            old = one.before.sha if one.before else None
            shas = [sha for pull in one.pulls for sha in (*(commit.sha for commit in pull.commits), pull.sha)]
            for sha in shas or ([] if old == one.sha else [one.sha]):
                yield one.sha, old, sha


def _incidents(told: Shipped, until: datetime) -> Iterator[Cells]:
    for one in told.incidents:
        if one.began < until:
            restored = _stamp(one.restored) if one.restored and one.restored < until else None
            key = one.id.partition("/")[0]
            yield (one.id, key, f"{one.service} answers wrongly after {one.deployment.name}", one.severity, f"{HOST}/{one.service}",
                   one.service, _stamp(one.began), restored, one.deployment.id)  # fmt: skip


def _row_id(deployment: Deployment) -> str:
    return f"{deployment.id}:{deployment.sha[:12]}"


def _person(number: int) -> str:
    return f"{zlib.crc32(str(number % 23).encode()):08x}"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
