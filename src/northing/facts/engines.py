"""Other engines than our own: can they answer every question with the same rows? Each is given the golden facts."""

from __future__ import annotations

import contextlib
import itertools
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import msgspec

from northing.portfolio.errors import Invalid, Unavailable
from northing.portfolio.fact_table import FactTable
from northing.portfolio.facts import COST, PRICE

from . import golden

Rows = list[tuple[Any, ...]]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One question, as the other engine answered it."""

    question: str
    rows: int
    """Rows of DuckDB's answer."""
    same: bool
    difference: str = ""
    """The first rows that differ, or what the engine said."""


BLOCK = 100
"""Rows put in at once."""
TYPES = {
    "text": "VARCHAR", "date": "DATE", "instant": "TIMESTAMP", "integer": "BIGINT", "amount": "DECIMAL(24,12)",
    "quantity": "DECIMAL(24,12)", "flag": "BOOLEAN", "tags": "VARCHAR",
}  # fmt: skip


class DuckDB:
    """DuckDB by itself, without our settings: in memory, or in a database file."""

    dialect, types, mark = "duckdb", TYPES, "?"

    def __init__(self, path: str = ":memory:") -> None:
        import duckdb

        self._connection = duckdb.connect(path)

    def run(self, sql: str, values: Sequence[Any] | None = None) -> Rows:
        return self._connection.execute(sql, values).fetchall()

    def adapt(self, tree: Any) -> Any:
        return tree

    def close(self) -> None:
        self._connection.close()


class PostgreSQL:
    """PostgreSQL, in a schema that lasts as long as the connection."""

    dialect, mark = "postgres", "%s"
    types = {**TYPES, "text": "TEXT", "tags": "TEXT", "amount": "NUMERIC(24,12)", "quantity": "NUMERIC(24,12)"}

    def __init__(self, url: str) -> None:
        import psycopg

        try:
            self._connection = psycopg.connect(url, connect_timeout=10)
        except psycopg.OperationalError as problem:
            raise Unavailable(f"PostgreSQL cannot be reached: {problem}", remedy="Check the address.") from problem

    def run(self, sql: str, values: Sequence[Any] | None = None) -> Rows:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def adapt(self, tree: Any) -> Any:
        """Tags are text in our files; PostgreSQL looks into JSON alone."""
        from sqlglot import exp

        for found in list(tree.find_all(exp.JSONExtractScalar)):
            found.set("this", exp.cast(found.this, "json"))
        return tree

    def close(self) -> None:
        self._connection.rollback()
        self._connection.close()


def opened(url: str) -> DuckDB | PostgreSQL:
    """The engine at *url*. Raises :class:`Invalid` for one that cannot be asked from here."""
    scheme = urlsplit(url).scheme
    if scheme in ("duckdb", ""):
        return DuckDB(urlsplit(url).path or ":memory:")
    if scheme in ("postgres", "postgresql"):
        return PostgreSQL(url)
    if scheme in ("spark", "sc"):
        raise Invalid(
            "Spark cannot be asked from here yet: the queries are turned into its dialect by the tests, and not run.",
            remedy="Ask DuckDB or PostgreSQL.",
        )
    raise Invalid(
        f"There is no engine called “{scheme}”.", remedy="Write duckdb:///file or postgresql://user@host/name."
    )


def check(url: str, *, step: Callable[[], None] = lambda: None) -> Iterator[Checked]:
    """Ask the engine at *url* every golden question, and compare its rows with DuckDB's."""
    ours, theirs = DuckDB(), opened(url)
    with contextlib.closing(ours), contextlib.closing(theirs), _tables(ours) as here, _tables(theirs) as there:
        for question in golden.questions():
            expected = _answer(ours, question, here)
            try:
                found = _answer(theirs, question, there)
            except Exception as problem:
                said = f"{type(problem).__name__}: {str(problem).splitlines()[0]}"
                yield Checked(question=question.name, rows=len(expected), same=False, difference=said)
                if isinstance(theirs, PostgreSQL):
                    return  # the transaction is lost, and the tables with it
                continue
            difference = _difference(expected, found)
            yield Checked(question=question.name, rows=len(expected), same=not difference, difference=difference)
            step()


@contextlib.contextmanager
def _tables(engine: DuckDB | PostgreSQL) -> Iterator[dict[str, str]]:
    """The golden facts in *engine*: fact table → name. They are gone afterwards."""
    names = {table.name: f"northing_check_{table.name}_{secrets.token_hex(4)}" for table in (COST, PRICE)}
    try:
        for table in (COST, PRICE):
            _fill(engine, table, names[table.name])
        yield names
    finally:
        if isinstance(engine, DuckDB):
            for name in names.values():
                engine.run(f"DROP TABLE IF EXISTS {name}")


def _fill(engine: DuckDB | PostgreSQL, table: FactTable, name: str) -> None:
    columns = [(column.name, engine.types[column.type]) for column in table.columns] + [("file", engine.types["text"])]
    temporary = "TEMPORARY " if isinstance(engine, PostgreSQL) else ""
    engine.run(f"CREATE {temporary}TABLE {name} ({', '.join(f'{column} {type}' for column, type in columns)})")
    marks = f"({', '.join(engine.mark for _ in columns)})"
    for block in itertools.batched(golden.rows(table), BLOCK):
        values = [row.get(column) for row in block for column, _ in columns]
        engine.run(f"INSERT INTO {name} VALUES {', '.join(marks for _ in block)}", values)


def _answer(engine: DuckDB | PostgreSQL, question: golden.Question, names: dict[str, str]) -> Rows:
    from sqlglot import exp

    tree = engine.adapt(question.tree.copy())
    for table in list(tree.find_all(exp.Table)):
        if table.name == "facts":
            table.replace(exp.to_table(names[question.table.name], alias="facts"))
    return engine.run(tree.sql(dialect=engine.dialect, copy=False))


def _difference(expected: Iterable[Sequence[Any]], found: Iterable[Sequence[Any]]) -> str:
    """The first rows that only one of them has, in words; empty where both have the same."""
    ours, theirs = (sorted([_plain(row) for row in rows]) for rows in (expected, found))
    if ours == theirs:
        return ""
    mine = next((row for row in ours if row not in set(theirs)), None)
    yours = next((row for row in theirs if row not in set(ours)), None)
    return f"{len(ours)} rows here, {len(theirs)} there; only here: {mine}; only there: {yours}"


def _plain(row: Sequence[Any]) -> tuple[str, ...]:
    """A row as engines agree on it: numbers by value, days in ISO form."""
    return tuple(_cell(value) for value in row)


def _cell(value: Any) -> str:
    if value is None:
        return "\0"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | Decimal):
        return format(Decimal(value).normalize() + 0, "f") if value else "0"
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)
