"""``northing flow states``: where the time of finished work went, before and after something that happened."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import days, looked, of_level, window
from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.report.states_data import SideSaid


@click.command("states")
@of_level
@click.option("--by", type=click.Choice(["week", "month"]), default="month", show_default=True)
@click.option("--event", default="", metavar="EVENT", help="A marked event, by name or id; none for no event.")
@click.option(
    "--policy", metavar="POLICY", help="Read by this workflow policy: number or name; else by the one that holds."
)
@days
@click.pass_obj
def states(
    desk: Desk, level: str | None, name: str | None, by: str, event: str, policy: str | None, period: str | None,
    start: date | None, until: date | None,
) -> None:  # fmt: skip
    """Show the days that finished items spent in each state, before and after an event.

    LEVEL is value-stream, team or investment, NAME what it is called. Days: the last 12 months if not said.
    """
    look = looked(desk, None)
    from northing.measure.flow.asked import read_whose
    from northing.report import states_data
    from northing.report.asking_money import twelve_months

    view = look.view
    whose = read_whose(view, (level or "organisation").replace("-", "_"), name)
    asked = window(look, period, start, until) or twelve_months(view)
    said = states_data.states_said(view, whose, asked, by=by, event=event, policy=policy)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    if said.whole is None:
        desk.tell("No work was delivered, or no policy says how it is read.")
        return
    desk.tell(said.said)
    if said.split is not None:
        _beside(desk, said.split.before, said.split.after)
    else:
        _alone(desk, said.whole)
    desk.facts({"Read by": said.policy or "", "Days": f"{said.window.start} to {said.window.last}"})


def _beside(desk: Desk, before: SideSaid, after: SideSaid) -> None:
    was, now = ({one.state: one for one in side.states} for side in (before, after))
    rows = []
    for name in dict.fromkeys([*was, *now]):
        sides = [_days(side[name].days) if name in side else "" for side in (was, now)]
        rows.append([name or "no state known", *sides])
    rows.append(["From start to finish", _days(before.days), _days(after.days)])
    rows.append(["Items", str(before.items.value), str(after.items.value)])
    desk.table(["State", "Days before", "Days after"], rows, right=(1, 2))


def _alone(desk: Desk, whole: SideSaid) -> None:
    rows = [[one.state or "no state known", _days(one.days), str(one.items.value)] for one in whole.states]
    rows.append(["From start to finish", _days(whole.days), str(whole.items.value)])
    desk.table(["State", "Days per item", "Items"], rows, right=(1, 2))


def _days(figure: Any) -> str:
    return "" if figure.value is None else f"{figure.value:.1f}"
