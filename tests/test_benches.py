"""The benches run to their end; what they measure is judged on a quiet machine, not here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import chromium
from tests.required import absent

ROOT = Path(__file__).parent.parent
FIGURES = {
    "record": (
        "cold", "from memory", "revisions back", "a branch of", "a merge of", "commits", "eight writers, worst wait",
        "eight writers in four processes, worst wait", "slider",
    ),
    "facts": ("a FOCUS bill", "spend by month and investment", "row groups read for the last 90 days"),
    "money": ("money page", "what nobody claims", "why of the organisation's actual"),
    "flow": ("9,000 issues with 23,520 changes", "throughput by type", "cycle-time percentiles", "a day's 400 changes"),
    "pages": ("portfolio", "money"),
    "choose": ("first answer", "gap by then", "one slider moved", "HiGHS alone"),
    "slider": ("a slider, median of 10",),
}  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FIGURES)
def test_a_short_bench(name: str) -> None:
    if name == "slider" and chromium.program() is None:
        absent("chromium", "Chromium is not installed: apt-get install chromium")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("NORTHING_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", "--short"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    for figure in FIGURES[name]:
        assert figure in done.stdout
