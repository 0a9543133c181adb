"""The story of the money, put together from its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from northing.portfolio.edits import Edit, change, create
from northing.sources.sample import technology
from northing.sources.sample.cast import sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.growth import GROWTH
from northing.sources.sample.timeline import Event, Timeline

from . import belonging, closing, crew, orders
from .belonging import Rule
from .calls import CUT, CUT_TO, DISCOUNT, PRICES, SWAPPED, Calls
from .exchange import Exchange
from .ledger import Ledger
from .orders import Order
from .outlook import Outlook
from .spending import Planned, Spending


class Money(NamedTuple):
    """The truth behind the story's money; what is told of it and what is delivered come from here."""

    time: Timeline
    courses: Mapping[str, Course]
    exchange: Exchange
    spending: Spending
    calls: Calls
    orders: list[Order]
    rules: list[Rule]


def money_of(time: Timeline, root: str, courses: Mapping[str, Course], told: Iterable[Event]) -> Money:
    """The money of a story whose investments are told already."""
    exchange = Exchange(time, root)
    spending = Spending(time, root, courses, Planned(told, courses))
    calls = Calls(time, root, courses)
    placed = orders.orders(spending, exchange, courses)
    return Money(time, courses, exchange, spending, calls, placed, belonging.rules(spending, calls, courses))


def tell_money(money: Money) -> Iterator[Event]:
    """Everything of the money that is decided, as events of the story."""
    yield from money.exchange.events(money.time)
    yield from crew.events(money.time)
    yield from orders.events(money.orders, money.spending, money.courses)
    yield from Ledger(money.spending, money.courses).events()
    yield from Outlook(money.spending, money.courses).events()
    yield from belonging.events(money.rules, money.time)
    yield from closing.events(money.spending, money.orders)
    yield from _agreed(money)
    yield _swapped(money.time)


def _agreed(money: Money) -> Iterator[Event]:
    """The discount that Halden grants, and what it comes to when the list price falls."""
    time, since, falls = money.time, money.calls.agreed_on, money.calls.cut_on
    first, then = _discounted(PRICES[CUT], since), _discounted(CUT_TO, falls)
    yield Event(time.day(since) - 12, 2, "discount", first, "Halden AI: enterprise agreement signed, 12 % below list", "ingrid")
    ended = [change("price_override", edit.id, end=falls) for edit in first]
    words = f"Halden AI lowers {CUT}; our 12 % stay on top"
    yield Event(time.day(falls) - 4, 2, "discount", [*ended, *then], words, "ingrid")


def _discounted(prices: tuple[float, float, float], since: date) -> list[Edit]:
    return [
        create("price_override", sample_id("price_override", CUT, tokens, since.isoformat()), provider="Halden AI", model=CUT,
               tokens=tokens, price=str((Decimal(str(price)) * Decimal(DISCOUNT)).quantize(Decimal("0.0001"))), currency="USD",
               start=since, note="Enterprise agreement, 12 % below list.")
        for tokens, price in zip(("input", "output", "cache_read"), prices, strict=True)
    ]  # fmt: skip


def _swapped(time: Timeline) -> Event:
    """One assistant moves to a cheaper model."""
    plot, before, after, day, moved = SWAPPED
    name = GROWTH[plot].systems[0].name
    system = technology.system(plot, name)
    uses = [
        change("model_use", sample_id("model_use", plot, name, before), share=str(round(1 - moved, 2))),
        create("model_use", sample_id("model_use", plot, name, after), system=system, model=technology.model(after),
               share=str(moved), route="AI gateway", pinned=True),
    ]  # fmt: skip
    return Event(day, 6, f"swap-{plot}", uses, f"{name}: six of seven calls go to {after}, quality the same", "ingrid")
