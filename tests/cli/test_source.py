"""``northing source`` and ``northing deliver``: from the first bill to what is refused, stopped and taken back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Begun
from tests.server import NORTHING

HEADER = "ProviderName,BillingAccountId,BillingCurrency,BilledCost,ChargePeriodStart,BillingPeriodStart,ServiceName\n"


def bill(*costs: str) -> str:
    rows = "".join(f"Nimbora,a1,EUR,{cost},2026-03-{day:02},2026-03-01,Compute\n" for day, cost in enumerate(costs, 1))
    return HEADER + rows


def told(begun: Begun, *arguments: str) -> Any:
    return json.loads(begun.run("--json", *arguments).stdout)["data"]


def test_a_bill_from_the_first_to_its_reversal(begun: Begun, tmp_path: Path) -> None:
    first, second = tmp_path / "march.csv", tmp_path / "march-2.csv"
    first.write_text(bill("10.50", "4", "twelve"))
    second.write_text(bill("10.50", "5.25"))
    assert "There is no source yet" in begun.run("source", "list").stdout
    looked = begun.run("deliver", str(first)).stdout
    assert "FOCUS bill, a new source" in looked
    assert "€14.50" in looked
    assert "line 3, “BilledCost”" in looked
    assert "Nothing was taken in. Add --yes" in looked
    assert "Add --yes" not in begun.run("deliver", str(first), "--dry-run").stdout
    assert told(begun, "source", "list") == []
    (said,) = told(begun, "deliver", str(first), "--source", "Nimbora", "--yes")
    assert (said["state"], said["rows"], said["refused"], said["revision"] is not None) == ("in force", 3, 1, True)
    assert said["findings"][0]["line"] == 3
    (again,) = told(begun, "deliver", str(first), "--source", "nimbora", "--yes")
    assert (again["state"], again["revision"]) == ("unchanged", None)
    restated = begun.run("deliver", str(second), "--yes").stdout
    assert "march.csv" in restated
    assert "+€1.25" in restated
    shown = told(begun, "source", "show", "Nimbora")
    assert [(one["name"], one["state"]) for one in shown["deliveries"]] == [
        ("march-2.csv", "in force"), ("march.csv", "superseded"),
    ]  # fmt: skip
    begun.run("revert", str(shown["deliveries"][0]["revision"]), "--yes", check=False)
    assert "march.csv" in begun.run("source", "show", "Nimbora").stdout


def test_standard_input_and_several_files(begun: Begun, tmp_path: Path) -> None:
    (tmp_path / "april.csv").write_text(bill("1").replace("2026-03", "2026-04"))
    (tmp_path / "may.csv").write_text(bill("2").replace("2026-03", "2026-05"))
    said = told(begun, "deliver", str(tmp_path / "april.csv"), str(tmp_path / "may.csv"), "--source", "Parts", "--yes")
    assert [one["totals"]["EUR"].rstrip("0").rstrip(".") for one in said] == ["1", "2"]
    assert said[0]["source"] == said[1]["source"]
    piped = begun.run("deliver", "-", "--source", "Parts", "--yes", stdin=bill("3").replace("2026-03", "2026-06"))
    assert "standard input, from Parts" in piped.stdout
    assert begun.run("deliver", "-", check=False, stdin=bill("3")).returncode == 2


def test_sources_are_added_and_changed(begun: Begun) -> None:
    assert (
        "is there"
        in begun.run("source", "add", "Ledger", "--reader", "ledger", "--every", "40", "--currency", "eur").stdout
    )
    begun.run("source", "set", "ledger", "--name", "The ledger", "--option", "date_order=dmy", "--provider", "Halden")
    shown = told(begun, "source", "show", "The ledger")
    assert (shown["cadence_days"], shown["currency"], shown["provider"], shown["late"]) == (40, "EUR", "Halden", True)
    for arguments, code in (
        (("add", "The ledger", "--reader", "focus"), 2),
        (("add", "../etc/passwd", "--reader", "focus"), 2),
        (("add", "X"), 2),
        (("add", "X", "--reader", "nothing"), 2),
        (("set", "nobody", "--every", "3"), 4),
        (("set", "The ledger"), 2),
        (("set", "The ledger", "--currency", "ZZZ"), 2),
        (("set", "The ledger", "--owner", "nobody@acme.example"), 4),
        (("show", "nobody"), 4),
    ):
        refused = begun.run("source", *arguments, check=False)
        assert refused.returncode == code, (arguments, refused)
        assert "Traceback" not in refused.stderr


def test_a_ledger_is_asked_and_remembered(begun: Begun, tmp_path: Path) -> None:
    file = tmp_path / "gl.csv"
    file.write_text("Date,Amount,Supplier\n03/04/2026,12.50,Halden\n05/06/2026,7.25,Halden\n")
    asked = begun.run("deliver", str(file), "--source", "GL", "--reader", "ledger", check=False)
    assert asked.returncode == 2
    assert "--answer" in asked.stderr
    begun.run(
        "deliver",
        str(file),
        "--source",
        "GL",
        "--reader",
        "ledger",
        "--answer",
        "Date.order=dmy",
        "--answer",
        "currency=EUR",
        "--yes",
    )
    file.write_text("Date,Amount,Supplier\n04/04/2026,1.50,Halden\n")
    assert "€1.50" in begun.run("deliver", str(file), "--source", "GL", "--yes").stdout


def test_prices(begun: Begun) -> None:
    first = told(begun, "deliver", "--prices", "--yes")
    assert {one["state"] for one in first} == {"in force"}
    assert {one["state"] for one in told(begun, "deliver", "--prices", "--yes")} == {"unchanged"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "none of the formats"),
        (b"PAR1" + b"x" * 64, ""),
        (b"\0" * 100, ""),
        (b"\x1f\x8bgarbage", ""),
    ],
)
def test_what_cannot_be_read(begun: Begun, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "bill.csv"
    file.write_bytes(content)
    done = begun.run("deliver", str(file), "--yes", check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    named = begun.run("deliver", str(file), "--source", "Odd", "--reader", "focus", "--yes", check=False)
    assert named.returncode == 2, named
    assert "Traceback" not in named.stderr
    assert "Odd" not in begun.run("source", "list").stdout


def test_a_folder_and_what_is_not_there(begun: Begun, tmp_path: Path) -> None:
    assert "is a folder" in begun.run("deliver", str(tmp_path), check=False).stderr
    assert begun.run("deliver", str(tmp_path / "nothing.csv"), check=False).returncode == 4
    assert begun.run("deliver", check=False).returncode == 2


def test_a_line_that_never_ends(begun: Begun) -> None:
    """Two gigabytes on one line, as a stream: refused when it is longer than a line may be, not when memory is full."""
    piece = "x" * (1 << 20)

    def endless() -> Any:
        yield HEADER
        for _ in range(40):
            yield piece

    process = subprocess.Popen(
        [NORTHING, "deliver", "-", "--source", "Parts", "--yes"], env=begun.environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    try:
        for part in endless():
            process.stdin.write(part)
    except BrokenPipeError:
        pass
    _out, err = process.communicate()
    assert process.returncode in (0, 2)
    assert "Traceback" not in err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_or_killed_it_leaves_nothing_half(begun: Begun, how: int) -> None:
    head = told(begun, "log")[0]["no"]
    process = subprocess.Popen(
        [NORTHING, "deliver", "-", "--source", "Parts", "--yes"], env=begun.environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # Tests that run in the background of a shell inherit that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(bill(*(str(day) for day in range(1, 28))).encode())
    process.stdin.flush()
    time.sleep(3)
    os.kill(process.pid, how)
    _out, err = process.communicate()
    assert process.returncode != 0
    assert b"Traceback" not in err
    assert told(begun, "log")[0]["no"] == head
    assert "Parts" in begun.run("source", "list").stdout
    assert begun.run("verify").returncode == 0


def test_parts_do_not_take_each_others_place(begun: Begun, tmp_path: Path) -> None:
    for name, cost in (("1.csv", "10"), ("2.csv", "5")):
        (tmp_path / name).write_text(bill(cost))
    parts = (str(tmp_path / "1.csv"), str(tmp_path / "2.csv"))
    refused = begun.run("deliver", *parts, "--source", "Parts", "--yes", check=False)
    assert refused.returncode == 2 and "2.csv speaks of “" in refused.stderr and "--together" in refused.stderr
    (said,) = told(begun, "deliver", *parts, "--source", "Parts", "--together", "--yes")
    assert said["totals"] == {"EUR": "15.000000000000"}
