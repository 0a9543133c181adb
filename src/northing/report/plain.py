"""The JSON form of a value, the same at every door: decimals as text, dates in ISO form, money by currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from northing.portfolio.money import Amounts


def plain(value: Any) -> Any:
    """*value* as JSON values; a period by its two ends."""
    if value is None or isinstance(value, str | bool | int):
        return value
    return msgspec.to_builtins(value, enc_hook=_hook)


def encode(value: Any) -> bytes:
    """*value* as JSON."""
    return msgspec.json.encode(value, enc_hook=_hook)


def _hook(value: Any) -> Any:
    if isinstance(value, Amounts):
        return {currency: str(amount) for currency, amount in value.by_currency.items()}
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(f"no JSON form of {type(value).__name__}")
