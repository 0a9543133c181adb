"""A row of each of DevLake's own tables as facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from northing.portfolio.fact_reading import About, Empty, Row

from .cells import Unreadable, amount, text
from .github_issue import PULL
from .jira_issue import field_of
from .work_rows import NOT_SAID, YES, Told, day_of, marked, needed, scope, when

Record = dict[str, str]
CATEGORIES = {"TODO": "new", "IN_PROGRESS": "started", "DONE": "done"}
KINDS = (
    ("hotfix", re.compile(r"\bhot-?fix", re.IGNORECASE)),
    ("rollback", re.compile(r"\broll-?back", re.IGNORECASE)),
    ("revert", re.compile(r"\brevert", re.IGNORECASE)),
)
NO_ID = "The row does not say what it is of; export the table with its ids."


class Reading:
    """One table on its way into facts. Deployments wait for the end: they name each other by ids of their rows."""

    def __init__(self, about: About) -> None:
        self.about, self.told = about, Told(about)
        self.deployed: dict[tuple[str, str], dict[str, Any]] = {}
        self.commits: dict[str, str] = {}
        self.shipped: set[int] = set()

    def whole(self, table: str) -> str:
        """What a table speaks of that names no project itself."""
        project = self.about.source.options.get("project")
        return f"{project} · {table}" if project else table

    def rows(self) -> Iterator[Row | Empty]:
        for values in self.deployed.values():
            before = values.pop("before_id")
            yield Row("deployment", {**values, "before": self.commits.get(before) if before else None})
        yield from self.told.rows()


def issue(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    kind = text(record, "original_type", "type")
    project = text(record, "original_project")
    reading.told.item(
        line, project or reading.whole("issues"), _id(record, "id"), needed(record, "created_date"),
        key=text(record, "issue_key"), title=text(record, "title"), url=text(record, "url"), project=project,
        type=kind, level=_level(text(record, "type"), kind), parent=text(record, "parent_issue_id"),
        epic=text(record, "epic_key"), state=text(record, "original_status", "status"),
        category=CATEGORIES.get(text(record, "status") or ""), updated=when(record, "updated_date"),
        resolved=when(record, "resolution_date"), due=day_of(record, "due_date"), priority=text(record, "priority"),
        points=amount(record, "story_point"), author=_person(reading, record, "creator_id"),
        assignee=_person(reading, record, "assignee_id"), history="none",
        tags=marked({name: text(record, name) for name in ("severity", "component", "fix_versions")}),
    )  # fmt: skip
    yield from ()


def changelog(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    field = field_of({"fieldId": record.get("field_id"), "field": record["field_name"]})
    item, at = _id(record, "issue_id"), needed(record, "created_date")
    if field is None:
        return
    change = _id(record, "id")
    digits = re.findall(r"\d+", change)
    now = text(record, "original_to_value")
    yield from reading.told.change(
        line, reading.whole("issue_changelogs"), item, change, field, at, project=None,
        sequence=int(digits[-1]) if digits and len(digits[-1]) < 19 else None,
        was=text(record, "original_from_value"), now=(YES if now else None) if field == "blocked" else now,
        actor=_person(reading, record, "author_id"),
    )  # fmt: skip


def pull_request(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    item, project = _id(record, "id"), text(record, "base_repo_id")
    merged, closed = when(record, "merged_date"), when(record, "closed_date")
    state = text(record, "original_status", "status") or ("merged" if merged else "closed" if closed else "open")
    reading.told.item(
        line, project or reading.whole("pull_requests"), item, needed(record, "created_date"),
        key=text(record, "pull_request_key") or item, title=text(record, "title"), url=text(record, "url"),
        project=project, type=PULL, level="item", state=state,
        category="done" if merged or closed else None, resolved=merged or closed,
        author=_person(reading, record, "author_id"), history="none",
        tags=marked({name: text(record, name) for name in ("type", "component")}),
    )  # fmt: skip
    sha = text(record, "merge_commit_sha")
    if merged is not None and sha is not None:
        whole = reading.whole("pull_requests")
        yield from reading.told.change(line, whole, item, "merge", "merge", merged, now=sha, project=project)


def commit(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    sha = _id(record, "commit_sha")
    yield from reading.told.change(
        line, reading.whole("pull_request_commits"), _id(record, "pull_request_id"), sha, "commit",
        needed(record, "commit_authored_date"), now=sha, project=None,
        actor=_person(reading, record, "commit_author_email"),
    )  # fmt: skip


def comment(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    field = "review" if (text(record, "type") or "").upper() == "REVIEW" else "comment"
    yield from reading.told.change(
        line, reading.whole("pull_request_comments"), _id(record, "pull_request_id"), _id(record, "id"), field,
        needed(record, "created_date"), project=None, actor=_person(reading, record, "account_id"),
    )  # fmt: skip


def deployment(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    deployed, sha, id = _id(record, "cicd_deployment_id"), text(record, "commit_sha"), text(record, "id")
    started, finished = when(record, "started_date"), when(record, "finished_date")
    on = finished or started or needed(record, "created_date")
    pipeline, result = text(record, "cicd_scope_id"), text(record, "result", "original_result")
    named = " ".join(text(record, name) or "" for name in ("ref_name", "name"))
    if id is not None and sha is not None:
        reading.commits[id] = sha
    reading.deployed[deployed, sha or ""] = {
        "scope": scope(reading.about, pipeline or reading.whole("deployments")), "line": line, "day": on.date(),
        "deployment": deployed, "commit": sha, "id": id, "name": text(record, "name"),
        "service": text(record, "repo_url"), "pipeline": pipeline,
        "environment": text(record, "environment", "original_environment"),
        "result": result.lower() if result else None,
        "kind": next((kind for kind, sign in KINDS if sign.search(named)), None),
        "started": started, "finished": finished, "before_id": text(record, "prev_success_deployment_commit_id"),
    }  # fmt: skip
    yield from ()


def diff(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    older, newer, sha = text(record, "old_commit_sha"), _id(record, "new_commit_sha"), _id(record, "commit_sha")
    key = hash((older, newer, sha))
    if key not in reading.shipped:
        reading.shipped.add(key)
        named = scope(reading.about, reading.whole("commits_diffs"))
        said = {"scope": named, "line": line, "day": NOT_SAID.date(), "older": older, "newer": newer, "commit": sha}
        yield Row("shipped", said)


def incident(reading: Reading, line: int, record: Record) -> Iterator[Row]:
    project, began = text(record, "original_project", "scope_id"), needed(record, "created_date")
    yield Row(
        "incident",
        {
            "scope": scope(reading.about, project or reading.whole("incidents")), "line": line, "day": began.date(),
            "incident": _id(record, "id"), "key": text(record, "incident_key"), "title": text(record, "title"),
            "url": text(record, "url"), "service": text(record, "component"), "project": project,
            "severity": text(record, "severity"), "began": began, "restored": when(record, "resolution_date"),
            "deployment": text(record, "deployment_id"), "commit": text(record, "caused_by_commit"),
        },
    )  # fmt: skip


def _id(record: Record, name: str) -> str:
    found = text(record, name)
    if found is None:
        raise Unreadable(name, "", NO_ID)
    return found


def _person(reading: Reading, record: Record, name: str) -> str | None:
    found = text(record, name)
    return reading.about.hide(found) if found else None


def _level(*kinds: str | None) -> str:
    names = [re.sub(r"[\W_]+", "", kind or "").lower() for kind in kinds]
    if any(name in ("subtask", "子任务") for name in names):
        return "part"
    return "parent" if "epic" in names else "item"
