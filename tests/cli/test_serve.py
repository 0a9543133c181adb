"""What ``northing serve`` permits, and what it refuses."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from northing.cli import serve
from northing.portfolio.errors import Misconfigured
from tests.postgres import Cluster
from tests.server import TABLES, Server, rows


@pytest.mark.parametrize(
    ("version", "workers", "threads", "permitted"),
    [
        ((3, 53, 4), 4, 8, 8),
        ((3, 51, 3), 2, None, serve.THREADS),
        (None, 4, 16, 16),  # PostgreSQL
        ((3, 40, 1), 1, None, 1),
        ((3, 40, 1), 1, 1, 1),
    ],
)
def test_threads_that_are_permitted(
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int] | None,
    workers: int,
    threads: int | None,
    permitted: int,
) -> None:
    monkeypatch.setattr(serve, "sqlite_version", lambda: version)
    assert serve.permitted(workers, threads) == permitted


@pytest.mark.parametrize(("workers", "threads"), [(2, None), (1, 2), (4, 8)])
@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_a_library_with_the_wal_bug_gets_one_connection(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], workers: int, threads: int | None
) -> None:
    monkeypatch.setattr(serve, "sqlite_version", lambda: version)
    with pytest.raises(Misconfigured, match="only one worker with one thread is safe"):
        serve.permitted(workers, threads)


def test_the_library_here_does_not_have_the_bug(serve: Callable[..., Server]) -> None:
    server = serve()
    checks = {check["name"]: check for check in json.loads(server.run("doctor", "--json").stdout)["data"]}
    assert checks["database"]["state"] == "good", checks["database"]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("[::1]", True), ("0.0.0.0", False), ("10.1.2.3", False)],
)
def test_what_is_only_this_machine(host: str, loopback: bool) -> None:
    assert serve.is_loopback(host) is loopback


def test_the_sample_on_postgresql(serve: Callable[..., Server], postgres_server: Cluster, sample_home: Path) -> None:
    """The same commands over a database server, with several processes; and the same rows, though on SQLite a load
    was killed before."""
    import psycopg

    address = postgres_server.create("sample")
    server = serve("--workers", "2", sample=True, database=address)
    with psycopg.connect(address) as connection:
        there = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES}
    assert {table: counted[0] for table, counted in there.items() if counted} == rows(sample_home)
    checks = {check["name"]: check for check in json.loads(server.run("doctor", "--verify", "--json").stdout)["data"]}
    assert checks["database"]["found"].startswith("PostgreSQL")
    assert checks["durability"]["state"] == "good"
    assert checks["record of fenmarch"]["state"] == "good"
    cookies = "; ".join(f"{name}={value}" for name, value in server.session().items())
    request = urllib.request.Request(f"{server.url}/w/{server.workspace}/", headers={"Cookie": cookies})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200
