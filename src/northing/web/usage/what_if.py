"""What the same usage would have cost on another model or at another day's prices, and what has no price there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.money_flows import also
from northing.measure.repricing import FORMULA, Repriced, prices, reprice
from northing.measure.unattributed import where_of
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.amounts import Cell, cell, own, short
from northing.web.frame.context import Page, page

from .framing import framed
from .state import State, read
from .told import many

OFFERED = 2000
"""Models that the chooser knows at the most."""


@dataclass(frozen=True)
class Row:
    title: str
    provider: str
    requests: str
    tokens: str
    cells: list[Cell]
    """Cost, what it would have been, the difference."""
    unpriced: str


@page("usage")
def what_if(page: Page) -> HttpResponse:
    """The panel of choices, and the result beside what it did cost."""
    state = read(page.view, page.request.GET)
    given = page.request.GET
    model, provider = given.get("model", "").strip(), given.get("provider", "").strip()
    known = prices(page.view)
    models = known.models()
    errors: dict[str, str] = {}
    on = _day(given.get("on", ""), errors)
    if model and model.casefold() not in models:
        errors["model"] = _near(model, models)
    asked = (model or on) and not errors
    found = _reprice(page, state, model, provider, on) if asked else None
    return page.render(
        "usage/what_if.html",
        **framed(page, state, "what-if"),
        models=models[:OFFERED],
        providers=_providers(page),
        model=model,
        provider=provider,
        on=given.get("on", ""),
        errors=errors,
        found=found,
        formula=_(FORMULA),
        said=_said(page, found) if found else "",
        figures=_figures(page, state, found) if found else [],
        rows=[_row(page, state, found, place) for place in range(len(found.rows))] if found else [],
        findings=[(one.message, one.remedy or "") for one in found.findings] if found else [],
        add_price=page.link("add/price_override", model=model or None, provider=provider or None, next=page.here)
        if page.may_edit
        else "",
        any_prices=bool(models),
    )


def _reprice(page: Page, state: State, model: str, provider: str, on: date | None) -> Repriced:
    return reprice(
        page.view,
        state.window.period,
        scope=state.scope,
        provider=provider or None,
        model=model or None,
        on=on,
        where=state.where,
    )


def _day(text: str, errors: dict[str, str]) -> date | None:
    text = text.strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors["on"] = _("There is no day “%(text)s”. Write it as 2026-03-31.") % {"text": text[:40]}
        return None


def _near(model: str, models: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(model.casefold(), models, 1, 0.5)
    said = _("Nobody knows a price of “%(model)s”.") % {"model": model[:60]}
    return said + " " + _("Did you mean “%(near)s”?") % {"near": near[0]} if near else said


def _providers(page: Page) -> list[str]:
    rows = page.view.facts.prices() if page.view.facts is not None else ()
    agreed = {one.provider for one in page.view.plan.price_overrides.values() if one.provider}
    return sorted({str(row["provider"]) for row in rows} | agreed, key=str.casefold)


def _said(page: Page, found: Repriced) -> str:
    off = own(found.difference, page)
    cost = own(found.cost, page)
    said = {
        "other": short(found.repriced),
        "off": words.amount(abs(off), page.currency, short=True),
        "share": words.percent(abs(off) / cost) if cost else "–",
    }
    if not found.repriced:
        return _("None of it has a price there.")
    text = (
        _("It would have cost %(other)s: %(off)s (%(share)s) less.")
        if off < 0
        else _("It would have cost %(other)s: %(off)s (%(share)s) more.")
        if off > 0
        else _("It would have cost the same, %(other)s.")
    )
    if not found.complete:
        text += " " + _("Some of it has no price there and is left out, so the true figure is higher.")
    return text % said


def _address(page: Page, state: State, found: Repriced, name: str, where: str = "") -> Figure:
    return figure(
        f"reprice.{name}",
        level=state.scope.level,
        id=state.scope.id,
        where=also(state.where, where),
        window=state.window.period,
        to_model=found.model or "",
        to_provider=found.provider or "",
        on=found.on.isoformat() if found.on else "",
        currency="" if page.currency == page.workspace.currency else page.currency,
    )


def _figures(page: Page, state: State, found: Repriced) -> list[tuple[str, str, str, Figure, str]]:
    """Title, value, exact value, address, tone."""

    def at(name: str) -> Figure:
        return _address(page, state, found, name)

    off = own(found.difference, page)
    tone = "good" if off < 0 else "bad" if off > 0 else ""
    return [
        (_("It did cost"), short(found.cost), words.money(found.cost), at("cost"), ""),
        (_("It would have cost"), short(found.repriced), words.money(found.repriced), at("repriced"), ""),
        (
            _("Difference"),
            short(found.difference, signed=True),
            words.money(found.difference),
            at("difference"),
            tone if found.complete else "",
        ),
    ]


def _row(page: Page, state: State, found: Repriced, place: int) -> Row:
    row = found.rows[place]
    where = where_of([("provider", row.provider), ("model", row.model)])

    def money(name: str, amounts: Amounts, *, signed: bool = False) -> Cell:
        return cell(amounts, page.currency, _address(page, state, found, name, where), signed=signed)

    lacking = ", ".join(
        _("%(n)s %(kind)s") % {"n": many(Decimal(count)), "kind": str(kind).replace("_", " ")}
        for kind, count in row.unpriced.items()
    )
    return Row(
        row.model or _("not said"),
        row.provider or "",
        many(row.requests),
        many(row.tokens),
        [
            money("cost", row.cost),
            money("repriced", row.repriced),
            money("difference", row.difference, signed=True) if not row.unpriced else Cell(),
        ],
        lacking,
    )
