"""The raw tables of DevLake: in each row an answer of Jira or GitHub as it came."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from northing.portfolio.fact_reading import About, Refused, Row

from . import github, jira_issue
from .allowed import allowed
from .cells import Unreadable, text
from .jira import kept_as_issue

if TYPE_CHECKING:
    from .devlake_tables import Reading

NOT_JSON = "Here stands no JSON of an issue; export the table again with its cells quoted."
NO_THING = "This is no answer of Jira or GitHub with an issue, a change or an event; leave the table out."
NO_ISSUE = "The row does not say of which issue its change is; export the column “input” too."


def raw(reading: Reading, line: int, record: dict[str, str]) -> Iterator[Row]:
    """The rows of one stored answer."""
    value = _json(record["data"])
    if not isinstance(value, dict):
        raise Unreadable("data", "", NOT_JSON)
    if "event" in value or "number" in value:
        for found in github.thing(reading.told, line, value):
            if isinstance(found, Refused):
                raise Unreadable("data", "", found.reason)
            yield found
    elif isinstance(value.get("fields"), dict):
        yield from jira_issue.issue(reading.told, line, value, jira_issue.own_fields(reading.told.about, {}))
    elif isinstance(value.get("items"), list):
        asked = _json(record.get("input", ""))
        item = text(asked, "issue_id") if isinstance(asked, dict) else None
        if item is None:
            raise Unreadable("input", "", NO_ISSUE)
        for row in jira_issue.changes(reading.told, line, value, item, _board(record)):
            yield Row(row.table, {**row.values, "project": None})
    else:
        raise Unreadable("data", "", NO_THING)


def kept_raw(cell: str, about: About) -> str:
    """What may be kept of a stored answer."""
    value = _json(cell)
    kept: Any = None
    if isinstance(value, dict):
        if "event" in value or "number" in value:
            kept = github.kept_thing(value, about)
        elif isinstance(value.get("fields"), dict):
            kept = kept_as_issue(value, jira_issue.own_fields(about, {}), about)
        else:
            kept = allowed(jira_issue.without_values(value), jira_issue.CHANGES, about.hide)
    return msgspec.json.Encoder(decimal_format="number").encode(kept).decode("utf-8")


def _board(record: dict[str, str]) -> str:
    """What a table of changelogs speaks of: the board whose issues were asked for."""
    params = _json(record.get("params", ""))
    board = text(params, "BoardId", "ProjectId", "Name") if isinstance(params, dict) else None
    return f"board {board} · changelogs" if board else "changelogs"


def _json(cell: str) -> Any:
    try:
        return msgspec.json.Decoder(float_hook=Decimal).decode(cell)
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError, UnicodeError):
        return None
