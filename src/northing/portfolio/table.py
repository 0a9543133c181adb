"""All entities of one kind: an immutable table that is stepped forward by deltas without being copied.

A table is a flat dictionary, shared with the tables it was stepped from and to, and the few entities in which
it differs. When these are many, or when somebody goes through the whole table, it gets a dictionary of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from .entity import Entity

E = TypeVar("E", bound=Entity)

Index = dict[Any, tuple[Any, ...]]


class _Flat:
    """A dictionary of entities with the indexes made of it."""

    __slots__ = ("indexes", "rows")

    def __init__(self, rows: dict[str, Any], indexes: dict[str, Index] | None = None) -> None:
        self.rows = rows
        self.indexes: dict[str, Index] = {} if indexes is None else indexes

    def index(self, field: str) -> Index:
        found = self.indexes.get(field)
        if found is None:
            found = _index(field, self.rows.values())
            self.indexes[field] = found
        return found


class Table(Mapping[str, E]):
    """All entities of one kind by id, with indexes made when first asked for and carried along by steps."""

    __slots__ = ("_delta", "_delta_indexes", "_flat", "_size")

    def __init__(self, rows: dict[str, E] | None = None) -> None:
        self._flat = _Flat(rows if rows is not None else {})
        self._delta: dict[str, E | None] | None = None
        self._delta_indexes: dict[str, Index | None] = {}
        self._size = len(self._flat.rows)

    def __getitem__(self, id: str) -> E:
        found = self.get(id)
        if found is None:
            raise KeyError(id)
        entity: E = found
        return entity

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows())

    def __len__(self) -> int:
        return self._size

    def __contains__(self, id: object) -> bool:
        delta = self._delta
        if delta is not None and id in delta:
            return delta[id] is not None
        return id in self._flat.rows

    def get(self, id: str | None, default: Any = None) -> Any:
        if id is None:
            return default
        delta = self._delta
        if delta is not None and id in delta:
            entity = delta[id]
            return default if entity is None else entity
        return self._flat.rows.get(id, default)

    def values(self) -> Any:
        return self._rows().values()

    def items(self) -> Any:
        return self._rows().items()

    def by(self, field: str, value: Any) -> tuple[E, ...]:
        """The entities whose *field* is *value*; for references: who points there."""
        if not self._size:
            return ()  # and no index: one empty table stands for every kind
        delta = self._delta
        flat = self._flat
        under = flat.index(field).get(value, ())
        if delta is None:
            return under
        kept = (entity for entity in under if entity.id not in delta)
        own = self._delta_indexes.get(field)
        if own is not None:
            return (*kept, *own.get(value, ()))
        if field in self._delta_indexes:  # asked again: an index pays
            self._delta_indexes[field] = _index(field, (e for e in delta.values() if e is not None))
        else:
            self._delta_indexes[field] = None
        return (*kept, *(e for e in delta.values() if e is not None and getattr(e, field) == value))

    def step(self, delta: Mapping[str, E | None]) -> Table[E]:
        """A new table with *delta* applied (None removes), sharing everything else."""
        before = self._delta
        flat = self._flat if self._flat.rows else _Flat({})  # an empty one stands for every kind: its indexes differ
        after: Table[E] = Table.__new__(Table)
        after._flat = flat
        after._delta = {**before, **delta} if before is not None else dict(delta)
        after._delta_indexes = {} if before is None else self._stepped_indexes(before, delta)
        after._size = self._size + sum((entity is not None) - (id in self) for id, entity in delta.items())
        # A step costs its delta, and every so often a copy: a little at a time it comes to the root of the size.
        if len(after._delta) ** 2 > 1000 + 4 * len(flat.rows):
            after._rows()
        return after

    def _stepped_indexes(
        self, before: Mapping[str, E | None], delta: Mapping[str, E | None]
    ) -> dict[str, Index | None]:
        """What was asked of this table's delta will be asked of the next one's: its indexes are carried along."""
        asked = list(self._delta_indexes.items())
        touched = [(before.get(id), entity) for id, entity in delta.items()]
        return {field: None if own is None else _step_index(own, field, touched) for field, own in asked}

    def _rows(self) -> dict[str, E]:
        """The table as one dictionary, which it keeps from now on."""
        delta = self._delta
        flat = self._flat
        if delta is None:
            return flat.rows
        rows = dict(flat.rows)
        touched: list[tuple[Any, Any]] = []
        for id, entity in delta.items():
            touched.append((rows.get(id), entity))
            if entity is None:
                rows.pop(id, None)
            else:
                rows[id] = entity
        indexes = {field: _step_index(index, field, touched) for field, index in list(flat.indexes.items())}
        # In this order: who reads in between applies the delta once more, which changes nothing.
        self._flat = _Flat(rows, indexes)
        self._delta = None
        return rows


def _index(field: str, entities: Any) -> Index:
    lists: dict[Any, list[Any]] = {}
    for entity in entities:
        lists.setdefault(getattr(entity, field), []).append(entity)
    return {key: tuple(items) for key, items in lists.items()}


def _step_index(index: Index, field: str, touched: list[tuple[Any, Any]]) -> Index:
    gone: dict[Any, set[str]] = {}
    come: dict[Any, list[Any]] = {}
    for before, now in touched:
        if before is not None:
            gone.setdefault(getattr(before, field), set()).add(before.id)
        if now is not None:
            come.setdefault(getattr(now, field), []).append(now)
    after = dict(index)
    for key in (*gone, *(key for key in come if key not in gone)):
        # Each key once: an import touches thousands of entities that share one value.
        left = gone.get(key, ())
        entities = (*(entity for entity in after.get(key, ()) if entity.id not in left), *come.get(key, ()))
        if entities:
            after[key] = entities
        else:
            after.pop(key, None)
    return after
