"""Templates as they were compiled, kept on disk: a server that starts anew does not compile them again."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

VERSION = hashlib.sha256(
    jinja2.__version__.encode() + Path(__file__).with_name("environment.py").read_bytes()
).hexdigest()[:12]
"""Changes with whatever, besides a template itself, decides what is compiled from it."""


class Compiled(FileSystemBytecodeCache):
    """A folder of its owner's alone, since what lies in it is run. A disk that is full costs speed, not a page."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), f"{VERSION}-%s")

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
