"""The log of a record: its revisions, those that somebody looks for, and how much each of them changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from . import sql
from .models import OPEN
from .revision import COLUMNS, MAIN, Revision, from_row, instant, microseconds

DOOR = (
    "CASE WHEN r.merged IS NOT NULL AND EXISTS (SELECT 1 FROM record_revision m WHERE m.ws = r.ws AND m.no = r.merged"
    " AND substr(m.branch, 1, 7) = 'import/') THEN 'import' ELSE r.via END"
)
"""Through which door a revision came: a merge that brings in what a file says is an import, whoever clicked."""


class Sought(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which revisions somebody looks for; what is empty does not narrow."""

    author: str = ""
    """A person's id."""
    via: str = ""
    """The door: web, api, cli, demo; import for what a file brought in."""
    kind: str = ""
    """Revisions that touched entities of this kind."""
    id: str = ""
    """Revisions that touched this entity (of ``kind``)."""
    words: str = ""
    """Words in the reason."""
    since: datetime | None = None
    until: datetime | None = None
    """Recorded at or after, and before."""


def revisions(
    workspace: str, sought: Sought, *, branch: str = MAIN, before: int | None = None, limit: int = 50
) -> list[Revision]:
    """The newest revisions of *branch* that are *sought*, below number *before*, newest first."""
    where, params = _where(workspace, sought, branch)
    return [
        from_row(row)
        for row in sql.rows(
            f"SELECT {COLUMNS} FROM record_revision r WHERE {where} AND no < %s ORDER BY no DESC LIMIT %s",
            *params,
            OPEN if before is None else before,
            limit,
        )
    ]


def count(workspace: str, sought: Sought, *, branch: str = MAIN) -> int:
    """How many revisions of *branch* are *sought*."""
    where, params = _where(workspace, sought, branch)
    row = sql.one(f"SELECT count(*) FROM record_revision r WHERE {where}", *params)
    return int(row[0]) if row else 0


def sizes(workspace: str, nos: list[int], *, branch: str = MAIN) -> dict[int, dict[str, int]]:
    """Revision → kind → how many entities of it were written; rows as they came are not counted."""
    found: dict[int, dict[str, int]] = {no: {} for no in nos}
    if not nos:
        return found
    for no, kind, written in sql.rows(
        "SELECT from_no, kind, count(*) FROM record_version WHERE ws = %s AND branch = %s"
        f" AND from_no IN ({', '.join(['%s'] * len(nos))}) AND kind <> 'source_row' GROUP BY from_no, kind",
        workspace,
        branch,
        *nos,
    ):
        found[no][kind] = int(written)
    return found


def authors(workspace: str, *, branch: str = MAIN) -> dict[str, int]:
    """Who made revisions of *branch*, and how many."""
    return _tally(workspace, branch, "author")


def doors(workspace: str, *, branch: str = MAIN) -> dict[str, int]:
    """Through which doors revisions of *branch* came, and how many."""
    return _tally(workspace, branch, DOOR)


def imports(workspace: str, nos: list[int]) -> set[int]:
    """Those of *nos* that brought in what a file says."""
    if not nos:
        return set()
    found = sql.rows(
        f"SELECT r.no FROM record_revision r WHERE r.ws = %s AND r.no IN ({', '.join(['%s'] * len(nos))})"
        f" AND {DOOR} = 'import'",
        workspace,
        *nos,
    )
    return {int(no) for (no,) in found}


def _tally(workspace: str, branch: str, column: str) -> dict[str, int]:
    return {
        key: int(number)
        for key, number in sql.rows(
            f"SELECT {column} AS told, count(*) FROM record_revision r WHERE r.ws = %s AND r.branch = %s GROUP BY told"
            " ORDER BY count(*) DESC, told",
            workspace,
            branch,
        )
    }


def _where(workspace: str, sought: Sought, branch: str) -> tuple[str, list[Any]]:
    where = ["ws = %s", "branch = %s"]
    params: list[Any] = [workspace, branch]
    for column, wanted in (("author", sought.author), (DOOR, sought.via)):
        if wanted:
            where.append(f"{column} = %s")
            params.append(wanted)
    for word in sought.words.split()[:10]:
        where.append("lower(reason) LIKE %s ESCAPE '!'")
        params.append(f"%{word.lower().replace('!', '!!').replace('%', '!%').replace('_', '!_')}%")
    if sought.since is not None:
        where.append("at >= %s")
        params.append(microseconds(sought.since))
    if sought.until is not None:
        where.append("at < %s")
        params.append(microseconds(sought.until))
    if sought.kind:
        touched = "v.ws = r.ws AND v.branch = r.branch AND v.from_no = r.no AND v.kind = %s"
        params.append(sought.kind)
        if sought.id:
            touched += " AND v.id = %s"
            params.append(sought.id)
        where.append(f"EXISTS (SELECT 1 FROM record_version v WHERE {touched})")
    return " AND ".join(where), params


def first_day(workspace: str, zone: ZoneInfo, *, branch: str = MAIN) -> date | None:
    """The earliest day that a revision of *branch* speaks for; None where nothing is recorded."""
    row = sql.one(
        "SELECT MIN(effective_on), MIN(at) FROM record_revision WHERE ws = %s AND branch = %s", workspace, branch
    )
    if row is None or row[1] is None:
        return None
    made = instant(row[1]).astimezone(zone).date()
    return min(made, date.fromisoformat(row[0])) if row[0] else made
