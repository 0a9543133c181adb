"""Deliveries killed at random moments, and a disk that fills up: every revision still reads what it was told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_disk_full import small_disk  # noqa: F401  (a fixture)

ROOT = Path(__file__).parent.parent.parent


def run(home: Path, *words: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NORTHING_")}
    environment |= {"NORTHING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "northing.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.landing", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def killed(home: Path, rounds: int) -> None:
    found = run(home, "kill", str(rounds))
    print(found)
    assert found["wrong"] == [] and found["findings"] == []
    assert found["last"] >= found["acknowledged"] > 0, "what was acknowledged is there"
    assert found["revisions"] >= found["acknowledged"] - rounds


def test_deliveries_killed_at_random_moments(tmp_path: Path) -> None:
    killed(tmp_path, 6)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_deliveries_killed_many_times(tmp_path: Path) -> None:
    killed(tmp_path, 300)


def test_a_disk_that_fills_up_while_facts_come_in(small_disk: Path) -> None:  # noqa: F811
    found = run(small_disk, "fill")
    print(found)
    assert {error["code"] for error in found["refused"]} == {"unavailable"}
    for state in (found["full"], found["after"]):
        assert state["wrong"] == [] and state["findings"] == []
    assert found["after"]["last"] == 1000, "after room was made it goes on"
    assert found["after"]["revisions"] == found["full"]["revisions"] + 1
