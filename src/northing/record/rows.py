"""Source rows: the cells of files as they came. No plan holds them; they are read when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from northing.portfolio.workspace import SourceRow

from . import sql, versions
from .answers import At
from .models import OPEN


def source_rows(workspace: str, file_id: str | None, *, ids: Iterable[str] | None, at: At | None) -> list[SourceRow]:
    """The rows of one file (of all, where it is None), or those with *ids*, in the file's order, as of *at*.

    They stand on the branches of their sources; a revision of the plan sees those that were there by then.
    """
    no = OPEN - 1 if at is None else at.no
    found: dict[str, SourceRow] = {}
    for schema, id, body in _bodies(workspace, file_id, None if ids is None else list(dict.fromkeys(ids)), no):
        row = versions.entity_of("source_row", id, schema, body)
        if isinstance(row, SourceRow) and file_id in (None, row.file):
            found[id] = row
    return sorted(found.values(), key=lambda row: (row.file, row.ordinal))


def _bodies(workspace: str, file_id: str | None, ids: list[str] | None, no: int) -> Iterator[tuple[int, str, bytes]]:
    held = f"body IS NOT NULL AND {sql.aside('from_no')} <= %s AND {sql.aside('to_no')} > %s"
    select = "SELECT schema, id, body FROM record_version WHERE ws = %s AND branch = %s AND kind = 'source_row'"
    for (branch,) in sql.rows("SELECT name FROM record_branch WHERE ws = %s AND kind <> 'scenario'", workspace):
        if ids is not None:
            for start in range(0, len(ids), versions.CHUNK):
                some = ids[start : start + versions.CHUNK]
                yield from sql.rows(
                    f"{select} AND id IN ({sql.marks(len(some))}) AND {held}", workspace, branch, *some, no, no
                )
        elif file_id is not None:
            holds = "instr(body, %s) > 0" if sql.on_sqlite() else "position(%s::bytea IN body) > 0"
            yield from sql.rows(f"{select} AND {held} AND {holds}", workspace, branch, no, no, file_id.encode())
        else:
            yield from sql.rows(f"{select} AND {held}", workspace, branch, no, no)
