"""One issue or pull request of GitHub, and what happened to it, as rows; REST and GraphQL alike.

Without a project, an issue is open or closed. Labels that the source's option ``state_labels`` lists are its states in
between, and a label of ``blocked_labels`` (“blocked” where nothing is said) blocks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from northing.portfolio.fact_reading import About, Row

from .allowed import PERSON, Shape, hidden
from .cells import Record, Unreadable, text
from .work_rows import YES, Told, day_of, marked, needed, when

PULL = "pull request"
LABEL: Shape = {"name": True}
SHA: Shape = {"date": True}
EVENT: Shape = {
    "id": True, "node_id": True, "event": True, "__typename": True, "created_at": True, "createdAt": True,
    "submitted_at": True, "submittedAt": True, "sha": True, "commit_id": True,
    "label": LABEL, "milestone": {"title": True}, "milestoneTitle": True, "author": {**SHA, "login": PERSON},
    "committer": SHA, "actor": PERSON, "user": PERSON, "status": True, "previousStatus": True, "previous_status": True,
    "commit": {"oid": True, "authoredDate": True, "committedDate": True},
    "issue": {"id": True, "number": True, "repository_url": True},
}  # fmt: skip
ISSUE: Shape = {
    "id": True, "databaseId": True, "fullDatabaseId": True, "number": True, "title": True, "state": True,
    "state_reason": True, "stateReason": True, "html_url": True, "repository_url": True, "url": True,
    "created_at": True, "createdAt": True, "updated_at": True, "updatedAt": True, "closed_at": True, "closedAt": True,
    "merged_at": True, "mergedAt": True, "draft": True, "isDraft": True, "merge_commit_sha": True,
    "pull_request": {"merged_at": True, "html_url": True}, "mergeCommit": {"oid": True},
    "milestone": {"title": True, "due_on": True, "dueOn": True}, "type": LABEL, "issueType": LABEL,
    "labels": {"name": True, "nodes": LABEL}, "user": PERSON, "author": PERSON, "assignee": PERSON,
    "parent": {"id": True}, "timeline": EVENT, "events": EVENT, "timelineItems": {"nodes": EVENT},
    "repository": {"nameWithOwner": True}, "__typename": True,
}  # fmt: skip
REPOSITORY = re.compile(r"https?://[^/]+/(?:api/v\d+/)?(?:repos/)?([^/]+/[^/]+?)(?:/(?:issues|pull|pulls)/\d+.*)?$")
NO_ISSUE = "This is no issue of GitHub: it has no id or number. Fetch it again."


def repository_of(value: Record) -> str | None:
    """The repository that an issue or event is of: “owner/name”."""
    named = text(_of(value, "repository"), "nameWithOwner")
    found = REPOSITORY.match(text(value, "repository_url", "html_url", "url") or "")
    return named or (found[1] if found else None)


def issue(told: Told, line: int, value: Record) -> Iterator[Row]:
    """Note an issue or pull request in *told*, and give the rows of what its own timeline holds."""
    item = text(value, "databaseId", "fullDatabaseId", "id")
    number = text(value, "number")
    if item is None or number is None:
        raise Unreadable("id", item or "", NO_ISSUE)
    repository = repository_of(value)
    pull = _of(value, "pull_request")
    is_pull = (
        bool(pull) or value.get("__typename") == "PullRequest" or "mergedAt" in value or "merge_commit_sha" in value
    )
    created = _either(value, "created_at", "createdAt")
    if created is None:
        needed(value, "created_at")
    assert created is not None
    merged = when(pull, "merged_at") or _either(value, "merged_at", "mergedAt")
    closed = _either(value, "closed_at", "closedAt")
    labels = _labels(value)
    told.item(
        line, repository, item, created,
        key=number, title=text(value, "title"), url=text(value, "html_url") or text(value, "url"), project=repository,
        type=PULL if is_pull else text(_of(value, "type") or _of(value, "issueType"), "name") or "issue",
        level="item", parent=text(_of(value, "parent"), "id"), state=_state(value, labels, told.about, merged),
        category="done" if closed or merged else None, resolution=text(value, "state_reason", "stateReason"),
        updated=_either(value, "updated_at", "updatedAt"), resolved=merged or closed,
        due=day_of(_of(value, "milestone"), "due_on"), sprint=text(_of(value, "milestone"), "title"),
        author=hidden(value.get("user") or value.get("author"), told.about.hide),
        assignee=hidden(value.get("assignee"), told.about.hide),
        blocked=any(label.lower() in blocking(told.about) for label in labels) or None,
        history="none", tags=marked(dict.fromkeys(labels, YES)),
    )  # fmt: skip
    told.states("work", repository)
    merge = text(value, "merge_commit_sha") or text(_of(value, "mergeCommit"), "oid")
    if merged is not None and merge is not None:
        yield from told.change(line, repository, item, "merge", "merge", merged, now=merge)
    listed = value.get("timeline") or value.get("events") or _of(value, "timelineItems").get("nodes")
    if isinstance(listed, list):
        told.states("transition", repository)
        for each in listed:
            if isinstance(each, dict):
                yield from event(told, line, each, item, repository)


def event(told: Told, line: int, value: Record, item: str, repository: str | None) -> Iterator[Row]:
    """The row of one event of a timeline; none where flow does not ask for its kind."""
    kind = _kind(value)
    found = _meant(kind, value, told.about)
    if found is None:
        return
    field, was, now = found
    at = _at(kind, value)
    sha = text(value, "sha") or text(_of(value, "commit"), "oid")
    change = text(value, "id", "node_id") or (f"{kind}:{sha}" if sha else f"{kind}:{at.isoformat()}")
    who = value.get("actor") or value.get("user") or _of(value, "author").get("login")
    yield from told.change(
        line, repository, item, change, field, at, was=was, now=now, actor=hidden(who, told.about.hide)
    )


def blocking(about: About) -> tuple[str, ...]:
    """The labels that block an item, in small letters."""
    stated = about.source.options.get("blocked_labels", ["blocked"])
    return tuple(str(each).lower() for each in (stated if isinstance(stated, list) else [stated]))


def states(about: About) -> tuple[str, ...]:
    """The labels that are states, in small letters."""
    stated = about.source.options.get("state_labels", ())
    return tuple(str(each).lower() for each in (stated if isinstance(stated, (list, tuple)) else [stated]))


def _kind(value: Record) -> str:
    """REST's “closed” and GraphQL's “ClosedEvent” are one."""
    named = text(value, "event")
    if named is not None:
        return named
    bare = re.sub("Event$", "", text(value, "__typename") or "")
    return {"PullRequestCommit": "committed", "PullRequestReview": "reviewed", "IssueComment": "commented"}.get(
        bare, re.sub("(?<!^)(?=[A-Z])", "_", bare).lower()
    )


def _meant(kind: str, value: Record, about: About) -> tuple[str, str | None, str | None] | None:
    """(field, from, to) of an event; None for what flow does not ask."""
    label = text(_of(value, "label"), "name")
    milestone = text(_of(value, "milestone"), "title") or text(value, "milestoneTitle")
    match kind:
        case "closed":
            return "state", "open", "closed"
        case "reopened":
            return "state", "closed", "open"
        case "labeled" | "unlabeled" if label is not None:
            added = kind == "labeled"
            if label.lower() in blocking(about):
                return "blocked", None if added else YES, YES if added else None
            if label.lower() in states(about):
                # Whoever moves a label on adds the next one: what is taken off says nothing of where the item is.
                return ("state", None, label) if added else None
        case "milestoned":
            return "sprint", None, milestone
        case "demilestoned":
            return "sprint", milestone, None
        case "project_v2_item_status_changed":
            return "state", text(value, "previousStatus", "previous_status"), text(value, "status")
        case "committed":
            return "commit", None, text(value, "sha") or text(_of(value, "commit"), "oid")
        case "commented":
            return "comment", None, None
        case "reviewed":
            return "review", None, None
        case "ready_for_review":
            return "ready", None, YES
        case "converted_to_draft" | "convert_to_draft":
            return "ready", YES, None
        case "merged":
            return "merge", None, text(value, "commit_id") or text(_of(value, "commit"), "oid")
    return None


def _at(kind: str, value: Record) -> datetime:
    """When an event was. A review is when it was sent in, a commit when it was authored."""
    if kind == "committed":
        found = _either(_of(value, "author"), "date") or _either(_of(value, "commit"), "authoredDate", "committedDate")
        found = found or _either(_of(value, "committer"), "date")
    else:
        found = _either(value, "created_at", "createdAt", "submitted_at", "submittedAt")
    return found if found is not None else needed(value, "created_at")


def _state(value: Record, labels: list[str], about: About, merged: datetime | None) -> str | None:
    if merged is not None:
        return "merged"
    state = (text(value, "state") or "").lower() or None
    if state == "open" and (value.get("draft") is True or value.get("isDraft") is True):
        return "draft"
    between = [label for label in labels if label.lower() in states(about)]
    return between[-1] if state == "open" and between else state


def _labels(value: Record) -> list[str]:
    found: Any = value.get("labels")
    listed = found.get("nodes") if isinstance(found, Mapping) else found
    names = [text(each, "name") if isinstance(each, dict) else str(each) for each in listed or ()]
    return [name for name in names if name]


def _either(value: Record, *columns: str) -> datetime | None:
    return next((found for column in columns if (found := when(value, column)) is not None), None)


def _of(record: Record, name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}
