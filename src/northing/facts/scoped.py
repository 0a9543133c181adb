"""What a delivery states, scope by scope, read from its own files: whether it is in force, or not yet, or no more."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.errors import Unavailable
from northing.portfolio.facts import Delivery

from . import kept
from .connection import asking
from .dialect import query
from .in_force import File
from .relation import of_files, put_in, without_money
from .store import Store

AMOUNT = {"cost": "billed", "usage": "cost"}
"""Table → the column that its rows are worth; prices are worth nothing by themselves."""


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery says of one scope."""

    table: str
    scope: str
    rows: int = 0
    amounts: dict[str, Decimal] = {}
    """Currency → billed cost, or cost of usage; empty where its rows have none."""


def stated(store: Store, delivery: Delivery) -> tuple[Stated, ...]:
    """Every scope of *delivery*, those without rows among them. Raises :class:`Unavailable` where a file is gone."""
    found: list[Stated] = []
    for table, scopes in sorted(delivery.scopes.items()):
        files = [
            File(batch=batch, delivery=delivery.id, source=delivery.source, scopes=None)
            for batch in delivery.batches
            if batch.table == table
        ]
        key = ("scopes", store.workspace, table, tuple(sorted(file.batch.sha256 for file in files)))
        rows = kept.ANSWERS.get(key, functools.partial(_asked, store, table, files)) if files else []
        lines = dict.fromkeys(scopes, 0)
        amounts: dict[str, dict[str, Decimal]] = {scope: {} for scope in scopes}
        for scope, currency, count, amount in rows:
            lines[scope] = lines.get(scope, 0) + int(count)
            if amount is not None:
                amounts.setdefault(scope, {})[currency or ""] = Decimal(amount)
        found += [
            Stated(table=table, scope=scope, rows=lines[scope], amounts=amounts[scope]) for scope in sorted(lines)
        ]
    return tuple(found)


def _asked(store: Store, table: str, files: Sequence[File]) -> list[Any]:
    import duckdb
    from sqlglot import exp

    tree: Any = query("scopes")
    without_money(tree, table)
    column = AMOUNT.get(table)
    worth: exp.Expr = exp.Sum(this=exp.column(column)) if column else exp.cast(exp.null(), "decimal(38, 12)")
    tree.select(exp.alias_(worth, "amount"), copy=False)
    cursor = asking(store.folder.parent)
    try:
        return cursor.execute(put_in(tree, of_files(store, files)).sql(dialect="duckdb", copy=False)).fetchall()
    except (duckdb.IOException, duckdb.InvalidInputException) as problem:
        raise Unavailable(
            f"A file of facts cannot be read: {str(problem).splitlines()[0]}",
            remedy="Run “northing verify”; it names the delivery. Restore its files from a backup.",
        ) from problem
    finally:
        cursor.close()
