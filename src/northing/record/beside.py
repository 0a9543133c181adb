"""Files that stand beside the database: those of a workspace's facts. They go into a backup and out of it, and go
with their workspace.

A file is named by its content and never changed, so a copy needs no snapshot: what a revision names was complete
before that revision was.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from northing.portfolio.errors import Invalid

FOLDER = "facts"
NAMED = re.compile(
    r"facts/[0-9A-Za-z_-]+/([a-z_]+/month=\d{4}-\d{2}/[0-9a-f]{64}\.parquet|raw/[0-9a-f]{64}|rejects/[0-9a-f]{64}\.csv)"
)
"""Files that have a name of their own; what is being written has none, and is nobody's yet."""
BLOCK = 1024 * 1024


class FileMember(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the archive."""

    path: str
    octets: int
    sha256: str


def dump(archive: zipfile.ZipFile, home: Path) -> Iterator[FileMember]:
    """Put every file under *home* that a revision may name into *archive*."""
    for path in sorted((home / FOLDER).rglob("*")):
        name = path.relative_to(home).as_posix()
        if not NAMED.fullmatch(name) or not path.is_file():
            continue
        digest, octets = hashlib.sha256(), 0
        # Facts are packed already.
        kind = zipfile.ZIP_STORED if path.suffix == ".parquet" else zipfile.ZIP_DEFLATED
        member = zipfile.ZipInfo(name)
        member.compress_type = kind
        with path.open("rb") as file, archive.open(member, "w", force_zip64=True) as into:
            while block := file.read(BLOCK):
                digest.update(block)
                octets += len(block)
                into.write(block)
        yield FileMember(path=name, octets=octets, sha256=digest.hexdigest())


def load(archive: zipfile.ZipFile, members: Iterable[FileMember], home: Path) -> None:
    """Write the files of *archive* where they were. Raises :class:`Invalid` where one is not what was written."""
    for member in members:
        if not NAMED.fullmatch(member.path):
            raise Invalid(f"The backup holds a file that is none of ours: {member.path[:100]}.")
        target = home / member.path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, part = hashlib.sha256(), target.with_name(target.name + ".part")
        try:
            with archive.open(member.path) as file, part.open("wb") as into:
                while block := file.read(BLOCK):
                    digest.update(block)
                    into.write(block)
            if digest.hexdigest() != member.sha256:
                raise Invalid(f"The backup's {member.path} is not what was written: the file is damaged.")
            part.chmod(0o600)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)


def erase(workspace: str, home: Path) -> None:
    """Remove the files of *workspace* (its id)."""
    if re.fullmatch("[0-9A-Za-z_-]+", workspace):
        shutil.rmtree(home / FOLDER / workspace, ignore_errors=True)
