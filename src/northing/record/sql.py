"""The record's way to its tables: its own SQL, sent straight to the driver, in the dialect of either database.

Django's cursor wrappers cost more than many of these statements; its connections, transactions and errors
are kept.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, cast

from django.db import connection, transaction

Row = tuple[Any, ...]

_CURSORS = itertools.count()


def on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def in_memory() -> bool:
    """Whether the database is SQLite's in memory, where every thread has one of its own."""
    return bool(getattr(connection, "is_in_memory_db", lambda: False)())


@functools.lru_cache(maxsize=512)
def _marked(sql: str) -> str:
    return sql.replace("%s", "?")


def rows(sql: str, *params: Any) -> list[Row]:
    """All rows that *sql* finds; ``%s`` stands for each parameter."""
    raw = _raw()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            return list(raw.execute(_marked(sql), params).fetchall())
        with _postgres_cursor(raw) as cursor:
            return list(cursor.execute(sql, params, binary=True).fetchall())


def one(sql: str, *params: Any) -> Row | None:
    """The first row, or None."""
    raw = _raw()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            cursor = raw.execute(_marked(sql), params)
            return cast("Row | None", cursor.fetchone())
        with _postgres_cursor(raw) as cursor:
            return cast("Row | None", cursor.execute(sql, params, binary=True).fetchone())


def stream(sql: str, *params: Any, chunk: int = 2000) -> Iterator[Row]:
    """The rows one after the other, without holding all of them."""
    raw = _raw()
    if connection.vendor == "sqlite":
        with connection.wrap_database_errors:
            yield from raw.execute(_marked(sql), params)
        return
    with ExitStack() as held, connection.wrap_database_errors:
        if not connection.in_atomic_block:
            held.enter_context(transaction.atomic())
        cursor = held.enter_context(_postgres_cursor(raw, f"northing_{next(_CURSORS)}"))
        cursor.itersize = chunk
        cursor.execute(sql, params, binary=True)
        yield from cursor


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads inside see the database as it was at the first of them, whoever writes meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        raw = _raw()
        raw.execute("BEGIN DEFERRED")  # not Django's: that would take the write lock
        try:
            yield
        finally:
            raw.execute("ROLLBACK")
        return
    with transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def run(sql: str, *params: Any) -> int:
    """Execute *sql*; how many rows it touched."""
    raw = _raw()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            return int(raw.execute(_marked(sql), params).rowcount)
        with _postgres_cursor(raw) as cursor:
            return int(cursor.execute(sql, params).rowcount)


def run_many(sql: str, batch: Iterable[Sequence[Any]]) -> None:
    """Execute *sql* once for each row of parameters."""
    raw = _raw()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            raw.executemany(_marked(sql), batch)
            return
        with _postgres_cursor(raw) as cursor:
            cursor.executemany(sql, list(batch))


def marks(count: int) -> str:
    """``%s, %s, …`` for a list of *count* values."""
    return ", ".join(["%s"] * count)


def _raw() -> Any:
    connection.ensure_connection()
    return connection.connection


def _postgres_cursor(raw: Any, name: str | None = None) -> Any:
    """A cursor that binds on the server and prepares what comes often; Django's own pastes values into the text."""
    import psycopg
    from psycopg.rows import tuple_row

    if name is not None:
        return psycopg.ServerCursor(raw, name, row_factory=tuple_row)
    return psycopg.Cursor(raw, row_factory=tuple_row)
