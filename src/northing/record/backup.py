"""Backup and restore: everything in the database, as one file that restores on either database.

The archive is a ZIP of one JSON-lines file a table, the files of facts, and a manifest with the hashes of all of them
and of every branch's head. It is read in one snapshot while others write, and proved on restore: each file's hash,
then every workspace's chain. Sessions are left out; people log in again.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from northing import __version__
from northing.portfolio.errors import Finding, Invalid, NotFound

from . import beside, sql, verifying
from .models import Revision as RevisionRow

FORMAT = 2
"""2: with the files of facts beside the tables."""
LEFT_OUT = ("sessions", "contenttypes", "auth", "admin")
"""Applications whose tables every database makes for itself, or that nobody misses."""
BLOCK = 1000


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """One workspace as the archive has it: the number and hash of its newest revision."""

    workspace: str
    no: int
    hash: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One table of the archive."""

    table: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive holds."""

    format: int
    northing: str
    made: datetime
    tables: tuple[Member, ...]
    heads: tuple[Heads, ...]
    files: tuple[beside.FileMember, ...] = ()


def backup(path: str | Path) -> Manifest:
    """Write everything to *path*, in one snapshot, and return what it holds. Others may write meanwhile."""
    target = Path(path)
    if target.exists():
        raise Invalid(f"{target} is there already.", remedy="Name a file that does not exist yet.")
    part = target.with_name(target.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds addresses and password hashes
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, sql.snapshot():
                members = tuple(_dump(archive, model) for model in _models())
                manifest = Manifest(
                    format=FORMAT,
                    northing=__version__,
                    made=datetime.now(UTC),
                    tables=members,
                    heads=tuple(_heads()),
                    files=tuple(beside.dump(archive, Path(settings.HOME))),
                )
                archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as error:
        raise Invalid(
            f"The backup could not be written: {error.strerror or error}.", remedy="Check the path."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(path: str | Path) -> Manifest:
    """Fill an empty database from an archive, and prove it. Raises :class:`Invalid` and leaves it empty otherwise."""
    call_command("migrate", verbosity=0, interactive=False)
    if RevisionRow.objects.exists() or apps.get_model("access", "User").objects.exists():
        raise Invalid(
            "There is something in this database; a backup is restored into an empty one.",
            remedy="Point NORTHING_HOME or NORTHING_DATABASE_URL elsewhere.",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            with transaction.atomic():
                known = {model._meta.db_table: model for model in _models()}
                for model in known.values():
                    model._base_manager.all().delete()
                for member in manifest.tables:
                    _load(archive, member, known.get(member.table))
                _reset_sequences(list(known.values()))
                beside.load(archive, manifest.files, Path(settings.HOME))
                if not sql.on_sqlite():
                    sql.run("ANALYZE")
                _prove(manifest)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, msgspec.DecodeError, KeyError) as error:
        raise Invalid(f"{path} is not a backup of Northing, or it is damaged.", remedy=f"It says: {error}") from error
    return manifest


def _models() -> list[type[models.Model]]:
    """Every table that is kept, in the order of its name."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.app_label not in LEFT_OUT
        and not any(
            field.related_model is not None and field.related_model._meta.app_label in LEFT_OUT
            for field in _fields(model)
            if isinstance(field, models.ForeignKey)
        )
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.column]


def _dump(archive: zipfile.ZipFile, model: type[models.Model]) -> Member:
    fields = _fields(model)
    digest, count = hashlib.sha256(), 0
    with archive.open(f"{model._meta.db_table}.jsonl", "w", force_zip64=True) as file:
        for block in _blocks(_rows(model, fields)):
            text = b"".join(block)
            digest.update(text)
            count += len(block)
            file.write(text)
    return Member(
        table=model._meta.db_table,
        columns=tuple(field.column for field in fields),
        rows=count,
        sha256=digest.hexdigest(),
    )


def _rows(model: type[models.Model], fields: list[Any]) -> Iterator[bytes]:
    binary = [index for index, field in enumerate(fields) if isinstance(field, models.BinaryField)]
    encode = msgspec.json.Encoder().encode
    names = [field.attname for field in fields]
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=BLOCK):
        values = list(row)
        for index in binary:
            values[index] = _text(values[index])
        yield encode(values) + b"\n"


def _blocks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def _text(value: Any) -> str | None:
    """Bytes as JSON can hold them: readable where they are text, as bodies are."""
    if value is None:
        return None
    try:
        return "t" + bytes(value).decode()
    except UnicodeDecodeError:
        return "b" + base64.b64encode(bytes(value)).decode()


def _bytes(value: str | None) -> bytes | None:
    if value is None:
        return None
    return value[1:].encode() if value[0] == "t" else base64.b64decode(value[1:])


def _heads() -> Iterator[Heads]:
    for workspace, no, digest in sql.rows(
        "SELECT r.ws, r.no, r.hash FROM record_revision r JOIN record_counter c ON c.ws = r.ws"
        " WHERE r.no = c.next_no - 1 ORDER BY r.ws"
    ):
        yield Heads(workspace=workspace, no=no, hash=digest)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
    if manifest.format > FORMAT:
        raise Invalid(
            f"This backup was made by Northing {manifest.northing}, which is newer than this one.",
            remedy="Restore it with that version or a later one.",
        )
    return manifest


def _load(archive: zipfile.ZipFile, member: Member, model: type[models.Model] | None) -> None:
    """Insert one table's rows; a table or column that this version does not have is refused unless it is empty."""
    if model is None:
        if member.rows:
            raise Invalid(f"This version of Northing has no table {member.table}.", remedy="Use a newer one.")
        return
    by_column = {field.column: field for field in _fields(model)}
    strange = [column for column in member.columns if column not in by_column]
    if strange:
        raise Invalid(f"This version of Northing has no {member.table}.{strange[0]}.", remedy="Use a newer one.")
    preparing = [_preparer(by_column[column]) for column in member.columns]
    quote = connection.ops.quote_name
    insert = (
        f"INSERT INTO {quote(member.table)} ({', '.join(quote(column) for column in member.columns)})"
        f" VALUES ({sql.marks(len(member.columns))})"
    )
    digest, count = hashlib.sha256(), 0
    with archive.open(f"{member.table}.jsonl") as file:
        for block in _blocks(iter(file.readline, b"")):
            batch = []
            for line in block:
                digest.update(line)
                values = msgspec.json.decode(line)
                batch.append([make(value) for make, value in zip(preparing, values, strict=True)])
            count += len(batch)
            sql.run_many(insert, batch)
    if digest.hexdigest() != member.sha256 or count != member.rows:
        raise Invalid(f"The backup's {member.table} is not what was written: the file is damaged.")


def _preparer(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, models.BinaryField):
        return _bytes
    if isinstance(field, models.ForeignKey):
        return _preparer(field.target_field)
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: value
    return lambda value: field.get_db_prep_save(field.to_python(value), connection)


def _reset_sequences(tables: list[type[models.Model]]) -> None:
    for statement in connection.ops.sequence_reset_sql(no_style(), tables):
        sql.run(statement)


def _prove(manifest: Manifest) -> None:
    """Every workspace stands at the head that the archive names, and its chain verifies."""
    findings: list[Finding] = []
    for head in manifest.heads:
        found = verifying.verify(head.workspace, head=head.hash)
        findings.extend(finding for finding in found if finding.severity == "error")
    if findings:
        raise Invalid(f"The backup does not verify: {findings[0].message}", findings=findings)
