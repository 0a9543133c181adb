"""What a reader of facts is: it turns raw pages into rows of fact tables, and says what it could not read.

A reader fetches nothing and keeps nothing. It is given raw pages (a file in pieces, the answers of an API one
after the other) and what the plan knows that it needs: rates, prices, a mapping. ``northing.facts`` writes what it
yields; the record takes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

import msgspec

from .facts import Source
from .workspace import Mapping as ColumnMapping


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What a million tokens, or one request, costs on a day."""

    amount: Decimal
    currency: str
    basis: str
    """Where it is from: “agreed”, or catalogue and version; goes into ``price_basis``."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """What an hour of somebody costs on a day."""

    an_hour: Decimal
    currency: str
    basis: str
    """The rate card's id."""
    expense: str | None = None


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader may ask of the plan while it reads; the same answers every time."""

    source: Source
    name: str
    """File name or address of the input."""
    hide: Callable[[str], str]
    """A person's name or address as an HMAC under the workspace's key."""
    sha256: str = ""
    """Of the input as it came; names an increment."""
    mapping: ColumnMapping | None = None
    price: Callable[[str | None, str, str, date], Price | None] = lambda provider, model, tokens, day: None
    """Provider, model, token kind, day → the price; None where nobody knows it."""
    rate: Callable[[str | None, str | None, date], Rate | None] = lambda role, team, day: None
    """Role's name, team's name, day → the rate card that holds."""


class Row(msgspec.Struct, frozen=True):
    """One row of *table*: values by column name, without ``source``; ``scope`` and ``line`` are among them."""

    table: str
    values: Mapping[str, Any]


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A row that could not be read. Nothing else of the input is lost by it."""

    line: int
    column: str | None
    value: str
    reason: str
    """A sentence with what to do about it."""


class Empty(msgspec.Struct, frozen=True):
    """The input states *scope* and there is nothing in it: what was there before is replaced by nothing."""

    table: str
    scope: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Rows for which *failed* (an expression over the input's columns) holds are refused."""

    failed: str
    column: str
    reason: str


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """How a whole file of rows becomes a fact table, as expressions that the engine runs over all rows at once.

    Input columns stand in the expressions by position as ``c0``, ``c1`` …, every one of them text as it came
    (empty cells as empty text); ``line`` is the row's number in the input from 1, the header not counted.
    Functions come from the allow-list of ``northing.facts`` (see docs/decisions).
    """

    table: str
    columns: Mapping[str, str]
    """Target column → expression; ``scope`` among them, ``source`` and ``line`` not. What is missing stays empty."""
    checks: Sequence[Check] = ()
    steps: Sequence[Mapping[str, str]] = ()
    """Name → expression, worked out before all others and once a row: each step may name the input's columns and
    the steps before it, and so may columns, checks and *keep*. The names begin with ``s_``."""
    keep: str | None = None
    """Expression that holds for rows to take; the others are neither taken nor refused (sums, blank lines)."""


class FactReader(Protocol):
    """A format of facts. ``sources.facts.READERS`` names all of them."""

    name: str
    """“focus”; stored in Source.reader."""
    title: str
    version: int
    tables: tuple[str, ...]
    form: Literal["table", "pages"]
    """table: CSV or Parquet turned by :meth:`project`; pages: read piece by piece by :meth:`read`."""

    def fits(self, name: str, head: bytes) -> float:
        """How well an input that is called *name* and begins with *head* looks like this format, 0 to 1."""

    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        """For the form ``table``: how rows with this *header* become facts. *sample*: the first some thousand rows.

        Raises :class:`northing.portfolio.errors.Invalid` where a column that is needed is missing.
        """

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        """For the form ``pages``: the rows, one after the other, however the bytes are cut into pages."""

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """The pages as they may be kept: people as HMACs, free text dropped. Most formats hold neither."""
