"""Facts of a window added up by columns and investment, each sum told in the reader's currency."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import msgspec

from northing.portfolio.money import EXACT, NO_CURRENCY
from northing.portfolio.periods import Period, Unit, periods_between

from .asking_facts import Across, Fold
from .fx import Missing, exchange
from .money_flows import BASIS, FACTS, RATES, also, days_of_facts, folded, rate_spans, remember
from .view import View

T = TypeVar("T")


class Told(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Rows that share period, investment and the asked columns, in one currency of theirs."""

    start: date
    """The first day of its period."""
    day: date
    """The day whose exchange rate holds for all of it."""
    investment: str | None
    """None where no rule claims it, or where the investment is gone."""
    rule: str | None
    by: tuple[Any, ...]
    native: str
    """The currency that the rows state."""
    amount: Decimal
    """In *native*."""
    currency: str
    told: Decimal
    """In *currency*: the reader's where there is a rate."""
    rate: Decimal
    """What one of *native* is told as: 1 where it is the reader's, or where there is no rate."""
    sums: tuple[Decimal, ...]
    """Further columns that were asked for, as they are."""
    lines: int


class Span(NamedTuple):
    day: date
    """Its first day, whose exchange rate holds for all of it."""
    start: date
    """The first day of the period that it is in."""


class Telling(NamedTuple):
    currency: str
    """The reader's where there is a rate."""
    rate: Decimal
    lacking: Missing | None
    """The rate that is not known; it matters where there is an amount."""


class Asker:
    """Asks the cost or usage facts of a window and remembers which rates were missing."""

    def __init__(self, view: View, *, window: Period | None = None, table: str = "cost") -> None:
        self.view = view
        self.table = table
        self.days = days_of_facts(view.plan, table)
        self.window = window or self.days
        self.missing: set[Missing] = set()

    def lines(
        self,
        by: Sequence[str] = (),
        *,
        amount: str = "billed",
        sums: Sequence[str] = (),
        where: str = "",
        starts: Sequence[date] = (),
        attribute: bool = True,
    ) -> Iterator[Told]:
        """*amount* and *sums* added up; *starts* cut the window into periods."""
        if self.window is None or self.days is None:
            return
        cuts = tuple(sorted({self.window.start, self.window.end, *(day for day in starts if day in self.window)}))
        fold = Fold(
            table=self.table,
            sums=(amount, *sums),
            by=("currency", *by),
            where=where,
            attribute=attribute,
            today=self.view.today,
        )
        rates, quote = exchange(self.view), self.view.currency
        known = self.view.plan.investments
        for start, line in folded(self.view, fold, cuts):
            native = str(line.by[0] or NO_CURRENCY)
            assert line.span is not None
            lacking = rates.missing(native, quote, line.span)
            if lacking is not None and line.sums[0]:
                self.missing.add(lacking)
            rate = rates.rate(native, quote, line.span)
            factor = rate.rate if rate is not None else Decimal(1)
            yield Told(
                start=start,
                day=line.span,
                rule=line.rule,
                investment=line.investment if line.investment in known else None,
                by=line.by[1:],
                native=native,
                amount=line.sums[0],
                currency=quote if rate is not None else native,
                told=EXACT.multiply(line.sums[0], factor) if factor != 1 else line.sums[0],
                rate=factor,
                sums=line.sums[1:],
                lines=line.lines,
            )

    def cost(
        self, by: Sequence[str] = (), *, basis: str = "billed", where: str = "", starts: Sequence[date] = ()
    ) -> Iterator[Told]:
        """Cost on one basis; a row without an effective cost counts as billed."""
        for amount, only in BASIS[basis]:
            yield from self.lines(by, amount=amount, where=also(where, only), starts=starts)

    def across(
        self, by: Sequence[str], *, basis: str, where: str, starts: Sequence[date]
    ) -> Iterator[tuple[tuple[Span, ...], Iterator[Across]]]:
        """Cost on one basis, once for each question it takes: its spans, and what it comes to in them.

        The first column is the currency. One rate holds for all of a span; *starts* begin spans of their own.
        """
        if self.window is None or self.days is None or self.view.facts is None:
            return
        cuts = tuple(sorted({self.window.start, self.window.end, *(day for day in starts if day in self.window)}))
        if len(cuts) < 2:
            return
        days = rate_spans(self.view, cuts)
        spans = tuple(Span(day, cuts[bisect_right(cuts, day) - 1]) for day in days[:-1])
        for amount, only in BASIS[basis]:
            fold = Fold(
                table=self.table, sums=(amount,), by=("currency", *by), spans=days, where=also(where, only),
                today=self.view.today,
            )  # fmt: skip
            yield spans, iter(self.view.facts.across(fold))

    def telling(self, native: str, spans: Sequence[Span]) -> list[Telling]:
        """How an amount in *native* is told in each of *spans*."""
        rates, quote = exchange(self.view), self.view.currency
        found = []
        for span in spans:
            rate = rates.rate(native, quote, span.day)
            if rate is None:
                found.append(Telling(native, Decimal(1), rates.missing(native, quote, span.day)))
            else:
                found.append(Telling(quote, rate.rate, None))
        return found

    def starts(self, unit: Unit) -> tuple[date, ...]:
        """The first days of the periods that the window touches."""
        if self.window is None:
            return ()
        calendar = self.view.plan.calendar
        return tuple(one.start for one in periods_between(calendar, self.window.start, self.window.end, unit))


class Purses:
    """Sums by key, in the reader's currency and in those of the rows."""

    def __init__(self) -> None:
        self.told: dict[Any, dict[str, Decimal]] = {}
        self.native: dict[Any, dict[str, Decimal]] = {}
        self.lines: dict[Any, int] = {}

    def put(self, key: Hashable, line: Told, share: Decimal = Decimal(1)) -> None:
        own, raw = self.told.setdefault(key, {}), self.native.setdefault(key, {})
        whole = share == 1
        told = line.told if whole else EXACT.multiply(line.told, share)
        amount = line.amount if whole else EXACT.multiply(line.amount, share)
        own[line.currency] = EXACT.add(own.get(line.currency, Decimal(0)), told)
        raw[line.native] = EXACT.add(raw.get(line.native, Decimal(0)), amount)
        self.lines[key] = self.lines.get(key, 0) + line.lines


def kept[T](view: View, key: Hashable, make: Callable[[], T], reads: frozenset[str] = frozenset()) -> T:
    """What *make* gives, for this plan, reader's currency and day; the last few of them."""
    return remember(view, "facts told", key, make, FACTS | RATES | {"investment"} | reads)
