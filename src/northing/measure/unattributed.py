"""The money that no investment claims, by what its rows say of themselves; shadow AI on top.

A row is AI where its flag says so, where its service category is “AI and Machine Learning” (FOCUS), or where its
provider or service names a vendor that is known for AI. Shadow AI is AI that nobody claims.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.ai_services import CATEGORY, names_ai
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.facts import COST
from northing.portfolio.filter.writer import quoted
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period, period_of

from .cost_rows import Asker, Told, kept
from .fx import findings
from .money import share_of
from .money_sums import check_basis
from .view import View

GROUPINGS = ("account", "service", "provider", "project", "cost_center", "team", "category", "resource", "sku")

TELLING = ("ai", "category", "provider", "service")


class Group(msgspec.Struct, frozen=True, kw_only=True):
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
    """One group in the making."""

    __slots__ = ("ai", "first", "is_ai", "last", "lines", "native", "told")

    def __init__(self) -> None:
        self.told: dict[str, Decimal] = {}
        self.native: dict[str, Decimal] = {}
        self.ai: dict[str, Decimal] = {}
        self.is_ai = False
        self.lines = 0
        self.first, self.last = date.max, date.min

    def put(self, line: Told, *, ai: bool) -> None:
        _add(self.told, line.currency, line.told)
        _add(self.native, line.native, line.amount)
        if ai:
            _add(self.ai, line.currency, line.told)
            self.is_ai = True
        self.lines += line.lines
        self.first, self.last = min(self.first, line.start), max(self.last, line.start)


def _add(into: dict[str, Decimal], currency: str, amount: Decimal) -> None:
    known = into.get(currency)
    into[currency] = amount if known is None else EXACT.add(known, amount)


def _unattributed(view: View, window: Period | None, by: tuple[str, ...], where: str, basis: str) -> Unattributed:
    asker = Asker(view, window=window)
    width = len(by)
    whole = _Sums()
    groups: dict[tuple[Any, ...], _Sums] = {}
    months: dict[date, dict[str, dict[str, Decimal]]] = {}
    for line in asker.cost((*by, *TELLING), basis=basis, where=where, starts=asker.starts("month")):
        month = months.get(line.start)
        if month is None:
            month = months[line.start] = {"billed": {}, "unattributed": {}, "shadow_ai": {}}
        _add(month["billed"], line.currency, line.told)
        if line.investment is not None:
            continue
        ai = is_ai(*line.by[width:])
        _add(month["unattributed"], line.currency, line.told)
        if ai:
            _add(month["shadow_ai"], line.currency, line.told)
        whole.put(line, ai=ai)
        key = line.by[:width]
        group = groups.get(key)
        if group is None:
            group = groups[key] = _Sums()
        group.put(line, ai=ai)
    by_month = tuple(
        MonthSums(start=start, **{name: Amounts(told) for name, told in months[start].items()})
        for start in sorted(months)
    )
    total, shadow = Amounts(whole.told), Amounts(whole.ai)
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
        native=Amounts(whole.native),
        share=share_of(total, all_billed, view.currency),
        billed=all_billed,
        shadow_ai=shadow,
        ai_share=share_of(shadow, total, view.currency),
        lines=whole.lines,
        findings=findings(asker.missing),
    )


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
