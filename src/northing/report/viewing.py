"""Opening a View: the plan that a reference names, with the names, the day and the zone that belong to it.

Every door looks through this, so that a page, an answer of the API and a table of the command line show one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from northing.access import directory
from northing.access.models import Workspace
from northing.facts.engine import FactsAt
from northing.facts.store import Store
from northing.measure.columns import view_of
from northing.measure.view import View
from northing.record import At, Record
from northing.record.revision import MAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from northing.portfolio.workspace import SourceRow


@dataclass(frozen=True)
class Look:
    """A View, and where in the record it stands."""

    view: View
    at: At
    head: int
    """The newest revision of the branch: where ``at.no`` is lower, this is the past, and read-only."""

    @property
    def is_past(self) -> bool:
        return self.at.no < self.head


def look(
    workspace: Workspace,
    ref: str | int | None = None,
    *,
    branch: str = MAIN,
    mode: str = "known",
    today: date | None = None,
    currency: str | None = None,
) -> Look:
    """The plan at *ref* of *branch* (None: the newest). Its day is today; of the past, the day of its newest revision.

    Money is told in *currency*, or else in the workspace's own.

    Raises :class:`northing.portfolio.errors.NotFound` for a reference to nothing.
    """
    record = Record(workspace.id, branch)
    at = record.at(ref, mode=mode)
    head = record.head(at.branch)
    plan = record.plan(at)
    zone = ZoneInfo(workspace.zone)
    day = today or _day(record, at, head, ref=ref, zone=zone, mode=mode)

    def source_rows(ids: Sequence[str]) -> list[SourceRow]:
        return record.source_rows(ids=ids, ref=at)

    view = view_of(
        plan=plan,
        names=directory.names(workspace.id),
        today=day,
        zone=workspace.zone,
        source_rows=source_rows,
        read_stage_since=lambda: record.since("investment", "stage", ref=at),
        facts=FactsAt(Store(workspace.id), plan) if plan.deliveries else None,
        currency=currency or workspace.currency,
        home_currency=workspace.currency,
    )
    return Look(view=view, at=at, head=head)


def _day(record: Record, at: At, head: int, *, ref: str | int | None, zone: ZoneInfo, mode: str) -> date:
    if at.no >= head or at.no == 0:
        return datetime.now(UTC).astimezone(zone).date()
    try:
        return date.fromisoformat(str(ref))
    except ValueError:
        revision = record.revision(at.no)
        if mode == "reported" and revision.effective_on is not None:
            return revision.effective_on
        return revision.at.astimezone(zone).date()
