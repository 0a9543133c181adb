"""What the cells of a column look like, all of them taken together."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from . import values
from .meanings import Shape

SAMPLE = 4_000
LIKELY = 0.6
FIGURES = 40
"""Longer cells hold words, not a date or an amount."""


class Profile:
    """One column's cells, judged as a whole. Empty and withheld cells count neither for nor against."""

    def __init__(self, name: str, cells: list[str]) -> None:
        self.name = name
        self.cells = cells[:SAMPLE]
        self.withheld = [cell for cell in self.cells if values.withheld(cell)]
        self.said = [cell.strip() for cell in self.cells if not values.is_empty(cell) and not values.withheld(cell)]
        self.words = Counter(self.said)

    @property
    def filled(self) -> float:
        return len(self.said) / len(self.cells) if self.cells else 0.0

    @cached_property
    def unique(self) -> float:
        return len(self.words) / len(self.said) if self.said else 0.0

    @cached_property
    def length(self) -> float:
        return sum(map(len, self.said)) / len(self.said) if self.said else 0.0

    @cached_property
    def order(self) -> Literal["dmy", "mdy", "both", "unclear", "none"]:
        return values.order_of(self.said)

    @cached_property
    def date_order(self) -> values.Order | None:
        return "mdy" if self.order == "mdy" else "dmy" if self.order in ("dmy", "both") else None

    @cached_property
    def comma(self) -> bool:
        return values.decimal_comma(list(self.words)) == "comma"

    @cached_property
    def currency(self) -> str | None:
        """The currency that most cells name."""
        found = Counter(amount.currency for amount in self.amounts.values() if amount is not None and amount.currency)
        return found.most_common(1)[0][0] if found else None

    @cached_property
    def amounts(self) -> dict[str, values.Amount | None]:
        return {cell: values.amount(cell, comma=self.comma) if len(cell) <= FIGURES else None for cell in self.words}

    @cached_property
    def dates(self) -> dict[str, Any]:
        order = self.date_order or "dmy"
        return {cell: values.day(cell, order) if len(cell) <= FIGURES else None for cell in self.words}

    def share(self, test: Any) -> float:
        """The part of all stated cells for which *test* holds."""
        if not self.said:
            return 0.0
        return sum(times for cell, times in self.words.items() if test(cell)) / len(self.said)

    @cached_property
    def date_share(self) -> float:
        return self.share(lambda cell: self.dates[cell] is not None)

    @cached_property
    def money_share(self) -> float:
        return self.share(lambda cell: self.amounts[cell] is not None)

    @cached_property
    def rating_share(self) -> float:
        return self.share(lambda cell: values.rating(cell) is not None)

    @cached_property
    def stage_share(self) -> float:
        return self.share(lambda cell: values.stage(cell) is not None)

    @cached_property
    def url_share(self) -> float:
        return self.share(lambda cell: re.match(r"https?://\S+$|www\.\S+$", cell) is not None)

    @cached_property
    def counts_rows(self) -> bool:
        """Whether the column only numbers the rows: 1, 2, 3 … in the order of the file, perhaps once a report."""
        if len(self.said) < 3 or not all(cell.isdigit() for cell in self.said):
            return False
        numbers = [int(cell) for cell in self.said]
        steps = sum(after in (before + 1, 1) for before, after in pairwise(numbers))
        return numbers[0] == 1 and steps >= 0.98 * (len(numbers) - 1)

    @cached_property
    def period_share(self) -> float:
        return self.share(lambda cell: period(cell) is not None)

    def suits(self, shape: Shape) -> float:
        """How well the cells suit *shape*, 0 to 1; 0 rules it out."""
        if not self.said:
            return 0.35  # an empty column is judged by its name alone
        return float(SUITS[shape](self))

    def parsed(self, shape: Shape, cell: str) -> Any:
        """What *cell* says, in the terms of *shape*; None where it says nothing in them."""
        bare = cell.strip()
        if bare not in self.words:
            return None
        if shape == "date":
            return self.dates[bare]
        if shape == "money":
            amount = self.amounts[bare]
            return None if amount is None else amount.value
        return values.rating(bare) if shape == "rating" else None


def period(cell: str) -> str | None:
    """The reporting period that *cell* names: a year, a quarter, a financial year."""
    text = cell.strip()
    return text if re.fullmatch(r"(?:FY\s?)?(?:19|20)\d\d(?:[-/](?:\d\d|Q[1-4]|\d{4}))?(?:\s?Q[1-4])?", text) else None


def _date(column: Profile) -> float:
    return column.date_share if column.date_share >= LIKELY else 0.0


def _money(column: Profile) -> float:
    if column.money_share < LIKELY or column.date_share > 0.9:
        return 0.0
    if column.counts_rows or column.share(lambda cell: re.fullmatch(r"(19|20)\d\d", cell)) > 0.9:
        return 0.0
    if column.share(lambda cell: cell.endswith("%")) > 0.3:
        return 0.0
    fine = column.share(lambda cell: any(mark in cell for mark in ".,£€$Ł"))
    return min(1.0, 0.6 + 0.4 * fine) * column.money_share


def _id(column: Profile) -> float:
    if column.counts_rows or column.length > 40 or column.date_share > 0.9 or _flag(column):
        return 0.0
    tight = column.share(lambda cell: len(cell.split()) <= 2)
    return (0.4 + 0.6 * min(1.0, column.unique * 1.2)) * tight


def _name(column: Profile) -> float:
    if column.date_share > 0.5 or column.length > 160 or column.url_share > 0.5 or _flag(column):
        return 0.0
    wordy = column.share(lambda cell: any(char.isalpha() for char in cell))
    return wordy * (0.3 + 0.7 * min(1.0, column.unique * 2))


def _text(column: Profile) -> float:
    if column.date_share > 0.5 or column.money_share > 0.8:
        return 0.0
    return min(1.0, 0.4 + column.length / 120)


FLAGS = frozenset(["y", "n", "yes", "no", "true", "false", "ja", "nee", "j", "x", "0", "1", "oui", "non"])


def _flag(column: Profile) -> bool:
    return all(word.lower() in FLAGS for word in column.words)


def _short(column: Profile) -> bool:
    """Whether the cells are abbreviations."""
    return column.share(lambda cell: len(cell) <= 8 and " " not in cell) > 0.9


def _group(column: Profile) -> float:
    if column.date_share > 0.5 or column.money_share > 0.8 or column.length > 90 or _flag(column):
        return 0.0
    if _short(column):
        return 0.5
    return 1.0 if column.unique < 0.5 or len(column.said) < 20 else 0.5


def _choice(column: Profile) -> float:
    if column.date_share > 0.9 and column.length > 30:
        return 0.0
    return 0.9 if column.unique < 0.5 or len(column.said) < 20 else 0.7


MAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+$")
NAME = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Sir|Dame|Prof)\.? )?[A-ZÀ-Þ][\w'’.-]+(?: (?:van|de|der|den|von|di|la))*"
    r"(?: [A-ZÀ-Þ][\w'’.-]*){1,3}$"
)


def is_person(cell: str) -> bool:
    return MAIL.match(cell) is not None or NAME.match(cell) is not None or re.match(r"@[\w-]+$", cell) is not None


def _person(column: Profile) -> float:
    return column.share(lambda cell: all(is_person(part.strip()) for part in re.split(r"[;,]", cell) if part.strip()))


SUITS: dict[Shape, Any] = {
    "name": _name,
    "text": _text,
    "id": _id,
    "date": _date,
    "money": _money,
    "rating": lambda column: column.rating_share if column.rating_share >= 0.5 else 0.0,
    "stage": lambda column: (
        max(column.stage_share, 0.3) if len(column.words) <= 25 and column.date_share < 0.5 else 0.0
    ),
    "choice": _choice,
    "code": lambda column: 1.0 if _short(column) and not _flag(column) else 0.0,
    "group": _group,
    "person": _person,
    "url": lambda column: column.url_share if column.url_share >= 0.5 else 0.0,
    "period": lambda column: column.period_share if column.period_share > 0.9 and len(column.words) <= 60 else 0.0,
}
