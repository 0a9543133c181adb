"""The closes of the months: who closed, when, and what was received and not billed by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from northing.portfolio.edits import create
from northing.sources.sample.cast import person, sample_id
from northing.sources.sample.timeline import Event, next_month

from .orders import Order
from .spending import Spending, investment

CLOSED = 11
"""Days into a month until the month before is closed."""

FIRST_CLOSE = 151
"""The day on which what lies before was closed."""

WORTH_SAYING = Decimal(2400)
"""Below that an accrual is not worth a line."""


def close_day(spending: Spending, month: date) -> int:
    """The day on which *month* is closed; those before the systems were connected together, once all has come."""
    return max(FIRST_CLOSE, spending.time.day(next_month(month)) + CLOSED)


def events(spending: Spending, orders: list[Order]) -> Iterator[Event]:
    """A close for every month but the latest, which waits for somebody to close it."""
    time = spending.time
    for index, month in enumerate(spending.months[:-1]):
        day, until = close_day(spending, month), next_month(month)
        accruals = [
            {"investment": investment(key), "amount": str(amount), "currency": "EUR", "reason": words}
            for key, (amount, words) in sorted(_accrued(orders, until).items())
        ]
        closed = create(
            "period_close", sample_id("period_close", month.isoformat()), start=month, end=until, on=time.working(day),
            by=person("matteo"), accruals=accruals, note=NOTES.get(index % 7),
        )  # fmt: skip
        words = f"{month:%B %Y} closed" + (f"; {len(accruals)} accruals" if accruals else "")
        words = "The months until the systems were connected closed" if day == FIRST_CLOSE else words
        yield Event(day, 9, "close", [closed], words, "matteo")


NOTES: Mapping[int, str] = {
    2: "Two agencies invoice late again; accrued from the orders.",
    5: "Quarter end: licence instalments checked against the contracts.",
}


def _accrued(orders: list[Order], until: date) -> dict[str, tuple[Decimal, str]]:
    """Investment → what its open orders have delivered and not billed by the end of a month, to ten euros."""
    found: dict[str, tuple[Decimal, list[str]]] = {}
    for order in orders:
        if not order.start < until <= order.end:
            continue
        open_amount = (order.earned(until) - order.billed(until)).quantize(Decimal(10)).quantize(Decimal(1))
        if open_amount >= WORTH_SAYING:
            before, references = found.get(order.key, (Decimal(0), []))
            found[order.key] = (before + open_amount, [*references, order.reference])
    return {key: (amount, f"Received on {', '.join(references)}, not billed") for key, (amount, references) in found.items()}
