"""What a reader asks of the plan while it reads: prices and rates, noted so that a delivery can say what it used."""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec

from northing.portfolio.entity import encode
from northing.portfolio.errors import Finding
from northing.portfolio.fact_reading import About, Price, Rate
from northing.portfolio.rates import TokenKind

MOST_BASES = 5
MOST_MISSING = 50
REMEDY = "Take in the price catalogues, or enter the agreed price; then bring the same input in again."


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

    def findings(self) -> tuple[Finding, ...]:
        """What was used on a day on which no price is known of it: it has no cost, which is not a cost of zero."""
        days: dict[tuple[str, str], list[str]] = {}
        for (provider, model, tokens, day), found in self._prices.items():
            if found is None and tokens != TokenKind.REQUEST:  # few providers have a price of requests
                days.setdefault((provider, model), []).append(day)
        named = sorted(days)[:MOST_MISSING]
        return tuple(_missing(provider, model, sorted(days[provider, model])) for provider, model in named)

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


def without_cost(rows: int) -> tuple[Finding, ...]:
    """What is said of usage whose tokens have no cost, where nobody was asked for a price."""
    if not rows:
        return ()
    message = f"{rows:,} rows of usage say tokens and no cost; they are counted, and have no cost."
    remedy = "Have the gateway work out the spend of these models, and bring the input in again."
    return (Finding(code="price-missing", severity="warning", message=message, remedy=remedy),)


def _missing(provider: str, model: str, days: list[str]) -> Finding:
    when = f"on {days[0]}" if days[0] == days[-1] else f"from {days[0]} to {days[-1]}"
    if not model:
        message = f"No model is named for what was used {when}; it is counted, and has no cost."
        remedy = "Name the model in a column, or in the source's option “model”; then bring the same input in again."
        return Finding(code="price-missing", severity="warning", message=message, remedy=remedy)
    of = f" of {provider}" if provider else ""
    message = f"No price is known of “{model}”{of} for all that was used {when}; it is counted, and has no cost."
    return Finding(code="price-missing", severity="warning", message=message, value=model, remedy=REMEDY)
