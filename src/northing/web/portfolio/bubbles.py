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


def picture(page: Page, grid: Grid) -> Picture:
    """The chart of what the grid shows. Money of other currencies than the commonest is left out, and said."""
    view = page.view
    possible = [one for one in possible_columns(view, "investment") if not one.many]
    scales = [one for one in possible if one.type in ("money", "number", "integer", "date")]
    sizes = [one for one in scales if one.type != "date"]
    hues = [one for one in possible if one.type in ("choice", "reference") and one.key != "id"]
    chosen = {
        name: _pick(page, getattr(grid.state, name), USUAL[name], within)
        for name, within in (("x", scales), ("y", scales), ("size", sizes), ("colour", hues))
    }
    x, y, size, colour = (chosen[name] for name in ("x", "y", "size", "colour"))
    ids = [row.id for row in grid.answer.rows]
    answer = ask(view, "investment", columns=["name", x.key, y.key, size.key, colour.key], among=ids)
    rows = [(row.id, *row.cells) for row in answer.rows]
    currency = _commonest(rows)
    rated = colour.key == "health"
    without = _("Not reported") if rated else _("No %(what)s") % {"what": words.heading(colour).lower()}
    looks = {words.label(rating, "health"): look for rating, look in HEALTH.items()} if rated else {}
    if rated:
        looks[without] = ("var(--control-line)", "diamond")
    points: list[Bubble] = []
    left_out = 0
    for id, name, at, up, area, hue in rows:
        across, above = _position(at, currency), _position(up, currency)
        if across is None or above is None:
            left_out += 1
            continue
        large = _position(area, currency)
        cells = (
            words.cell(view, x, at),
            words.cell(view, y, up),
            words.cell(view, size, area),
            words.cell(view, colour, hue),
        )
        group = words.cell(view, colour, hue) or without
        points.append(
            Bubble(
                str(name),
                across,
                above,
                float(large) if isinstance(large, float) else None,
                group,
                grid.link(id),
                cells,
            )
        )
    order = [words.label(choice, colour.word.name) for choice in colour.choices]
    rank = {
        group: (order.index(group) if group in order else len(order), group)
        for group in {point.group for point in points}
    }
    points.sort(key=lambda point: -(point.size or 0.0))
    drawn = sorted(points[:MOST], key=lambda point: rank[point.group])
    heads = [_("Name"), *(words.heading(one) for one in (x, y, size, colour))]
    title = _("%(y)s over %(x)s") % {"y": words.heading(y), "x": words.heading(x)}
    said = _("%(n)s investments; the larger the bubble, the more %(size)s; colour and shape say the %(colour)s.") % {
        "n": min(len(points), MOST), "size": words.heading(size).lower(), "colour": words.heading(colour).lower()
    }  # fmt: skip
    return Picture(
        chart=bubbles(title, drawn, x=_axis(x, currency), y=_axis(y, currency), columns=heads, words=said, looks=looks),
        left_out=left_out,
        cut=max(0, len(points) - MOST),
        currency=currency,
        choices={
            name: [(one.key, words.heading(one)) for one in within]
            for name, within in (("x", scales), ("y", scales), ("size", sizes), ("colour", hues))
        },
        chosen={name: one.key for name, one in chosen.items()},
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
