"""GitHub: pages of issues and pull requests, of a repository's events, of timelines; REST and GraphQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .allowed import allowed, kept_documents
from .cells import Record, Unreadable, shown, text
from .documents import documents
from .github_issue import EVENT, ISSUE, NO_ISSUE, event, issue, repository_of
from .reader import PageReader
from .work_rows import Told

NO_THING = (
    "This is no issue, pull request or event of GitHub. Store the pages of /issues, /pulls, /issues/events, or of a "
    "GraphQL query with timelineItems as they come; a timeline goes into its issue as “timeline”."
)


class GitHub(PageReader):
    """Issues, pull requests and what happened to them."""

    name = "github"
    title = "GitHub issues and pull requests"
    tables: tuple[str, ...] = ("work", "transition")

    def fits(self, name: str, head: bytes) -> float:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
            return 0.0
        if b"github" in head and (b'"node_id"' in head or b'"repository_url"' in head or b'"html_url"' in head):
            return 0.96
        return 0.95 if b'"timelineItems"' in head or (b'"repository"' in head and b'"nodes"' in head) else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        told, line = Told(about), 0
        for document in documents(pages):
            if document.value is None:
                line += 1
                yield Refused(line=line, column=None, value="", reason=str(document.fault))
                continue
            for value in things(document.value):
                line += 1
                try:
                    yield from thing(told, line, value)
                except Unreadable as wrong:
                    yield wrong.at(line)
        yield from told.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """What is read, and nothing else: no texts, comments, or people."""
        yield from kept_documents(pages, lambda page: {"nodes": [kept_thing(value, about) for value in things(page)]})


DEEPEST = 12
"""Further down no query lays its nodes."""


def things(page: Record, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The issues, pull requests and events on a page, however deep GraphQL has laid them."""
    if _is_thing(page):
        yield dict(page)
        return
    if depth > DEEPEST:
        return
    found = [inner for each in page.values() for inner in (each if isinstance(each, list) else [each])]
    inside = [each for each in found if isinstance(each, dict)]
    deeper = [thing for each in inside for thing in things(each, depth + 1) if _is_thing(thing)]
    yield from deeper or ([] if _is_page(page) else [dict(page)])


def thing(told: Told, line: int, value: Record) -> Iterator[Row | Refused]:
    """The rows of one of :func:`things`."""
    if "number" in value:
        yield from issue(told, line, value)
    elif isinstance(value.get("issue"), dict) and "event" in value:
        of = value["issue"]
        item = text(of, "id")
        if item is None:
            raise Unreadable("issue", "", NO_ISSUE)
        yield from event(told, line, value, item, repository_of(of))
        told.states("transition", repository_of(of))
    else:
        yield Refused(line=line, column=None, value=shown(", ".join(list(value)[:5])), reason=NO_THING)


def kept_thing(value: Record, about: About) -> Any:
    """What may be kept of one of :func:`things`."""
    return allowed(dict(value), ISSUE if "number" in value else EVENT, about.hide)


def _is_thing(value: Record) -> bool:
    return ("number" in value and ("title" in value or "state" in value)) or (
        "event" in value and isinstance(value.get("issue"), dict)
    )


def _is_page(value: Record) -> bool:
    """Whether there could be issues here and are none: an empty page is none to refuse."""
    return any(name in value for name in ("nodes", "data", "repository", "issues", "pullRequests", "search"))
