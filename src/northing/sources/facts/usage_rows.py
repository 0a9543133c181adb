"""Rows of usage: added up by day and all that tells them apart, priced at their date where nobody billed them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from northing.portfolio.fact_reading import About, Row
from northing.portfolio.rates import TokenKind

from .cells import kept

MILLION = Decimal(1_000_000)
COUNTS = ("requests", "ok", "failed", "input", "output", "cache_read", "cache_write", "reasoning")
MOST_GROUPS = 200_000
"""So many rows are held at a time; then they are given away, and what follows makes rows of its own."""


class Usage:
    """Usage being added up. What was never said stays unsaid; it does not become zero."""

    def __init__(self, about: About, *, priced: bool) -> None:
        """*priced*: what has no cost of its own is priced through ``about.price``."""
        self.about, self.priced = about, priced
        self._groups: dict[tuple[Any, ...], dict[str, Any]] = {}

    def add(
        self, line: int, day: date, told: Mapping[str, str | None], counts: Mapping[str, int | None],
        cost: Decimal | None = None, tags: Mapping[str, str] | None = None,
    ) -> Iterator[Row]:  # fmt: skip
        """Take one record in; gives rows away where too many are held."""
        text = tags_text(tags)
        # What has no cost stands apart, so that the sum of the others does not speak for it.
        key = (day, cost is None, *sorted((name, value) for name, value in told.items() if value is not None), text)
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) >= MOST_GROUPS:
                yield from self.rows()
            group = self._groups[key] = {"line": line, "day": day, "told": told, "tags": text}
        for name, count in counts.items():
            if count is not None:
                group[name] = group.get(name, 0) + count
        if cost is not None:
            group["cost"] = group.get("cost", Decimal(0)) + cost

    def rows(self) -> Iterator[Row]:
        """All that was taken in and not given away yet."""
        for group in self._groups.values():
            yield usage_row(self.about, group, priced=self.priced)
        self._groups = {}


def usage_row(about: About, group: Mapping[str, Any], *, priced: bool, basis: str | None = None) -> Row:
    """A row of the usage table; its scope is its day."""
    told = dict(group["told"])
    values: dict[str, Any] = {
        "scope": group["day"].isoformat(),
        "line": group["line"],
        "day": group["day"],
        **told,
        **{name: group.get(name) for name in COUNTS},
        "tags": group.get("tags"),
    }
    values["provider"] = told.get("provider") or about.source.provider
    if group.get("cost") is not None:
        values |= {
            "cost": kept(group["cost"]),
            "currency": about.source.currency or "USD",
            "price_basis": basis or about.source.reader,
        }
    elif priced:
        values |= price(about, values["provider"], told.get("model") or "", group["day"], values)
    return Row("usage", values)


def price(about: About, provider: str | None, model: str, day: date, counts: Mapping[str, Any]) -> dict[str, Any]:
    """Cost, currency and basis of *counts* on *day*; nothing where one kind of token that was used has no price.

    A *model* that nobody names is asked for, too: its price is missing like another's.
    """
    wanted = {
        TokenKind.INPUT: counts.get("input"),
        TokenKind.OUTPUT: (counts.get("output") or 0) - (counts.get("reasoning") or 0),
        TokenKind.REASONING: counts.get("reasoning"),
        TokenKind.CACHE_READ: counts.get("cache_read"),
        TokenKind.CACHE_WRITE: counts.get("cache_write"),
    }
    total, currencies, bases = Decimal(0), set(), []
    for kind, count in wanted.items():
        if not count:
            continue
        found = about.price(provider, model, kind.value, day)
        if found is None or not model:
            return {}
        total += Decimal(count) * found.amount / MILLION
        currencies.add(found.currency)
        bases.append(found.basis)
    request = about.price(provider, model, TokenKind.REQUEST.value, day) if counts.get("requests") else None
    if request is not None:
        total += Decimal(counts["requests"]) * request.amount
        currencies.add(request.currency)
        bases.append(request.basis)
    if len(currencies) != 1:
        return {}
    return {"cost": kept(total), "currency": currencies.pop(), "price_basis": ", ".join(dict.fromkeys(bases))}


def tags_text(tags: Mapping[str, str] | None) -> str | None:
    """*tags* as JSON in one spelling, so that the same tags are the same text."""
    return json.dumps(dict(sorted(tags.items())), ensure_ascii=False) if tags else None
