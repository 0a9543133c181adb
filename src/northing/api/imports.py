"""Bringing in a file: what it would do, doing it, and getting it back as it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, BinaryIO, Literal, cast

import msgspec
from django.http import HttpResponse
from ninja import File, Form, Schema
from ninja.files import UploadedFile
from pydantic import Field

from northing.access import directory
from northing.portfolio.edits import Edit
from northing.portfolio.errors import FieldConflict, Finding, NotFound
from northing.portfolio.reading import Question, Reading
from northing.portfolio.workspace import Mapping, SourceFile
from northing.record import At, landing
from northing.record.landing import Kept, Landed, Landing, branch_of
from northing.report.plain import plain
from northing.sources import choosing, files, mapping, omb, table
from northing.sources.again import again
from northing.sources.octets import MAX_FILE
from northing.sources.tabular import TableFile

from .door import TooLarge
from .operation import Here, operation

KEEP = {"plan": "theirs", "file": "yours"}

Short = Annotated[str, Field(max_length=200)]


class ImportAsked(Schema):
    """How a file is read, and what its columns mean."""

    source: Literal["omb", "table"] = Field("table", description="The US federal inventory, or any table.")
    edition: Short | None = Field(None, description="Of the inventory: the year, where the file does not say it.")
    mapping: Short | None = Field(None, description="Of a table: a remembered mapping, or a new name.")
    answer: list[Short] = Field([], max_length=300, description="Of a table: COLUMN=MEANING, as often as needed.")
    sheet: Short | None = None
    delimiter: Annotated[str, Field(max_length=1)] | None = None
    encoding: Short | None = None
    effective_on: date | None = None
    keep: Literal["plan", "file"] | None = Field(
        None, description="Where a person and the file changed the same field: whose value stays."
    )
    reason: Annotated[str, Field(max_length=1000)] | None = None


class EntitySaid(msgspec.Struct, kw_only=True):
    kind: str
    id: str
    name: str


class ChangedSaid(EntitySaid, kw_only=True):
    fields: dict[str, list[Any]]
    """Field → [before, after]."""


class MoveSaid(msgspec.Struct, kw_only=True):
    """How many entities moved from one stage to another."""

    kind: str
    before: str | None
    after: str | None
    count: int


class ImportSaid(msgspec.Struct, kw_only=True):
    """What one reading of the file does to the plan, or did."""

    file: str
    sha256: str
    source: str
    edition: str | None
    effective_on: date | None
    rows: int
    added: list[EntitySaid]
    changed: list[ChangedSaid]
    left_alone: dict[str, int]
    vanished: list[EntitySaid]
    moves: list[MoveSaid]
    kept: list[Kept]
    """Edits of people that the file leaves alone."""
    conflicts: list[FieldConflict]
    findings: list[Finding]
    """What could not be read: line, column, value, reason, remedy."""
    questions: list[Question]
    revision: int | None
    """The merge into the plan, where it was landed and said something new."""
    left_out: list[FieldConflict]


COLUMNS = {"columns": dict[str, str]}


@operation("POST", "/w/{ws}/imports/preview", needs="plan", says=list[ImportSaid], more=COLUMNS, tag="imports")
def preview_import(here: Here, file: File[UploadedFile], asked_form: Form[ImportAsked]) -> HttpResponse:
    """Say what a file would add, change and leave alone, what cannot be read, and what has to be asked."""
    readings, layout, questions, _ = _read(here, file, asked_form)
    landings = landing.preview(here.record, readings)
    said = [_said(each, None, questions) for each in landings]
    return here.answer(said, columns=_columns(layout))


@operation("POST", "/w/{ws}/imports", needs="plan", says=list[ImportSaid], more=COLUMNS, status=201, tag="imports")
def land_import(here: Here, file: File[UploadedFile], asked_form: Form[ImportAsked]) -> HttpResponse:
    """Bring in a file: one revision on its source's own branch, merged into the plan. The same file twice adds nothing.

    409 where a person changed what the file changes and ``keep`` does not say whose value stays.
    """
    readings, layout, questions, remember = _read(here, file, asked_form)
    if remember is not None:
        reason = f"Remember the mapping “{remember.fields.get('name')}”"
        here.record.commit([remember], on=None, by=here.actor, reason=reason)
    done = landing.land(
        here.record,
        readings,
        by=here.actor,
        reason=asked_form.reason,
        resolve=KEEP.get(asked_form.keep or ""),  # type: ignore[arg-type]
    )
    said = [_said(each.landing, each, questions) for each in done]
    return here.answer(said, status=201, columns=_columns(layout))


@operation("GET", "/w/{ws}/imports", needs="read", says=list[SourceFile], tag="imports")
def list_imports(here: Here) -> HttpResponse:
    """List the files that were brought in."""
    at = here.record.at(None)
    held = here.record.plan(at).source_files.values()
    return here.answer(sorted(held, key=lambda each: (each.source, each.edition or "", each.name)), at)


@operation("GET", "/w/{ws}/imports/{file}", needs="read", says=bytes, tag="imports", media="application/octet-stream")
def get_import(here: Here, file: str) -> HttpResponse:
    """Get an imported file as it came, byte for byte, with what people have edited since in its cells."""
    at = here.record.at(None)
    plan = here.record.plan(at)
    held = plan.source_files.get(file)
    if held is None:
        raise NotFound("There is no such file in the plan.")
    said = here.record.plan(At(branch_of(held.source), at.no))
    content = again(held, here.record.source_rows(held.id, ref=at), plan, said)
    response = HttpResponse(content, content_type="application/octet-stream")
    name = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._- ") else "_" for letter in held.name
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# Reading


def _read(
    here: Here, file: UploadedFile, asked: ImportAsked
) -> tuple[Sequence[Reading], mapping.Layout | None, Sequence[Question], Edit | None]:
    if (file.size or 0) > MAX_FILE:
        raise TooLarge(f"The file is larger than {MAX_FILE >> 20} MB.", remedy="Split it.")
    read = files.read(
        cast(BinaryIO, file),
        name=file.name or "file",
        encoding=asked.encoding or None,
        delimiter=asked.delimiter or None,
        sheet_name=asked.sheet or None,
    )
    if asked.source == "omb":
        said = landing.said(here.record, omb.SOURCE)
        return [omb.read(read, said, edition=asked.edition or None)], None, (), None
    return _table(here, read, asked)


def _table(
    here: Here, read: TableFile, asked: ImportAsked
) -> tuple[Sequence[Reading], mapping.Layout, Sequence[Question], Edit | None]:
    known: list[Mapping] = list(here.record.plan().table("mapping").values())
    answers = dict(_answer(text) for text in asked.answer)
    chosen = choosing.choose(read, known, called=asked.mapping or None, answers=answers)
    source = table.slug(chosen.called)
    readings = table.read(
        read,
        chosen.layout,
        source=source,
        before=landing.before(here.record, source),
        people=directory.names(here.workspace.id),
        effective_on=asked.effective_on,
    )
    remember = choosing.remember(here.record.plan(), chosen.called, chosen.layout, read.columns)
    return list(readings), chosen.layout, chosen.questions, remember


def _answer(text: str) -> tuple[str, str]:
    column, _, meaning = text.partition("=")
    return column.strip(), meaning.strip()


def _columns(layout: mapping.Layout | None) -> dict[str, str]:
    """Column → what it means; the others keep their cells with the row."""
    return {} if layout is None else {name: column.to for name, column in layout.columns.items()}


def _said(each: Landing, done: Landed | None, asked: Sequence[Question]) -> ImportSaid:
    merged = done.merged if done is not None else None
    file = each.reading.file
    return ImportSaid(
        file=file.name,
        sha256=file.sha256,
        source=each.reading.source,
        edition=file.edition,
        effective_on=each.reading.effective_on,
        rows=file.rows,
        added=[EntitySaid(kind=kind, id=id, name=name) for kind, id, name in each.added],
        changed=[
            ChangedSaid(
                kind=one.kind,
                id=one.id,
                name=one.name,
                fields={field: list(plain(pair)) for field, pair in one.fields.items()},
            )
            for one in each.changed
        ],
        left_alone=dict(each.unchanged),
        vanished=[EntitySaid(kind=kind, id=id, name=name) for kind, id, name in each.vanished],
        moves=[MoveSaid(kind=kind, before=was, after=now, count=n) for kind, was, now, n in each.moves],
        kept=list(each.kept),
        conflicts=list(each.conflicts),
        findings=list(each.findings),
        questions=[*asked, *each.questions],
        revision=merged.revision.no if merged is not None else None,
        left_out=list(merged.conflicts) if merged is not None else [],
    )
