"""``ask``: the one question behind the grid, ``northing list`` and ``GET /api/…``.

Which entities of a kind, in which order and groups, with which columns and sums.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.filter import ask_plan, write
from northing.portfolio.filter.columns import ids
from northing.portfolio.filter.evaluate import in_order
from northing.portfolio.filter.reader import read, search_for
from northing.portfolio.kinds import kind_of
from northing.portfolio.money import Amounts

from .aggregates import FUNCTIONS, Aggregate, Function, aggregate, check
from .cells import Column, cells, column, plain_columns
from .grouping import Group, Level, group, level
from .order import order
from .view import View


class Row(msgspec.Struct, frozen=True):
    """One entity: its id, and a typed cell for each column. Links are ids; the door asks the View for names."""

    id: str
    cells: tuple[Any, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, answered. ``rows`` is the window from ``offset``; groups and sums speak of all that match."""

    kind: str
    where: str
    """The filter in its one spelling."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    """Entities that match, each counted once."""
    length: int
    """Rows to scroll through; more than ``total`` where a row stands in several groups."""
    offset: int
    by: tuple[Level, ...] = ()
    groups: tuple[Group, ...] = ()
    """Headers in the order in which they stand, outer before inner; ``start`` is the row that follows."""
    aggregates: tuple[Aggregate, ...] = ()
    """The sums over all that match."""
    findings: tuple[Finding, ...] = ()
    """What the asker may want to know: a name that nobody has."""


def ask(
    view: View,
    kind: str,
    where: str = "",
    by: Sequence[str] = (),
    sums: Sequence[str] = (),
    sort: Sequence[str] = (),
    columns: Sequence[str] = (),
    search: str = "",
    offset: int = 0,
    limit: int | None = None,
    among: Collection[str] | None = None,
) -> Answer:
    """Entities of *kind* that *where* and *search* hold of, as a table.

    ``by``: columns to group by; dates by month, quarter or year of the fiscal calendar (``start:quarter``).
    ``sums``: ``planned`` (its sum), ``mean planned``, ``count``, ``distinct agency``, ``min start`` …
    ``sort``: columns, ``-`` before one for descending; ``-count`` or ``-sum planned`` orders groups.
    ``columns``: names, paths (``owner.org_unit.name``), custom fields, ``source."…"``; none: the usual ones.
    ``among``: consider only these ids.
    Raises :class:`Invalid` for a word or value that means nothing, with the nearest right one.
    """
    kind = kind_of(kind)
    places, canonical, findings = _matching(view, kind, where, search, among)
    shown = [column(view, kind, spec) for spec in columns] or plain_columns(view, kind)
    asked = [_sum(view, kind, spec) for spec in sums]
    levels = [level(view, kind, spec) for spec in by]
    keys = [_key(view, kind, spec, asked, levels) for spec in sort]
    for key in reversed(keys):
        if isinstance(key, _ByColumn):
            places = order(
                places, _sortable(view, key.column), key.column.word_as_shown, view.name_of, descending=key.descending
            )
    total = len(places)
    sources = [(function, found, cells(view, found) if found else None) for function, found in asked]

    def figures(chosen: Sequence[int]) -> tuple[Aggregate, ...]:
        return tuple(_figure(function, found, source, chosen) for function, found, source in sources)

    groups: list[Group] = []
    overall = figures(places)
    if levels:
        ordering = [(key.index, key.descending) for key in keys if isinstance(key, _ByFigure)]
        downward = {key.column.key for key in keys if isinstance(key, _ByColumn) and key.descending}
        places, groups = group(view, levels, places, figures, ordering, downward)
    end = len(places) if limit is None else min(len(places), offset + limit)
    window = places[offset:end]
    return Answer(
        kind=kind,
        where=canonical,
        columns=tuple(shown),
        rows=tuple(_rows(view, kind, shown, window)),
        total=total,
        length=len(places),
        offset=offset,
        by=tuple(levels),
        groups=tuple(groups),
        aggregates=overall,
        findings=tuple(findings),
    )


def find(view: View, kind: str, where: str = "", search: str = "") -> list[str]:
    """The ids of *kind* that match, in the order of the plan."""
    kind = kind_of(kind)
    places, _, _ = _matching(view, kind, where, search, None)
    own = ids(view.plan, kind)
    return [own[place] for place in places]


def _matching(
    view: View, kind: str, where: str, search: str, among: Collection[str] | None
) -> tuple[list[int], str, list[Finding]]:
    query = read(where)
    everything = not where.strip() and not search.strip() and among is None
    if everything:
        return list(range(len(view.plan.table(kind)))), "", []
    found, findings = ask_plan(query, view, kind)
    if search.strip():
        found &= ask_plan(search_for(search), view, kind)[0]
    if among is not None:
        found &= set(among)
    return in_order(view.plan, kind, found), write(query), findings


def _rows(view: View, kind: str, shown: Iterable[Column], window: Sequence[int]) -> list[Row]:
    own = ids(view.plan, kind)
    picked = [[source[place] for place in window] for source in (cells(view, one) for one in shown)]
    return [Row(own[place], row) for place, row in zip(window, zip(*picked, strict=True), strict=True)]


def _sortable(view: View, one: Column) -> Sequence[Any]:
    found = cells(view, one)
    return [Amounts.sum(cell) if cell else None for cell in found] if one.many and one.type == "money" else found


class _ByColumn(msgspec.Struct, frozen=True):
    column: Column
    descending: bool


class _ByFigure(msgspec.Struct, frozen=True):
    index: int
    """Which of the asked figures; −1 for the number of rows."""
    descending: bool


def _key(
    view: View, kind: str, spec: str, asked: list[tuple[Function, Column | None]], levels: list[Level]
) -> _ByColumn | _ByFigure:
    descending = spec.startswith("-")
    bare = spec[1:] if descending else spec
    if bare == "count" and levels:
        return _ByFigure(-1, descending)
    function, _, rest = bare.replace(":", " ", 1).strip().partition(" ")
    if levels and rest and function in FUNCTIONS:
        wanted = _sum(view, kind, bare)
        for index, (known, found) in enumerate(asked):
            if known == wanted[0] and found is not None and wanted[1] is not None and found.key == wanted[1].key:
                return _ByFigure(index, descending)
        asked.append(wanted)
        return _ByFigure(len(asked) - 1, descending)
    matching = next((one for one in levels if one.key == bare), None)
    return _ByColumn(matching.column if matching else column(view, kind, bare), descending)


def _sum(view: View, kind: str, spec: str) -> tuple[Function, Column | None]:
    """``planned``, ``mean planned``, ``mean:planned`` or ``count``, read."""
    function, _, rest = spec.strip().replace(":", " ", 1).partition(" ")
    if function == "count" and not rest:
        return "count", None
    if rest and (function in FUNCTIONS or rest in view.vocabulary.words(kind)):
        found = column(view, kind, rest)
    else:
        function, found = "sum", column(view, kind, spec)
    return check(function, found.key, found.title, found.type), found


def _figure(function: Function, found: Column | None, source: Sequence[Any] | None, chosen: Sequence[int]) -> Aggregate:
    if found is None or source is None:
        return Aggregate(function="count", column="", value=len(chosen), filled=len(chosen))
    if found.many and not found.word_as_shown.many:
        picked: Iterable[Any] = (item for place in chosen for item in source[place])
    else:
        picked = [source[place] for place in chosen]
    return aggregate(function, found.key, found.type, picked)
