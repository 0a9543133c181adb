"""What of an input may be kept: people as HMACs, and what was said to a model or about the work not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

import msgspec

from .documents import documents
from .lines import records

Hide = Callable[[str], str]


def redacted_documents(
    pages: Iterable[bytes], hide: Hide, *, people: Set[str], dropped: Set[str], keyed: Set[str] = frozenset()
) -> Iterator[bytes]:
    """JSON documents, one a line, with *people* hidden, *dropped* left out, and the keys under *keyed* hidden too.

    What is no JSON is not kept: nobody could say what stands in it.
    """
    encoder = msgspec.json.Encoder(decimal_format="number")
    for document in documents(pages):
        if document.value is not None:
            yield encoder.encode(_walk(document.value, hide, people, dropped, keyed)) + b"\n"


def _walk(value: Any, hide: Hide, people: Set[str], dropped: Set[str], keyed: Set[str]) -> Any:
    if isinstance(value, list):
        return [_walk(each, hide, people, dropped, keyed) for each in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for name, each in value.items():
        if name in dropped:
            continue
        if name in people:
            kept[name] = hide(str(each)) if isinstance(each, (str, int)) and str(each).strip() else None
        elif name in keyed and isinstance(each, dict):
            kept[name] = {hide(key): _walk(inner, hide, people, dropped, keyed) for key, inner in each.items()}
        elif isinstance(each, str) and each[:1] in ("{", "["):
            kept[name] = _inner(each, hide, people, dropped, keyed)
        else:
            kept[name] = _walk(each, hide, people, dropped, keyed)
    return kept


def _inner(text: str, hide: Hide, people: Set[str], dropped: Set[str], keyed: Set[str]) -> str:
    """JSON that stands in a text, redacted like the rest; text that only begins like it stays."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return text
    return msgspec.json.encode(_walk(value, hide, people, dropped, keyed)).decode("utf-8")


def redacted_table(pages: Iterable[bytes], hide: Hide, *, people: Set[str], dropped: Set[str]) -> Iterator[bytes]:
    """A CSV with *people* hidden and *dropped* emptied, both in small letters; rows that cannot be cut are left out."""
    header, rows = records(pages)
    names = [name.strip().lower() for name in header]
    yield csv_line(header)
    for row in rows:
        if row.fault is None and len(row.cells) == len(names):
            yield csv_line(
                [
                    "" if name in dropped else hide(cell.strip()) if name in people and cell.strip() else
                    _inner(cell, hide, people, dropped, frozenset()) if cell[:1] in ("{", "[") else cell
                    for name, cell in zip(names, row.cells, strict=True)
                ]
            )  # fmt: skip


def csv_line(cells: Iterable[str]) -> bytes:
    """A row of a CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8")
