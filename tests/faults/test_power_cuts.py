"""Power cuts on the SQLite record: with the shipped settings nothing that was acknowledged is lost, ever.

With ``synchronous=NORMAL`` the same test must lose acknowledged commits: that proves that it can see a loss.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


def cut(folder: Path, states: int, synchronous: str, commits: int = 250) -> dict[str, Any]:
    """What became of *states* crash states (``power.py``)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NORTHING_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.power", str(folder), "--states", str(states), "--synchronous", synchronous,
         "--commits", str(commits)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(found)
    return found


def test_power_cuts_lose_nothing(tmp_path: Path) -> None:
    found = cut(tmp_path, 150, "FULL")
    assert found["states"] == {"ok": 150}
    assert found["written"]["northing.sqlite"] > 0, "the log was copied into the database meanwhile, too"


def test_the_test_sees_a_loss(tmp_path: Path) -> None:
    found = cut(tmp_path, 60, "NORMAL")
    assert found["states"]["lost"] > 0
    assert set(found["states"]) <= {"ok", "lost"}, "lost, but neither corrupt nor half there"


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_fifteen_hundred_power_cuts_lose_nothing(tmp_path: Path) -> None:
    assert cut(tmp_path, 1500, "FULL", 400)["states"] == {"ok": 1500}


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_long_test_sees_a_loss(tmp_path: Path) -> None:
    found = cut(tmp_path, 1500, "NORMAL", 400)
    assert found["states"]["lost"] > 100
