"""What a reading makes of the work in force: worked out once an item, kept, and gone on from when facts change."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from northing.portfolio.errors import Unavailable
from northing.portfolio.facts import TABLES
from northing.portfolio.plan import Plan

from . import flow_trees
from .connection import asking
from .dialect import query
from .filtering import FactWords
from .flow_asking import Reading
from .flow_files import MOST_LAYERS, VERSION, Folder, Layer, Manifest, write
from .in_force import File, InForce
from .newest import rows_of
from .relation import of_paths, put_in
from .store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

FLOW = ("work", "transition")
A = TypeVar("A")


class Facts(Protocol):
    """The facts of a plan, as far as flow needs them."""

    store: Store
    plan: Plan
    in_force: InForce


class Worked:
    """What readings make of the work that one plan reads."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.store = facts.store

    @contextlib.contextmanager
    def layers(self, reading: Reading, as_of: int | None) -> Iterator[tuple[Any, Any]]:
        """Relations of items and spans: from what is kept, or worked out aside for an instant that is asked for."""
        folder = Folder(self.store, reading.key)
        if as_of is None:
            layers = self.worked(reading).layers
            yield folder.relation(layers, "items"), folder.relation(layers, "spans")
            return
        with self.store.workbench() as bench:
            spans, items = bench / "spans.parquet", bench / "items.parquet"
            self._write(reading, *self.rows(reading, as_of), spans, items)
            yield of_paths([items]), of_paths([spans])

    def worked(self, reading: Reading) -> Manifest:
        """The layers that answer *reading*; only items that new deliveries speak of are worked out."""
        folder, key = Folder(self.store, reading.key), self.name
        found = folder.read(key)
        if found is None:
            found = self._work_out(folder, reading)
            folder.keep(key, found)
        return found

    def _work_out(self, folder: Folder, reading: Reading) -> Manifest:
        files = self._files()
        last = folder.newest()
        changed = set(files) ^ set(last.files) if last else set()
        if last is None or not all(self.store.batch(file.batch).exists() for file in changed):
            return Manifest(version=VERSION, files=files, layers=(self._layer(folder, reading, None),))
        if not changed:
            return last
        cursor = asking(self.store.folder.parent)
        path = folder.name("touched")
        trees = [self._touched(table, [file for file in changed if file.batch.table == table]) for table in FLOW]
        write(cursor, _union([tree for tree in trees if tree is not None]), path)
        cursor.close()
        layers = (*last.layers, self._layer(folder, reading, path.name))
        if len(layers) > MOST_LAYERS:
            layers = (self._together(folder, layers),)
        return Manifest(version=VERSION, files=files, layers=layers)

    def _touched(self, table: str, files: Sequence[File]) -> Any:
        return put_in(query("flow_touched"), rows_of(self.store, table, files)) if files else None

    def _layer(self, folder: Folder, reading: Reading, touched: str | None) -> Layer:
        spans, items = folder.name("spans"), folder.name("items")
        only = of_paths([folder.path / touched], named=False) if touched else None
        works, moves = self.rows(reading, None, only)
        count = self._write(reading, works, moves, spans, items)
        return Layer(items=items.name, spans=spans.name, touched=touched, worked=count)

    def _write(self, reading: Reading, works: Any, moves: Any, spans: Path, items: Path) -> int:
        """Spans first, then what they come to; how many items."""
        cursor = asking(self.store.folder.parent)
        try:
            write(cursor, flow_trees.spans_tree(reading, works.copy(), moves.copy()), spans)
            return write(cursor, flow_trees.items_tree(reading, works, moves, of_paths([spans])), items)
        finally:
            cursor.close()

    def _together(self, folder: Folder, layers: Sequence[Layer]) -> Layer:
        """The same rows in one layer: copied, not worked out."""
        names = {}
        cursor = asking(self.store.folder.parent)
        for what in ("spans", "items"):
            names[what] = folder.name(what)
            write(cursor, folder.relation(layers, what), names[what])
        cursor.close()
        return Layer(items=names["items"].name, spans=names["spans"].name, touched=None, worked=layers[-1].worked)

    def rows(self, reading: Reading, horizon: int | None, only: Any = None) -> tuple[Any, Any]:
        """Work and changes in force, as the queries of flow want them; *only*: of the items of that relation."""

        def newest(table: str) -> Any:
            return rows_of(
                self.store,
                table,
                every.table(table),
                lambda rows: rows if only is None else flow_trees.only(rows, only),
            )

        every = self.facts.in_force
        words = FactWords(TABLES["work"], self.facts.plan.calendar, ruled=False)
        works = flow_trees.works(newest("work"), reading, words, horizon)
        if every.table("transition"):
            return works, flow_trees.moves(newest("transition"))
        return works, _nothing()

    @property
    def has_work(self) -> bool:
        return bool(self.facts.in_force.table("work"))

    def _files(self) -> tuple[File, ...]:
        return tuple(file for table in FLOW for file in self.facts.in_force.table(table))

    @property
    def name(self) -> str:
        """Equal names read equal rows of work."""
        told = msgspec.json.encode((self._files(), str(self.facts.plan.calendar)))
        return hashlib.sha256(told).hexdigest()[:32]

    def run(self, tree: Any) -> list[tuple[Any, ...]]:
        return self._ask(tree)[1]

    def columns(self, tree: Any) -> dict[str, list[Any]]:
        """The same rows column by column: a fraction of the work where there are many. Texts and whole numbers."""
        return {name: column.tolist() for name, column in self.arrays(tree).items()}

    def arrays(self, tree: Any) -> dict[str, NDArray[Any]]:
        """The same as arrays, masked where something is missing."""
        return self._fetched(tree, lambda told: told.fetchnumpy())

    def dicts(self, tree: Any) -> list[Mapping[str, Any]]:
        names, rows = self._ask(tree)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _ask(self, tree: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
        return self._fetched(tree, lambda told: ([column[0] for column in told.description], told.fetchall()))

    def _fetched(self, tree: Any, fetch: Callable[[DuckDBPyConnection], A]) -> A:
        import duckdb

        cursor = asking(self.store.folder.parent)
        try:
            return fetch(cursor.execute(tree.sql(dialect="duckdb", copy=False)))
        except (duckdb.IOException, duckdb.InvalidInputException) as problem:
            raise Unavailable(
                f"A file of facts cannot be read: {str(problem).splitlines()[0]}",
                remedy="Run “northing verify”; it names the delivery. Restore its files from a backup.",
            ) from problem
        finally:
            cursor.close()


def _union(trees: Iterable[Any]) -> Any:
    from sqlglot import exp

    found: Any = None
    for tree in trees:
        found = tree if found is None else exp.Union(this=found, expression=tree, distinct=True)
    return found


def _nothing() -> Any:
    """Changes, where none were delivered."""
    from sqlglot import exp

    texts = ("source", "item", "change", "field", "was", "now", "was_id", "now_id")
    numbers = ("received", "at", "sequence")
    told: Any = exp.select(
        *(exp.alias_(exp.cast(exp.null(), "varchar"), name) for name in texts),
        *(exp.alias_(exp.cast(exp.null(), "bigint"), name) for name in numbers),
    )
    return told.where(exp.false())
