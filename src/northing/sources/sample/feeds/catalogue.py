"""The price list that Fenmarch keeps of its providers' models, one line of JSON a price; sent again when a price falls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

from northing.sources.sample.money import Money
from northing.sources.sample.money.calls import CUT, CUT_TO, PRICES
from northing.sources.sample.technology import MODELS

NAME = "fenmarch-price-list"
KINDS = ("input", "output", "cache_read")


def price_list(money: Money, edition: int) -> bytes:
    """The list's first edition, or the second, which knows of the cut."""
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in _lines(money, edition))


def _lines(money: Money, edition: int) -> Iterator[dict[str, str]]:
    begin = money.spending.months[0] - timedelta(days=90)
    for model, listed in PRICES.items():
        if not listed[0]:
            continue
        falls = money.calls.cut_on if model == CUT and edition > 1 else None
        for tokens, price in zip(KINDS, listed, strict=True):
            if price:
                yield _line(model, tokens, price, begin, falls, edition)
        if falls is not None:
            for tokens, price in zip(KINDS, CUT_TO, strict=True):
                yield _line(model, tokens, price, falls, None, edition)


def _line(model: str, tokens: str, price: float, start: date, until: date | None, edition: int) -> dict[str, str]:
    provider = MODELS[model].provider
    said = {
        "catalogue": NAME, "version": str(edition), "provider": provider, "model": model, "tokens": tokens,
        "start": start.isoformat(), "price": str(price), "currency": "USD", "origin": f"{provider}, published price list",
    }  # fmt: skip
    return said if until is None else {**said, "until": until.isoformat()}
