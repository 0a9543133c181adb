"""The record: reading it, going back in it, branching, merging, committing, and many at it at once.

``python -m bench.record`` (``--short`` for a look in seconds). The floors are in ``floors``: they read or write
the same rows and columns with nothing but the driver and the decoder, under the same settings.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

SIZES = (1_000, 10_000, 100_000)
SHORT_SIZES = (1_000,)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.record")
    parser.add_argument("--short", action="store_true", help="one size, few repeats")
    parser.add_argument("--drag", metavar="WORKSPACE", help=argparse.SUPPRESS)
    parser.add_argument("--write", metavar="WORKSPACE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.drag:
        return drag(chosen.drag)
    if chosen.write:
        return two_write(chosen.write)
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as home:
        set_up(home)
        return measure(short=chosen.short)


def set_up(home: str) -> None:
    """Django on an empty record in *home*."""
    os.environ["NORTHING_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "northing.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(*, short: bool) -> int:
    from bench.measuring import Sheet

    sheet = Sheet("The record: CPU seconds, median of five; rates and waits by the clock")
    sizes = SHORT_SIZES if short else SIZES
    for size in sizes:
        reading(sheet, size)
    middle = sizes[min(1, len(sizes) - 1)]
    back(sheet, middle, 300 if short else 5_000)
    branch(sheet, sizes[-1])
    merging(sheet, 200 if short else 1_000)
    for size in sizes:
        committing(sheet, size, 40 if short else 200)
    writers(sheet, middle, 40 if short else 250)
    crowd(sheet, middle, 20 if short else 150)
    slider(sheet, middle, positions=40 if short else 200)
    sheet.show()
    return 1 if sheet.failed else 0


def actor(workspace: str) -> Any:
    from northing.access.actor import Actor

    return Actor("01890000-0000-7000-8000-000000000001", "owner", workspace, "Ana", "cli")


def filled(size: int) -> Any:
    """The record of an organisation of *size* entities, made once."""
    from bench.organisation import edits
    from northing.record import Record

    record = Record(f"bench-{size}")
    if record.head() == 0:
        record.commit(edits(size), on=0, by=actor(record.workspace), reason="Organisation")
    return record


def reading(sheet: Any, size: int) -> None:
    from bench import floors
    from bench.measuring import cpu
    from northing.record.plans import PLANS

    record = filled(size)
    cold = cpu(record.plan, before=PLANS.clear)
    floor = cpu(lambda: floors.read(record.workspace))
    sheet.against(f"{size} entities, cold", cold, floor, 2.0, floor_name="rows and decoder")
    if size == SIZES[-1]:
        sheet.within(f"{size} entities, cold", cold, 1.5)
    record.plan()
    sheet.within(f"{size} entities, from memory", cpu(lambda: [record.plan() for _ in range(20)]) / 20, 0.005)


def back(sheet: Any, size: int, revisions: int) -> None:
    """Reading the plan as it was many revisions ago costs about what reading today's costs."""
    from bench.measuring import cpu
    from northing.portfolio.edits import change
    from northing.record.plans import PLANS

    record = filled(size)
    ids = list(record.plan().investments)
    old = record.head()
    by = actor(record.workspace)
    for number in range(revisions):
        edit = change(
            "investment", ids[number % len(ids)], description=f"As of step {number}, the case stands as before."
        )
        record.commit([edit], on=None, by=by, reason="Step")
    newest = cpu(record.plan, before=PLANS.clear)
    oldest = cpu(lambda: record.plan(old), before=PLANS.clear)
    sheet.against(f"{revisions} revisions back ({size})", oldest, newest, 1.3, floor_name="newest")

    def step() -> None:
        record.plan(old + revisions // 2)

    def near() -> None:
        PLANS.clear()
        record.plan(old + revisions // 2 + 10)

    sheet.note("one position of the slider, ten revisions on", cpu(step, before=near))


def branch(sheet: Any, size: int) -> None:
    """A scenario that changes one investment in twenty, read cold with the plan under it."""
    from bench.measuring import cpu
    from northing.portfolio.edits import change
    from northing.record.plans import PLANS

    record = filled(size)
    by = actor(record.workspace)
    record.fork("scenario", by=by)
    ids = list(record.plan().investments)[::20]
    edits = [change("investment", id, category="Cut") for id in ids]
    record.commit(edits, on=None, by=by, reason="Cut", branch="scenario")
    main = cpu(record.plan, before=PLANS.clear)
    read = cpu(lambda: record.plan("scenario:scenario"), before=PLANS.clear)
    sheet.against(f"a branch of {size}, cold", read, main, 2.0, floor_name="the plan")


def merging(sheet: Any, investments: int) -> None:
    """Five fields each of many investments, merged over a plan in which the same investments have changed."""
    from bench.organisation import edits
    from northing.portfolio.edits import change
    from northing.record import Record

    taken = []
    for number in range(3):
        record = Record(f"bench-merge-{number}")
        by = actor(record.workspace)
        record.commit(edits(investments * 5 + 50), on=0, by=by, reason="Organisation")
        ids = list(record.plan().investments)[:investments]
        record.fork("s", by=by)
        mine = [
            change("investment", id, category="C", problem="P", benefits="B", external_id=f"X{n}", spend_class="run")
            for n, id in enumerate(ids)
        ]
        record.commit(mine, on=None, by=by, reason="Mine", branch="s")
        theirs = [change("investment", id, description="Changed meanwhile") for id in ids]
        record.commit(theirs, on=None, by=by, reason="Theirs")
        start = time.process_time()
        record.merge("s", by=by, reason="Both")
        taken.append(time.process_time() - start)
    sheet.within(f"a merge of {investments * 5} fields", statistics.median(taken), 1.0)


def committing(sheet: Any, size: int, times: int) -> None:
    """Commits one after the other, against the same rows written by the bare driver, each durable; by turns."""
    from bench import floors
    from northing.portfolio.edits import change

    record = filled(size)
    by = actor(record.workspace)
    ids = list(record.plan().investments)

    def ours(turn: int) -> None:
        for number in range(times):
            edit = change("investment", ids[(number * 7 + turn) % len(ids)], description=f"{turn} {number}")
            record.commit([edit], on=None, by=by, reason="Edit")

    bare = floors.Writer(Path(os.environ["NORTHING_HOME"]) / f"floor-{size}.sqlite", size)
    rates: dict[str, list[float]] = {"ours": [], "same rows": [], "one row": []}
    for turn in range(5):
        for name, work in (("ours", ours), ("same rows", bare.same_rows), ("one row", bare.one_row)):
            start = time.perf_counter()
            work(turn) if name == "ours" else work(times)  # type: ignore[operator]
            rates[name].append(times / (time.perf_counter() - start))
    bare.close()
    rate = {name: statistics.median(found) for name, found in rates.items()}
    sheet.at_least(f"commits ({size})", rate["ours"], rate["same rows"], 0.4, floor_name="bare durable, same rows")
    sheet.note(f"bare durable inserts of one row ({size})", rate["one row"], unit="/s")


def writers(sheet: Any, size: int, times: int) -> None:
    """Eight threads commit as fast as they can; how long the unluckiest waits."""
    record = filled(size)
    ids = list(record.plan().investments)
    start = time.perf_counter()
    waits = waits_of(record, ids, 8, times)
    took = time.perf_counter() - start
    sheet.note("eight writers, commits a second", len(waits) / took, unit="/s")
    sheet.note("eight writers, median wait", waits[len(waits) // 2])
    sheet.within("eight writers, worst wait", waits[-1], 0.2)


def waits_of(record: Any, ids: list[str], threads: int, times: int) -> list[float]:
    """How long each commit of *threads* threads took, each making *times* of them without pause, in order."""
    from django.db import connection

    from northing.portfolio.edits import change

    by = actor(record.workspace)
    waits: list[float] = []

    def writer(number: int) -> None:
        for step in range(times):
            start = time.perf_counter()
            edit = change("investment", ids[(number * 31 + step) % len(ids)], category=f"{os.getpid()} {number} {step}")
            record.commit([edit], on=None, by=by, reason="Eight")
            waits.append(time.perf_counter() - start)
        connection.close()

    running = [threading.Thread(target=writer, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sorted(waits)


def crowd(sheet: Any, size: int, times: int) -> None:
    """The same with two threads in each of four processes, which no queue in memory keeps in order."""
    record = filled(size)
    command = [sys.executable, "-m", "bench.record", "--write", f"{record.workspace}:{times}"]
    processes = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()  # it has read the plan
    start = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    waits = sorted(float(word) for process in processes for word in (process.communicate()[0] or "").split())
    took = time.perf_counter() - start
    if len(waits) != 8 * times:
        raise SystemExit("a process of the bench of writers failed")
    sheet.note("eight writers in four processes, commits a second", len(waits) / took, unit="/s")
    sheet.note("eight writers in four processes, median wait", waits[len(waits) // 2])
    sheet.within("eight writers in four processes, worst wait", waits[-1], 0.2)


def two_write(what: str) -> int:
    """One of the four: reads the plan, says so, waits for the word, and writes."""
    import django

    django.setup()
    from northing.record import Record

    workspace, _, times = what.rpartition(":")
    record = Record(workspace)
    ids = list(record.plan().investments)
    print("ready", flush=True)
    sys.stdin.readline()
    for wait in waits_of(record, ids[os.getpid() % 100 :], 2, int(times)):
        print(wait)
    return 0


def slider(sheet: Any, size: int, *, positions: int) -> None:
    """Four processes, each with its own memory; one drags a slider while the others look, and somebody writes."""
    from northing.portfolio.edits import change

    record = filled(size)
    by = actor(record.workspace)
    ids = list(record.plan().investments)
    command = [sys.executable, "-m", "bench.record", "--drag", f"{record.workspace}:{positions}"]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) for _ in range(4)
    ]
    number = 0
    while any(process.poll() is None for process in processes):
        record.commit(
            [change("investment", ids[number % len(ids)], problem=str(number))], on=None, by=by, reason="Meanwhile"
        )
        number += 1
        time.sleep(0.05)
    waits = sorted(float(word) for process in processes for word in (process.communicate()[0] or "").split())
    if len(waits) < 4 * positions:
        raise SystemExit("a process of the slider bench failed")
    sheet.note("four processes drag a slider, median", waits[len(waits) // 2])
    sheet.within("four processes drag a slider, 95 of 100", waits[int(len(waits) * 0.95)], 0.1)


def drag(what: str) -> int:
    """One of the four: goes from revision to revision as a dragged slider does, and back to the newest at times."""
    import django

    django.setup()
    from northing.record import Record

    workspace, _, positions = what.rpartition(":")
    record = Record(workspace)
    head = record.head()
    dice = random.Random(os.getpid())
    at = head // 2
    record.plan(at)
    for _ in range(int(positions)):
        at = max(1, min(head, at + dice.choice((-9, -4, -1, 1, 4, 9, 30))))
        start = time.perf_counter()
        plan = record.plan(at)
        len(plan.investments)
        if dice.random() < 0.1:
            record.plan()
        print(time.perf_counter() - start)
    return 0


if __name__ == "__main__":
    sys.exit(main())
