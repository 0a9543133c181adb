"""Charts as ECharts option dicts, each with the same figures as a table.

An option is plain JSON, so that the same one is drawn in a browser and, later, on the server. Three things in
it are for whoever draws it (``<northing-chart>``):

- a colour ``var(--c1)`` names a token of the sheet of styles, so that a chart follows the theme;
- ``axisLabel.intl`` holds options of ``Intl.NumberFormat`` in place of a formatter function;
- ``tip`` on a datum is its tooltip in words, shown as rich text (a strict policy allows no HTML styled inline).

Positions are floats, because a pixel needs no more; every figure that a person reads is text made elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

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
        intl: Json = {"notation": "compact", "maximumFractionDigits": 1}
        if self.currency:
            intl |= {"style": "currency", "currency": self.currency}
        if self.percent:
            intl = {"style": "percent", "maximumFractionDigits": 0}
        labels: Json = {"color": "var(--chart-axis)", "hideOverlap": True}
        if self.type == "value":
            labels["intl"] = intl
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
    option = _frame(legend=len(groups) > 1) | {
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
        "tip": "\n".join([_bold(point.name), *told]),
    }


def _position(value: float | date) -> float | str:
    return value.isoformat() if isinstance(value, date) else float(value)


@dataclass(frozen=True, slots=True)
class PeriodMoney:
    """Planned money of one period: its parts, and the range around their sum, each also in words."""

    period: str
    parts: dict[str, Decimal]
    low: Decimal | None = None
    high: Decimal | None = None
    words: dict[str, str] = field(default_factory=dict)
    """Part → its amount as a person reads it; under "" the total, under "range" the range."""


def money_by_period(
    title: str,
    periods: Sequence[PeriodMoney],
    *,
    currency: str,
    heads: tuple[str, str, str],
    words: str = "",
) -> Chart:
    """Planned money of each period, its parts stacked, with the low–high range as a line through the top.

    One chart holds one currency: there is no sum without a rate. *heads* name the columns period, total, range.
    """
    parts = list(dict.fromkeys(part for period in periods for part in period.parts))
    series: list[Json] = [
        {
            "type": "bar",
            "name": part,
            "stack": "money",
            "barMaxWidth": 44,
            "itemStyle": {"color": PALETTE[number % 8]},
            "data": [
                {"value": float(period.parts.get(part, 0)), "tip": _money_tip(period, parts, heads)}
                for period in periods
            ],
        }
        for number, part in enumerate(parts)
    ]
    if any(period.low is not None and period.high is not None for period in periods):
        series += _range(periods, heads[2])
    frame = _frame(legend=len(parts) > 1)
    frame["legend"]["data"] = [one["name"] for one in series if not one["name"].endswith(" ")]
    option = frame | {
        "xAxis": {
            "type": "category",
            "data": [period.period for period in periods],
            "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": "var(--line-strong)"}},
        },
        "yAxis": Axis("", currency=currency or None).option(nameGap=52),
        "series": series,
    }
    rows = tuple(
        (
            period.period,
            *(period.words.get(part, "") for part in parts),
            period.words.get("", ""),
            period.words.get("range", ""),
        )
        for period in periods
    )
    return Chart(title, words or title, option, Table((heads[0], *parts, heads[1], heads[2]), rows))


def _range(periods: Sequence[PeriodMoney], name: str) -> list[Json]:
    """The range as two steps of one stack: an unseen one up to low, and a veil from low to high."""
    low = [None if period.low is None else float(period.low) for period in periods]
    wide = [
        None if period.low is None or period.high is None else float(period.high - period.low) for period in periods
    ]
    line: Json = {"type": "line", "stack": "range", "step": "middle", "symbol": "none", "silent": True, "z": 4}
    unseen = {"lineStyle": {"opacity": 0}, "areaStyle": {"opacity": 0}}
    veil = {"color": "var(--ink)", "opacity": 0.12}
    return [
        {**line, **unseen, "name": f"{name} ", "data": low},
        {
            **line,
            "name": name,
            "lineStyle": {"opacity": 0},
            "itemStyle": {"color": "var(--ink-3)"},
            "areaStyle": veil,
            "data": wide,
        },
    ]


def _money_tip(period: PeriodMoney, parts: Sequence[str], heads: tuple[str, str, str]) -> str:
    told = [f"{part}: {period.words[part]}" for part in parts if period.words.get(part)]
    if period.words.get(""):
        told.append(f"{heads[1]}: {period.words['']}")
    if period.words.get("range"):
        told.append(f"{heads[2]}: {period.words['range']}")
    return "\n".join([_bold(period.period), *told])


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something; ``stage`` colours it as the roadmap does."""

    name: str
    count: int
    href: str = ""
    stage: str | None = None


def counts(title: str, items: Sequence[Count], *, heads: tuple[str, str], words: str = "") -> Chart:
    """How many of each, as level bars in the order given: stages in the order of a life."""
    data = []
    for item in items:
        colour = f"var(--stage-{item.stage.replace('_', '-')}-line)" if item.stage else PALETTE[0]
        tip = f"{_bold(item.name)}\n{heads[1]}: {item.count}"
        data.append({"value": item.count, "href": item.href, "tip": tip, "itemStyle": {"color": colour}})
    option = _frame(legend=False) | {
        "xAxis": Axis("").option(minInterval=1),
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [item.name for item in items],
            "axisLabel": {"color": "var(--ink-2)"},
            "axisTick": {"show": False},
            "axisLine": {"show": False},
        },
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 18,
                "data": data,
                "label": {"show": True, "position": "right", "color": "var(--ink-2)"},
            }
        ],
    }
    table = Table(heads, tuple((item.name, str(item.count)) for item in items))
    return Chart(title, words or title, option, table, height=60 + 28 * len(items))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a key result has come from its baseline (0) to its target (1); not clipped; None where unknown."""

    name: str
    share: float | None
    words: str = ""
    """Baseline, current value and target as a person reads them."""
    href: str = ""


def progress(title: str, items: Sequence[Progress], *, heads: tuple[str, str, str], words: str = "") -> Chart:
    """Progress of key results against a line at the target; what went backwards points left."""
    data = []
    for item in items:
        share = item.share
        colour = "var(--good)" if share is not None and share >= 1 else "var(--bad)" if (share or 0) < 0 else PALETTE[0]
        data.append(
            {
                "value": share,
                "href": item.href,
                "tip": f"{_bold(item.name)}\n{_percent(share)}\n{item.words}".rstrip(),
                "itemStyle": {"color": colour},
            }
        )
    target = {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": "var(--ink-3)", "type": "dashed"},
        "label": {"show": False},
        "data": [{"xAxis": 1}],
    }
    option = _frame(legend=False) | {
        "xAxis": Axis("", percent=True).option(max=max([1.0, *(item.share or 0 for item in items)])),
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [item.name for item in items],
            "axisLabel": {"color": "var(--ink-2)", "width": 220, "overflow": "truncate"},
            "axisTick": {"show": False},
            "axisLine": {"show": False},
        },
        "series": [{"type": "bar", "barMaxWidth": 16, "data": data, "markLine": target}],
    }
    table = Table(heads, tuple((item.name, _percent(item.share), item.words) for item in items))
    return Chart(title, words or title, option, table, height=60 + 28 * len(items))


def _bold(text: str) -> str:
    """*text* in the rich text of a tooltip, whose own signs it must not use."""
    return "{b|" + text.translate({ord("{"): "(", ord("}"): ")", ord("|"): "/"}) + "}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _frame(*, legend: bool) -> Json:
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
