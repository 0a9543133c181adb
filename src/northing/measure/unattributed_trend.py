"""How much stays without an investment, period by period, beside all that is billed."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, periods_between

from .cost_rows import Asker, Purses, kept
from .money import Unit, share_of
from .money_sums import check_basis
from .unattributed import TELLING, is_ai
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


def unattributed_trend(
    view: View, *, window: Period | None = None, unit: Unit = "month", where: str = "", basis: str = "billed"
) -> tuple[Point, ...]:
    """The fiscal periods that *window* touches, in order (None: as far as there are facts); a period is cut to it."""
    check_basis(basis)
    found: tuple[Point, ...] = kept(
        view, ("unattributed trend", window, unit, where, basis), lambda: _trend(view, window, unit, where, basis)
    )
    return found


def _trend(view: View, window: Period | None, unit: Unit, where: str, basis: str) -> tuple[Point, ...]:
    asker = Asker(view, window=window)
    if asker.window is None:
        return ()
    sums = Purses()
    for line in asker.cost(TELLING, basis=basis, where=where, starts=asker.starts(unit)):
        sums.put(("billed", line.start), line)
        if line.investment is None:
            sums.put(("unattributed", line.start), line)
            if is_ai(*line.by):
                sums.put(("ai", line.start), line)
    first, end = asker.window.start, asker.window.end
    points = []
    for period in periods_between(view.plan.calendar, first, end, unit):
        start = max(period.start, first)
        billed, open_ = (Amounts(sums.told.get((name, start))) for name in ("billed", "unattributed"))
        points.append(
            Point(
                period=period,
                billed=billed,
                unattributed=open_,
                shadow_ai=Amounts(sums.told.get(("ai", start))),
                share=share_of(open_, billed, view.currency),
            )
        )
    return tuple(points)
