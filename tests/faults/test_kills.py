"""Writers are killed at random moments, in write, sync and checkpoint: nothing that was acknowledged is lost.

The parent notes each acknowledgement before the writer may go on to its next write. After each round a fresh
process asks: is every noted revision there with the hash that was told, does the chain verify, is anything
half there?
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


class Nursery:
    """The process that forks writers (``writing.py``), and what was noted of them."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.noted = folder / "noted"
        self.noted.touch()
        self._lock = threading.Lock()
        home = folder / "home"
        home.mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NORTHING_")}
        environment |= {
            "NORTHING_HOME": str(home),
            "NORTHING_DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "northing.settings",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writing", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def ask(self, command: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def start(self, name: str, seed: int) -> Writer:
        return Writer(self, name, seed)

    def note(self, line: str) -> None:
        with self._lock, self.noted.open("a") as file:
            file.write(line)

    def check(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(f"check {self.noted}")
        return found

    def end(self) -> None:
        self.process.communicate(timeout=30)


class Writer:
    """One writer, listened to by a thread until it is dead."""

    def __init__(self, nursery: Nursery, name: str, seed: int) -> None:
        self.count = 0
        ack, go = nursery.folder / f"{name}.ack", nursery.folder / f"{name}.go"
        for path in (ack, go):
            os.mkfifo(path)
        self.pid: int = nursery.ask(f"writer {name} {seed}")

        def listen() -> None:
            with ack.open() as told, go.open("wb", buffering=0) as answer:
                for line in told:
                    if not line.endswith("\n"):
                        break  # killed while telling: it was never told
                    nursery.note(line)
                    self.count += 1
                    try:
                        answer.write(b"+")
                    except BrokenPipeError:
                        break
            ack.unlink()
            go.unlink()

        self.thread = threading.Thread(target=listen)
        self.thread.start()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()


def rounds(nursery: Nursery, count: int, seed: int) -> int:
    """*count* rounds of two writers, killed one after the other; how many acknowledgements were noted."""
    dice = random.Random(seed)
    for number in range(count):
        writers = [nursery.start(f"{number}-{which}", dice.randrange(10**6)) for which in range(2)]
        until = time.monotonic() + 30
        while not all(writer.count for writer in writers) and time.monotonic() < until:
            time.sleep(0.001)
        for writer in writers:
            time.sleep(dice.uniform(0, 0.1))
            writer.kill()
        sound(nursery.check())
    return len(nursery.noted.read_text().splitlines())


def sound(found: dict[str, Any]) -> None:
    assert found["lost"] == []
    assert found["findings"] == []
    assert found["integrity"] == "ok"
    assert found["readable"]
    assert found["there"] >= found["noted"]


@pytest.fixture
def nursery(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Nursery]:
    database = ""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        database = server.create(f"kills{os.getpid()}_{time.monotonic_ns() % 10**6}")
    made = Nursery(tmp_path, database)
    assert made.ask("prepare") == 1
    yield made
    made.end()


BOTH = pytest.mark.parametrize("nursery", ["sqlite", "postgres"], indirect=True)


@BOTH
def test_kills_in_a_few_rounds(nursery: Nursery) -> None:
    assert rounds(nursery, 5, seed=1) >= 5


@pytest.mark.long
@pytest.mark.timeout(1800)
@BOTH
def test_fifty_kills(nursery: Nursery) -> None:
    noted = rounds(nursery, 50, seed=2)
    print(f"{noted} acknowledged, none lost")
    assert noted >= 50


@pytest.mark.timeout(600)
@pytest.mark.parametrize("nursery", ["postgres"], indirect=True)
def test_the_server_of_the_database_is_killed(nursery: Nursery, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres_server")
    dice = random.Random(3)
    for number in range(3):
        writers = [nursery.start(f"{number}-{which}", 2 * which) for which in range(2)]
        until = time.monotonic() + 30
        while not all(writer.count > 3 for writer in writers) and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(dice.uniform(0, 0.03))
        server.kill()
        for writer in writers:
            writer.kill()
        server.start()
        sound(nursery.check())
