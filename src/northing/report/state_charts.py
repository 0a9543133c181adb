"""Days per finished item in each state, period by period, stacked: where the time went, and when that changed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from northing.measure.address import Figure

from . import words
from .charts import PALETTE, Chart, Table, bold, frame
from .states_told import days_said


class StateBars(msgspec.Struct, frozen=True, kw_only=True):
    """One state over the periods: exact days for the bar, microseconds' words in its tip and table."""

    name: str
    colour: str
    means: Sequence[Any]
    """Microseconds per item, as fractions; None where nothing finished or was in it."""
    figures: Sequence[Figure | None]


def colour_of(phase: str | None, place: int) -> str:
    """States have the hues of the palette in their order, unknown ones its last; before and after work is grey."""
    if phase is None:
        return PALETTE[-1]
    return "var(--ink-3)" if phase in ("backlog", "done", "discarded") else PALETTE[place % (len(PALETTE) - 1)]


def state_bars(
    title: str, says: str, periods: Sequence[str], parts: Sequence[StateBars], totals: Sequence[str],
    mark: tuple[str, str] | None,
) -> Chart:  # fmt: skip
    """*totals*: words for each period's whole; *mark*: the period in which something happened, and what."""
    series: list[dict[str, Any]] = [
        {
            "type": "bar", "name": part.name, "stack": "states", "barCategoryGap": "28%", "barMaxWidth": 52,
            "itemStyle": {"color": part.colour}, "emphasis": {"focus": "series"},
            "data": [_bar(period, part, mean) for period, mean in zip(periods, part.means, strict=True)],
        }
        for part in parts
    ]  # fmt: skip
    if mark is not None and series:
        series[0]["markLine"] = _mark(list(periods), *mark)
    option = frame(legend=True) | {
        "grid": {"left": 4, "right": 8, "top": 62 if mark else 40, "bottom": 4, "outerBoundsMode": "same"},
        "xAxis": {
            "type": "category", "data": list(periods), "axisTick": {"show": False},
            "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": "var(--line-strong)"}},
        },
        "yAxis": {
            "type": "value", "splitNumber": 4, "splitLine": {"lineStyle": {"color": "var(--chart-grid)"}},
            "axisLabel": {"color": "var(--chart-axis)", "hideOverlap": True, "short": words.shortening("")},
        },
        "series": series,
    }  # fmt: skip
    rows = tuple(
        (period, totals[at], *(days_said(part.means[at]) for part in parts)) for at, period in enumerate(periods)
    )
    figures = tuple((None, *(part.figures[at] for part in parts)) for at in range(len(periods)))
    heads = (_("Finished in"), _("From start to finish"), *(part.name for part in parts))
    return Chart(title, says, option, Table(heads, rows, figures), height=300)


def _bar(period: str, part: StateBars, mean: Any) -> dict[str, Any]:
    if mean is None:
        return {"value": None}
    days = Decimal(mean.numerator) / mean.denominator / 86_400_000_000
    return {"value": float(days), "tip": f"{bold(period)}\n{part.name}: {days_said(mean)}"}


def _mark(periods: list[str], at: str, text: str) -> dict[str, Any]:
    """A line at the period in which something happened."""
    place = periods.index(at) / max(1, len(periods) - 1) if at in periods else 0.5
    return {
        "silent": True, "symbol": "none", "lineStyle": {"color": "var(--ink)", "type": "dashed", "width": 1.5},
        "label": {
            "formatter": text.replace("{", "("), "position": "end", "distance": 4,
            "align": "left" if place < 0.3 else "right" if place > 0.7 else "center",
            "color": "var(--ink)", "fontSize": 11,
        },
        "data": [{"xAxis": at}],
    }  # fmt: skip
