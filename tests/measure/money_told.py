"""A small organisation with bills, told as tables: its View for the tests of money."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from northing.measure.columns import view_of
from northing.measure.view import View
from northing.portfolio.entity import Entity
from northing.portfolio.facts import TABLES
from northing.portfolio.plan import Plan
from tests.facts_told import FactsTold, delivery
from tests.measure.told import entities_told


def rows_told(table: str, text: str, **more: Any) -> list[dict[str, Any]]:
    """Rows of a fact table; ``tag.x`` is a tag, scope and line are counted where they are not given."""
    lines = [line for line in inspect.cleandoc(text).splitlines() if line.strip()]
    header = [cell.strip() for cell in lines[0].split("|")]
    found = []
    for number, line in enumerate(lines[1:], start=1):
        row: dict[str, Any] = {"table": table, "scope": "all", "line": number, **more}
        for name, cell in zip(header, (part.strip() for part in line.split("|")), strict=True):
            if not cell:
                continue
            if name.startswith("tag."):
                row.setdefault("tags", {})[name.removeprefix("tag.")] = cell
            else:
                row[name] = _read(table, name, cell)
        found.append(row)
    return found


def _read(table: str, name: str, cell: str) -> Any:
    column = TABLES[table].column(name)
    assert column is not None, name
    match column.type:
        case "date":
            return date.fromisoformat(cell)
        case "amount" | "quantity":
            return Decimal(cell)
        case "integer":
            return int(cell)
        case "flag":
            return cell == "yes"
    return cell


def view_with(
    entities: Sequence[Entity], rows: Mapping[str, Sequence[Mapping[str, Any]]], today: date, **more: Any
) -> View:
    """The view of *entities* and of deliveries with these rows, each of a source of its own name."""
    deliveries = [delivery(id, id, found) for id, found in rows.items()]
    plan = Plan.of("acme", "main", more.pop("no", 1), [*entities, *deliveries])
    return view_of(plan, {}, today, facts=FactsTold(plan, rows), **more)


def money_told(text: str, today: date, cost: str = "", usage: str = "", prices: str = "", **more: Any) -> View:
    found, names = entities_told(text)
    rows: list[dict[str, Any]] = []
    for table, told in (("cost", cost), ("usage", usage), ("price", prices)):
        if told:
            rows += rows_told(table, told)
    return dataclasses.replace(view_with(found, {"bill": rows} if rows else {}, today, **more), names=names)
