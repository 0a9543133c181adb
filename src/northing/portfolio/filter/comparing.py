"""What a comparison means for each type of value: a function from a column to yes or no for each of its cells.

Comparing with empty is false, whatever the sign.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from northing.portfolio.currencies import CURRENCIES
from northing.portfolio.money import Amounts
from northing.portfolio.periods import EXAMPLES, Period, read_period
from northing.portfolio.workspace import FiscalCalendar

from .columns import fold
from .tree import Among, Compare, Match, Op
from .vocabulary import Word, nearest, spelled

Mask = list[bool]
Predicate = Callable[[Sequence[Any]], Mask]


class WrongValue(Exception):
    """*value* is nothing that can be compared so; with the nearest right one where there is one."""

    def __init__(self, value: str, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.value, self.message, self.remedy = value, message, remedy


ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_NUMBER = re.compile(r"([-+]?(?:\d[\d_]*)?(?:\.\d+)?)(k|m|bn|%)?(?: ([A-Z]{3}))?", re.IGNORECASE)
_FACTORS = {"": Decimal(1), "k": Decimal(1000), "m": Decimal(10**6), "bn": Decimal(10**9), "%": Decimal("0.01")}
MANY_VALUES = 100
"""Numbers, amounts and periods of a list are looked for one by one."""
YES = {"yes", "true", "y", "1", "on"}
NO = {"no", "false", "n", "0", "off"}


def read_number(text: str) -> tuple[Decimal, str | None] | None:
    """The number that *text* states, and its currency: ``1_500_000``, ``1.5M``, ``250k``, ``5%``, ``2bn EUR``."""
    found = _NUMBER.fullmatch(text.strip())
    if not found or not any(char.isdigit() for char in found[1]):
        return None
    return Decimal(found[1].replace("_", "")) * _FACTORS[(found[2] or "").lower()], (found[3] or "").upper() or None


def predicate(test: Compare | Among | Match, word: Word, calendar: FiscalCalendar, today: date) -> Predicate:
    """What *test* asks of single values of *word*: links excepted, which are compared by name. Raises WrongValue."""
    if isinstance(test, Match):
        return _match(test, word)
    if isinstance(test, Among):
        if word.type in ("text", "texts"):
            return _one_of({fold(value) for value in test.values}, test.negated)
        if word.type == "choice":
            return _one_of({choice(value, word) for value in test.values}, test.negated)
        if len(test.values) > MANY_VALUES:
            raise WrongValue(test.values[0], f"A list of {word.title.lower()} may hold {MANY_VALUES} values.")
        single = [predicate(Compare(test.path, "=", value), word, calendar, today) for value in test.values]
        return _either(single, test.negated)
    match word.type:
        case "text" | "texts":
            return _text(test.op, test.value, word, calendar, today)
        case "number" | "integer":
            return _number(test.op, test.value, word)
        case "money":
            return _money(test.op, test.value, word)
        case "date":
            return _date(test.op, test.value, word, calendar, today)
        case "choice":
            return _choice(test.op, test.value, word)
        case "flag":
            return _flag(test.op, test.value, word)
    raise AssertionError(word.type)


def _one_of(wanted: set[str | None], negated: bool) -> Predicate:
    wanted.discard(None)
    if negated:
        return lambda cells: [cell is not None and cell not in wanted for cell in cells]
    return lambda cells: [cell in wanted for cell in cells]


def _either(single: Sequence[Predicate], negated: bool) -> Predicate:
    def among(cells: Sequence[Any]) -> Mask:
        masks = [test(cells) for test in single]
        found = masks[0] if len(masks) == 1 else [True in row for row in zip(*masks, strict=True)]
        return [not yes and cell is not None for yes, cell in zip(found, cells, strict=True)] if negated else found

    return among


def _match(test: Match, word: Word) -> Predicate:
    wanted = test.text.casefold()
    if not wanted.strip():
        raise WrongValue(test.text, f"“{test.how}” needs some text.")
    if word.type not in ("text", "texts", "choice"):
        raise WrongValue(
            test.text, f"“{word.title}” holds no text; “{test.how}” looks into texts.", "Compare it with =, <, > or in."
        )
    if word.type == "choice":
        wanted = spelled(test.text)
        if test.how == "contains":
            return lambda cells: [cell is not None and wanted in spelled(cell) for cell in cells]
        return lambda cells: [cell is not None and spelled(cell).startswith(wanted) for cell in cells]
    if test.how == "contains":
        return lambda cells: [cell is not None and wanted in cell for cell in cells]
    return lambda cells: [cell is not None and cell.startswith(wanted) for cell in cells]


def _text(op: Op, value: str, word: Word, calendar: FiscalCalendar, today: date) -> Predicate:
    wanted = fold(value)
    if op == "=":
        return lambda cells: [cell is not None and cell == wanted for cell in cells]
    if op == "!=":
        return lambda cells: [cell is not None and cell != wanted for cell in cells]
    # Words of other systems often hold numbers and dates: ordered as what the filter's value is.
    number = read_number(value)
    if number is not None and not re.fullmatch(r"\d{4}", value):
        compare = ORDER[op]
        return lambda cells: [
            (found := read_number(cell.replace(",", ""))) is not None and compare(found[0], number[0])
            if cell
            else False
            for cell in cells
        ]
    period = read_period(value, calendar, today)
    if period is not None:
        holds = _in_order(op, period)
        return lambda cells: [(day := _day_of(cell)) is not None and holds(day) if cell else False for cell in cells]
    raise WrongValue(
        value,
        f"“{word.title}” holds text; {op} compares it with a number or a date, and “{value}” is neither.",
        "Use =, !=, in, contains or starts with.",
    )


def _day_of(cell: str) -> date | None:
    found = re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", cell)
    if not found:
        return None
    try:
        return date.fromisoformat(found[0])
    except ValueError:
        return None


def _number(op: Op, value: str, word: Word) -> Predicate:
    read = read_number(value)
    if read is None or read[1]:
        raise WrongValue(value, f"“{word.title}” holds a number; “{value}” is none.", "Write 1500, 1_500, 1.5k or 5%.")
    wanted = read[0]
    if op == "=":
        return lambda cells: [cell is not None and cell == wanted for cell in cells]
    if op == "!=":
        return lambda cells: [cell is not None and cell != wanted for cell in cells]
    compare = ORDER[op]
    return lambda cells: [cell is not None and compare(cell, wanted) for cell in cells]


def single_amount(amounts: Amounts | None) -> tuple[str, Decimal] | None:
    """The one currency and amount of a cell; None where it is empty or in several currencies."""
    if not amounts:
        return None
    parts = amounts.by_currency
    if len(parts) > 1:
        parts = {currency: amount for currency, amount in parts.items() if amount} or dict([next(iter(parts.items()))])
        if len(parts) > 1:
            return None
    return next(iter(parts.items()))


def _money(op: Op, value: str, word: Word) -> Predicate:
    read = read_number(value)
    if read is None:
        raise WrongValue(value, f"“{word.title}” holds money; “{value}” is none.", "Write 100000, 1.5M or 1.5M EUR.")
    wanted, currency = read
    if currency is not None and currency not in CURRENCIES:
        near, _ = nearest(currency, CURRENCIES)
        hint = f"Did you mean {near}? " if near else ""
        raise WrongValue(value, f"“{currency}” is no currency.", f"{hint}Before a word to search for, write “and”.")
    compare = {"=": operator.eq, "!=": operator.ne, **ORDER}[op]

    def money(cells: Sequence[Any]) -> Mask:
        return [
            (one := single_amount(cell)) is not None
            and (currency is None or one[0] == currency)
            and compare(one[1], wanted)
            for cell in cells
        ]

    return money


def _in_order(op: Op, period: Period) -> Callable[[date], bool]:
    start, end = period.start, period.end
    match op:
        case "<":
            return lambda day: day < start
        case "<=":
            return lambda day: day < end
        case ">":
            return lambda day: day >= end
        case ">=":
            return lambda day: day >= start
        case "!=":
            return lambda day: not start <= day < end
    return lambda day: start <= day < end


def _date(op: Op, value: str, word: Word, calendar: FiscalCalendar, today: date) -> Predicate:
    period = read_period(value, calendar, today)
    if period is None:
        raise WrongValue(
            value, f"“{word.title}” holds a date; “{value}” is no date or period.", f"Write one of: {EXAMPLES}."
        )
    holds = _in_order(op, period)
    return lambda cells: [cell is not None and holds(cell) for cell in cells]


def choice(value: str, word: Word) -> str:
    """The choice of *word* that *value* spells: by value or label, in any case."""
    key = spelled(value)
    for option in word.choices:
        if spelled(option) == key:
            return option
    near = next((option for option in word.choices if key and spelled(option).startswith(key)), None)
    near = near or nearest(value, word.choices)[0]
    if key in ("empty", "blank", "none", ""):
        raise WrongValue(value, f"“{word.title}” has no choice “{value}”.", f"Write “{word.name} is empty”.")
    raise WrongValue(
        value,
        f"“{word.title}” has no choice “{value}”.",
        f"Did you mean “{near}”?" if near else "Choices: " + ", ".join(word.choices) + ".",
    )


def _choice(op: Op, value: str, word: Word) -> Predicate:
    wanted = choice(value, word)
    if op == "=":
        return lambda cells: [cell is not None and cell == wanted for cell in cells]
    if op == "!=":
        return lambda cells: [cell is not None and cell != wanted for cell in cells]
    if not word.ordered:
        raise WrongValue(value, f"The choices of “{word.title}” have no order.", "Use =, != or in (…).")
    compare, rank = ORDER[op], {option: index for index, option in enumerate(word.choices)}
    kept = {option for option in word.choices if compare(rank[option], rank[wanted])}
    return lambda cells: [cell in kept for cell in cells]


def _flag(op: Op, value: str, word: Word) -> Predicate:
    said = value.strip().lower()
    if said not in YES | NO or op not in ("=", "!="):
        raise WrongValue(value, f"“{word.title}” is yes or no; it cannot be {op} “{value}”.", "Write = yes or = no.")
    wanted = (said in YES) == (op == "=")
    return lambda cells: [cell is wanted for cell in cells]
