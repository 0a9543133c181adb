"""An imported file written again: as it came, byte for byte, with what people have edited since in its cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.errors import Invalid
from northing.portfolio.kinds import fields
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import SourceFile, SourceRow

from . import text
from .kept import table_of
from .tabular import told_apart
from .values import safe_text


def again(file: SourceFile, rows: Iterable[SourceRow], plan: Plan, said: Plan) -> bytes:
    """The bytes of *file*; a cell is written anew only where *plan* has another value than the source *said*."""
    listed = sorted(rows, key=lambda row: row.ordinal)
    if file.format.get("kind", "csv") != "csv":
        raise Invalid(
            f"{file.name} was no CSV file and cannot be written again as it came.",
            remedy="Export the entities: northing export investments --format xlsx",
        )
    columns = told_apart(file.header)
    targets = [
        (position, target[0], target[1], target[2] if len(target) > 2 else None)
        for position, column in enumerate(columns)
        if len(target := file.format.get("fields", {}).get(column, ())) > 1
    ]
    overlay = {row.ordinal: found for row in listed if (found := _edited(row, targets, plan, said))}
    return text.write(table_of(file, listed), overlay)


def _edited(
    row: SourceRow, targets: Sequence[tuple[int, str, str, str | None]], plan: Plan, said: Plan
) -> dict[int, str]:
    """The cells of *row* that people have edited: position → new text."""
    found: dict[int, str] = {}
    for position, kind, field, scale in targets:
        ids = row.made.get(kind, [])
        if len(ids) != 1:
            continue
        mine, theirs = plan.get(kind, ids[0]), said.get(kind, ids[0])
        if mine is None or theirs is None or mine is theirs or theirs.source_row != row.id:
            continue  # gone, or a later edition has spoken of it
        if mine.source_row != row.id:
            continue
        value, was = getattr(mine, field), getattr(theirs, field)
        if value != was:
            found[position] = safe_text(_written(kind, field, value, scale, plan))
    return found


def _written(kind: str, field: str, value: Any, scale: str | None, plan: Plan) -> str:
    """A field's value as a cell of the file."""
    if value is None:
        return ""
    described = fields(kind)[field]
    if described.type == "reference":
        entity = plan.find(value)
        return str(getattr(entity, "name", value))
    if isinstance(value, Decimal):
        return format((value / int(scale)).normalize() if scale else value, "f")
    plain = msgspec.to_builtins(value)
    return "; ".join(plain) if isinstance(plain, list) else str(plain)
