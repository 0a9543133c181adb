"""Cells of the grid as HTML. Ten thousand of them are written in a request, so plain functions do it, not macros."""

from __future__ import annotations

import functools
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.template import engines
from django.utils.translation import gettext
from markupsafe import Markup, escape

from northing.measure.cells import Column
from northing.portfolio.money import Amounts
from northing.report import words

if TYPE_CHECKING:
    from northing.measure.view import View

LONG = 140
"""Letters of a long text that a cell shows; the editor fetches the rest."""

DRAWN = {"stage": "stage", "health": "health", "overall": "health", "chain": "chain"}
"""Columns whose values have a shape of their own."""


@functools.cache
def _macros(language: str) -> Any:
    environment: Any = engines["jinja2"].env  # type: ignore[attr-defined]
    return environment.get_template("macros.html").module


@functools.lru_cache(maxsize=512)
def drawn(how: str, value: Any, language: str) -> str:
    """A stage, a health or a chain, drawn once and kept."""
    macros = _macros(language)
    if how == "stage":
        return str(macros.stage(value))
    if how == "health":
        return str(macros.health(value))
    if value is None:
        return BLANK
    if value == "unbroken":
        return str(macros.chip(words.label(value, "chain"), "good", "check"))
    return str(macros.chip(words.label(value, "chain"), "warn", "alert"))


BLANK = '<span class="blank" aria-hidden="true">–</span>'


def raw(value: Any) -> str:
    """A value as an editor takes and gives it."""
    if value is None or value == ():
        return ""
    if isinstance(value, Amounts):
        return str(next(iter(value.by_currency.values()), ""))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


class Writer:
    """Writes the cells of one answer's columns for one view."""

    def __init__(
        self, view: View, columns: tuple[Column, ...], link: Any, language: str, why: tuple[str, str] = ("", "")
    ) -> None:
        """*why*: what the address of a receipt begins and ends with; empty where cells have none."""
        self.view = view
        self.why = why
        self.link = link
        self.language = language
        self.columns = [
            (column, DRAWN.get(column.key) if column.word.kind == "investment" else None, class_of(column))
            for column in columns
        ]
        self.heads = [str(escape(words.heading(column))) for column in columns]
        self.choose = gettext("Choose %(name)s")
        self._names: dict[tuple[str, str], str] = {}

    def row(self, id: str, cells: tuple[Any, ...], line: int, *, labels: bool, pick: bool) -> str:
        """One ``<tr>``; ``line`` is its place among all rows of the grid, from 1, the head not counted."""
        parts = [f'<tr data-id="{id}" aria-rowindex="{line + 1}">']
        if pick:
            label = escape(self.choose % {"name": self.view.name_of("investment", id) or ""})
            parts.append(f'<td class="pick"><input type="checkbox" tabindex="-1" aria-label="{label}"></td>')
        for index, ((column, how, css), value) in enumerate(zip(self.columns, cells, strict=True)):
            head = f' data-label="{self.heads[index]}"' if labels else ""
            inside, more = self._inside(column, how, value, id)
            if column.key == "name":
                parts.append(f'<th scope="row" class="{css}"{head}{more}>{inside}</th>')
            else:
                parts.append(f'<td class="{css}"{head}{more}>{inside}</td>')
        parts.append("</tr>")
        return "".join(parts)

    def _inside(self, column: Column, how: str | None, value: Any, id: str) -> tuple[str, str]:
        """What stands in the cell, and its attributes: ``data-v`` where the editor needs another form of it."""
        given = f' data-v="{escape(raw(value))}"' if column.field and column.type != "text" else ""
        if how is not None:
            return drawn(how, None if value is None else str(value), self.language), given
        if value is None or value in ((), ""):
            return BLANK, ' data-v=""' if column.field else ""
        if column.key == "name":
            return f'<a href="{escape(self.link(id))}" tabindex="-1">{escape(value)}</a>', ""
        if column.type == "reference":
            name = self._name(column.ref, value)
            if column.ref == "person":
                return f'<span class="person"><span>{name}</span></span>', given
            return name, given
        if column.type == "text":
            if len(value) > LONG:
                return f"{escape(value[:LONG].rstrip())}…", ' data-more=""'
            return str(escape(value)), ""
        text = words.cell(self.view, column, value)
        said = str(escape(text if len(text) <= LONG else text[:LONG].rstrip() + "…"))
        if column.field is None and column.numeric and self.why[0]:
            first, last = self.why
            address = f"{first}of=column&amp;id={id}&amp;kind=investment&amp;name={column.key}{last}"
            return f'<a class="why" href="{address}" tabindex="-1">{said}</a>', given
        return said, given

    def _name(self, kind: str | None, id: str) -> str:
        key = (kind or "*", id)
        if key not in self._names:
            self._names[key] = str(escape(words.name(self.view, kind, id)))
        return self._names[key]


def class_of(column: Column) -> str:
    """The classes of a column's cells: alignment by type, and what its head and cells share."""
    parts: list[str] = [column.type]
    if column.numeric or column.type == "date":
        parts.append("num")
    if column.key == "number":
        parts.append("number")
    if column.field is None:
        parts.append("fixed")
    return " ".join(parts)


__all__ = ["BLANK", "Markup", "Writer", "class_of", "drawn", "raw"]
