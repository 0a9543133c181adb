"""What of a scope's flow one asks for: its work, the days, the expectation that holds, and a few measures put together.

Pages, answers, commands and receipts take them from here, so that one number is one measure.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import msgspec
from msgspec import structs

from northing.measure.freshness import freshness
from northing.measure.view import View
from northing.portfolio.flow import FlowKind, ServiceLevelExpectation
from northing.portfolio.periods import Period

from .asked import Asked, Whose
from .expectation import Expected, expected
from .little import Little, little
from .policies import expectation_for
from .throughput import Limits, Throughput, limits, throughput
from .work import Work

USUAL = 90
BASELINE = 20
"""So many whole periods, the first ones, make the limits of a run chart; all where there are fewer."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run chart."""

    throughput: Throughput
    limits: Limits | None
    """None where fewer than two periods are whole."""

    @property
    def mean(self) -> Fraction | None:
        """Items delivered in a whole period, on average; None where none is whole."""
        whole = self.throughput.whole
        return Fraction(sum(one.delivered for one in whole), len(whole)) if whole else None


def usual_days(view: View) -> Period:
    """The days looked at where none are asked for: the last 90, today among them."""
    return Period(view.today - timedelta(days=USUAL - 1), view.today + timedelta(days=1))


def run(work: Work, window: Period, by: str = "week", told: date | None = None) -> Run:
    """Throughput with the limits of its first whole periods.

    *told*: the last day of which the sources have spoken. A period that ends later, or begins before there was any
    item, is not whole.
    """
    found = throughput(work, window, by)
    first = work.days.of(work.items[0].created) if work.items else window.end
    after = told + timedelta(days=1) if told is not None else window.end
    cut = (
        structs.replace(one, cut=one.cut or one.period.end > after or one.period.start < first) for one in found.periods
    )
    found = structs.replace(found, periods=tuple(cut))
    counts = [one.delivered for one in found.whole]
    return Run(throughput=found, limits=limits(counts, BASELINE) if len(counts) > 1 else None)


def run_of(view: View, found: Asked, window: Period, by: str = "week") -> Run:
    """The run chart of *found*, as far as the sources of its items have spoken."""
    sources = {one.source for one in found.work.items}
    days = [one.newest for one in freshness(view) if one.source in sources and one.newest is not None]
    return run(found.work, window, by, max(days, default=None))


def expectation_of(view: View, whose: Whose, kind: FlowKind | None = None) -> ServiceLevelExpectation | None:
    """The expectation that holds today for *whose*: of items of *kind*, else of all."""
    stream, team = whose.id if whose.level == "value_stream" else None, whose.id if whose.level == "team" else None
    if whose.level == "investment":
        stream = view.plan.investments[whose.id or ""].value_stream
    elif team is not None:
        stream = view.plan.teams[team].value_stream
    return expectation_for(view.plan, view.today, value_stream=stream, team=team, kind=kind)


def expectations(view: View, found: Asked, window: Period) -> list[Expected]:
    """What is expected of every item, then of those of a kind by itself, each beside what was."""
    every = {one.id: one for kind in (None, *FlowKind) if (one := expectation_of(view, found.whose, kind)) is not None}
    return [expected(found.work, window, one) for one in every.values()]


def balance(found: Asked, window: Period) -> Little | None:
    """Little's law in the days of *window*; None where they have not begun."""
    return little(found.work, window) if found.work.days.begins(window.start) < found.work.now else None
