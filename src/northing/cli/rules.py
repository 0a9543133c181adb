"""``northing rule``: which rows of the bills belong to which investment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import agreed, currency, looked, present
from northing.cli.desk import Desk
from northing.cli.fund import Amount, Day

if TYPE_CHECKING:
    from northing.facts.asking import Claim
    from northing.measure.view import View
    from northing.portfolio.edits import Edit
    from northing.portfolio.facts import AttributionRule


@click.group()
def rule() -> None:
    """List, preview, add, change and end the rules that give rows of the bills to investments."""


def _says(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--note", help="What is to be known of it."),
        click.option("--end", type=Day(), help="The first day that it no longer claims."),
        click.option("--start", type=Day(), help="The first day that it claims."),
        click.option("--precedence", type=int, help="The lower is asked first; 100 if not said."),
        click.option("--tables", type=click.Choice(["cost", "usage", "both"]), help="Of what; both if not said."),
        click.option("--share", type=Amount(), help="Above 0, at most 1; 1 if not said."),
        click.option("--investment", metavar="NAME", help="Whose they are: number, id or name."),
        click.option("--where", metavar="FILTER", help='Which rows: "account = 123 and tag.project = chat".'),
        click.option("--name", help="What it is called."),
    ):
        command = option(command)
    return command


def _commits(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--yes", "-y", is_flag=True, help="Do not ask."),
        click.option("--reason", help="Why; it stands in the history."),
    ):
        command = option(command)
    return command


@rule.command("list")
@currency
@click.pass_obj
def list_(desk: Desk, currency: str | None) -> None:
    """List the rules as they are asked, with what each claims."""
    look = looked(desk, currency)
    from northing.report import rules_data, words

    said = rules_data.rules_said(look.view)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    rows = [
        [
            one.number or "", one.name or "", one.where, one.investment.name, words.percent(one.share),
            str(one.precedence), str(one.end or ""), words.number(one.lines), words.money(one.amount),
            one.problem or "",
        ]
        for one in said
    ]  # fmt: skip
    desk.table(
        ["Number", "Name", "Rows", "Investment", "Share", "Precedence", "Until", "Lines", "Claims", ""],
        rows, right=(4, 5, 7, 8), total="" if rows else "There is no rule yet: northing rule add",
    )  # fmt: skip


@rule.command()
@click.argument("which", required=False, metavar="[RULE]")
@_says
@click.pass_obj
def preview(desk: Desk, /, which: str | None, **says: Any) -> None:
    """Say what a new rule would claim, or a changed RULE."""
    look = looked(desk, None)
    made = _made(look.view, which, says)
    _preview(desk, look.view, made, answer=True)


@rule.command()
@_says
@_commits
@click.pass_obj
def add(desk: Desk, /, reason: str | None, yes: bool, **says: Any) -> None:
    """Add a rule, after a look at what it would claim."""
    _keep(desk, None, says, reason, yes)


@rule.command("set")
@click.argument("which", metavar="RULE")
@_says
@_commits
@click.pass_obj
def set_(desk: Desk, /, which: str, reason: str | None, yes: bool, **says: Any) -> None:
    """Change a rule, after a look at what it would claim then."""
    _keep(desk, which, says, reason, yes)


@rule.command()
@click.argument("which", metavar="RULE")
@click.argument("day", required=False, type=Day())
@_commits
@click.pass_obj
def end(desk: Desk, which: str, day: date | None, reason: str | None, yes: bool) -> None:
    """End a rule: from DAY on (today if not said) it claims nothing; before, it stays as it was."""
    _keep(desk, which, {"end": day or desk.view.today}, reason, yes)


@rule.command()
@click.argument("which", metavar="RULE")
@_commits
@click.pass_obj
def remove(desk: Desk, which: str, reason: str | None, yes: bool) -> None:
    """Remove a rule, after a look at whose its rows would be then."""
    look = looked(desk, None)
    desk.actor.require("plan", "change rules")
    present(desk)
    from northing.portfolio.edits import remove as gone
    from northing.report import ruling

    found = _find(look.view, which)
    preview = ruling.without(desk.workspace, look.view.plan, found)
    if desk.json and not yes:
        desk.answer(preview, revision=look.at.no, at=str(look.at))
    for table, one in preview.tables.items() if not desk.json else ():
        if one.from_unattributed.lines:
            desk.tell(f"{table.capitalize()}: {_claim(one.from_unattributed)} would be nobody's.")
        for id, claim in one.taken_from.items():
            desk.tell(f"{table.capitalize()}: {_claim(claim)} would go to {_called(look.view, id)}.")
    if not agreed(desk, "Remove it?", yes=yes):
        desk.tell("Nothing was removed. Add --yes to remove it.")
        return
    _commit(desk, look.at.no, [gone("attribution_rule", found.id)], reason or f"Remove {_called(look.view, found.id)}")


def _keep(desk: Desk, which: str | None, says: dict[str, Any], reason: str | None, yes: bool) -> None:
    look = looked(desk, None)
    desk.actor.require("plan", "change rules")
    present(desk)
    from northing.report import rules_data

    made = _made(look.view, which, says)
    _preview(desk, look.view, made, answer=not yes)
    if not agreed(desk, "Keep it?", yes=yes):
        desk.tell("Nothing was written. Add --yes to keep it.")
        return
    edits = rules_data.edits_of(look.view.plan, made)
    name = look.view.name_of("investment", made.investment) or ""
    _commit(desk, look.at.no, edits, reason or f"{made.name or made.where[:80]} belongs to {name}")


def _commit(desk: Desk, on: int, edits: list[Edit], reason: str) -> None:
    done = desk.record.commit(edits, on=on, by=desk.actor, reason=reason)
    if desk.json:
        told = [{"id": one.id, "number": getattr(one.after or one.before, "number", None)} for one in done.changes]
        desk.answer(told, revision=done.revision.no)
    else:
        numbers = ", ".join(getattr(one.after or one.before, "number", None) or "" for one in done.changes)
        desk.tell(f"Revision {done.revision.no}: {numbers} {reason}")


def _made(view: View, which: str | None, says: dict[str, Any]) -> AttributionRule:
    from northing.report import rules_data

    return rules_data.rule_of(view, _find(view, which) if which else None, says)


def _find(view: View, which: str) -> AttributionRule:
    from northing.report import rules_data

    return rules_data.find_rule(view, which)


def _preview(desk: Desk, view: View, made: AttributionRule, *, answer: bool) -> None:
    from northing.report import ruling

    (found,) = ruling.preview(desk.workspace, view.plan, [made])
    if desk.json:
        if answer:
            desk.answer(found, revision=desk.at.no, at=str(desk.at))
        return
    for table, one in found.tables.items():
        parts = [f"claims {_claim(one.claimed)}"]
        parts += [f"takes {_claim(claim)} from {_called(view, id)}" for id, claim in one.taken_from.items()]
        parts += [f"leaves {_claim(claim)} to {_called(view, id)}" for id, claim in one.given_to.items()]
        parts.append(f"{_claim(one.unattributed)} stay nobody's")
        desk.tell(f"{table.capitalize()}: {'; '.join(parts)}.")


def _claim(claim: Claim) -> str:
    from northing.report.words import amount, number

    amounts = [amount(value, code) for code, value in claim.amounts.items() if value != Decimal(0)]
    return ", ".join([f"{number(claim.lines)} line{'' if claim.lines == 1 else 's'}", *amounts])


def _called(view: View, id: str) -> str:
    found = view.plan.attribution_rules.get(id)
    return " ".join(filter(None, (found.number, found.name))) if found is not None else "a rule"
