"""From an input to facts that could be taken in: files written, a Delivery made, nothing committed.

It may be run again with the same input, stopped, or killed at any point: what it leaves are files that no revision
names, which a sweep removes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from northing.portfolio.edits import Edit, change, create
from northing.portfolio.entity import derived_id, encode
from northing.portfolio.errors import Finding
from northing.portfolio.fact_reading import About, FactReader
from northing.portfolio.facts import Batch, Delivery, Source
from northing.portfolio.plan import Plan

from . import in_force, looked_at, rejects
from .input import Progress, Spooled, Stop, check, going_to_disk, redacted, spool
from .landing import Written
from .looked_at import Note
from .priced import Asked, without_cost
from .reading import Read, read_input
from .store import Store, refused, sha256_of

MOST_FINDINGS = 200

Totals = dict[str, dict[str, dict[str, Decimal]]]
"""Table → currency → column → sum."""


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """What taking an input in would come to. Its files are there; ``edits`` committed make them count."""

    delivery: Delivery
    edits: tuple[Edit, ...]
    """Empty: nothing is new."""
    rows_in: int
    refused: int
    findings: tuple[Finding, ...]
    """Of the refused rows the first ones, and what else is worth knowing; all of them are in the rejects file."""
    totals: Totals
    replaces: tuple[tuple[str, str, str], ...]
    """(table, scope, the delivery that it was read from before)."""
    unchanged: bool


def stage(
    store: Store, plan: Plan, source: Source, reader: FactReader, pages: Iterable[bytes], *, name: str, about: About,
    received: datetime, progress: Progress | None = None, stop: Stop | None = None, look: bool = False,
) -> Staged:  # fmt: skip
    """Read *pages*, write what they hold as files of facts, and say what would change in *plan*.

    *received* is the server's clock. *look*: nobody has said yes yet; what is read is noted, so that it is not read
    again when somebody does. Raises :class:`Invalid` where nothing can be taken in (with findings),
    ``Stopped`` where *stop* says so, ``Unavailable`` where the disk does not take it.
    """
    try:
        with store.workbench() as bench:
            spooled = spool(pages, bench / "input", progress=progress, stop=stop)
            id = _id_of(source, spooled, reader)
            earlier = plan.deliveries.get(id)
            manner = _manner(source, about)
            whole = earlier is not None and earlier.read_with == manner and not store.missing(earlier)
            if earlier is not None and whole and earlier.priced_with is None:
                return _again(plan, store, earlier, received)
            note = looked_at.find(store, plan, id, name=name, manner=manner)
            if note is not None and not (whole and earlier and earlier.priced_with == note.delivery.priced_with):
                if not look:
                    looked_at.forget(store, id)
                return _staged(plan, note, earlier, received)
            asked = Asked(msgspec.structs.replace(about, sha256=spooled.sha256))
            with going_to_disk(spooled.path):
                read = read_input(store, reader, spooled, asked.about, bench, progress=progress, stop=stop)
            if earlier is not None and whole and earlier.priced_with == asked.told():
                return _again(plan, store, earlier, received)
            delivery = _kept(store, source, reader, spooled, read, about, bench, name=name)
            delivery = msgspec.structs.replace(delivery, priced_with=asked.told(), read_with=manner)
            check(stop)
            pricing = looked_at.pricing(plan) if delivery.priced_with is not None else None
            told = (*(asked.findings() or without_cost(read.uncosted)), *findings(read))
            note = Note(delivery=delivery, pricing=pricing, findings=told, totals=_totals(read.files))
            if look:
                looked_at.write(store, note)
            return _staged(plan, note, earlier, received)
    except OSError as problem:
        raise refused(problem) from problem


def instant(moment: datetime) -> str:
    """*moment* as deliveries state it, so that text sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _id_of(source: Source, spooled: Spooled, reader: FactReader) -> str:
    return derived_id("delivery", source.id, spooled.sha256, _reader_of(reader))


def _reader_of(reader: FactReader) -> str:
    return f"{reader.name} {reader.version}"


def _manner(source: Source, about: About) -> str:
    """What, besides the input, decides what is read from it: the source's defaults and its mapping."""
    told = [
        source.currency, source.provider, source.expense, source.kind, source.options,
        None if about.mapping is None else msgspec.to_builtins(about.mapping),
    ]  # fmt: skip
    return hashlib.sha256(encode(told)).hexdigest()[:16]


def _after_all(plan: Plan, received: datetime) -> str:
    """The clock, but later than every delivery that is there: what comes in now wins, whatever the clock says."""
    now = instant(received)
    last = max((delivery.received for delivery in plan.deliveries.values()), default="")
    if now > last:
        return now
    return instant(datetime.fromisoformat(last) + timedelta(microseconds=1))


def _again(plan: Plan, store: Store, earlier: Delivery, received: datetime) -> Staged:
    """The same input a second time: nothing, or (where others have replaced it since) asserted anew."""
    now = in_force.in_force(plan)
    totals = _totals_again(store, earlier)
    if now.holds(earlier):
        return Staged(
            delivery=earlier, edits=(), rows_in=earlier.rows_in, refused=earlier.refused, findings=(), totals=totals,
            replaces=(), unchanged=True,
        )  # fmt: skip
    delivery = msgspec.structs.replace(earlier, received=_after_all(plan, received))
    return Staged(
        delivery=delivery,
        edits=(change("delivery", delivery.id, received=delivery.received),),
        rows_in=delivery.rows_in,
        refused=delivery.refused,
        findings=(),
        totals=totals,
        replaces=_replaces(plan, delivery),
        unchanged=False,
    )


def _totals_again(store: Store, delivery: Delivery) -> Totals:
    from northing.portfolio.facts import TABLES

    from .connection import asking
    from .landing import read_back

    connection = asking(store.folder.parent)
    files = [read_back(connection, TABLES[batch.table], batch.month, store.batch(batch)) for batch in delivery.batches]
    return _totals(files)


def _totals(files: Iterable[Written]) -> Totals:
    found: Totals = {}
    for file in files:
        for currency, columns in file.totals.items():
            into = found.setdefault(file.table, {}).setdefault(currency, {})
            for column, amount in columns.items():
                into[column] = into.get(column, Decimal(0)) + amount
    return found


def _replaces(plan: Plan, delivery: Delivery) -> tuple[tuple[str, str, str], ...]:
    winners = in_force.in_force(plan).winners
    return tuple(
        (table, scope, before)
        for source, table, scope in in_force.scopes_of(delivery)
        if (before := winners.get((source, table, scope))) is not None and before != delivery.id
    )


def _kept(
    store: Store, source: Source, reader: FactReader, spooled: Spooled, read: Read, about: About, bench: Path, *,
    name: str,
) -> Delivery:  # fmt: skip
    """Every file under its name, and the delivery that names them."""
    batches = []
    for file in read.files:
        sha256 = sha256_of(file.path)
        batch = Batch(
            table=file.table, month=file.month, sha256=sha256, rows=file.rows, octets=file.path.stat().st_size,
            start=file.start, end=file.end, scopes=file.scopes,
        )  # fmt: skip
        store.keep(file.path, store.batch(batch))
        batches.append(batch)
    raw, kept = redacted(spooled, lambda pages: reader.redact(pages, about), bench / "kept")
    store.keep(raw, store.raw(kept))
    days = [batch for batch in batches if batch.table != "price"] or batches
    return Delivery(
        id=_id_of(source, spooled, reader),
        source=source.id,
        name=name,
        input_sha256=spooled.sha256,
        kept_sha256=kept,
        reader=_reader_of(reader),
        received="",
        scopes={table: list(scopes) for table, scopes in sorted(read.scopes.items())},
        batches=tuple(batches),
        rows_in=read.rows,
        refused=len(read.refused),
        rejects_sha256=rejects.keep(store, read.refused, bench) if read.refused else None,
        start=min((batch.start for batch in days), default=None),
        end=max((batch.end for batch in days), default=None),
    )


def _staged(plan: Plan, note: Note, earlier: Delivery | None, received: datetime) -> Staged:
    delivery = msgspec.structs.replace(note.delivery, received=_after_all(plan, received))
    fields: dict[str, Any] = msgspec.to_builtins(delivery)
    fields.pop("id")
    if earlier is None:
        edit = create("delivery", delivery.id, **fields)
    else:
        empty = dict.fromkeys(("rejects_sha256", "priced_with", "start", "end"))
        edit = change("delivery", delivery.id, **{**empty, "batches": [], "refused": 0, **fields})
    return Staged(
        delivery=delivery,
        edits=(edit,),
        rows_in=delivery.rows_in,
        refused=delivery.refused,
        findings=note.findings,
        totals=note.totals,
        replaces=_replaces(plan, delivery),
        unchanged=False,
    )


def findings(read: Read) -> tuple[Finding, ...]:
    """What to tell of an input: first what concerns many rows, then the first refused ones."""
    return (*read.findings, *(rejects.finding(row) for row in read.refused[:MOST_FINDINGS]))
