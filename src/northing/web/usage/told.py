"""Counts and small prices as they are read."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import format_decimal

from northing.portfolio.money import Amounts
from northing.report import words

MILLION = Decimal(1_000_000)


def many(count: Decimal) -> str:
    """1.2bn, 41.0m, 850: a count, shortened as money is."""
    return words.amount(count.quantize(Decimal(1), rounding=ROUND_HALF_EVEN), "", short=True) if count else "0"


def exactly(count: Decimal) -> str:
    return words.number(count, 2)


def each(cost: Amounts, count: Decimal, of: Decimal = Decimal(1)) -> str:
    """The cost of *of* things, where there are *count*: €3.20; a dash where there is nothing to divide by."""
    if not count or not cost:
        return "–"
    return " + ".join(fine(amount * of / count, code) for code, amount in cost.by_currency.items())


def fine(amount: Decimal, currency: str) -> str:
    """A small price: with as many decimals as say something, at least two."""
    if not amount:
        return words.amount(Decimal(0), currency)
    digits = max(2, min(8, 2 - amount.adjusted() - (1 if abs(amount) >= 1 else 0)))
    rounded = amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    before = words.SIGNS.get(currency, f"{currency} " if currency else "")
    sign = words.MINUS if rounded < 0 else ""
    pattern = "#,##0.00" + "#" * (digits - 2)
    return f"{sign}{before}{format_decimal(abs(rounded), pattern, locale=words.locale())}"
