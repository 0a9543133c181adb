"""What one currency is worth in another on a day, by the rates that the record holds.

Rate(base → quote, day) = the rate of the pair with the latest day that is not after it; else 1 / the rate of the
inverse pair; else through the workspace's own currency. Where none of these is known there is no rate: the amount
stays in its own currency beside the total, and a finding says which rate is missing from when.

A rate as recorded is exact. An inverse or a crossed one is rounded half-even to 18 significant digits, once, so
that it is one number whatever it is multiplied with, and the receipt states that number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Context, Decimal
from typing import Literal

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.money import EXACT, NO_CURRENCY, Amounts
from northing.portfolio.rates import FxRate
from northing.portfolio.words import word

from .sentence import Said
from .view import View

DERIVED = Context(prec=18)
"""How exact a rate is that nobody stated."""

Way = Literal["same", "direct", "inverse", "cross"]

SENTENCES = {
    "none": word("There is no exchange rate {base} → {quote}."),
    "before": word("There is no exchange rate {base} → {quote} before {day}."),
    "unnamed": word("Some amounts name no currency."),
}


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of *base* in *quote* on a day."""

    base: str
    quote: str
    day: date
    rate: Decimal
    way: Way
    refs: tuple[str, ...] = ()
    """The exchange rates of the record that it is made of."""


class Missing(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """A rate that was asked for and is not known."""

    base: str
    quote: str
    before: date | None = None
    """The day of the first rate of the pair, where there is one later; None where there is none at all."""

    @property
    def said(self) -> Said:
        if self.base == NO_CURRENCY:
            return Said(SENTENCES["unnamed"])
        values = {"base": self.base, "quote": self.quote}
        if self.before is None:
            return Said(SENTENCES["none"], values)
        return Said(SENTENCES["before"], {**values, "day": self.before})

    @property
    def finding(self) -> Finding:
        """A warning: what it concerns is shown in its own currency."""
        before = "" if self.before is None else f" before {self.before.day} {self.before:%b %Y}"
        if self.base == NO_CURRENCY:
            return Finding(
                code="no-currency",
                message="Some amounts name no currency; they stand beside the total.",
                severity="warning",
                remedy="Name the currency of the line, of its investment or of the source.",
            )
        return Finding(
            code="no-rate",
            message=f"No rate {self.base}→{self.quote}{before}; these amounts stand in {self.base} beside the total.",
            severity="warning",
            kind="fx_rate",
            value=f"{self.base}/{self.quote}",
            remedy=f"Enter an exchange rate {self.base}/{self.quote}.",
        )


class Exchange:
    """All rates of one plan, ready to be asked."""

    def __init__(self, rates: Iterable[FxRate], pivot: str) -> None:
        self.pivot = pivot
        """The currency through which two others are exchanged that have no rate of their own."""
        pairs: dict[tuple[str, str], dict[date, FxRate]] = {}
        for rate in sorted(rates, key=lambda found: found.id):
            if rate.rate > 0:
                pairs.setdefault((rate.base, rate.quote), {})[rate.on] = rate
        self._days = {pair: sorted(found) for pair, found in pairs.items()}
        self._rates = {pair: [found[day] for day in self._days[pair]] for pair, found in pairs.items()}
        self._known: dict[tuple[str, str, date], Rate | None] = {}

    def rate(self, base: str, quote: str, day: date) -> Rate | None:
        """The rate on *day*; None where it is not known."""
        key = (base, quote, day)
        if key not in self._known:
            self._known[key] = self._find(base, quote, day)
        return self._known[key]

    def convert(self, amount: Decimal, base: str, quote: str, day: date) -> Decimal | None:
        """*amount* in *quote*, exactly by the rate; None where the rate is not known."""
        if base == quote:
            return amount
        found = self.rate(base, quote, day)
        return None if found is None else EXACT.multiply(amount, found.rate)

    def told(self, amount: Decimal, base: str, quote: str, day: date) -> tuple[str, Decimal]:
        """The currency that *amount* can be told in, and what it is in it."""
        found = self.convert(amount, base, quote, day)
        return (base, amount) if found is None else (quote, found)

    def amounts(self, amounts: Amounts, quote: str, day: date) -> Amounts:
        """All that can be told in *quote* on *day* added up, the rest beside it."""
        return Amounts.sum(
            Amounts(dict([self.told(amount, base, quote, day)])) for base, amount in amounts.by_currency.items()
        )

    def changes(self, base: str, quote: str) -> tuple[date, ...]:
        """The days on which the rate of a pair is, or may be, another than the day before."""
        if base == quote:
            return ()
        pairs = ((base, quote), (quote, base))
        crossed = ((base, self.pivot), (self.pivot, base), (self.pivot, quote), (quote, self.pivot))
        return tuple(sorted({day for pair in (*pairs, *crossed) for day in self._days.get(pair, ())}))

    def all_changes(self) -> tuple[date, ...]:
        """The days on which any rate is stated: between two of them, none changes."""
        return tuple(sorted({day for days in self._days.values() for day in days}))

    def missing(self, base: str, quote: str, day: date) -> Missing | None:
        """What to say where there is no rate on *day*; None where there is one."""
        if base == quote or self.rate(base, quote, day) is not None:
            return None
        later = next(
            (first for first in self.changes(base, quote) if first > day and self.rate(base, quote, first)), None
        )
        return Missing(base=base, quote=quote, before=later)

    def _stated(self, base: str, quote: str, day: date) -> FxRate | None:
        days = self._days.get((base, quote))
        at = bisect_right(days, day) if days else 0
        return self._rates[base, quote][at - 1] if at else None

    def _pair(self, base: str, quote: str, day: date) -> tuple[Decimal, Way, tuple[str, ...]] | None:
        if base == quote:
            return Decimal(1), "same", ()
        stated = self._stated(base, quote, day)
        if stated is not None:
            return stated.rate, "direct", (stated.id,)
        inverse = self._stated(quote, base, day)
        if inverse is not None:
            return DERIVED.divide(Decimal(1), inverse.rate), "inverse", (inverse.id,)
        return None

    def _find(self, base: str, quote: str, day: date) -> Rate | None:
        if not base or not quote:
            return None
        found = self._pair(base, quote, day)
        if found is not None:
            return Rate(base=base, quote=quote, day=day, rate=found[0], way=found[1], refs=found[2])
        there, on = self._pair(base, self.pivot, day), self._pair(self.pivot, quote, day)
        if there is None or on is None:
            return None
        crossed = DERIVED.multiply(there[0], on[0])
        return Rate(base=base, quote=quote, day=day, rate=crossed, way="cross", refs=(*there[2], *on[2]))


def exchange(view: View) -> Exchange:
    """The rates of the view's plan, kept with it."""
    kept: dict[str, Exchange] = view.plan.memo("exchange", frozenset(("fx_rate",)), dict)
    found = kept.get(view.home_currency)
    if found is None:
        found = kept[view.home_currency] = Exchange(view.plan.fx_rates.values(), view.home_currency)
    return found


def findings(missing: Iterable[Missing]) -> tuple[Finding, ...]:
    """One finding for each missing pair, the one that goes back least far where there are several."""
    worst: dict[tuple[str, str], Missing] = {}
    for one in missing:
        known = worst.get((one.base, one.quote))
        if known is None or one.before is None or (known.before is not None and one.before > known.before):
            worst[one.base, one.quote] = one
    return tuple(worst[pair].finding for pair in sorted(worst))
