"""``northing demo`` and ``northing serve``: the first minutes with Northing."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sqlite3
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server import LEFT, NORTHING, TABLES, TOLD, Server, free_port, rows


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A home with the sample, and no server."""
    server = Server(tmp_path_factory.mktemp("home"))
    server.sample()
    return server


def test_again_it_starts_at_once_and_keeps_what_was_changed(loaded: Server) -> None:
    before = rows(loaded.home)
    connection = sqlite3.connect(loaded.home / "northing.sqlite")
    with connection:
        connection.execute("UPDATE access_workspace SET name = 'Ours now'")
    connection.close()
    told = json.loads(loaded.run("--json", "demo", "--no-serve").stdout)["data"]
    assert told["password"] == loaded.password
    assert rows(loaded.home) == before
    connection = sqlite3.connect(loaded.home / "northing.sqlite")
    assert connection.execute("SELECT name FROM access_workspace").fetchall() == [("Ours now",)]
    connection.close()


def test_the_login_that_is_printed_works(loaded: Server) -> None:
    loaded.start()
    try:
        cookies = loaded.session()
        request = urllib.request.Request(
            f"{loaded.url}/w/{loaded.workspace}/", headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200
            assert answer.url.endswith(f"/w/{loaded.workspace}/")
    finally:
        loaded.stop()


def test_a_wrong_password_does_not(loaded: Server) -> None:
    loaded.start()
    try:
        with pytest.raises(AssertionError, match="cannot log in"):
            loaded.session(password="something else entirely")
    finally:
        loaded.stop()


def test_an_interrupted_load_leaves_nothing_half_done(loaded: Server) -> None:
    """The home of the sample had a load killed before this one, and has what a load on an empty database makes.

    What the latter is ``test_serve.py`` compares, where the sample is loaded on PostgreSQL.
    """
    left = json.loads((loaded.home / TOLD).read_text())[LEFT]
    assert set(left) == set(TABLES)
    if left["access_workspace"] == 0:
        assert set(left.values()) == {0}
    else:  # it was quicker than the kill: then all of it is there
        assert left == rows(loaded.home)


def test_a_taken_port_is_passed_over_and_said(loaded: Server) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        demo = subprocess.Popen(
            [NORTHING, "demo", "--port", str(taken)],
            env=loaded.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert demo.stdout is not None
        assert demo.stderr is not None
        watchdog = threading.Timer(60, demo.kill)
        watchdog.start()
        try:
            assert f"Port {taken} is taken; using " in demo.stderr.readline()
            lines: list[str] = []
            while "Ctrl-C" not in "".join(lines):
                line = demo.stdout.readline()
                assert line, "the server ended"
                lines.append(line)
        finally:
            watchdog.cancel()
            demo.send_signal(signal.SIGINT)
            demo.communicate(timeout=30)
        text = "".join(lines)
        assert f"http://127.0.0.1:{taken + 1}" in text or "http://127.0.0.1:" in text
        assert loaded.email in text
        assert loaded.password in text
        assert demo.returncode == 0


def test_serve_does_not_pass_over_a_port_that_was_asked_for(loaded: Server) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        done = loaded.run("serve", "--port", str(taken), check=False)
    assert done.returncode == 7
    assert f"Port {taken} is taken." in done.stderr


def test_serve_refuses_tables_of_another_version(tmp_path: Path) -> None:
    done = Server(tmp_path).run("serve", "--port", str(free_port()), check=False)
    assert done.returncode == 7
    assert "northing migrate" in done.stderr


def test_the_sample_has_scenarios_at_each_stage_of_a_decision(loaded: Server) -> None:
    told = json.loads(loaded.run("--json", "scenario").stdout)["data"]
    assert {(one["name"], one["state"]) for one in told} == {
        ("Answer brokers first", "merged"), ("Stewards before summaries", "open"), ("Ten percent less", "open"),
    }  # fmt: skip
    decisions = json.loads(loaded.run("--json", "list", "decision").stdout)["data"]
    assert [(one["number"], one["status"]) for one in decisions] == [("DEC-0001", "decided")]


def test_the_sample_is_removed_by_one_command(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.sample()
    assert rows(tmp_path)["record_revision"] > 200
    with contextlib.closing(sqlite3.connect(tmp_path / "northing.sqlite")) as connection:
        ((workspace,),) = connection.execute("SELECT id FROM access_workspace").fetchall()
    facts = tmp_path / "facts" / workspace
    assert list(facts.rglob("*.parquet"))
    server.run("demo", "--remove")
    # The load that was killed before this one may have left files under an id of its own: those are for a sweep.
    assert not [path for path in facts.rglob("*") if path.is_file()]
    assert set(rows(tmp_path).values()) == {0}
    assert not (tmp_path / "sample-password").exists()
    assert server.run("demo", "--remove", check=False).returncode == 4


def test_the_sample_s_password_is_its_owner_s_alone(loaded: Server) -> None:
    assert (loaded.home / "sample-password").stat().st_mode & 0o077 == 0
    assert (loaded.home / "secret.key").stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def server(loaded: Server) -> Iterator[Server]:
    """The sample, served by a process of its own."""
    other = Server(loaded.home)
    other.start()
    yield other
    other.stop()


class TestHeaders:
    def test_every_page_has_the_policy(self, server: Server) -> None:
        with urllib.request.urlopen(f"{server.url}/login", timeout=30) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"

    def test_a_foreign_host_name_is_refused(self, server: Server) -> None:
        """Else a reset link could be made to lead elsewhere."""
        request = urllib.request.Request(f"{server.url}/login", headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == 400

    def test_static_files_are_kept_for_ever(self, server: Server) -> None:
        with urllib.request.urlopen(f"{server.url}/login", timeout=30) as answer:
            page = answer.read().decode()
        start = page.index("/static/")
        address = page[start : page.index('"', start)]
        with urllib.request.urlopen(f"{server.url}{address}", timeout=30) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Access-Control-Allow-Origin"] is None

    def test_it_listens_on_loopback_only(self, server: Server) -> None:
        port = int(server.url.rsplit(":", 1)[1])
        listening = Path("/proc/net/tcp").read_text()
        assert f"0100007F:{port:04X}" in listening
        assert f"00000000:{port:04X}" not in listening


def test_four_processes_serve_one_file(serve: Callable[..., Server]) -> None:
    server = serve("--workers", "4", "--threads", "2")
    for _ in range(20):
        with urllib.request.urlopen(f"{server.url}/login", timeout=30) as answer:
            assert answer.status == 200


def test_guessing_a_password_is_slowed_over_all_workers(serve: Callable[..., Server]) -> None:
    """After some wrong ones the right one is refused too, whichever process answers."""
    server = serve("--workers", "3", "--threads", "2")
    server.run("user", "add", "ana@example.org", "--workspace", "ours", "--create", "--password-stdin",
               stdin="a long enough passphrase\n")  # fmt: skip
    server.email, server.password = "ana@example.org", "a long enough passphrase"
    server.session()
    for _ in range(12):
        with pytest.raises(AssertionError, match="cannot log in"):
            server.session(password="a wrong passphrase")
    with pytest.raises(AssertionError, match="cannot log in"):
        server.session()
