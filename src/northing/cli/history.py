"""``northing log``, ``diff``, ``blame``, ``revert``, ``tag``, ``verify``: the past, and taking back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from northing.cli.desk import Desk
from northing.portfolio.errors import Invalid

if TYPE_CHECKING:
    from northing.measure.view import View
    from northing.portfolio.errors import FieldConflict

NOBODY = "Somebody"


def _when(desk: Desk, instant: datetime) -> str:
    return instant.astimezone(ZoneInfo(desk.workspace.zone)).strftime("%d %b %Y %H:%M").lstrip("0")


def _who(view: View, person: str | None) -> str:
    return view.names.get(person or "", NOBODY)


@click.command()
@click.argument("which", metavar="[ENTITY]", required=False)
@click.option("--kind", help="Look only among this kind.")
@click.option("--branch", help="A scenario, or import/omb; the plan of record if not said.")
@click.option("--before", type=click.IntRange(1), metavar="NUMBER", help="Only what came before this revision.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.pass_obj
def log(desk: Desk, which: str | None, kind: str | None, branch: str | None, before: int | None, limit: int) -> None:
    """List the revisions: who, when, why. With ENTITY, every change of its fields."""
    desk.actor.require("read", "look at the history")
    if which is not None:
        _of_entity(desk, which, kind, limit)
        return
    names = desk.view.names
    start = desk.at.no + 1 if desk.ref and before is None else before
    branch = branch or desk.branch
    found = desk.record.revisions(branch=branch, before=start, limit=limit)
    if desk.json:
        authors = {one.author: names[one.author] for one in found if one.author in names}
        desk.answer(found, revision=desk.record.head(branch), names=authors)
        return
    desk.table(
        ["No", "When", "Speaks for", "Who", "By", "Why"],
        [
            [
                str(one.no),
                _when(desk, one.at),
                one.effective_on.isoformat() if one.effective_on else "",
                names.get(one.author, NOBODY),
                one.via,
                one.reason,
            ]
            for one in found
        ],
        right=[0],
    )


def _of_entity(desk: Desk, which: str, kind: str | None, limit: int) -> None:
    from northing.measure.search import the_one
    from northing.portfolio.kinds import kind_of
    from northing.report.field_words import field_title, field_value

    looked = desk.look
    view = looked.view
    found, id = the_one(view, which, (kind_of(kind),) if kind else ())
    changes = desk.record.history(found, id, looked.at)[-limit:][::-1]
    if desk.json:
        desk.answer(changes, revision=looked.at.no, at=str(looked.at))
        return
    currency = getattr(view.plan.need(found, id), "currency", None)
    rows = []
    for change in changes:
        approved = (
            f", approved by {_who(view, change.approved_by)} in {change.approved_no}" if change.approved_no else ""
        )
        rows.append(
            [
                str(change.no),
                _when(desk, change.at),
                _who(view, change.author) + approved,
                field_title(view, found, change.field),
                field_value(view, found, change.field, change.before, currency),
                field_value(view, found, change.field, change.after, currency),
            ]
        )
    desk.table(["No", "When", "Who", "Field", "Before", "After"], rows, right=[0])


@click.command()
@click.argument("which", metavar="ENTITY")
@click.option("--kind", help="Look only among this kind.")
@click.pass_obj
def blame(desk: Desk, which: str, kind: str | None) -> None:
    """Say who set each field of an entity, when and why, and who approved it."""
    desk.actor.require("read", "look at the history")
    from northing.measure.search import the_one
    from northing.portfolio.entity import encode
    from northing.portfolio.kinds import kind_of
    from northing.report.field_words import field_title, field_value

    looked = desk.look
    view = looked.view
    found, id = the_one(view, which, (kind_of(kind),) if kind else ())
    blamed = desk.record.blame(found, id, looked.at)
    if desk.json:
        desk.answer(blamed, revision=looked.at.no, at=str(looked.at))
        return
    import msgspec

    body = msgspec.json.decode(encode(view.plan.need(found, id)))
    rows = []
    for field, one in blamed.items():
        whole, _, key = field.partition(".")
        value = body.get(whole) if not key else (body.get(whole) or {}).get(key)
        approved = f", approved by {_who(view, one.approved_by)} in {one.approved_no}" if one.approved_no else ""
        rows.append(
            [
                field_title(view, found, field),
                field_value(view, found, field, value, body.get("currency")),
                str(one.no),
                _when(desk, one.at),
                _who(view, one.author) + approved,
                one.reason,
            ]
        )
    desk.table(["Field", "Value", "No", "When", "Who", "Why"], rows, right=[2])


@click.command()
@click.argument("no", type=click.IntRange(1), metavar="NUMBER")
@click.option("--reason", help="Why; it stands in the history.")
@click.option(
    "--on", type=click.IntRange(0), metavar="NUMBER", help="The revision you looked at; the newest if not said."
)
@click.pass_obj
def revert(desk: Desk, no: int, reason: str | None, on: int | None) -> None:
    """Undo what one revision did, an import included. What others changed since is listed, and stays."""
    actor, record = desk.actor, desk.record
    with desk.progress(f"Reverting {no}"):
        reverted = record.revert(no, by=actor, on=on, reason=reason)
    if desk.json:
        revision = reverted.revision
        desk.answer(
            revision,
            revision=revision.no if revision else record.head(),
            conflicts=reverted.conflicts,
            changed=len(reverted.changes),
        )
        return
    if reverted.revision is None:
        desk.tell("Nothing of it is left to undo.")
    else:
        desk.tell(f"Revision {reverted.revision.no} undoes {no}: {len(reverted.changes)} changed back.")
    for conflict in reverted.conflicts[:20]:
        desk.tell("  stays: " + _kept(desk.view, conflict))
    if len(reverted.conflicts) > 20:
        desk.tell(f"  … and {len(reverted.conflicts) - 20} more; --json lists them all.")


def _kept(view: View, conflict: FieldConflict) -> str:
    from northing.report import words
    from northing.report.field_words import field_title, field_value

    name = words.name(view, conflict.kind, conflict.id)
    if conflict.field is None:  # one side removed what the other changed
        return f"{name}, {'removed' if conflict.theirs is None else 'changed'} since ({_who(view, conflict.by)})"
    now = field_value(view, conflict.kind, conflict.field, conflict.theirs) or "empty"
    return f"{name}, {field_title(view, conflict.kind, conflict.field)}: {now} ({_who(view, conflict.by)})"


@click.command()
@click.argument("name", required=False)
@click.option("--note", default="", help="What it is for.")
@click.option("--remove", is_flag=True, help="Take the name away; the revision stays.")
@click.pass_obj
def tag(desk: Desk, name: str | None, note: str, remove: bool) -> None:
    """Name the newest revision, or the one of --at: a baseline, a board pack. Without NAME, list the tags."""
    actor, record = desk.actor, desk.record
    if name is None:
        if remove:
            raise Invalid("Which tag?", remedy="northing tag NAME --remove")
        actor.require("read", "look at the history")
        tags = record.tags()
        if desk.json:
            desk.answer(tags, revision=record.head())
            return
        names = desk.view.names
        desk.table(
            ["Tag", "Revision", "When", "Who", "Note"],
            [
                [
                    one.name,
                    str(one.no) if one.branch == "main" else f"{one.branch}@{one.no}",
                    _when(desk, one.at),
                    names.get(one.author, NOBODY),
                    one.note,
                ]
                for one in tags
            ],
            right=[1],
        )
        return
    actor.require("plan", "name revisions")
    if remove:
        record.untag(name, by=actor)
        if desk.json:
            desk.answer({"name": name, "removed": True}, revision=record.head())
        else:
            desk.tell(f"“{name}” names nothing any more.")
        return
    made = record.tag(name, ref=desk.at, by=actor, note=note)
    if desk.json:
        desk.answer(made, revision=made.no)
    else:
        desk.tell(f"tag:{made.name} is revision {made.no} ({made.hash[:12]}).")


@click.command()
@click.option("--head", metavar="HASH", help="A hash noted elsewhere; catches a record whose end was cut off.")
@click.pass_obj
def verify(desk: Desk, head: str | None) -> None:
    """Recompute the chain and the files of facts, and check every rule. Exits with 1 where something was changed."""
    desk.actor.require("read", "verify the record")
    record = desk.record
    from northing.report.verifying import verify as verify_all

    with desk.progress("Verifying"):
        findings = verify_all(record.workspace, head=head)
    broken = [finding for finding in findings if finding.severity == "error"]
    newest = record.revisions(branch=None, limit=1)
    mark = newest[0].hash if newest else None
    if desk.json:
        desk.answer(findings, revision=record.head(), genuine=not broken, head=mark)
    else:
        for finding in findings[:100]:
            desk.tell(f"{finding.severity}: {finding.message}")
        if len(findings) > 100:
            desk.tell(f"… and {len(findings) - 100} more; --json lists them all.")
        if not broken:
            desk.tell(f"Genuine: {record.head()} revisions, head {mark}." if mark else "Nothing was recorded yet.")
    if broken:
        raise click.exceptions.Exit(1)
