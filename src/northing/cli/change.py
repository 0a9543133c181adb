"""``northing set``: change fields of one entity, as one revision."""

from __future__ import annotations

from typing import Any

import click

from northing.cli.desk import Desk
from northing.portfolio.errors import Invalid


@click.command("set")
@click.argument("which", metavar="ENTITY")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE…")
@click.option("--reason", required=True, help="Why; it stands in the history.")
@click.option("--kind", help="Look only among this kind.")
@click.option(
    "--on", type=click.IntRange(0), metavar="NUMBER", help="The revision you looked at; the newest if not said."
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.pass_obj
def set_(
    desk: Desk, which: str, values: tuple[str, ...], reason: str, kind: str | None, on: int | None, dry_run: bool
) -> None:
    """Change fields of one entity: northing set INV-0042 stage=pilot "owner=Ana Ferreira".

    An empty value empties the field. A link takes a number, an id or a name.
    """
    from northing.measure.search import the_one
    from northing.portfolio.edits import Edit
    from northing.portfolio.kinds import kind_of
    from northing.report.comments import speaking

    actor, view = desk.actor, desk.view
    actor.require("suggest", "change something")
    if desk.is_past:
        raise Invalid("The past cannot be changed.", remedy="Leave --at out; --on says which revision you looked at.")
    found, id = the_one(view, which, (kind_of(kind),) if kind else ())
    edit = Edit(op="change", kind=found, id=id, fields=dict(_field(desk, found, text) for text in values))
    stated = view.plan.no if on is None else on
    if dry_run:
        preview = desk.record.preview([edit], on=stated, by=actor)
        if desk.json:
            desk.answer(preview, revision=preview.head)
        else:
            for finding in preview.findings:
                desk.tell(finding.message)
            desk.tell(f"Would change {len(preview.changes)}, conflicts {len(preview.conflicts)}; nothing was written.")
        return
    committed = desk.record.commit(speaking(desk.workspace.id, [edit]), on=stated, by=actor, reason=reason)
    if desk.json:
        desk.answer(committed.revision, revision=committed.revision.no, changed=len(committed.changes))
    elif committed.changes:
        desk.tell(f"Revision {committed.revision.no}: {view.name_of(found, id)}.")
    else:
        desk.tell("It is so already; nothing was written.")


def _field(desk: Desk, kind: str, text: str) -> tuple[str, Any]:
    """``stage=pilot`` as a field and its JSON value."""
    from northing.measure.search import the_one
    from northing.portfolio.kinds import fields

    name, sign, value = text.partition("=")
    name = name.strip()
    if not sign:
        raise Invalid(f"“{text}” is not FIELD=VALUE.", remedy="northing set INV-0042 stage=pilot --reason …")
    if name in ("id", "number", "source_row"):
        raise Invalid(f"“{name}” is given by the record and cannot be set.")
    about = fields(kind).get(name)
    if about is None or value == "":
        return name, None if value == "" else value
    match about.type:
        case "reference":
            return name, the_one(desk.view, value, () if about.ref in (None, "*") else (about.ref,))[1]
        case "integer":
            return name, int(value) if value.lstrip("-").isdigit() else value
        case "flag":
            return name, {"yes": True, "true": True, "no": False, "false": False}.get(value.lower(), value)
        case "texts":
            return name, [part.strip() for part in value.split(",") if part.strip()]
    return name, value
