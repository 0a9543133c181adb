"""``northing engine``: the engine that answers about facts, compared with another one; and files nobody names."""

from __future__ import annotations

import click

from northing.cli.desk import Desk, open_django


@click.group()
def engine() -> None:
    """The engine of the facts: compare it with another, clear files that no revision names."""


@engine.command()
@click.argument("url")
@click.pass_obj
def check(desk: Desk, url: str) -> None:
    """Ask the engine at URL what ours is asked, and compare row by row. Ends with 1 where one answer differs.

    URL: postgresql://user:password@host/name, or duckdb:///path/to/file (duckdb: for one in memory). The questions
    are asked of made-up facts, in a table of their own that is gone afterwards.
    """
    open_django()
    from northing.facts.engines import check as ask

    with desk.progress("Asking") as step:
        answers = list(ask(url, step=step))
    different = [answer for answer in answers if not answer.same]
    if desk.json:
        desk.answer(answers, same=not different)
    else:
        for answer in different:
            desk.tell(f"{answer.question}: {answer.difference}")
        rows = sum(answer.rows for answer in answers)
        if different:
            desk.tell(f"{len(different)} of {len(answers)} questions are answered differently.")
        else:
            desk.tell(f"The same: {len(answers)} questions, {rows:,} rows.")
    if different:
        raise click.exceptions.Exit(1)


@engine.command()
@click.pass_obj
def sweep(desk: Desk) -> None:
    """Remove files of facts that no revision of the workspace names and that are older than a day.

    With them goes what lies here of workspaces that are not: a first load that was killed leaves such files.
    """
    desk.actor.require("own", "remove files")
    from northing.access.models import Workspace
    from northing.facts.store import sweep_strays
    from northing.report.verifying import sweep as clear

    swept = (clear(desk.record.workspace), sweep_strays(set(Workspace.objects.values_list("pk", flat=True))))
    files, octets = sum(gone.files for gone in swept), sum(gone.octets for gone in swept)
    if desk.json:
        desk.answer({"files": files, "octets": octets})
    else:
        desk.tell(f"{files} files removed, {octets / 1_000_000:,.1f} MB.")
