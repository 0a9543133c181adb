"""Rows that could not be read: as findings on a page, and as a file that people take to whoever sent them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from northing.portfolio.errors import Finding
from northing.portfolio.fact_reading import Refused

from .store import Store, sha256_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def finding(row: Refused) -> Finding:
    """A refused row as doors show it."""
    return Finding(
        code="row-refused",
        message=row.reason,
        severity="warning",
        line=row.line,
        column=row.column,
        value=row.value[:200] or None,
    )


def keep(store: Store, rows: Iterable[Refused], bench: Path) -> str:
    """The refused rows as a CSV that a spreadsheet opens without running anything; the hash of it."""
    path = bench / "rejects.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "column", "value", "reason"))
        writer.writerows((row.line, row.column or "", _harmless(row.value), row.reason) for row in rows)
    sha256 = sha256_of(path)
    store.keep(path, store.rejects(sha256))
    return sha256


def _harmless(value: str) -> str:
    return "'" + value if value.startswith(FORMULA) else value
