"""Money of every investment by fiscal month: what plan, forecast, facts and closes say, told in the reader's currency.

A line over several months is cut by days, the largest remainder in minor units, so that its parts add up to it. Lines
are exchanged at the rate of their first day, facts at the rate of the row's day (the folds are cut on every day on
which a rate changes). Nothing is rounded. What has no rate keeps its own currency.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from northing.portfolio.filter.writer import quoted
from northing.portfolio.money import EXACT, NO_CURRENCY, split
from northing.portfolio.periods import Period, period_of, periods_between
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import FiscalCalendar

from .asking_facts import Fold, Line
from .fx import Exchange, Missing, exchange
from .view import View

Slot = tuple[date | None, str, str]
"""First day of the fiscal month (None: the line has no date), capex, opex or nothing, and the currency."""

Purse = dict[Slot, Decimal]

T = TypeVar("T")

KEPT = 64

RATES = frozenset(("fx_rate", "fiscal_calendar"))
FACTS = frozenset(("delivery", "attribution_rule", "source"))
"""Of what the facts in force and their attribution are a function."""


class Flow(msgspec.Struct, frozen=True):
    """Amounts by investment; under None what no investment claims."""

    by: Mapping[str | None, Purse]
    missing: tuple[Missing, ...] = ()
    """Rates that were asked for and are not known."""


EMPTY = Flow({})


class Months:
    """The fiscal months of a calendar, by day."""

    def __init__(self, calendar: FiscalCalendar) -> None:
        self.calendar = calendar
        self._of: dict[date, Period] = {}

    def of(self, day: date) -> Period:
        """The fiscal month that *day* is in."""
        found = self._of.get(day)
        if found is None:
            found = self._of[day] = period_of(self.calendar, day, "month")
        return found

    def cut(self, start: date | None, end: date | None) -> list[tuple[date | None, int]]:
        """The months that the days from *start* up to *end* fall in, with how many; one day where one is missing."""
        if start is None and end is None:
            return [(None, 1)]
        if start is None or end is None or end <= start:
            day = start if start is not None else (end or date.min) - timedelta(days=1)
            return [(self.of(day).start, 1)]
        try:
            found: list[tuple[date | None, int]] = []
            at = start
            while at < end:
                month = self.of(at)
                found.append((month.start, (min(month.end, end) - at).days))
                at = month.end
            return found
        except (ValueError, OverflowError):  # “until 9999”: beyond what a calendar can lay out
            return [(self.of(start).start, 1)]


def months(view: View) -> Months:
    """The fiscal months of the view's plan."""
    return view.plan.memo("months", frozenset(("fiscal_calendar",)), lambda: Months(view.plan.calendar))


class Filling:
    """A flow in the making: puts amounts, told in the reader's currency, where they belong."""

    def __init__(self, view: View) -> None:
        self.rates: Exchange = exchange(view)
        self.quote = view.currency
        self.by: dict[str | None, Purse] = {}
        self.missing: set[Missing] = set()
        self._slots: dict[Slot, Slot] = {}
        self._rates: dict[tuple[str, date], Decimal | None] = {}

    def put(self, of: str | None, month: date | None, expense: str, currency: str, amount: Decimal, day: date) -> None:
        """Add *amount*, exchanged at the rate of *day*."""
        if currency != self.quote:
            rate = self._rate(currency, day)
            if rate is not None:
                currency, amount = self.quote, EXACT.multiply(amount, rate)
            elif amount:
                self._lack(currency, day)
        slot = (month, expense, currency)
        slot = self._slots.setdefault(slot, slot)
        purse = self.by.get(of)
        if purse is None:
            purse = self.by[of] = {}
        known = purse.get(slot)
        purse[slot] = amount if known is None else EXACT.add(known, amount)

    def _rate(self, currency: str, day: date) -> Decimal | None:
        """The rate to the reader's currency, where there is one."""
        key = (currency, day)
        if key not in self._rates:
            found = self.rates.rate(currency, self.quote, day)
            self._rates[key] = None if found is None else found.rate
        return self._rates[key]

    def _lack(self, currency: str, day: date) -> None:
        lacking = self.rates.missing(currency, self.quote, day)
        if lacking is not None:
            self.missing.add(lacking)

    def flow(self) -> Flow:
        return Flow(self.by, tuple(sorted(self.missing, key=lambda one: (one.base, one.quote, str(one.before)))))


def told(view: View, key: Any, reads: frozenset[str], make: Callable[[], Flow]) -> Flow:
    """What *make* gives, kept for this plan and the reader's currency."""
    kept: dict[Any, Flow] = view.plan.memo(("flow", key), reads | RATES, dict)
    own = (view.currency, view.home_currency, view.facts is not None)
    found = kept.get(own)
    if found is None:
        found = kept[own] = make()
    return found


def remember[T](
    view: View, name: str, key: Hashable, make: Callable[[], T], reads: frozenset[str], most: int = KEPT
) -> T:
    """What *make* gives, kept with this plan for the reader's currency and the day; at most *most* of a name."""
    found: dict[Hashable, T] = view.plan.memo((name, reads), reads, dict)
    own = (key, view.currency, view.home_currency, view.today, view.facts is not None)
    known = found.get(own)
    if known is None:
        # Other threads may look and clear at the same time: what is returned is our own.
        known = make()
        if len(found) >= most:
            found.clear()
        found[own] = known
    return known


def line_currency(plan: Plan, line: Any) -> str:
    """The currency of a line of an investment: its own, else the investment's; empty where neither names one."""
    if line.currency:
        return str(line.currency)
    investment = plan.investments.get(line.investment)
    return (investment.currency if investment is not None else None) or NO_CURRENCY


class Laid(msgspec.Struct, frozen=True):
    """A line of an investment, cut to fiscal months."""

    line: Any
    currency: str
    day: date
    """The day whose exchange rate it is told with."""
    parts: tuple[tuple[date | None, Decimal], ...]


def laid(view: View, line: Any, amount: str) -> Laid | None:
    """The *amount* of a plan or forecast line by month; None where it has none, or where it does not count."""
    value: Decimal | None = getattr(line, amount)
    if value is None or not view.plan.counts(line):
        return None
    # An edit of one line leaves the others as they were: the same object is cut the same way.
    known: dict[str, Laid] = view.plan.memo(
        ("laid", line.KIND, amount), frozenset(("fiscal_calendar", "investment")), dict
    )
    found = known.get(line.id)
    if found is None or found.line is not line:
        found = known[line.id] = _laid(view, line, value)
    return found


def _laid(view: View, line: Any, value: Decimal) -> Laid:
    cut = months(view).cut(line.start, line.end)
    # A line without dates is exchanged at the newest rate there is.
    first = line.start or (line.end - timedelta(days=1) if line.end is not None else date.max)
    return Laid(line, line_currency(view.plan, line), first, tuple(spread(value, cut)))


def spread(amount: Decimal, cut: list[tuple[date | None, int]]) -> list[tuple[date | None, Decimal]]:
    """*amount* by months, each by its days; the parts add up to it."""
    if len(cut) == 1:
        return [(cut[0][0], amount)]
    parts = split(amount, [(str(month), Decimal(days)) for month, days in cut])
    return [(month, parts[str(month)]) for month, _ in cut]


def lines_flow(view: View, kind: str, amount: str) -> Flow:
    """Plan or forecast lines: the sum of their *amount* by month."""

    def make() -> Flow:
        filling = Filling(view)
        for line in view.plan.table(kind).values():
            found = laid(view, line, amount)
            if found is not None:
                for month, part in found.parts:
                    filling.put(line.investment, month, line.expense or "", found.currency, part, found.day)
        return filling.flow()

    return told(view, (kind, amount), frozenset((kind, "investment")), make)


def days_of_facts(plan: Plan, *tables: str) -> Period | None:
    """From the first day that any delivery of one of *tables* speaks of up to the last; None without any."""
    starts: list[date] = []
    ends: list[date] = []
    for delivery in plan.deliveries.values():
        for batch in delivery.batches:
            if batch.table in tables:
                starts.append(batch.start)
                ends.append(batch.end)
    return Period(min(starts), max(ends)) if starts else None


def month_spans(view: View, days: Period) -> tuple[date, ...]:
    """The first days of the fiscal months that *days* touch, and the day after the last of them."""
    whole = list(periods_between(view.plan.calendar, days.start, days.end, "month"))
    return (*(period.start for period in whole), whole[-1].end)


def actual_flow(view: View, basis: str = "billed") -> Flow:
    """Cost facts by investment and month, what no rule claims under None."""

    def make() -> Flow:
        filling = Filling(view)
        facts, days = view.facts, days_of_facts(view.plan, "cost")
        if facts is None or days is None:
            return EMPTY
        for sums, where in BASIS[basis]:
            fold_told(view, filling, Fold(table="cost", sums=(sums,), by=("currency", "expense"), where=where), days)
        return filling.flow()

    return told(view, ("actual", basis), FACTS, make)


MOST_SPANS = 64
"""So many spans are asked for of all currencies at once, though some need fewer: the rates of five years of months."""

BASIS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "billed": (("billed", ""),),
    "effective": (("effective", "not effective is empty"), ("billed", "effective is empty")),
}
"""What is added up on each basis; a row that states no effective cost counts as billed."""


def fold_told(view: View, filling: Filling, fold: Fold, days: Period) -> None:
    """Put the sums of *fold* (by currency and expense, one sum) where they belong."""
    starts = month_spans(view, days)
    for month, line in folded(view, fold, starts):
        expense = str(line.by[1] or "").strip().lower()
        known = expense if expense in ("capex", "opex") else ""
        assert line.span is not None
        filling.put(line.investment, month, known, str(line.by[0] or NO_CURRENCY), line.sums[0], line.span)


def folded(view: View, fold: Fold, starts: tuple[date, ...]) -> Iterator[tuple[date, Line]]:
    """The lines of *fold*, whose first column is the currency, in the spans that begin on *starts*.

    Each comes with the start of its span; its own ``span`` is the day whose exchange rate holds for all of it. One
    question serves all currencies where rates change on few days; else it serves those whose rate never changes inside
    a span, and one more each of the others.
    """
    if view.facts is None or len(starts) < 2:
        return
    assert fold.by[0] == "currency"
    finer = rate_spans(view, starts)
    if len(finer) <= MOST_SPANS:
        for line in view.facts.fold(msgspec.structs.replace(fold, spans=finer)):
            if line.span is not None:
                yield starts[bisect_right(starts, line.span) - 1], line
        return
    changing: dict[str, bool] = {}
    for line in view.facts.fold(msgspec.structs.replace(fold, spans=starts)):
        currency = str(line.by[0] or NO_CURRENCY)
        if currency not in changing:
            changing[currency] = not set(starts).issuperset(inner_changes(view, currency, starts))
        if changing[currency]:
            continue
        if line.span is not None:
            yield line.span, line
    for currency in (one for one, changes in changing.items() if changes):
        spans = tuple(sorted({*starts, *inner_changes(view, currency, starts)}))
        where = also(fold.where, currency_is(currency))
        for line in view.facts.fold(msgspec.structs.replace(fold, spans=spans, where=where)):
            # A filter ignores capitals, a currency does not: “usd” is asked for by itself.
            if line.span is not None and str(line.by[0] or NO_CURRENCY) == currency:
                yield starts[bisect_right(starts, line.span) - 1], line


def rate_spans(view: View, starts: tuple[date, ...]) -> tuple[date, ...]:
    """*starts*, and the days between their first and last on which any rate changes."""
    changes = exchange(view).all_changes()
    return tuple(sorted({*starts, *(day for day in changes if starts[0] < day < starts[-1])}))


def inner_changes(view: View, currency: str, spans: tuple[date, ...]) -> tuple[date, ...]:
    """Days between the first and the last of *spans* on which the rate to the reader's currency changes."""
    return tuple(day for day in exchange(view).changes(currency, view.currency) if spans[0] < day < spans[-1])


def also(where: str, other: str) -> str:
    """Both filters together."""
    return f"({where}) and {other}" if where and other else where or other


def currency_is(currency: str) -> str:
    return f"currency = {quoted(currency)}" if currency else "currency is empty"


def unowned(view: View, flow: Flow) -> Purse:
    """What belongs to no investment of the plan: what no rule claims, and what a rule gives to one that is gone."""
    total: Purse = {}
    for id, purse in flow.by.items():
        if id is None or id not in view.plan.investments:
            for slot, amount in purse.items():
                total[slot] = EXACT.add(total.get(slot, Decimal(0)), amount)
    return total


def add(purses: Iterable[tuple[Purse, Decimal]]) -> Purse:
    """Purses times their shares, added up."""
    total: Purse = {}
    one = Decimal(1)
    for purse, share in purses:
        for slot, amount in purse.items():
            part = amount if share == one else EXACT.multiply(amount, share)
            known = total.get(slot)
            total[slot] = part if known is None else EXACT.add(known, part)
    return total
