"""``northing delivery``: DORA's five of each service, with what each figure stands on."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from northing.cli.asking import days, looked, of_level, window
from northing.cli.desk import Desk


@click.command()
@of_level
@click.option("--service", default="", metavar="SERVICE", help="Of this service alone, with its failures.")
@click.option("--policy", metavar="POLICY", help="Read by this one: number or name; by the one that holds if not said.")
@days
@click.pass_obj
def delivery(
    desk: Desk, level: str | None, name: str | None, service: str, policy: str | None, period: str | None,
    start: date | None, until: date | None,
) -> None:  # fmt: skip
    """Show how often each service is deployed, how soon changes are live, how often that fails and is mended.

    LEVEL is value-stream, team or investment, NAME what it is called. Days: the last 90 if not said.
    """
    look = looked(desk, None)
    from northing.measure.delivery.asked import asked
    from northing.measure.delivery.asked import delivery as measure
    from northing.measure.flow.asked import read_whose
    from northing.measure.flow.flowing import usual_days
    from northing.report import delivery_data

    view = look.view
    whose = read_whose(view, (level or "organisation").replace("-", "_"), name)
    chosen = window(look, period, start, until) or usual_days(view)
    said = delivery_data.delivery_said(view, whose, chosen, service=service, policy=policy)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    found = asked(view, whose, policy)
    if found is None or said.window is None or not said.services:
        desk.tell("No deployment was delivered of these days.")
        return
    desk.tell(said.said)
    _table(desk, measure(found, chosen, service))
    if service:
        _failed(desk, said.services[0])
    desk.facts({
        "Read by": said.policy or "Northing's defaults",
        "Days": f"{said.window.start} to {said.window.last}, production only",
    })  # fmt: skip


def _table(desk: Desk, found: Any) -> None:
    from northing.measure.delivery.asked import FIGURES, called
    from northing.report import delivery_told

    rows = []
    for one in found.services:
        rows.append([called(one.service), *(delivery_told.shown(one, name) for name in FIGURES)])
        rows.append(["", *(delivery_told.stands_on(one, name) for name in FIGURES)])
    heads = ["Service", *(delivery_told.TITLES[name] for name in FIGURES)]
    desk.table(heads, rows, right=range(1, 6))


def _failed(desk: Desk, one: Any) -> None:
    from northing.report import words

    rows = [
        [
            failure.name or failure.deployment, words.label(failure.evidence, "evidence"),
            ", ".join(failure.incidents),
            "open" if failure.open else f"{failure.hours:.1f} h",
        ]
        for failure in one.failed
    ]  # fmt: skip
    if rows:
        desk.table(["Failed", "What says so", "Incidents", "Restored after"], rows, right=(3,))
