"""Where a workspace's facts lie on disk: files named by their content, written whole or not at all.

``<table>/month=2026-03/<sha256>.parquet`` holds facts, ``raw/<sha256>`` the input as it may be kept,
``rejects/<sha256>.csv`` what could not be read. A file is written aside, synced, then renamed: whatever has its name
is complete, and what a kill leaves behind is in ``staging``, which nobody reads.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from northing.portfolio.errors import Finding, NotFound, Unavailable
from northing.portfolio.facts import Batch, Delivery

DAY = 24 * 3600
ASIDE = ("staging", "inputs")
"""Folders of files that have no name of their own yet: being written, and inputs that wait to be read."""
BLOCK = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Usage(msgspec.Struct, frozen=True):
    """How much lies in a store."""

    files: int
    octets: int


def root() -> Path:
    """The folder that every workspace's facts are in."""
    from django.conf import settings

    return Path(settings.HOME) / "facts"


class Store:
    """The files of one workspace's facts."""

    def __init__(self, workspace: str, *, folder: Path | None = None) -> None:
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", workspace):
            raise NotFound("There is no such workspace.")
        self.workspace = workspace
        self.folder = (folder or root()) / workspace

    def batch(self, batch: Batch) -> Path:
        """The Parquet file of *batch*."""
        return self.parquet(batch.table, batch.month, batch.sha256)

    def parquet(self, table: str, month: str, sha256: str) -> Path:
        return self.folder / table / f"month={month}" / f"{sha256}.parquet"

    def raw(self, sha256: str) -> Path:
        """The input of a delivery as it is kept."""
        return self.folder / "raw" / sha256

    def rejects(self, sha256: str) -> Path:
        """The refused rows of a delivery, as CSV."""
        return self.folder / "rejects" / f"{sha256}.csv"

    @contextlib.contextmanager
    def workbench(self) -> Iterator[Path]:
        """A folder to write aside in, on the same disk as the store; gone afterwards, whatever happens."""
        folder = self.folder / "staging" / secrets.token_hex(8)
        try:
            _make(folder)
        except OSError as problem:
            raise refused(problem) from problem
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, draft: Path, target: Path) -> None:
        """Give a file that was written aside its name: synced first, and its folder after.

        One that is there already stays, unless it is damaged.
        """
        if target.exists() and sha256_of(target) == target.name.partition(".")[0]:
            draft.unlink()
            # A new claim to an old file: younger than what a sweep may take.
            os.utime(target)
            return
        _make(target.parent)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.chmod(0o600)
        draft.rename(target)
        _sync(target.parent)

    def missing(self, delivery: Delivery) -> list[Finding]:
        """What of *delivery*'s files is not here or not what was written: every hash reckoned again."""
        files = [(self.batch(batch), batch.sha256, f"facts of {batch.month}") for batch in delivery.batches]
        if delivery.kept_sha256:
            files.append((self.raw(delivery.kept_sha256), delivery.kept_sha256, "the input"))
        if delivery.rejects_sha256:
            files.append((self.rejects(delivery.rejects_sha256), delivery.rejects_sha256, "the refused rows"))
        return [finding for path, sha256, what in files for finding in _looked_at(path, sha256, what, delivery)]

    def files(self) -> Iterator[Path]:
        """Every file with a name of its own; not what is being written."""
        for place in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if place.name not in ASIDE and place.is_dir():
                yield from sorted(path for path in place.rglob("*") if path.is_file())

    def usage(self) -> Usage:
        """How many files there are, and how large they are together."""
        sizes = [path.stat().st_size for path in self.files()]
        return Usage(len(sizes), sum(sizes))

    def sweep(self, keep: set[str], *, older_than: float = DAY) -> Usage:
        """Remove files whose hash is not in *keep* (those that any revision names) and that nobody touched lately."""
        before = time.time() - older_than
        count = octets = 0
        for path in list(self.files()):
            named = _SHA256.match(path.name)
            status = path.stat()
            if (named is None or named[0] not in keep) and status.st_mtime < before:
                path.unlink(missing_ok=True)
                count, octets = count + 1, octets + status.st_size
        benches = self.folder / "staging"
        for bench in benches.iterdir() if benches.is_dir() else ():
            if _touched(bench) < before:
                shutil.rmtree(bench, ignore_errors=True)
        return Usage(count, octets)

    def erase(self) -> None:
        """Remove everything, when the workspace is removed."""
        shutil.rmtree(self.folder, ignore_errors=True)


def sweep_strays(workspaces: set[str], *, older_than: float = DAY) -> Usage:
    """Remove what lies under the ids of workspaces that are not: a load that was killed before it had made its own.

    *workspaces*: the ids of all that there are. A first load may be on its way: what is younger stays.
    """
    before = time.time() - older_than
    count = octets = 0
    for folder in sorted(root().iterdir()) if root().is_dir() else ():
        if folder.is_dir() and folder.name not in workspaces and _touched(folder) < before:
            sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
            shutil.rmtree(folder, ignore_errors=True)
            count, octets = count + len(sizes), octets + sum(sizes)
    return Usage(count, octets)


def _touched(folder: Path) -> float:
    """When *folder* or anything in it was last written; what somebody works at is written to all the time."""
    return max((path.stat().st_mtime for path in (folder, *folder.rglob("*")) if path.exists()), default=0.0)


def named_hashes(deliveries: Iterable[Delivery]) -> set[str]:
    """The hashes of all files that *deliveries* name: what a sweep must keep."""
    found: set[str] = set()
    for delivery in deliveries:
        found.update(batch.sha256 for batch in delivery.batches)
        found.update(sha for sha in (delivery.kept_sha256, delivery.rejects_sha256) if sha)
    return found


def sha256_of(path: Path) -> str:
    """The hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refused(problem: OSError) -> Unavailable:
    """What is said where the disk does not take what is written."""
    return Unavailable(
        f"The facts could not be written: {problem.strerror or problem}. Nothing of the input was taken in.",
        remedy="Make room on the disk that NORTHING_HOME is on, then bring the same input in again.",
    )


def _looked_at(path: Path, sha256: str, what: str, delivery: Delivery) -> Iterator[Finding]:
    if not path.exists():
        said = f"Of the delivery “{delivery.name}”, {what} are not there: {path.name[:16]}… is missing."
    elif sha256_of(path) != sha256:
        said = f"Of the delivery “{delivery.name}”, {what} are not what was written: {path.name[:16]}… has changed."
    else:
        return
    yield Finding(
        code="facts-damaged",
        message=said,
        kind="delivery",
        id=delivery.id,
        value=sha256,
        remedy="Restore the facts folder from a backup, or bring the same input in again.",
    )


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
