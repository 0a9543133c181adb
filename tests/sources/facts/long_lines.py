"""One input with a line that never seems to end, staged in a process that may not take much memory.

``python -m tests.sources.facts.long_lines READER MEGABYTES FOLDER`` prints what came of it as JSON.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

PIECE = b"x" * (1 << 20)
HARD = 3 << 30
"""Bytes of address space: what the engine reserves, and far less than a line of 2 GB held twice."""


class Case(msgspec.Struct, frozen=True):
    """A sound input, the beginning and the end of a long line behind it, and where that line is to be refused."""

    opening: bytes
    closing: bytes
    refused: int
    column: str | None = None
    shows: bool = True
    """Whether the value is shown; where people or prompts may stand in it, it is not."""


CASES = {
    "focus": Case(b"2025-01-01,", b"", 3, "BillingPeriodStart"),
    "ledger": Case(b"1000,2026-03-05,", b"", 3, "Debit"),
    "timesheet": Case(b"Ana Silva,2026-03-02,", b"", 5, "Hours", shows=False),
    "litellm": Case(b'{"x":"', b'"}', 2, shows=False),
    "openai": Case(b'{"x":"', b'"}', 3),
    "anthropic": Case(b'{"x":"', b'"}', 2),
    "request_log": Case(b"2026-08-22 00:00:00,", b"", 4, "ContextTokens"),
    "prices": Case(b'{"catalogue":"', b'"}', 2),
    "jira": Case(b'{"x":"', b'"}', 2, shows=False),
    "jira_csv": Case(b"Buy,SP-8,", b"", 2, "Issue id", shows=False),
    "devlake": Case(b"jira:JiraIssue:2:1,", b"", 2, "url", shows=False),
    "github": Case(b'{"x":"', b'"}', 2, shows=False),
    "azure_devops": Case(b'{"x":"', b'"}', 5, shows=False),
    "state_dates": Case(b"A-3,", b"", 3, "Title", shows=False),
    "keps": Case(b"2021-01-06,", b"", 2, "commit", shows=False),
}


def endless(good: bytes, case: Case, megabytes: int) -> Iterator[bytes]:
    """*good*, a line of so many *megabytes*, and *good* once more, without its header."""
    yield good.rstrip(b"\n") + b"\n" + case.opening
    for _ in range(megabytes):
        yield PIECE
    yield case.closing + b"\n"
    yield good if good.lstrip()[:1] in (b"{", b"[") else good.split(b"\n", 1)[1]


def memory() -> int:
    """Megabytes that this process has held at once, at the most."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) >> 10


def main(reader: str, megabytes: int, folder: Path) -> dict[str, Any]:
    from northing.portfolio.errors import NorthingError
    from tests.sources.facts.bench import World
    from tests.sources.facts.flow_inputs import FLOW_INPUTS
    from tests.sources.facts.test_any_input import INPUTS
    from tests.sources.facts.test_timesheet import rates

    good, case = INPUTS[reader], CASES[reader]

    def sums(world: World) -> list[Any]:
        if reader in FLOW_INPUTS:
            return [len(world.rows("work")), len(world.rows("transition"))]
        table = world.plan.deliveries and next(iter(world.plan.deliveries.values())).batches[0].table
        columns = {"cost": ("billed", "quantity"), "usage": ("cost", "input", "output"), "price": ("price",)}
        return [world.total(str(table), column) for column in columns[str(table)]]

    once = World(folder / "once")
    refused = once.take(reader, good, rate=rates).refused
    before = memory()
    resource.setrlimit(resource.RLIMIT_AS, (HARD, HARD))
    world = World(folder / "long")
    staged = world.take(reader, endless(good, case, megabytes), rate=rates)
    alone = World(folder / "alone")
    header = b"" if case.opening.startswith(b"{") else good.split(b"\n", 1)[0] + b"\n"
    with suppress(NorthingError):
        alone.take(reader, [header + case.opening, *[PIECE] * min(megabytes, 64), case.closing + b"\n"], rate=rates)
    return {
        "refused": staged.refused - 2 * refused,
        "findings": [msgspec.to_builtins(one) for one in staged.findings if "MB" in one.message],
        "with": [str(value) for value in sums(world)],
        "twice": [str((1 if reader in FLOW_INPUTS else 2) * value) for value in sums(once)],  # an item is told once
        "alone": len(alone.plan.deliveries) + len(list(alone.store.files())),
        "memory": memory() - before,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
