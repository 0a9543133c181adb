"""The addresses of the figures of the Money page."""

from __future__ import annotations

from datetime import date

from northing.measure.address import Figure, figure
from northing.measure.levels import Scope
from northing.portfolio.periods import Period
from northing.web.frame.amounts import NOTHING, Cell, cell, own, period_words, short, whole
from northing.web.frame.context import Page

from .state import State

__all__ = ["NOTHING", "Addresses", "Cell", "cell", "own", "period_words", "short", "whole"]


class Addresses:
    """The addresses of the figures of one page: all of them name the level, the basis and the currency."""

    def __init__(self, page: Page, state: State) -> None:
        self.page = page
        self.basis = "" if state.basis == "billed" else state.basis
        self.currency = "" if page.currency == page.workspace.currency else page.currency

    def of(self, name: str, scope: Scope, window: Period | None = None, expense: str | None = None) -> Figure:
        """``money.<name>`` of *scope*; in the window where one is given, else of all time."""
        return figure(
            f"money.{name}",
            level=scope.level,
            id=scope.id,
            window=window,
            basis=self.basis,
            currency=self.currency,
            expense=expense,
        )

    def funding(self, name: str, scope: Scope) -> Figure:
        """A step of the funding waterfall."""
        return figure(f"funding.{name}", level=scope.level, id=scope.id, currency=self.currency)

    def burnt(self, name: str, scope: Scope, until: date) -> Figure:
        """What has come together up to a day: ``burn.actual``, ``burn.forecast``, ``money.plan``, ``money.budget``."""
        of = "burn" if name in ("actual", "forecast") else "money"
        return figure(f"{of}.{name}", level=scope.level, id=scope.id, until=until, currency=self.currency)

    def closing(self, name: str, period: Period) -> Figure:
        """What *period* comes to, closed as it is proposed."""
        return figure(f"close.{name}", window=period, currency=self.currency)

    def bridge(self, name: str, scope: Scope, before: str) -> Figure:
        """A step from an earlier forecast."""
        return figure(f"bridge.{name}", level=scope.level, id=scope.id, before=before, currency=self.currency)

    def href(self, of: Figure) -> str:
        at = f"&{self.page.query_at}" if self.page.query_at else ""
        return f"{self.page.home}why?{of.query()}{at}"
