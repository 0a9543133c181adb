"""Whether the day or the month stands first, told by whole columns and never by one cell.

A part above 12 tells it; and of a bill: its period begins and ends on the first day of a month, and no period
ends before it begins. Where both ways can be meant, nobody guesses: it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from northing.portfolio.errors import Finding, Invalid

from .expressions import Order

FIGURES = re.compile(r"\s*(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4}|\d{2})(?:[ ,T]|$)")
ORDERS: tuple[Order, Order] = ("dmy", "mdy")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Cells of one row that belong together: when something begins and ends."""

    start: str = ""
    end: str = ""
    month: bool = False
    """Both are first days of a month."""


def given(options: object) -> Order | None:
    """The order that somebody has answered (``date_order`` among a source's options)."""
    answer = options.get("date_order") if isinstance(options, dict) else None
    if answer in (None, ""):
        return None
    if answer not in ORDERS:
        raise Invalid(f"“{answer}” is no order of day and month.", remedy="Answer dmy (31/12) or mdy (12/31).")
    return answer  # type: ignore[no-any-return]


def order_of(spans: Iterable[Span], column: str) -> Order | None:
    """The order of day and month in *spans*; None where no cell needs one. Asks by :class:`Invalid`."""
    told = list(dict.fromkeys(span for span in spans if FIGURES.match(span.start) or FIGURES.match(span.end)))
    if not told:
        return None
    broken = {order: _broken(told, order) for order in ORDERS}
    fair = [order for order in ORDERS if not broken[order]]
    if len(fair) == 1:
        return fair[0]
    if len(fair) == 2 and all(
        _day(cell, "dmy") == _day(cell, "mdy") for span in told for cell in (span.start, span.end)
    ):
        return "dmy"  # 1/1/25: it means the same day either way
    raise _ask(told, column, both=bool(fair))


def order_of_days(cells: Sequence[str], column: str) -> Order | None:
    """The same for single days, where only a part above 12 can tell."""
    return order_of((Span(start=cell) for cell in cells), column)


def _broken(spans: Iterable[Span], order: Order) -> bool:
    """Whether some span cannot be meant in *order*."""
    return any(_impossible(span, order) for span in spans)


def _impossible(span: Span, order: Order) -> bool:
    start, end = _day(span.start, order), _day(span.end, order)
    if (FIGURES.match(span.start) and start is None) or (FIGURES.match(span.end) and end is None):
        return True
    if span.month and any(day is not None and day.day != 1 for day in (start, end)):
        return True
    return start is not None and end is not None and end < start


def _day(cell: str, order: Order) -> date | None:
    found = FIGURES.match(cell)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if year < 100:
        year += 2000 if year < 69 else 1900
    day, month = (first, second) if order == "dmy" else (second, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ask(told: Sequence[Span], column: str, *, both: bool) -> Invalid:
    example = next(cell for span in told for cell in (span.start, span.end) if FIGURES.match(cell))
    why = "could be either way" if both else "fit neither way"
    message = f"Does the day or the month stand first in “{example.strip()}”? The dates of this file {why}."
    remedy = "Answer with the source's option date_order: dmy (31/12) or mdy (12/31); or write dates as 2025-12-31."
    finding = Finding(code="date-order", message=message, column=column, value=example.strip(), remedy=remedy)
    return Invalid(message, findings=[finding], remedy=remedy)
