"""Prices of models as a batch: one JSON line a price, as :func:`pages` writes them for the catalogues we know.

A scope is a catalogue. A new release replaces the one before it, in a revision of its own; the version stands in the
origin of every row, and goes from there into the price basis of what is priced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

import msgspec

from northing.portfolio.errors import NotFound
from northing.portfolio.fact_reading import About, Empty, Refused, Row
from northing.portfolio.rates import TokenKind

from . import genai_catalogue, model_catalogue
from .cells import fits_amount, shown
from .lines import Line, lines
from .listed import ListedPrice
from .reader import PageReader

CATALOGUES: Mapping[str, Callable[[], Iterator[ListedPrice]]] = {
    model_catalogue.NAME: model_catalogue.prices,
    genai_catalogue.NAME: genai_catalogue.prices,
}
"""The catalogues that are installed with Northing, in the order in which they are asked."""
PAGE = 500


def pages(catalogue: str) -> Iterator[bytes]:
    """What *catalogue* says, as this reader takes it in: the same bytes for the same release."""
    if catalogue not in CATALOGUES:
        raise NotFound(f"There is no price catalogue “{catalogue}”.", remedy=f"There are: {', '.join(CATALOGUES)}.")
    page: list[bytes] = []
    for price in CATALOGUES[catalogue]():
        page.append(msgspec.json.encode(price) + b"\n")
        if len(page) == PAGE:
            yield b"".join(page)
            page = []
    yield b"".join(page)


def release(catalogue: str) -> str:
    """“model-prices 0.0.5”: what a delivery of it is called."""
    from importlib.metadata import version

    return f"{catalogue} {version(catalogue)}"


class PriceCatalogue(PageReader):
    """Prices as JSON lines."""

    name = "prices"
    title = "Model prices"
    tables: tuple[str, ...] = ("price",)

    def fits(self, name: str, head: bytes) -> float:
        return 1.0 if head.lstrip().startswith(b'{"catalogue":') else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        for line in lines(pages):
            found = _price(line)
            if found is not None:
                yield found


def _price(line: Line) -> Row | Refused | None:
    if line.fault is not None:
        return Refused(line=line.number, column=None, value=shown(line.text), reason=line.fault)
    if not line.text.strip():
        return None
    try:
        price = msgspec.json.decode(line.text, type=ListedPrice)
        TokenKind(price.tokens)
    except (msgspec.MsgspecError, ValueError, RecursionError) as wrong:
        reason = f"The line is no price ({wrong}); each line is a JSON object with provider, model, tokens and price."
        return Refused(line=line.number, column=None, value=shown(line.text), reason=reason)
    if not fits_amount(price.price) or price.price < 0:
        reason = "The price is no amount that can be kept; write dollars a million tokens."
        return Refused(line=line.number, column="price", value=shown(str(price.price)), reason=reason)
    if re.fullmatch("[A-Za-z]{3}", price.currency) is None:
        reason = "This is not one currency; write an ISO 4217 code such as USD."
        return Refused(line=line.number, column="currency", value=shown(price.currency), reason=reason)
    values = msgspec.structs.asdict(price)
    values = {"scope": values.pop("catalogue"), "line": line.number, **values}
    del values["version"]
    values["price"] = Decimal(values["price"])
    return Row("price", values)
