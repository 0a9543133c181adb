"""Charts as ECharts option dicts, each with the same figures as a table.

An option is plain JSON, so that the same one is drawn in a browser and, later, on the server. Three things in
it are for whoever draws it (``<northing-chart>``):

- a colour ``var(--c1)`` names a token of the sheet of styles, so that a chart follows the theme;
- ``axisLabel.short`` (money and numbers as all pages shorten them: €500k) or ``axisLabel.intl`` (options of
  ``Intl.NumberFormat``) stands in place of a formatter function;
- ``tip`` on a datum is its tooltip in words, shown as rich text (a strict policy allows no HTML styled inline).

Positions are floats, because a pixel needs no more; every figure that a person reads is text made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from northing.measure.address import Figure

from . import words

PALETTE = tuple(f"var(--c{number})" for number in range(1, 9))
"""Eight hues that are told apart under colour blindness and in both themes; then they repeat, with other shapes."""

SHAPES = (
    "circle", "rect", "triangle", "diamond", "path://M0 0h12L6 11z", "path://M3 0h6l3 5-3 5h-6l-3-5z",
    "path://M4 0h4v4h4v4h-4v4h-4v-4h-4v-4h4z", "roundRect",
)  # fmt: skip

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart for those who read rather than look. Cells are words, ready to show."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[tuple[Figure | None, ...], ...] = ()
    """The addresses of the cells behind each row's first, where they have any."""

    @property
    def addressed(self) -> Iterator[tuple[str, list[tuple[str, Figure | None]]]]:
        """Each row: what it is called, and its cells with their addresses."""
        for place, (name, *cells) in enumerate(self.rows):
            figures = self.figures[place] if self.figures else (None,) * len(cells)
            yield name, list(zip(cells, figures, strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its table. ``words`` says in a sentence what the picture shows."""

    title: str
    words: str
    option: Json
    table: Table
    height: int = 320


@dataclass(frozen=True, slots=True)
class Axis:
    """What one axis measures: its name, and how its values are written."""

    name: str
    type: str = "value"
    """``value`` or ``time``."""
    currency: str | None = None
    percent: bool = False

    def option(self, **more: Any) -> Json:
        labels: Json = {"color": "var(--chart-axis)", "hideOverlap": True}
        if self.type == "value":
            labels |= (
                {"intl": {"style": "percent", "maximumFractionDigits": 0}}
                if self.percent
                else {"short": words.shortening(self.currency or "")}
            )
        return {
            "type": self.type,
            "name": self.name,
            "nameLocation": "middle",
            "nameTextStyle": {"color": "var(--ink-2)"},
            "axisLabel": labels,
            "axisLine": {"lineStyle": {"color": "var(--line-strong)"}},
            "splitLine": {"lineStyle": {"color": "var(--chart-grid)"}},
            **more,
        }


@dataclass(frozen=True, slots=True)
class Bubble:
    """One investment in a chart of a selection. Bubbles of one ``group`` share colour and shape."""

    name: str
    x: float | date
    y: float | date
    size: float | None
    group: str = ""
    href: str = ""
    cells: tuple[str, ...] = ()
    """Its row of the table: the words for x, y, size and group."""


def bubbles(
    title: str,
    points: Sequence[Bubble],
    *,
    x: Axis,
    y: Axis,
    columns: Sequence[str],
    words: str = "",
    looks: Mapping[str, tuple[str, str]] | None = None,
) -> Chart:
    """A selection as bubbles whose *area* grows with their size; a click goes to the investment.

    *columns* are the heads of the table: the name's, then those of ``Bubble.cells``. *looks*: group → colour and
    shape, for groups whose colour means something (health); the others take the palette's.
    """
    largest = max((point.size for point in points if point.size), default=0.0)
    groups = list(dict.fromkeys(point.group for point in points))
    series = []
    for number, group in enumerate(groups):
        colour, shape = (looks or {}).get(group, (PALETTE[number % 8], SHAPES[number % len(SHAPES)]))
        series.append(
            {
                "type": "scatter",
                "name": group,
                "symbol": shape,
                "itemStyle": {"color": colour, "opacity": 0.78, "borderColor": "var(--surface)"},
                "emphasis": {"focus": "series"},
                "data": [_bubble(point, largest, columns) for point in points if point.group == group],
            }
        )
    option = frame(legend=len(groups) > 1) | {
        "xAxis": x.option(nameGap=30, scale=True),
        "yAxis": y.option(nameGap=52, scale=True),
        "series": series,
        "dataZoom": [{"type": "inside", "filterMode": "none"}],
    }
    table = Table(tuple(columns), tuple((point.name, *point.cells) for point in points))
    return Chart(title, words or title, option, table, height=420)


def _bubble(point: Bubble, largest: float, columns: Sequence[str]) -> Json:
    share = (point.size / largest) ** 0.5 if point.size and largest else 0.0
    told = [f"{column}: {cell}" for column, cell in zip(columns[1:], point.cells, strict=False) if cell]
    return {
        "name": point.name,
        "value": [_position(point.x), _position(point.y)],
        "symbolSize": round(8 + 40 * share, 1),
        "href": point.href,
        "tip": "\n".join([bold(point.name), *told]),
    }


def _position(value: float | date) -> float | str:
    return value.isoformat() if isinstance(value, date) else float(value)


def bold(text: str) -> str:
    """*text* in the rich text of a tooltip, whose own signs it must not use."""
    return "{b|" + text.translate({ord("{"): "(", ord("}"): ")", ord("|"): "/"}) + "}"


def frame(*, legend: bool) -> Json:
    return {
        "animationDuration": 250,
        "textStyle": {"fontFamily": "var(--font)", "fontSize": 12},
        "color": list(PALETTE),
        "grid": {"left": 12, "right": 28, "top": 44 if legend else 16, "bottom": 16, "outerBoundsMode": "same"},
        "legend": {
            "show": legend,
            "top": 4,
            "left": 0,
            "type": "scroll",
            "itemWidth": 14,
            "itemHeight": 12,
            "itemGap": 16,
            "textStyle": {"color": "var(--ink-2)"},
        },
        "tooltip": {
            "renderMode": "richText",
            "confine": True,
            "backgroundColor": "var(--surface)",
            "borderColor": "var(--line-strong)",
            "textStyle": {"color": "var(--ink)", "fontSize": 12, "rich": {"b": {"fontWeight": "bold"}}},
        },
        "aria": {"enabled": False},
    }
