"""The catalogue ``genai-prices`` as its release brings it; nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import msgspec

from northing.portfolio.prices import ALWAYS

from .listed import ListedPrice, edition, joined, under

NAME = "genai-prices"
FIELDS = {
    "input_mtok": ("input", Decimal(1)),
    "output_mtok": ("output", Decimal(1)),
    "cache_read_mtok": ("cache_read", Decimal(1)),
    "cache_write_mtok": ("cache_write", Decimal(1)),
    "output_reasoning_mtok": ("reasoning", Decimal(1)),
    "requests_kcount": ("request", Decimal(1000)),
}
"""The catalogue's price → ours, and how many of ours it is the price of."""
AN_HOUR = "kept for an hour"


def prices() -> Iterator[ListedPrice]:
    """Every price of tokens and requests that the installed release lists."""
    from genai_prices.data import providers

    release = version("genai-prices")
    for provider in sorted(providers, key=lambda each: each.id):
        own = {model.id.lower() for model in provider.models}
        aliased: set[str] = set(own)
        for model in provider.models:
            listed = list(joined(_model(provider.id, model, release)))
            yield from listed
            names = [name for name in _aliases(model.match) if name not in aliased]
            yield from under(names, listed, own)
            aliased.update(names)


def _model(provider: str, model: Any, release: str) -> Iterator[ListedPrice]:
    spans = model.prices if isinstance(model.prices, list) else None
    if spans is None:
        yield from _span(provider, model, release, model.prices, ALWAYS, None)
    else:
        dated = [span for span in spans if _hours(span.constraint) is None]
        starts = [_start(span.constraint) for span in dated]
        for at, span in enumerate(dated):
            after = min((start for start in starts if start > starts[at]), default=None)
            if starts[at] not in starts[at + 1 :]:  # of two from one day on, the later one counts
                yield from _span(provider, model, release, span.prices, starts[at], after)
        for span in spans:
            hours = _hours(span.constraint)
            if hours:
                yield from _span(provider, model, release, span.prices, ALWAYS, None, hours)
    for variant in model.price_variants or ():
        told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in sorted(variant.when.items()))
        yield from _span(provider, model, release, variant.prices, _start(variant.constraint), None, told)


def _span(
    provider: str, model: Any, release: str, listed: Any, start: date, until: date | None, condition: str | None = None
) -> Iterator[ListedPrice]:
    entry = ListedPrice(
        catalogue=NAME,
        version=release,
        provider=provider,
        model=model.id.lower(),
        tokens="",
        start=start,
        until=until,
        price=Decimal(0),
        condition=condition,
        origin=f"{NAME} {release}",
    )
    for field, (tokens, count) in FIELDS.items():
        yield from _field(entry, getattr(listed, field, None), tokens, count, condition)
    # A cache that is kept longer has a price of its own beside the usual one.
    longer = f"{condition}, {AN_HOUR}" if condition else AN_HOUR
    yield from _field(entry, getattr(listed, "cache_write_1h_mtok", None), "cache_write", Decimal(1), longer)


def _field(entry: ListedPrice, value: Any, tokens: str, count: Decimal, condition: str | None) -> Iterator[ListedPrice]:
    if value is None:
        return
    base = getattr(value, "base", value)
    replaced = {"tokens": tokens, "condition": condition}
    yield msgspec.structs.replace(entry, price=Decimal(base) / count, **replaced)
    for tier in getattr(value, "tiers", ()):
        above = f"input over {tier.start:,} tokens"
        replaced["condition"] = f"{condition}, {above}" if condition else above
        yield msgspec.structs.replace(entry, price=Decimal(tier.price) / count, **replaced)


def _start(constraint: Any) -> date:
    found: date = getattr(constraint, "start_date", ALWAYS)
    return found


def _hours(constraint: Any) -> str | None:
    start, end = getattr(constraint, "start_time", None), getattr(constraint, "end_time", None)
    return f"between {start:%H:%M} and {end:%H:%M} UTC" if start is not None and end is not None else None


def _aliases(clause: Any) -> Iterator[str]:
    """The names that a model's match lists as its own; “begins with” and “contains” are guesses, and left out."""
    if hasattr(clause, "equals"):
        yield clause.equals.lower()
    elif hasattr(clause, "regex"):
        found = edition(clause.regex)
        if found:
            yield found
    for inner in getattr(clause, "or_", ()):
        yield from _aliases(inner)
