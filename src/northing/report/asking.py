"""A question as people write it in an address or a command, and its answer as plain JSON values.

The API's list and ``northing list --json`` are this one form.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from northing.measure.cells import Column
from northing.measure.table import Answer, ask
from northing.measure.view import View
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.filter.vocabulary import ValueType
from northing.portfolio.kinds import fields, kind_of

from .plain import plain

MOST_COLUMNS, MOST_LEVELS, MOST_SUMS, MOST_KEYS = 60, 4, 20, 8
MOST_GROUPS = 20_000
LONGEST_TEXT = 8_000
"""Letters of a filter or a search."""

FUNCTIONS = ("sum", "mean", "median", "min", "max", "count", "distinct")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of one kind."""

    kind: str
    where: str = ""
    search: str = ""
    by: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    """``sum planned``, ``mean planned``, ``count``."""
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Names and paths; ``*`` stands for all fields of the kind; none takes the usual ones."""


class ColumnSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the answer; ``key`` asks for it again."""

    key: str
    title: str
    type: ValueType
    many: bool
    ref: str | None
    unit: str | None
    help: str

    @classmethod
    def of(cls, column: Column) -> ColumnSaid:
        return cls(**{name: getattr(column, name) for name in cls.__struct_fields__})


class AggregateSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One figure; ``filled`` says for how many cells it stands."""

    function: str
    column: str
    value: Any
    filled: int


class GroupSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A group: its value at each level down to its own, how many rows it holds, and their figures."""

    depth: int
    values: dict[str, Any]
    label: str | None
    count: int
    start: int
    aggregates: list[AggregateSaid]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The answer in plain values."""

    rows: list[dict[str, Any]]
    columns: list[ColumnSaid]
    total: int
    length: int
    groups: list[GroupSaid]
    aggregates: list[AggregateSaid]
    names: dict[str, str]
    """Id → name of everything that the rows and groups refer to."""
    where: str
    findings: list[Finding]


def question(
    kind: str,
    *,
    where: str = "",
    search: str = "",
    by: Iterable[str] = (),
    sort: Iterable[str] = (),
    columns: Iterable[str] = (),
    figures: Iterable[tuple[str, Iterable[str]]] = (),
) -> Question:
    """The question that the parts of an address or a command line ask. Raises :class:`Invalid` where it costs too much.

    Each of *by*, *sort* and *columns* may be given several times, and each may name several, with commas between.
    *figures*: function → columns, ``("sum", ["planned"])``; ``("count", ["*"])`` counts rows.
    """
    named = kind_of(kind)
    sums = [
        "count" if function == "count" and column == "*" else f"{function} {column}"
        for function, wanted in figures
        for column in _parts(wanted)
    ]
    chosen = tuple(_parts(columns))
    if "*" in chosen:
        every = tuple(field.name for field in fields(named).values() if field.type != "data" and not field.hidden)
        chosen = tuple(dict.fromkeys((*every, *(column for column in chosen if column != "*"))))
    asked = Question(
        kind=named,
        where=where,
        search=search,
        by=tuple(_parts(by)),
        sums=tuple(sums),
        sort=tuple(_parts(sort)),
        columns=chosen,
    )
    for what, count, most in (
        ("columns", len(asked.columns), MOST_COLUMNS),
        ("levels of grouping", len(asked.by), MOST_LEVELS),
        ("figures", len(asked.sums), MOST_SUMS),
        ("keys to sort by", len(asked.sort), MOST_KEYS),
        ("letters in the filter", len(where), LONGEST_TEXT),
        ("letters in the search", len(search), LONGEST_TEXT),
    ):
        if count > most:
            raise Invalid(f"That is {count:,} {what}; at most {most:,} can be asked at once.")
    return asked


def answer(view: View, asked: Question, *, offset: int = 0, limit: int | None = None) -> tuple[Answer, Said]:
    """The answer to *asked*, typed for who shows it to people and plain for who sends it on."""
    found = ask(
        view,
        asked.kind,
        where=asked.where,
        by=asked.by,
        sums=asked.sums,
        sort=asked.sort,
        columns=asked.columns,
        search=asked.search,
        offset=offset,
        limit=limit,
    )
    if len(found.groups) > MOST_GROUPS:
        raise Invalid(f"That makes {len(found.groups):,} groups.", remedy="Group by something that fewer values have.")
    return found, said(view, found)


def said(view: View, found: Answer) -> Said:
    """*found* in plain values, with the names of everything that it points to."""
    names: dict[str, str] = {}
    keys = [column.key for column in found.columns]
    for index, column in enumerate(found.columns):
        if column.ref:
            _name(view, column.ref, (row.cells[index] for row in found.rows), names)
    for depth, level in enumerate(found.by):
        if level.column.ref:
            _name(
                view, level.column.ref, (group.values[depth] for group in found.groups if group.depth >= depth), names
            )
    levels = [level.key for level in found.by]
    return Said(
        rows=[{"id": row.id, **dict(zip(keys, map(plain, row.cells), strict=True))} for row in found.rows],
        columns=[ColumnSaid.of(column) for column in found.columns],
        total=found.total,
        length=found.length,
        groups=[
            GroupSaid(
                depth=group.depth,
                values=dict(zip(levels, map(plain, group.values), strict=False)),
                label=group.label,
                count=group.count,
                start=group.start,
                aggregates=[_figure(figure) for figure in group.aggregates],
            )
            for group in found.groups
        ],
        aggregates=[_figure(figure) for figure in found.aggregates],
        names=names,
        where=found.where,
        findings=list(found.findings),
    )


def _figure(figure: Any) -> AggregateSaid:
    return AggregateSaid(
        function=figure.function, column=figure.column, value=plain(figure.value), filled=figure.filled
    )


def _name(view: View, kind: str, cells: Iterable[Any], into: dict[str, str]) -> None:
    for cell in cells:
        for id in (cell,) if isinstance(cell, str) else cell or ():
            if id not in into:
                into[id] = view.name_of(kind, id) or ""


def _parts(given: Iterable[str]) -> list[str]:
    """``["a,b", 'source."x, y"']`` as ``a``, ``b`` and ``source."x, y"``: commas inside quotes stay."""
    found: list[str] = []
    for text in given:
        part, quoted = "", False
        for letter in text:
            if letter == '"':
                quoted = not quoted
            if letter == "," and not quoted:
                found.append(part.strip())
                part = ""
            else:
                part += letter
        found.append(part.strip())
    return [part for part in found if part]
