"""The selection as bubbles: two columns span the plane, a third is the size, a fourth the colour."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.translation import gettext as _

from northing.measure.cells import Column, column, possible_columns
from northing.measure.table import ask
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.report import words
from northing.report.charts import Axis, Bubble, Chart, bubbles

if TYPE_CHECKING:
    from northing.web.frame.context import Page

    from .grid import Grid

HEALTH = {
    "green": ("var(--health-green)", "circle"),
    "amber_green": ("var(--health-amber-green)", "roundRect"),
    "amber": ("var(--health-amber)", "triangle"),
    "amber_red": ("var(--health-amber-red)", "path://M0 0h12L6 11z"),
    "red": ("var(--health-red)", "rect"),
}
"""A rating keeps its own colour, and a shape near the one that it has in the grid."""

MOST = 1500
"""Bubbles that a person can still tell apart; the table beside them holds all."""

USUAL = {
    "x": ("end", "next_milestone", "start"),
    "y": ("planned", "whole_life_cost"),
    "size": ("planned", "whole_life_cost"),
    "colour": ("stage", "portfolio"),
}


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The chart, what was left out of it, and the choices of its four columns."""

    chart: Chart
    left_out: int
    """Investments without a value on one of the axes."""
    cut: int
    """Investments beyond the most that are drawn."""
    currency: str
    choices: dict[str, list[tuple[str, str]]]
    chosen: dict[str, str]

    @property
    def option(self) -> str:
        return msgspec.json.encode(self.chart.option).decode()


class Chosen(msgspec.Struct, frozen=True):
    """The four columns that the picture shows."""

    x: Column
    y: Column
    size: Column
    colour: Column

    @property
    def named(self) -> dict[str, Column]:
        return {name: getattr(self, name) for name in USUAL}


def picture(page: Page, grid: Grid) -> Picture:
    """The chart of what the grid shows. Money of other currencies than the commonest is left out, and said."""
    within = _possible(page)
    chosen = Chosen(**{name: _pick(page, getattr(grid.state, name), USUAL[name], within[name]) for name in USUAL})
    columns = ["name", *(one.key for one in chosen.named.values())]
    answer = ask(page.view, "investment", columns=columns, among=[row.id for row in grid.answer.rows])
    rows = [(row.id, *row.cells) for row in answer.rows]
    currency = _commonest(rows)
    looks = _looks(chosen.colour)
    points = [point for row in rows if (point := _point(page, grid, chosen, currency, row)) is not None]
    points.sort(key=lambda point: -(point.size or 0.0))
    heads = {name: words.heading(one) for name, one in chosen.named.items()}
    said = _("%(n)s investments; the larger the bubble, the more %(size)s; colour and shape say the %(colour)s.") % {
        "n": min(len(points), MOST), "size": heads["size"].lower(), "colour": heads["colour"].lower()
    }  # fmt: skip
    return Picture(
        chart=bubbles(
            _("%(y)s over %(x)s") % heads,
            _in_order(points[:MOST], chosen.colour),
            x=_axis(chosen.x, currency),
            y=_axis(chosen.y, currency),
            columns=[_("Name"), *heads.values()],
            words=said,
            looks=looks,
        ),
        left_out=len(rows) - len(points),
        cut=max(0, len(points) - MOST),
        currency=currency,
        choices={name: [(one.key, words.heading(one)) for one in found] for name, found in within.items()},
        chosen={name: one.key for name, one in chosen.named.items()},
    )


def _possible(page: Page) -> dict[str, list[Column]]:
    """What each of the four may show."""
    possible = [one for one in possible_columns(page.view, "investment") if not one.many]
    scales = [one for one in possible if one.type in ("money", "number", "integer", "date")]
    return {
        "x": scales,
        "y": scales,
        "size": [one for one in scales if one.type != "date"],
        "colour": [one for one in possible if one.type in ("choice", "reference") and one.key != "id"],
    }


def _without(colour: Column) -> str:
    """The group of those that have no value to be coloured by."""
    if colour.key == "health":
        return _("Not reported")
    return _("No %(what)s") % {"what": words.heading(colour).lower()}


def _looks(colour: Column) -> dict[str, tuple[str, str]]:
    """Group → colour and shape, where these mean something."""
    if colour.key != "health":
        return {}
    known = {words.label(rating, "health"): look for rating, look in HEALTH.items()}
    return {**known, _without(colour): ("var(--control-line)", "diamond")}


def _point(page: Page, grid: Grid, chosen: Chosen, currency: str, row: tuple[Any, ...]) -> Bubble | None:
    """One investment; None where it has no value on one of the axes."""
    id, name, *cells = row
    x, y, size, _colour = cells
    across, above, large = (_position(value, currency) for value in (x, y, size))
    if across is None or above is None:
        return None
    said = tuple(words.cell(page.view, one, cell) for one, cell in zip(chosen.named.values(), cells, strict=True))
    area = large if isinstance(large, float) else None
    return Bubble(str(name), across, above, area, said[-1] or _without(chosen.colour), grid.link(id), said)


def _in_order(points: list[Bubble], colour: Column) -> list[Bubble]:
    """By group, as the column orders its choices; within a group the largest first."""
    order = [words.label(choice, colour.word.name) for choice in colour.choices]
    return sorted(
        points, key=lambda point: (order.index(point.group) if point.group in order else len(order), point.group)
    )


def _pick(page: Page, asked: str, usual: tuple[str, ...], within: list[Column]) -> Column:
    for spec in (asked, *usual):
        if not spec:
            continue
        try:
            found = column(page.view, "investment", spec)
        except Invalid:
            continue
        if any(found.key == one.key for one in within):
            return found
    return within[0]


def _axis(one: Column, currency: str) -> Axis:
    return Axis(
        words.heading(one),
        "time" if one.type == "date" else "value",
        currency or None if one.type == "money" else None,
        one.unit == "%",
    )


def _position(value: Any, currency: str) -> float | date | None:
    if isinstance(value, Amounts):
        amount = value.by_currency.get(currency)
        return None if amount is None else float(amount)
    if isinstance(value, date):
        return value
    return float(value) if isinstance(value, int | float | Decimal) else None


def _commonest(rows: list[tuple[Any, ...]]) -> str:
    seen: dict[str, int] = {}
    for row in rows:
        for value in row:
            if isinstance(value, Amounts):
                for code in value.by_currency:
                    seen[code] = seen.get(code, 0) + 1
    return max(seen, key=lambda code: (seen[code], code), default="")
