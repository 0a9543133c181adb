"""Delivery: DORA's five of a hundred thousand deployments with a pull request each, from facts in Parquet.

``--short``: ten thousand; ``--long``: a million. CPU seconds of all threads, and by what they go on. The floor is
DuckDB taking the same columns over into Python, with nothing understood.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.facts import _django
from bench.flow import DAY, START, World
from bench.measuring import Sheet

SIZE = 100_000
SERVICES = 50
TIMES = 3
HEAD = "'s1' AS source, 'P' AS scope, n + 1 AS line, CAST('2025-01-01' AS date) + (n * 600 // SIZE)::INT AS day"
AT = "make_timestamp(START + NUMBER * 600 * DAYS // SIZE + MINUTES * 60000000::BIGINT)"


def _at(minutes: int, number: str = "n") -> str:
    """So many minutes after the beginning of what has this number."""
    return AT.replace("MINUTES", str(minutes)).replace("NUMBER", number)


TABLES = {
    "deployment": f"""
SELECT {HEAD}, 'd' || n AS deployment, 'm' || n AS "commit", 'd' || n AS id, 'Deploy ' || n AS name,
  'service-' || (n % SERVICES) AS service, NULL::VARCHAR AS pipeline, 'production' AS environment,
  CASE WHEN n % 21 = 0 THEN 'failure' ELSE 'success' END AS result, CASE WHEN n % 40 = 1 THEN 'hotfix' END AS kind,
  {_at(600)} AS started, {_at(610)} AS finished, CASE WHEN n >= SERVICES THEN 'm' || (n - SERVICES) END AS before,
  NULL::VARCHAR AS tags
FROM range(SIZE) t(n)
""",
    "shipped": f"""
SELECT {HEAD}, 'm' || (n - SERVICES) AS older, 'm' || n AS newer, 'm' || n AS "commit", {_at(60)} AS committed,
  'service-' || (n % SERVICES) AS service
FROM range(SERVICES, SIZE) t(n)
""",
    "incident": f"""
SELECT {HEAD}, 'x' || n AS incident, 'INC-' || n AS key, 'Down' AS title, NULL::VARCHAR AS url,
  'service-' || (n % SERVICES) AS service, NULL::VARCHAR AS project, NULL::VARCHAR AS severity, {_at(700)} AS began,
  {_at(800)} AS restored, 'd' || n AS deployment, NULL::VARCHAR AS "commit", NULL::VARCHAR AS tags
FROM range(7, SIZE, 31) t(n)
""",
    "work": f"""
SELECT {HEAD}, 'p' || n AS item, 'P-' || n AS key, 'Pull ' || n AS title, NULL::VARCHAR AS url, 'P' AS project,
  NULL::VARCHAR AS team, 'pull request' AS type, 'item' AS level, NULL::VARCHAR AS parent, NULL::VARCHAR AS epic,
  NULL::VARCHAR AS state, {_at(100)} AS created, 'ana' AS author, 'whole' AS history
FROM range(SIZE) t(n)
""",
    "transition": f"""
SELECT {HEAD.replace("n *", "n // 3 *")}, CASE n % 3 WHEN 0 THEN {_at(60, "(n // 3)")} WHEN 1 THEN {_at(200, "(n // 3)")}
    ELSE {_at(300, "(n // 3)")} END AS "at", 'p' || (n // 3) AS item,
  'c' || n AS change, n AS sequence, ['commit', 'review', 'merge'][(n % 3 + 1)::INT] AS field, NULL::VARCHAR AS was,
  'm' || (n // 3) AS now, NULL::VARCHAR AS was_id, NULL::VARCHAR AS now_id, 'ben' AS actor, 'P' AS project
FROM range(3 * SIZE) t(n)
""",
}


def main() -> int:
    _django()
    size = SIZE // 10 if "--short" in sys.argv else SIZE * 10 if "--long" in sys.argv else SIZE
    sheet = Sheet(f"Delivery: the five of {size:,} deployments with a pull request each (CPU seconds of all threads)")
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as folder:
        world = World(Path(folder) / "delivery")
        world.take("P", TABLES, {"SIZE": size, "SERVICES": SERVICES, "START": START, "DAYS": DAY})
        runs = [_whole(world, size) for _ in range(TIMES if size <= SIZE else 1)]
        read, known, told = (statistics.median(one[n] for one in runs) for n in range(3))
        floor = statistics.median(_floor(world) for _ in runs)
    sheet.note("from facts to the five of fifty services, nothing kept", read + known + told)
    sheet.note("of this, rows into memory", read)
    sheet.note("of this, what is known of each service", known)
    sheet.note("of this, the five over two years and in 24 months", told)
    sheet.note("DuckDB taking the same columns into Python", floor)
    sheet.show()
    return 0


def _whole(world: World, size: int) -> tuple[float, float, float]:
    from northing.facts import kept
    from northing.measure.delivery.delivered import delivered
    from northing.measure.delivery.five import five
    from northing.measure.delivery.rows import rows_of
    from northing.measure.delivery.rules import Rules
    from northing.measure.flow.work import periods
    from northing.portfolio.periods import Period

    kept.ANSWERS.forget()
    window = Period(date(2025, 1, 1), date(2027, 1, 1))
    marks = [time.process_time()]
    rows = rows_of(world.facts)
    marks.append(time.process_time())
    found = delivered(rows, Rules())
    marks.append(time.process_time())
    now = START + 800 * DAY
    fives = [five(found, service, window, now) for service in found.services.values()]
    for month in periods(window, "month"):
        for service in found.services.values():
            five(found, service, month, now)
    marks.append(time.process_time())
    assert len(rows.deployments) == size and len(rows.pulls) == size and len(rows.changes) == 3 * size
    assert len(fives) == SERVICES and all(one.lead_time.median and one.fail_rate.share for one in fives)
    return marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]


def _floor(world: World) -> float:
    from northing.facts.connection import asking
    from northing.measure.delivery import rows

    columns = {"deployment": rows.DEPLOYMENT, "shipped": rows.SHIPPED, "incident": rows.INCIDENT, "work": rows.PULL,
               "transition": rows.CHANGE}  # fmt: skip
    start = time.process_time()
    for table, names in columns.items():
        files: list[Any] = [str(world.store.batch(file.batch)) for file in world.facts.in_force.table(table)]
        told = ", ".join(f'"{name}"' for name in names)
        asking(world.store.folder.parent).execute(f"SELECT {told} FROM read_parquet({files!r})").fetchall()
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
