"""What a model costs on a day, out of the rows of the price table and what this organisation has agreed.

Order: agreed prices, then a price list that somebody delivered, then the catalogues in the order of ``CATALOGUES``.
Only prices without a condition are given; those above a context length, at certain hours or in batches stand in the
table with their condition, and nobody applies them unasked. Names are never guessed: a model is found under its own
name, under the aliases that its catalogue lists (they are rows of their own), with its provider in front
(``openai/gpt-4o``), or as a dated edition where the catalogue says that it has such (``gpt-4o-YYYY-MM-DD``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from .errors import Finding
from .fact_reading import Price
from .rates import PriceOverride, TokenKind

CATALOGUES = ("model-prices", "genai-prices")
"""Where they differ, the former is taken: it dates its corrections and names the source of each."""
ALIAS = "alias of "
"""Begins the origin of a row that repeats another one under a second name."""
ALWAYS = date(2000, 1, 1)
"""From when a price holds of which a catalogue knows no beginning."""

SAME_PROVIDER = {
    "x-ai": "xai",
    "aws": "amazon-bedrock",
    "bedrock": "amazon-bedrock",
    "bedrock_converse": "amazon-bedrock",
    "aws-bedrock": "amazon-bedrock",
    "gemini": "google",
    "vertex_ai": "google",
    "vertex-ai": "google",
    "google-vertex": "google",
    "azure_ai": "azure",
    "azure-openai": "azure",
    "mistralai": "mistral",
    "mistral-ai": "mistral",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "moonshot": "moonshotai",
    "claude": "anthropic",
    "codex": "openai",
}
"""Other names of a provider → the one that prices are found under."""
MAKERS = (
    "anthropic",
    "openai",
    "google",
    "zai",
    "deepseek",
    "xai",
    "moonshotai",
    "alibaba",
    "mistral",
    "minimax",
    "xiaomi",
    "meta",
    "cohere",
    "perplexity",
    "ai21",
)
"""Who is asked first for a model whose provider nobody names: those that make models, before those that resell."""
AT_LIST = {"azure": ("openai", "anthropic", "deepseek", "xai", "moonshotai"), "google": ("anthropic",)}
"""Who sells whose models at the maker's list price where it lists none of its own (as genai-prices states it)."""
INSTEAD = {
    TokenKind.CACHE_READ: TokenKind.INPUT,
    TokenKind.CACHE_WRITE: TokenKind.INPUT,
    TokenKind.REASONING: TokenKind.OUTPUT,
}
"""What a kind of token is billed as where it has no price of its own."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the price table, as far as prices are looked up in it."""

    catalogue: str
    basis: str
    provider: str
    model: str
    tokens: str
    start: date
    until: date | None
    price: Decimal
    currency: str
    origin: str | None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day < self.until)


class PriceList:
    """Prices by name and day."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], agreed: Iterable[PriceOverride] = ()) -> None:
        self.agreed = sorted(agreed, key=lambda each: (each.start or date.min, each.id), reverse=True)
        self._rows: dict[tuple[str, str, str], list[Listed]] = defaultdict(list)
        self._providers: dict[str, set[str]] = defaultdict(set)
        for listed in _listed(rows):
            self._rows[listed.provider, listed.model, listed.tokens].append(listed)
            self._providers[listed.model].add(listed.provider)
        for found in self._rows.values():
            found.sort(key=lambda each: (rank_of(each.catalogue), -each.start.toordinal(), each.basis))

    def on(self, provider: str | None, model: str, tokens: str, day: date) -> Price | None:
        """What a million *tokens* of *model* (or a request) cost on *day*; None where nobody says it."""
        kind = TokenKind(tokens)
        for asked in (kind, INSTEAD.get(kind)):
            if asked is None:
                continue
            found = self._agreed(provider, model, asked, day) or self._catalogue(provider, model, asked, day)
            if found is not None:
                return found
        return None

    def _agreed(self, provider: str | None, model: str, tokens: TokenKind, day: date) -> Price | None:
        names = {name for _, name in names_of(provider, model)} | {model.strip().lower()}
        whose = {one for one, _ in names_of(provider, model)}
        for price in self.agreed:
            if price.tokens != tokens or price.model.strip().lower() not in names:
                continue
            if price.provider is not None and canonical(price.provider) not in whose:
                continue
            if (price.start is None or price.start <= day) and (price.end is None or day < price.end):
                return Price(amount=price.price, currency=price.currency, basis="agreed")
        return None

    def _catalogue(self, provider: str | None, model: str, tokens: TokenKind, day: date) -> Price | None:
        for whose, name in names_of(provider, model):
            for seller in sellers_of(whose) if whose else self._sellers(name):
                for listed in self._rows.get((seller, name, tokens.value), ()):
                    if listed.holds(day):
                        return Price(amount=listed.price, currency=listed.currency, basis=listed.basis)
        return None

    def _sellers(self, model: str) -> Sequence[str]:
        """Of a model whose provider is not known: its maker, or the only one who sells it."""
        known = self._providers.get(model, set())
        makers = [maker for maker in MAKERS if maker in known]
        return makers[:1] or (sorted(known) if len(known) == 1 else [])

    def disagreements(self, day: date) -> Iterator[Finding]:
        """Where the catalogues list different prices for *day*; the first in their order is the one that is used."""
        for (provider, model, tokens), rows in sorted(self._rows.items()):
            holding = {listed.catalogue: listed for listed in reversed(rows) if listed.holds(day)}
            told = {(listed.price, listed.currency) for listed in holding.values()}
            own = any(not (listed.origin or "").startswith(ALIAS) for listed in holding.values())
            if len(told) > 1 and own:
                ordered = sorted(holding.values(), key=lambda each: rank_of(each.catalogue))
                said = ", ".join(f"{each.price.normalize():f} {each.currency} in {each.basis}" for each in ordered)
                yield Finding(
                    code="prices-differ",
                    severity="note",
                    message=f"{provider} {model}, {tokens}, on {day.isoformat()}: {said}; the first one is used.",
                    column=tokens,
                    value=model,
                    remedy="State the agreed price where neither is yours.",
                )


def price_on(
    rows: Iterable[Mapping[str, Any]],
    provider: str | None,
    model: str,
    tokens: str,
    day: date,
    agreed: Iterable[PriceOverride] = (),
) -> Price | None:
    """The price of one model on one day; to ask often, keep a :class:`PriceList`."""
    return PriceList(rows, agreed).on(provider, model, tokens, day)


def canonical(provider: str) -> str:
    """The name under which prices of *provider* are found."""
    bare = re.sub(r"\s+", "-", provider.strip().lower())
    return SAME_PROVIDER.get(bare, bare)


def catalogue_of(scope: str) -> str:
    """“model-prices” of “model-prices” or “model-prices 0.0.5”."""
    return scope.split(" ", 1)[0]


def rank_of(scope: str) -> int:
    """In which order what stands in a scope of prices is asked: a list of one's own first."""
    catalogue = catalogue_of(scope)
    return CATALOGUES.index(catalogue) + 1 if catalogue in CATALOGUES else 0


def _listed(rows: Iterable[Mapping[str, Any]]) -> Iterator[Listed]:
    for row in rows:
        if row.get("condition"):
            continue
        scope, origin = str(row["scope"]), row.get("origin")
        catalogue = catalogue_of(scope)
        yield Listed(
            catalogue=catalogue,
            basis=_basis(catalogue, scope, origin),
            provider=canonical(row["provider"]),
            model=str(row["model"]).strip().lower(),
            tokens=row["tokens"],
            start=row["start"],
            until=row.get("until"),
            price=row["price"],
            currency=row["currency"],
            origin=origin,
        )


def _basis(catalogue: str, scope: str, origin: str | None) -> str:
    """Catalogue and version: the origin of a catalogue's row names both first."""
    found = re.search(rf"{re.escape(catalogue)} [0-9][\w.]*", origin or "")
    return found[0] if found else scope


def sellers_of(provider: str) -> tuple[str, ...]:
    """*provider*, and those whose list prices it takes where it has none of its own."""
    return (provider, *AT_LIST.get(provider, ()))


def names_of(provider: str | None, model: str) -> Iterator[tuple[str, str]]:
    """Under what (provider, model) *model* can stand, the most literal first; an empty provider is any."""
    whose, name = canonical(provider or ""), model.strip().lower()
    spellings = [(whose, name)]
    prefix, slash, rest = name.partition("/")
    if slash and rest and (not whose or canonical(prefix) == whose):
        # The provider that stands in front is said; who resells under that whole name is not.
        spellings.insert(1 if whose else 0, (canonical(prefix), rest))
    for one, spelled in spellings:
        yield one, spelled
        edition = edition_of(spelled)
        if edition != spelled:
            yield one, edition


def edition_of(model: str) -> str:
    """*model* with the date of its edition, if it ends in one, as a pattern: ``gpt-4o-YYYY-MM-DD``."""
    pattern = re.sub(r"-\d{4}-\d{2}-\d{2}$", "-YYYY-MM-DD", model)
    return re.sub(r"[-@]\d{8}$", "-YYYYMMDD", pattern).lower()
