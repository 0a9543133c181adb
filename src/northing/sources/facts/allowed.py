"""What of a document may be kept: what is listed, and nothing else. What fields that nobody knows hold is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from .documents import documents

Hide = Callable[[str], str]
Shape = Mapping[str, Any]
"""Key → True (kept as it is, if it is no object), a shape of what is inside, or PERSON."""
PERSON = object()
"""Somebody: an account, a name, or an object that holds them."""
NAMED = ("accountId", "uniqueName", "login", "emailAddress", "email", "key", "name", "displayName", "id")


def whose(value: Any) -> str | None:
    """What names a person in *value*: the account before the address, and that before the name."""
    if isinstance(value, Mapping):
        found = (value.get(name) for name in NAMED)
        return next((str(each) for each in found if isinstance(each, (str, int)) and str(each).strip()), None)
    return str(value).strip() or None if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def hidden(value: Any, hide: Hide) -> str | None:
    """The person in *value* as an HMAC; None where nobody is named."""
    named = whose(value)
    return None if named is None else hide(named)


def allowed(value: Any, shape: Any, hide: Hide) -> Any:
    """*value* with what *shape* lists, people hidden."""
    if isinstance(value, list):
        return [allowed(each, shape, hide) for each in value if not isinstance(each, list)]
    if shape is PERSON:
        return hidden(value, hide)
    if shape is True or not isinstance(value, dict):
        return None if isinstance(value, dict) else value
    return {key: allowed(each, shape[key], hide) for key, each in value.items() if key in shape}


def kept_documents(pages: Iterable[bytes], keep: Callable[[dict[str, Any]], Any]) -> Iterator[bytes]:
    """JSON documents, one a line, with what *keep* leaves of each. What is no JSON is not kept."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    for document in documents(pages):
        if document.value is not None:
            yield encoder.encode(keep(document.value)) + b"\n"
