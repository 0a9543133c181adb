"""``northing fund``: a year of a fund at the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Begun


def test_a_fund_from_opening_to_reversal(begun: Begun, tmp_path: Path) -> None:
    def fund(*arguments: str, check: bool = True) -> str:
        return begun.run("fund", *arguments, check=check).stdout

    def told(*arguments: str) -> object:
        return json.loads(begun.run("--json", "fund", *arguments).stdout)["data"]

    assert "There is no fund yet" in fund("list")
    assert "FUND-0001 AI fund is open" in fund("open", "AI fund", "--currency", "eur", "--reason", "Board")
    assert "TRF-0001" in fund("approve", "FUND-0001", "1,000", "--day", "2026-03-10", "--reason", "Budget")
    begun.run("fund", "reserve", "AI fund", "300", "--day", "2026-03-11", "--reason", "Keep")
    begun.run("fund", "release", "AI fund", "100.50", "--day", "2026-03-12", "--reason", "Less")
    refused = begun.run("fund", "transfer", "AI fund", "5000", "--to", "reserve", "--reason", "x", check=False)
    assert refused.returncode == 2
    assert "Move less" in refused.stderr
    assert "would be refused" in fund("reserve", "AI fund", "5000", "--reason", "x", "--dry-run")
    begun.run(
        "fund",
        "transfer",
        "AI fund",
        "10",
        "--from",
        "reserve",
        "--to",
        "unassigned",
        "--day",
        "2026-03-13",
        "--reason",
        "x",
    )
    assert "TRF-0005" in fund("reverse", "TRF-0004", "--reason", "By mistake")
    (one,) = told("list")  # type: ignore[misc]
    assert (one["approved"], one["reserved"], one["free"]) == ("1000", "199.5", "800.5") or (
        one["approved"], one["reserved"], one["free"]
    ) == ("1000", "199.50", "800.50")  # fmt: skip
    statement = told("show", "FUND-0001", "unassigned", "--day", "2026-03-12")
    assert [row["balance"] for row in statement] == ["1000", "700", "800.50"]  # type: ignore[attr-defined, index]
    shown = fund("show", "FUND-0001")
    assert "Reserve" in shown
    assert "800.5" in shown
    assert "reversed by TRF-0005" in fund("show", "FUND-0001", "reserve")
    assert begun.run("fund", "reverse", "TRF-0004", "--reason", "Again", check=False).returncode == 2
    assert begun.run("fund", "show", "FUND-9", check=False).returncode == 4
    assert begun.run("fund", "approve", "FUND-0001", "5", "--reason", "x", "--at", "2", check=False).returncode == 2
    assert begun.run("verify").returncode == 0
