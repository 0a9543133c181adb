"""``northing deliver`` with work: each format found out by itself, a table's columns said, the same again nothing new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from northing.sources.facts import READERS
from tests.cli.conftest import Begun
from tests.sources.facts.flow_inputs import FLOW_INPUTS


def told(begun: Begun, *arguments: str) -> Any:
    return json.loads(begun.run("--json", *arguments).stdout)["data"]


def test_each_format_is_found_out(begun: Begun, tmp_path: Path) -> None:
    paths = []
    for name, raw in FLOW_INPUTS.items():
        paths.append(tmp_path / f"{name}.txt")
        paths[-1].write_bytes(raw)
    looked = begun.run("deliver", *map(str, paths)).stdout
    for name in FLOW_INPUTS:
        assert f"{name}.txt, from {READERS[name].title}, a new source" in looked
    told_of = told(begun, "deliver", *map(str, paths), "--yes")
    assert [(said["state"], said["refused"], said["totals"]) for said in told_of] == [("in force", 0, {})] * len(paths)
    again = told(begun, "deliver", *map(str, paths), "--yes")
    assert [(said["state"], said["revision"]) for said in again] == [("unchanged", None)] * len(paths)


def test_the_columns_of_a_table_are_said(begun: Begun, tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_text("Ticket,Ready on,In test,Done\nA-1,2026-03-02,03/04/2026,2026-03-09\n")
    asked = begun.run("deliver", str(path), "--reader", "state_dates", "--source", "Board", check=False)
    assert "does the day or the month come first in “03/04/2026”" in asked.stdout + asked.stderr
    answers = ("--answer", "Ticket=work.item", "--answer", "In test.order=mdy")
    (said,) = told(begun, "deliver", str(path), "--reader", "state_dates", "--source", "Board", *answers, "--yes")
    assert (said["rows"], said["end"]) == (4, "2026-03-10")
