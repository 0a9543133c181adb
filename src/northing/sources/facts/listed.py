"""One price as catalogues list it, and what all catalogues do to their rows: aliases, and spans put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from northing.portfolio.prices import ALIAS

MILLION = Decimal(1_000_000)


class ListedPrice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a catalogue's batch, as it is kept; the price per million tokens, or per request."""

    catalogue: str
    version: str
    provider: str
    model: str
    tokens: str
    start: date
    until: date | None = None
    price: Decimal
    currency: str = "USD"
    condition: str | None = None
    origin: str


def day_of(moment: str | datetime | date) -> date:
    """The first day that has the price of something that begins at *moment*: what holds at a day's noon (UTC)."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    if not isinstance(moment, datetime):
        return moment
    return moment.date() + timedelta(days=1) if moment.hour >= 12 else moment.date()


def joined(prices: Iterable[ListedPrice]) -> Iterator[ListedPrice]:
    """*prices* with neighbours in time that say the same put together, and spans of no day left out."""
    last: dict[tuple[str, str, str, str], ListedPrice] = {}
    for price in sorted(prices, key=lambda each: (each.provider, each.model, each.start, each.tokens)):
        if price.until is not None and price.until <= price.start:
            continue
        key = (price.provider, price.model, price.tokens, price.condition or "")
        before = last.get(key)
        if before is not None and before.until == price.start and before.price == price.price:
            last[key] = msgspec.structs.replace(before, until=price.until)
            continue
        if before is not None:
            yield before
        last[key] = price
    yield from last.values()


def under(names: Iterable[str], prices: Iterable[ListedPrice], taken: set[str]) -> Iterator[ListedPrice]:
    """*prices* again under other *names* of the model; a name that is another model's own stays that one's."""
    listed = list(prices)
    for name in dict.fromkeys(name.lower() for name in names):
        for price in listed:
            if name not in taken:
                yield msgspec.structs.replace(price, model=name, origin=f"{ALIAS}{price.model}; {price.origin}")


DATED = {r"-\d{8}": "-yyyymmdd", r"[-@]\d{8}": "-yyyymmdd", r"-\d{4}-\d{2}-\d{2}": "-yyyy-mm-dd"}


def edition(regex: str) -> str | None:
    """The name that stands for all dated editions which *regex* lets through; None where it says something else."""
    for ending, pattern in DATED.items():
        stem = regex.removeprefix("^").removesuffix(ending + "$")
        bare = re.sub(r"\\([.\-])", r"\1", stem)
        if regex.startswith("^") and regex.endswith(ending + "$") and re.fullmatch(r"[\w./:@-]+", bare):
            return bare + pattern
    return None
