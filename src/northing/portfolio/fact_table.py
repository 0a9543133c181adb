"""What a table of facts is: its columns, as files, filters, rules and receipts need to know them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .words import word

ColumnType = Literal["text", "date", "instant", "integer", "amount", "quantity", "flag", "tags"]
"""amount and quantity: DECIMAL(24,12), never doubles; instant: UTC microseconds; tags: a JSON object as text."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a fact table, as files, filters and receipts need to know it."""

    name: str
    title: str
    type: ColumnType
    help: str = ""
    required: bool = False
    ruled: bool = False
    """Whether an attribution rule may ask for it."""


class FactTable(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of fact. Its files are sorted and partitioned by *day*."""

    name: str
    title: str
    columns: tuple[Column, ...]
    day: str = "day"
    key: tuple[str, ...] = ()
    """What names a thing that later deliveries tell again: of rows of one source that share it, the one received last
    counts. Without a key every row counts."""

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def column(name: str, title: str, type: ColumnType = "text", help: str = "", **more: Any) -> Column:
    return Column(name=name, title=title, type=type, help=help, **more)


ORIGIN = (
    column("source", word("Source"), help="Id of the source that delivered the row.", required=True),
    column("scope", word("Scope"), help="What a later delivery replaces as a whole.", required=True),
    column("line", word("Line"), "integer", "In the input, from 1; with the scope's delivery it names the source row."),
)
"""Every fact table begins with these."""
