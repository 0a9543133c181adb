"""``northing capacity``: who is there and who is asked for, role by role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from northing.cli.asking import looked
from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.measure.capacity.staffing import Unit


@click.command()
@click.option("--by", "unit", type=click.Choice(["month", "quarter"]), default="month", show_default=True)
@click.option("--team", default="", metavar="TEAM", help="Its people alone, and what is asked of it; by name or id.")
@click.pass_obj
def capacity(desk: Desk, unit: Unit, team: str) -> None:
    """Show how many people of each role are asked for, of how many, and where they are short.

    Enter them with `northing import`, or on the Capacity page.
    """
    look = looked(desk, None)
    from northing.report.capacity import staffing_said, team_of

    said = staffing_said(look.view, unit, team=team_of(look.view, team))
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    desk.tell(said.lead)
    if not said.roles:
        return
    heads = [cell.label for cell in said.roles[0].periods]
    rows = [
        [
            row.role.name,
            *(
                f"{cell.demand.normalize():f}/{'–' if cell.capacity is None else f'{cell.capacity.normalize():f}'}"
                for cell in row.periods
            ),
        ]
        for row in said.roles
    ]
    desk.table(["Role", *heads], rows, right=list(range(1, len(heads) + 1)))
