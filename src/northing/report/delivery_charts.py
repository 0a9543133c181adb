"""One of DORA's five month by month, a line for each service; and the small line of a table's cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from babel.dates import format_date
from django.utils.translation import gettext as _

from northing.measure.address import Figure
from northing.measure.delivery.asked import value
from northing.measure.delivery.five import Five
from northing.portfolio.periods import Period

from . import delivery_told, words
from .charts import PALETTE, SHAPES, Chart, Json, Table, bold, frame

DAY = 86_400_000_000
WIDE, HIGH = 60, 16


@dataclass(frozen=True, slots=True)
class Months:
    """A service, its five in each month, and their addresses."""

    name: str
    told: Sequence[Five]
    figures: Sequence[Figure]


def months(name: str, periods: Sequence[Period], lines: Sequence[Months]) -> Chart:
    """*name*: one of the five. A month of too few stays empty, and its table says the counts."""
    names = [str(format_date(one.start, "MMM y", locale=words.locale())) for one in periods]
    title = _(delivery_told.TITLES[name])
    option = frame(legend=len(lines) > 1) | {
        "grid": {"left": 4, "right": 12, "top": 40 if len(lines) > 1 else 12, "bottom": 4, "outerBoundsMode": "same"},
        "xAxis": {
            "type": "category", "data": names, "axisTick": {"show": False},
            "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": "var(--line-strong)"}},
        },
        "yAxis": {
            "type": "value", "splitNumber": 4, "axisLabel": {"color": "var(--chart-axis)", **_axis(name)},
            "splitLine": {"lineStyle": {"color": "var(--chart-grid)"}},
        },
        "series": [_series(place, line, name, names) for place, line in enumerate(lines)],
    }  # fmt: skip
    rows = tuple(
        (month, *(delivery_told.shown(line.told[place], name) for line in lines)) for place, month in enumerate(names)
    )
    figures = tuple(
        tuple(line.figures[place] if value(line.told[place], name) is not None else None for line in lines)
        for place in range(len(names))
    )
    heads = (_("Month"), *(line.name for line in lines))
    said = _("%(title)s by month, a line for each service") % {"title": title}
    return Chart(title, said, option, Table(heads, rows, figures), height=260)


def _axis(name: str) -> Json:
    if name in ("fail_rate", "rework_rate"):
        return {"intl": {"style": "percent", "maximumFractionDigits": 0}}
    if name == "frequency":
        return {"short": words.shortening("")}
    return {"intl": {"style": "unit", "unit": "day", "maximumFractionDigits": 1}}


def _series(place: int, line: Months, name: str, months: Sequence[str]) -> Json:
    return {
        "type": "line", "name": line.name, "symbol": SHAPES[place % len(SHAPES)], "symbolSize": 8,
        "connectNulls": False, "itemStyle": {"color": PALETTE[place % len(PALETTE)]},
        "lineStyle": {"color": PALETTE[place % len(PALETTE)], "width": 2},
        "data": [_datum(line, name, month, told) for month, told in zip(months, line.told, strict=True)],
    }  # fmt: skip


def _datum(line: Months, name: str, month: str, told: Five) -> Json:
    number = value(told, name)
    if number is None:
        return {"value": None}
    shown, why = delivery_told.shown(told, name), delivery_told.stands_on(told, name)
    return {"value": _drawn(name, number), "tip": f"{bold(month)}\n{line.name}: {shown}\n{why}"}


def _drawn(name: str, number: Fraction) -> float:
    """Times in days, how often by week, rates as they are."""
    if name == "frequency":
        return round(float(number * 7), 2)
    return round(float(number / DAY), 3) if name in ("lead_time", "recovery") else float(number)


def small_line(values: Sequence[Fraction | None]) -> list[str]:
    """The pieces of a line of *values* in a box of 60 by 16, as points of polylines; a gap where there is none."""
    told = [one for one in values if one is not None]
    if len(told) < 2 or len(values) < 2:
        return []
    most, step = max(told), Fraction(WIDE, len(values) - 1)
    pieces: list[list[str]] = [[]]
    for place, one in enumerate(values):
        if one is None:
            pieces.append([])
            continue
        y = HIGH - 1 - (HIGH - 2) * (one / most if most else 0)
        pieces[-1].append(f"{float(place * step):.1f},{float(y):.1f}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]
