"""Small inputs of the readers of work: one issue, its changes, and what else their formats hold."""

from __future__ import annotations

import json
from typing import Any

ADA = {"accountId": "5e9711ba", "displayName": "Ada Lovelace", "emailAddress": "ada@example.org"}
BOB = {"accountId": "5ecfbd0c", "displayName": "Bob Noyce", "emailAddress": "bob@example.org"}


def history(id: str, at: str, *items: tuple[str, str | None, str | None], by: Any = ADA) -> dict[str, Any]:
    return {
        "id": id, "author": by, "created": at,
        "items": [{"field": field, "fieldId": field, "from": "1", "fromString": was, "to": "2", "toString": now}
                  for field, was, now in items],
    }  # fmt: skip


def jira_issue(id: str = "10014", key: str = "SP-7", *histories: Any, **fields: Any) -> dict[str, Any]:
    return {
        "id": id, "self": f"https://ours.example/rest/api/3/issue/{id}", "key": key,
        "fields": {
            "summary": "Buy with one click", "created": "2026-03-01T23:30:00.000+0200",
            "updated": "2026-03-09T10:00:00.000+0000", "resolutiondate": None, "duedate": "2026-04-01",
            "status": {"name": "Review", "id": "3", "statusCategory": {"key": "indeterminate", "name": "In Progress"}},
            "issuetype": {"name": "Story", "subtask": False, "hierarchyLevel": 0},
            "project": {"key": "SP", "name": "Sample"}, "priority": {"name": "High"}, "labels": ["checkout"],
            "reporter": ADA, "assignee": BOB, "description": "a secret text", "comment": {"comments": [{"body": "secret"}]},
            **fields,
        },
        "changelog": {"startAt": 0, "maxResults": 100, "total": len(histories), "histories": list(histories)},
    }  # fmt: skip


MOVED = history("901", "2026-03-02T09:00:00.000+0000", ("status", "To Do", "In Progress"))
REVIEWED = history(
    "902", "2026-03-04T09:00:00.000+0000", ("status", "In Progress", "Review"), ("description", "x", "secret")
)
JIRA = json.dumps({"issues": [jira_issue("10014", "SP-7", REVIEWED, MOVED)], "isLast": True}).encode()
JIRA_CSV = (
    b"Summary,Issue key,Issue id,Issue Type,Status,Project key,Assignee,Reporter,Created,Resolved,Sprint,Sprint,Labels,"
    b"Comment,Comment\n"
    b"Buy with one click,SP-7,10014,Story,Review,SP,Bob Noyce,Ada Lovelace,13/Mar/26 9:05 AM,,Sprint 1,Sprint 2,checkout,"
    b"a secret text,secret\n"
)
DEVLAKE = (
    b"id,url,issue_key,title,description,type,status,original_status,resolution_date,created_date,creator_id,"
    b"assignee_name\n"
    b"jira:JiraIssue:2:10014,https://ours.example/browse/SP-7,SP-7,Buy,a secret text,STORY,IN_PROGRESS,Review,,"
    b"2026-03-01T21:30:00.000+00:00,5e9711ba,Bob Noyce\n"
)


def github_issue(number: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "id": 1000 + number, "node_id": f"I_{number}", "number": number, "title": "Buy with one click", "state": "closed",
        "html_url": f"https://github.com/ours/shop/issues/{number}",
        "repository_url": "https://api.github.com/repos/ours/shop", "user": {"login": "ada", "id": 1}, "body": "secret",
        "labels": [{"name": "checkout"}], "created_at": "2026-03-01T21:30:00Z", "updated_at": "2026-03-09T10:00:00Z",
        "closed_at": "2026-03-09T10:00:00Z", "state_reason": "completed", **more,
    }  # fmt: skip


GITHUB = json.dumps(github_issue()).encode()


def revision(rev: int, at: str, state: str, **more: Any) -> dict[str, Any]:
    return {
        "id": 42, "rev": rev,
        "fields": {
            "System.Id": 42, "System.Rev": rev, "System.TeamProject": "Shop", "System.AreaPath": "Shop\\Checkout",
            "System.WorkItemType": "User Story", "System.State": state, "System.CreatedDate": "2026-03-01T21:30:00.25Z",
            "System.ChangedDate": at, "System.RevisedDate": "9999-01-01T00:00:00Z", "System.Title": "Buy with one click",
            "System.ChangedBy": "Ada Lovelace <ada@example.org>", "System.Description": "a secret text", **more,
        },
    }  # fmt: skip


REVISIONS = (
    revision(1, "2026-03-01T21:30:00.25Z", "New"),
    revision(2, "2026-03-02T09:00:00Z", "New", **{"Microsoft.VSTS.Common.BacklogPriority": 10}),
    revision(3, "2026-03-03T09:00:00Z", "Active"),
    revision(4, "2026-03-09T09:00:00Z", "Closed", **{"Microsoft.VSTS.Common.ClosedDate": "2026-03-09T09:00:00Z"}),
)
AZURE = json.dumps({"values": list(REVISIONS), "isLastBatch": True}).encode()
STATE_DATES = (
    b"ID,Title,Type,Created,To Do,Doing,Done\n"
    b"A-1,Buy with one click,Story,2026-03-01,2026-03-02,2026-03-04,2026-03-09\n"
    b"A-2,Sell with one click,Bug,2026-03-01,2026-03-02,,\n"
)
KEPS = (
    b"date,commit,kep_number,path,field,old,new\n"
    b"2021-01-06T14:40:36-05:00,e882a17ab7,2133,keps/sig-node/2133-credentials/kep.yaml,m.alpha,v1.20,v1.21\n"
)
FLOW_INPUTS = {
    "jira": JIRA, "jira_csv": JIRA_CSV, "devlake": DEVLAKE, "github": GITHUB, "azure_devops": AZURE,
    "state_dates": STATE_DATES, "keps": KEPS,
}  # fmt: skip
