"""Rows put together under headers: by one column or several, with counts and sums for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.money import Amounts
from northing.portfolio.periods import UNITS, Period, Unit, label, period_of

from .aggregates import Aggregate
from .cells import Column, cells, column
from .order import is_empty, key_of, text_key
from .view import View


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """What rows are grouped by: a column, and for dates the period."""

    key: str
    """As asked again: ``owner.org_unit``, ``start:quarter``."""
    column: Column
    unit: Unit | None = None

    @property
    def overlaps(self) -> bool:
        """Whether a row may stand in several groups, so that counts add up to more than the total."""
        return self.column.many


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A header: its value at each level down to its own, how many rows it holds, and their sums."""

    depth: int
    """0 for the outermost."""
    values: tuple[Any, ...]
    """One typed value a level; None for the group of rows that are empty there. Dates give a :class:`Period`."""
    label: str | None
    """For texts and periods: as people write it. Links, choices and None are put into words by the door."""
    count: int
    start: int
    """The place of its first row among all rows."""
    aggregates: tuple[Aggregate, ...] = ()

    @property
    def value(self) -> Any:
        return self.values[-1]


def level(view: View, kind: str, spec: str) -> Level:
    """What ``portfolio``, ``start:quarter`` or ``owner.org_unit`` groups by; a date without a period by month."""
    path, colon, unit = spec.strip().rpartition(":")
    found = column(view, kind, path if colon else spec)
    if found.type == "date":
        chosen = unit.strip().lower() if colon else "month"
        if chosen not in UNITS:
            message = f"Dates are grouped by {', '.join(UNITS)}; not by “{unit}”."
            raise Invalid(message, findings=[Finding(code="period", message=message, kind=kind, column=spec)])
        return Level(key=f"{found.key}:{chosen}", column=found, unit=chosen)
    if colon:
        message = f"“{found.title}” holds no date; it is grouped by its values."
        raise Invalid(message, findings=[Finding(code="period", message=message, kind=kind, column=spec)])
    return Level(key=found.key, column=found)


def group(
    view: View,
    levels: Sequence[Level],
    places: Sequence[int],
    figures: Callable[[Sequence[int]], tuple[Aggregate, ...]],
    ordering: Sequence[tuple[int, bool]] = (),
    downward: frozenset[str] | set[str] = frozenset(),
) -> tuple[list[int], list[Group]]:
    """*places* in the order of their groups, kept inside each, and the headers.

    ``ordering``: figures to order groups by, (index, descending), −1 for the number of rows; else groups
    stand in the order of their values, empty last. ``downward``: columns whose groups stand in falling order.
    """
    keyed = [_keys(view, one) for one in levels]
    ordered: list[int] = []
    headers: list[Group] = []

    def descend(depth: int, chosen: Sequence[int], above: tuple[Any, ...]) -> None:
        buckets: dict[Any, list[int]] = {}
        keys = keyed[depth].keys
        for place in chosen:
            for key in keys[place]:
                buckets.setdefault(key, []).append(place)
        found = [(key, inside, figures(inside)) for key, inside in buckets.items()]
        _sort(view, levels[depth], keyed[depth], found, ordering, levels[depth].column.key in downward)
        for key, inside, sums in found:
            values = (*above, keyed[depth].value[key])
            headers.append(
                Group(
                    depth=depth,
                    values=values,
                    label=keyed[depth].label.get(key),
                    count=len(inside),
                    start=len(ordered),
                    aggregates=sums,
                )
            )
            if depth + 1 < len(levels):
                descend(depth + 1, inside, values)
            else:
                ordered.extend(inside)

    descend(0, places, ())
    return ordered, headers


class _Keys(msgspec.Struct):
    """For one level: the keys of each place, and what each key shows."""

    keys: list[tuple[Any, ...]]
    value: dict[Any, Any]
    label: dict[Any, str]


NOTHING = (None,)


def _keys(view: View, one: Level) -> _Keys:
    source = cells(view, one.column)
    kind = one.column.type
    if one.unit is not None:
        return _period_keys(view, one, source)
    if kind in ("text", "texts"):
        return _text_keys(source, many=one.column.many)
    keys = [(NOTHING if is_empty(cell) else cell if one.column.many else (cell,)) for cell in source]
    shown = {key: key for found in set(keys) for key in found}
    return _Keys(keys, shown, {})


def _text_keys(source: Sequence[Any], *, many: bool) -> _Keys:
    """Texts that differ only in case or surrounding blanks are one group, shown as most write it."""
    spellings: dict[str, Counter[str]] = {}
    keys: list[tuple[Any, ...]] = []
    for cell in source:
        items = cell if many else (cell,)
        found = []
        for item in items or ():
            if item is None or not item.strip():
                continue
            key = text_key(item)
            spellings.setdefault(key, Counter())[item.strip()] += 1
            found.append(key)
        keys.append(tuple(dict.fromkeys(found)) or NOTHING)
    label = {key: counter.most_common(1)[0][0] for key, counter in spellings.items()}
    return _Keys(keys, {**label, None: None}, label)


def _period_keys(view: View, one: Level, source: Sequence[Any]) -> _Keys:
    calendar = view.plan.calendar
    assert one.unit is not None
    known: dict[date, Period] = {}
    keys: list[tuple[Any, ...]] = []
    for cell in source:
        days = cell if one.column.many else (cell,)
        found = []
        for day in days or ():
            if day is None:
                continue
            if day not in known:
                known[day] = period_of(calendar, day, one.unit)
            found.append(known[day])
        keys.append(tuple(dict.fromkeys(found)) or NOTHING)
    periods = set(known.values())
    return _Keys(
        keys,
        {None: None, **{period: period for period in periods}},
        {period: label(calendar, period) for period in periods},
    )


def _sort(
    view: View,
    one: Level,
    keys: _Keys,
    found: list[tuple[Any, list[int], tuple[Aggregate, ...]]],
    ordering: Sequence[tuple[int, bool]],
    falling: bool,
) -> None:
    make = key_of(one.column.single, view.name_of)
    filled = [item for item in found if item[0] is not None]
    empty = [item for item in found if item[0] is None]
    if one.column.type in ("text", "texts"):
        filled.sort(key=lambda item: make(keys.label[item[0]]), reverse=falling)
    elif one.column.type == "money":
        filled.sort(key=lambda item: tuple(item[0].by_currency.items()), reverse=falling)
    elif one.unit is not None:
        filled.sort(key=lambda item: item[0], reverse=falling)
    else:
        filled.sort(key=lambda item: make(item[0]), reverse=falling)
    found[:] = filled + empty
    for index, descending in reversed(ordering):
        with_figure = [item for item in found if _size(item, index) is not None]
        without = [item for item in found if _size(item, index) is None]
        with_figure.sort(key=lambda item: _size(item, index), reverse=descending)
        found[:] = with_figure + without


def _size(item: tuple[Any, list[int], tuple[Aggregate, ...]], index: int) -> Any:
    if index < 0:
        return len(item[1])
    value = item[2][index].value
    # Currencies have no common order; for the order of groups alone, the larger figure goes first.
    return max(value.by_currency.values(), default=None) if isinstance(value, Amounts) else value
