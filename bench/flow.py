"""Flow: 9,000 issues with 23,520 changes as items and spans; ten million changes beside DuckDB's plain reading.

``--short``: a million changes; ``--long``: a hundred million. CPU seconds of all threads, the median of three to five,
both ways in turn on the same machine. What is worked out once a delivery is shown, and what a day's changes cost.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
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
"""Seconds for 9,000 issues: from facts in Parquet to all flow metrics."""

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
    """The size of one team's tracker: from its facts in Parquet, nothing kept, to every measure of flow.

    The floor is DuckDB taking the same rows over into Python, with nothing understood.
    """
    from northing.facts.connection import asking

    world, how = World(folder / "team"), _reading()
    world.bring("P", items=9_000, changes=23_520, each=3)
    files = [str(world.store.batch(file.batch)) for table in ("work", "transition")
             for file in world.facts.in_force.table(table)]  # fmt: skip
    _whole(world, how)
    runs, floors = [], []
    for _ in range(5):
        runs.append(_whole(world, how))
        start = time.process_time()
        for path in files:
            asking(world.store.folder.parent).execute(f"SELECT * FROM read_parquet('{path}')").fetchall()
        floors.append(time.process_time() - start)
    once, read, measured = (statistics.median(one[n] for one in runs) for n in range(3))
    sheet.within("9,000 issues with 23,520 changes: facts to all flow metrics, CPU",
                 statistics.median(sum(one) for one in runs), FULL)  # fmt: skip
    sheet.note("of this, worked out once a delivery", once)
    sheet.note("of this, items, spans and problems into memory", read)
    sheet.note("of this, the measures", measured)
    sheet.note("DuckDB taking the same rows into Python, CPU", statistics.median(floors))
    facts = world.facts
    sheet.note("the same again, kept in memory, wall", _wall(lambda: (facts.flow.items(how), facts.flow.spans(how))))
    _links(sheet, world)


def _whole(world: World, how: Any) -> tuple[float, float, float]:
    """CPU seconds of working out, of reading, and of all measures over two years."""
    import shutil

    from northing.facts import kept

    kept.ANSWERS.forget()
    shutil.rmtree(world.store.folder / "derived", ignore_errors=True)
    facts, marks = world.facts, [time.process_time()]
    worked = facts.flow.worked.worked(how)
    marks.append(time.process_time())
    items, spans, problems = facts.flow.items(how), facts.flow.spans(how), facts.flow.problems(how)
    marks.append(time.process_time())
    assert (len(items), len(worked.layers)) == (9_000, 1) and spans.rows > 23_520 and problems
    _measures(how, items, spans)
    marks.append(time.process_time())
    return marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]


def _measures(how: Any, items: list[Any], spans: Any) -> None:
    """What the Flow and the Time in state pages show."""
    from northing.measure.flow.ageing import ageing, total_age
    from northing.measure.flow.cumulative import cumulative
    from northing.measure.flow.cycle import scatter, spreads
    from northing.measure.flow.five import five
    from northing.measure.flow.little import little, rolling
    from northing.measure.flow.throughput import limits, throughput
    from northing.measure.flow.time_in_state import over_time, time_in_states
    from northing.measure.flow.work import work_of
    from northing.portfolio.flow import WorkflowPolicy
    from northing.portfolio.periods import Period

    work = work_of(WorkflowPolicy(id="p", name="Policy"), how, items, spans, now=START + 800 * DAY)
    window = Period(date(2025, 1, 1), date(2027, 1, 1))
    found = five(work, window)
    assert found.velocity.total and found.time.median and found.efficiency.share
    assert len(scatter(work, window).points) == len(found.time.items)
    assert limits(throughput(work, window, "week").counts).mean
    for measure in (spreads, cumulative, ageing, total_age, little, rolling, time_in_states, over_time):
        assert measure(work, window)


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
    """Answers from what was worked out once, beside DuckDB reading the columns of the facts that they depend on.

    Of each change its item, instant, field and new state; of each item its id and type: whoever answers from the facts
    reads these. What was worked out is smaller, and is read plainly too, for comparison.
    """
    from northing.facts import kept
    from northing.facts.connection import asking
    from northing.facts.flow_files import Folder

    world, how = World(folder / "scale"), _reading()
    world.bring("P", items=size // 4, changes=size, each=4)
    start = time.process_time()
    sheet.note("worked out once, wall", _wall(lambda: world.facts.flow.worked.worked(how)))
    sheet.note("the same, CPU", time.process_time() - start)
    _day_more(sheet, world, how)
    facts = world.facts
    layers = facts.flow.worked.worked(how).layers
    kept_files = [str(Folder(world.store, how.key).path / name) for layer in layers for name in layer.items]
    moves, works = (
        [str(world.store.batch(file.batch)) for file in facts.in_force.table(table)] for table in ("transition", "work")
    )
    start, end = START, START + 600 * DAY
    ask = asking(world.store.folder.parent)

    def facts_plainly() -> None:
        ask.execute(
            f'SELECT max(item), max("at"), max(field), max(now), count(*) FROM read_parquet({moves!r})'
        ).fetchall()
        ask.execute(f"SELECT max(item), max(type), count(*) FROM read_parquet({works!r})").fetchall()

    def kept_plainly() -> None:
        ask.execute(
            "SELECT max(started), max(finished), max(outcome), sum(counts), max(type), count(*)"
            f" FROM read_parquet({kept_files!r})"
        ).fetchall()

    def throughput() -> None:
        kept.ANSWERS.forget()
        facts.flow.throughput(how, start, end, ("type",))

    def percentiles() -> None:
        kept.ANSWERS.forget()
        facts.flow.percentiles(how, start, end, (50, 70, 85, 95))

    for what, work, limit in (("throughput by type", throughput, 2), ("cycle-time percentiles", percentiles, 4)):
        work()
        mine, peer = _in_turn(work, facts_plainly)
        # Of few rows the question's own fixed cost is most of it: the limit is about the full size.
        bound = limit if size >= CHANGES else 20 * limit
        sheet.against(f"{what}, CPU", mine[0], peer[0], bound, floor_name="the columns of the facts read plainly")
        sheet.note("the same, wall", mine[1])
        mine, peer = _in_turn(work, kept_plainly)
        sheet.against("the same, beside what is kept", mine[0], peer[0], bound, floor_name="its columns read plainly")


def _day_more(sheet: Sheet, world: World, how: Any) -> None:
    """A day's 400 changes of 100 items: what is worked out, written and read for them."""
    from northing.facts.flow_files import Folder

    def files() -> dict[Path, tuple[int, int]]:
        """Of facts, and of what they came to: how large each is, and when it was written."""
        found = {path: path.stat() for path in world.store.folder.rglob("*.parquet")}
        return {path: (one.st_size, one.st_mtime_ns) for path, one in found.items()}

    before = files()
    world.bring("P+day", items=100, changes=400, each=4, first=1_000)
    start = time.process_time()
    sheet.note("a day's 400 changes more, wall", _wall(lambda: world.facts.flow.worked.worked(how)))
    sheet.note("the same, CPU", time.process_time() - start)
    layers = world.facts.flow.worked.worked(how).layers
    after = files()
    sheet.within("items worked out again for it", layers[-1].worked, 100, unit="")
    sheet.within(
        "files of other days written for it", sum(after.get(path) != was for path, was in before.items()), 0, unit=""
    )
    worked_out = Folder(world.store, how.key).path
    written = sum(size for path, (size, _) in after.items() if path.parent == worked_out and path not in before)
    sheet.note("kilobytes written for it", written / 1024, unit="")


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
        words = {"SCOPE": scope, "FROM_ITEM": first, "START": START, "DAYS": DAY, "ITEMS": items, "CHANGES": changes,
                 "EACH": each}  # fmt: skip
        self.take(scope, {"work": WORK, "transition": MOVES}, words)

    def take(self, scope: str, tables: Mapping[str, str], words: Mapping[str, Any]) -> None:
        """A delivery of the rows of *tables*, each a query with *words* in it."""
        from northing.portfolio.facts import Delivery

        number = len(self.entities)
        batches = []
        for table, text in tables.items():
            for word, value in words.items():
                text = text.replace(word, str(value))
            batches.append(self._batch(table, text, scope))
        self.entities.append(
            Delivery(
                id=f"d{number}", source="s1", name=scope, input_sha256=f"{number:064}", reader="bench 1",
                received=f"2030-01-01T00:00:{number:02}+00:00", batches=tuple(batches),
                scopes={table: [scope] for table in tables},
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
