"""Columns of a table as somebody asked for them: a path from a kind, and the cell that each entity has there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.filter.columns import position, values
from northing.portfolio.filter.reader import split_path
from northing.portfolio.filter.vocabulary import UnknownWord, ValueType, Word
from northing.portfolio.filter.writer import write_path
from northing.portfolio.kinds import fields

from .view import View

PLAIN: dict[str, tuple[str, ...]] = {
    "investment": ("number", "name", "portfolio", "stage", "owner", "health", "planned", "start", "end", "chain"),
    "objective": ("number", "name", "level", "parent", "owner", "progress", "investments"),
    "key_result": ("name", "objective", "owner", "measure_baseline", "current", "target", "unit", "progress", "due"),
    "portfolio": ("name", "parent", "owner", "investment_count", "planned"),
    "value_stream": ("name", "owner", "investment_count", "planned"),
    "org_unit": ("name", "code", "parent", "investment_count", "planned"),
    "person": ("name", "job", "org_unit", "owned_count", "left"),
    "ai_system": ("number", "name", "agency", "external_id", "development_stage", "impact", "vendor", "investment"),
}
"""The columns of a kind where nobody chose any."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of an answer, as every door needs to know it."""

    key: str
    """What was asked for, in one spelling: ``owner.org_unit.name``; asks for the same column again."""
    title: str
    type: ValueType
    many: bool = False
    """Whether a cell is a tuple of values."""
    ref: str | None = None
    """For links: the kind that the ids in its cells are of."""
    choices: tuple[str, ...] = ()
    unit: str | None = None
    help: str = ""
    """A field's help, a derived column's formula."""
    origin: str = "field"
    field: str | None = None
    """The field that an edit of a cell would change; None where a cell cannot be edited in place."""
    long: bool = False
    words: tuple[Word, ...] = ()

    @property
    def word(self) -> Word:
        return self.words[-1]

    @property
    def word_as_shown(self) -> Word:
        """The word whose type is that of the column's cells."""
        last = self.words[-1]
        return last if last.type == self.type else msgspec.structs.replace(last, type=self.type)

    @property
    def single(self) -> Word:
        """The word of one value of a cell."""
        last = self.words[-1]
        type: ValueType = {"texts": "text", "references": "reference"}.get(self.type, self.type)  # type: ignore[assignment]
        return last if last.type == type else msgspec.structs.replace(last, type=type)

    @property
    def numeric(self) -> bool:
        return self.type in ("number", "integer", "money") and not self.many


def column(view: View, kind: str, spec: str) -> Column:
    """The column that *spec* names for *kind*. Raises :class:`Invalid` with the nearest right word."""
    path = split_path(spec.strip())
    try:
        words = view.vocabulary.path(kind, path)
    except UnknownWord as unknown:
        remedy = f"Did you mean “{unknown.near}”?" if unknown.near else None
        finding = Finding(code="column", message=unknown.message, kind=kind, column=spec, value=spec, remedy=remedy)
        raise Invalid(unknown.message, findings=[finding], remedy=remedy) from None
    last = words[-1]
    by_path = any(word.many for word in words[:-1])
    type: ValueType = last.type
    if by_path:
        type = {"text": "texts", "reference": "references"}.get(type, type)  # type: ignore[assignment]
    editable = len(words) == 1 and last.origin in ("field", "custom") and last.name not in ("id", "custom")
    return Column(
        key=key_of(words),
        title=" · ".join(word.title for word in words),
        type=type,
        many=by_path or last.many,
        ref=last.ref,
        choices=last.choices,
        unit=last.unit,
        help=last.help,
        origin=last.origin,
        field=(f"custom.{last.name}" if last.origin == "custom" else last.name) if editable else None,
        long=last.long,
        words=words,
    )


def key_of(words: Sequence[Word]) -> str:
    """The one spelling of a path: names, and ``source."…"`` or ``custom."…"`` for what has only a title."""
    steps: list[str] = []
    for word in words:
        if word.origin == "source":
            steps.append("source")
        steps.append(word.name)
    return write_path(tuple(steps))


def plain_columns(view: View, kind: str) -> list[Column]:
    """The columns of *kind* where nobody chose any: a chosen few, or its fields without long texts."""
    names = PLAIN.get(kind) or tuple(
        field.name
        for field in fields(kind).values()
        if not field.hidden and not field.long and field.type not in ("data",)
    )
    return [column(view, kind, name) for name in names]


def possible_columns(view: View, kind: str) -> list[Column]:
    """Every column one step from *kind* that a person may choose, links back included; source columns last."""
    words = view.vocabulary.words(kind)
    found = [column(view, kind, word.name) for word in words.values() if not word.hidden]
    if any(entity.source_row for entity in view.plan.table(kind).values()):
        found += [column(view, kind, write_path(("source", heading))) for heading in view.vocabulary.headings]
    return found


def cells(view: View, column: Column) -> Sequence[Any]:
    """The column's cell for each entity, in the order of the kind's table; empty is None or ()."""
    *links, last = column.words
    found: Sequence[Any] = values(view, last)
    many = last.many
    for link in reversed(links):
        target = position(view.plan, link.ref or "")
        pointing = values(view, link)
        if not link.many:
            nothing: Any = () if many else None
            found = [nothing if id is None or (at := target.get(id)) is None else found[at] for id in pointing]
        elif many:
            found = [
                tuple(dict.fromkeys(item for id in ids if (at := target.get(id)) is not None for item in found[at]))
                for ids in pointing
            ]
        else:
            found = [
                tuple(cell for id in ids if (at := target.get(id)) is not None and (cell := found[at]) is not None)
                for ids in pointing
            ]
        many = many or link.many
    return found
