"""``northing flow``: how much work is delivered, how long it takes, what is in progress, and the items of all that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import days, looked, of_level, window
from northing.cli.desk import Desk
from northing.cli.flow_states import states
from northing.cli.money import ShowOrAct

if TYPE_CHECKING:
    from northing.measure.flow.asked import Whose
    from northing.measure.view import View
    from northing.report.flow_said import FiveSaid, FlowSaid

SHOWN = 60
"""Rows in a table; ``--json`` gives all."""


def by_policy(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--policy", metavar="POLICY", help="Read by this workflow policy: number or name; else by the one that holds."
    )(command)  # fmt: skip


@click.group(cls=ShowOrAct)
def flow() -> None:
    """Show how work flows: velocity, time, efficiency, load, distribution, throughput, age.

    northing flow [LEVEL NAME] is the same as northing flow show; LEVEL is value-stream, team or investment.
    """


flow.add_command(states)


def whose_of(view: View, level: str | None, name: str | None) -> Whose:
    from northing.measure.flow.asked import read_whose

    return read_whose(view, (level or "organisation").replace("-", "_"), name)


@flow.command()
@of_level
@click.option("--by", type=click.Choice(["day", "week", "month"]), default="week", show_default=True)
@click.option("--beside", "other", metavar="POLICY", help="The same days by a second policy.")
@by_policy
@days
@click.pass_obj
def show(
    desk: Desk, level: str | None, name: str | None, by: str, other: str | None, policy: str | None,
    period: str | None, start: date | None, until: date | None,
) -> None:  # fmt: skip
    """Show the figures of flow, throughput and its limits, and what is expected. Days: the last 90 if not said."""
    look = looked(desk, None)
    from northing.measure.flow.flowing import usual_days
    from northing.report import flow_data

    view = look.view
    asked = window(look, period, start, until) or usual_days(view)
    said = flow_data.flow_said(view, whose_of(view, level, name), asked, by=by, policy=policy, other=other)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    if said.five is None:
        desk.tell("No work was delivered, or no policy says how it is read.")
        return
    _figures(desk, said)
    desk.tell("")
    rows = [
        [str(one.period.start), str(one.period.last), str(one.delivered), str(one.discarded or ""),
         "" if one.whole else "not whole"]
        for one in said.runs
    ]  # fmt: skip
    desk.table(["From", "To", "Delivered", "Ended otherwise", ""], rows, right=(2, 3))
    for one in said.expected:
        what = f"{one.kind}: " if one.kind else ""
        share = _share(one.late_share.value)
        desk.tell(
            f"{what}{_share(one.probability)} within {one.days} days: {one.kept or 'nothing to hold it against'}; "
            f"{share} took longer, {one.overdue.value} in progress are over it."
        )
    if said.beside is not None:
        _beside(desk, said)
    for code, count in said.problems.items():
        desk.tell(f"! {code}: {count} items; northing flow problems names them.")


def _figures(desk: Desk, said: FlowSaid) -> None:
    assert said.five is not None
    facts = dict(_five(said.five))
    facts["Throughput a week"] = _number(said.throughput.value if said.throughput else None)
    if said.limits is not None:
        low, high = _number(said.limits.low), _number(said.limits.high)
        facts["Limits"] = f"{low} to {high}, {'stable' if said.limits.stable else 'with signals'}"
    facts["Age in progress"] = f"{_number(said.age.value if said.age else None)} days in all"
    facts["Little's residual"] = _share(said.residual.value if said.residual else None)
    facts["Days"] = f"{said.window.start} to {said.window.last}"
    if len(said.readers) == 1:
        facts["Read by"] = f"{said.readers[0].policy} ({said.readers[0].number or 'no number'})"
    desk.facts(facts)
    if len(said.readers) > 1:
        desk.tell(f"Read by {len(said.readers)} policies:")
        desk.table(
            ["Policy", "Number", "Whose work", "Items"],
            [[one.policy, one.number or "", one.whose, str(one.items)] for one in said.readers],
        )
    if said.unread:
        desk.tell(f"! Read by no policy: {', '.join(said.unread)}.")


def _first(said: FlowSaid) -> str:
    return said.readers[0].policy if len(said.readers) == 1 else f"{len(said.readers)} policies"


def _five(five: FiveSaid) -> list[tuple[str, str]]:
    times = ", ".join(f"{percent}% {_number(one.value)}" for percent, one in five.time.items())
    share = five.efficiency.value
    kinds = ", ".join(f"{_share(one.value)} {kind}" for kind, one in five.distribution.items())
    return [
        ("Velocity", f"{five.velocity.value} delivered, {five.discarded.value} ended otherwise"),
        ("Flow time, days", times or "nothing with a start was delivered"),
        ("Efficiency", _share(share) if share is not None else five.efficiency_reason),
        ("Load", f"{five.load.value} in progress"),
        ("Distribution", kinds or "nothing was delivered"),
    ]


def _beside(desk: Desk, said: FlowSaid) -> None:
    assert said.five is not None and said.beside is not None
    desk.tell("")
    second = dict(_five(said.beside.five))
    rows = [[name, one, second[name]] for name, one in _five(said.five)]
    desk.table(["", _first(said), said.beside.policy.policy.name], rows)
    desk.tell(f"{len(said.beside.otherwise)} items are seen otherwise, {said.beside.alike} alike.")


@flow.command()
@click.argument("which", metavar="SHOW")
@of_level
@by_policy
@days
@click.pass_obj
def items(
    desk: Desk, which: str, level: str | None, name: str | None, policy: str | None, period: str | None,
    start: date | None, until: date | None,
) -> None:  # fmt: skip
    """List the items of a figure or a mark.

    SHOW: delivered, progress, slow, corrected, late, overdue, no-start, delivered:2026-09-01..2026-09-08:defect …
    """
    look = looked(desk, None)
    from northing.measure.flow.flowing import usual_days
    from northing.report import flow_data

    view = look.view
    asked = window(look, period, start, until) or usual_days(view)
    said = flow_data.items_said(view, whose_of(view, level, name), asked, which, policy=policy)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    rows = [
        [one.key or one.item, one.title or "", one.kind or "", one.state or "", str(one.started or ""),
         str(one.finished or ""), _number(one.days)]
        for one in said.items[:SHOWN]
    ]  # fmt: skip
    desk.table(["Item", "Title", "Kind", "State", "Started", "Finished", "Days"], rows, right=(6,))
    if len(said.items) > SHOWN:
        desk.tell(f"… and {len(said.items) - SHOWN:,} more; --json gives all.")
    desk.facts({said.title or "Items": f"{len(said.items):,}"})


@flow.command()
@of_level
@by_policy
@click.pass_obj
def problems(desk: Desk, level: str | None, name: str | None, policy: str | None) -> None:
    """List what is wrong with the data of work, item by item."""
    look = looked(desk, None)
    from northing.report import flow_data

    said = flow_data.problems_said(look.view, whose_of(look.view, level, name), policy=policy)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    desk.table(["Item", "What"], [[one.key or one.item, one.said] for one in said[:SHOWN]])
    if len(said) > SHOWN:
        desk.tell(f"… and {len(said) - SHOWN:,} more; --json gives all.")


def _number(value: Decimal | None) -> str:
    from northing.report import words

    return words.number(value, 1)


def _share(value: Decimal | None) -> str:
    from northing.report import words

    return words.percent(value) if value is not None else "–"
