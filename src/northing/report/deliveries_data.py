"""Sources and deliveries as the API and ``--json`` give them: one shape for both doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from northing.access.models import Workspace
from northing.facts.store import Store
from northing.portfolio.errors import Finding
from northing.portfolio.facts import Delivery
from northing.portfolio.plan import Plan

from . import deliveries
from .deliveries import Sourced
from .delivering import Delivered

Money = dict[str, Decimal]


class SourceSaid(msgspec.Struct, kw_only=True):
    """One source, and how far it has spoken."""

    id: str
    name: str
    reader: str
    owner: str | None
    cadence_days: int | None
    currency: str | None
    provider: str | None
    until: date | None
    """The last day that its facts speak of."""
    due: date | None
    """The day from which it is late."""
    late: bool
    days_late: int
    tables: list[str]
    deliveries: int
    last: str | None
    """Its last delivery."""
    received: str | None
    spend: Money
    """Of the last twelve months, by currency; in the reporting currency where there are rates."""
    share: Decimal | None
    """Of the spend of all sources."""


class ScopeSaid(msgspec.Struct, kw_only=True):
    """What a delivery says of one scope, and what it takes the place of."""

    table: str
    scope: str
    rows: int
    amounts: Money
    replaces: str | None
    """The delivery that was in force before."""
    amounts_before: Money | None
    difference: Money


class DeliverySaid(msgspec.Struct, kw_only=True):
    """One input of one source."""

    id: str
    source: str
    name: str
    input_sha256: str
    received: str
    reader: str
    state: str
    """“in force”, “in part”, “superseded”; “preview” where nothing was taken in, “unchanged” where nothing is new."""
    superseded_by: list[str]
    start: date | None
    end: date | None
    """The first day after its facts."""
    rows: int
    refused: int
    totals: Money
    scopes: list[ScopeSaid]
    revision: int | None
    findings: list[Finding] = []
    """Of what was just read: what concerns many rows, then the first refused ones."""


def source_said(one: Sourced) -> SourceSaid:
    source, fresh = one.source, one.fresh
    return SourceSaid(
        id=source.id, name=source.name, reader=source.reader, owner=source.owner, cadence_days=source.cadence_days,
        currency=source.currency, provider=source.provider, until=fresh.newest, due=fresh.due, late=fresh.stale,
        days_late=fresh.days_late, tables=list(fresh.tables), deliveries=one.deliveries,
        last=one.last.id if one.last is not None else None, received=fresh.received,
        spend=dict(one.spend.by_currency), share=one.share,
    )  # fmt: skip


def delivery_said(
    workspace: Workspace, plan: Plan, delivery: Delivery, revision: int | None, *, state: str = "",
    findings: tuple[Finding, ...] = (),
) -> DeliverySaid:  # fmt: skip
    """*delivery* against *plan*; *state* where it is not (yet) in it."""
    found = deliveries.scopes(Store(workspace.id), plan, delivery)
    standing = deliveries.standing(plan, delivery) if not state else None
    return DeliverySaid(
        id=delivery.id, source=delivery.source, name=delivery.name, input_sha256=delivery.input_sha256,
        received=delivery.received, reader=delivery.reader,
        state=state or (standing.state if standing is not None else ""),
        superseded_by=list(standing.by) if standing is not None else [],
        start=delivery.start, end=delivery.end, rows=delivery.rows_in, refused=delivery.refused,
        totals=deliveries.totals(found),
        scopes=[
            ScopeSaid(
                table=one.now.table, scope=one.now.scope, rows=one.now.rows, amounts=one.now.amounts,
                replaces=one.before.id if one.before is not None else None,
                amounts_before=one.then.amounts if one.then is not None else None, difference=one.difference,
            )
            for one in found
        ],
        revision=revision, findings=list(findings),
    )  # fmt: skip


def delivered_said(workspace: Workspace, before: Plan, done: Delivered) -> DeliverySaid:
    """What came of an input, told against the plan *before* it."""
    state = "unchanged" if done.staged.unchanged else "in force" if done.committed is not None else "preview"
    return delivery_said(
        workspace, before, done.staged.delivery, done.committed.revision.no if done.committed is not None else None,
        state=state, findings=done.staged.findings,
    )  # fmt: skip


def as_data(said: SourceSaid | DeliverySaid) -> Any:
    """The same as plain values."""
    return msgspec.to_builtins(said)
