"""A private PostgreSQL cluster in a folder of its own, reached by a Unix socket, ended by its process id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any


def programs() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    found = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")),
        key=lambda folder: float(folder.parent.name),
    )
    if found:
        return found[-1]
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


class Cluster:
    """A running server with the shipped safety: fsync on, checksums on. ``stop`` it, or ``kill`` it to see it recover.

    As root it runs as the user ``postgres``, because the server refuses root.
    """

    def __init__(self, socket: Path | None = None) -> None:
        found = programs()
        if found is None:
            raise RuntimeError("PostgreSQL is not installed.")
        self.programs = found
        self.folder = Path(tempfile.mkdtemp(prefix="northing-pg-"))
        self.folder.chmod(0o755)
        self.socket = self.folder / "socket"
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._as: dict[str, Any] = {}
        for path in (self.socket, self.data):
            path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            for path in (self.folder, self.socket, self.data):
                os.chown(path, account.pw_uid, account.pw_gid)
        if socket is not None:
            socket.symlink_to(self.socket)
        subprocess.run(
            [found / "initdb", "-D", self.data, "-U", "northing", "--auth=trust", "--no-sync", "--data-checksums",
             "--encoding=UTF8", "--locale=C.UTF-8"],
            check=True, capture_output=True, cwd=self.folder, **self._as,
        )  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.start()
        self.create("northing")

    def start(self) -> None:
        """Start the server and wait until it takes connections (recovery included)."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-k", self.socket, "-h", "",
                 "-c", "max_connections=60", "-c", "shared_buffers=32MB", "-c", "timezone=UTC"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **self._as,
            )  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until:
            ready = subprocess.run([self.programs / "pg_isready", "-q", "-h", self.socket], check=False)
            if ready.returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text()[-2000:]}")

    def url(self, name: str = "northing") -> str:
        return f"postgresql://northing@/{name}?host={self.socket}"

    def create(self, name: str) -> str:
        """Make an empty database and return its address."""
        import psycopg

        with psycopg.connect(host=str(self.socket), user="northing", dbname="postgres", autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.url(name)

    def kill(self) -> None:
        """End the server and its children as a power cut would, without a word."""
        assert self.process is not None
        own = self.process.pid
        os.kill(own, signal.SIGSTOP)  # no child is born, none is waited for
        until = time.monotonic() + 30
        while (alive := self._children(own)) and time.monotonic() < until:
            for pid in alive:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)  # the next server finds their memory in use until they are gone
        os.kill(own, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _children(self, pid: int) -> list[int]:
        """Its children that still run; the dead among them are its zombies, as long as it stands still."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,stat=", "--ppid", str(pid)], capture_output=True, text=True, check=False
        )
        told = [line.split() for line in listed.stdout.splitlines()]
        return [int(number) for number, state in told if not state.startswith("Z")]

    def stop(self) -> None:
        """End the server, and remove what it kept."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # "fast": connections are ended, work is written
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=10)
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)
