"""``northing scenario``: begin one, hold it beside the plan of record, bring it up to date, merge it, set it aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.measure.money import Unit
    from northing.record import Committed
    from northing.record.merging import Choice
    from northing.report.scenario_data import ScenarioSaid

STATES = {"open": "worked on", "merged": "merged", "aside": "set aside"}


@click.group(invoke_without_command=True)
@click.pass_context
def scenario(context: click.Context) -> None:
    """Work on another plan beside the plan of record; without a subcommand, list the scenarios.

    To read or change one, say --at scenario:NAME with any command: northing --at scenario:cut-10 set INV-0042
    stage=stopped --reason "…".
    """
    if context.invoked_subcommand is not None:
        return
    desk: Desk = context.obj
    desk.actor.require("read", "look at scenarios")
    from northing.report.scenario_data import scenarios_data

    found = scenarios_data(desk.workspace)
    if desk.json:
        desk.answer(found, revision=desk.record.head())
        return
    if not found:
        desk.tell("There is no scenario yet: northing scenario new NAME.")
        return
    desk.table(
        ["Scenario", "", "Investments", "Planned money", "Behind", "Begun by", "Why"],
        [_row(one) for one in found],
        right=[2, 3, 4],
    )


def _row(one: ScenarioSaid) -> list[str]:
    from northing.report import words

    return [
        one.name,
        STATES[one.state],
        str(one.investments),
        words.money_moved(one.planned) if one.planned else "",
        str(one.behind or ""),
        one.begun_by,
        one.why,
    ]


@scenario.command()
@click.argument("name")
@click.option("--why", default="", help="What it is to find out.")
@click.pass_obj
def new(desk: Desk, name: str, why: str) -> None:
    """Begin a scenario on the plan as it is now, or on that of --at."""
    made = desk.record.fork(name, by=desk.actor, ref=desk.at, reason=why or "Begin the scenario")
    if desk.json:
        desk.answer(made, revision=made.no)
    else:
        desk.tell(f"“{name}” begins as r{made.base}. Change it with --at scenario:{name}.")


@scenario.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--by", "unit", type=click.Choice(["year", "quarter", "month"]), default="year", show_default=True)
@click.option("--currency", help="The currency that money is told in.")
@click.pass_obj
def beside(desk: Desk, names: tuple[str, ...], unit: Unit, currency: str | None) -> None:
    """Hold scenarios beside the plan of record; those that are worked on if none is named."""
    desk.actor.require("read", "look at scenarios")
    from northing.report import words
    from northing.report.asking_money import money_in
    from northing.report.scenario_data import beside_data

    found = beside_data(desk.workspace, names, unit=unit, currency=money_in(currency))
    if desk.json:
        desk.answer(found, revision=desk.record.head())
        return
    desk.table(
        ["", *(one.name or "Plan of record" for one in found)],
        [
            ["Planned money", *(words.money(one.planned) for one in found)],
            ["Expected at completion", *(words.money(one.eac) for one in found)],
            ["Claimed benefit", *(words.money(one.claimed_likely) for one in found)],
            ["Investments", *(str(one.investments) for one in found)],
            ["Objectives without work", *(str(len(one.unserved)) for one in found)],
            ["Roles that are short", *(str(len(one.short)) for one in found)],
            *(
                [f"Planned {period.label}", *(words.money(one.periods[index].planned) for one in found)]
                for index, period in enumerate(found[0].periods)
            ),
            *(
                [title, "", *("; ".join(getattr(one, name)) for one in found[1:])]
                for name, title in (("added", "Added"), ("removed", "Taken out"), ("moved", "Moved in time"))
            ),
        ],
        right=list(range(1, len(found) + 1)),
    )


@scenario.command()
@click.argument("name")
@click.option("--reason", default="", help="Why; it stands in the history.")
@click.option("--take", type=click.Choice(["theirs", "yours"]), help="Whose value stays where both changed a field.")
@click.pass_obj
def update(desk: Desk, name: str, reason: str, take: str | None) -> None:
    """Bring into a scenario what has changed in the plan of record since; “yours” is the scenario's."""
    done = desk.record.update(
        name,
        by=desk.actor,
        reason=reason or "Bring in what changed in the plan",
        resolve=_side(take),
    )
    _tell(desk, done, f"“{name}” stands on the newest plan of record")


@scenario.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; it stands in the history.")
@click.option("--take", type=click.Choice(["theirs", "yours"]), help="Whose value stays where both changed a field.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.pass_obj
def merge(desk: Desk, name: str, reason: str, take: str | None, dry_run: bool) -> None:
    """Make a scenario the plan of record, in one revision; “yours” is the scenario's."""
    if dry_run:
        desk.actor.require("read", "look at scenarios")
        preview = desk.record.preview_merge(name)
        if desk.json:
            desk.answer(preview, revision=preview.head)
            return
        for finding in preview.findings:
            desk.tell(finding.message)
        desk.tell(f"Would change {len(preview.changes)}, conflicts {len(preview.conflicts)}; nothing was written.")
        return
    from northing.report.deciding import merge as merge_decided

    done = merge_decided(desk.workspace, name, by=desk.actor, reason=reason, resolve=_side(take))
    _tell(desk, done, f"“{name}” is the plan of record")


def _side(take: str | None) -> Choice | None:
    return None if take is None else "theirs" if take == "theirs" else "yours"


def _tell(desk: Desk, done: Committed, said: str) -> None:
    if desk.json:
        desk.answer(done.revision, revision=done.revision.no, changed=len(done.changes))
    else:
        desk.tell(f"{said} (r{done.revision.no}; {len(done.changes)} changed).")


@scenario.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; it stands in the history.")
@click.pass_obj
def aside(desk: Desk, name: str, reason: str) -> None:
    """Set a scenario aside: it can be read, and taken up again."""
    done = desk.record.set_aside(name, by=desk.actor, reason=reason)
    if desk.json:
        desk.answer(done, revision=done.no)
    else:
        desk.tell(f"“{name}” is set aside.")


@scenario.command()
@click.argument("name")
@click.option("--reason", default="Take the scenario up again", help="Why; it stands in the history.")
@click.pass_obj
def again(desk: Desk, name: str, reason: str) -> None:
    """Take a scenario up again that was set aside."""
    done = desk.record.take_up(name, by=desk.actor, reason=reason)
    if desk.json:
        desk.answer(done, revision=done.no)
    else:
        desk.tell(f"“{name}” is worked on again.")
