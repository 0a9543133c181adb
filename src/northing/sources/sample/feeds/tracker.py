"""The tracker's issues with their histories, as Jira answers a search for what changed since the last one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from northing.sources.sample.money import Money
from northing.sources.sample.money.crew import CREWS
from northing.sources.sample.work.backlog import Item, Move, backlog, called
from northing.sources.sample.work.boards import BOARDS

A_PAGE = 200
ADDRESS = "https://tracker.fenmarch.example/rest/api/3/issue"
POINTS = "customfield_10016"
CATEGORY = {"Backlog": "new", "Ready": "new", "Done": "done", "Won't do": "done"}
HEIGHT = {"Epic": 1, "Sub-task": -1}
PROJECTS = {project: (10_001 + number, CREWS[crew].name) for number, (crew, project) in enumerate(BOARDS.items())}
FIELDS = {"status": "status", "resolution": "resolution", "project": "project", "Flagged": "customfield_10021"}


def pages(money: Money, since: datetime | None, until: datetime) -> Iterator[bytes]:
    """Issues that changed from *since* to *until* (an instant), as they stand then, with all of their history."""
    items = backlog(money.time, money.spending.root, money.courses)
    above = {item.id: item for item in items}
    found = [item for item in items if item.created < until and (since is None or _updated(item, until) >= since)]
    for first in range(0, len(found), A_PAGE):
        issues = [_issue(money, item, above, until) for item in found[first : first + A_PAGE]]
        page = {"issues": issues, "names": {POINTS: "Story Points"}, "isLast": first + A_PAGE >= len(found)}
        yield json.dumps(page, separators=(",", ":")).encode() + b"\n"


def _updated(item: Item, until: datetime) -> datetime:
    return max((move.at for move in item.moves if move.at < until), default=item.created)


def _issue(money: Money, item: Item, above: dict[int, Item], until: datetime) -> dict[str, Any]:
    moves = [move for move in item.moves if move.at < until]
    state = next((move.now for move in reversed(moves) if move.field == "status"), "Backlog")
    ended = next((move for move in reversed(moves) if move.field == "resolution"), None)
    project = next((move.now for move in reversed(moves) if move.field == "project"), None) or item.project
    key = item.key if project == item.project else f"{project}-{item.id}"
    number, name = PROJECTS[project]
    fields: dict[str, Any] = {
        "summary": item.title, "created": _stamp(item.created), "updated": _stamp(_updated(item, until)), "labels": item.labels,
        "status": {"id": _status(state), "name": called(state, until, money.time),
                   "statusCategory": {"key": CATEGORY.get(str(state), "indeterminate")}},
        "issuetype": {"name": item.type, "subtask": item.type == "Sub-task", "hierarchyLevel": HEIGHT.get(item.type, 0)},
        "project": {"id": str(number), "key": project, "name": name}, "reporter": _person(item.project, item.id % 5),
        "assignee": _person(item.project, item.id % CREWS[_crew(project)].size) if state != "Backlog" else None,
    }  # fmt: skip
    if item.parent is not None:
        parent = above[item.parent]
        kind = {"name": parent.type, "hierarchyLevel": HEIGHT.get(parent.type, 0)}
        fields["parent"] = {"id": str(parent.id), "key": parent.key, "fields": {"issuetype": kind}}
    if item.points:
        fields[POINTS] = item.points
    if ended is not None and ended.now:
        fields |= {"resolution": {"name": ended.now}, "resolutiondate": _stamp(ended.at)}
    histories = list(_histories(money, item, moves)) if item.recorded else []
    changelog = {"startAt": 0, "maxResults": 100, "total": len(histories), "histories": histories}
    return {"id": str(item.id), "key": key, "self": f"{ADDRESS}/{item.id}", "fields": fields, "changelog": changelog}


def _histories(money: Money, item: Item, moves: Iterable[Move]) -> Iterator[dict[str, Any]]:
    for number, move in enumerate(moves):
        was, now = (called(state, move.at, money.time) if move.field == "status" else state for state in (move.was, move.now))
        yield {
            "id": str(item.id * 100 + number), "created": _stamp(move.at), "author": _person(item.project, (item.id + number) % 6),
            "items": [{"field": move.field, "fieldId": FIELDS[move.field], "from": _ref(move, was), "fromString": was,
                       "to": _ref(move, now), "toString": now}],
        }  # fmt: skip


def _ref(move: Move, value: str | None) -> str | None:
    """The tracker's id of a value."""
    if value is None:
        return None
    return str(PROJECTS[value][0]) if move.field == "project" else _status(value)


def _status(name: str | None) -> str:
    """A state keeps its id when it is renamed."""
    stays = "In review" if name == "Code review" else str(name)
    return str(3 + zlib.crc32(stays.encode()) % 9000)


def _crew(project: str) -> str:
    return next(crew for crew, key in BOARDS.items() if key == project)


def _person(project: str, number: int) -> dict[str, str]:
    return {"accountId": f"{zlib.crc32(f'{project}/{number}'.encode()):08x}"}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
