"""DuckDB, opened so that it reads and writes our folders and nothing else.

It is imported when the first question is asked: a command that asks none starts without it.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OPEN: dict[tuple[int, str], DuckDBPyConnection] = {}
_LOCK = threading.Lock()


def opened(folder: Path, temporary: Path, *, keep_order: bool = False) -> DuckDBPyConnection:
    """A database in memory that may touch *folder* alone; what does not fit into memory goes to *temporary*.

    No extension is fetched or loaded by itself, no network, no other file; the settings cannot be changed after.
    """
    import duckdb

    memory, threads = limits()
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "custom_user_agent": "northing",
        },
    )
    for name, value in (
        ("home_directory", str(temporary)),
        ("temp_directory", str(temporary)),
        ("allowed_directories", [str(folder)]),
        ("TimeZone", "UTC"),
        ("memory_limit", memory),
        ("threads", threads),
        ("preserve_insertion_order", keep_order),
        ("enable_progress_bar", False),
    ):
        connection.execute(f"SET {name} = {_literal(value)}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def asking(folder: Path) -> DuckDBPyConnection:
    """A cursor of this process's database over *folder*; each thread that asks takes its own."""
    key = (os.getpid(), str(folder))
    with _LOCK:
        found = _OPEN.get(key)
        if found is None:
            found = _OPEN[key] = opened(folder, folder / ".spill")
    return found.cursor()


def limits() -> tuple[str, int]:
    """How much memory and how many threads the engine may use."""
    from django.conf import settings

    threads = int(getattr(settings, "FACTS_THREADS", 0)) or os.cpu_count() or 1
    return str(getattr(settings, "FACTS_MEMORY", "") or "2GB"), threads


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"
