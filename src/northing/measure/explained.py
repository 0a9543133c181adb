"""What a registered measure is, and the receipt that accounts for one of its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from northing.portfolio.errors import Finding

from .address import Figure
from .asking_facts import FactRow
from .freshness import Fresh
from .sentence import Ref, Said
from .view import View

Unit = Literal["money", "share", "count", "number", "tokens", "text", "date"]


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A named number: what it means, how it is computed, and of what."""

    name: str
    title: str
    unit: Unit
    formula: str
    """In words that a page may show."""
    of: Callable[[View, Figure], Any]
    """The value: Amounts for money, Decimal for a share or number, int for a count; None where there is none."""
    terms: Callable[[View, Figure], Sequence[Term]]
    """What the value is made of; together, by the formula, they give it."""
    facts: Callable[[View, Figure], Sequence[Asked]] = lambda view, figure: ()
    """Which rows of facts stand under it."""
    parameters: tuple[str, ...] = ()
    """The arguments that it understands."""
    source: str = "Northing"
    version: int = 1


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One of the things that a figure is made of."""

    value: Any
    """What it brings, told as the figure is."""
    ref: Ref | None = None
    """The entity that it is: a plan line, a transfer, an exchange rate, an investment."""
    said: Said | None = None
    """What it is, where it is no entity."""
    figure: Figure | None = None
    """Its own address, where it has a receipt of its own."""
    stated: Any = None
    """What the entity or the rows state, before shares and rates."""
    share: Any = None
    """Which share of it counts here; None for all of it."""
    rate: Any = None
    """The exchange rate that it was told with, an :class:`.fx.Rate`; None where none was needed."""
    sign: int = 1
    """−1 where the formula takes it off."""
    rows: int = 0
    """How many rows of facts are in it."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of facts, as they are asked for: ``facts.rows`` takes the same arguments."""

    table: str
    column: str
    """The column that is added up."""
    where: str = ""
    span: tuple[date, date] | None = None
    investment: Any = None
    """An id, None for what no rule claims, or ANY."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, accounted for."""

    figure: Figure
    measure: Measure
    value: Any
    terms: tuple[Term, ...]
    rows: int
    """How many rows of facts are under it; ``source_rows`` reads them."""
    branch: str
    revision: int
    currency: str
    """What money is told in."""
    deliveries: tuple[str, ...] = ()
    """The deliveries that its rows can be from: those in force of the tables that it reads."""
    fresh: Fresh | None = None
    """Until when its sources speak, and which of them are late; None where it is made of no facts."""
    findings: tuple[Finding, ...] = ()


class SourceRowOf(msgspec.Struct, frozen=True, kw_only=True):
    """One row under a figure, with where it is from."""

    row: FactRow
    column: str
    value: Any
    """What the column states, times the row's share."""
    delivery: str
    source: str | None
    input: str
    """The file's name or address."""
    line: int


class SourceRows(msgspec.Struct, frozen=True, kw_only=True):
    """A window on the rows under a figure."""

    rows: tuple[SourceRowOf, ...]
    total: int
    offset: int
