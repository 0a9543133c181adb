"""The benches run to their end; what they measure is judged on a quiet machine, not here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.timeout(300)
def test_the_short_bench_of_the_record() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "bench.record", "--short"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr[-3000:]
    assert done.stderr == ""
    for figure in (
        "cold",
        "from memory",
        "revisions back",
        "a branch of",
        "a merge of",
        "commits",
        "eight writers, worst wait",
        "eight writers in four processes, worst wait",
        "slider",
    ):
        assert figure in done.stdout
