"""The rows in force as a relation that a query can be asked of: the files of a table, some only in part."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from northing.portfolio.facts import TABLES

from .in_force import File
from .store import Store

if TYPE_CHECKING:
    from sqlglot import exp

Day = date


def of_files(store: Store, files: Sequence[File]) -> exp.Query:
    """All rows of *files* that are in force; ``file`` names where each is from."""
    from sqlglot import exp

    whole = [file for file in files if file.scopes is None]
    selects = [_read(store, whole)] if whole else []
    partly = sorted(
        (file for file in files if file.scopes is not None), key=lambda file: (file.scopes, file.batch.sha256)
    )
    for scopes, group in itertools.groupby(partly, key=lambda file: file.scopes):
        literals = [exp.Literal.string(scope) for scope in scopes or ()]
        selects.append(_read(store, list(group)).where(exp.In(this=exp.column("scope"), expressions=literals)))
    found: Any = selects[0]
    for select in selects[1:]:
        # By name: a file written by an older version may lack a column.
        found = exp.Union(this=found, expression=select, distinct=False, by_name=True)
    return found  # type: ignore[no-any-return]


def _read(store: Store, files: Sequence[File]) -> exp.Select:
    return of_paths([store.batch(file.batch) for file in files])


def of_paths(paths: Sequence[Path], *, named: bool = True) -> exp.Select:
    """All rows of the files at *paths*; ``file`` names where each is from, if *named*."""
    from sqlglot import exp

    def option(name: str, value: exp.Expr) -> exp.EQ:
        return exp.EQ(this=exp.to_identifier(name), expression=value)

    call = exp.Anonymous(
        this="read_parquet",
        expressions=[
            exp.Array(expressions=[exp.Literal.string(str(path)) for path in paths]),
            option("hive_partitioning", exp.false()),
            option("union_by_name", exp.true()),
            *([option("filename", exp.Literal.string("file"))] if named else []),
        ],
    )
    return exp.select("*").from_(call)


def put_in(query: exp.Expr, relation: exp.Query) -> exp.Expr:
    """*query* with *relation* in the place of the table ``facts``."""
    from sqlglot import exp

    for table in list(query.find_all(exp.Table)):
        if table.name == "facts":
            table.replace(exp.Subquery(this=relation.copy(), alias=exp.TableAlias(this=exp.to_identifier("facts"))))
    return query


def without_money(query: exp.Expr, table: str) -> exp.Expr:
    """*query* with no currency where *table* has none: facts of work are worth nothing by themselves."""
    from sqlglot import exp

    if TABLES[table].column("currency") is None:
        for column in list(query.find_all(exp.Column)):
            if column.name == "currency":
                nothing = exp.cast(exp.null(), "varchar")
                selected = isinstance(column.parent, exp.Select)
                column.replace(exp.alias_(nothing, "currency") if selected else nothing)
    return query


def literal(day: date) -> exp.Expr:
    from sqlglot import exp

    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def between(column: str, start: date | None, end: date | None) -> exp.Expr | None:
    """The days from *start* up to, and without, *end*; None where both are open."""
    from sqlglot import exp

    tests: list[exp.Expr] = []
    if start is not None:
        tests.append(exp.GTE(this=exp.column(column), expression=literal(start)))
    if end is not None:
        tests.append(exp.LT(this=exp.column(column), expression=literal(end)))
    return exp.and_(*tests) if tests else None


class Cuts:
    """Days cut into spans: those that were asked for, and finer where a rule begins or ends."""

    def __init__(self, spans: Sequence[date], days: Iterable[date]) -> None:
        if list(spans) != sorted(set(spans)) or len(spans) == 1:
            raise ValueError("spans are days in order, two at least")
        self.spans = tuple(spans)
        start, end = (spans[0], spans[-1]) if spans else (None, None)
        inner = {day for day in days if start is None or start < day < end}  # type: ignore[operator]
        self.start, self.end = start, end
        self.days = sorted(inner | set(spans[1:-1]))

    def number(self, column: str) -> exp.Expr:
        """The number of the piece that a day is in, by halving."""
        return self._number(column, 0, len(self.days))

    def _number(self, column: str, low: int, high: int) -> exp.Expr:
        from sqlglot import exp

        if low == high:
            return exp.Literal.number(low)
        middle = (low + high) // 2
        before = exp.LT(this=exp.column(column), expression=literal(self.days[middle]))
        return exp.Case(
            ifs=[exp.If(this=before, true=self._number(column, low, middle))],
            default=self._number(column, middle + 1, high),
        )

    def window(self, start: date | None, end: date | None) -> exp.Expr | None:
        """Whether a piece lies from *start* up to, and without, *end*, said of its number."""
        from sqlglot import exp

        low = 0 if start is None or (self.start and start <= self.start) else bisect.bisect_right(self.days, start)
        last = len(self.days)
        if end is None or (self.end and end >= self.end):
            high = last
        else:
            high = bisect.bisect_right(self.days, end) - 1 if not (self.start and end <= self.start) else -1
        if start is not None and self.end and start >= self.end:
            low = last + 1
        tests: list[exp.Expr] = []
        if low > 0:
            tests.append(exp.GTE(this=exp.column("cut"), expression=exp.Literal.number(low)))
        if high < last:
            tests.append(exp.LTE(this=exp.column("cut"), expression=exp.Literal.number(high)))
        return exp.and_(*tests) if tests else None

    def span(self, number: int) -> date | None:
        """The first day of the span that piece *number* belongs to."""
        if not self.spans:
            return None
        first = self.spans[0] if number == 0 else self.days[number - 1]
        return self.spans[bisect.bisect_right(self.spans, first) - 1]
