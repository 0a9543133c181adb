"""A real server process on a free loopback port, with a home of its own."""

from __future__ import annotations

import contextlib
import fcntl
import http.cookiejar
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

NORTHING = Path(sys.executable).parent / "northing"
TOLD = "told.json"
LEFT = "after the kill"
"""What told.json has of the rows that were there when a first load of the sample had been killed."""
TABLES = ("access_workspace", "access_user", "access_membership", "record_revision", "record_version")
RUN = "TEST_RUN_FOLDER"
"""Names the folder that all processes of one run of the tests share."""
PASSWORD = "north-by-north-west-7"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _made_once() -> Path:
    """A home with the sample organisation, made by whichever process of this run comes first.

    A load that is killed goes before, so that whatever is tested on the sample is tested after one
    (``test_an_interrupted_load_leaves_nothing_half_done``).
    """
    run = Path(os.environ[RUN])
    home = run / "sample"
    with (run / "sample.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not (home / TOLD).exists():
            home.mkdir(exist_ok=True)
            server = Server(home)
            left = server.kill_a_load()
            (home / TOLD).write_text(json.dumps({**server.load_sample(), LEFT: left}))
    return home


def rows(home: Path) -> dict[str, int]:
    """How many rows the SQLite file of a home has of what a sample is made of."""
    connection = sqlite3.connect(home / "northing.sqlite")
    try:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}
    finally:
        connection.close()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


class Server:
    """``northing serve`` in a process. ``run`` calls the command line on the same home."""

    def __init__(self, home: Path, *, database: str | None = None) -> None:
        self.home = home
        self.url = ""
        self.email = ""
        self.password = PASSWORD
        self.workspace = ""
        self.process: subprocess.Popen[bytes] | None = None
        self.log = home / "server.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
        self.environment = {**kept, "NORTHING_HOME": str(home)}
        if database:
            self.environment["NORTHING_DATABASE_URL"] = database

    def run(self, *arguments: str, check: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Call ``northing`` with these arguments."""
        done = subprocess.run(
            [NORTHING, *arguments], env=self.environment, capture_output=True, text=True, input=stdin, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"northing {' '.join(arguments)} → {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def sample(self) -> None:
        """Migrate, and load the sample organisation: on SQLite a copy of the one that this run of the tests has made."""
        if "NORTHING_DATABASE_URL" in self.environment:
            self.load_sample()
            return
        made = _made_once()
        shutil.copytree(made, self.home, dirs_exist_ok=True)
        told = json.loads((made / TOLD).read_text())
        self.email, self.workspace = told["email"], told["workspace"]

    def kill_a_load(self) -> dict[str, int]:
        """Kill the sample's load in its midst; what rows are there then."""
        self.run("migrate")
        loading = subprocess.Popen(
            [NORTHING, "demo", "--no-serve"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while time.monotonic() < until and not (self.home / "northing.sqlite-wal").exists():
            time.sleep(0.05)
        time.sleep(1.5)
        loading.kill()
        loading.wait()
        return rows(self.home)

    def load_sample(self) -> dict[str, Any]:
        """Load the sample organisation by its command; what that says."""
        done = self.run("--json", "demo", "--no-serve", "--password", self.password)
        told: dict[str, Any] = json.loads(done.stdout)["data"]
        self.email, self.workspace = told["email"], told["workspace"]
        return told

    def start(self, *arguments: str) -> None:
        """Start the server and wait until it answers. What it compiles of its pages all servers of the run share."""
        if RUN in os.environ and not (self.home / "templates").exists():
            shared = Path(os.environ[RUN]) / "templates"
            shared.mkdir(mode=0o700, exist_ok=True)
            (self.home / "templates").symlink_to(shared)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [NORTHING, "serve", "--port", str(port), *arguments], env=self.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/alive", timeout=2).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"The server did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def session(self, email: str | None = None, password: str | None = None) -> dict[str, str]:
        """Log in through the page, as a browser would, and return the cookies."""
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with opener.open(f"{self.url}/login", timeout=30) as answer:
            page = answer.read().decode()
            address = answer.url
        found = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', page)
        assert found, "the login page has no form"
        form = {
            "csrfmiddlewaretoken": found[1],
            "login": email or self.email,
            "password": password or self.password,
        }
        body = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(address, data=body, headers={"Referer": address})
        with contextlib.suppress(urllib.error.HTTPError):  # 302 to the first page, which nobody asked for here
            urllib.request.build_opener(_Stay(), urllib.request.HTTPCookieProcessor(jar)).open(request, timeout=30)
        cookies = {cookie.name: cookie.value or "" for cookie in jar}
        assert "northing_session" in cookies, f"{form['login']} cannot log in"
        return cookies
