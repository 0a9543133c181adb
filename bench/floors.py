"""Floors: the same rows and columns, read or written by the driver and the decoder alone, with the shipped settings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any


def read(workspace: str) -> list[Any]:
    """Every row in force on the plan of record, fetched and decoded: what no reader of these rows can do without."""
    import msgspec
    from django.db import connection

    from northing.portfolio.kinds import KINDS

    decoders = {kind: msgspec.json.Decoder(cls).decode for kind, cls in KINDS.items()}
    connection.ensure_connection()
    raw: Any = connection.connection
    rows = raw.execute(
        "SELECT kind, id, schema, body FROM record_version WHERE ws = ? AND branch = 'main' AND to_no = ?",
        (workspace, 2**63 - 1),
    ).fetchall()
    return [(id, decoders[kind](body)) for kind, id, _, body in rows if body is not None]


class Writer:
    """A file with tables as the record's, written by plain statements, each transaction durable."""

    def __init__(self, path: Path, size: int) -> None:
        import pysqlite3

        self.connection: Any = pysqlite3.connect(str(path), isolation_level=None)
        run = self.connection.execute
        shipped = ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=1000", "cache_size=-8192")
        for pragma in (*shipped, "temp_store=MEMORY"):
            run(f"PRAGMA {pragma}")
        run("CREATE TABLE counter (ws TEXT PRIMARY KEY, next_no INTEGER, last_at INTEGER, numbers TEXT)")
        run("CREATE TABLE branch (ws TEXT, name TEXT, head INTEGER, PRIMARY KEY (ws, name))")
        run(
            "CREATE TABLE revision (ws TEXT, no INTEGER, branch TEXT, parent INTEGER, author TEXT, via TEXT, "
            " at INTEGER, reason TEXT, content_hash TEXT, hash TEXT, PRIMARY KEY (ws, no))"
        )
        run("CREATE INDEX revision_of_branch ON revision (ws, branch, no)")
        run(
            "CREATE TABLE version (ws TEXT, branch TEXT, kind TEXT, id TEXT, from_no INTEGER, to_no INTEGER,"
            " schema INTEGER, body_hash BLOB, body BLOB, PRIMARY KEY (ws, branch, kind, id, from_no))"
        )
        run("CREATE INDEX in_force ON version (ws, branch, to_no, from_no, kind)")
        run("CREATE INDEX begun ON version (ws, branch, from_no)")
        run("CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB)")
        run("INSERT INTO counter VALUES (?, 1, 0, '{}')", ("w" * 36,))
        run("INSERT INTO branch VALUES (?, 'main', 0)", ("w" * 36,))
        run("BEGIN")
        for number in range(size):
            run(
                "INSERT INTO version VALUES (?, 'main', 'k', ?, 0, ?, 1, ?, ?)",
                ("w" * 36, _id(number), 2**63 - 1, b"h" * 32, b"b" * 400),
            )
        run("COMMIT")
        self.size = size
        self.no = 0
        self.last: dict[str, int] = {}

    def same_rows(self, times: int) -> None:
        """What one commit of one entity writes, as plain statements."""
        run = self.connection.execute
        ws, body, digest, text = "w" * 36, b"b" * 600, b"h" * 32, "h" * 64
        for _ in range(times):
            self.no += 1
            no, id = self.no, _id(self.no * 7 % self.size)
            run("BEGIN IMMEDIATE")
            run(
                "UPDATE version SET to_no = ?"
                " WHERE ws = ? AND branch = 'main' AND kind = 'k' AND id = ? AND from_no = ?",
                (no, ws, id, self.last.get(id, 0)),
            )
            run("INSERT INTO version VALUES (?, 'main', 'k', ?, ?, ?, 1, ?, ?)", (ws, id, no, 2**63 - 1, digest, body))
            run(
                "INSERT INTO revision VALUES (?, ?, 'main', ?, ?, 'web', ?, 'reason', ?, ?)",
                (ws, no, no - 1, ws, no, text, text),
            )
            run("UPDATE counter SET next_no = ?, last_at = ? WHERE ws = ?", (no + 1, no, ws))
            run("UPDATE branch SET head = ? WHERE ws = ? AND name = 'main'", (no, ws))
            run("COMMIT")
            self.last[id] = no

    def one_row(self, times: int) -> None:
        """One row in one table, durable."""
        run = self.connection.execute
        for _ in range(times):
            run("BEGIN IMMEDIATE")
            run("INSERT INTO bare (body) VALUES (?)", (b"b" * 600,))
            run("COMMIT")

    def close(self) -> None:
        self.connection.close()


def _id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:36]
