"""Dated prices: what an hour of somebody costs, what one currency is worth in another, what a model costs here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Entity, about
from .money import Expense
from .words import word


class RateUnit(StrEnum):
    HOUR = "hour"
    DAY = "day"


class RateCard(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What an hour or a day of a role costs, from a date on. The card that says most about somebody wins.

    A card for role and team is more special than one for the role, and that more than one for the team.
    """

    KIND, PLURAL, TITLE, TITLE_PLURAL = "rate_card", "rate_cards", word("Rate card"), word("Rate cards")

    role: Annotated[str | None, about("Role", ref="role")] = None
    team: Annotated[str | None, about("Team", ref="team")] = None
    start: Annotated[date | None, about("From")] = None
    end: Annotated[date | None, about("Until", "The first day on which it no longer holds.")] = None
    rate: Annotated[Decimal, about("Rate", money="currency")]
    unit: Annotated[RateUnit, about("Per")] = RateUnit.HOUR
    hours_a_day: Annotated[Decimal | None, about("Hours a day", "Of a rate per day; empty means 8.")] = None
    currency: Annotated[str, about("Currency", "ISO 4217 code.")]
    expense: Annotated[Expense | None, about("Capex or opex")] = None


class FxRate(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """One unit of *base* is worth *rate* units of *quote* from a day on, until the next rate of the pair."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "fx_rate", "fx_rates", word("Exchange rate"), word("Exchange rates")

    base: Annotated[str, about("One unit of", "ISO 4217 code.")]
    quote: Annotated[str, about("In units of", "ISO 4217 code.")]
    on: Annotated[date, about("From")]
    rate: Annotated[Decimal, about("Rate")]
    origin: Annotated[str | None, about("Origin", "Who published it.")] = None


class TokenKind(StrEnum):
    """What a model's price is asked for."""

    INPUT = "input"
    OUTPUT = "output"
    CACHE_READ = "cache_read"
    CACHE_WRITE = "cache_write"
    REASONING = "reasoning"
    REQUEST = "request"


class PriceOverride(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A model's price as this organisation has agreed it; it stands above every catalogue while it holds."""

    KIND, PLURAL = "price_override", "price_overrides"
    TITLE, TITLE_PLURAL = word("Agreed price"), word("Agreed prices")

    provider: Annotated[str | None, about("Provider", "Empty means any.")] = None
    model: Annotated[str, about("Model", "As the provider calls it.")]
    tokens: Annotated[TokenKind, about("For")]
    price: Annotated[Decimal, about("Price", "Per million tokens, or per request.", money="currency")]
    currency: Annotated[str, about("Currency", "ISO 4217 code.")]
    start: Annotated[date | None, about("From")] = None
    end: Annotated[date | None, about("Until", "The first day on which it no longer holds.")] = None
    note: Annotated[str | None, about("Note", long=True)] = None
