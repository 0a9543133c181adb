"""A row's cells as the values of fields: parsed as the mapping says, listed where they do not parse."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from northing.portfolio.errors import Finding
from northing.portfolio.kinds import Field, fields

from . import values
from .mapping import Column, Layout
from .tabular import TableFile, TableRow, shown


class Cells:
    """Reads cells of *file* by *layout*; what means nothing goes to *findings* and leaves the field empty."""

    def __init__(self, file: TableFile, layout: Layout, findings: list[Finding]) -> None:
        self.layout, self.findings = layout, findings
        self.at = {name: position for position, name in enumerate(file.columns)}
        self.targets: dict[str, dict[str, list[str]]] = {}
        for name, column in layout.columns.items():
            kind, _, field = column.to.partition(".")
            if name in self.at and field:
                self.targets.setdefault(kind, {}).setdefault(field, []).append(name)
        for columns in self.targets.values():
            for names in columns.values():
                names.sort(key=lambda name: layout.columns[name].reason)

    def text(self, row: TableRow, columns: Sequence[str]) -> str | None:
        """The first text that one of *columns* has."""
        for column in columns:
            cell = values.plain_text(row.cells[self.at[column]])
            if cell.strip() and not values.is_empty(cell):
                return cell
        return None

    def texts(self, row: TableRow, target: str) -> list[str]:
        found = (self.text(row, [column]) for column in self.layout.of(target))
        return [text for text in found if text]

    def currency(self, kind: str) -> str | None:
        for names in self.targets.get(kind, {}).values():
            for name in names:
                if self.layout.columns[name].currency:
                    return self.layout.columns[name].currency
        return self.layout.options.currency

    def fields(self, row: TableRow, kind: str) -> dict[str, Any]:
        """All fields of *kind* that the mapping names, empty ones as None, with what is withheld and why."""
        found: dict[str, Any] = {}
        reasons: dict[str, str | None] = {}
        for field, columns in self.targets.get(kind, {}).items():
            value = self.value(row, columns[0])
            reason = None
            if value is None:
                said = [values.withheld(row.cells[self.at[name]]) for name in columns]
                reason = max(filter(None, said), key=len, default=None)
            found[field], reasons[field] = value, reason
        if reasons:
            found["withheld"] = reasons
        return found

    def value(self, row: TableRow, name: str) -> Any:
        """The JSON value that the cell under column *name* gives its field; None where it is empty or withheld."""
        column = self.layout.columns[name]
        cell = values.plain_text(row.cells[self.at[name]])
        if not cell.strip():
            return None
        kind, _, field_name = column.to.partition(".")
        known = fields(kind).get(field_name)
        if kind == "ai_system" and known is not None and known.type == "text":
            return cell  # word for word
        if values.withheld(cell) or values.is_empty(cell):
            return None
        value = self._parse(cell, column, known)
        if value is None:
            self.findings.append(_unread(row, name, cell, known))
        return value

    def _parse(self, cell: str, column: Column, field: Field | None) -> Any:
        if field is None:
            return cell.strip()
        if field.type == "date":
            found = values.day(cell, cast("values.Order | None", column.order))
            return found and found.isoformat()
        if field.type == "number":
            return _number(cell, column)
        if field.type == "choice":
            return _choice(cell, column, field)
        if field.type == "texts":
            return sorted({part.strip() for part in cell.split(self.layout.options.separator) if part.strip()})
        if field.type == "reference":
            return cell.strip()
        return cell.strip() if field.long or field.name in ("name", "category", "external_id") else cell


def _number(cell: str, column: Column) -> str | None:
    amount = values.amount(cell, comma=column.comma)
    if amount is None:
        return None
    value = amount.value * Decimal(amount.scale or column.scale or 1)
    return format(value.normalize(), "f") if value else "0"


def _choice(cell: str, column: Column, field: Field) -> str | None:
    word = cell.strip()
    ours = column.words.get(word) or column.words.get(word.lower())
    if ours in field.choices:
        return ours
    if field.name == "stage":
        found = values.stage(word)
        return found and found.value
    rating = values.rating(word)
    if rating is not None and rating.value in field.choices:
        return rating.value
    bare = word.lower().replace(" ", "_").replace("-", "_")
    return bare if bare in field.choices else None


def _unread(row: TableRow, name: str, cell: str, field: Field | None) -> Finding:
    what = {"date": "a date", "number": "an amount", "choice": "a word that Northing knows"}.get(
        field.type if field else ""
    )
    words = ", ".join(field.choices) if field else ""
    remedies = {
        "date": "Write it as 2026-03-31, or leave it empty.",
        "number": "Write digits, with a currency at most.",
        "choice": f"Say what it means: --answer '{name}.words=its word=ours'. Ours: {words}.",
    }
    return Finding(
        code="unreadable-value",
        severity="warning",
        message=f"“{shown(cell, 60)}” is not {what or 'readable'}; the field stays empty.",
        line=row.line,
        column=name,
        value=shown(cell),
        remedy=remedies.get(field.type if field else "", "Mend the cell."),
    )
