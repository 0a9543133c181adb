"""What a reading makes of the work in force: worked out once an item, kept, and gone on from when facts change."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from .flow_files import MOST_LAYERS, VERSION, Folder, Layer, Manifest, table, write
from .in_force import File, InForce
from .newest import rows_of
from .relation import of_paths, put_in
from .store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

FLOW = ("work", "transition")
AT_ONCE = 250_000
"""Items that are worked out at once: their changes are in memory, a few hundred octets each."""
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
            aside = Folder(self.store, reading.key, bench)
            layer = self._layer(aside, reading, None, as_of)
            yield aside.relation([layer], "items"), aside.relation([layer], "spans")

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
        path = folder.name("touched")
        trees = [self._touched(table, [file for file in changed if file.batch.table == table]) for table in FLOW]
        with self._cursor() as cursor:
            write(cursor, _union([tree for tree in trees if tree is not None]), path)
        layers = (*last.layers, self._layer(folder, reading, path.name))
        if len(layers) > MOST_LAYERS:
            layers = (self._together(folder, layers),)
        return Manifest(version=VERSION, files=files, layers=layers)

    def _touched(self, table: str, files: Sequence[File]) -> Any:
        return put_in(query("flow_touched"), rows_of(self.store, table, files)) if files else None

    def _layer(self, folder: Folder, reading: Reading, touched: str | None, horizon: int | None = None) -> Layer:
        """Of all items, or of those in the file *touched*: some at a time, so that few are in memory at once."""
        only = of_paths([folder.path / touched], named=False) if touched else None
        works, moves = self.rows(reading, horizon, only)
        orphans = folder.name("orphans")
        with self._cursor() as cursor:
            count = table(cursor, "works", put_in(query("flow_works"), works))
            table(cursor, "changes", put_in(query("flow_changes"), moves))
            parts = [self._part(cursor, folder, reading, n, horizon) for n in range(0, max(count, 1), AT_ONCE)]
            write(cursor, query("flow_orphans"), orphans)
        items, spans = zip(*parts, strict=True)
        return Layer(items=items, spans=spans, orphans=(orphans.name,), touched=touched, worked=count)

    def _part(
        self, cursor: DuckDBPyConnection, folder: Folder, reading: Reading, first: int, horizon: int | None
    ) -> tuple[str, str]:
        """Files of what the items numbered from *first* on come to, and of their stays."""
        from .flow_histories import histories

        works, moves = (
            cursor.execute(_sql(flow_trees.some(name, first, first + AT_ONCE))).fetchnumpy()
            for name in ("flow_known", "flow_history")
        )
        moves["number"] -= first
        stays, measured = histories(reading, works, moves, horizon)
        items, spans = folder.name("items"), folder.name("spans")
        for name, columns, path in (("flow_items", measured, items), ("flow_spans", stays, spans)):
            cursor.register("worked", {**columns, "number": columns["number"] + first})
            write(cursor, query(name), path)
            cursor.unregister("worked")
        return items.name, spans.name

    def _together(self, folder: Folder, layers: Sequence[Layer]) -> Layer:
        """The same rows in one layer: copied, not worked out."""
        paths = {what: folder.name(what) for what in ("items", "spans", "orphans")}
        with self._cursor() as cursor:
            for what, path in paths.items():
                write(cursor, folder.relation(layers, what), path)
        items, spans, orphans = ((path.name,) for path in paths.values())
        return Layer(items=items, spans=spans, orphans=orphans, touched=None, worked=layers[-1].worked)

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
        with self._cursor() as cursor:
            return fetch(cursor.execute(_sql(tree)))

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[DuckDBPyConnection]:
        import duckdb

        cursor = asking(self.store.folder.parent)
        try:
            yield cursor
        except (duckdb.IOException, duckdb.InvalidInputException) as problem:
            if "space" in str(problem).lower():
                raise Unavailable(
                    "The disk is full: what the work comes to could not be written. Nothing is lost.",
                    remedy="Make room on the disk that NORTHING_HOME is on, and ask again.",
                ) from problem
            raise Unavailable(
                f"A file of facts cannot be read: {str(problem).splitlines()[0]}",
                remedy="Run “northing verify”; it names the delivery. Restore its files from a backup.",
            ) from problem
        finally:
            cursor.close()


def _sql(tree: Any) -> str:
    return str(tree.sql(dialect="duckdb", copy=False))


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
