"""What a registered measure is, and the receipt that accounts for one of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from northing.portfolio.errors import Finding, NotFound

from .address import Figure
from .asking_facts import ANY
from .freshness import Fresh
from .fx import Rate
from .levels import LEVELS, OUTSIDE, Scope, read_scope
from .sentence import Ref, Said
from .view import View

Unit = Literal["money", "share", "count", "number", "tokens", "text", "date", "any"]

OpenView = Callable[[str], View]
"""From a reference of the record (``42``, ``2026-03-31``, ``tag:q1``) to the view of it."""


@dataclass(frozen=True)
class Question:
    """A figure that is asked for, and the view that it is asked of."""

    view: View
    figure: Figure
    open: OpenView | None = None

    def get(self, name: str, default: str = "") -> str:
        return self.figure.get(name, default)

    @property
    def scope(self) -> Scope:
        """The scope that ``level`` and ``id`` name; of a level without an id, what belongs to none of its entities."""
        level, id = self.get("level", "organisation"), self.get("id") or None
        outside = next((one for one in LEVELS if one == level and one in OUTSIDE), None)
        return Scope(outside, None) if outside is not None and id is None else read_scope(self.view, level, id)

    @property
    def basis(self) -> str:
        return self.get("basis", "billed")

    def but(self, measure: str | None = None, **args: object) -> Question:
        """The question of a figure near this one."""
        return replace(self, figure=self.figure.but(measure, **args))


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One of the things that a figure is made of."""

    value: Any
    """What it brings, told as the figure is; the values times their signs, put together, give the figure."""
    ref: Ref | None = None
    """The entity that it is: a plan line, a transfer, an investment."""
    said: Said | None = None
    """What it is, where it is no entity or more than that."""
    figure: Figure | None = None
    """Its own address, where it has a receipt of its own."""
    stated: Any = None
    """What the entity or the rows state, before shares and rates."""
    share: Decimal | None = None
    """Which share of it counts here; None for all of it."""
    rate: Rate | None = None
    """The exchange rate that it was told with."""
    sign: int = 1
    """−1 where the formula takes it off, 0 where it is only shown: what is divided by, what was compared."""
    rows: int = 0
    """How many rows of facts are in it."""
    field: str | None = None
    """The stored field that the value stands in, where it is one."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of facts under a figure, as ``facts.rows`` is asked for them."""

    table: str
    column: str
    """The column that is added up; empty where rows are only counted."""
    lines: int
    """How many rows there are."""
    where: str = ""
    span: tuple[date, date] | None = None
    investment: Any = ANY
    rule: str | None = None
    """Only what this rule gives."""
    share: Decimal = Decimal(1)
    """Which share of each counts here."""
    money: bool = True
    """Whether the column is an amount of money, to be exchanged at the rate of the row's day."""
    native: bool = False
    """Whether money is left in the currency that its row states."""
    delivery: str | None = None
    """The only delivery whose rows are meant, whether or not they still count; None: all that is in force."""
    sign: int = 1


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A named number: what it means, how it is computed, and of what."""

    name: str
    title: str
    unit: Unit
    formula: str
    """In words that a page may show."""
    of: Callable[[Question], Any]
    """The value: Amounts for money, Decimal for a share or number, int for a count; None where there is none."""
    terms: Callable[[Question], Sequence[Term]]
    """What the value is made of."""
    facts: Callable[[Question], Sequence[Asked]] = lambda question: ()
    """Which rows of facts stand under it."""
    tables: tuple[str, ...] = ()
    """The fact tables that it reads."""
    parameters: tuple[str, ...] = ()
    """The arguments that it understands."""
    source: str = "Northing"
    version: int = 1


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, accounted for."""

    figure: Figure
    measure: Measure
    value: Any
    terms: tuple[Term, ...]
    rows: int
    """How many rows are under it; :func:`.figures.source_rows` reads them."""
    branch: str
    revision: int
    currency: str
    """What money is told in."""
    deliveries: tuple[str, ...] = ()
    """The deliveries that its rows can be from."""
    fresh: Fresh | None = None
    """Until when its sources speak, and which of them are late; None where it is made of no facts."""
    findings: tuple[Finding, ...] = ()


class SourceRowOf(msgspec.Struct, frozen=True, kw_only=True):
    """One row under a figure, as it came, and where it is from."""

    table: str
    """A fact table, or ``source_row`` for a row of an imported file."""
    values: Mapping[str, Any]
    """By column, or by the heading of the file."""
    line: int
    """In the input, from 1."""
    input: str
    """The name of the file or address."""
    delivery: str | None = None
    source: str | None = None
    file: str | None = None
    """Id of the source file, of a row of an imported file."""
    refs: tuple[Ref, ...] = ()
    """What was made of the row, where it made entities."""
    column: str = ""
    stated: Decimal | None = None
    """What the column states."""
    share: Decimal = Decimal(1)
    """Which share of it counts here: by attribution, and by the scope's share of the investment."""
    rate: Rate | None = None
    value: Decimal | None = None
    """stated × share × rate: what it brings to the figure."""
    currency: str = ""
    """What *value* is told in."""
    investment: str | None = None
    rule: str | None = None


class SourceRows(msgspec.Struct, frozen=True, kw_only=True):
    """A window on the rows under a figure."""

    rows: tuple[SourceRowOf, ...]
    total: int
    offset: int


def entity(view: View, kind: str, name: str) -> str:
    """The id that *name*, an id or a number, means. Raises :class:`NotFound`."""
    table = view.plan.table(kind)
    if name in table:
        return name
    for one in table.values():
        if name and (getattr(one, "number", None) or "").casefold() == name.casefold():
            return str(one.id)
    raise NotFound("There is no such figure at this revision.")
