"""A nursery of writers that will be killed: Django is loaded once, each round is a fork of it.

``python -m tests.faults.writing FOLDER`` reads commands, one a line, and answers each with one line of JSON:

    prepare                make the tables and a plan to write in
    writer NAME SEED       fork a writer; it tells each commit through FOLDER/NAME.ack and goes on when it reads a
                           byte from FOLDER/NAME.go: who listens has noted it by then
    check NOTED            fork a checker: is everything noted in this file there, and is the rest sound?
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORKSPACE = "00000000-0000-7000-8000-00000000fa17"


def main(folder: Path) -> None:
    import django

    django.setup()
    import northing.record.record  # noqa: F401  loaded before the forks

    for line in sys.stdin:
        command, *words = line.split()
        if command == "prepare":
            said: Any = _apart(prepare)
        elif command == "check":
            said = _apart(lambda noted=words[0]: check(Path(noted)))
        else:
            said = _fork(lambda name=words[0], seed=words[1]: write(folder, name, int(seed)))
        print(json.dumps(said), flush=True)
        while True:  # bury who has died
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def _apart(work: Callable[[], Any]) -> Any:
    """What *work* gives in a process of its own, so that this one never holds a connection."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = work()
        except BaseException as error:
            said = {"error": repr(error)}
        os.write(theirs, json.dumps(said).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


def actor() -> Any:
    from northing.access.actor import Actor

    return Actor("00000000-0000-7000-8000-0000000000aa", "owner", WORKSPACE, "Ana", "cli")


def prepare() -> int:
    from django.core.management import call_command

    from northing.portfolio.edits import create
    from northing.record import Record

    call_command("migrate", verbosity=0)
    edits = [create("investment", f"i{n}", name=f"Investment {n}") for n in range(40)]
    return Record(WORKSPACE).commit(edits, on=None, by=actor(), reason="Plan").revision.no


def edits(dice: random.Random) -> list[Any]:
    """One field, or twenty investments at once, so that a commit is sometimes one page and sometimes many."""
    from northing.portfolio.edits import change

    ids = [f"i{n}" for n in dice.sample(range(40), dice.choice((1, 1, 1, 20)))]
    return [change("investment", id, description=f"{dice.random()} " + "x" * dice.randrange(900)) for id in ids]


def write(folder: Path, name: str, seed: int) -> None:
    from django.db import connection

    from northing.record import Record

    dice = random.Random(seed)
    record = Record(WORKSPACE)
    with (folder / f"{name}.ack").open("w") as told, (folder / f"{name}.go").open("rb", buffering=0) as go:
        if connection.vendor == "sqlite" and seed % 2:
            # Every other round copies the log into the database all the time, so that kills fall into that, too.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_autocheckpoint = 5")
        while True:
            revision = record.commit(edits(dice), on=None, by=actor(), reason="Round").revision
            print(revision.no, revision.hash, file=told, flush=True)
            if not go.read(1):
                return


def check(noted: Path) -> dict[str, Any]:
    """What is lost of what was noted, what does not verify, and how much there is."""
    from django.db import connection

    from northing.record import Record, sql

    record = Record(WORKSPACE)
    there = dict(sql.rows("SELECT no, hash FROM record_revision WHERE ws = %s", WORKSPACE))
    pairs = [line.split() for line in noted.read_text().splitlines()]
    integrity = "ok"
    if connection.vendor == "sqlite":
        integrity = str(sql.one("PRAGMA integrity_check")[0])  # type: ignore[index]
    return {
        "noted": len(pairs),
        "there": len(there),
        "lost": [no for no, digest in pairs if there.get(int(no)) != digest],
        "findings": [finding.message for finding in record.verify()],
        "integrity": integrity,
        "readable": len(record.plan().investments) == 40,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
