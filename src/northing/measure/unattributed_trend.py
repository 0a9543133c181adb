"""How much stays without an investment, month by month, beside all that is billed."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, periods_between

from .money import share_of
from .unattributed import MonthSums, Unattributed
from .view import View


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One period: claimed + unattributed = billed."""

    period: Period
    billed: Amounts
    unattributed: Amounts
    shadow_ai: Amounts
    """What of the unattributed is AI."""
    share: Decimal | None
    """Unattributed / billed, in the reader's currency; None where nothing is billed."""


def unattributed_trend(view: View, found: Unattributed) -> tuple[Point, ...]:
    """The fiscal months that the window of *found* touches, in order; a month counts with what of it is inside."""
    if found.window is None:
        return ()
    told = {month.start: month for month in found.months}
    nothing = MonthSums(start=found.window.start, billed=Amounts(), unattributed=Amounts(), shadow_ai=Amounts())
    points = []
    for period in periods_between(view.plan.calendar, found.window.start, found.window.end, "month"):
        month = told.get(max(period.start, found.window.start), nothing)
        points.append(
            Point(
                period=period,
                billed=month.billed,
                unattributed=month.unattributed,
                shadow_ai=month.shadow_ai,
                share=share_of(month.unattributed, month.billed, view.currency),
            )
        )
    return tuple(points)
