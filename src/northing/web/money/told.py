"""One amount of the page: as it is read, exactly, and where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from northing.measure.address import Figure, figure
from northing.measure.levels import Scope
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.report import words
from northing.web.frame.context import Page
from northing.web.frame.words import month_year

from .state import State

ONE = Decimal(1)


@dataclass(frozen=True)
class Cell:
    """Rounded to whole units to be read; ``exact`` says it to the last decimal. Empty where there is nothing."""

    text: str = ""
    beside: str = ""
    """What has no rate to the reader's currency, in its own."""
    exact: str = ""
    figure: Figure | None = None
    tone: str = ""


NOTHING = Cell()


def cell(amounts: Amounts, currency: str, figure: Figure | None = None, *, signed: bool = False) -> Cell:
    """*amounts* in *currency* without its sign, as columns of a table are; the head of the table names it."""
    if not amounts:
        return NOTHING
    own = amounts.by_currency.get(currency)
    other = {code: amount for code, amount in amounts.by_currency.items() if code != currency and amount}
    if own is None and not other:
        return NOTHING
    text = "" if own is None else whole(own, signed=signed)
    tone = "bad" if signed and own is not None and own <= -ONE else ""
    beside = " + ".join(words.amount(amount.quantize(ONE), code, signed=signed) for code, amount in other.items())
    return Cell(text, beside, words.money(amounts), figure, tone)


def whole(amount: Decimal, *, signed: bool = False) -> str:
    """1,250: in whole units, with a plus where it is asked for."""
    rounded = amount.quantize(ONE, rounding=ROUND_HALF_EVEN)
    plus = "+" if signed and rounded > 0 else ""
    return plus + words.number(rounded if rounded else abs(rounded), 0)


def short(amounts: Amounts, *, signed: bool = False) -> str:
    """€1.2m, with what is in other currencies beside it; a dash where there is nothing."""
    if not amounts:
        return "–"
    found = {code: amount for code, amount in amounts.by_currency.items() if amount or len(amounts.by_currency) == 1}
    return " + ".join(words.amount(amount, code, short=True, signed=signed) for code, amount in found.items()) or "0"


def own(amounts: Amounts, page: Page) -> Decimal:
    """The part in the reader's currency; zero where there is none."""
    return amounts.by_currency.get(page.currency, Decimal(0))


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

    def funding(self, name: str, scope: Scope) -> str:
        """Where a step of the funding waterfall is explained."""
        return self.href(figure(f"funding.{name}", level=scope.level, id=scope.id, currency=self.currency))

    def bridge(self, name: str, scope: Scope, before: str) -> str:
        """Where a step from an earlier forecast is explained."""
        return self.href(
            figure(f"bridge.{name}", level=scope.level, id=scope.id, before=before, currency=self.currency)
        )

    def href(self, of: Figure) -> str:
        at = f"&{self.page.query_at}" if self.page.query_at else ""
        return f"{self.page.home}why?{of.query()}{at}"


def period_words(period: Period, label: str) -> str:
    """A period as a person calls it: Oct 2026 for a calendar month, else its fiscal name."""
    return month_year(period.start) if re.fullmatch(r"\d{4}-\d{2}", label) else label
