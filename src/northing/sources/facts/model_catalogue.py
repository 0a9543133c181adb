"""The catalogue ``model-prices`` as its release brings it; its cache and its downloads are never touched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import msgspec

from northing.portfolio.prices import ALWAYS

from .listed import ListedPrice, day_of, joined, under

NAME = "model-prices"
KINDS = ("input", "output", "cache_read", "cache_write")
EDITIONS = {"openai": "-yyyy-mm-dd", "anthropic": "-yyyymmdd"}
"""How a provider dates the editions of its models, as the catalogue has it."""


def prices() -> Iterator[ListedPrice]:
    """Every price that the installed release lists."""
    catalogue = json.loads(
        files("model_prices").joinpath("snapshot.json").read_text(encoding="utf-8"), parse_float=Decimal
    )
    release = version("model-prices")
    for provider in sorted(catalogue["prices"]):
        models: Mapping[str, Any] = catalogue["prices"][provider]
        own = {model.lower() for model in models}
        for model in sorted(models):
            listed = list(joined(_model(catalogue, release, provider, model)))
            yield from listed
            yield from under(_aliases(catalogue, provider, model), listed, own)


def _aliases(catalogue: Mapping[str, Any], provider: str, model: str) -> Iterator[str]:
    for name, meant in catalogue["bases"].get(provider, {}).items():
        if meant == model:
            yield name
    for name, meant in catalogue["aliases"]["models"].items():
        if meant == f"{provider}/{model}":
            yield name
    if provider in EDITIONS and re.search(r"-(\d{8}|\d{4}-\d{2}-\d{2})$", model) is None:
        yield model + EDITIONS[provider]


def _model(catalogue: Mapping[str, Any], release: str, provider: str, model: str) -> Iterator[ListedPrice]:
    for mode, spans in sorted(catalogue["prices"][provider][model].items()):
        for start, until, rates in _spans(spans):
            entry = ListedPrice(
                catalogue=NAME,
                version=release,
                provider=provider,
                model=model.lower(),
                tokens="",
                start=start,
                until=until,
                price=Decimal(0),
                origin=f"{NAME} {release}, {rates['valid_from_basis']}: {rates['source']}",
            )
            listed = list(_rates(entry, rates, None if mode == "standard" else mode))
            yield from listed
            if mode == "standard":
                yield from _scheduled(catalogue, model, listed)


def _spans(spans: Sequence[Mapping[str, Any]]) -> Iterator[tuple[date, date | None, Mapping[str, Any]]]:
    """(from, until, rates) of each span; the first one also covers every earlier day."""
    starts = [ALWAYS, *(day_of(span["start"]) for span in spans[1:])]
    for at, span in enumerate(spans):
        if span["rates"] is not None:
            yield starts[at], starts[at + 1] if at + 1 < len(spans) else None, span["rates"]


def _rates(entry: ListedPrice, rates: Mapping[str, Any], mode: str | None) -> Iterator[ListedPrice]:
    for tier in ({}, *rates.get("tiers", ())):
        told = [part for part in (mode, f"input over {tier['above']:,} tokens" if tier else None) if part]
        here = tier or rates
        for kind in KINDS:
            if here.get(kind) is not None:
                yield _priced(entry, kind, Decimal(here[kind]), told)
        if rates.get("cache_write_1h_multiple") is not None and here.get("input") is not None:
            longer = Decimal(here["input"]) * Decimal(rates["cache_write_1h_multiple"])
            yield _priced(entry, "cache_write", longer, [*told, "kept for an hour"])


def _priced(entry: ListedPrice, kind: str, price: Decimal, told: Sequence[str]) -> ListedPrice:
    return msgspec.structs.replace(entry, tokens=kind, price=price, condition=", ".join(told) or None)


def _scheduled(catalogue: Mapping[str, Any], model: str, listed: Sequence[ListedPrice]) -> Iterator[ListedPrice]:
    """What costs another price at certain hours, as rows with that condition."""
    for schedule in catalogue["schedules"].get("schedule", ()):
        start = day_of(schedule["valid_from"])
        end = day_of(schedule["valid_until"]) if "valid_until" in schedule else None
        hours = schedule.get("peak_hours_utc") or schedule.get("off_peak_hours_utc") or ()
        factor = schedule.get("peak_multiplier") or schedule.get("off_peak_multiplier", {}).get(model)
        if factor is None:
            continue
        told = " and ".join(f"{first}–{last} UTC" for first, last in hours)
        told += ", Monday to Friday" if schedule.get("weekdays_only") else ""
        told += ", not on public holidays" if schedule.get("holidays") else ""
        for price in listed:
            if price.provider != schedule["provider"]:
                continue
            since = max(price.start, start)
            until = min((day for day in (price.until, end) if day is not None), default=None)
            if until is None or since < until:
                yield msgspec.structs.replace(
                    price,
                    start=since,
                    until=until,
                    price=price.price * Decimal(factor),
                    condition=f"{price.condition}, {told}" if price.condition else told,
                )
