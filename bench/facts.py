"""Facts, against DuckDB's own work on the same rows in the same run: taking a bill in, adding up, looking at 90 days.

The rows are made up, and large enough to matter: a million lines of a FOCUS bill, five million of three years
(``--short``: a tenth; ``--long``: fifty million). CPU seconds of all threads, the median of three, both ways in turn on
the same machine; wall time is shown and has no limit, because it depends on who else is at work.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.measuring import Sheet

TIMES = 3
LINES = 5_000_000
BILL = 1_000_000
MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(36)]
SPANS = (*MONTHS, date(2027, 1, 1))
RECENT = (date(2026, 10, 3), date(2027, 1, 1))
"""The last 90 days."""

FOCUS = """
SELECT round((i * 7919 % 100000) / 1000.0, 6)::DECIMAL(18, 6) AS BilledCost, round((i * 104729 % 100000) / 1000.0, 6)::DECIMAL(18, 6) AS EffectiveCost,
  round((i * 1299709 % 100000) / 900.0, 6)::DECIMAL(18, 6) AS ListCost, round((i * 1299709 % 100000) / 950.0, 6)::DECIMAL(18, 6) AS ContractedCost,
  'USD' AS BillingCurrency, '1234567890123' AS BillingAccountId, 'Fenmarch Cloud' AS BillingAccountName,
  '2026-03-01 00:00:00' AS BillingPeriodStart, '2026-04-01 00:00:00' AS BillingPeriodEnd,
  strftime(TIMESTAMP '2026-03-01' + to_hours((i % 744)::INT), '%Y-%m-%d %H:%M:%S') AS ChargePeriodStart,
  strftime(TIMESTAMP '2026-03-01' + to_hours((i % 744 + 1)::INT), '%Y-%m-%d %H:%M:%S') AS ChargePeriodEnd,
  'Usage' AS ChargeCategory, NULL AS ChargeClass, 'Usage-Based' AS ChargeFrequency,
  '$' || (i % 90 / 100.0)::VARCHAR || ' per 1,000 requests of service ' || (i % 60) || ' in region ' || (i % 12) AS ChargeDescription,
  (i % 1000)::DECIMAL(18, 4) AS ConsumedQuantity, 'Requests' AS ConsumedUnit, 'Standard' AS PricingCategory,
  (i % 1000)::DECIMAL(18, 4) AS PricingQuantity, 'Requests' AS PricingUnit, 'AWS' AS ProviderName, 'Amazon Web Services, Inc.' AS PublisherName,
  'Amazon Web Services, Inc.' AS InvoiceIssuerName, 'us-west-' || (i % 3) AS RegionId, 'US West ' || (i % 3) AS RegionName,
  'arn:aws:service' || (i % 60) || ':us-west-2:' || (i % 300) || ':resource/' || (i % 20000) AS ResourceId,
  CASE WHEN i % 3 = 0 THEN 'resource ' || (i % 20000) END AS ResourceName, 'Resource' AS ResourceType,
  CASE WHEN i % 9 = 0 THEN 'AI and Machine Learning' ELSE 'Compute' END AS ServiceCategory, 'Service number ' || (i % 60) AS ServiceName,
  'SKU' || (i % 500) AS SkuId, 'SKU' || (i % 500) || '.PRICE' || (i % 900) AS SkuPriceId, (100000000000 + i % 300)::VARCHAR AS SubAccountId,
  'Account ' || (i % 300) AS SubAccountName,
  CASE WHEN i % 4 = 0 THEN '{"application": "app' || (i % 40) || '", "environment": "prod", "project": "p' || (i % 25) || '"}' END AS Tags
FROM range(ROWS) t(i)
"""
COST = """
SELECT 's1' AS source, '1001|MONTH' AS scope, i + 1 AS line, DATE 'DAY' + (i % DAYS)::INT AS day, NULL::DATE AS until, DATE 'DAY' AS billing_period,
  ((i * 7919 + MONTHNO) % 1000000 / 1000.0)::DECIMAL(24, 12) AS billed, ((i * 7919) % 1000000 / 1100.0)::DECIMAL(24, 12) AS effective,
  NULL::DECIMAL(24, 12) AS list_cost, CASE WHEN i % 11 = 0 THEN 'USD' ELSE 'EUR' END AS currency, (100 + i % 300)::VARCHAR AS account,
  'Account ' || (i % 300) AS account_name, NULL AS sub_account, NULL AS sub_account_name, 'AWS' AS provider, 'Compute' AS category, NULL AS subcategory,
  'Service ' || (i * 31 % 60) AS service, 'r' || (i * 17 % 200000) AS resource, NULL AS resource_name, 'SKU' || (i % 500) AS sku,
  'eu-' || (i % 5) AS region, 'Usage' AS charge_category, NULL AS charge_class, NULL AS description, 1::DECIMAL(24, 12) AS quantity,
  'h' AS unit, NULL AS project, NULL AS cost_center, NULL AS order_ref, NULL AS person, NULL AS role, NULL AS team, NULL AS expense, NULL AS kind,
  i % 9 = 0 AS ai, NULL AS price_basis, '{"project": "p' || (i * 13 % 25) || '", "env": "prod"}' AS tags
FROM range(ROWS) t(i)
"""


def main() -> int:
    _django()
    size = LINES // 10 if "--short" in sys.argv else LINES * 10 if "--long" in sys.argv else LINES
    sheet = Sheet(
        f"Facts, beside DuckDB's own work on the same rows (CPU seconds of all threads; {size:,} lines of cost)"
    )
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as folder:
        _take_in(sheet, Path(folder), BILL // 4 if "--short" in sys.argv else BILL)
        _ask(sheet, Path(folder), size)
    sheet.show()
    return 1 if sheet.failed else 0


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "northing.settings")
    if "NORTHING_HOME" not in os.environ:
        os.environ["NORTHING_HOME"] = home = tempfile.mkdtemp(prefix="northing-bench-home-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    import django

    django.setup()


def _take_in(sheet: Sheet, folder: Path, rows: int) -> None:
    """A FOCUS bill as CSV: into facts, and by DuckDB alone into one Parquet file."""
    import duckdb

    from northing.facts.staging import stage
    from northing.facts.store import Store
    from northing.portfolio.fact_reading import About
    from northing.portfolio.facts import Source
    from northing.portfolio.plan import Plan
    from northing.sources.facts import READERS

    bill, source = folder / "bill.csv", Source(id="s1", name="Bill", reader="focus")
    duckdb.connect().execute(f"COPY ({FOCUS.replace('ROWS', str(rows))}) TO '{bill}' (FORMAT csv, HEADER)")
    number = iter(range(100))

    def ours() -> None:
        store = Store("bench", folder=folder / f"in{next(number)}")
        about = About(source=source, name="bill.csv", hide=str)
        staged = stage(
            store, Plan.of("bench", "main", 0, [source]), source, READERS["focus"], _pages(bill), name="bill.csv",
            about=about, received=datetime.now(UTC),
        )  # fmt: skip
        assert (staged.rows_in, staged.refused) == (rows, 0)

    def theirs() -> None:
        duckdb.connect().execute(
            f"COPY (FROM read_csv('{bill}')) TO '{folder / 'bill.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        )

    mine, peer = _in_turn(ours, theirs)
    octets = bill.stat().st_size / 1e6
    name = f"a FOCUS bill of {rows:,} lines ({octets:,.0f} MB of CSV) into facts"
    sheet.against(f"{name}, CPU", mine[0], peer[0], 2, floor_name="DuckDB: CSV to Parquet")
    sheet.note("the same, wall", mine[1])
    sheet.note("DuckDB: CSV to Parquet, wall", peer[1])
    bill.unlink()


def _ask(sheet: Sheet, folder: Path, size: int) -> None:
    """Sums over three years of lines, and over the last ninety days of them."""
    from northing.facts import kept
    from northing.facts.asking import Fold
    from northing.facts.connection import asking
    from northing.facts.engine import FactsAt

    store, plan = _years(folder, size)
    facts = FactsAt(store, plan)
    files = [str(store.batch(file.batch)) for file in facts.in_force.table("cost")]
    fold = Fold(table="cost", sums=("billed",), by=("currency",), spans=SPANS)

    def ours() -> None:
        kept.ANSWERS.forget()
        facts.fold(fold)

    def plainly() -> None:
        asking(store.folder.parent).execute(
            "SELECT max(day), max(currency), max(account), max(service), max(tags), sum(billed), count(*)"
            f" FROM read_parquet({files!r}, hive_partitioning = false)"
        ).fetchall()

    ours()
    mine, peer = _in_turn(ours, plainly)
    what = "spend by month and investment, 40 rules over account, service and tag"
    # Of few rows the question's own fixed cost is most of it: the limit is about the full size.
    sheet.against(
        f"{what}, CPU", mine[0], peer[0], 2 if size >= LINES else 20, floor_name="the same columns read plainly"
    )
    sheet.note("the same, wall", mine[1])
    sheet.note("the same again, kept in memory, wall", _wall(lambda: facts.fold(fold)))

    recent = Fold(table="cost", sums=("billed",), by=("currency", "service"), spans=RECENT)
    ran: list[Any] = []
    real = FactsAt._run
    FactsAt._run = lambda self, tree: (ran.append(tree.copy()), real(self, tree))[1]  # type: ignore[method-assign]
    kept.ANSWERS.forget()
    facts.fold(recent)
    FactsAt._run = real  # type: ignore[method-assign]
    read, needed, others, total = _row_groups(store, files, ran[0].sql(dialect="duckdb"))
    sheet.note(f"row groups of {len(files)} files", total, unit="")
    sheet.within("row groups read for the last 90 days", read, needed, unit="")
    sheet.within("of these, of other years", others, 0, unit="")

    def last() -> None:
        kept.ANSWERS.forget()
        facts.fold(recent)

    sheet.note("the last 90 days by service and investment, wall", statistics.median(_wall(last) for _ in range(TIMES)))


def _years(folder: Path, size: int) -> tuple[Any, Any]:
    """A store with a delivery a month for three years, and a plan with forty rules."""
    from calendar import monthrange

    import duckdb

    from northing.facts.landing import ROW_GROUP, read_back
    from northing.facts.store import Store, sha256_of
    from northing.portfolio import facts as known
    from northing.portfolio.facts import AttributionRule, Batch, Delivery, Source
    from northing.portfolio.investment import Investment
    from northing.portfolio.plan import Plan

    store, entities = Store("years", folder=folder / "facts"), []
    connection = duckdb.connect()
    for number, first in enumerate(MONTHS):
        month, draft = f"{first:%Y-%m}", folder / "draft.parquet"
        rows = COST.replace("DAYS", str(monthrange(first.year, first.month)[1])).replace("DAY", first.isoformat())
        rows = rows.replace("MONTHNO", str(number)).replace("MONTH", month).replace("ROWS", str(size // len(MONTHS)))
        connection.execute(
            f"COPY ({rows} ORDER BY day, line) TO '{draft}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        found, sha256 = read_back(connection, known.COST, month, draft), sha256_of(draft)
        batch = Batch(
            table="cost", month=month, sha256=sha256, rows=found.rows, octets=draft.stat().st_size, start=found.start,
            end=found.end, scopes=found.scopes,
        )  # fmt: skip
        store.keep(draft, store.batch(batch))
        entities.append(
            Delivery(
                id=f"d{number}", source="s1", name=month, input_sha256=sha256, reader="bench 1", received=month,
                scopes={"cost": list(found.scopes)}, batches=(batch,),
            )
        )  # fmt: skip
    rules = [
        AttributionRule(
            id=f"r{number:02}", investment=f"i{number % 12}", share=Decimal("0.5") if number % 4 == 0 else Decimal(1),
            where=(f"account = {100 + number * 7}", f"tag.project = p{number % 25} and not account = 3", f"service = 'Service {number}'")[number % 3],
        )
        for number in range(40)
    ]  # fmt: skip
    plan: list[Any] = [Source(id="s1", name="Bill", reader="focus"), *entities, *rules]
    return store, Plan.of("years", "main", 1, [*plan, *(Investment(id=f"i{n}", name=f"I{n}") for n in range(12))])


def _row_groups(store: Any, files: list[str], sql: str) -> tuple[int, int, int, int]:
    """(read, holding days of the span, of other years, in all files), as the engine's own profile and the files say."""
    from northing.facts.connection import asking

    cursor = asking(store.folder.parent)
    told = cursor.execute(
        "SELECT file_name, row_group_id, any_value(row_group_num_rows), min(stats_min_value), max(stats_max_value)"
        f" FROM parquet_metadata({files!r}) WHERE path_in_schema = 'day' GROUP BY file_name, row_group_id"
    ).fetchall()
    inside = [row for row in told if str(RECENT[0]) <= row[4] and row[3] < str(RECENT[1])]
    named = [path for path in files if path in sql]
    others = [row for row in told if row[0] in named and row[4] < f"{RECENT[0].year}-01-01"]
    profile = json.loads(cursor.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sql}").fetchall()[0][1])
    read = sum(node.get("row_groups_scanned", 0) for node in _nodes(profile["operator"]))
    return read, len(inside), len(others), len(told)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.get("children", []):
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _in_turn(
    ours: Callable[[], object], theirs: Callable[[], object]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The median CPU and wall seconds of both, run one after the other so that the machine's load meets both."""
    taken: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for _ in range(TIMES):
        for work, into in zip((ours, theirs), taken, strict=True):
            cpu, wall = time.process_time(), time.perf_counter()
            work()
            into.append((time.process_time() - cpu, time.perf_counter() - wall))
    mine, peer = (
        (statistics.median(one[0] for one in runs), statistics.median(one[1] for one in runs)) for runs in taken
    )
    return mine, peer


def _wall(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _pages(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while page := file.read(1024 * 1024):
            yield page


if __name__ == "__main__":
    sys.exit(main())
