"""What the address of the Flow page asks for beyond its days and policy: which items are listed, which bands drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from northing.measure.address import Figure, figure
from northing.measure.flow.work import Work
from northing.portfolio.periods import Period
from northing.web.frame.context import Page

from .state import State, read

SHORT, LONG = 35, 500
"""Up to so many days throughput is told by day, beyond so many by month."""


@dataclass(frozen=True)
class FlowState:
    base: State
    days: Period
    show: str
    """Which items the table lists; empty: what is in progress, the oldest first."""
    before: bool
    """Whether cumulative flow has what is not started yet on top."""
    by: str
    every: bool

    def query(self, **changes: Any) -> dict[str, Any]:
        """The part of an address that asks for this, with some of it changed."""
        own = {"before": "1" if self.before else None} | changes
        return self.base.query(**own)

    def figure(self, name: str, **args: Any) -> Figure:
        """Where a figure of these days is explained."""
        whose = self.base.whose
        level = whose.level if whose.id else None
        return figure(
            f"flow.{name}", level=level, id=whose.id, policy=self.base.policy or None, window=self.days, **args
        )  # fmt: skip

    def within(self, work: Work) -> FlowState:
        """The same from the first item on, where all there is was asked for."""
        if self.base.window.period is not None or not work.items:
            return self
        first = max(self.days.start, min(work.days.of(work.items[0].created), self.days.last))
        return _of(self.base, Period(first, self.days.end), self.show, self.before, self.every)


def _of(base: State, days: Period, show: str, before: bool, every: bool) -> FlowState:
    by = "day" if days.days <= SHORT else "week" if days.days <= LONG else "month"
    return FlowState(base, days, show, before, by, every)


def read_flow(page: Page) -> FlowState:
    asked = page.request.GET
    base = read(page.view, asked)
    before, every = asked.get("before") == "1", asked.get("all") == "1"
    return _of(base, base.days(page.view), asked.get("show", ""), before, every)
