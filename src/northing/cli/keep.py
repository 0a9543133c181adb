"""``northing backup`` and ``northing restore``: everything in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from northing.cli.desk import Desk, open_django

if TYPE_CHECKING:
    from northing.record.backup import Manifest


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(desk: Desk, file: Path) -> None:
    """Write everything, of all workspaces, to one file, while the server runs.

    The file holds addresses and password hashes: keep it as you keep those. It restores on SQLite and PostgreSQL.
    """
    open_django()
    from northing.record.backup import backup as write

    with desk.progress("Writing the backup"):
        manifest = write(file)
    _told(desk, file, manifest, "holds")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def restore(desk: Desk, file: Path) -> None:
    """Fill an empty installation from a backup, and prove it: file hashes, then every workspace's chain."""
    open_django()
    from northing.record.backup import restore as read

    with desk.progress("Restoring and verifying"):
        manifest = read(file)
    _told(desk, file, manifest, "was restored and verified:")


def _told(desk: Desk, file: Path, manifest: Manifest, verb: str) -> None:
    from northing.access.models import Workspace

    slugs = dict(Workspace.objects.values_list("pk", "slug"))
    rows = sum(table.rows for table in manifest.tables)
    if desk.json:
        heads = {
            slugs.get(head.workspace, head.workspace): {"no": head.no, "hash": head.hash} for head in manifest.heads
        }
        desk.answer(
            {"file": str(file), "made": manifest.made, "rows": rows, "heads": heads, "northing": manifest.northing}
        )
        return
    desk.tell(
        f"{file} {verb} {len(manifest.heads)} workspaces, {rows:,} rows, made {manifest.made:%d %b %Y %H:%M} UTC."
    )
    for head in manifest.heads:
        desk.tell(f"  {slugs.get(head.workspace, head.workspace)}: revision {head.no}, {head.hash}")
