"""The engine and the plain reading of the same rows give the same money, receipts and rows."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.facts.engine import FactsAt
from northing.facts.store import Store
from northing.measure.columns import view_of
from northing.measure.figures import source_rows, why
from northing.measure.money import money
from northing.measure.price_effects import price_effects
from northing.measure.spend import spend
from northing.measure.unattributed import unattributed
from northing.measure.usage import usage
from northing.measure.view import View
from northing.portfolio.facts import TABLES
from northing.portfolio.plan import Plan
from tests.laws.money_worlds import TODAY, World, worlds
from tests.laws.test_money import FACTUAL, SPANS, addresses

TYPES = {"text": "VARCHAR", "date": "DATE", "integer": "BIGINT", "flag": "BOOLEAN", "tags": "VARCHAR"}


def on_engine(world: World, folder: Path) -> View:
    """The same view, with its rows in files."""
    store = Store("w", folder=folder)
    plan = Plan.of("w", "main", 1, world.view.plan.all())
    for delivery in plan.deliveries.values():
        for batch in delivery.batches:
            table = TABLES[batch.table]
            rows = [
                row
                for row in world.rows[delivery.id]
                if row["table"] == batch.table and row[table.day].isoformat()[:7] == batch.month
            ]
            path = store.parquet(batch.table, batch.month, batch.sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, table.name, [{**row, "source": delivery.source} for row in rows])
    before = world.view
    return view_of(
        plan, {}, TODAY, facts=FactsAt(store, plan), currency=before.currency, home_currency=before.home_currency
    )


def write(path: Path, table: str, rows: list[dict[str, Any]]) -> None:
    columns = TABLES[table].columns
    with duckdb.connect() as own:
        own.execute(f"create table t ({', '.join(f'{c.name} {TYPES.get(c.type, "DECIMAL(24,12)")}' for c in columns)})")
        own.executemany(
            f"insert into t values ({', '.join('?' * len(columns))})",
            [[json.dumps(row["tags"]) if c.type == "tags" else row.get(c.name) for c in columns] for row in rows],
        )
        own.execute(f"copy (select * from t order by {TABLES[table].day}) to '{path}' (format parquet)")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(usage=True), st.none() | SPANS, SPANS, addresses(st.sampled_from(FACTUAL)))
def test_files_and_plain_rows_tell_the_same(world: World, window: Any, later: Any, address: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        view, plain = on_engine(world, Path(folder)), world.view
        assert money(view) == money(plain)
        for by in ("investment", "service", "tag.team", "period"):
            assert spend(view, window=window, by=by) == spend(plain, window=window, by=by)
        assert spend(view, basis="effective") == spend(plain, basis="effective")
        assert unattributed(view, by=("provider", "tag.team")) == unattributed(plain, by=("provider", "tag.team"))
        assert usage(view, window=window) == usage(plain, window=window)
        if window is not None:
            assert price_effects(view, window, later) == price_effects(plain, window, later)
        assert without_measure(why(view, address)) == without_measure(why(plain, address))
        rows, same = (source_rows(one, address, limit=1000).rows for one in (view, plain))
        assert [(row.delivery, row.line, row.value, row.rule) for row in rows] == [
            (row.delivery, row.line, row.value, row.rule) for row in same
        ]


def without_measure(receipt: Any) -> Any:
    return [getattr(receipt, name) for name in receipt.__struct_fields__ if name != "measure"]
