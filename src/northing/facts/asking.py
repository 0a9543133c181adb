"""What is asked of facts, and how they answer: plain values, known to the measures and to the engine alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec


class Anyone(msgspec.Struct, frozen=True):
    """Whatever investment a row belongs to, or none."""


ANY: Final = Anyone()


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of *table* added up: by span of days, by columns, and by the investment that the rules give them to."""

    table: str
    sums: tuple[str, ...]
    """Columns of amounts, quantities and integers to add up; an empty cell adds nothing."""
    by: tuple[str, ...] = ()
    """Columns that are kept apart; ``tag.<key>`` is the tag of that key."""
    spans: tuple[date, ...] = ()
    """Days on which a new span begins, ascending. A row is in the span of the last of them that is not after its
    day. Rows before the first are left out, and so are rows from the last on: it only ends the span before it.
    None at all: one span, with every row."""
    where: str = ""
    """In the filter language, over the table's columns."""
    attribute: bool = True
    """Whether the rules are applied; otherwise no line has an investment."""


class Line(msgspec.Struct, frozen=True):
    """What rows come to that share span, investment, rule and the asked columns."""

    span: date | None
    """The first day of its span; None where no spans were asked for."""
    investment: str | None
    """None: no rule claims it, or attribution was not asked for."""
    rule: str | None
    by: tuple[Any, ...]
    """Values of the asked columns, in their order; None for an empty cell."""
    sums: tuple[Decimal, ...]
    """In the order asked for; exact, each row's amount times its share."""
    lines: int
    """How many rows have a part in it."""


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of facts as it is in force, or the part of it that one investment gets."""

    table: str
    values: Mapping[str, Any]
    """By column name; amounts are whole, *share* is not yet taken of them."""
    delivery: str
    """Id of the delivery that it is in force by; with ``line`` it names the row of the input."""
    line: int
    share: Decimal = Decimal(1)
    investment: str | None = None
    rule: str | None = None
