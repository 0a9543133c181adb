"""``northing rank``: the ranked list of a scoring model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from northing.cli.asking import looked
from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.report.ranking import RankedSaid, RankingSaid


@click.command()
@click.argument("model", required=False, default="")
@click.option("--weight", "weights", multiple=True, metavar="KEY=WEIGHT", help="Try another weight; nothing changes.")
@click.pass_obj
def rank(desk: Desk, model: str, weights: tuple[str, ...]) -> None:
    """Show investments by their score, and where money and people end.

    MODEL: a scoring model by number or name; the first if not said.
    """
    look = looked(desk, None)
    from northing.portfolio.errors import Invalid
    from northing.report.ranking import model_of, ranking_said

    tried = dict(one.partition("=")[::2] for one in weights)
    if not all(tried.values()):
        raise Invalid("A weight is written as KEY=WEIGHT.", remedy="--weight fit=0.5 --weight risk=0.2")
    said = ranking_said(look.view, model_of(look.view, model), tried)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    desk.tell(f"{said.model.name}: {said.lead}")
    for title, found in (("Comes above the line", said.gained), ("Falls below it", said.lost)):
        if found:
            desk.tell(f"{title}: " + ", ".join(one.name for one in found))
    desk.table(
        ["Place", "Investment", "Score", "Ranked by", "Money", "Steady"],
        [row for at, one in enumerate(said.investments) for row in _rows(said, at, one)],
        right=[0, 2, 3, 4, 5],
    )


def _rows(said: RankingSaid, at: int, one: RankedSaid) -> list[list[str]]:
    """The line that stands before it, if one does, and its own."""
    from northing.report import words

    lines = [
        ["", f"── {line.reach} ends: {line.bound}, {line.period}", "", "", "", ""]
        for line in said.lines
        if line.before == at and line.bound
    ]
    place = ("" if one.place is None else str(one.place)) + ("=" if one.tied else "")
    note = " (must be done)" if one.must else f" (missing: {', '.join(one.missing)})" if one.missing else ""
    steady = "" if one.steady is None else words.percent(one.steady)
    figures = ["" if value is None else f"{value.normalize():f}" for value in (one.score, one.value)]
    return [*lines, [place, one.investment.name + note, *figures, f"{one.cost:,.0f}", steady]]
