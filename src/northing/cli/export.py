"""``northing export``: a table as it stands, or an imported file as it came with what was edited since."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.portfolio.workspace import SourceFile

FORMATS = ("csv", "xlsx", "json")


@click.command()
@click.argument("what")
@click.argument("file", default="-")
@click.option("--edition", metavar="YEAR", help="Of a source: which of its files; the newest if not said.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Of a table; else by the file's ending, else CSV.")
@click.option("--where", default="", metavar="FILTER", help='Of a table: such as "stage is empty".')
@click.option("--columns", multiple=True, metavar="COLUMN", help="Of a table: names, paths, or * for all.")
@click.option("--sort", multiple=True, metavar="COLUMN", help="Of a table; -COLUMN for descending.")
@click.pass_obj
def export(
    desk: Desk, /, what: str, file: str, edition: str | None, form: str | None, where: str,
    columns: tuple[str, ...], sort: tuple[str, ...],
) -> None:  # fmt: skip
    """Write a file: a table as it stands, or an import as it came.

    WHAT is a plural such as investments, or a source such as omb. FILE is where to write; - is standard output.
    Of a source, cells that people edited since carry the edit, and every other byte is as it came.
    """
    desk.actor.require("read", "look at the plan")
    sources = sorted({held.source for held in desk.view.plan.source_files.values()})
    if what in sources:
        content, rows = _as_it_came(desk, what, edition)
    else:
        content, rows = _table(desk, what, _format(form, file), where=where, columns=columns, sort=sort)
    _write(desk, file, content, rows)


def _format(form: str | None, file: str) -> str:
    ending = file.rsplit(".", 1)[-1].lower()
    return form or (ending if ending in FORMATS else "csv")


def _as_it_came(desk: Desk, source: str, edition: str | None) -> tuple[bytes, int]:
    from northing.record import At
    from northing.record.landing import branch_of
    from northing.sources.again import again

    plan = desk.view.plan
    held = _chosen([each for each in plan.source_files.values() if each.source == source], source, edition)
    said = desk.record.plan(At(branch_of(source), desk.at.no))
    rows = desk.record.source_rows(held.id, ref=desk.at)
    return again(held, rows, plan, said), len(rows)


def _chosen(files: list[SourceFile], source: str, edition: str | None) -> SourceFile:
    from northing.portfolio.errors import NotFound

    found = [each for each in files if edition in (None, each.edition, each.name)]
    if not found:
        editions = ", ".join(sorted(each.edition or each.name for each in files))
        raise NotFound(f"{source} has no edition “{edition}”.", remedy=f"There are: {editions}")
    return max(found, key=lambda each: (each.edition or "", each.name))


def _table(
    desk: Desk, kind: str, form: str, *, where: str, columns: tuple[str, ...], sort: tuple[str, ...]
) -> tuple[bytes, int]:
    from northing.report import export as sheet
    from northing.report.asking import answer, question

    asked = question(kind, where=where, columns=columns, sort=sort)
    found, said = answer(desk.view, asked, limit=None)
    if form == "json":
        import msgspec

        rows = msgspec.json.encode(said.rows, enc_hook=str)
        return msgspec.json.format(rows, indent=2) + b"\n", len(found.rows)
    if form == "xlsx":
        from northing.portfolio.kinds import KINDS

        return sheet.to_xlsx(desk.view, found, KINDS[found.kind].TITLE_PLURAL), len(found.rows)
    return sheet.to_csv(desk.view, found), len(found.rows)


def _write(desk: Desk, file: str, content: bytes, rows: int) -> None:
    if file == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    if path.is_dir():
        from northing.portfolio.errors import Invalid

        raise Invalid(f"“{file}” is a folder.", remedy="Name the file to write.")
    path.write_bytes(content)
    if desk.json:
        desk.answer({"file": str(path), "rows": rows, "bytes": len(content)}, revision=desk.at.no, at=str(desk.at))
    else:
        desk.tell(f"{rows:,} rows written to {path}.")
