"""``northing migrate``: the tables of the database, made or upgraded."""

from __future__ import annotations

import click

from northing.cli.desk import Desk, open_django


def outstanding() -> list[str]:
    """The migrations that this version has and the database has not."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in steps]


def bring_up_to_date() -> list[str]:
    """Apply what is outstanding, and return its names."""
    from django.core.management import call_command

    steps = outstanding()
    if steps:
        call_command("migrate", interactive=False, verbosity=0)
    return steps


@click.command()
@click.option("--check", is_flag=True, help="Only say what would be done; exit with 1 if there is anything.")
@click.pass_obj
def migrate(desk: Desk, check: bool) -> None:
    """Make or upgrade the tables of the database. Doing it again does nothing."""
    open_django()
    steps = outstanding() if check else bring_up_to_date()
    if desk.json:
        desk.answer({"steps": steps, "applied": not check})
    elif not steps:
        desk.tell("The database is up to date.")
    else:
        desk.tell(f"{'To be applied' if check else 'Applied'}: {', '.join(steps)}")
    if check and steps:
        raise click.exceptions.Exit(1)
