"""Opening a branch: what is found of it, and the workspace's turn, which a writer holds while it writes."""

from __future__ import annotations

from typing import NamedTuple

from northing.portfolio.errors import Invalid, NotFound

from . import sql
from .draft import Line
from .revision import COLUMNS, MAIN, Revision, from_row


class Turn(NamedTuple):
    """The workspace's counter, held until the transaction ends: nobody else writes to the workspace meanwhile."""

    next_no: int
    last_at: int
    numbers: str


_COUNTER = "SELECT next_no, last_at, numbers FROM record_counter WHERE ws = %s"
_LINE = (
    "SELECT c.next_no, c.last_at, c.numbers, c.redactions, b.kind, b.parent, b.merged_head, b.closed_by,"
    f" {', '.join(f'r.{name}' for name in COLUMNS.split(', '))}"
    " FROM record_counter c LEFT JOIN record_branch b ON b.ws = c.ws AND b.name = %s"
    " LEFT JOIN record_revision r ON r.ws = b.ws AND r.no = b.head WHERE c.ws = %s"
)
_NEWEST = (
    "SELECT c.next_no, c.last_at, c.numbers, c.redactions, r.hash"
    " FROM record_counter c JOIN record_revision r ON r.ws = c.ws AND r.no = c.next_no - 1 WHERE c.ws = %s"
)
_KNOWN: dict[str, Line] = {}
"""Workspace → its plan of record as this process wrote it last. It stands while its head is the newest revision of the
workspace, by its hash: were that revision undone, or another written, the line is read anew."""


def remember(line: Line, head: Revision) -> None:
    """Spare the next writer to the plan of record reading what this one has just written."""
    if line.name == MAIN:
        _KNOWN[line.workspace] = Line(line.workspace, MAIN, line.kind, line.parent, head, redactions=line.redactions)


def take_turn(workspace: str) -> Turn:
    """Take the workspace's turn. SQLite's write lock is held already; on PostgreSQL the counter's row is the lock."""
    read = _COUNTER if sql.on_sqlite() else f"{_COUNTER} FOR UPDATE"
    row = sql.one(read, workspace)
    if row is None:
        sql.run(
            "INSERT INTO record_counter (ws, next_no, last_at, numbers, redactions) VALUES (%s, 1, 0, '{}', 0)"
            " ON CONFLICT DO NOTHING",
            workspace,
        )
        row = sql.one(read, workspace)
        assert row is not None
    return Turn(*row)


def take_turn_on(workspace: str, branch: str) -> tuple[Turn, Line]:
    """The workspace's turn, and the branch called *branch* as it is found then."""
    if sql.on_sqlite():
        known = _KNOWN.get(workspace) if branch == MAIN else None
        if known is not None and known.head is not None:
            found = sql.one(_NEWEST, workspace)
            if found is not None and found[3:] == (known.redactions, known.head.hash):
                return Turn(*found[:3]), known
        held = row = sql.one(_LINE, branch, workspace)
    else:
        # Two statements: what one reads beside a lock that it waited for is from before the wait.
        held, row = sql.each((f"{_COUNTER} FOR UPDATE", (workspace,)), (_LINE, (branch, workspace)))
    if held is None or row is None:
        return take_turn(workspace), open_line(workspace, branch)
    return Turn(*row[:3]), _open(_line(workspace, branch, row))


def line_of(workspace: str, name: str) -> Line:
    """The branch called *name*; the plan of record is there before its first revision. Raises NotFound."""
    return _line(workspace, name, sql.one(_LINE, name, workspace))


def open_line(workspace: str, name: str) -> Line:
    """The branch called *name*, which can be written to. Raises NotFound, and Invalid where it was closed."""
    return _open(line_of(workspace, name))


def _line(workspace: str, name: str, row: sql.Row | None) -> Line:
    if row is None or row[4] is None:
        if name == MAIN:
            return Line(workspace, MAIN, "main", None, None)
        raise NotFound(f"There is no scenario or branch called “{name}”.")
    redactions, kind, parent, merged_head, closed_by = row[3:8]
    return Line(workspace, name, kind, parent, from_row(row[8:]), closed_by, merged_head, redactions)


def _open(line: Line) -> Line:
    if line.closed_by is not None:
        aside = line.closed_by == line.no
        raise Invalid(
            f"“{line.name}” was {'set aside' if aside else 'merged'} in revision {line.closed_by}"
            " and can only be read.",
            remedy="Take it up again first." if aside else "Start a new scenario from the plan.",
        )
    return line
