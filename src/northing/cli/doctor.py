"""``northing doctor``: is this installation sound, and what to do where it is not."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import click
import msgspec

from northing import __version__
from northing.cli.desk import Desk, open_django
from northing.cli.tell import refusal

GIB = 1024**3


class Check(msgspec.Struct, frozen=True):
    """One thing looked at."""

    name: str
    state: Literal["good", "warning", "wrong"]
    found: str
    remedy: str | None = None


def versions() -> Iterator[Check]:
    """Northing, Python, and the libraries that matter to what is stored and sent."""
    yield Check("Northing", "good", __version__)
    yield Check("Python", "good", platform.python_version())
    for package in ("django", "pysqlite3", "psycopg", "msgspec", "gunicorn"):
        try:
            yield Check(package, "good", version(package))
        except PackageNotFoundError:
            yield Check(package, "warning", "not installed", "Install what requirements.lock names: make setup")


def home() -> Iterator[Check]:
    """The folder that everything is in: ours, closed to others, with room to grow."""
    from django.conf import settings

    folder = Path(settings.HOME)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Check("home", "wrong", f"{folder} cannot be written", "Check who owns it, or set NORTHING_HOME.")
        return
    yield _closed("home", folder)
    key = folder / "secret.key"
    if key.exists():
        yield _closed("secret key", key)
    free = shutil.disk_usage(folder).free
    state: Literal["good", "warning", "wrong"] = "wrong" if free < GIB // 10 else "warning" if free < GIB else "good"
    remedy = None if state == "good" else "Make room: a write that finds none is refused, never half done."
    yield Check("free disk", state, f"{free / GIB:,.1f} GiB", remedy)


def _closed(name: str, path: Path) -> Check:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        right = "700" if path.is_dir() else "600"
        return Check(name, "warning", f"{path} is open to others ({mode:o})", f"chmod {right} {path}")
    return Check(name, "good", str(path))


def database() -> Iterator[Check]:
    """It answers, it is safe with several connections, it has the tables of this version."""
    from django.db import connection

    from northing.cli.migrate import outstanding
    from northing.cli.serve import SAFE_SQLITE, sqlite_version

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            found = sqlite_version()
            assert found is not None
            text = f"SQLite {'.'.join(map(str, found))}, {connection.settings_dict['NAME']}"
            if found >= SAFE_SQLITE:
                yield Check("database", "good", text)
            else:
                yield Check(
                    "database", "wrong", f"{text}: this library can damage a file that several connections write",
                    "Install pysqlite3, or use PostgreSQL; until then one worker with one thread runs.",
                )  # fmt: skip
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            full = cursor.fetchone()[0] == 2
            if journal == "wal" and full:
                yield Check("durability", "good", "WAL, synchronous=FULL: acknowledged is on the disk")
            else:
                yield Check("durability", "wrong", f"journal {journal}", "Keep the file on a local disk.")
        else:
            cursor.execute("SHOW server_version")
            yield Check("database", "good", f"PostgreSQL {cursor.fetchone()[0]}")
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            fsync, commit = cursor.fetchone()
            if fsync == "on" and commit != "off":
                yield Check("durability", "good", f"fsync {fsync}, synchronous_commit {commit}")
            else:
                yield Check("durability", "wrong", f"fsync {fsync}, synchronous_commit {commit}", "Set both to on.")
    steps = outstanding()
    if steps:
        yield Check("tables", "wrong", f"{len(steps)} upgrades are outstanding", "northing migrate")
    else:
        yield Check("tables", "good", "up to date")


def door() -> Iterator[Check]:
    """Where people reach it, and where its mail goes."""
    from django.conf import settings

    if settings.PUBLIC_URL:
        state: Literal["good", "warning"] = "good" if settings.HTTPS else "warning"
        remedy = None if settings.HTTPS else "Use an address with https, behind a proxy that speaks it."
        yield Check("address", state, settings.PUBLIC_URL, remedy)
    else:
        yield Check("address", "good", "this machine only (NORTHING_URL is not set)")
    mailer = settings.MAILERS["default"]
    kind = mailer["BACKEND"].rsplit(".", 2)[-2]
    options = mailer.get("OPTIONS", {})
    where = {
        "smtp": f"sent through {options.get('host')}:{options.get('port')}",
        "filebased": f"written to {options.get('file_path')}; set NORTHING_EMAIL_URL to send it",
        "console": "written to the terminal",
    }
    yield Check("mail", "good", where.get(kind, kind))


def chains() -> Iterator[Check]:
    """The record of each workspace: every hash recomputed, every rule checked."""
    from northing.access.models import Workspace
    from northing.record import Record
    from northing.report.verifying import verify

    for workspace in Workspace.objects.order_by("slug"):
        record = Record(workspace.id)
        findings = [finding for finding in verify(workspace.id) if finding.severity == "error"]
        name = f"record of {workspace.slug}"
        if findings:
            yield Check(name, "wrong", findings[0].message, f"northing verify --workspace {workspace.slug}")
        else:
            yield Check(name, "good", f"{record.head():,} revisions, the chain is whole")


def examine(with_chains: bool) -> list[Check]:
    """Every check; one that cannot be made is itself what is wrong."""
    parts: list[tuple[str, Callable[[], Iterator[Check]]]] = [
        ("versions", versions),
        ("home", home),
        ("database", database),
        ("address", door),
    ]
    if with_chains:
        parts.append(("record", chains))
    checks: list[Check] = []
    for name, part in parts:
        try:
            checks.extend(part())
        except Exception as problem:
            known = refusal(problem)
            if known is None:
                raise
            checks.append(Check(name, "wrong", known.message, known.remedy))
    return checks


@click.command()
@click.option("--verify", is_flag=True, help="Also recompute the chain of every workspace.")
@click.pass_obj
def doctor(desk: Desk, verify: bool) -> None:
    """Check the installation. Ends with 1 where something is wrong."""
    open_django()
    checks = examine(verify)
    if desk.json:
        desk.answer(checks)
    else:
        marks = {"good": "ok", "warning": "careful", "wrong": "WRONG"}
        desk.table(["", "", ""], [[marks[check.state], check.name, check.found] for check in checks])
        for check in checks:
            if check.remedy:
                desk.tell(f"→ {check.name}: {check.remedy}")
    if any(check.state == "wrong" for check in checks):
        raise click.exceptions.Exit(1)
