"""``northing work``: which work serves which investment, why an item is done, and what a link would claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import agreed, looked, of_level, present
from northing.cli.desk import Desk
from northing.cli.fund import Amount, Day

if TYPE_CHECKING:
    from northing.measure.flow.asked import Whose
    from northing.measure.flow.linking import Count
    from northing.measure.view import View
    from northing.portfolio.flow import WorkLink
    from northing.report.work_data import ItemSaid, StorySaid

SHOWN = 60
"""Rows in a table; ``--json`` gives all."""
STANDINGS = {"orphan": "nothing", "broken": "broken chain", "in_sight": "in line of sight"}


@click.group()
def work() -> None:
    """Say what work in progress serves, why an item is done, and link work to investments."""


@work.command("list")
@of_level
@click.option("--where", default="", metavar="FILTER", help='Such as "project = CHAT and type = Bug".')
@click.option("--policy", metavar="POLICY", help="Read by this one: number or name; by the one that holds if not said.")
@click.pass_obj
def list_(desk: Desk, level: str | None, name: str | None, where: str, policy: str | None) -> None:
    """List the items in progress, with what each serves: northing work list team "Claims Automation"."""
    _list(desk, level, name, where, policy, None)


@work.command()
@of_level
@click.option("--where", default="", metavar="FILTER", help='Such as "project = CHAT and type = Bug".')
@click.option("--policy", metavar="POLICY", help="Read by this one: number or name; by the one that holds if not said.")
@click.pass_obj
def orphans(desk: Desk, level: str | None, name: str | None, where: str, policy: str | None) -> None:
    """List the items in progress that serve nothing, and links that would end that."""
    _list(desk, level, name, where, policy, "orphan")


@work.command()
@click.argument("item")
@click.option("--source", metavar="ID", help="The source, where several have such an item.")
@click.option("--policy", metavar="POLICY", help="Read by this one: number or name; by the one that holds if not said.")
@click.pass_obj
def why(desk: Desk, item: str, source: str | None, policy: str | None) -> None:
    """Say why ITEM is done: up to the board, and its own history."""
    look = looked(desk, None)
    from northing.report import work_data

    said = work_data.story_said(look.view, item, source=source, policy=policy)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    _tell(desk, said)


@work.command()
@click.pass_obj
def links(desk: Desk) -> None:
    """List the work links as they are asked, with the items that each claims."""
    look = looked(desk, None)
    from northing.report import words, work_data

    said = work_data.links_said(look.view)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    rows = [
        [
            one.number or "", one.name or "", one.where, one.investment.name, words.percent(one.share),
            str(one.precedence), words.number(one.items), words.number(one.in_progress), one.problem or "",
        ]
        for one in said
    ]  # fmt: skip
    desk.table(
        ["Number", "Name", "Items", "Investment", "Share", "Precedence", "Claims", "In progress", ""],
        rows, right=(4, 5, 6, 7), total="" if rows else "There is no work link yet: northing work link",
    )  # fmt: skip


def _says(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--end", type=Day(), help="The first day whose new items it does not claim."),
        click.option("--start", type=Day(), help="It claims items that were created on this day or later."),
        click.option("--precedence", type=int, help="The lower is asked first; 100 if not said."),
        click.option("--share", type=Amount(), help="Above 0, at most 1; 1 if not said."),
        click.option("--investment", metavar="NAME", help="Which one they serve: number, id or name."),
        click.option("--where", metavar="FILTER", help='Which items: "project = CHAT and epic = CHAT-12".'),
        click.option("--name", help="What it is called."),
    ):
        command = option(command)
    return command


@work.command()
@click.argument("which", required=False, metavar="[LINK]")
@_says
@click.pass_obj
def preview(desk: Desk, /, which: str | None, **says: Any) -> None:
    """Say what a new link would claim, or a changed LINK."""
    look = looked(desk, None)
    _preview(desk, look.view, _made(look.view, which, says), answer=True)


@work.command()
@click.argument("which", required=False, metavar="[LINK]")
@_says
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--reason", help="Why; it stands in the history.")
@click.pass_obj
def link(desk: Desk, /, which: str | None, reason: str | None, yes: bool, **says: Any) -> None:
    """Link work to an investment, or change LINK, after a look at what it would claim."""
    look = looked(desk, None)
    desk.actor.require("plan", "link work")
    present(desk)
    made = _made(look.view, which, says)
    _preview(desk, look.view, made, answer=not yes)
    if not agreed(desk, "Keep it?", yes=yes):
        desk.tell("Nothing was written. Add --yes to keep it.")
        return
    from northing.portfolio.edits import change, create
    from northing.report.plain import plain

    told = {name: plain(value) for name, value in says.items() if value is not None} | {"investment": made.investment}
    edit = change("work_link", made.id, **told) if which else create("work_link", made.id, **told)
    name = look.view.name_of("investment", made.investment) or ""
    done = desk.record.commit(
        [edit], on=look.at.no, by=desk.actor, reason=reason or f"Work on {name}: {made.where[:80]}"
    )
    numbers = [getattr(one.after, "number", None) for one in done.changes]
    if desk.json:
        desk.answer([{"id": made.id, "number": number} for number in numbers], revision=done.revision.no)
    else:
        desk.tell(f"Revision {done.revision.no}: {', '.join(filter(None, numbers))} {done.revision.reason}")


def _whose(view: View, level: str | None, name: str | None) -> Whose:
    """The level and the name; a name or number alone is one of an investment."""
    from northing.measure.flow.asked import LEVELS, read_whose

    given = (level or "organisation").replace("-", "_")
    if given not in LEVELS and name is None:
        return read_whose(view, "investment", level)
    return read_whose(view, given, name)


def _list(desk: Desk, level: str | None, name: str | None, where: str, policy: str | None, standing: Any) -> None:
    look = looked(desk, None)
    from northing.report import words, work_data

    whose = _whose(look.view, level, name)
    said = work_data.work_said(look.view, whose, policy=policy, where=where, standing=standing)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    if said is None:
        desk.tell("No work has come in yet, or no workflow policy says how it is read: northing deliver.")
        return
    rows = [_row(one) for one in said.items[:SHOWN]]
    heads = ["Item", "Title", "State", "Days", "Team", "Serves"]
    desk.table(heads, rows, right=(3,), total="" if rows else "No item in progress is like that.")
    if len(said.items) > SHOWN:
        desk.tell(f"… and {len(said.items) - SHOWN:,} more; --json gives all.")
    facts = {
        "In progress": words.number(said.in_progress.value), "In line of sight": words.number(said.in_sight.value),
        "On broken chains": words.number(said.broken.value), "Orphans": words.number(said.orphans.value),
        "Share in line of sight": words.percent(said.share.value, 1) if said.share.value is not None else "",
    }  # fmt: skip
    desk.facts({name: value for name, value in facts.items() if value})
    for one in said.proposals if standing == "orphan" else ():
        desk.tell(f"  {len(one.orphans)} of {one.name}: northing work link --where '{one.where}' --investment …")


def _row(one: ItemSaid) -> list[str]:
    serves = ", ".join(
        part.investment.name + ("" if part.share == 1 else f" {part.share:%}") for part in one.serves
    )  # fmt: skip
    if one.standing != "in_sight":
        serves = " · ".join(filter(None, (serves, STANDINGS[one.standing])))
    return [one.key or one.item, one.title or "", one.state or "", str(one.days), ", ".join(one.teams), serves]


def _tell(desk: Desk, said: StorySaid) -> None:
    desk.tell(" ".join(filter(None, (said.key or said.item, said.title))))
    for reason in said.reasons:
        part = reason.served
        share = "" if part.share == 1 else f", {part.share:%} of it"
        link = f" ({part.link.number or part.link.name})" if part.link else ""
        for chain in [one for one in reason.chains if one.broken is None] or reason.chains[:1]:
            way = [part.investment.name + share + link]
            way += [chain.key_result.name] if chain.key_result else []
            way += [one.name for one in chain.objectives]
            desk.tell(
                "  → ".join(["", *reversed(said.above), *way][1:]) + (f"  ! {chain.broken}" if chain.broken else "")
            )
    if not said.reasons:
        desk.tell("Nobody can say why: no link gives any part of it to an investment.")
    dates = {"Created": said.created, "Started": said.started, "Finished": said.finished}
    facts = {"State": said.state or "", "Team": ", ".join(said.teams)}
    facts |= {name: str(day) for name, day in dates.items() if day}
    desk.facts(
        {name: value for name, value in facts.items() if value}
        | {"Said by": f"line {said.line}"}
        | ({"Read by": said.policy.number or said.policy.name} if said.policy is not None else {})
    )
    rows = [
        [one.state or "", one.phase or "?", _moment(one.entered), _moment(one.left) if one.left else ""]
        for one in said.stays
    ]
    if rows:
        desk.table(["State", "Means", "From", "Until"], rows)
    for problem in said.problems:
        desk.tell(f"! {problem}")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _made(view: View, which: str | None, says: dict[str, Any]) -> WorkLink:
    from northing.report import work_data

    return work_data.link_of(view, work_data.find_link(view, which) if which else None, says)


def _preview(desk: Desk, view: View, made: WorkLink, *, answer: bool) -> None:
    from northing.measure.flow.linking import effect
    from northing.report import linking, work_data

    (seen,) = linking.preview(desk.workspace, view.plan, [made])
    found = effect(view, seen)
    if desk.json:
        if answer:
            desk.answer(work_data.effect_said(found), revision=desk.at.no, at=str(desk.at))
        return
    parts = [f"Claims {_items(found.claimed)}"]
    if found.found.items:
        parts.append(f"of them {_items(found.found)} are orphans now")
    parts += [f"takes a part of {_items(one)} from {_called(view, id)}" for id, one in found.taken.items()]
    parts += [f"leaves a part of {_items(one)} to {_called(view, id)}" for id, one in found.given.items()]
    parts += [f"makes orphans of {_items(found.lost)}"] if found.lost.items else []
    desk.tell("; ".join(parts) + f". {_items(found.orphans)} stay orphans.")
    if found.named:
        desk.tell("  " + ", ".join(item.key or item.item for item in found.named))


def _items(count: Count) -> str:
    told = f"{count.items:,} item{'' if count.items == 1 else 's'}"
    return f"{told} ({count.progress:,} in progress)" if count.progress else told


def _called(view: View, id: str) -> str:
    found = view.plan.work_links.get(id)
    return " ".join(filter(None, (found.number, found.name))) if found is not None else "a link"
