"""Money drawn: steps that lead from one amount to another, and what has come together over time.

Both show one currency, the reader's; what has no rate to it is said beside them. The table of each has every figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from northing.measure.address import Figure

from . import words
from .charts import Chart, Json, Table, bold, frame

LABEL = {"color": "var(--ink)", "fontSize": 12, "fontWeight": 600}


@dataclass(frozen=True, slots=True)
class Stair:
    """One step: a bar from *start* to *end*. A *total* stands on the ground and is what the steps come to."""

    title: str
    start: Decimal
    end: Decimal
    colour: str
    note: str = ""
    total: bool = False
    href: str = ""
    figure: Figure | None = None

    @property
    def amount(self) -> Decimal:
        return self.end - self.start


def stairs(
    title: str, steps: Sequence[Stair], currency: str, *, says: str = "", signed: bool = False, near: bool = False
) -> Chart:
    """A waterfall, read downwards: names have room beside it. *signed*: steps are written with their sign.

    *near*: where the steps are small beside what they lead from, the axis begins near them (:func:`ground_of`).
    """
    ground = ground_of(steps) if near else Decimal(0)
    told = [_told(step, currency, signed) for step in steps]
    parts = [_parts(step.start, step.end) for step in steps]
    series: list[Json] = [
        _stack("ground", [float(ground) for ground, _, _ in parts], {"color": "transparent"}, silent=True),
        _stack(
            "above", [_bar(step, above, text) for step, (_, above, _), text in zip(steps, parts, told, strict=True)]
        ),
        _stack(
            "below", [_bar(step, below, text) for step, (_, _, below), text in zip(steps, parts, told, strict=True)]
        ),
        _labels([(float(max(step.start, step.end)), text) for step, text in zip(steps, told, strict=True)]),
    ]
    option = frame(legend=False) | {
        "grid": {"left": 4, "right": 64, "top": 4, "bottom": 4, "outerBoundsMode": "same"},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [step.title for step in steps],
            "axisLabel": {"color": "var(--ink)", "interval": 0, "width": 132, "overflow": "break", "lineHeight": 15},
            "axisTick": {"show": False},
            "axisLine": {"show": False},
        },
        "xAxis": _amounts(currency) | ({"min": float(ground), "axisLabel": {"show": False}} if ground else {}),
        "series": series,
    }
    rows = tuple(
        (step.title, words.amount(step.amount, currency, signed=signed and not step.total), step.note) for step in steps
    )
    heads = (gettext("Step"), gettext("Amount"), gettext("What it is"))
    figures = tuple((step.figure, None) for step in steps)
    return Chart(title, says or title, option, Table(heads, rows, figures), height=44 + 38 * len(steps))


def ground_of(steps: Sequence[Stair]) -> Decimal:
    """Where the axis begins so that small steps can be seen: a round amount below them; zero where they are large."""
    places = [place for step in steps for place in ((step.end,) if step.total else (step.start, step.end))]
    low, high = min(places, default=Decimal(0)), max(places, default=Decimal(0))
    if low <= 0 or high == low or (high - low) > high / 4:
        return Decimal(0)
    room = (high - low) * Decimal("0.8")
    unit = Decimal(10) ** room.adjusted()
    return max(Decimal(0), (low - room) // unit * unit)


def _labels(places: Sequence[tuple[float, str]]) -> Json:
    """The amount of each step, written behind its bar: points too small to see."""
    return {
        "type": "scatter",
        "silent": True,
        "symbolSize": 0.1,
        "data": [
            {"value": [behind, place], "label": {"formatter": text.replace("{", "(")}}
            for place, (behind, text) in enumerate(places)
        ],
        "label": {"show": True, "position": "right", "distance": 5, **LABEL},
        "tooltip": {"show": False},
    }


def _told(step: Stair, currency: str, signed: bool) -> str:
    return words.amount(step.amount, currency, short=True, signed=signed and not step.total)


def _parts(start: Decimal, end: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """What is transparent, and what is drawn above and below zero."""
    low, high = min(start, end), max(start, end)
    if low >= 0:
        return low, high - low, Decimal(0)
    if high <= 0:
        return high, Decimal(0), low - high
    return Decimal(0), high, low


def _stack(name: str, data: Sequence[object], style: Json | None = None, *, silent: bool = False) -> Json:
    made: Json = {"type": "bar", "name": name, "stack": "steps", "barCategoryGap": "34%", "data": list(data)}
    if silent:
        made |= {"silent": True, "tooltip": {"show": False}}
    return made | ({"itemStyle": style} if style else {})


def _bar(step: Stair, size: Decimal, told: str) -> Json:
    return {
        "value": float(size),
        "name": step.title,
        "href": step.href,
        "itemStyle": {"color": step.colour, "borderRadius": 2},
        "tip": "\n".join(part for part in (bold(step.title), told, step.note) if part),
    }


@dataclass(frozen=True, slots=True)
class Curve:
    """One line over the periods; None where there is nothing to show."""

    name: str
    values: Sequence[Decimal | None]
    colour: str
    dashed: bool = False
    filled: bool = False
    stepped: bool = False
    width: float = 2
    figures: Sequence[Figure | None] = ()
    """The address of each value."""


def curves(
    title: str, periods: Sequence[str], lines: Sequence[Curve], currency: str, *, mark: tuple[str, str] | None = None,
    says: str = "",
) -> Chart:  # fmt: skip
    """Lines over periods. *mark*: the period at whose end a line stands, and what it says."""
    shown = [line for line in lines if any(value is not None for value in line.values)]
    series = []
    for line in shown:
        one: Json = {
            "type": "line",
            "name": line.name,
            "data": [_point(periods, place, line, currency) for place in range(len(periods))],
            "symbol": "circle",
            "symbolSize": 5,
            "showSymbol": len(periods) <= 13,
            "connectNulls": False,
            "itemStyle": {"color": line.colour},
            "lineStyle": {"width": line.width, "type": "dashed" if line.dashed else "solid", "color": line.colour},
            "emphasis": {"focus": "series"},
        }
        if line.stepped:
            one |= {"step": "middle", "showSymbol": False}
        if line.filled:
            one["areaStyle"] = {"color": line.colour, "opacity": 0.12}
        series.append(one)
    if mark and series:
        series[0]["markLine"] = _mark(list(periods), *mark)
    option = frame(legend=True) | {
        "grid": {"left": 8, "right": 16, "top": 56 if mark else 40, "bottom": 8, "outerBoundsMode": "same"},
        "xAxis": {
            "type": "category",
            "boundaryGap": False,
            "data": list(periods),
            "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": "var(--line-strong)"}},
        },
        "yAxis": _amounts(currency),
        "series": series,
    }
    heads = (gettext("Until the end of"), *(line.name for line in shown))
    rows = tuple(
        (
            period,
            *(
                "" if (at := line.values[place]) is None else words.amount(at.quantize(Decimal(1)), currency)
                for line in shown
            ),
        )
        for place, period in enumerate(periods)
    )
    figures = tuple(
        tuple(line.figures[place] if line.figures else None for line in shown) for place in range(len(periods))
    )
    return Chart(title, says or title, option, Table(heads, rows, figures), height=270)


def _mark(periods: list[str], at: str, text: str) -> Json:
    """A line across the periods; what it says leans away from the edge that is near."""
    place = periods.index(at) / max(1, len(periods) - 1) if at in periods else 0.5
    align = "left" if place < 0.15 else "right" if place > 0.85 else "center"
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": "var(--ink-3)", "type": "solid", "width": 1},
        "label": {
            "formatter": text.replace("{", "("), "position": "end", "distance": 4, "align": align,
            "color": "var(--ink-2)", "fontSize": 11,
        },
        "data": [{"xAxis": at}],
    }  # fmt: skip


def _point(periods: Sequence[str], place: int, line: Curve, currency: str) -> Json:
    value = line.values[place]
    if value is None:
        return {"value": None}
    return {
        "value": float(value),
        "tip": f"{bold(periods[place])}\n{line.name}: {words.amount(value, currency, short=True)}",
    }


def _amounts(currency: str) -> Json:
    return {
        "type": "value",
        "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True, "short": words.shortening(currency)},
        "splitLine": {"lineStyle": {"color": "var(--chart-grid)"}},
        "splitNumber": 4,
    }
