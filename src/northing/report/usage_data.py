"""Unattributed money, usage and prices for a program and for tables: every figure typed, with its address."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from northing.measure.levels import Scope
from northing.measure.price_effects import Per, price_effects
from northing.measure.receipts.usage import row_args
from northing.measure.repricing import prices, reprice
from northing.measure.unattributed import Unattributed
from northing.measure.usage import Tokens, Usage
from northing.measure.view import View
from northing.portfolio.errors import Finding
from northing.portfolio.filter.vocabulary import nearest
from northing.portfolio.periods import Period, label
from northing.portfolio.prices import ALWAYS
from northing.portfolio.rates import TokenKind

from .asking_money import Addressing, Figured, scope_args

COUNTED = ("requests", "ok", "failed", "input", "output", "cache_read", "cache_write", "reasoning", "tokens")


class GroupSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that nobody claims and that say the same of themselves; ``where`` is the filter for exactly these."""

    by: dict[str, str | None]
    where: str
    amount: Figured
    native: Any
    is_ai: bool
    lines: int
    first: date
    last: date


class UnattributedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What no investment claims: the sum, its share of the bills, and the groups, shadow AI first."""

    window: Period | None
    currency: str
    total: Figured
    share: Figured
    billed: Figured
    shadow_ai: Figured
    groups: list[GroupSaid]


class UsageRowSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The usage of one model, provider, investment …; a key of None: the rows do not say."""

    key: str | None
    title: str | None
    total: dict[str, Figured]
    periods: list[dict[str, Figured]]


class UsageSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens, requests and cost over time."""

    by: str
    unit: str
    currency: str
    window: Period | None
    periods: list[Period]
    labels: list[str]
    rows: list[UsageRowSaid]
    total: dict[str, Figured]
    unattributed: dict[str, Figured]
    findings: list[Finding]


class EffectSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One model's change. ``volume`` holds its part of the mix; prices are per million."""

    provider: str | None
    model: str | None
    currency: str
    quantity_before: Decimal
    quantity_after: Decimal
    cost_before: Decimal
    cost_after: Decimal
    price_before: Decimal | None
    price_after: Decimal | None
    volume: Decimal
    price: Decimal
    joint: Decimal


class EffectsSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Why usage costs more or less: change = volume + mix + price + joint."""

    before: Period
    after: Period
    per: str
    currency: str
    cost_before: Any
    cost_after: Any
    effects: dict[str, Figured]
    rows: list[EffectSaid]
    findings: list[Finding]


class RepricedRowSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One model's usage as it was and as it would have been."""

    provider: str | None
    model: str | None
    requests: Decimal
    tokens: Decimal
    cost: Any
    repriced: Any
    difference: Any
    unpriced: dict[str, Decimal]


class RepricedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The same usage at other prices. Where it is not ``complete``, some tokens have no price and are left out."""

    window: Period | None
    model: str | None
    provider: str | None
    on: date | None
    currency: str
    complete: bool
    figures: dict[str, Figured]
    rows: list[RepricedRowSaid]
    findings: list[Finding]


class PriceSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What a million tokens of a model (or a request) cost on a day; ``basis`` says who says so."""

    tokens: str
    price: Decimal
    currency: str
    basis: str
    start: date | None


def unattributed_said(view: View, found: Unattributed, *, where: str, basis: str) -> UnattributedSaid:
    at = Addressing(view, window=found.window, basis=basis, where=where)
    return UnattributedSaid(
        window=found.window,
        currency=view.currency,
        total=at.of("spend.unattributed", found.total),
        share=at.of("spend.unattributed_share", found.share),
        billed=at.of("spend.billed", found.billed),
        shadow_ai=at.of("spend.shadow_ai", found.shadow_ai),
        groups=[
            GroupSaid(
                by=dict(one.by), where=one.where, native=one.native, is_ai=one.is_ai, lines=one.lines,
                first=one.first, last=one.last,
                amount=at.of("spend.unattributed", one.amount, where=_both(where, one.where)),
            )
            for one in found.groups
        ],
    )  # fmt: skip


def usage_said(view: View, found: Usage, scope: Scope, where: str) -> UsageSaid:
    at = Addressing(view, where=where, **scope_args(scope))

    def told(tokens: Tokens, window: Period | None, **args: Any) -> dict[str, Figured]:
        names = (*COUNTED, "cost", "list_cost")
        return {name: at.of(f"usage.{name}", getattr(tokens, name), window=window, **args) for name in names}

    def own(key: str | None) -> dict[str, Any]:
        return row_args(found.by, key, where)

    return UsageSaid(
        by=found.by,
        unit=found.unit,
        currency=view.currency,
        window=found.window,
        periods=list(found.periods),
        labels=[label(view.plan.calendar, one) for one in found.periods],
        rows=[
            UsageRowSaid(
                key=row.key, title=row.title, total=told(row.total, found.window, **own(row.key)),
                periods=[
                    told(one, period, **own(row.key)) for one, period in zip(row.periods, found.periods, strict=True)
                ],
            )
            for row in found.rows
        ],
        total=told(found.total, found.window),
        unattributed=told(found.unattributed, found.window, level=None, id=None, claimed="no"),
        findings=list(found.findings),
    )  # fmt: skip


def effects_said(view: View, before: Period, after: Period, scope: Scope, per: Per, where: str) -> EffectsSaid:
    found = price_effects(view, before, after, scope, per=per, where=where)
    at = Addressing(
        view, window=after, before_from=before.start, before_until=before.end, per=per, where=where, **scope_args(scope)
    )
    names = EffectSaid.__struct_fields__
    return EffectsSaid(
        before=before,
        after=after,
        per=per,
        currency=view.currency,
        cost_before=found.cost_before,
        cost_after=found.cost_after,
        effects={
            name: at.of(f"effect.{name}", getattr(found, name))
            for name in ("change", "volume", "mix", "price", "joint")
        },
        rows=[EffectSaid(**{name: getattr(row, name) for name in names}) for row in found.rows],
        findings=list(found.findings),
    )


def repriced_said(
    view: View, window: Period | None, scope: Scope, *, provider: str | None, model: str | None, on: date | None,
    where: str = "",
) -> RepricedSaid:  # fmt: skip
    found = reprice(view, window, scope=scope, provider=provider, model=model, on=on, where=where)
    at = Addressing(
        view, window=found.window, to_model=model, to_provider=provider, on=on, where=where, **scope_args(scope)
    )
    return RepricedSaid(
        window=found.window,
        model=model,
        provider=provider,
        on=on,
        currency=view.currency,
        complete=found.complete,
        figures={name: at.of(f"reprice.{name}", getattr(found, name)) for name in ("cost", "repriced", "difference")},
        rows=[
            RepricedRowSaid(
                provider=row.provider,
                model=row.model,
                requests=row.requests,
                tokens=row.tokens,
                cost=row.cost,
                repriced=row.repriced,
                difference=row.difference,
                unpriced=dict(row.unpriced),
            )
            for row in found.rows
        ],
        findings=list(found.findings),
    )


def prices_said(view: View, model: str, provider: str | None, on: date | None) -> list[PriceSaid]:
    """What *model* costs on a day (today if not said); empty where nobody knows it."""
    known, day = prices(view), on or view.today
    found = [(kind, known.price(provider, model, kind, day)) for kind in TokenKind]
    return [
        PriceSaid(tokens=str(kind), price=one.amount, currency=one.currency, basis=one.basis, start=_since(one.start))
        for kind, one in found
        if one is not None
    ]


def nearest_model(view: View, model: str) -> str | None:
    """The model with a price that is spelled most like *model*; None where none is near."""
    return nearest(model, prices(view).models())[0]


def _since(start: date | None) -> date | None:
    """From when a price holds; None where the catalogue knows no beginning."""
    return None if start == ALWAYS else start


def _both(one: str, other: str) -> str:
    return f"({one}) and {other}" if one and other else one or other
