"""How long it takes until something happens: the help, a small command, a server that answers again.

Floors: the same Python starting and importing click, and Django set up with nothing of ours.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.measuring import Sheet

BIN = Path(sys.executable).parent
TIMES = 5


def spent(*command: str, home: str) -> float:
    """Median CPU seconds of the command and what it starts."""
    taken = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environment(home), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def environment(home: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
    return {**kept, "NORTHING_HOME": home}


def until_it_answers(home: str, port: int) -> float:
    """Wall seconds from the command to the first answer of the server."""
    began = time.perf_counter()
    server = subprocess.Popen(
        [BIN / "northing", "serve", "--port", str(port)],
        env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/alive", timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return time.perf_counter() - began
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    sheet = Sheet("Starting")
    northing = str(BIN / "northing")
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as home:
        subprocess.run([northing, "demo", "--no-serve"], env=environment(home), check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)  # fmt: skip
        python = str(BIN / "python")
        with_click = spent(python, "-c", "import click, msgspec", home=home)
        with_django = spent(python, "-m", "django", "version", home=home)
        help_ = spent(northing, "--help", home=home)
        sheet.within("northing --help, CPU", help_, 0.4)
        sheet.against(
            "northing --help against its two libraries", help_, with_click, 3, floor_name="import click, msgspec"
        )
        sheet.note("python -m django version, CPU", with_django)
        sheet.within("northing log, CPU", spent(northing, "log", "--limit", "10", home=home), 1.5)
        sheet.within("northing list investments, CPU", spent(northing, "list", "investments", home=home), 2)
        waits = [until_it_answers(home, 8390 + turn) for turn in range(TIMES)]
        sheet.within("serve until it answers, wall", statistics.median(waits), 4)
    sheet.show()
    return 1 if sheet.failed else 0


if __name__ == "__main__":
    sys.exit(main())
