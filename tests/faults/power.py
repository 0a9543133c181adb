"""Power cuts, simulated: the record's own commits run over a file system that writes down everything asked of it.

``python -m tests.faults.power FOLDER --states 1500 --synchronous FULL`` prints what became of the states.

The statements are not copied from anywhere: ``Record.commit`` itself runs, its connection replaced by one of APSW
on a VFS that records each write, sync, truncation and deletion, and where in this log each commit was
acknowledged. A crash state is the log up to a random point, with the writes since the last sync of their file
dropped, kept, or torn at 512 bytes, each by itself. Opened again by SQLite it must hold every revision that was
acknowledged before that point, verify from end to end, and hold no half revision.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import apsw

SECTOR = 512


class Op(NamedTuple):
    """One thing that SQLite asked of the disk, or ``told``: a commit was acknowledged."""

    what: str
    file: str
    offset: int = 0
    data: bytes = b""
    note: str = ""


class Recorder(apsw.VFS):
    """The system's own VFS, which also writes down what is asked of it."""

    def __init__(self, log: list[Op]) -> None:
        self.log = log
        super().__init__("recorder", "")

    def xOpen(self, name: Any, flags: list[int]) -> RecordedFile:
        return RecordedFile(self.log, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.log.append(Op("delete", Path(filename).name))
        super().xDelete(filename, syncdir)


class RecordedFile(apsw.VFSFile):
    def __init__(self, log: list[Op], name: Any, flags: list[int]) -> None:
        self.log = log
        filename = name.filename() if hasattr(name, "filename") else name
        self.name = Path(filename).name if filename else ""
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        if self.name:
            self.log.append(Op("write", self.name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self.log.append(Op("truncate", self.name, newsize))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self.log.append(Op("sync", self.name))


class Connection:
    """What the record asks of a driver's connection, answered by APSW."""

    def __init__(self, path: Path, vfs: str | None = None, *, synchronous: str = "FULL") -> None:
        self.inner = apsw.Connection(str(path), vfs=vfs) if vfs else apsw.Connection(str(path))
        from django.conf import settings

        shipped = settings.DATABASES["default"]["OPTIONS"]["init_command"]
        for statement in shipped.replace("synchronous=FULL", f"synchronous={synchronous}").split(";"):
            self.inner.execute(statement)
        assert f"synchronous={synchronous}" in shipped.replace("synchronous=FULL", f"synchronous={synchronous}")

    @property
    def in_transaction(self) -> bool:
        return self.inner.in_transaction

    def execute(self, sql: str, params: Any = ()) -> Answer:
        return Answer(self.inner, self.inner.execute(sql, tuple(params)))

    def executemany(self, sql: str, batch: Any) -> None:
        self.inner.executemany(sql, [tuple(row) for row in batch])


class Answer:
    def __init__(self, connection: apsw.Connection, cursor: apsw.Cursor) -> None:
        self.cursor = cursor
        self.rowcount = connection.changes()

    def fetchall(self) -> list[Any]:
        return self.cursor.fetchall()

    def fetchone(self) -> Any:
        return self.cursor.fetchone()

    def __iter__(self) -> Any:
        return iter(self.cursor)


def use(connection: Connection) -> None:
    """Let the record's SQL go to *connection* from now on."""
    from northing.record import sql

    sql.raw_connection = lambda: connection


def record_commits(folder: Path, synchronous: str, commits: int) -> tuple[dict[str, bytes], list[Op]]:
    """The files as they were before, and the log of *commits* made on them."""
    from django.core.management import call_command
    from django.db import connections

    from northing.record import Record
    from tests.faults import writing

    call_command("migrate", verbosity=0)
    writing.prepare()
    connections.close_all()  # the last one copies the log into the database
    path = folder / "northing.sqlite"
    assert not Path(f"{path}-wal").exists()
    before = {path.name: path.read_bytes()}
    log: list[Op] = []
    vfs = Recorder(log)
    use(Connection(path, "recorder", synchronous=synchronous))
    dice = random.Random(7)
    record = Record(writing.WORKSPACE)
    for _ in range(commits):
        revision = record.commit(writing.edits(dice), on=None, by=writing.actor(), reason="Round").revision
        log.append(Op("told", "", note=f"{revision.no} {revision.hash}"))
    del vfs
    return before, log


def crashed(before: dict[str, bytes], log: list[Op], end: int, dice: random.Random) -> dict[str, bytes]:
    """The files after a power cut at *end* of the log."""
    files = {name: bytearray(content) for name, content in before.items()}
    waiting: dict[str, list[Op]] = {}
    for op in log[:end]:
        if op.what in ("write", "truncate"):
            waiting.setdefault(op.file, []).append(op)
        elif op.what == "sync":
            for done in waiting.pop(op.file, []):
                _apply(files.setdefault(op.file, bytearray()), done, None)
        elif op.what == "delete":
            files.pop(op.file, None)
            waiting.pop(op.file, None)
    keep = dice.choice((0.0, 0.3, 0.7, 1.0))
    for name, ops in waiting.items():
        for op in ops:
            fate = dice.random()
            if fate < keep:
                _apply(files.setdefault(name, bytearray()), op, None)
            elif fate < keep + (1 - keep) / 2:
                _apply(files.setdefault(name, bytearray()), op, dice)
    return {name: bytes(content) for name, content in files.items()}


def _apply(content: bytearray, op: Op, dice: random.Random | None) -> None:
    """Apply *op*; with *dice* only some of its sectors reach the disk."""
    if op.what == "truncate":
        if dice is None:
            del content[op.offset :]
        return
    for start in range(0, len(op.data), SECTOR):
        if dice is not None and dice.random() < 0.5:
            continue
        piece = op.data[start : start + SECTOR]
        at = op.offset + start
        if len(content) < at + len(piece):
            content.extend(b"\0" * (at + len(piece) - len(content)))
        content[at : at + len(piece)] = piece


def judge(folder: Path, files: dict[str, bytes], told: list[str], *, thorough: bool) -> str:
    """What SQLite and the record make of a crash state: ok, lost, or corrupt."""
    from northing.record import Record, sql
    from northing.record.plans import PLANS
    from tests.faults import writing

    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    connection = Connection(folder / "northing.sqlite")
    use(connection)
    PLANS.clear()
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return "corrupt"
        there = dict(sql.rows("SELECT no, hash FROM record_revision WHERE ws = %s", writing.WORKSPACE))
        if thorough and Record(writing.WORKSPACE).verify():
            return "half"
    except apsw.Error:
        return "corrupt"
    finally:
        connection.inner.close()
    return "ok" if all(there.get(int(no)) == digest for no, digest in map(str.split, told)) else "lost"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--states", type=int, default=1500)
    parser.add_argument("--commits", type=int, default=250)
    parser.add_argument("--synchronous", default="FULL")
    chosen = parser.parse_args()
    os.environ["NORTHING_HOME"] = str(chosen.folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "northing.settings"
    os.environ.pop("NORTHING_DATABASE_URL", None)
    import django

    django.setup()
    start = time.monotonic()
    before, log = record_commits(chosen.folder, chosen.synchronous, chosen.commits)
    dice = random.Random(11)
    seen: Counter[str] = Counter()
    scratch = chosen.folder / "states"
    scratch.mkdir()
    for number in range(chosen.states):
        end = dice.randrange(len(log) + 1)
        told = [op.note for op in log[:end] if op.what == "told"]
        folder = scratch / str(number)
        seen[judge(folder, crashed(before, log, end, dice), told, thorough=True)] += 1
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    kinds = Counter(op.what for op in log)
    written = Counter(op.file for op in log if op.what == "write")
    print(json.dumps({
        "states": dict(seen), "log": dict(kinds), "written": dict(written), "seconds": round(time.monotonic() - start, 1),
    }))  # fmt: skip
    sys.stdout.flush()


if __name__ == "__main__":
    main()
