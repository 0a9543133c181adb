"""``northing forecast``: when work will be done, how many items by a day, and how often such forecasts held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import looked, of_level
from northing.cli.desk import Desk
from northing.cli.fund import Day

if TYPE_CHECKING:
    from northing.report.forecast_data import AnswerSaid, ForecastSaid


@click.group("forecast")
def forecast() -> None:
    """Forecast work by Monte Carlo from what was finished, day by day."""


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--policy", metavar="POLICY", help="Read by this one: number or name; by those that hold if not said."
        ),
        click.option("--days", type=int, metavar="N", help="How many days before are sampled; 84 if not said."),
        click.option("--by", type=Day(), metavar="DAY", help="The day asked about; four weeks ahead if not said."),
    ):
        command = option(command)
    return of_level(command)


@forecast.command("when")
@_shared
@click.option("--parent", metavar="KEY", help="Only the open items below this one.")
@click.option("--where", metavar="FILTER", help="Only the open items that this filter selects.")
@click.option("--items", type=int, metavar="N", help="So many items, whichever, in place of the open ones.")
@click.option("--first", is_flag=True, help="Worked on before anything else.")
@click.option("--grows", metavar="LOW-HIGH", help="Items grow to so many per cent: 100-150.")
@click.option("--risk", "risks", multiple=True, metavar="NAME:PERCENT:LOW-HIGH", help="Work that may come on top.")
@click.pass_obj
def when(desk: Desk, /, level: str | None, name: str | None, first: bool, risks: tuple[str, ...], **given: Any) -> None:
    """Say when open items, or so many items, will be done.

    LEVEL is value-stream, team or investment, NAME what it is called.
    """
    given |= {"order": "first" if first else "begun", "risks": "; ".join(risks)}
    said = _said(desk, level, name, given)
    if said is None:
        return
    if said.when is None:
        desk.tell("Nothing is left to do: no item asked about is open.")
        return
    _tell(desk, said, said.when, "Done by")
    if said.when.likelihood:
        desk.tell(f"Done by {said.when.by}: in {said.when.likelihood} of all futures.")


@forecast.command("how-many")
@_shared
@click.option("--items", type=int, metavar="N", help="Say too how likely at least so many are.")
@click.pass_obj
def how_many(desk: Desk, /, level: str | None, name: str | None, **given: Any) -> None:
    """Say how many items will be finished by a day.

    LEVEL is value-stream, team or investment, NAME what it is called.
    """
    said = _said(desk, level, name, given)
    if said is None or said.how_many is None:
        return
    _tell(desk, said, said.how_many, "Items or more")
    if said.how_many.likelihood:
        desk.tell(f"At least {said.how_many.items}: in {said.how_many.likelihood} of all futures.")


def _said(desk: Desk, level: str | None, name: str | None, given: dict[str, Any]) -> ForecastSaid | None:
    """The answer; None where it is told already, as JSON or that there is none."""
    look = looked(desk, None)
    from northing.measure.flow.forecast_asking import read_question
    from northing.report.forecast_data import forecast_said

    texts = {key: _text(value) for key, value in given.items()}
    texts |= {"level": (level or "organisation").replace("-", "_"), "id": name or ""}
    said = forecast_said(look.view, read_question(look.view, texts))
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return None
    if said.how_many is None:
        desk.tell("No work was delivered, or no policy says how it is read.")
        return None
    return said


def _text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _tell(desk: Desk, said: ForecastSaid, answer: AnswerSaid, column: str) -> None:
    desk.tell(answer.said)
    if answer is said.when and said.rest:
        desk.tell(said.rest)
    for one in answer.refused:
        desk.tell(f"{one.team}: {one.reason} {one.cure}")
    if answer.values:
        rows = [[str(one.percent), "" if one.answer.value is None else str(one.answer.value)] for one in answer.values]
        desk.table(["In 100 futures", column], rows, right=(0, 1))
    samples = [
        [one.name, f"{one.first} to {one.last}", str(one.days), str(one.finished), str(len(one.left)), one.policy]
        for one in answer.samples
    ]
    desk.table(["Sampled", "From, to", "Days", "Finished", "Left", "Read by"], samples, right=(2, 3, 4))
    if said.back_test is not None:
        desk.tell(said.back_test.said)
        desk.tell(said.dates_said)
    for note in answer.left_out:
        desk.tell(note)
    desk.facts({"Read by": said.policy or "", "Seed": answer.seed, "Futures": str(answer.trials)})
