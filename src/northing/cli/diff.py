"""``northing diff``: what changed between two revisions, dates or tags, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.report.told import GroupTold


@click.command()
@click.argument("earlier", metavar="FROM")
@click.argument("later", metavar="[TO]", required=False)
@click.pass_obj
def diff(desk: Desk, earlier: str, later: str | None) -> None:
    """Say what changed between two revisions or dates: by investment, with money added up.

    FROM and TO are revision references: 42, 2026-03-31, tag:q1-board, scenario:cut-10. TO is the newest if not said.
    """
    desk.actor.require("read", "look at the history")
    workspace = desk.workspace
    from northing.report import words
    from northing.report.told import tell_difference
    from northing.report.viewing import look

    before = look(workspace, earlier, mode=desk.mode)
    after = look(workspace, later or desk.ref, mode=desk.mode)
    with desk.progress("Comparing"):
        told = tell_difference(workspace, before, after)
    if desk.json:
        ends = {"from": str(before.at), "to": str(after.at)}
        desk.answer(told, revision=after.at.no, at=str(after.at), **ends)
        return
    desk.tell(f"From {before.at} ({words.day(before.view.today)}) to {after.at} ({words.day(after.view.today)})\n")
    for group in (*told.investments, *told.others):
        _write(desk, group)
    if not told.investments and not told.others:
        desk.tell("Nothing changed.")
        return
    if told.planned_before or told.planned_after:
        desk.tell(f"Planned: {words.money(told.planned_before) or '0'} → {words.money(told.planned_after) or '0'}")


def _write(desk: Desk, group: GroupTold) -> None:
    from northing.report import words

    moved = f"  {words.money_moved(group.planned)}" if any(group.planned.by_currency.values()) else ""
    desk.tell(" ".join(filter(None, (group.number, group.name))) + moved)
    for line in group.lines:
        desk.tell("  " + line.words + (f", {line.by}" if line.by else ""))
    desk.tell("")
