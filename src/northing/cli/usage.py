"""``northing usage``, ``northing price`` and ``northing unattributed``: what AI costs, and what nobody claims."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from northing.cli.asking import currency, days, looked, of_level, scope_of, told, window
from northing.cli.desk import Desk
from northing.cli.fund import Day
from northing.cli.money import ShowOrAct, warn

SHOWN = 40
"""Rows in a table; ``--json`` gives all."""


@click.command()
@click.option(
    "--by", default="provider,account,service", show_default=True, help="Columns, with commas; tag.x for a tag."
)
@click.option("--where", default="", metavar="FILTER", help='Such as "provider = OpenAI".')
@click.option("--basis", type=click.Choice(["billed", "effective"]), default="billed", show_default=True)
@days
@currency
@click.pass_obj
def unattributed(
    desk: Desk, by: str, where: str, basis: str, period: str | None, start: date | None, until: date | None,
    currency: str | None,
) -> None:  # fmt: skip
    """List the money that no investment claims, shadow AI first."""
    look = looked(desk, currency)
    from northing.measure.unattributed import unattributed as measure
    from northing.report import usage_data, words

    columns = tuple(one.strip() for one in by.split(",") if one.strip())
    days = window(look, period, start, until)
    found = measure(look.view, window=days, by=columns, where=where, basis=basis)
    said = usage_data.unattributed_said(look.view, found, where=where, basis=basis)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at), findings=found.findings)
        return
    rows = [
        [
            "AI" if one.is_ai else "", *(value or "" for value in one.by.values()), told(one.amount),
            words.number(one.lines), str(one.first), str(one.last),
        ]
        for one in said.groups[:SHOWN]
    ]  # fmt: skip
    width = len(columns)
    desk.table(
        ["", *(one.capitalize() for one in columns), "Amount", "Lines", "From", "To"],
        rows,
        right=(width + 1, width + 2),
    )
    if len(said.groups) > SHOWN:
        desk.tell(f"… and {len(said.groups) - SHOWN:,} more; --json gives all.")
    facts = {"Unattributed": told(said.total), "Of all bills": words.percent(found.share, 1)}
    facts["Shadow AI"] = told(said.shadow_ai)
    desk.facts({name: value for name, value in facts.items() if value} or {"Unattributed": "nothing"})
    warn(desk, [], list(found.findings))


@click.group(cls=ShowOrAct)
def usage() -> None:
    """Show tokens, requests and cost over time; say why the cost changed, and what it would have been.

    northing usage [LEVEL NAME] is the same as northing usage show.
    """


@usage.command()
@of_level
@click.option(
    "--by", default="model", show_default=True, help="model, provider, investment, project, api_key, team, tag.x."
)
@click.option("--unit", type=click.Choice(["month", "quarter", "year"]), default="month", show_default=True)
@click.option("--where", default="", metavar="FILTER", help='Such as "provider = openai".')
@days
@currency
@click.pass_obj
def show(
    desk: Desk, level: str | None, name: str | None, by: str, unit: Any, where: str, period: str | None,
    start: date | None, until: date | None, currency: str | None,
) -> None:  # fmt: skip
    """Show tokens, requests and cost by model or anything else, over time."""
    look = looked(desk, currency)
    scope, days = scope_of(look, level, name), window(look, period, start, until)
    from northing.measure.usage import usage as measure
    from northing.report import usage_data, words

    found = measure(look.view, scope, window=days, by=by, unit=unit, where=where)
    said = usage_data.usage_said(look.view, found, scope, where)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return

    def cells(total: dict[str, Any]) -> list[str]:
        counts = [words.number(total[one].value, 0) for one in ("requests", "input", "output", "tokens")]
        return [*counts, told(total["cost"])]

    rows = [[row.title or "(not said)", *cells(row.total)] for row in said.rows[:SHOWN]]
    rows.append(["Together", *cells(said.total)])
    desk.table([by.capitalize(), "Requests", "Input", "Output", "Tokens", "Cost"], rows, right=range(1, 6))
    if said.periods:
        desk.tell("")
        over = [
            [label, words.number(one.requests, 0), words.number(one.tokens, 0), words.money(one.cost)]
            for label, one in zip(said.labels, found.by_period, strict=True)
        ]
        desk.table(["Period", "Requests", "Tokens", "Cost"], over, right=(1, 2, 3))
    warn(desk, [], said.findings)


@usage.command()
@of_level
@click.option("--before", type=(Day(), Day()), required=True, metavar="FROM UNTIL", help="The days held against.")
@click.option(
    "--after", type=(Day(), Day()), required=True, metavar="FROM UNTIL", help="The days that are asked about."
)
@click.option("--per", type=click.Choice(["tokens", "requests"]), default="tokens", show_default=True)
@click.option("--where", default="", metavar="FILTER", help='Such as "provider = openai".')
@currency
@click.pass_obj
def effects(
    desk: Desk, level: str | None, name: str | None, before: tuple[date, date], after: tuple[date, date], per: Any,
    where: str, currency: str | None,
) -> None:  # fmt: skip
    """Say why usage costs more or less: volume, other models, other prices. UNTIL is the first day after."""
    look = looked(desk, currency)
    from northing.report import usage_data, words
    from northing.report.asking_money import needed_window

    then = needed_window(look.view, None, *before, name="--before")
    now = needed_window(look.view, None, *after, name="--after")
    said = usage_data.effects_said(look.view, then, now, scope_of(look, level, name), per, where)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    facts = {"Cost before": words.money(said.cost_before), "Cost after": words.money(said.cost_after)}
    desk.facts(facts | {title.capitalize(): told(one) for title, one in said.effects.items()})
    desk.tell("")
    rows = [
        [
            one.provider or "", one.model or "", *map(words.number, (one.quantity_before, one.quantity_after)),
            *(words.amount(money, one.currency) for money in (one.cost_before, one.cost_after, one.volume, one.price)),
        ]
        for one in said.rows[:SHOWN]
    ]  # fmt: skip
    counted = per.capitalize()
    heads = ["Provider", "Model", f"{counted} before", "after", "Cost before", "after", "By volume", "By price"]
    desk.table(heads, rows, right=range(2, 8))
    warn(desk, [], said.findings)


@usage.command()
@of_level
@click.option("--model", metavar="MODEL", help="Priced as this model; each as itself if not said.")
@click.option("--provider", metavar="NAME", help="From this provider.")
@click.option("--on", type=Day(), help="At the prices of this day; each day at its own if not said.")
@click.option("--where", default="", metavar="FILTER", help='Such as "model = gpt-4o".')
@days
@currency
@click.pass_obj
def reprice(
    desk: Desk, level: str | None, name: str | None, model: str | None, provider: str | None, on: date | None,
    where: str, period: str | None, start: date | None, until: date | None, currency: str | None,
) -> None:  # fmt: skip
    """Say what the same usage would have cost on another model, or at another day's prices."""
    look = looked(desk, currency)
    from northing.report import usage_data, words

    days, scope = window(look, period, start, until), scope_of(look, level, name)
    said = usage_data.repriced_said(look.view, days, scope, provider=provider, model=model, on=on, where=where)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at))
        return
    rows = [
        [one.provider or "", one.model or "", words.number(one.tokens, 0), words.money(one.cost),
         words.money(one.repriced), words.money(one.difference)]
        for one in said.rows[:SHOWN]
    ]  # fmt: skip
    rows.append(["Together", "", "", *map(told, said.figures.values())])
    desk.table(["Provider", "Model", "Tokens", "Cost", "Would have cost", "Difference"], rows, right=range(2, 6))
    if not said.complete:
        desk.tell("! Some tokens have no price there; they are left out of what it would have cost.")
    warn(desk, [], said.findings)


@click.command()
@click.argument("model")
@click.option("--provider", metavar="NAME", help="Whose price; the maker's if not said.")
@click.option("--on", type=Day(), help="On this day; today if not said.")
@click.pass_obj
def price(desk: Desk, model: str, provider: str | None, on: date | None) -> None:
    """Say what a model costs on a day, per million tokens: as agreed, else as the catalogues list it."""
    look = looked(desk, None)
    from northing.portfolio.errors import NotFound
    from northing.report import usage_data, words

    said = usage_data.prices_said(look.view, model, provider, on)
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at), model=model, on=on or look.view.today)
        return
    if not said:
        near = usage_data.nearest_model(look.view, model)
        known = "Spell it as the provider does; northing deliver --prices takes the price catalogues in."
        raise NotFound(
            f"Nobody knows what “{model}” costs on {on or look.view.today}.",
            remedy=f"Did you mean “{near}”?" if near and near != model else known,
        )
    rows = [
        [words.label(one.tokens), f"{one.price.normalize():f}", one.currency, one.basis, str(one.start or "")]
        for one in said
    ]
    desk.table(["Tokens", "Price of a million", "Currency", "As stated by", "Since"], rows, right=(1,))
