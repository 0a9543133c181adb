"""A table's header, asked by the names of a format however an export spells them."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from northing.portfolio.errors import Finding, Invalid
from northing.sources.values import decimal_comma as _decimal_comma


def spelled(name: str) -> str:
    """``BilledCost``, ``billed_cost`` and “Billed Cost” are one name; ``x_`` keeps its mark."""
    own = re.match(r"\s*x_", name, re.IGNORECASE) is not None
    return ("x_" if own else "") + re.sub(r"[\W_]+", "", name.replace("\ufeff", "").lower())


def header_of(head: bytes) -> list[str]:
    """The cells of the first line of an input that begins with *head*; none where that is no line of a table."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        said = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        said = head.decode("utf-8-sig", "replace")
    line = next((line for line in said.splitlines() if line.strip()), "")
    if "\0" in line or line[:1] in ("{", "["):
        return []
    try:
        return next(csv.reader([line], delimiter=max(",;\t|", key=line.count)), [])
    except csv.Error:
        return []


class Header:
    """The columns of one table by name."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.names = [cell.replace("\ufeff", "").strip() for cell in cells]
        self._at: dict[str, int] = {}
        for position, name in enumerate(self.names):
            self._at.setdefault(spelled(name), position)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and spelled(name) in self._at

    def find(self, name: str) -> int | None:
        return self._at.get(spelled(name))

    def at(self, name: str) -> int:
        return self._at[spelled(name)]

    def cell(self, name: str) -> str:
        """The column as expressions name it: c0, c1 …"""
        return f"c{self.at(name)}"

    def called(self, name: str) -> str:
        """The column as the table itself calls it."""
        found = self.find(name)
        return name if found is None else self.names[found]

    def wanted(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name in self]

    def refuse_twice(self, names: Iterable[str]) -> None:
        """Raise where a column that is asked for stands there twice: nobody could say which one counts."""
        count = Counter(spelled(name) for name in self.names)
        twice = [self.called(name) for name in names if count[spelled(name)] > 1]
        if twice:
            message = f"The column “{twice[0]}” stands in the header twice."
            remedy = "Delete or rename one of the two."
            finding = Finding(code="column-twice", message=message, column=twice[0], remedy=remedy)
            raise Invalid(message, findings=[finding], remedy=remedy)


def decimal_comma(cells: Sequence[str]) -> bool:
    """Whether the comma stands before the decimals, judged by all *cells*; without evidence it does not."""
    return _decimal_comma([cell for cell in cells if any(char.isdigit() for char in cell)]) == "comma"
