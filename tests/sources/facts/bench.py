"""A reader put to work: by itself on pieces of bytes, or through the engine into a store of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from northing.facts.engine import FactsAt
from northing.facts.staging import Staged, stage
from northing.facts.store import Store
from northing.portfolio.edits import apply, check_body
from northing.portfolio.fact_reading import About, Empty, Price, Rate, Refused, Row
from northing.portfolio.facts import Source
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import Mapping as ColumnMapping
from northing.sources.facts import READERS

CUTS = (1, 7, 64, 4096)


def hide(text: str) -> str:
    """Stands for the HMAC: the same for the same person, and no name."""
    return f"h{sum(map(ord, text)) % 9973}"


def source(reader: str, id: str = "s1", **more: Any) -> Source:
    return Source(id=id, name=reader, reader=reader, **more)


def about(
    reader: str,
    name: str = "input",
    *,
    price: Callable[[str | None, str, str, date], Price | None] | None = None,
    rate: Callable[[str | None, str | None, date], Rate | None] | None = None,
    mapping: ColumnMapping | None = None,
    **more: Any,
) -> About:
    known: dict[str, Any] = {"price": price, "rate": rate, "mapping": mapping}
    told = {key: value for key, value in known.items() if value is not None}
    return About(source=source(reader, **more), name=name, hide=hide, **told)


def pieces(raw: bytes, size: int) -> list[bytes]:
    return [raw[at : at + size] for at in range(0, len(raw), size)]


class Said(dict[str, Any]):
    """Values by column; what a reader does not give is None."""

    def __missing__(self, key: str) -> None:
        return None


class Taken:
    """What a reader made of an input."""

    def __init__(self, found: Iterable[Row | Refused | Empty]) -> None:
        self.found = list(found)
        self.rows = [Said(each.values) for each in self.found if isinstance(each, Row)]
        self.refused = [each for each in self.found if isinstance(each, Refused)]
        self.empty = [each for each in self.found if isinstance(each, Empty)]

    def total(self, column: str) -> Any:
        return sum((row[column] for row in self.rows if row.get(column) is not None), Decimal(0))

    def only(self) -> Mapping[str, Any]:
        assert [each.reason for each in self.refused] == []
        assert len(self.rows) == 1
        return self.rows[0]


def read(reader: str, raw: bytes, *, cuts: Sequence[int] = CUTS, **more: Any) -> Taken:
    """*raw* read whole, and again cut in *cuts*: however it is cut, the same comes out."""
    told = about(reader, **more)
    taken = Taken(READERS[reader].read([raw], told))
    for size in cuts:
        again = Taken(READERS[reader].read(pieces(raw, size), told))
        assert again.found == taken.found, f"cut every {size} bytes"
    return taken


class World:
    """A store, and a plan that goes on from delivery to delivery."""

    def __init__(self, folder: Path) -> None:
        self.store = Store("w1", folder=folder)
        self.plan = Plan.of("w1", "main", 0, [])
        self.clock = datetime(2026, 3, 1, tzinfo=UTC)

    def take(self, reader: str, raw: bytes | Iterable[bytes], name: str = "input.csv", **more: Any) -> Staged:
        """Stage and commit."""
        self.clock += timedelta(minutes=1)
        told = about(reader, name, **more)
        staged = stage(
            self.store, self.plan, told.source, READERS[reader], [raw] if isinstance(raw, bytes) else raw,
            name=name, about=told, received=self.clock,
        )  # fmt: skip
        for edit in staged.edits:
            before = self.plan.get(edit.kind, edit.id)
            body = apply(None if before is None else msgspec.to_builtins(before), edit)
            assert body is not None
            self.plan = self.plan.step(self.plan.no + 1, {edit.kind: {edit.id: check_body(edit.kind, body)[0]}})
        return staged

    @property
    def facts(self) -> FactsAt:
        return FactsAt(self.store, self.plan)

    def rows(self, table: str) -> list[Mapping[str, Any]]:
        return [row.values for row in self.facts.rows(table, limit=100_000)]

    def total(self, table: str, column: str) -> Decimal:
        return sum((row[column] for row in self.rows(table) if row[column] is not None), Decimal(0))
