"""The money that no investment claims, by what its rows say of themselves; shadow AI on top.

A row is AI where its flag says so, where its service category is “AI and Machine Learning” (FOCUS), or where its
provider or service names a vendor that is known for AI. Shadow AI is AI that nobody claims.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.ai_services import CATEGORY, names_ai
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.facts import COST
from northing.portfolio.filter.writer import quoted
from northing.portfolio.money import EXACT, NO_CURRENCY, Amounts
from northing.portfolio.periods import Period, period_of

from .asking_facts import Across
from .cost_rows import Asker, Span, Telling, kept
from .fx import findings
from .money import share_of
from .money_sums import check_basis
from .view import View

GROUPINGS = ("account", "service", "provider", "project", "cost_center", "team", "category", "resource", "sku")

_ZERO = Decimal(0)

TELLING = ("ai", "category", "provider", "service")


class Group(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Rows that nobody claims and that say the same of themselves."""

    by: tuple[tuple[str, str | None], ...]
    """Column → what it states; None where it is empty."""
    where: str
    """The filter that asks for exactly these: a rule can begin with it."""
    amount: Amounts
    native: Amounts
    ai: Amounts
    """What of it is AI."""
    is_ai: bool
    lines: int
    first: date
    """The first day of the first fiscal month with such a row, or of the window."""
    last: date
    """The last day of the last one."""


class MonthSums(msgspec.Struct, frozen=True, kw_only=True):
    """One fiscal month of the window, or the part of it that is inside."""

    start: date
    billed: Amounts
    unattributed: Amounts
    shadow_ai: Amounts


class Unattributed(msgspec.Struct, frozen=True, kw_only=True):
    by: tuple[str, ...]
    window: Period | None
    groups: tuple[Group, ...]
    """Shadow AI first, then the largest."""
    months: tuple[MonthSums, ...]
    """Those with a row, in order; they add up to the totals."""
    total: Amounts
    native: Amounts
    share: Decimal | None
    """Of all that is billed, in the reader's currency."""
    billed: Amounts
    shadow_ai: Amounts
    ai_share: Decimal | None
    """Shadow AI / unattributed."""
    lines: int
    findings: tuple[Finding, ...]


def unattributed(
    view: View,
    *,
    window: Period | None = None,
    by: Sequence[str] = ("provider", "account", "service"),
    where: str = "",
    basis: str = "billed",
) -> Unattributed:
    """What no investment claims in the days of *window* (None: as far as there are facts), by the columns *by*.

    ``tag.x`` is the tag of that key. Raises :class:`Invalid` for a column that there is none of.
    """
    check_basis(basis)
    for column in by:
        if not column.startswith("tag.") and COST.column(column) is None:
            raise Invalid(f"Cost has no column “{column}”.", remedy="Group by " + ", ".join(groupings(view)) + ".")
    chosen = tuple(dict.fromkeys(by))
    key = ("unattributed", window, chosen, where, basis)
    found: Unattributed = kept(view, key, lambda: _unattributed(view, window, chosen, where, basis))
    return found


def groupings(view: View) -> tuple[str, ...]:
    """The columns and tags by which it is worth looking."""
    tags = view.facts.tags("cost") if view.facts is not None else ()
    return (*GROUPINGS, *(f"tag.{key}" for key in tags))


@functools.lru_cache(maxsize=4096)
def is_ai(flag: Any, category: str | None, provider: str | None, service: str | None) -> bool:
    """Whether a row says that it is about AI."""
    if flag is True or (category or "").strip().casefold() == CATEGORY.casefold():
        return True
    return names_ai(provider, service)


def where_of(by: Sequence[tuple[str, str | None]]) -> str:
    """The filter that holds of rows that state these values."""
    return " and ".join(
        f"{_column(column)} is empty" if value is None else f"{_column(column)} = {quoted(value)}"
        for column, value in by
    )


def _column(name: str) -> str:
    if name.startswith("tag."):
        key = name.removeprefix("tag.")
        return name if re.fullmatch(r"\w[\w-]*", key) else f"tag.{quoted(key)}"
    return name


class _Sums:
    """Amounts in the making, told and as stated."""

    __slots__ = ("ai", "first", "is_ai", "last", "lines", "native", "told")

    def __init__(self) -> None:
        self.told: dict[str, Decimal] = {}
        self.native: dict[str, Decimal] = {}
        self.ai: dict[str, Decimal] = {}
        self.is_ai = False
        self.lines = 0
        self.first, self.last = date.max, date.min


class _Month:
    """One fiscal month in the making."""

    __slots__ = ("billed", "shadow_ai", "unattributed")

    def __init__(self) -> None:
        self.billed: dict[str, Decimal] = {}
        self.unattributed: dict[str, Decimal] = {}
        self.shadow_ai: dict[str, Decimal] = {}


def _add(into: dict[str, Decimal], currency: str, amount: Decimal) -> None:
    known = into.get(currency)
    into[currency] = amount if known is None else EXACT.add(known, amount)


def _unattributed(view: View, window: Period | None, by: tuple[str, ...], where: str, basis: str) -> Unattributed:
    asker = Asker(view, window=window)
    adding = _Adding(asker, len(by))
    for spans, lines in asker.across((*by, *TELLING), basis=basis, where=where, starts=asker.starts("month")):
        adding.put(spans, lines)
    groups = adding.groups
    by_month = tuple(
        MonthSums(
            start=start,
            billed=Amounts(month.billed),
            unattributed=Amounts(month.unattributed),
            shadow_ai=Amounts(month.shadow_ai),
        )
        for start, month in sorted(adding.months.items())
    )
    total, shadow = Amounts(adding.whole.told), Amounts(adding.whole.ai)
    all_billed = Amounts.sum(month.billed for month in by_month)
    ends = {month: _end(view, month, asker.window) for month in {group.last for group in groups.values()}}
    found = [_group(by, key, group, ends[group.last]) for key, group in groups.items()]
    found.sort(key=lambda one: (not one.is_ai, -_size(one.ai) if one.is_ai else 0, -_size(one.amount), one.where))
    return Unattributed(
        by=by,
        window=asker.window,
        groups=tuple(found),
        months=by_month,
        total=total,
        native=Amounts(adding.whole.native),
        share=share_of(total, all_billed, view.currency),
        billed=all_billed,
        shadow_ai=shadow,
        ai_share=share_of(shadow, total, view.currency),
        lines=adding.whole.lines,
        findings=findings(asker.missing),
    )


class _Currency:
    """All rows of one currency, span by span."""

    def __init__(self, told: Sequence[Telling]) -> None:
        self.told = told
        self.rates = [one.rate for one in told]
        self.as_stated = all(rate == 1 for rate in self.rates)
        self.into = {one.currency for one in told}
        self.lacking = any(one.lacking is not None for one in told)
        self.empty = set(range(len(told)))
        """Spans that no row is in."""
        self.billed, self.unattributed, self.shadow_ai = ([Decimal(0)] * len(told) for _part in range(3))

    def exchanged(self, amounts: Sequence[Decimal]) -> dict[str, Decimal]:
        """*amounts*, one a span, told and added up."""
        if len(self.into) == 1:
            told = amounts if self.as_stated else map(EXACT.multiply, amounts, self.rates)
            return {self.told[0].currency: functools.reduce(EXACT.add, told)}
        found: dict[str, Decimal] = {}
        for one, amount in zip(self.told, amounts, strict=True):
            if amount:  # a span without rows says nothing in a currency that it has no rate for
                _add(found, one.currency, EXACT.multiply(amount, one.rate))
        return found or {self.told[0].currency: Decimal(0)}


class _Adding:
    """Lines put where they belong: to the groups by their first *width* columns, and to the months."""

    def __init__(self, asker: Asker, width: int) -> None:
        self.asker = asker
        self.width = width
        self.groups: dict[tuple[Any, ...], _Sums] = {}
        self.months: dict[date, _Month] = {}
        self.whole = _Sums()

    def put(self, spans: Sequence[Span], lines: Iterable[Across]) -> None:
        known = self.asker.view.plan.investments
        currencies: dict[str, _Currency] = {}
        for line in lines:
            native = str(line.by[0] or NO_CURRENCY)
            currency = currencies.get(native)
            if currency is None:
                currency = currencies[native] = _Currency(self.asker.telling(native, spans))
            amounts = [_ZERO if amount is None else amount for amount in line.sums]
            places = [place for place, amount in enumerate(line.sums) if amount is not None]
            currency.billed = list(map(EXACT.add, currency.billed, amounts))
            if currency.empty:
                currency.empty.difference_update(places)
            if currency.lacking:
                lacking = (one.lacking for one, amount in zip(currency.told, amounts, strict=True) if amount)
                self.asker.missing.update(one for one in lacking if one is not None)
            if line.investment not in known:
                starts = (spans[places[0]].start, spans[places[-1]].start) if places else (date.max, date.min)
                self._unclaimed(line, native, currency, amounts, *starts)
        for currency in currencies.values():
            self._months(spans, currency)

    def _unclaimed(
        self, line: Across, native: str, currency: _Currency, amounts: Sequence[Decimal], first: date, last: date
    ) -> None:
        key, ai = line.by[1 : 1 + self.width], is_ai(*line.by[1 + self.width :])
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = _Sums()
        group.is_ai = group.is_ai or ai
        group.first, group.last = min(group.first, first), max(group.last, last)
        stated, told = functools.reduce(EXACT.add, amounts), currency.exchanged(amounts)
        for into in (group, self.whole):
            into.lines += line.lines
            _add(into.native, native, stated)
            for code, amount in told.items():
                _add(into.told, code, amount)
                if ai:
                    _add(into.ai, code, amount)
        currency.unattributed = list(map(EXACT.add, currency.unattributed, amounts))
        if ai:
            currency.shadow_ai = list(map(EXACT.add, currency.shadow_ai, amounts))

    def _months(self, spans: Sequence[Span], currency: _Currency) -> None:
        for place, (span, (code, rate, _lacking)) in enumerate(zip(spans, currency.told, strict=True)):
            if place in currency.empty:
                continue
            month = self.months.setdefault(span.start, _Month())
            for name in _Month.__slots__:
                amount = getattr(currency, name)[place]
                if amount or name == "billed":
                    _add(getattr(month, name), code, EXACT.multiply(amount, rate))


def _group(by: tuple[str, ...], key: tuple[Any, ...], sums: _Sums, last: date) -> Group:
    stated = tuple((column, None if value is None else _text(value)) for column, value in zip(by, key, strict=True))
    return Group(
        by=stated,
        where=where_of(stated),
        amount=Amounts(sums.told),
        native=Amounts(sums.native),
        ai=Amounts(sums.ai),
        is_ai=sums.is_ai,
        lines=sums.lines,
        first=sums.first,
        last=last,
    )


def _end(view: View, month: date, window: Period | None) -> date:
    """The last day of the fiscal month that *month* is in, or of the window."""
    end = period_of(view.plan.calendar, month, "month").end
    return (min(end, window.end) if window is not None else end) - timedelta(days=1)


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _size(amounts: Amounts) -> Decimal:
    """For ordering alone: amounts of all currencies as if they were one."""
    return sum(amounts.by_currency.values(), Decimal(0))
