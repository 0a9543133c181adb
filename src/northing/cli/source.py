"""``northing source``: the systems that facts come from, and until which day each has spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import of_record
from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.report.deliveries import Sourced


@click.group()
def source() -> None:
    """List, add and change the sources that facts come from."""


@source.command("list")
@click.pass_obj
def list_(desk: Desk) -> None:
    """List the sources, those that are late first."""
    view = desk.view
    desk.actor.require("read", "see the sources")
    from northing.report import deliveries

    found = deliveries.sources(view)
    if desk.json:
        desk.answer([plain(one) for one in found], revision=desk.at.no, at=str(desk.at))
        return
    rows = [
        [
            one.source.name,
            one.source.reader,
            one.fresh.newest.isoformat() if one.fresh.newest else "",
            _late(one),
            one.last.name if one.last else "",
            str(one.last.rows_in) if one.last else "",
            str(one.last.refused) if one.last else "",
            "" if one.share is None else f"{one.share:.0%}",
        ]
        for one in found
    ]
    desk.table(
        ["Source", "Format", "Speaks until", "Late", "Last delivery", "Rows", "Refused", "Share"],
        rows,
        right=(5, 6, 7),
        total="" if rows else "There is no source yet: northing deliver FILE brings in the first bill.",
    )


@source.command()
@click.argument("which", metavar="SOURCE")
@click.pass_obj
def show(desk: Desk, which: str) -> None:
    """Show one source and its deliveries, the newest first. SOURCE is a name or an id."""
    view = desk.view
    desk.actor.require("read", "see the sources")
    from northing.facts.store import Store
    from northing.report import deliveries
    from northing.report.source_names import find_source

    wanted = find_source(view.plan, which)
    found = next(one for one in deliveries.sources(view) if one.source.id == wanted.id)
    store = Store(desk.workspace.id)
    made = desk.record.made("delivery", desk.at)
    listed = []
    for one in deliveries.of_source(view.plan, wanted.id):
        totals = deliveries.totals(deliveries.scopes(store, view.plan, one))
        listed.append((one, deliveries.standing(view.plan, one), totals, made.get(one.id)))
    if desk.json:
        from northing.report.deliveries_data import as_data, delivery_said

        told = {
            **plain(found),
            "deliveries": [
                as_data(delivery_said(desk.workspace, view.plan, one, no)) for one, _state, _totals, no in listed
            ],
        }
        desk.answer(told, revision=desk.at.no, at=str(desk.at))
        return
    desk.tell(wanted.name)
    facts = {name: str(getattr(wanted, name)) for name in ("reader", "cadence_days", "currency", "provider", "note")
             if getattr(wanted, name) is not None}  # fmt: skip
    desk.facts(facts | {"speaks until": f"{found.fresh.newest or 'never'} {_late(found)}".strip()})
    desk.table(
        ["Input", "State", "From", "Until", "Rows", "Refused", "Total", "Revision"],
        [
            [
                one.name, state.state, str(one.start or ""), str(deliveries.last_day(one) or ""), str(one.rows_in),
                str(one.refused), told_amounts(totals), f"r{no}" if no else "",
            ]
            for one, state, totals, no in listed
        ],
        right=(4, 5, 6),
    )  # fmt: skip


def _options(command: Any) -> Any:
    for option in (
        click.option("--reader", metavar="FORMAT", help="focus, ledger, timesheet, litellm, openai, anthropic …"),
        click.option("--owner", metavar="EMAIL", help="Who answers for it."),
        click.option("--every", type=int, metavar="DAYS", help="Later than that it is marked as late; 0 for never."),
        click.option("--currency", metavar="CODE", help="Where the rows name none."),
        click.option("--provider", metavar="NAME", help="Where the rows name none."),
        click.option("--expense", type=click.Choice(["capex", "opex"]), help="Where the rows do not say."),
        click.option(
            "--kind", type=click.Choice(["build", "run", "change", "oversight"]), help="Where they do not say."
        ),
        click.option("--mapping", metavar="NAME", help="Of a ledger: the remembered mapping of its columns."),
        click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="What its reader has to know."),
        click.option("--note", help="In words."),
        click.option("--reason", help="Why; kept with the revision."),
    ):
        command = option(command)
    return command


@source.command()
@click.argument("name")
@_options
@click.pass_obj
def add(desk: Desk, /, name: str, reason: str | None, **given: Any) -> None:
    """Add a source before its first file. NAME is what people call it."""
    of_record(desk)
    desk.actor.require("plan", "add a source")
    from northing.portfolio.edits import create
    from northing.portfolio.entity import new_id
    from northing.portfolio.errors import Invalid
    from northing.report.source_names import source_name

    if not given["reader"]:
        raise Invalid("A source needs a format.", remedy="Say it: --reader focus. docs/sources.md lists them.")
    name = source_name(desk.record.plan(), name)
    fields = _fields(desk, given)
    id = new_id()
    edits = [create("source", id, name=name, **{key: value for key, value in fields.items() if value})]
    done = desk.record.commit(edits, on=None, by=desk.actor, reason=reason or f"Add the source “{name}”")
    if desk.json:
        desk.answer({"id": id, "name": name}, revision=done.revision.no)
    else:
        desk.tell(f"{name} is there; northing deliver FILE --source '{name}' brings in its first file.")


@source.command("set")
@click.argument("which", metavar="SOURCE")
@click.option("--name", help="Call it something else.")
@_options
@click.pass_obj
def set_(desk: Desk, /, which: str, name: str | None, reason: str | None, **given: Any) -> None:
    """Change a source: how it is read, who answers for it, how often it delivers."""
    of_record(desk)
    desk.actor.require("plan", "change a source")
    from northing.portfolio.edits import change
    from northing.portfolio.errors import Invalid
    from northing.report.source_names import find_source, source_name

    plan = desk.record.plan()
    found = find_source(plan, which)
    fields = _fields(desk, given)
    if name and name.strip() != found.name:
        fields["name"] = source_name(plan, name, found)
    if "options" in fields:
        fields["options"] = {**found.options, **fields["options"]}
    if not fields:
        raise Invalid("Nothing to change was named.", remedy="Such as --every 40 or --owner EMAIL.")
    why = reason or f"Change the source “{found.name}”"
    done = desk.record.commit([change("source", found.id, **fields)], on=None, by=desk.actor, reason=why)
    if desk.json:
        desk.answer({"id": found.id, "changed": sorted(fields)}, revision=done.revision.no)
    else:
        desk.tell(f"{found.name}: {', '.join(sorted(fields))} changed in r{done.revision.no}.")


def _fields(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    """The fields that the options name, checked."""
    from northing.portfolio.currencies import CURRENCIES
    from northing.portfolio.errors import Invalid, NotFound
    from northing.sources.facts import READERS

    plan = desk.record.plan()
    fields = {
        key: given[key] for key in ("reader", "provider", "expense", "kind", "note") if given.get(key) is not None
    }
    if "reader" in fields and fields["reader"] not in READERS:
        raise Invalid(f"There is no format “{fields['reader']}”.", remedy=f"There are: {', '.join(READERS)}.")
    if given.get("currency") is not None:
        code = given["currency"].strip().upper()
        if code and code not in CURRENCIES:
            raise Invalid(f"“{given['currency']}” is no currency.", remedy="Write its code, such as EUR.")
        fields["currency"] = code or None
    if given.get("every") is not None:
        if not 0 <= given["every"] <= 3660:
            raise Invalid("--every takes days from 1 to 3660, or 0 for no rhythm.")
        fields["cadence_days"] = given["every"] or None
    if given.get("owner") is not None:
        from northing.access.models import Membership

        member = Membership.objects.filter(workspace=desk.workspace, user__email=given["owner"].strip().lower()).first()
        if member is None or member.person not in plan.people:
            raise NotFound(f"{given['owner']} is no member who can own something here.", remedy="northing user list")
        fields["owner"] = member.person
    if given.get("mapping") is not None:
        named = next((one for one in plan.table("mapping").values() if one.name == given["mapping"]), None)
        if named is None:
            raise NotFound(f"There is no mapping “{given['mapping']}”.", remedy="northing list mappings")
        fields["mapping"] = named.id
    if given.get("options"):
        fields["options"] = dict(_pair(text) for text in given["options"])
    return fields


def _pair(text: str) -> tuple[str, Any]:
    import json

    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise click.BadParameter(f"“{text}” is not KEY=VALUE.", param_hint="--option")
    try:
        return key.strip(), json.loads(value)
    except ValueError:
        return key.strip(), value


def plain(one: Sourced) -> dict[str, Any]:
    """A source as JSON has it, the same as in the API."""
    from northing.report.deliveries_data import as_data, source_said

    found: dict[str, Any] = as_data(source_said(one))
    return found


def told_amounts(totals: Any) -> str:
    from northing.report import words

    return " + ".join(words.amount(value, code) for code, value in sorted(totals.items()))


def _late(one: Sourced) -> str:
    if not one.fresh.stale:
        return ""
    return "never delivered" if one.fresh.newest is None else f"{one.fresh.days_late} days late"
