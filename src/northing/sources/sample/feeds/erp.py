"""The monthly extract of finance's system: invoices and card payments in euros, with semicolons and decimal commas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from northing.sources.sample.money import Money
from northing.sources.sample.money.spending import project_code
from northing.sources.sample.timeline import next_month

HEADER = (
    "Posting date", "Document", "Cost centre", "WBS element", "Purchase order", "Supplier", "Text", "GL account", "Amount",
    "Currency", "Capitalised", "Activity",
)  # fmt: skip

UNREADABLE = {1: "12.4O8,50", 2: "zie bijlage", 4: "1.23.450,9"}
"""What stands in the amount of three rows without a project in one month: a letter for a nought, words, a point too many."""

UNREADABLE_DAY = 236
"""The month that holds this day has them."""

CENTRES = {
    "claims": "NL-41200", "growth": "NL-42100", "service": "NL-43300", "platforms": "NL-61000", "control": "NL-61900",
}  # fmt: skip

Entry = tuple[date, str, str, str, str, str, str, float, str, str]
"""Posting date, cost centre, project, order, supplier, text, account, euros, capitalised, activity."""


def extract(money: Money, month: date) -> bytes:
    """What was booked in *month*."""
    random = Random(f"{money.spending.root}/erp/{month}")
    entries = [*_invoices(money, month, random), *_cards(money, month, random), *_overhead(money, month, random)]
    entries.sort(key=lambda entry: entry[:2])
    odd = money.time.on(UNREADABLE_DAY).replace(day=1) == month
    loose = 0
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for number, (on, centre, project, order, supplier, words, account, amount, capitalised, activity) in enumerate(entries):
        loose += not order and not project
        broken = odd and not order and not project and loose in UNREADABLE
        written = UNREADABLE[loose] if broken else comma(amount)
        document = f"{51 if order else 17}{month:%y%m}{random.randint(100, 999)}{number:03d}"
        writer.writerow((f"{on:%d-%m-%Y}", document, centre, project, order, supplier, words, account, written, "EUR", capitalised, activity))
    return text.getvalue().encode()


def _invoices(money: Money, month: date, random: Random) -> Iterator[Entry]:
    keys = list(money.courses)
    for order in money.orders:
        plot = money.courses[order.key].plot
        day = random.choice((3, 9, 12, 17, 22, 26, 27))
        for invoice in order.invoices:
            if invoice.booked != month or not invoice.amount:
                continue
            late = "" if invoice.month == month else f" (for {invoice.month:%m/%Y})"
            what = "Licence" if order.channel == "licences" else "Services"
            yield (month + timedelta(days=day), CENTRES[plot.portfolio], project_code(order.key, keys), order.reference, order.supplier,
                   f"{what} {invoice.month:%b %Y} {invoice.kind}{late}", "081500" if invoice.expense == "capex" else "447100",
                   float(invoice.amount), "J" if invoice.expense == "capex" else "N", invoice.kind)  # fmt: skip


def _cards(money: Money, month: date, random: Random) -> Iterator[Entry]:
    """What is paid by card or without an order: small licences, and a key that nobody declared."""
    keys, ordered = list(money.courses), {(order.key, order.channel) for order in money.orders}
    for key, course in money.courses.items():
        for channel in ("licences", "contractors"):
            spent = [one for one in money.spending.channel(key, month, channel) if (key, channel) not in ordered]
            if spent:
                amount = money.exchange.turn(sum(one.amount for one in spent), course.plot.currency, "EUR", month)
                yield (month + timedelta(days=random.randint(1, 25)), CENTRES[course.plot.portfolio], project_code(key, keys), "",
                       "Card payment", f"{course.plot.name}, licence", "447190", amount, "N", "run")  # fmt: skip
    if money.time.day(next_month(month)) > 415:
        yield (month + timedelta(days=14), "NL-61000", "", "", "Halden AI", "HALDEN AI API CREDITS, CARD **4417", "447190",
               random.uniform(861, 934), "N", "run")  # fmt: skip


def _overhead(money: Money, month: date, random: Random) -> Iterator[Entry]:
    """What carries no project: small things that nobody has sorted, and one credit note a quarter."""
    for supplier, words, low, high in (
        ("Oakmere Digital", "AI workshop, catering and room", 640, 2150),
        ("Tessera", "Embedding API, prepaid units", 510, 760),
        ("Larkspur Voice", "Call minutes above contract", 930, 3460),
        ("Beckwith Halloran", "Programme office, framework contract", 7420, 9870),
        ("Quillstone", "Training two days", 0, 2890),
        ("Sint-Maarten Data", "Labelling, various", 1150, 4230),
    ):
        amount = random.uniform(low, high)
        if amount > 500:
            on = month + timedelta(days=random.randint(2, 26))
            yield (on, random.choice(("NL-61000", "NL-41200", "NL-70000")), "", "", supplier, words, "447100", amount, "N", "change")
    if month.month % 3 == 1:
        yield (month + timedelta(days=19), "NL-61000", "", "", "Oakmere Digital", "Credit note, hours billed twice", "447100",
               -random.uniform(1210, 2980), "N", "change")  # fmt: skip


def comma(amount: float) -> str:
    """An amount as finance's system writes it: 12.408,50."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
