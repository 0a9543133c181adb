"""The record's way to its tables: its own SQL, sent straight to the driver, in the dialect of either database.

Django's cursor wrappers cost more than many of these statements; its connections, transactions and errors
are kept.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any, cast

from django.db import connection, connections, transaction

Row = tuple[Any, ...]

_CURSORS = itertools.count()


class _OfThread(threading.local):
    wrapper: Any = None
    sqlite = False


_HELD = _OfThread()


def _wrapper() -> Any:
    """This thread's connection as Django keeps it. Its usual proxy is asked anew each time, which adds up."""
    found = _HELD.wrapper
    if found is None:
        found = _HELD.wrapper = connections["default"]
        _HELD.sqlite = found.vendor == "sqlite"
    return found


def on_sqlite() -> bool:
    return _HELD.sqlite or bool(_wrapper().vendor == "sqlite")


def in_transaction() -> bool:
    """Whether the caller holds a transaction of its own."""
    return bool(_wrapper().in_atomic_block)


def driver_error() -> type[Exception]:
    """What the driver raises where the database refuses."""
    found: type[Exception] = _wrapper().Database.DatabaseError
    return found


def in_memory() -> bool:
    """Whether the database is SQLite's in memory, where every thread has one of its own."""
    return bool(getattr(_wrapper(), "is_in_memory_db", lambda: False)())


@functools.lru_cache(maxsize=512)
def _marked(sql: str) -> str:
    return sql.replace("%s", "?")


def rows(sql: str, *params: Any) -> list[Row]:
    """All rows that *sql* finds; ``%s`` stands for each parameter."""
    raw = raw_connection()
    try:
        if _HELD.sqlite:
            return cast("list[Row]", raw.execute(_marked(sql), params).fetchall())
        with _postgres_cursor(raw) as cursor:
            return list(cursor.execute(sql, params, binary=True).fetchall())
    except Exception:
        with _HELD.wrapper.wrap_database_errors:
            raise


def one(sql: str, *params: Any) -> Row | None:
    """The first row, or None."""
    raw = raw_connection()
    try:
        if _HELD.sqlite:
            return cast("Row | None", raw.execute(_marked(sql), params).fetchone())
        with _postgres_cursor(raw) as cursor:
            return cast("Row | None", cursor.execute(sql, params, binary=True).fetchone())
    except Exception:
        with _HELD.wrapper.wrap_database_errors:
            raise


def each(*questions: tuple[str, Sequence[Any]]) -> list[Row | None]:
    """The first row, or None, that each statement finds; inside :func:`at_once` they are one exchange."""
    if on_sqlite():
        return [one(sql, *params) for sql, params in questions]
    raw = raw_connection()
    try:
        with ExitStack() as held:
            asked = [held.enter_context(_postgres_cursor(raw)) for _ in questions]
            for cursor, (sql, params) in zip(asked, questions, strict=True):
                cursor.execute(sql, params, binary=True)
            return [cast("Row | None", cursor.fetchone()) for cursor in asked]
    except Exception:
        with _HELD.wrapper.wrap_database_errors:
            raise


def stream(sql: str, *params: Any, chunk: int = 2000) -> Iterator[Row]:
    """The rows one after the other, without holding all of them."""
    raw = raw_connection()
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
        raw = raw_connection()
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
    raw = raw_connection()
    try:
        if _HELD.sqlite:
            return int(raw.execute(_marked(sql), params).rowcount)
        with _postgres_cursor(raw) as cursor:
            return int(cursor.execute(sql, params).rowcount)
    except Exception:
        with _HELD.wrapper.wrap_database_errors:
            raise


def run_many(sql: str, batch: Sequence[Sequence[Any]]) -> None:
    """Execute *sql* once for each row of parameters."""
    if not batch:
        return
    if len(batch) == 1:
        run(sql, *batch[0])
        return
    raw = raw_connection()
    try:
        if _HELD.sqlite:
            raw.executemany(_marked(sql), batch)
            return
        with _postgres_cursor(raw) as cursor:
            cursor.executemany(sql, batch)
    except Exception:
        with _HELD.wrapper.wrap_database_errors:
            raise


_NOTHING = nullcontext()


def at_once() -> AbstractContextManager[Any]:
    """Statements inside are sent to PostgreSQL without waiting for the answer to each, until a row is asked for."""
    if on_sqlite() or raw_connection().pgconn.pipeline_status:
        return _NOTHING
    return _pipeline()


@contextmanager
def _pipeline() -> Iterator[None]:
    with _wrapper().wrap_database_errors, raw_connection().pipeline():
        yield


def aside(column: str) -> str:
    """*column*, so written that the planner does not look for it in an index.

    SQLite keeps no figures to choose by, and PostgreSQL has none before it has looked at the table: without
    this both may go through a branch to find one entity.
    """
    return f"({column} || '')" if column == "kind" else f"({column} + 0)"


def marks(count: int) -> str:
    """``%s, %s, …`` for a list of *count* values."""
    return ", ".join(["%s"] * count)


def raw_connection() -> Any:
    """The driver's own connection of this thread, opened where need be."""
    wrapper = _HELD.wrapper or _wrapper()
    if wrapper.health_check_enabled and not wrapper.health_check_done:
        wrapper.close_if_health_check_failed()
    if wrapper.connection is None:
        wrapper.ensure_connection()
    return wrapper.connection


def _postgres_cursor(raw: Any, name: str | None = None) -> Any:
    """A cursor that binds on the server and prepares what comes often; Django's own pastes values into the text."""
    import psycopg
    from psycopg.rows import tuple_row

    if name is not None:
        return psycopg.ServerCursor(raw, name, row_factory=tuple_row)
    return psycopg.Cursor(raw, row_factory=tuple_row)
