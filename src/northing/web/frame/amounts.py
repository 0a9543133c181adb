"""Amounts as a page writes them: as they are read, exactly, and with where they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from northing.measure.address import Figure
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.report import words

from .context import Page
from .words import month_year

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
    between = ", " if signed else " + "
    return between.join(words.amount(amount, code, short=True, signed=signed) for code, amount in found.items()) or "0"


def own(amounts: Amounts, page: Page) -> Decimal:
    """The part in the reader's currency; zero where there is none."""
    return amounts.by_currency.get(page.currency, Decimal(0))


def period_words(period: Period, label: str) -> str:
    """A period as a person calls it: Oct 2026 for a calendar month, else its fiscal name."""
    return month_year(period.start) if re.fullmatch(r"\d{4}-\d{2}", label) else label
