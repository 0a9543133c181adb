"""Rows on their way into facts: every cell of a fact table cast once, what cannot be cast refused with its reason.

Both forms of readers come together here: a table's projection, and a reader's rows written aside as text. What leaves
is one Parquet file a month, sorted by day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from northing.portfolio.fact_reading import Projection, Refused
from northing.portfolio.fact_table import Column, FactTable
from northing.portfolio.facts import TABLES

from .dialect import check_expression, query
from .pieces import Pieces
from .relation import of_paths, put_in, without_money

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL_TYPES = {
    "text": "VARCHAR", "date": "DATE", "instant": "TIMESTAMP", "integer": "BIGINT", "amount": "DECIMAL(24,12)",
    "quantity": "DECIMAL(24,12)", "flag": "BOOLEAN", "tags": "VARCHAR",
}  # fmt: skip
WANTED = {
    "date": "is no date", "instant": "is no instant", "integer": "is no whole number", "amount": "is no amount",
    "quantity": "is no quantity", "flag": "is neither yes nor no",
}  # fmt: skip
ROW_GROUP = 122_880
"""Rows of a group: the least that is read of a file. A month's file is sorted by day, so days lie together."""
# Bloom filters would be a fifth of the work of writing, and in rows that are sorted by day they rule out no group.
# So would dictionaries of columns that have many values be a sixth of it; the file is no smaller for them.
SMALL = "WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 5000"
PARQUET = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, {SMALL}"
UNCLEAN = "northing: not every row is clean"
CLEAN = f"CASE WHEN refused IS NOT NULL OR untagged THEN error('{UNCLEAN}') ELSE TRUE END"
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
"""A day outside of these is a slip, not a date; it would also make a folder for its month."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A Parquet file that was written aside, and what it holds, as read back from it."""

    table: str
    month: str
    path: Path
    rows: int
    start: date
    end: date
    scopes: tuple[str, ...]
    totals: dict[str, dict[str, Any]]
    """Currency → column → sum."""


class Landing:
    """The rows of one table of one input."""

    def __init__(
        self, connection: DuckDBPyConnection, projection: Projection, source: str, *, header: Sequence[str],
        relation: str, name: str,
    ) -> None:  # fmt: skip
        """*relation*: where the rows come from, with the columns ``c0`` … as text and ``line``."""
        self.connection = connection
        self.table: FactTable = TABLES[projection.table]
        self.projection = projection
        self.source = source
        self.header = header
        self.relation = relation
        self.name = name
        self.reasons: list[tuple[str | None, str]] = []
        self._check()

    def _check(self) -> None:
        known = {column.name for column in self.table.columns} - {"source", "line"}
        strange = set(self.projection.columns) - known
        if strange or "scope" not in self.projection.columns:
            raise ValueError(f"{self.table.name} has no column {strange or 'scope is missing'}")
        steps: frozenset[str] = frozenset()
        for step in self.projection.steps:
            for text in step.values():
                check_expression(text, len(self.header), self.connection, steps)
            steps |= step.keys()
        if any(re.fullmatch("s_[a-z0-9_]+", name) is None for name in steps):
            raise ValueError(f"A step's name begins with s_: {sorted(steps)}")
        texts = [*self.projection.columns.values(), *(check.failed for check in self.projection.checks)]
        for text in (*texts, *([self.projection.keep] if self.projection.keep else [])):
            check_expression(text, len(self.header), self.connection, steps)

    def straight(self, bench: Path, relation: str) -> list[Written] | None:
        """The files in one go, where no row of *relation* has a fault; None where one has: :meth:`land` says which.

        Most inputs are clean, and to find that out costs as much as to read them.
        """
        import duckdb

        path = bench / f"{self.name}.parquet"
        rows = self._in_order(f"({self._cast_rows(relation)}) WHERE {CLEAN}")
        try:
            self.connection.execute(f"COPY ({rows}) TO '{_quoted(path)}' ({PARQUET})", [self.source])
        except duckdb.InvalidInputException as problem:
            if UNCLEAN in str(problem):
                return None
            raise
        return self._by_month(path, bench)

    def _in_order(self, rows: str) -> str:
        """*rows* as a file has them. A column with nothing in it joins them after they are sorted."""
        given = {column.name for column in self.table.columns if column.name in self.projection.columns} | {"line"}
        whole = ", ".join(
            "? AS source" if column.name == "source"
            else f'"{column.name}"' if column.name in given
            else f'CAST(NULL AS {SQL_TYPES[column.type]}) AS "{column.name}"'
            for column in self.table.columns
        )  # fmt: skip
        kept = ", ".join(f'"{name}"' for name in sorted(given))
        return f"SELECT {whole} FROM (SELECT {kept} FROM {rows} ORDER BY {self.table.day}, line)"

    def _by_month(self, path: Path, bench: Path) -> list[Written]:
        """A sorted file as one file a month; itself, where it is of one."""
        day = self.table.day
        file = f"read_parquet('{_quoted(path)}', hive_partitioning = false)"
        months = self.connection.execute(
            f"SELECT DISTINCT date_trunc('month', {day}) AS month FROM {file} ORDER BY month"
        ).fetchall()
        if len(months) == 1:
            return [read_back(self.connection, self.table, f"{months[0][0]:%Y-%m}", path)]
        written = []
        for (first,) in months:
            one = bench / f"{self.name}-{first:%Y-%m}.parquet"
            rows = f"SELECT * FROM {file} WHERE {_in_month(day, first)}"
            self.connection.execute(f"COPY ({rows}) TO '{_quoted(one)}' ({PARQUET})")
            written.append(read_back(self.connection, self.table, f"{first:%Y-%m}", one))
        return written

    def land(self) -> tuple[int, int]:
        """Read and cast every row into a table of the engine; how many there are, and how many are refused."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {self.name} AS {self._cast_rows(self.relation)}")
        found = self.connection.execute(f"SELECT count(*), count(refused) FROM {self.name}").fetchone()
        assert found is not None
        return int(found[0]), int(found[1])

    def _cast_rows(self, relation: str) -> str:
        """Every row with its columns cast, and what is wrong with it."""
        inner = self._inner(relation)
        types = dict(self.connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {inner})").fetchall())
        columns = ", ".join(
            f'{self._cast(column, types.get(_raw(column)))} AS "{column.name}"'
            for column in self.table.columns
            if column.name not in ("source", "line")
        )
        untagged = "raw_tags NOT IN ('', '{}', 'null') AND NOT json_valid(raw_tags)" if "raw_tags" in types else "FALSE"
        return f"SELECT line, {columns}, {self._judgement(types)}, {untagged} AS untagged FROM ({inner})"

    def _inner(self, relation: str) -> str:
        """The reader's expressions over the input, as they are."""
        parts = [f"({text}) AS raw_{name}" for name, text in self.projection.columns.items()]
        parts += [f"({check.failed}) AS failed_{index}" for index, check in enumerate(self.projection.checks)]
        # The cell that a check speaks of, to show it.
        place = {name: index for index, name in reversed(list(enumerate(self.header)))}
        parts += [
            f"c{place[check.column]} AS shown_{index}"
            for index, check in enumerate(self.projection.checks)
            if check.column in place
        ]
        where = f" WHERE ({self.projection.keep})" if self.projection.keep else ""
        for step in self.projection.steps:
            relation = f"SELECT *, {', '.join(f'({text}) AS {name}' for name, text in step.items())} FROM ({relation})"
        return f"SELECT line, {', '.join(parts)} FROM ({relation}) AS input{where}"

    def _cast(self, column: Column, given: str | None) -> str:
        """*column* in its type, from what the reader gives for it (*given*: the type of that)."""
        raw, wanted = _raw(column), SQL_TYPES[column.type]
        if given is None:
            return f"CAST(NULL AS {wanted})"
        if column.type == "tags":
            return f"CASE WHEN {raw} IN ('', '{{}}', 'null') THEN NULL WHEN json_valid({raw}) THEN {raw} END"
        if column.type == "text":
            if re.fullmatch("c[0-9]+", self.projection.columns[column.name]) is None:
                return raw if given == "VARCHAR" else f"CAST({raw} AS VARCHAR)"  # the reader says what it is
            # Most cells have no outer blanks, and to look for them is a tenth of the work of taking them away.
            return (
                f"CASE WHEN {raw} = '' THEN NULL WHEN {raw} LIKE ' %' OR {raw} LIKE '% ' "
                f"THEN nullif(trim({raw}), '') ELSE {raw} END"
            )
        if column.type == "integer" and given == "VARCHAR":
            # A cast of 12.5 would round it.
            whole = f"regexp_matches({raw}, '^\\s*[-+]?[0-9]+(\\.0*)?\\s*$')"
            return f"CASE WHEN {whole} THEN TRY_CAST({raw} AS BIGINT) END"
        return raw if given == wanted else f"TRY_CAST({raw} AS {wanted})"

    def _judgement(self, types: dict[str, str]) -> str:
        """Why a row is refused: the number of a reason (NULL: it is not), and the value that is to blame."""
        self.reasons.clear()
        numbers: list[str] = []
        values: list[str] = []

        def because(condition: str, column: str | None, reason: str, value: str) -> None:
            number = len(self.reasons)
            self.reasons.append((column, reason))
            numbers.append(f"WHEN {condition} THEN {number}")
            values.append(f"WHEN {condition} THEN {value}")

        for index, check in enumerate(self.projection.checks):
            shown = f"shown_{index}" if f"shown_{index}" in types else "''"
            because(f"failed_{index}", check.column, check.reason, shown)
        for column in self.table.columns:
            given = types.get(_raw(column))
            if given is None or column.name in ("source", "line"):
                continue
            raw, cast = _raw(column), self._cast(column, given)
            if column.type not in ("text", "tags") and given == "VARCHAR":
                because(
                    f"{raw} <> '' AND ({cast}) IS NULL", column.name, f"“{column.title}” {WANTED[column.type]}.", raw
                )
            if column.name == self.table.day:
                inside = f"{cast} BETWEEN DATE '{FIRST}' AND DATE '{LAST}'"
                because(f"NOT ({inside})", column.name, f"“{column.title}” is no day that can be meant.", _said(raw))
            if column.required:
                because(
                    f"({cast}) IS NULL",
                    column.name,
                    f"“{column.title}” is missing, and no row can be without it.",
                    "''",
                )
        missing = [
            column for column in self.table.columns
            if column.required and column.name != "source" and _raw(column) not in types
        ]  # fmt: skip
        if missing:
            raise ValueError(f"The projection gives nothing for {missing[0].name}")
        if not numbers:
            return "CAST(NULL AS INTEGER) AS refused, CAST(NULL AS VARCHAR) AS refused_value"
        return f"CASE {' '.join(numbers)} END AS refused, CASE {' '.join(values)} END AS refused_value"

    def refused(self) -> Iterator[Refused]:
        """The rows that were refused, in the order of the input."""
        cursor = self.connection.execute(
            f"SELECT line, refused, refused_value FROM {self.name} WHERE refused IS NOT NULL ORDER BY line"
        )
        while rows := cursor.fetchmany(1000):
            for line, number, value in rows:
                column, reason = self.reasons[number]
                yield Refused(line=line, column=column, value=str(value or "")[:1000], reason=reason)

    def without_tags(self) -> int:
        """How many rows have tags that are not JSON, and were taken in without them."""
        found = self.connection.execute(
            f"SELECT count(*) FROM {self.name} WHERE untagged AND refused IS NULL"
        ).fetchone()
        return int(found[0]) if found else 0

    def write(self, bench: Path) -> Iterator[Written]:
        """One file for each month that has rows, written aside to *bench*."""
        day = self.table.day
        months = self.connection.execute(
            f"SELECT DISTINCT date_trunc('month', {day}) AS month FROM {self.name} WHERE refused IS NULL ORDER BY month"
        ).fetchall()
        for (first,) in months:
            path = bench / f"{self.name}-{first:%Y-%m}.parquet"
            rows = self._in_order(f"{self.name} WHERE refused IS NULL AND {_in_month(day, first)}")
            self.connection.execute(f"COPY ({rows}) TO '{_quoted(path)}' ({PARQUET})", [self.source])
            yield read_back(self.connection, self.table, f"{first:%Y-%m}", path)


def read_back(connection: DuckDBPyConnection, table: FactTable, month: str, path: Path) -> Written:
    """What the file at *path* holds, from the file itself."""
    from sqlglot import exp

    day = exp.column(table.day)
    amounts = [column.name for column in table.columns if column.type == "amount" and table.name != "price"]
    tree: Any = query("batch")
    without_money(tree, table.name)
    sums = [exp.Sum(this=exp.column(name)) for name in amounts]
    tree.select(exp.Min(this=day.copy()), exp.Max(this=day), *sums, copy=False)
    groups = connection.execute(put_in(tree, of_paths([path])).sql(dialect="duckdb", copy=False)).fetchall()
    totals: dict[str, dict[str, Any]] = {}
    for currency, _, _, _, _, *values in groups:
        into = totals.setdefault(currency or "", {})
        for name, value in zip(amounts, values, strict=True):
            if value is not None:
                into[name] = into.get(name, 0) + value
    return Written(
        table=table.name,
        month=month,
        path=path,
        rows=sum(group[2] for group in groups),
        start=min(group[3] for group in groups),
        end=max(group[4] for group in groups) + timedelta(days=1),
        scopes=tuple(sorted({group[1] for group in groups})),
        totals={currency: found for currency, found in totals.items() if found},
    )


def of_text(table: str, path: Path) -> tuple[Projection, tuple[str, ...], str]:
    """A projection, header and relation for rows that a reader gave one by one and that stand as text in *path*."""
    names = [column.name for column in TABLES[table].columns if column.name not in ("source", "line")]
    columns = {name: f"c{index}" for index, name in enumerate(names)}
    typed = ", ".join(["'line': 'BIGINT'", *(f"'c{index}': 'VARCHAR'" for index in range(len(names)))])
    relation = f"SELECT * FROM read_csv('{_quoted(path)}', {CSV}, delim = ',', header = false, columns = {{{typed}}})"
    return Projection(table=table, columns=columns), tuple(names), relation


CSV = "auto_detect = false, quote = '\"', escape = '\"', nullstr = '\x01', strict_mode = true, max_line_size = 33554432"


def of_csv(path: Path, sign: str, width: int, skip: int, *, numbered: bool) -> str:
    """The rows of a CSV file as a relation; *numbered*: their numbers stand in front, else they are counted."""
    cells = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width))
    file = f"'{_quoted(path)}', {CSV}, delim = '{sign}', header = false, skip = {skip}"
    if numbered:
        return f"SELECT * FROM read_csv({file}, columns = {{'line': 'BIGINT', {cells}}})"
    return f"SELECT row_number() OVER () AS line, * FROM read_csv({file}, columns = {{{cells}}})"


def of_pieces(pieces: Pieces, sign: str, width: int, skip: int) -> str:
    """The rows of a CSV file that was cut, each piece numbered from where it begins; one row is taken for one line."""
    each = []
    for number, piece in enumerate(pieces.each):
        rows = of_csv(piece.path, sign, width, 0 if number else skip, numbered=False)
        each.append(f"SELECT * REPLACE (line + {piece.before - skip} AS line) FROM ({rows})" if number else rows)
    return " UNION ALL ".join(each)


def of_parquet(connection: DuckDBPyConnection, path: Path) -> tuple[tuple[str, ...], str]:
    """Header and relation of a Parquet file, each cell as text; nested ones as JSON."""
    file = (
        f"read_parquet('{_quoted(path)}', hive_partitioning = false, binary_as_string = true, file_row_number = true)"
    )
    found = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {file})").fetchall()
    columns = [(name, kind) for name, kind in found if name != "file_row_number"]
    cells = []
    for index, (name, kind) in enumerate(columns):
        quoted = '"' + name.replace('"', '""') + '"'
        nested = kind.startswith(("MAP", "STRUCT")) or kind.endswith("]")
        text = f"CAST(to_json({quoted}) AS VARCHAR)" if nested else f"CAST({quoted} AS VARCHAR)"
        cells.append(f"coalesce({text}, '') AS c{index}")
    relation = f"SELECT file_row_number + 1 AS line, {', '.join(cells)} FROM {file}"
    return tuple(name for name, _ in columns), relation


def _raw(column: Column) -> str:
    return f"raw_{column.name}"


def _said(raw: str) -> str:
    return f"CAST({raw} AS VARCHAR)"


def _in_month(day: str, first: date) -> str:
    after = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return f"{day} >= DATE '{first:%Y-%m-%d}' AND {day} < DATE '{after:%Y-%m-%d}'"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
