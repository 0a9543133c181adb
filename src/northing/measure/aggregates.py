"""Sums and the like over columns: of numbers, dates, and money, where each currency stands for itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.filter.vocabulary import ValueType, nearest
from northing.portfolio.money import Amounts

from .order import text_key

Function = Literal["count", "distinct", "sum", "mean", "median", "min", "max"]
FUNCTIONS: tuple[Function, ...] = get_args(Function)

FITTING: dict[str, tuple[Function, ...]] = {
    "number": FUNCTIONS,
    "integer": FUNCTIONS,
    "money": FUNCTIONS,
    "date": ("count", "distinct", "median", "min", "max"),
}
"""Which functions a column of a type allows; all others can be counted, filled or distinct."""


class Aggregate(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: a function over the filled cells of a column."""

    function: Function
    column: str
    value: Any
    """Decimal, int, date, :class:`Amounts` for money; None where no cell is filled."""
    filled: int
    """How many cells it stands for; the rest were empty."""


def check(function: str, column: str, title: str, type: ValueType) -> Function:
    """*function* if it makes sense of a column of *type*; raises :class:`Invalid`."""
    if function not in FUNCTIONS:
        near, _ = nearest(function, FUNCTIONS, 40)
        message = f"There is no function “{function}”."
        remedy = f"Did you mean “{near}”?" if near else "Functions: " + ", ".join(FUNCTIONS) + "."
    elif function in FITTING.get(type, ("count", "distinct")):
        return function
    else:
        message = f"“{title}” cannot be taken as {function}: it holds no " + (
            "amount." if type == "date" else "number, money or date."
        )
        remedy = "It can be: " + ", ".join(FITTING.get(type, ("count", "distinct"))) + "."
    raise Invalid(
        message, findings=[Finding(code="aggregate", message=message, field=column, remedy=remedy)], remedy=remedy
    )


def aggregate(function: Function, column: str, type: ValueType, cells: Iterable[Any]) -> Aggregate:
    """*function* over the filled cells of a column; many-valued cells count each of their values."""
    if type in ("texts", "references"):
        filled: list[Any] = [item for cell in cells if cell for item in cell]
    else:
        filled = [cell for cell in cells if cell is not None]
        if type == "text":
            filled = [cell for cell in filled if cell.strip()]
    return Aggregate(function=function, column=column, value=_value(function, type, filled), filled=len(filled))


def _value(function: Function, type: ValueType, filled: Sequence[Any]) -> Any:
    if function == "count":
        return len(filled)
    if function == "distinct":
        if type in ("text", "texts"):
            return len({text_key(cell) for cell in filled})
        return len(set(filled))
    if not filled:
        return None
    if type == "money":
        return _money(function, filled)
    if type == "date":
        return min(filled) if function == "min" else max(filled) if function == "max" else _middle_day(filled)
    return _number(function, filled)


def _money(function: Function, filled: Sequence[Amounts]) -> Amounts:
    if function == "sum":
        return Amounts.sum(filled)
    by_currency: dict[str, list[Decimal]] = {}
    for amounts in filled:
        for currency, amount in amounts.by_currency.items():
            by_currency.setdefault(currency, []).append(amount)
    return Amounts({currency: Decimal(_number(function, found)) for currency, found in by_currency.items()})


def _number(function: Function, filled: Sequence[Any]) -> Any:
    match function:
        case "sum":
            return sum(filled)
        case "mean":
            return Decimal(sum(filled)) / len(filled)
        case "min":
            return min(filled)
        case "max":
            return max(filled)
    ordered = sorted(filled)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (Decimal(ordered[middle - 1]) + Decimal(ordered[middle])) / 2


def _middle_day(filled: Sequence[date]) -> date:
    """The middle of the days in order, the earlier of two."""
    return sorted(filled)[(len(filled) - 1) // 2]
