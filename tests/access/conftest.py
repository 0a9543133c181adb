"""The same two organisations as in the tests of the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from northing.sources.facts.price_catalogue import pages
from tests.api.conftest import acme, call, other

__all__ = ["acme", "call", "other"]


@pytest.fixture(autouse=True)
def short_catalogues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may take prices in does not hang on how many there are: ten of each catalogue, and not thousands."""

    def first(catalogue: str) -> Iterator[bytes]:
        yield b"".join(next(pages(catalogue)).splitlines(keepends=True)[:10])

    for door in ("northing.web.sources.prices", "northing.api.deliveries"):
        monkeypatch.setattr(f"{door}.pages", first)
