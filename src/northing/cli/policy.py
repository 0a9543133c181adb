"""``northing policy``: how work is read; policies, calendars, expectations and events as one document, out and in."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

import click

from northing.cli.asking import agreed, looked, present
from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.report.policies_data import PolicySaid


@click.group()
def policy() -> None:
    """List, show, check and change how work is read: workflow policies, calendars, expectations, events."""


@policy.command("list")
@click.pass_obj
def list_(desk: Desk) -> None:
    """List the workflow policies, those that hold and other versions, with what each leaves open."""
    look = looked(desk, None)
    from northing.report import policies_data

    _tell(desk, policies_data.policies_said(look.view), str(look.at), look.at.no)


@policy.command()
@click.argument("which", required=False, metavar="[NAME]")
@click.pass_obj
def show(desk: Desk, which: str | None) -> None:
    """Print all of it, or what NAME names, as JSON that `northing policy edit` takes."""
    look = looked(desk, None)
    from northing.report import policies_data

    found = policies_data.document(look.view, which)
    if desk.json:
        desk.answer(found, revision=look.at.no, at=str(look.at))
    else:
        desk.tell(json.dumps(found, indent=2, ensure_ascii=False))


@policy.command()
@click.argument("file", required=False, type=click.File("rb"))
@click.pass_obj
def check(desk: Desk, file: IO[bytes] | None) -> None:
    """Say which states and types of work the policies in FILE (- reads standard input), or all, leave open."""
    look = looked(desk, None)
    from northing.report import policies_data

    if file is None:
        said = policies_data.policies_said(look.view)
    else:
        said = policies_data.checked(look.view, policies_data.read(file.read()))
    _tell(desk, said, str(look.at), look.at.no)


@policy.command()
@click.argument("file", type=click.File("rb"))
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--reason", help="Why; it stands in the history.")
@click.pass_obj
def edit(desk: Desk, file: IO[bytes], yes: bool, reason: str | None) -> None:
    """Change what FILE (- for what is piped in) names by id or number, and add the rest, as one revision."""
    look = looked(desk, None)
    desk.actor.require("plan", "change how work is read")
    present(desk)
    from northing.report import policies_data

    document = policies_data.read(file.read())
    edits = policies_data.edits_of(look.view, document)
    policies_data.checked(look.view, document)
    preview = desk.record.preview(edits, on=look.at.no, by=desk.actor)
    if not desk.json or not yes:
        desk.tell(f"Would change {len(preview.changes)}, conflicts {len(preview.conflicts)}.")
    if not agreed(desk, "Keep it?", yes=yes):
        desk.tell("Nothing was written. Add --yes to keep it.")
        return
    done = desk.record.commit(edits, on=look.at.no, by=desk.actor, reason=reason or "Say how work is read")
    if desk.json:
        desk.answer([{"kind": one.kind, "id": one.id} for one in done.changes], revision=done.revision.no)
    elif done.changes:
        desk.tell(f"Revision {done.revision.no}: {len(done.changes)} changed.")
    else:
        desk.tell("It is so already; nothing was written.")


def _tell(desk: Desk, said: list[PolicySaid], at: str, no: int) -> None:
    if desk.json:
        desk.answer(said, revision=no, at=at)
        return
    desk.table(
        ["Number", "Name", "Of", "From", "Until", "Holds", "Items", "Open states", "Open types"],
        [
            [
                one.number or "", one.name, one.team or one.value_stream or "everybody", str(one.start or ""),
                str(one.until or ""), "yes" if one.holds else "no", str(one.items),
                ", ".join(state.name for state in one.states), ", ".join(type.name for type in one.types),
            ]
            for one in said
        ],
        right=(6,), total="" if said else "There is no policy: northing policy edit FILE",
    )  # fmt: skip
