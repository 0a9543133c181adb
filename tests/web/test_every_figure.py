"""Figures on the pages of the sample organisation, each against its own receipt and the rows under it.

What a page shows is compared with the receipt's exact value; the receipt's terms are put together again; and its rows,
as the file of them says, are multiplied and added up by a few lines that know nothing of Northing.
"""

from __future__ import annotations

import csv
import html
import io
import json
import random
import re
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from northing.measure.address import figure_from_query
from tests.server import Server

PAGES = (
    "", "portfolio?by=portfolio", "investments/INV-0003", "strategy?all=1", "line-of-sight", "money", "money?unit=quarter",
    "money?basis=effective", "money?level=portfolio&id=Enterprise+Platforms", "money?level=investment&id=INV-0003",
    "money/forecast", "money/close",
    "unattributed", "rules", "usage", "usage?by=investment", "usage?by=project", "usage/effects", "flow", "funds", "funds/FUND-0001", "sources",
    "money/bridge", "history?from=tag:fy26-q4-board", "roadmap?against=tag:fy26-q1-board",
    "flow/states", "flow/work", "flow/links", "flow/forecast", "flow/return", "flow/delivery", "scenarios", "scenarios/beside",
    "decisions", "decisions/DEC-0001", "decisions/DEC-0002", "rank", "choose",
)  # fmt: skip
FIGURE = re.compile(
    r'<a class="why[^"]*"[^>]* href="([^"]+)"[^>]*>(.*?)</a>|<a class="why[^"]*" href="([^"]+)"[^>]*>(.*?)</a>', re.S
)
NUMBER = re.compile(r"([+−-]?)([€$£]?)(\d[\d,]*)(?:\.(\d+))?(k|m|bn)?(%?)(?: (min|days|a week|a month)\b)?")
OF_DELIVERY = {"min": Decimal(1) / 60, "days": Decimal(24), "a week": Decimal(1) / 7, "a month": Decimal(1) / 30}
"""Delivery's receipts tell hours, and times a day; pages tell the unit that reads best."""
SIZES = {None: Decimal(1), "k": Decimal(10) ** 3, "m": Decimal(10) ** 6, "bn": Decimal(10) ** 9}
COUNTED = ("flow.", "work.", "forecast.held", "dora.", "states.items")
SUMS = ("money.", "spend.", "funding.", "fund.", "ledger.")
OF_ROWS = ("money.actual", "spend.attributed", "spend.unattributed", "spend.billed", "usage.cost", "delivery.amount")


class Shown(NamedTuple):
    page: str
    href: str
    text: str


class Reader:
    """Reads pages of a server as somebody who has logged in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies = "; ".join(f"{name}={value}" for name, value in server.session().items())

    def read(self, address: str) -> str:
        request = urllib.request.Request(self.server.url + address, headers={"Cookie": self.cookies})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return str(answer.read().decode("utf-8-sig"))

    def figures(self) -> list[Shown]:
        """Every figure of the pages, with the address of its receipt and the text shown."""
        home = f"/w/{self.server.workspace}/"
        found = set()
        for page in PAGES:
            shown = self.read(home + page)
            if page == "sources":  # and one source, with a delivery of it
                for part in ("sources/[0-9a-f-]{36}", "sources/[0-9a-f-]{36}/deliveries/[0-9a-f-]{36}"):
                    shown += self.read(re.findall(f'href="({re.escape(home)}{part})"', shown)[-1])
            for first, one, second, other in FIGURE.findall(shown):
                text = html.unescape(re.sub(r"<[^>]+>", "", one or other)).strip()
                found.add(Shown(page, html.unescape(first or second), text))
        return sorted(found)

    def receipt(self, href: str) -> dict[str, Any]:
        """The figure's receipt from the API, told in the currency that the page was told in."""
        query = urllib.parse.parse_qsl(urllib.parse.urlsplit(href).query)
        at = {name: value for name, value in query if name == "at"}
        asked = {"figure": str(figure_from_query(query)), "limit": 0, **at}
        told = self.read(f"/api/v1/w/{self.server.workspace}/why?{urllib.parse.urlencode(asked)}")
        data: dict[str, Any] = json.loads(told)["data"]
        return data


def numbers(text: str, units: Mapping[str, Decimal] = MappingProxyType({})) -> list[tuple[Decimal, Decimal]]:
    """The numbers in a text, and how far rounding may have moved each. *units*: what a unit is of the receipt's."""
    found = []
    for sign, _, digits, decimals, size, percent, unit in NUMBER.findall(text.replace("\u00a0", "")):
        scale = SIZES[size or None] / (100 if percent else 1) * units.get(unit, Decimal(1))
        value = Decimal(digits.replace(",", "") + (f".{decimals}" if decimals else "")) * scale
        found.append((value * (-1 if sign in ("−", "-") else 1), scale * Decimal(10) ** -len(decimals) / 2))
    return found


def amounts(value: Any) -> list[Decimal]:
    """The numbers of a receipt's value."""
    if isinstance(value, dict):
        return [Decimal(part) for part in value.values()]
    try:
        return [] if value is None or isinstance(value, bool) else [Decimal(str(value))]
    except ArithmeticError:
        return []


def compared(reader: Reader, figures: Sequence[Shown]) -> tuple[int, list[str]]:
    """How many figures could be compared with their receipts, and those that differ."""
    count, wrong = 0, []
    for one in figures:
        data = reader.receipt(one.href)
        exact = amounts(data["value"])
        shown = numbers(one.text, OF_DELIVERY if data["measure"].startswith("dora.") else {})
        if exact and shown:
            count += 1
            if data["measure"].startswith(COUNTED) and data["unit"] == "count" and data["terms"]:
                again = sum((term["sign"] * Decimal(str(term["value"])) for term in data["terms"]), Decimal(0))
                if again != exact[0] and any(term["sign"] for term in data["terms"]):
                    wrong.append(f"{one.page}: the terms of {one.href} give {again}, not {data['value']}")
            near = any(abs(abs(mine) - abs(its)) <= room for mine, room in shown for its in exact)
            if not near:
                wrong.append(f"{one.page}: {one.text!r}, the receipt says {data['value']}: {one.href}")
        if data["measure"].startswith(SUMS) and data["unit"] == "money" and data["terms"]:
            sums: dict[str, Decimal] = {}
            for term in data["terms"]:
                for currency, part in (term["value"] or {}).items():
                    sums[currency] = sums.get(currency, Decimal(0)) + term["sign"] * Decimal(part)
            for currency, part in (data["value"] or {}).items():
                if abs(sums.get(currency, Decimal(0)) - Decimal(part)) > Decimal("1e-9"):
                    wrong.append(f"{one.page}: the terms of {one.href} give {sums}, not {data['value']}")
    return count, wrong


def rows_again(reader: Reader, href: str) -> Decimal:
    """Stated × share × rate of every row of the receipt's file."""
    rows = csv.DictReader(io.StringIO(reader.read(href.replace("/why?", "/why/rows.csv?"))))
    return sum(
        (Decimal(row["Stated"].lstrip("'")) * Decimal(row["Share"] or 1) * Decimal(row["Rate"] or 1) for row in rows),
        Decimal(0),
    )


@pytest.fixture(scope="module")
def reader(live: Server) -> Reader:
    return Reader(live)


@pytest.fixture(scope="module")
def figures(reader: Reader) -> list[Shown]:
    return reader.figures()


def check(reader: Reader, figures: Sequence[Shown], many: int | None) -> None:
    assert len(figures) > 300
    chosen = figures if many is None else random.Random(3).sample(figures, many)
    count, wrong = compared(reader, chosen)
    assert wrong == []
    assert count > 0.6 * len(chosen), "most figures can be read and compared"


@pytest.mark.timeout(240)
def test_a_sample_of_figures_says_what_its_receipt_says(reader: Reader, figures: list[Shown]) -> None:
    check(reader, figures, 40)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_figure_says_what_its_receipt_says(reader: Reader, figures: list[Shown]) -> None:
    check(reader, figures, None)


@pytest.mark.timeout(240)
def test_rows_read_again_add_up_to_the_figure(reader: Reader, figures: list[Shown]) -> None:
    """For figures made of rows alone, chosen from all pages: the file's rows give the exact value."""
    made = [one for one in figures if any(f"of={name}&" in one.href + "&" for name in OF_ROWS)]
    assert len(made) > 50
    looked = 0
    for one in random.Random(5).sample(made, 12):
        data = reader.receipt(one.href)
        if data["findings"] or len(data["value"] or {}) > 1:
            continue  # a rate is missing: there is no one sum
        exact = amounts(data["value"])
        again = rows_again(reader, one.href)
        assert abs(again - (exact[0] if exact else 0)) < Decimal("1e-6"), one.href
        looked += 1
    assert looked > 6
