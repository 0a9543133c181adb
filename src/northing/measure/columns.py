"""Derived columns: what is computed of each entity, with the formula that a receipt states.

Each column is computed for a whole kind at once and kept with the plan; a step to the next revision
recomputes only those whose tables were touched.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from northing.portfolio.filter.vocabulary import Word
from northing.portfolio.plan import Plan

from . import derived_actuals, derived_ai, derived_dates, derived_ledger, derived_money, derived_strategy, line_of_sight
from .asking_facts import Facts
from .derived import Derived
from .view import Columns, ReadRows, View

DAYS_KEPT = 4


@functools.cache
def registry() -> Mapping[str, Mapping[str, Derived]]:
    """Kind → name → derived column; every one that Northing has."""
    found: dict[str, dict[str, Derived]] = {}
    for module in (
        derived_money,
        derived_actuals,
        derived_ledger,
        derived_dates,
        line_of_sight,
        derived_strategy,
        derived_ai,
    ):
        for column in module.COLUMNS:
            kind = found.setdefault(column.kind, {})
            assert column.name not in kind, f"two columns called {column.name}"
            kind[column.name] = column
    return MappingProxyType(found)


@functools.cache
def words() -> Mapping[str, Mapping[str, Word]]:
    """The derived columns as words of the filter language."""
    return {
        kind: {
            column.name: Word(
                kind=kind,
                name=column.name,
                title=column.title,
                type=column.type,
                origin="derived",
                ref=column.ref,
                choices=column.choices,
                ordered=column.ordered,
                unit=column.unit,
                help=column.formula,
            )
            for column in columns.values()
        }
        for kind, columns in registry().items()
    }


def values(view: View, kind: str, name: str) -> Sequence[Any]:
    """The values of a derived column for all entities of *kind*."""
    column = registry()[kind][name]
    if not column.kept:
        return column.of(view)
    reads = column.reads | {kind}
    if not column.by_day:
        return view.plan.memo(("derived", kind, name), reads, lambda: column.of(view))
    days: dict[Hashable, Sequence[Any]] = view.plan.memo(("derived by day", kind, name), reads, dict)
    told = (view.currency, view.home_currency, view.facts is not None) if column.by_money else ()
    found = days.get((view.today, *told))
    if found is None:
        # Other threads may look and clear at the same time: what is returned is our own.
        if len(days) >= DAYS_KEPT:
            days.clear()
        found = days[(view.today, *told)] = column.of(view)
    return found


ALL = Columns(words, values)


def view_of(
    plan: Plan,
    names: Mapping[str, str] = MappingProxyType({}),
    today: date = date(1970, 1, 1),
    zone: str = "UTC",
    source_rows: ReadRows | None = None,
    read_stage_since: Callable[[], Mapping[str, date]] | None = None,
    facts: Facts | None = None,
    currency: str = "EUR",
    home_currency: str | None = None,
) -> View:
    """*plan* as it is looked at on *today*, with every derived column."""
    home = home_currency or currency
    return View(plan, ALL, names, today, zone, source_rows, read_stage_since, facts, currency, home)
