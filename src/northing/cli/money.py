"""``northing money``: plan, forecast, actual and commitments at any level, and closing a month."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import agreed, currency, days, looked, of_level, of_record, scope_of, told, window
from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.portfolio.errors import Finding
    from northing.report.asking_money import Figured, Named
    from northing.report.closing import CloseSaid
    from northing.report.money_data import MoneySaid

COLUMNS = ("plan", "forecast", "actual", "accrual", "committed", "expected", "variance")
SHOWN = 40
"""Parts and investments in a table; ``--json`` gives all."""


class ShowOrAct(click.Group):
    """``northing money portfolio Claims`` shows that portfolio; ``northing money close`` is a command of its own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["show", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not {"-h", "--help"} & set(args[:1]) and (not args or args[0] not in self.commands):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ShowOrAct)
def money() -> None:
    """Show plan, forecast, actual and commitments at any level; close a month.

    northing money [LEVEL NAME] is the same as northing money show; LEVEL is organisation, portfolio, objective,
    value_stream or investment.
    """


@money.command()
@of_level
@click.option(
    "--by", type=click.Choice(["portfolio", "objective", "value_stream", "investment"]), help="Apart by this."
)
@click.option("--unit", type=click.Choice(["month", "quarter", "year"]), default="month", show_default=True)
@click.option("--basis", type=click.Choice(["billed", "effective"]), default="billed", show_default=True)
@days
@currency
@click.pass_obj
def show(
    desk: Desk, level: str | None, name: str | None, by: str | None, unit: Any, basis: str, period: str | None,
    start: date | None, until: date | None, currency: str | None,
) -> None:  # fmt: skip
    """Show the money of a level by fiscal period, and its whole."""
    look = looked(desk, currency)
    scope, days = scope_of(look, level, name), window(look, period, start, until)
    from northing.report import money_data

    if by is not None:
        parts = money_data.parts_said(look.view, by, scope, window=days, basis=basis)
        if desk.json:
            desk.answer(parts, revision=look.at.no, at=str(look.at))
            return
        _parts(desk, parts)
        return
    said = money_data.money_said(look.view, scope, unit=unit, window=days, basis=basis)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    _show(desk, said)


def _show(desk: Desk, said: MoneySaid) -> None:
    from northing.report import words

    desk.tell(f"{called(said.scope.of)}, in {said.currency}\n")
    rows = [[row.label, row.state, *_cells(row.figures)] for row in said.periods]
    rows.append(["Together", "", *_cells(said.total)])
    for title, line in (("of it capex", said.capex), ("of it opex", said.opex)):
        if line:
            rows.append([title, "", *_cells(line)])
    heads = ["Period", "State", *(one.capitalize() for one in COLUMNS)]
    desk.table(heads, rows, right=range(2, 2 + len(COLUMNS)))
    whole = said.whole
    share = said.unattributed_share.value
    facts = {
        "Budget": told(whole.get("bac")),
        "Spent": told(whole.get("ac")),
        "Committed": told(whole.get("committed")),
        "To go": told(whole.get("etc")),
        "At completion": told(whole.get("eac")),
        "Variance": told(whole.get("vac")),
        "Unattributed": told(said.unattributed) + (f" ({words.percent(share, 1)} of the bills)" if share else ""),
        "Closed until": words.day(said.closed_until),
        "Sources until": words.day(said.sources_until),
    }
    desk.tell("")
    desk.facts({name: value for name, value in facts.items() if value})
    warn(desk, said.stale, said.findings)


def _parts(desk: Desk, parts: list[Any]) -> None:
    heads = ("plan", "actual", "expected", "variance")
    whole = ("bac", "ac", "etc", "eac", "vac")
    rows = [
        ["  " * one.depth + called(one.of), *_cells(one.window, heads), *_cells(one.whole, whole)]
        for one in parts[:SHOWN]
    ]
    titles = ["Plan", "Actual", "Comes to", "Variance", "Budget", "Spent", "To go", "At completion", "Of budget left"]
    left = len(parts) - len(rows)
    desk.table(["", *titles], rows, right=range(1, 10), total=f"… and {left:,} more; --json gives all." if left else "")


@money.command()
@of_level
@click.option("--before", metavar="REF", help="42, 2026-03-31, tag:q1; the last close if not said.")
@days
@currency
@click.pass_obj
def bridge(
    desk: Desk, level: str | None, name: str | None, before: str | None, period: str | None, start: date | None,
    until: date | None, currency: str | None,
) -> None:  # fmt: skip
    """Say what made the forecast differ from an earlier one."""
    look = looked(desk, currency)
    ref = before or _last_close(desk)
    then = looked(desk, currency, ref)
    from northing.report import money_data

    said = money_data.bridge_said(
        then.view, look.view, scope_of(look, level, name), ref=str(then.at), window=window(look, period, start, until)
    )
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    desk.tell(f"{called(said.scope.of)}: from revision {said.before} to {look.at}, in {said.currency}\n")
    rows = [["Expected then", told(said.opening)]]
    rows += [[step.title, told(step.figure)] for step in said.steps if step.figure.value]
    desk.table(["Step", "Amount"], [*rows, ["Expected now", told(said.closing)]], right=(1,))
    changed = [one for one in said.by_investment if one.opening.value != one.closing.value]
    if changed:
        desk.tell("")
        desk.table(
            ["Investment", "Then", "Now"],
            [[called(one.of), told(one.opening), told(one.closing)] for one in changed[:SHOWN]],
            right=(1, 2),
            total=f"… and {len(changed) - SHOWN:,} more; --json gives all." if len(changed) > SHOWN else "",
        )
    warn(desk, [], said.findings)


def _last_close(desk: Desk) -> str:
    """The revision that closed the last closed period; it is what "last month's forecast" means."""
    from northing.measure.accrued import closes
    from northing.portfolio.errors import Invalid

    found = closes(desk.view)
    if not found:
        raise Invalid("No period is closed yet.", remedy="Say since when: --before 42, --before tag:q1-board.")
    return str(max(one.no for one in desk.record.history("period_close", found[-1].id, desk.at)))


@money.command()
@of_level
@currency
@click.pass_obj
def waterfall(desk: Desk, level: str | None, name: str | None, currency: str | None) -> None:
    """Say what was approved, and what has become of it."""
    look = looked(desk, currency)
    from northing.report import money_data

    said = money_data.waterfall_said(look.view, scope_of(look, level, name))
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    desk.tell(f"{called(said.scope.of)}, in {said.currency}\n")
    rows = [[step.title, told(step.figure) or "–"] for step in said.steps]
    desk.table(["Step", "Amount"], rows, right=(1,))
    kept = {"Reserve": told(said.reserve), "Unassigned": told(said.unassigned)}
    desk.facts({title: value for title, value in kept.items() if value})
    warn(desk, [], said.findings)


@money.command()
@of_level
@click.option("--unit", type=click.Choice(["month", "quarter", "year"]), default="month", show_default=True)
@days
@currency
@click.pass_obj
def burn(
    desk: Desk, level: str | None, name: str | None, unit: Any, period: str | None, start: date | None,
    until: date | None, currency: str | None,
) -> None:  # fmt: skip
    """Show plan, budget, actual and forecast, each added up to the end of every period."""
    look = looked(desk, currency)
    from northing.report import money_data

    days = window(look, period, start, until)
    said = money_data.burn_said(look.view, scope_of(look, level, name), unit=unit, window=days)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    rows = [[one.label, *map(told, (one.plan, one.budget, one.actual, one.forecast))] for one in said.points]
    desk.table(["By the end of", "Plan", "Budget", "Actual", "Forecast"], rows, right=(1, 2, 3, 4))
    if said.approved.value:
        desk.facts({"Approved": told(said.approved)})
    warn(desk, [], said.findings)


@money.command()
@click.argument("period", required=False)
@click.option("--yes", "-y", is_flag=True, help="Close without asking.")
@click.option("--note", help="What is to be known of it.")
@click.pass_obj
def close(desk: Desk, period: str | None, yes: bool, note: str | None) -> None:
    """Show what closing a fiscal month would state, and close it in your name.

    PERIOD is such as 2026-03 or FY26-P07; the next one to be closed if not said.
    """
    if yes:
        of_record(desk)
        desk.actor.require("plan", "close a period")
    look = looked(desk, None)
    from northing.report import closing

    proposal = closing.proposed(look.view, period)
    said = closing.close_said(look.view, proposal)
    if not desk.json:
        _proposal(desk, said, closing.small_words(look.view, proposal))
    if not yes and (desk.ref is not None or not said.can_close):
        if desk.json:
            desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    if not agreed(desk, f"Close {said.label}?", yes=yes):
        if desk.json:
            desk.answer(said, revision=look.at.no, at=str(look.at))
        else:
            desk.tell("Nothing was closed. Add --yes to close it.")
        return
    stated = closing.accruals_of(look.view, proposal)
    edits = closing.close_edits(look.view, proposal, stated, by=desk.actor.id, on=look.view.today, note=note)
    done = desk.record.commit(edits, on=look.at.no, by=desk.actor, reason=closing.reason(proposal))
    if desk.json:
        desk.answer(said, revision=done.revision.no, closed=True)
    else:
        desk.tell(f"Revision {done.revision.no}: {said.label} is closed.")


def _proposal(desk: Desk, said: CloseSaid, small: str) -> None:
    from northing.report.words import amount, money, percent

    desk.tell(f"Closing {said.label}, {said.period.start} to {said.period.last}, would state:\n")
    facts = {name.capitalize(): told(figure) for name, figure in said.figures.items() if figure.value}
    share = said.unattributed_share.value
    if said.unattributed.value:
        facts["Unattributed"] = told(said.unattributed) + (f" ({percent(share, 1)} of the bills)" if share else "")
    desk.facts(facts or {"Money": "none"})
    if said.accruals:
        desk.table(
            ["Accrued for", "Amount", "Because"],
            [[called(one.investment), amount(one.amount, one.currency), one.reason] for one in said.accruals],
            right=(1,),
        )
    if said.released:
        desk.tell(f"Accruals of the close before end with it: {money(said.released)}.")
    if small:
        desk.tell(small)
    warn(desk, said.late, said.findings)


@money.command()
@click.argument("period")
@click.option("--reason", required=True, help="Why; it stands in the history.")
@click.pass_obj
def reopen(desk: Desk, period: str, reason: str) -> None:
    """Open a closed month again."""
    look = looked(desk, None)
    desk.actor.require("plan", "reopen a period")
    of_record(desk)
    from northing.report import closing

    edits, said = closing.reopen_edits(look.view, closing.close_of(look.view, period), reason)
    done = desk.record.commit(edits, on=look.at.no, by=desk.actor, reason=said)
    if desk.json:
        desk.answer({"period": period, "reopened": True}, revision=done.revision.no)
    else:
        desk.tell(f"Revision {done.revision.no}: {said}")


def called(of: Named | None) -> str:
    """A scope by its number and name."""
    return "The organisation" if of is None else " ".join(filter(None, (of.number, of.name)))


def warn(desk: Desk, stale: list[str], findings: list[Finding]) -> None:
    """What to know beside the figures."""
    for text in (*stale, *(one.message for one in findings)):
        desk.tell(f"! {text}")


def _cells(figures: dict[str, Figured], names: tuple[str, ...] = COLUMNS) -> list[str]:
    return [told(figures.get(name)) for name in names]
