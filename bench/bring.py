"""Bringing in the federal inventories, the whole command, beside the bare work: read the CSV, insert its rows.

Reads the real files in ``../shared/data``; says so and measures nothing where they are not. CPU seconds of the
command and what it starts, median of five, each on an empty workspace.
"""

from __future__ import annotations

import csv
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measuring import Sheet, cpu

NORTHING = str(Path(sys.executable).parent / "northing")
FOLDER = Path(__file__).parents[2] / "shared" / "data" / "us-federal-ai"
FILE_2024, FILE_2025 = FOLDER / "2024_use_cases_cp1252.csv", FOLDER / "2025_use_cases.csv"


def main() -> int:
    sheet = Sheet("Bringing in a file: CPU seconds of the whole command")
    if not FILE_2025.exists():
        print(f"Not measured: there is no {FILE_2025.name} beside the project.")
        return 0
    times = 1 if "--short" in sys.argv else 5
    floor = cpu(_bare, times=times)
    alone = _median(times, lambda home: _import(home, FILE_2025))
    sheet.within("the 2025 inventory, 3,611 rows", alone, 3)
    sheet.against("the same beside reading and inserting its rows bare", alone, floor, 60, floor_name="csv + sqlite")
    after = _median(times, lambda home: _import(home, FILE_2025), before=lambda home: _import(home, FILE_2024))
    sheet.within("the 2025 inventory after that of 2024", after, 3)
    again = _median(times, lambda home: _import(home, FILE_2025), before=lambda home: _import(home, FILE_2025))
    sheet.within("the 2025 inventory a second time, nothing new", again, 3)
    sheet.show()
    return 1 if sheet.failed else 0


def _bare() -> None:
    """What nobody can be without: each row parsed, and stored durably."""
    import pysqlite3.dbapi2 as sqlite

    with tempfile.TemporaryDirectory() as folder, FILE_2025.open(encoding="utf-8-sig", newline="") as file:
        table = sqlite.connect(Path(folder) / "bare.sqlite")
        table.execute("PRAGMA journal_mode=WAL")
        table.execute("PRAGMA synchronous=FULL")
        table.execute("CREATE TABLE rows (no INTEGER PRIMARY KEY, cells TEXT)")
        table.executemany("INSERT INTO rows (cells) VALUES (?)", (("\x1f".join(row),) for row in csv.reader(file)))
        table.commit()
        table.close()


def _median(times: int, work: Callable[[str], float], *, before: Callable[[str], float] | None = None) -> float:
    taken = []
    for _ in range(times):
        with tempfile.TemporaryDirectory(prefix="northing-bench-") as home:
            _run(home, "migrate")
            _run(
                home,
                "user",
                "add",
                "bench@example.org",
                "--workspace",
                "bench",
                "--password-stdin",
                said="bench-word-1",
            )
            if before is not None:
                before(home)
            taken.append(work(home))
    return statistics.median(taken)


def _import(home: str, file: Path) -> float:
    return _run(home, "import", "omb", str(file), "--yes")


def _run(home: str, *words: str, said: str = "") -> float:
    """CPU seconds, user and system."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [NORTHING, *words], env={**kept, "NORTHING_HOME": home}, input=said, text=True, check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
