"""What a reader asks of the plan while it reads: prices and rates, noted so that a delivery can say what it used."""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec

from northing.portfolio.entity import encode
from northing.portfolio.fact_reading import About, Price, Rate

MOST_BASES = 5


class Asked:
    """An :class:`About` whose answers are remembered."""

    def __init__(self, about: About) -> None:
        self._prices: dict[tuple[str, str, str, str], Price | None] = {}
        self._rates: dict[tuple[str, str, str], Rate | None] = {}
        self._given = about
        self.about = msgspec.structs.replace(about, price=self._price, rate=self._rate)

    def _price(self, provider: str | None, model: str, tokens: str, day: date) -> Price | None:
        key = (provider or "", model, tokens, day.isoformat())
        if key not in self._prices:
            self._prices[key] = self._given.price(provider, model, tokens, day)
        return self._prices[key]

    def _rate(self, role: str | None, team: str | None, day: date) -> Rate | None:
        key = (role or "", team or "", day.isoformat())
        if key not in self._rates:
            self._rates[key] = self._given.rate(role, team, day)
        return self._rates[key]

    def told(self) -> str | None:
        """Which prices and rates were used, and a digest of all answers; None where nothing was asked."""
        if not self._prices and not self._rates:
            return None
        answers = [
            sorted((list(key), None if found is None else msgspec.to_builtins(found)) for key, found in asked.items())
            for asked in (self._prices, self._rates)
        ]
        digest = hashlib.sha256(encode(answers)).hexdigest()[:12]
        bases = sorted({found.basis for found in self._prices.values() if found is not None})
        if any(found is not None for found in self._rates.values()):
            bases.append("rate cards")
        said = ", ".join(bases[:MOST_BASES]) + (" …" if len(bases) > MOST_BASES else "")
        return f"{said or 'no price found'} ({digest})"
