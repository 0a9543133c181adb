"""Jira Cloud: pages of a search with their changelogs, pages of histories, single issues, as the REST API answers.

A page that holds only a part of an issue's history says so; the rest comes with the pages of
``/changelog/bulkfetch`` or ``/issue/{key}/changelog``, in the same input or in another delivery.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .allowed import allowed, kept_documents
from .cells import Record, Unreadable, shown, text
from .documents import documents
from .jira_issue import CHANGES, ISSUE, changes, issue, kept_issue, own_fields, without_values
from .reader import PageReader
from .work_rows import Told

NO_PAGE = (
    "This is no answer of Jira with issues or histories. Store the pages of /rest/api/3/search/jql, "
    "/changelog/bulkfetch or /issue/{key} as they come."
)
ISSUE_ADDRESS = re.compile(r"/issue/([^/?]+)(?:/changelog)?")
PAGE = dict.fromkeys(("self", "startAt", "maxResults", "total", "isLast", "nextPageToken"), True)
SIGNS = (b'"issues"', b'"issueChangeLogs"', b'"changelog"', b'"histories"', b'"changeHistories"')


class Jira(PageReader):
    """Issues and their changes."""

    name = "jira"
    title = "Jira"
    tables: tuple[str, ...] = ("work", "transition")

    def fits(self, name: str, head: bytes) -> float:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n[")[:1] != b"{":
            return 0.0
        api = b"/rest/api/" in head or b"/rest/agile/" in head
        if any(sign in head for sign in SIGNS) or (b'"key"' in head and b'"fields"' in head):
            return 0.97 if api else 0.7
        return 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        told, line = Told(about), 0
        for document in documents(pages):
            if document.value is None:
                line += 1
                # What it says is not shown: people and descriptions stand in it.
                yield Refused(line=line, column=None, value="", reason=str(document.fault))
                continue
            own = own_fields(about, _mapping(document.value.get("names")))
            for kind, value, item in _entries(document.value, about.name):
                line += 1
                try:
                    if kind == "issue":
                        yield from issue(told, line, value, own)
                    elif kind == "history" and item is not None:
                        item = told.item_of(item)
                        yield from changes(told, line, value, item, told.project_of(item))
                    else:
                        yield Refused(line=line, column=None, value=shown(", ".join(list(value)[:5])), reason=NO_PAGE)
                except Unreadable as wrong:
                    yield wrong.at(line)
        yield from told.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """What is read, and nothing else: no descriptions, comments, fields of one's own, or people."""

        def keep(page: dict[str, Any]) -> dict[str, Any]:
            own = own_fields(about, _mapping(page.get("names")))
            kept = {name: page[name] for name in PAGE if name in page}
            if isinstance(page.get("names"), dict):
                kept["names"] = {field: page["names"][field] for field in own.values() if field in page["names"]}
            if isinstance(page.get("issues"), list):
                kept["issues"] = [kept_as_issue(each, own, about) for each in page["issues"]]
            elif "fields" in page:
                kept |= kept_as_issue(page, own, about)
            for name, inner in (("issueChangeLogs", "changeHistories"), ("values", None)):
                if isinstance(page.get(name), list):
                    kept[name] = [_kept_histories(each, inner, about) for each in page[name]]
            return kept

        yield from kept_documents(pages, keep)


def kept_as_issue(value: Any, own: dict[str, str], about: About) -> Any:
    """What may be kept of one issue."""
    if not isinstance(value, dict):
        return None
    changelog = value.get("changelog")
    if isinstance(changelog, dict) and isinstance(changelog.get("histories"), list):
        histories = [without_values(each) for each in changelog["histories"]]
        value = {**value, "changelog": {**changelog, "histories": histories}}
    return allowed(value, kept_issue(value, own, ISSUE), about.hide)


def _kept_histories(value: Any, inner: str | None, about: About) -> Any:
    if not isinstance(value, dict):
        return None
    if inner is None:
        return allowed(without_values(value), CHANGES, about.hide)
    histories = value.get(inner)
    listed = [without_values(each) for each in histories] if isinstance(histories, list) else []
    return {"issueId": value.get("issueId"), inner: allowed(listed, CHANGES, about.hide)}


def _entries(page: Record, name: str) -> Iterator[tuple[str, dict[str, Any], str | None]]:
    """(“issue”, “history” or “other”, what it is, the issue's id) of each thing on a page."""
    if isinstance(page.get("issues"), list):
        for each in page["issues"]:
            yield ("issue", each, None) if isinstance(each, dict) else ("other", {str(each): None}, None)
    elif isinstance(page.get("issueChangeLogs"), list):
        for each in page["issueChangeLogs"]:
            found = _mapping(each)
            for history in found.get("changeHistories") or ():
                yield "history", _mapping(history), text(found, "issueId")
    elif isinstance(page.get("values"), list) and "total" in page:
        address = ISSUE_ADDRESS.search(text(page, "self") or name)
        for history in page["values"]:
            yield "history", _mapping(history), address[1] if address else None
    elif isinstance(page.get("fields"), dict):
        yield "issue", dict(page), None
    else:
        yield "other", dict(page), None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
