"""What each period is made of: layers that stand on each other, with the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from northing.measure.address import Figure

from . import words
from .charts import Chart, Json, Table, bold, frame


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of every period; None where there is nothing."""

    name: str
    values: Sequence[Decimal | None]
    colour: str
    href: str = ""
    figures: Sequence[Figure | None] = ()
    """The address of each value."""


def layers(
    title: str, periods: Sequence[str], parts: Sequence[Layer], currency: str = "", *, says: str = "", first: str = "",
    height: int = 250,
) -> Chart:  # fmt: skip
    """Bars by period, each stacked from *parts*. *currency*: empty for plain numbers. *first*: head of the periods."""
    shown = [part for part in parts if any(part.values)]
    series: list[Json] = [
        {
            "type": "bar",
            "name": part.name,
            "stack": "parts",
            "barCategoryGap": "28%",
            "barMaxWidth": 44,
            "itemStyle": {"color": part.colour},
            "emphasis": {"focus": "series"},
            "data": [_bar(period, part, value, currency) for period, value in zip(periods, part.values, strict=True)],
        }
        for part in shown
    ]
    option = frame(legend=len(shown) > 1) | {
        "grid": {"left": 4, "right": 8, "top": 40 if len(shown) > 1 else 12, "bottom": 4, "outerBoundsMode": "same"},
        "xAxis": {
            "type": "category",
            "data": list(periods),
            "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": "var(--line-strong)"}},
        },
        "yAxis": {
            "type": "value",
            "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True, "short": words.shortening(currency)},
            "splitLine": {"lineStyle": {"color": "var(--chart-grid)"}},
            "splitNumber": 4,
        },
        "series": series,
    }
    rows = tuple(
        (period, *(_said(part.values[place], currency) for part in shown)) for place, period in enumerate(periods)
    )
    heads = (first or gettext("Period"), *(part.name for part in shown))
    figures = tuple(
        tuple(part.figures[place] if part.figures else None for part in shown) for place in range(len(periods))
    )
    return Chart(title, says or title, option, Table(heads, rows, figures), height=height)


def _bar(period: str, part: Layer, value: Decimal | None, currency: str) -> Json:
    if value is None:
        return {"value": None}
    told = words.amount(value, currency, short=True)
    return {"value": float(value), "tip": f"{bold(period)}\n{part.name}: {told}", "href": part.href}


def _said(value: Decimal | None, currency: str) -> str:
    return "" if value is None else words.amount(value.quantize(Decimal(1)), currency)
