"""Flow: 9,000 issues with 23,520 changes as items and spans; ten million changes beside DuckDB's plain reading.

``--short``: a million changes; ``--long``: a hundred million. CPU seconds of all threads, the median of three, both
ways in turn on the same machine. What is worked out once a delivery is shown, and so is what a day's changes cost.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.facts import _django, _in_turn, _wall
from bench.measuring import Sheet

CHANGES = 10_000_000
START = 1_735_689_600_000_000
"""1 January 2025, in microseconds."""
DAY = 86_400_000_000
LINKS = 60
SERVED = 0.5
"""Seconds in which a page has to know what its items serve."""
FULL = 0.3
"""Seconds for 9,000 issues, of the issue's whole budget for all flow metrics."""

WORK = """
SELECT 's1' AS source, 'SCOPE' AS scope, i + 1 AS line, CAST('2025-01-01' AS date) + (i % 700)::INT AS day, 'i' || (FROM_ITEM + i) AS item,
  'P-' || (FROM_ITEM + i) AS key, 'Title ' || i AS title, NULL AS url, 'P' || (i % 20) AS project, 'T' || (i % 8) AS team,
  CASE WHEN i % 3 = 0 THEN 'Bug' ELSE 'Story' END AS type, 'item' AS level, NULL AS parent, NULL AS epic, 'Done' AS state,
  NULL AS category, NULL AS resolution, make_timestamp(START + (i % 700) * DAYS + i % 80000 * 1000000) AS created,
  NULL::TIMESTAMP AS updated, NULL::TIMESTAMP AS resolved, NULL::DATE AS due, NULL AS priority, NULL AS sprint,
  (i % 8)::DECIMAL(24, 12) AS points, NULL AS author, NULL AS assignee, NULL::BOOLEAN AS blocked, NULL::BOOLEAN AS deleted,
  'whole' AS history, NULL AS tags
FROM range(ITEMS) t(i)
"""
MOVES = """
SELECT 's1' AS source, 'SCOPE' AS scope, n + 1 AS line,
  CAST('2025-01-01' AS date) + (n // EACH % 700 + n % EACH * 3)::INT AS day,
  make_timestamp(START + (n // EACH % 700 + n % EACH * 3) * DAYS + n // EACH % 80000 * 1000000 + (n * 7919 % 86000) * 1000000) AS at,
  'i' || (FROM_ITEM + n // EACH) AS item, 'SCOPE' || n AS change, n AS sequence, 'state' AS field,
  ['To do', 'Doing', 'Review', 'Done'][(n % EACH + 1)::INT] AS was, ['Doing', 'Review', 'Done', 'Closed'][(n % EACH + 1)::INT] AS now,
  NULL AS was_id, NULL AS now_id, NULL AS actor, 'P' AS project
FROM range(CHANGES) t(n)
"""


def main() -> int:
    _django()
    size = CHANGES // 10 if "--short" in sys.argv else CHANGES * 10 if "--long" in sys.argv else CHANGES
    sheet = Sheet(f"Flow, beside DuckDB's plain reading (CPU seconds of all threads; {size:,} changes)")
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as folder:
        _team(sheet, Path(folder))
        _scale(sheet, Path(folder), size)
    sheet.show()
    return 1 if sheet.failed else 0


def _team(sheet: Sheet, folder: Path) -> None:
    """The size of one team's tracker, from nothing kept to items and spans in memory."""
    import shutil

    from northing.facts import kept

    world = World(folder / "team")
    world.bring("P", items=9_000, changes=23_520, each=3)
    facts, how = world.facts, _reading()
    taken = []
    for _ in range(3):
        kept.ANSWERS.forget()
        shutil.rmtree(world.store.folder / "derived", ignore_errors=True)
        start = time.process_time()
        worked = facts.flow.worked.worked(how)
        middle = time.process_time()
        items, spans = facts.flow.items(how), facts.flow.spans(how)
        taken.append((time.process_time() - middle, middle - start))
        assert (len(items), len(worked.layers)) == (9_000, 1) and len(spans) > 23_520
    asked, once = (statistics.median(one[n] for one in taken) for n in (0, 1))
    sheet.within("9,000 issues with 23,520 changes: items and spans, CPU", asked, FULL)
    sheet.note("the same, worked out once a delivery, CPU", once)
    sheet.note("the same again, kept in memory, wall", _wall(lambda: (facts.flow.items(how), facts.flow.spans(how))))
    _links(sheet, world)


def _links(sheet: Sheet, world: World) -> None:
    """Whose each of these items is by sixty links, and what one more would claim."""
    from northing.facts import kept
    from northing.portfolio.flow import WorkLink

    links = [
        WorkLink(id=f"l{n:03}", where=f"project = P{n % 20} and team = T{n % 8}", investment=f"i{n}")
        for n in range(LINKS)
    ]
    world.entities.extend(links)
    facts, more = (
        world.facts,
        WorkLink(id="more", where="type = Bug and project in (P1, P2)", investment="i1", precedence=1),
    )
    taken = []
    for _ in range(3):
        kept.ANSWERS.forget()
        start = time.process_time()
        assert len(facts.whose()) == 9_000
        middle = time.process_time()
        assert facts.preview_link(more).taken()
        taken.append((middle - start, time.process_time() - middle))
    served, previewed = (statistics.median(one[n] for one in taken) for n in (0, 1))
    sheet.within("whose 9,000 items are, by sixty links, CPU", served, SERVED)
    sheet.within("what one more link would claim of them, CPU", previewed, SERVED)
    sheet.note("whose they are again, kept in memory, wall", _wall(facts.whose))


def _scale(sheet: Sheet, folder: Path, size: int) -> None:
    from northing.facts import kept
    from northing.facts.connection import asking
    from northing.facts.flow_files import Folder

    world, how = World(folder / "scale"), _reading()
    world.bring("P", items=size // 4, changes=size, each=4)
    sheet.note("worked out once, wall", _wall(lambda: world.facts.flow.worked.worked(how)))
    world.bring("P+day", items=100, changes=400, each=4, first=1_000)
    sheet.note("a day's 400 changes more, wall", _wall(lambda: world.facts.flow.worked.worked(how)))
    facts = world.facts
    layers = facts.flow.worked.worked(how).layers
    sheet.within("items worked out again for it", layers[-1].worked, 100, unit="")
    files = [str(Folder(world.store, how.key).path / layer.items) for layer in layers]
    start, end = START, START + 600 * DAY

    def plainly() -> None:
        asking(world.store.folder.parent).execute(
            f"SELECT max(started), max(finished), max(outcome), sum(counts), max(type), count(*) FROM read_parquet({files!r})"
        ).fetchall()

    def throughput() -> None:
        kept.ANSWERS.forget()
        facts.flow.throughput(how, start, end, ("type",))

    def percentiles() -> None:
        kept.ANSWERS.forget()
        facts.flow.percentiles(how, start, end, (50, 70, 85, 95))

    for what, work, limit in (("throughput by type", throughput, 2), ("cycle-time percentiles", percentiles, 4)):
        work()
        mine, peer = _in_turn(work, plainly)
        # Of few rows the question's own fixed cost is most of it: the limit is about the full size.
        bound = limit if size >= CHANGES else 20 * limit
        sheet.against(f"{what}, CPU", mine[0], peer[0], bound, floor_name="the same columns read plainly")
        sheet.note("the same, wall", mine[1])


def _reading() -> Any:
    from northing.facts.flow_asking import State, reading
    from northing.portfolio.flow import Phase

    phases = (("To do", Phase.BACKLOG), ("Doing", Phase.ACTIVE), ("Review", Phase.WAIT), ("Done", Phase.DONE),
              ("Closed", Phase.DONE))  # fmt: skip
    return reading(states=tuple(State(name.lower(), phase, n, name) for n, (name, phase) in enumerate(phases)))


class World:
    """A store, and deliveries of made-up work in it."""

    def __init__(self, folder: Path) -> None:
        from northing.facts.store import Store
        from northing.portfolio.facts import Source

        self.folder, self.store = folder, Store("bench", folder=folder)
        self.entities: list[Any] = [Source(id="s1", name="Tracker", reader="jira")]

    @property
    def facts(self) -> Any:
        from northing.facts.engine import FactsAt
        from northing.portfolio.plan import Plan

        return FactsAt(self.store, Plan.of("bench", "main", len(self.entities), self.entities))

    def bring(self, scope: str, *, items: int, changes: int, each: int, first: int = 0) -> None:
        """A delivery: *items* from number *first* on, *each* changes of an item one after the other."""
        from northing.portfolio.facts import Delivery

        number = len(self.entities)
        batches = []
        for table, text in (("work", WORK), ("transition", MOVES)):
            for word, value in (("SCOPE", scope), ("FROM_ITEM", first), ("START", START), ("DAYS", DAY),
                                ("ITEMS", items), ("CHANGES", changes), ("EACH", each)):  # fmt: skip
                text = text.replace(word, str(value))
            batches.append(self._batch(table, text, scope))
        self.entities.append(
            Delivery(
                id=f"d{number}", source="s1", name=scope, input_sha256=f"{number:064}", reader="bench 1",
                received=f"2030-01-01T00:00:{number:02}+00:00", batches=tuple(batches),
                scopes={"work": [scope], "transition": [scope]},
            )
        )  # fmt: skip

    def _batch(self, table: str, rows: str, scope: str) -> Any:
        import duckdb

        from northing.facts.landing import ROW_GROUP
        from northing.facts.store import sha256_of
        from northing.portfolio.facts import Batch

        self.folder.mkdir(parents=True, exist_ok=True)
        draft, connection = self.folder / "draft.parquet", duckdb.connect()
        connection.execute(f"COPY ({rows}) TO '{draft}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})")
        (count,) = connection.execute(f"SELECT count(*) FROM '{draft}'").fetchall()[0]
        batch = Batch(
            table=table, month="2025-01", sha256=sha256_of(draft), rows=count, octets=draft.stat().st_size,
            start=date(2025, 1, 1), end=date(2029, 1, 1), scopes=(scope,),
        )  # fmt: skip
        self.store.keep(draft, self.store.batch(batch))
        return batch


if __name__ == "__main__":
    sys.exit(main())
