"""One Jira issue, and its changes, as rows: what a REST answer says, whichever of Jira's endpoints it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from northing.portfolio.fact_reading import About, Row

from .allowed import PERSON, Shape, hidden
from .cells import Record, Unreadable, amount, text
from .work_rows import YES, Told, day_of, marked, needed, when

FIELDS = {
    "status": "state", "resolution": "resolution", "sprint": "sprint", "issuetype": "type", "issue type": "type",
    "project": "project", "parent": "parent", "issueparentassociation": "parent", "epic link": "parent",
    "flagged": "blocked", "impediment": "blocked",
}  # fmt: skip
"""A field that a change names, in small letters → ours."""
NAMES = {"points": ("story points", "story point estimate"), "sprint": ("sprint",), "blocked": ("flagged",),
         "epic": ("epic link",), "team": ("team",)}  # fmt: skip
"""What we look for among fields of an organisation's own → how Jira calls them."""

NAMED: Shape = {"id": True, "key": True, "name": True}
CHANGES: Shape = {
    "id": True, "created": True, "author": PERSON,
    "items": dict.fromkeys(("field", "fieldId", "fieldtype", "from", "fromString", "to", "toString"), True),
}  # fmt: skip
ISSUE: Shape = {
    "id": True, "key": True, "self": True,
    "fields": {
        "summary": True, "created": True, "updated": True, "resolutiondate": True, "duedate": True, "labels": True,
        "flagged": True, "status": {**NAMED, "statusCategory": NAMED}, "resolution": NAMED, "priority": NAMED,
        "issuetype": {**NAMED, "subtask": True, "hierarchyLevel": True}, "project": NAMED, "epic": NAMED,
        "sprint": {**NAMED, "state": True}, "components": NAMED, "fixVersions": NAMED,
        "parent": {**NAMED, "fields": {"issuetype": {**NAMED, "hierarchyLevel": True}}},
        "reporter": PERSON, "creator": PERSON, "assignee": PERSON,
    },
    "changelog": {"startAt": True, "maxResults": True, "total": True, "histories": CHANGES},
}  # fmt: skip
NO_ISSUE = "This is no issue of Jira: it has no id and no fields. Fetch it again with its fields."


def field_of(item: Record) -> str | None:
    """Which of our fields a change is of; None for what flow does not ask."""
    for name in (text(item, "fieldId"), text(item, "field")):
        if name is not None and name.lower() in FIELDS:
            return FIELDS[name.lower()]
    return None


def own_fields(about: About, names: Mapping[str, Any]) -> dict[str, str]:
    """Ours → the organisation's field: as the source's option ``fields`` says, else by the *names* that Jira gives."""
    stated = about.source.options.get("fields")
    found = {ours: str(theirs) for ours, theirs in stated.items()} if isinstance(stated, dict) else {}
    called = {str(name).lower(): field for field, name in names.items()}
    for ours, words in NAMES.items():
        field = next((called[word] for word in words if word in called), None)
        if field is not None:
            found.setdefault(ours, field)
    return found


def issue(told: Told, line: int, value: Record, own: Mapping[str, str]) -> Iterator[Row]:
    """Note an issue in *told*, and give the rows of its changes."""
    fields = value.get("fields")
    item = text(value, "id")
    if item is None or not isinstance(fields, dict):
        raise Unreadable("id", "" if item is None else item, NO_ISSUE)
    project = text(_of(fields, "project"), "key", "name") or (text(value, "key") or "").rpartition("-")[0] or None
    histories, history = _history(value.get("changelog"))
    parent = _of(fields, "parent")
    kind, state = _of(fields, "issuetype"), _of(fields, "status")
    told.item(
        line, project, item, needed(fields, "created"),
        key=text(value, "key"), title=text(fields, "summary"), url=_browse(value), project=project,
        team=_named(fields.get(own.get("team", ""))), type=text(kind, "name"), level=_level(kind),
        parent=text(parent, "id", "key"), epic=_epic(fields, parent, own), state=text(state, "name"),
        category=CATEGORIES.get(text(_of(state, "statusCategory"), "key") or ""),
        resolution=text(_of(fields, "resolution"), "name"), updated=when(fields, "updated"),
        resolved=when(fields, "resolutiondate"), due=day_of(fields, "duedate"),
        priority=text(_of(fields, "priority"), "name"), sprint=_sprint(fields, own),
        points=amount(fields, own["points"]) if "points" in own else None,
        author=hidden(fields.get("reporter") or fields.get("creator"), told.about.hide),
        assignee=hidden(fields.get("assignee"), told.about.hide), blocked=_blocked(fields, own), history=history,
        tags=marked({
            **{str(label): YES for label in fields.get("labels") or () if isinstance(label, str)},
            **{name: _listed(fields, name) for name in ("components", "fixVersions")},
        }),
    )  # fmt: skip
    told.states("work", project)
    if histories is not None:
        told.states("transition", project)
        for each in histories:
            yield from changes(told, line, each, item, project)


CATEGORIES = {"new": "new", "indeterminate": "started", "done": "done"}


def changes(told: Told, line: int, history: Record, item: str, project: str | None) -> Iterator[Row]:
    """The rows of one entry of an issue's history."""
    change, at = text(history, "id"), needed(history, "created")
    if change is None:
        raise Unreadable("id", "", "The change has no id; fetch the history again.")
    items = history.get("items")
    for each in items if isinstance(items, list) else ():
        field = field_of(each) if isinstance(each, dict) else None
        if field is None:
            continue
        was, now = (
            text(each, name if name in each else id) for name, id in (("fromString", "from"), ("toString", "to"))
        )
        yield from told.change(
            line, project, item, change, field, at,
            sequence=int(change) if change.isascii() and change.isdigit() and len(change) < 19 else None,
            was=was, was_id=text(each, "from"), now_id=text(each, "to"),
            now=(YES if now else None) if field == "blocked" else now,
            actor=hidden(history.get("author"), told.about.hide),
        )  # fmt: skip


def kept_issue(value: Any, own: Mapping[str, str], shape: Any) -> Any:
    """The *shape* of issues, with the fields of the organisation's own that are read."""
    flat = {**NAMED, "value": True, "state": True, "boardId": True}
    more: dict[str, Any] = {field: flat for ours, field in own.items() if ours != "points"}
    if "points" in own:
        more[own["points"]] = True
    fields = value.get("fields")
    for name, each in fields.items() if isinstance(fields, dict) else ():
        if _is_sprint(each) or _is_flag(each):
            more[name] = flat
    return {**shape, "fields": {**shape["fields"], **more}}


def without_values(history: Any) -> Any:
    """A history with what its changes say only where they are of a field that flow asks."""
    if isinstance(history, dict) and isinstance(history.get("items"), list):
        items = [each for each in history["items"] if isinstance(each, dict) and field_of(each) is not None]
        return {**history, "items": items}
    return history


def _of(record: Record, name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _history(changelog: Any) -> tuple[list[dict[str, Any]] | None, str]:
    """The histories in an answer's *changelog*, and whether they are all of them."""
    found = changelog.get("histories") if isinstance(changelog, dict) else None
    if not isinstance(found, list):
        return None, "none"
    listed = [each for each in found if isinstance(each, dict)]
    total = changelog.get("total")
    return listed, "part" if isinstance(total, int) and total > len(listed) else "whole"


def _browse(value: Record) -> str | None:
    """The page of an issue, from the address that the API gives for it."""
    found = re.match(r"(https?://[^/]+)(/.*?)?/rest/", text(value, "self") or "")
    key = text(value, "key")
    return f"{found[1]}{found[2] or ''}/browse/{key}" if found and key else None


def _level(kind: Record) -> str:
    height = kind.get("hierarchyLevel")
    if kind.get("subtask") is True or (isinstance(height, int) and height < 0):
        return "part"
    if isinstance(height, int):
        return "parent" if height > 0 else "item"
    return "parent" if (text(kind, "name") or "").lower() == "epic" else "item"


def _epic(fields: Record, parent: Record, own: Mapping[str, str]) -> str | None:
    """The key of the epic above: what Jira calls so, or a parent that is one."""
    named = text(_of(fields, "epic"), "key") or text(fields, own.get("epic", ""))
    above = _level(_of(_of(parent, "fields"), "issuetype")) == "parent"
    return named or (text(parent, "key") if above else None)


def _sprint(fields: Record, own: Mapping[str, str]) -> str | None:
    """The sprint that an issue is in now: the one that runs, or the last of those it has been in."""
    stated = fields.get("sprint") or fields.get(own.get("sprint", ""))
    if stated is None:
        stated = next((each for each in _custom(fields) if _is_sprint(each)), None)
    listed = [each for each in (stated if isinstance(stated, list) else [stated]) if isinstance(each, (dict, str))]
    running = [each for each in listed if isinstance(each, dict) and each.get("state") == "active"]
    for each in reversed(running or listed):
        if isinstance(each, dict):
            return text(each, "name")
        found = re.search(r"name=([^,\]]+)", each)  # as Jira Server writes sprints
        return found[1] if found else each
    return None


def _custom(fields: Record) -> Iterator[Any]:
    """What stands in the fields of the organisation's own."""
    return (each for name, each in fields.items() if name.startswith("customfield"))


def _is_sprint(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "boardId" in value[0]


def _is_flag(value: Any) -> bool:
    flag = value[0] if isinstance(value, list) and value else None
    return isinstance(flag, dict) and flag.get("value") == "Impediment"


def _blocked(fields: Record, own: Mapping[str, str]) -> bool | None:
    if isinstance(fields.get("flagged"), bool):
        return bool(fields["flagged"])
    if "blocked" in own and own["blocked"] in fields:
        return bool(fields[own["blocked"]])
    return True if any(_is_flag(each) for each in _custom(fields)) else None


def _named(value: Any) -> str | None:
    return text(value, "name", "value", "title") if isinstance(value, dict) else text({"it": value}, "it")


def _listed(fields: Record, name: str) -> str | None:
    found = fields.get(name)
    names = [_named(each) for each in found] if isinstance(found, list) else []
    return ", ".join(each for each in names if each) or None
