"""Of things that later deliveries tell again, the row received last: where a table has a key, and a source delivered
more than once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from northing.portfolio.facts import TABLES

from .dialect import query
from .in_force import File
from .relation import of_files, put_in
from .store import Store

if TYPE_CHECKING:
    from sqlglot import exp

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def told_again(table: str, files: Sequence[File]) -> bool:
    """Whether a thing that *table*'s key names may stand in more than one delivery of a source in *files*."""
    if not TABLES[table].key:
        return False
    by_source: dict[str, str] = {}
    return any(by_source.setdefault(file.source, file.delivery) != file.delivery for file in files)


def rows_of(
    store: Store, table: str, files: Sequence[File], keep: Callable[[Any], Any] = lambda rows: rows
) -> exp.Query:
    """The rows of *files*, the newest of each key; with ``received`` (microseconds) and ``delivery`` beside them.

    *files*: all of the table, for a newer row may stand in any of them. *keep*: from rows to some of them, all of a
    key or none.
    """
    from sqlglot import exp

    by_source: dict[str, list[File]] = defaultdict(list)
    for file in files:
        by_source[file.source].append(file)
    again = [file for mine in by_source.values() if told_again(table, mine) for file in mine]
    once = [file for mine in by_source.values() if not told_again(table, mine) for file in mine]
    found = [_told(store, table, mine, keep, ranked=ranked) for mine, ranked in ((once, False), (again, True)) if mine]
    if len(found) == 1:
        return found[0]  # type: ignore[no-any-return]
    # A query with steps of its own stands in brackets beside another.
    again_rows = exp.select("*").from_(
        exp.Subquery(this=found[1], alias=exp.TableAlias(this=exp.to_identifier("again")))
    )
    return exp.Union(this=found[0], expression=again_rows, distinct=False, by_name=True)


def _told(store: Store, table: str, files: Sequence[File], keep: Callable[[Any], Any], *, ranked: bool) -> Any:
    from sqlglot import exp

    tree: Any = put_in(query("newest"), keep(of_files(store, files)))
    tree = fill(tree, {"received": received(store, files)})
    placed, newest = (cte.this for cte in tree.find_all(exp.CTE))
    if not ranked:
        return placed
    partition = newest.find(exp.Window).args["partition_by"]
    partition.extend(exp.column(name) for name in TABLES[table].key)
    return tree


def received(store: Store, files: Sequence[File]) -> exp.Query:
    """file, place in the order of deliveries, received (microseconds), delivery: one row a file."""
    from sqlglot import exp

    order = sorted({(file.received, file.delivery) for file in files})
    place = {told: number for number, told in enumerate(order)}
    rows: dict[str, tuple[str, int, int, str]] = {}
    for file in sorted(files, key=lambda file: place[file.received, file.delivery]):
        path = str(store.batch(file.batch))
        rows[path] = (path, place[file.received, file.delivery], micros(file.received), file.delivery)
    values = exp.values(list(rows.values()), alias="told", columns=["file", "place", "received", "delivery"])
    return exp.select("*").from_(values)


def fill(tree: Any, relations: Mapping[str, Any]) -> Any:
    """*tree* with each relation in the place of the table of its name; an alias stays."""
    from sqlglot import exp

    for table in list(tree.find_all(exp.Table)):
        relation = relations.get(table.name)
        if relation is not None:
            alias = exp.TableAlias(this=exp.to_identifier(table.alias or table.name))
            table.replace(exp.Subquery(this=relation.copy(), alias=alias))
    return tree


def micros(instant: str) -> int:
    """An ISO instant as whole microseconds since 1970; one without a zone is UTC."""
    told = datetime.fromisoformat(instant)
    if told.tzinfo is None:
        told = told.replace(tzinfo=EPOCH.tzinfo)
    return (told - EPOCH) // timedelta(microseconds=1)
