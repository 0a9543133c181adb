"""A line of gigabytes, for every reader: passed over in words, in bounded memory, and no other row is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from northing.sources.facts import READERS
from tests.sources.facts import long_lines

ROOT = Path(__file__).parents[3]
MEMORY = 160
"""Megabytes that reading may take on top of what the process holds before: a document of 32 MB, and the engine."""


def taken(reader: str, megabytes: int, folder: Path) -> Any:
    """What a process of its own has made of *reader*'s input with a line of so many megabytes in its middle."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sources.facts.long_lines", reader, str(megabytes), str(folder)],
        cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def check(reader: str, megabytes: int, folder: Path) -> None:
    told = taken(reader, megabytes, folder)
    assert told["refused"] == 1
    (finding,) = told["findings"]
    assert finding["line"] == long_lines.CASES[reader].refused, finding
    assert "MB and was passed over" in finding["message"], finding
    assert "etch" in finding["message"] or "ask its source" in finding["message"], "what to do about it"
    assert finding.get("column") == long_lines.CASES[reader].column, finding
    if long_lines.CASES[reader].shows:
        assert "xxx" in finding["value"], finding
    assert told["with"] == told["twice"], "what stands before and after the line is all there"
    assert told["alone"] == 0, "an input without one row that can be read leaves nothing"
    assert told["memory"] < MEMORY, f"{reader}: {told['memory']} MB"


def test_every_reader_has_a_case() -> None:
    assert set(long_lines.CASES) == set(READERS)


@pytest.mark.parametrize("reader", READERS)
def test_a_line_of_40_megabytes(reader: str, tmp_path: Path) -> None:
    check(reader, 40, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("reader", READERS)
def test_a_line_of_two_gigabytes(reader: str, tmp_path: Path) -> None:
    check(reader, 2048, tmp_path)
