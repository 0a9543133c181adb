"""Deliveries that are killed, or that find the disk full: ``python -m tests.faults.landing kill ROUNDS`` or ``fill``.

Each delivery restates one month of one account; what it comes to stands in its name, so that every revision can be
asked whether it still reads what it was told to have. Prints what it found as JSON.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

WORKSPACE = "landing"


def prepare() -> None:
    import django

    django.setup()
    # What a child imports it imports late, and is killed before it delivers anything: so it is all here already.
    import duckdb  # noqa: F401
    from django.core.management import call_command

    import tests.facts.conftest  # noqa: F401
    from northing.access.models import Workspace

    call_command("migrate", verbosity=0, interactive=False)
    if not Workspace.objects.filter(slug=WORKSPACE).exists():
        Workspace.objects.create(slug=WORKSPACE, name="Landing")
    from django.db import connections

    connections.close_all()


def one(number: int, lines: int) -> Any:
    """Deliver the bill with *number*."""
    from northing.access.actor import Actor
    from northing.access.models import Workspace
    from northing.portfolio.facts import Source
    from northing.report.delivering import deliver
    from tests.facts.conftest import BillReader, bill, line

    workspace = Workspace.objects.get(slug=WORKSPACE)
    source = Source(id="0199a000-0000-7000-8000-000000000001", name="Bill", reader="bill")
    by = Actor(id="0199a000-0000-7000-8000-0000000000aa", role="planner", workspace=workspace.id, name="A", via="cli")
    dice = random.Random(number)
    rows = [
        line(f"2026-01-{n % 28 + 1:02}", f"{number}.{n % 10}", service="".join(dice.choices("abcdefghij", k=60)))
        for n in range(lines)
    ]
    total = sum(Decimal(row[1]) for row in rows)
    return deliver(workspace, source, BillReader(), [bill(rows)], name=f"{number} {total}", by=by)


def check() -> dict[str, Any]:
    """Whether every revision reads what its delivery was told to come to, and what is wrong anywhere."""
    from northing.access.models import Workspace
    from northing.facts.asking import Fold
    from northing.facts.store import Store
    from northing.record import Record
    from northing.report.verifying import verify
    from northing.report.viewing import look

    workspace = Workspace.objects.get(slug=WORKSPACE)
    record, wrong, numbers = Record(workspace.id), [], []
    for revision in record.revisions(limit=10_000):
        number, total = revision.reason.removeprefix("Bill: ").split(",")[0].split(" ")
        facts = look(workspace, revision.no).view.facts
        assert facts is not None
        (found,) = facts.fold(Fold(table="cost", sums=("billed",), by=("currency",)))
        numbers.append(int(number))
        if found.sums[0] != Decimal(total):
            wrong.append(f"revision {revision.no} reads {found.sums[0]}, not {total}")
    store = Store(workspace.id)
    before = store.usage().files
    swept = store.sweep(set(), older_than=10**9)
    return {
        "revisions": len(numbers),
        "last": max(numbers, default=0),
        "wrong": wrong,
        "findings": [one.message for one in verify(workspace.id) if one.severity == "error"],
        "swept_of_named": swept.files,
        "files": before,
    }


def apart(work: Any) -> Any:
    """What *work* gives, in a process of its own: a database connection and an engine of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)


def kill(rounds: int) -> dict[str, Any]:
    """Deliver, and be killed at a random moment; again and again."""
    dice, acknowledged, number, longest = random.Random(11), 0, 0, 1.8
    for round in range(rounds):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            while True:
                number += 1
                one(number, 3000)
                os.write(writing, f"{number}\n".encode())
        os.close(writing)
        if round == 0:  # a busy machine takes longer over each: the moments lie within some of them
            begun = time.monotonic()
            select.select([reading], [], [])
            longest = max(longest, 3 * (time.monotonic() - begun))
        time.sleep(dice.uniform(0.2, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading) as pipe:
            told = [int(line) for line in pipe.read().split()]
        acknowledged = max([acknowledged, *told])
        number = acknowledged + 1  # the one after may or may not be there
    return {"acknowledged": acknowledged, **apart(check)}


def fill() -> dict[str, Any]:
    """Deliver until there is no room; then make room, and deliver once more."""
    from northing.portfolio.errors import NorthingError

    home = Path(os.environ["NORTHING_HOME"])
    filler = home / "filler"
    filler.write_bytes(b"\0" * (3 << 20))
    refused: list[dict[str, Any]] = []
    number = 0
    while len(refused) < 3:
        number += 1
        try:
            one(number, 4000)
        except NorthingError as error:
            refused.append(error.as_dict())
        assert number < 500
    full = apart(check)
    filler.unlink()
    one(1000, 4000)
    return {"refused": refused, "full": full, "after": check()}


if __name__ == "__main__":
    prepare()
    print(json.dumps(kill(int(sys.argv[2])) if sys.argv[1] == "kill" else fill()))
