"""``northing why``: the receipt of any figure, down to the rows as they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.measure.view import View
    from northing.report.receipts import ReceiptSaid, RowSaid

SHOWN = 20
"""Source rows of a receipt where no limit is given."""


@click.command("why")
@click.argument("address", nargs=-1, metavar="MEASURE [NAME=VALUE]…")
@click.option("--list", "listing", is_flag=True, help="Name every measure, with its formula.")
@click.option("--rows", type=click.IntRange(0), default=SHOWN, show_default=True, help="So many source rows.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Source rows to pass over first.")
@click.option("--in", "currency", metavar="CODE", help="Tell money in this currency.")
@click.pass_obj
def why(desk: Desk, /, address: tuple[str, ...], listing: bool, rows: int, offset: int, currency: str | None) -> None:
    """Say where a figure comes from: formula, terms, source rows, revision.

    Such as: northing why money.actual level=investment id=INV-0042 from=2026-03-01 until=2026-04-01
    """
    from northing.measure.figures import read_figure, source_rows
    from northing.measure.figures import why as ask
    from northing.portfolio.errors import Invalid

    if listing:
        desk.actor.require("read", "look at the measures")
        _list(desk)
        return
    if not address:
        raise Invalid("Say which figure.", remedy="northing why --list names every measure.")
    desk.actor.require("read", "look at the plan")
    workspace = desk.workspace
    from northing.report import receipt_data, receipts
    from northing.report.asking_money import money_in
    from northing.report.viewing import look

    figure, currency = read_figure(" ".join(_written(part) for part in address)), money_in(currency)
    looked = look(workspace, desk.ref, mode=desk.mode, currency=currency)

    def open_view(ref: str) -> View:
        return look(workspace, ref, currency=currency).view

    found = ask(looked.view, figure, open_view)
    under = source_rows(looked.view, figure, offset, rows, open_view)
    if desk.json:
        desk.answer(receipt_data.data(looked.view, found, under), revision=looked.at.no, at=str(looked.at))
        return
    _show(desk, receipts.tell(looked.view, found), receipts.tell_rows(looked.view, under))
    if under.total > offset + len(under.rows):
        desk.tell(f"{under.total} source rows in all; --rows and --offset show the others.")


def _list(desk: Desk) -> None:
    """Every measure: its name, what it is called, how it is computed, what it may be asked with."""
    from northing.measure.figures import MEASURES

    if desk.json:
        told = [
            {
                "name": one.name,
                "title": one.title,
                "unit": one.unit,
                "formula": one.formula,
                "arguments": one.parameters,
            }
            for one in MEASURES.values()
        ]
        desk.answer(told)
        return
    rows = [(one.name, one.title, one.formula, " ".join(one.parameters)) for one in MEASURES.values()]
    desk.table(["Measure", "Title", "Formula", "Arguments"], rows)


def _show(desk: Desk, said: ReceiptSaid, rows: Sequence[RowSaid]) -> None:
    facts = {said.title: said.value, **({"Exactly": said.exact} if said.exact else {}), **dict(said.about)}
    facts |= {"Formula": said.formula, "Definition": said.definition, "Revision": f"r{said.revision}"}
    desk.facts({name: value for name, value in facts.items() if value})
    for warning in (*said.stale, *said.findings):
        desk.tell(f"! {warning}")
    if said.terms:
        terms = [
            ("−" if one.sign < 0 else "", one.words, one.stated, one.share, one.rate, one.exact or one.value)
            for one in said.terms
        ]
        desk.table(["", "Made of", "Stated", "Share", "Rate", "Counts"], terms, right=(2, 3, 4, 5))
    if rows:
        lines = [
            (
                f"{one.input}:{one.line}",
                " · ".join(value for _name, value in one.what[:4]),
                one.stated,
                one.share,
                one.exact or one.value,
            )
            for one in rows
        ]
        desk.table(["File and line", "What the row says", "Stated", "Share", "Counts"], lines, right=(2, 3, 4))


def _written(part: str) -> str:
    """An argument as it came from the shell, which has taken its quotes away: ``where=stage = pilot``."""
    name, sign, value = part.partition("=")
    if not sign or not value or not any(letter.isspace() or letter in '"\\' for letter in value) or " " in name:
        return part
    return f'{name}="' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
