"""What models cost: the prices that this organisation has agreed, and one model's list prices over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.repricing import prices
from northing.portfolio.rates import PriceOverride, TokenKind
from northing.report import words
from northing.report.labels import label
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page

from .framing import framed
from .state import read
from .told import fine

MOST = 400
"""Prices of one model that the page lists."""
USED = 12
"""Models in use that are offered by name."""


@dataclass(frozen=True)
class Agreed:
    id: str
    model: str
    href: str
    provider: str
    tokens: str
    price: str
    days: str
    state: str
    edit: str
    drop: str
    note: str


@dataclass(frozen=True)
class Listed:
    """One price of a catalogue, as it holds or held."""

    provider: str
    tokens: str
    price: str
    start: date
    until: str
    now: bool
    condition: str
    origin: str
    href: str


@page("usage")
def price_list(page: Page) -> HttpResponse:
    state = read(page.view, page.request.GET)
    model = page.request.GET.get("model", "").strip()
    agreed = sorted(
        page.view.plan.price_overrides.values(), key=lambda one: (one.model.casefold(), str(one.tokens), str(one.start))
    )
    history = _history(page, model) if model else []
    return page.render(
        "usage/prices.html",
        **framed(page, state, "prices"),
        agreed=[_agreed(page, one) for one in agreed],
        add=page.link("add/price_override", model=model or None, currency=page.workspace.currency, next=page.here)
        if page.may_edit
        else "",
        model=model,
        models=prices(page.view).models(),
        used=_used(page),
        history=history[:MOST],
        more=max(0, len(history) - MOST),
    )


def _agreed(page: Page, one: PriceOverride) -> Agreed:
    ended = one.end is not None and one.end <= page.today
    waiting = one.start is not None and one.start > page.today
    return Agreed(
        one.id,
        one.model,
        page.link("usage/prices", model=one.model),
        one.provider or _("any"),
        kind_words(str(one.tokens)),
        fine(one.price, one.currency),
        _days(one.start, one.end),
        "ended" if ended else "waiting" if waiting else "on",
        page.link(f"edit/price_override/{one.id}", next=page.here) if page.may_edit else "",
        page.link(f"drop/price_override/{one.id}", next=page.here) if page.may_edit else "",
        one.note or "",
    )


def _days(start: date | None, end: date | None) -> str:
    if start and end:
        return f"{words.day(start)} – {words.day(end)}"
    if start:
        return _("from %(day)s") % {"day": words.day(start)}
    return _("until %(day)s") % {"day": words.day(end)} if end else _("always")


def _history(page: Page, model: str) -> list[Listed]:
    """The newest first, by provider and kind of tokens."""
    wanted = model.casefold()
    rows = [
        row
        for row in (page.view.facts.prices() if page.view.facts is not None else ())
        if str(row["model"]).casefold() == wanted
    ]
    kinds = [str(one) for one in TokenKind]

    def place(row: Mapping[str, Any]) -> tuple[str, int, str, int]:
        kind = kinds.index(str(row["tokens"])) if str(row["tokens"]) in kinds else len(kinds)
        return str(row["provider"]).casefold(), kind, str(row.get("condition") or ""), -row["start"].toordinal()

    return [_listed(page, row) for row in sorted(rows, key=place)]


def _listed(page: Page, row: Mapping[str, Any]) -> Listed:
    start, until = row["start"], row.get("until")
    return Listed(
        str(row["provider"]),
        kind_words(str(row["tokens"])),
        fine(row["price"], row["currency"]),
        start,
        words.day(until) if until else "",
        start <= page.today and (until is None or page.today < until),
        str(row.get("condition") or ""),
        str(row.get("origin") or ""),
        address_of(page, "delivery", row["delivery"]) if row.get("delivery") else "",
    )


def kind_words(kind: str) -> str:
    """ "Input tokens, a million": what a price is of."""
    if kind == TokenKind.REQUEST:
        return _("a request")
    return _("%(kind)s, a million") % {"kind": label(kind, "tokens")}


def _used(page: Page) -> list[tuple[str, str]]:
    """Models that are called here, the dearest first."""
    from northing.measure.usage import usage

    rows = usage(page.view, by="model").rows
    return [(row.key, page.link("usage/prices", model=row.key)) for row in rows[:USED] if row.key]
