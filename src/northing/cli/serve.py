"""``northing serve``: the server, in this process and the workers that it forks."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

import click

from northing.cli.desk import Desk, open_django
from northing.portfolio.errors import Misconfigured

PORT = 8080
THREADS = 8
SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset bug, which several connections at once can hit."""


def sqlite_version() -> tuple[int, int, int] | None:
    """The version of the SQLite library in use, or None where the database is PostgreSQL."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return None
    import sqlite3

    major, minor, patch = sqlite3.sqlite_version_info[:3]
    return major, minor, patch


def permitted(workers: int, threads: int | None) -> int:
    """The number of threads to run; raises :class:`Misconfigured` where more connections would risk the file."""
    version = sqlite_version()
    if version is None or version >= SAFE_SQLITE:
        return threads or THREADS
    if workers > 1 or (threads or 1) > 1:
        raise Misconfigured(
            f"SQLite {'.'.join(map(str, version))} can damage a database that several connections write: "
            "only one worker with one thread is safe.",
            remedy="Install pysqlite3 (SQLite 3.51.3 or newer), or set NORTHING_DATABASE_URL to a PostgreSQL.",
        )
    return 1


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on *host*."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def open_port(host: str, port: int, *, or_next: bool) -> tuple[socket.socket, int]:
    """Listen on the port, or (``or_next``) on the first free one of the fifty after it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + 50 if or_next else port + 1):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host.strip("[]"), candidate))
            listener.listen(128)
        except OSError as problem:
            listener.close()
            if problem.errno == errno.EADDRINUSE:
                continue
            raise Misconfigured(f"{host}:{candidate} cannot be listened on: {problem.strerror}.") from None
        return listener, candidate
    raise Misconfigured(
        f"Port {port} is taken." if not or_next else f"Ports {port} to {port + 49} are all taken.",
        remedy="Choose another: --port NUMBER, or end the program that listens there.",
    )


def run(
    *, host: str, port: int, or_next: bool, workers: int, threads: int | None, ready: Callable[[str], None]
) -> None:
    """Serve until interrupted. ``ready`` is told the address once the server answers."""
    from django.conf import settings
    from django.db import connections
    from django.urls import get_resolver

    from northing.assets import collect
    from northing.cli.migrate import outstanding
    from northing.report.ahead import after_start

    threads = permitted(workers, threads)
    if outstanding():
        raise Misconfigured("The database has not got the tables of this version.", remedy="northing migrate")
    collect()
    get_resolver().check()  # imports every page and the API now: shared by the workers, and a fault ends the start
    listener, bound = open_port(host, port, or_next=or_next)
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    address = settings.PUBLIC_URL or f"http://{shown}:{bound}"
    if bound != port:
        sys.stderr.write(f"Port {port} is taken; using {bound}.\n")
    if not is_loopback(host):
        sys.stderr.write(
            f"Listening on {shown}: everybody who reaches this machine reaches the login page. Put a proxy with HTTPS "
            "before it, and set NORTHING_URL to the address that people use (docs/settings.md).\n"
        )
    connections.close_all()  # a connection must not be carried into the workers
    os.umask(0o077)
    _gunicorn(
        {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": threads,
            "timeout": 120,
            "graceful_timeout": 15,
            "keepalive": 5,
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
            "proc_name": "northing",
            "when_ready": lambda server: ready(address),
            # Another connection to the database: only where several are safe.
            **({"post_worker_init": lambda worker: after_start()} if threads > 1 else {}),
        },
        settings.LOG_LEVEL,
    )


def _gunicorn(options: dict[str, Any], level: str) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.glogging import Logger

    class Log(Logger):  # type: ignore[misc]
        """Gunicorn's lines in our own log: UTC, without secrets."""

        def setup(self, cfg: Any) -> None:
            self.error_log.handlers = []
            self.error_log.propagate = True
            self.error_log.setLevel(level)
            self.access_log.handlers = []

    class Application(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in {**options, "logger_class": Log}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from django.core.wsgi import get_wsgi_application

            return get_wsgi_application()

    Application().run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="NORTHING_PORT",
    help=f"The port; without it {PORT}, or the next that is free.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option("--threads", type=click.IntRange(1, 256), help=f"Threads a process; {THREADS} without it.")
@click.pass_obj
def serve(desk: Desk, host: str, port: int | None, workers: int, threads: int | None) -> None:
    """Start the server. Ctrl-C ends it; what was acknowledged is kept."""
    open_django()

    def ready(address: str) -> None:
        if desk.json:
            desk.answer({"address": address})
            sys.stdout.flush()
        else:
            sys.stdout.write(f"Northing is at {address}\nCtrl-C ends it.\n")
            sys.stdout.flush()

    run(host=host, port=port or PORT, or_next=port is None, workers=workers, threads=threads, ready=ready)
