"""Orders placed with agencies and vendors, and how their invoices come in: the commitments and what bills of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from northing.portfolio.edits import Edit, change, create
from northing.sources.sample.cast import sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.money_plan import odd
from northing.sources.sample.timeline import LENGTH, Event, next_month

from .exchange import Exchange
from .spending import Channel, Spending, investment, vendor_of

AGENCIES = ("Beckwith Halloran", "Novaterra Consulting", "Oakmere Digital", "Sint-Maarten Data", "Kestrel & Voss")

LASTS: Mapping[Channel, int] = {"contractors": 9, "licences": 12}
"""Months that an order runs for."""

NEARLY_USED = "submissions"
"""Whose running licence is billed far ahead of its calendar."""

LATE = 0.17
"""Share of invoices that come a month late."""


class Invoice(NamedTuple):
    """One line of an order's invoice: the month that it is for, the month in which it was booked, euros."""

    month: date
    booked: date
    expense: str
    kind: str
    amount: Decimal


class Order(NamedTuple):
    """A purchase order for one investment, and all that is billed against it within the story."""

    key: str
    channel: Channel
    reference: str
    supplier: str
    name: str
    start: date
    end: date
    amount: Decimal
    invoices: tuple[Invoice, ...]

    @property
    def id(self) -> str:
        return sample_id("commitment", self.reference)

    def earned(self, until: date) -> Decimal:
        """What of the order is received by *until*, straight line by days."""
        share = Decimal((min(until, self.end) - self.start).days) / Decimal((self.end - self.start).days)
        return self.amount * max(Decimal(0), share)

    def billed(self, until: date) -> Decimal:
        return sum((invoice.amount for invoice in self.invoices if invoice.booked < until), Decimal(0))


def orders(spending: Spending, exchange: Exchange, courses: Mapping[str, Course]) -> list[Order]:
    """Every order of the story."""
    random = Random(f"{spending.root}/orders")
    found: list[Order] = []
    for key, course in courses.items():
        for channel, lasts in LASTS.items():
            months = [month for month in spending.months if spending.channel(key, month, channel)]
            if channel == "licences" and vendor_of(course.plot) is None:
                continue
            while months:
                end = months[0]
                for _ in range(lasts):
                    end = next_month(end)
                stretch = _together([month for month in months if month < end])
                if stretch[-1] != spending.months[-1] and next_month(stretch[-1]) < end:
                    end = next_month(stretch[-1])  # the work ended, and the order with it
                found.append(_order(course, channel, stretch, end, len(found), spending, exchange, random))
                months = months[len(stretch) :]
    return found


def _together(months: list[date]) -> list[date]:
    """The first of *months* that follow each other without a gap."""
    count = 1
    while count < len(months) and months[count] == next_month(months[count - 1]):
        count += 1
    return months[:count]


def _order(course: Course, channel: Channel, months: list[date], end: date, index: int, spending: Spending,
           exchange: Exchange, random: Random) -> Order:  # fmt: skip
    key, plot = course.key, course.plot
    invoices = []
    for month in months:
        for spent in spending.channel(key, month, channel):
            amount = Decimal(f"{exchange.turn(spent.amount, plot.currency, 'EUR', month):.2f}")
            late = channel == "contractors" and random.random() < LATE
            invoices.append(Invoice(month, next_month(month) if late else month, spent.expense, spent.kind, amount))
    billed = sum((invoice.amount for invoice in invoices), Decimal(0))
    whole = sum(1 for _ in _months(months[0], end))
    if key == NEARLY_USED and channel == "licences" and len(months) < whole:
        amount = Decimal(odd(float(billed) * 1.031, random))
    else:
        amount = Decimal(odd(float(billed) * whole / len(months) * random.uniform(0.982, 1.022), random))
    supplier = (vendor_of(plot) or "") if channel == "licences" else AGENCIES[index % len(AGENCIES)]
    name = f"{supplier}, licence for {plot.name}" if channel == "licences" else f"{supplier}, delivery team for {plot.name}"
    return Order(key, channel, f"45{10427 + index * 139 + random.randint(0, 97):08d}", supplier, name, months[0], end, amount,
                 tuple(invoices))  # fmt: skip


def _months(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start = next_month(start)


def events(placed: list[Order], spending: Spending, courses: Mapping[str, Course]) -> Iterator[Event]:
    """Orders as they are placed and closed, told once a month by finance."""
    time = spending.time
    told: dict[int, list[Edit]] = {}
    for order in placed:
        known = courses[order.key].plot.course[0][0] + 1
        day = max(5, known, time.day(order.start) - 6)
        capex = sum((invoice.amount for invoice in order.invoices if invoice.expense == "capex"), Decimal(0))
        expense = "capex" if capex * 2 > sum((invoice.amount for invoice in order.invoices), Decimal(0)) else "opex"
        told.setdefault(day, []).append(
            create("commitment", order.id, investment=investment(order.key), name=order.name, supplier=order.supplier,
                   reference=order.reference, amount=order.amount, currency="EUR", expense=expense, start=order.start,
                   end=order.end)
        )  # fmt: skip
        closing = time.day(next_month(order.end)) + 13
        if closing <= LENGTH:
            told.setdefault(closing, []).append(change("commitment", order.id, closed=time.working(closing)))
    for day, edits in sorted(told.items()):
        opened = sum(edit.op == "create" for edit in edits)
        words = f"{opened} orders placed" if opened > 1 else "Order placed" if opened else "Orders closed: all is billed"
        yield Event(day, 6, "orders", edits, "Open orders taken over from purchasing" if day == 5 else words, "matteo")
