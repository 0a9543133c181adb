"""An input read by its reader: files of facts, refused rows, and the scopes that it states."""

from __future__ import annotations

import csv
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.fact_reading import About, Empty, FactReader, Refused, Row
from northing.portfolio.facts import TABLES

from . import landing, rejects
from .connection import limits, opened
from .delimited import SAMPLE, cleaned, text_table
from .input import PAGE, Progress, Spooled, Stop, check
from .landing import Landing, Written
from .pieces import cut
from .store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_REFUSED = 1_000_000
TOKENS = ("input", "output", "cache_read", "cache_write", "reasoning")
PARQUET = b"PAR1"


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What an input comes to."""

    files: tuple[Written, ...]
    refused: tuple[Refused, ...]
    rows: int
    """Rows of the input, refused ones too; not those that the reader passes over."""
    scopes: dict[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    uncosted: int
    """Rows of usage whose tokens have no cost."""


def read_input(
    store: Store, reader: FactReader, spooled: Spooled, about: About, bench: Path, *, progress: Progress | None,
    stop: Stop | None,
) -> Read:  # fmt: skip
    """Run *reader* over an input. Raises :class:`Invalid` where not one row or scope can be taken in."""
    connection = opened(store.folder, bench / "spill", keep_order=True)
    try:
        with _stopping(connection, stop), _in_words():
            if reader.form == "table":
                found = _table(connection, reader, spooled, about, bench, stop)
            else:
                found = _pages(connection, reader, spooled, about, bench, progress, stop)
            return _read(found, bench, spooled, progress, stop)
    finally:
        connection.close()


class _Found(msgspec.Struct):
    """What a reader gave, before it is cast."""

    landings: list[Landing]
    refused: list[Refused]
    stated: dict[str, set[str]]
    """Scopes that are stated to be empty."""
    without_faults: Callable[[], tuple[str, list[Refused]]] | None = None
    """Where the engine cannot take every row apart: the relation without those, and those."""
    side_by_side: tuple[str, int] | None = None
    """A relation that is read by several threads, and how many rows it must have for their numbers to be right."""
    uncosted: int = 0


def _read(found: _Found, bench: Path, spooled: Spooled, progress: Progress | None, stop: Stop | None) -> Read:
    refused, files, findings = list(found.refused), [], []
    rows = judged = 0
    scopes = {table: set(stated) for table, stated in found.stated.items()}
    for each in found.landings:
        straight = _straight(each, found, refused, bench)
        check(stop)
        if straight is None:
            count, bad = _taken_apart(each.land, each, found, refused)
            check(stop)
            if bad:
                refused.extend(each.refused())
                judged += bad
            without_tags = each.without_tags()
            if without_tags:
                findings.append(_untagged(without_tags))
            straight = each.write(bench)
        else:
            count = sum(file.rows for file in straight)
        rows += count
        for file in straight:
            files.append(file)
            scopes.setdefault(each.table.name, set()).update(file.scopes)
            if progress is not None:
                progress(spooled.octets, sum(file.rows for file in files))
            check(stop)
    refused.sort(key=lambda row: row.line)
    rows += len(refused) - judged
    if not files and not any(scopes.values()):
        raise _nothing(rows, refused)
    return Read(
        files=tuple(files),
        refused=tuple(refused),
        rows=rows,
        scopes={table: tuple(sorted(stated)) for table, stated in scopes.items() if stated},
        findings=tuple(findings),
        uncosted=found.uncosted,
    )


def _straight(each: Landing, found: _Found, refused: list[Refused], bench: Path) -> Iterable[Written] | None:
    """The files of a clean input; None where rows must be looked at one by one. Faulty lines are set aside first."""
    import duckdb

    if found.side_by_side is not None:
        relation, rows = found.side_by_side
        # What fails here is read once more as a whole: a row may lie in two pieces.
        with suppress(duckdb.InvalidInputException):
            files = each.straight(bench, relation)
            if files is None or sum(file.rows for file in files) == rows:
                return files
    return _taken_apart(lambda: each.straight(bench, each.relation), each, found, refused)


def _taken_apart[T](work: Callable[[], T], each: Landing, found: _Found, refused: list[Refused]) -> T:
    """What *work* gives; where the engine cannot take a row apart, once more without the faulty ones."""
    import duckdb

    try:
        return work()
    except duckdb.InvalidInputException:
        if found.without_faults is None:
            raise
        each.relation, faulty = found.without_faults()
        found.without_faults = None
        refused.extend(faulty)
        return work()


def _nothing(rows: int, refused: list[Refused]) -> Invalid:
    if not rows:
        return Invalid("The input holds no rows.", remedy="Choose the file that holds them.")
    return Invalid(
        f"None of the {rows:,} rows could be read. The first: {refused[0].reason}",
        findings=[rejects.finding(row) for row in refused[:200]],
        remedy="Check that the format is the right one for this source.",
    )


def _untagged(rows: int) -> Finding:
    return Finding(
        code="tags-unreadable",
        severity="warning",
        message=f"{rows:,} rows have tags that are no JSON; they were taken in without them.",
        remedy="Ask whoever exports them for tags as a JSON object.",
    )


def _table(
    connection: DuckDBPyConnection, reader: FactReader, spooled: Spooled, about: About, bench: Path, stop: Stop | None
) -> _Found:
    """A whole table, by the reader's projection."""
    if spooled.head(4) == PARQUET:
        header, relation = landing.of_parquet(connection, spooled.path)
        columns = ", ".join(f"c{index}" for index in range(len(header)))
        sample = connection.execute(f"SELECT {columns} FROM ({relation}) LIMIT {SAMPLE}").fetchall()
        projection = reader.project(header, sample, about)
        return _Found(
            [Landing(connection, projection, about.source.id, header=header, relation=relation, name="landed")], [], {}
        )
    table = text_table(spooled.path, bench)
    projection = reader.project(table.header, table.sample, about)
    width = len(table.header)
    relation = landing.of_csv(table.path, table.sign, width, table.skip, numbered=False)

    def without_faults() -> tuple[str, list[Refused]]:
        # Some row is not as wide as the header, or cannot be taken apart: find out which, and number the others.
        check(stop)
        faulty = cleaned(table, bench / "clean.csv", stop=stop)
        return landing.of_csv(bench / "clean.csv", ",", width, 0, numbered=True), faulty

    faulty: list[Refused] = []
    if table.faulty:
        relation, faulty = without_faults()
    whole = Landing(connection, projection, about.source.id, header=table.header, relation=relation, name="landed")
    if table.faulty:
        return _Found([whole], faulty, {})
    found = _Found([whole], [], {}, without_faults)
    # Where rows are left out on purpose, nobody could say whether as many were read as there are.
    pieces = None if projection.keep else cut(table.path, bench, limits()[1], stop=stop)
    if pieces is not None:
        relation = landing.of_pieces(pieces, table.sign, width, table.skip)
        found.side_by_side = relation, pieces.lines - table.skip
    return found


def _pages(
    connection: DuckDBPyConnection, reader: FactReader, spooled: Spooled, about: About, bench: Path,
    progress: Progress | None, stop: Stop | None,
) -> _Found:  # fmt: skip
    """Rows that the reader gives one after the other, written aside as text and read back all at once."""
    found = _Found([], [], {})
    with _Texts(bench) as texts:
        for number, item in enumerate(reader.read(spooled.pages(), about), 1):
            match item:
                case Row(table, values):
                    texts.add(table, values)
                    if table == "usage" and values.get("cost") is None:
                        found.uncosted += any(values.get(kind) for kind in TOKENS)
                case Refused():
                    if len(found.refused) >= MOST_REFUSED:
                        raise Invalid(
                            f"More than {MOST_REFUSED:,} rows cannot be read. The first: {found.refused[0].reason}",
                            remedy="Check that the format is the right one for this source.",
                        )
                    found.refused.append(item)
                case Empty(table, scope):
                    found.stated.setdefault(table, set()).add(scope)
            if number % 10_000 == 0:
                check(stop)
                if progress is not None:
                    progress(spooled.octets, number)
    for table, path in texts.paths.items():
        projection, header, relation = landing.of_text(table, path)
        found.landings.append(
            Landing(connection, projection, about.source.id, header=header, relation=relation, name=f"landed_{table}")
        )
    return found


class _Texts:
    """Rows as text, one CSV file a table."""

    def __init__(self, bench: Path) -> None:
        self._bench = bench
        self._files: dict[str, IO[str]] = {}
        self._write: dict[str, Any] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self.paths: dict[str, Path] = {}

    def __enter__(self) -> _Texts:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def add(self, table: str, values: Mapping[str, Any]) -> None:
        names = self._names.get(table)
        if names is None:
            names = self._open(table)
        strange = values.keys() - set(names)
        if strange:
            raise ValueError(f"{table} has no column {sorted(strange)[0]}")
        self._write[table]([_text(values.get(name)) for name in names])

    def _open(self, table: str) -> tuple[str, ...]:
        self.paths[table] = self._bench / f"{table}.csv"
        self._files[table] = self.paths[table].open("w", encoding="utf-8", newline="", errors="replace", buffering=PAGE)
        self._write[table] = csv.writer(self._files[table]).writerow
        columns = (column.name for column in TABLES[table].columns if column.name not in ("source", "line"))
        self._names[table] = ("line", *columns)
        return self._names[table]


def _text(value: Any) -> str:
    """A value as text that casts back to the same."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True, default=str) if value else ""
    return str(value)


@contextmanager
def _stopping(connection: DuckDBPyConnection, stop: Stop | None) -> Iterator[None]:
    """While the engine works, ask *stop* from beside and interrupt it."""
    import duckdb

    if stop is None:
        yield
        return
    done, stopped = threading.Event(), threading.Event()

    def ask() -> None:
        while not done.wait(0.2):
            if stop():
                stopped.set()
                connection.interrupt()
                return

    watcher = threading.Thread(target=ask, daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.InterruptException:
        check(stopped.is_set)
        raise
    finally:
        done.set()
        watcher.join()


@contextmanager
def _in_words() -> Iterator[None]:
    """The engine's refusals of an input as sentences."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.SerializationException) as problem:
        raise Invalid(
            f"The file is damaged or cut off and cannot be read: {_said(problem)}.",
            remedy="Fetch it again. Nothing of it was taken in.",
        ) from problem
    except duckdb.IOException as problem:
        if "space" in str(problem).lower():
            raise OSError(28, "No space left on device") from problem
        raise Invalid(f"The file cannot be read: {_said(problem)}.", remedy="Fetch it again.") from problem


def _said(problem: Exception) -> str:
    """The engine's first sentence, without the place on the server's disk that it names."""
    first = str(problem).splitlines()[0].partition("Error: ")
    return re.sub(r"""( (in|from|of|for))?( file)? ['"]/[^'"]*['"]""", "", first[2] or first[0]).strip().rstrip(".")
