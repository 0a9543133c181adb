"""What the commands of money and usage ask alike: whose, which days, which currency; and figures in a table."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from northing.cli.desk import Desk
from northing.cli.fund import Day
from northing.portfolio.errors import Invalid

if TYPE_CHECKING:
    from northing.measure.levels import Scope
    from northing.portfolio.periods import Period
    from northing.report.asking_money import Figured
    from northing.report.viewing import Look


def days(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--period``, or ``--from`` and ``--until``."""
    for option in (
        click.option("--until", type=Day(), help="The first day after them."),
        click.option("--from", "start", type=Day(), help="The first day."),
        click.option("--period", metavar="PERIOD", help='FY26, FY26-Q3, 2026-03, "last 90 days".'),
    ):
        command = option(command)
    return command


def currency(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--in", "currency", metavar="CODE", help="Tell money in this currency.")(command)


def of_level(command: Callable[..., Any]) -> Callable[..., Any]:
    """LEVEL and NAME, both of which may be left out."""
    command = click.argument("name", required=False)(command)
    return click.argument("level", required=False, metavar="[LEVEL]")(command)


def looked(desk: Desk, currency: str | None, ref: str | None = None) -> Look:
    """The plan that ``--at`` names, with money told in *currency*."""
    desk.actor.require("read", "look at the money")
    workspace = desk.workspace
    from northing.report.asking_money import money_in
    from northing.report.viewing import look

    return look(workspace, ref or desk.ref, mode=desk.mode, currency=money_in(currency))


def scope_of(look: Look, level: str | None, name: str | None) -> Scope:
    """Whose money: the level and the name; a name or number alone is one of an investment."""
    from northing.measure.levels import LEVELS, read_scope

    given = level or "organisation"
    level = given.replace("-", "_")
    if level not in LEVELS and name is None:
        return read_scope(look.view, "investment", given)
    return read_scope(look.view, level, name)


def window(look: Look, period: str | None, start: date | None, until: date | None) -> Period | None:
    from northing.report.asking_money import window_of

    return window_of(look.view, period, start, until)


def told(figure: Figured | None) -> str:
    """A figure for a table; nothing where there is none."""
    from northing.report.words import money

    return "" if figure is None or figure.value is None else money(figure.value)


def present(desk: Desk) -> None:
    """Refuse a change of the past."""
    if desk.is_past:
        raise Invalid("The past cannot be changed.", remedy="Leave --at out.")


def of_record(desk: Desk) -> None:
    """Refuse what only the plan of record has: closed periods, facts, sources."""
    present(desk)
    if desk.ref is not None:
        raise Invalid("This is done on the plan of record, not on a scenario.", remedy="Leave --at out.")


def agreed(desk: Desk, question: str, *, yes: bool) -> bool:
    """Whether to go on: said by ``--yes``, or by the person at the terminal."""
    if yes:
        return True
    return not desk.json and sys.stdin.isatty() and click.confirm(question)
