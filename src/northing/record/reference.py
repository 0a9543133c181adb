"""References to revisions, the same in addresses, API, command line and cursors.

``42``, ``2026-03-31``, ``tag:q1-board``, ``scenario:cut-10``, ``scenario:cut-10@57``, ``import/omb``,
``main@42``. A date has two meanings: as *known* (what the record held at the end of that day in the
workspace's zone) and as *reported* (the revision that speaks for the latest day up to that one).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from northing.access.models import Workspace
from northing.portfolio.errors import NotFound

from . import sql
from .answers import At
from .models import OPEN
from .revision import MAIN, find, instant, microseconds, newest

Ref = At | str | int | None

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def locate(workspace: str, ref: Ref, *, branch: str = MAIN, mode: str = "known") -> At:
    """The place that *ref* names. Raises :class:`NotFound` where there is no such place."""
    if isinstance(ref, At):
        return _at(workspace, ref.branch, ref.no)
    if ref is None or ref in ("", "head", "now"):
        return _at(workspace, branch, OPEN)
    if isinstance(ref, int):
        return _numbered(workspace, ref)
    text = ref.strip()
    if text.isascii() and text.isdigit() and len(text) < 19:
        return _numbered(workspace, int(text))
    if text.startswith("tag:"):
        row = sql.one("SELECT branch, no FROM record_tag WHERE ws = %s AND name = %s", workspace, text[4:])
        if row is None:
            raise _unknown(ref)
        return At(row[0], row[1])
    if DAY.match(text) and "@" not in text:  # a scenario may be named after a day
        return _dated(workspace, branch, text, mode)
    name, mark, number = text.removeprefix("scenario:").rpartition("@")
    if not mark:
        name, number = number, ""
    if mark and not (number.isascii() and number.isdigit() and len(number) < 19):
        raise _unknown(ref)
    return _at(workspace, name, int(number) if mark else OPEN, ref)


def _at(workspace: str, branch: str, no: int, said: Ref = None) -> At:
    revision = newest(workspace, branch, no)
    if revision is not None:
        return At(branch, revision.no)
    if branch == MAIN:
        return At(MAIN, 0)
    row = sql.one("SELECT parent FROM record_branch WHERE ws = %s AND name = %s", workspace, branch)
    if row is None:
        raise _unknown(branch if said is None else said)
    # Before a branch began it was its parent, by number as by date.
    return _at(workspace, row[0], no, said)


def _numbered(workspace: str, no: int) -> At:
    if no == 0:
        return At(MAIN, 0)
    revision = find(workspace, no) if 0 < no < OPEN else None
    if revision is None:
        raise _unknown(no)
    return At(revision.branch, no)


def _dated(workspace: str, branch: str, text: str, mode: str) -> At:
    if mode not in ("known", "reported"):
        raise NotFound(f"A date is read as “known” or as “reported”, not as “{mode}”.")
    zone = zone_of(workspace)
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            end = datetime.combine(day + timedelta(days=1), time(), zone)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            day, end = moment.astimezone(zone).date(), moment + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise _unknown(text) from None
    _at(workspace, branch, OPEN)
    return _known(workspace, branch, end) if mode == "known" else _reported(workspace, branch, day, zone)


def _known(workspace: str, branch: str, end: datetime) -> At:
    """The newest revision recorded before *end*; before a branch began, its parent as it was then."""
    row = sql.one(
        "SELECT no FROM record_revision WHERE ws = %s AND branch = %s AND at < %s ORDER BY no DESC LIMIT 1",
        workspace,
        branch,
        microseconds(end.astimezone(UTC)),
    )
    if row is not None:
        return At(branch, row[0])
    if branch == MAIN:
        return At(MAIN, 0)
    return _known(workspace, _parent(workspace, branch), end)


def _reported(workspace: str, branch: str, day: date, zone: ZoneInfo) -> At:
    """The revision with the greatest effective date not after *day*; of equal ones the newest."""
    best: tuple[date, int] | None = None
    for no, at, effective_on in sql.rows(
        "SELECT no, at, effective_on FROM record_revision WHERE ws = %s AND branch = %s", workspace, branch
    ):
        speaks_for = date.fromisoformat(effective_on) if effective_on else instant(at).astimezone(zone).date()
        if speaks_for <= day and (best is None or (speaks_for, no) > best):
            best = (speaks_for, no)
    if best is not None:
        return At(branch, best[1])
    if branch == MAIN:
        return At(MAIN, 0)
    return _reported(workspace, _parent(workspace, branch), day, zone)


def _parent(workspace: str, branch: str) -> str:
    row = sql.one("SELECT parent FROM record_branch WHERE ws = %s AND name = %s", workspace, branch)
    return row[0] if row and row[0] else MAIN


def zone_of(workspace: str) -> ZoneInfo:
    """The workspace's time zone."""
    name = Workspace.objects.filter(pk=workspace).values_list("zone", flat=True).first()
    return ZoneInfo(name or "UTC")


def _unknown(ref: Ref) -> NotFound:
    return NotFound(
        f"There is no revision “{ref}”.",
        remedy="Use a revision's number, a date (2026-03-31), tag:NAME, scenario:NAME or scenario:NAME@NUMBER.",
    )
