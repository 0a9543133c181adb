"""Static files of the pages: their address holds the hash of all of them, so a browser may keep them for ever.

One hash for the whole tree, and not one a file: modules that import each other by relative names need no rewriting.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from pathlib import Path

KEPT = 7 * 24 * 3600
"""Seconds for which the files of another version stay: its server may still be running."""


def fingerprint(folder: Path, *more: str) -> str:
    """Twelve letters that change when any file below *folder* does. Reads them all: some milliseconds."""
    hashed = hashlib.sha256("\0".join(more).encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            content = path.read_bytes()
            hashed.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            hashed.update(content)
    return hashed.hexdigest()[:12]


def collect() -> bool:
    """Put all static files, and compressed copies, where the server reads them; False if they are there already.

    Several servers may start at once: the folder appears whole, by renaming, or not at all.
    """
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from whitenoise.compress import Compressor

    root = Path(settings.STATIC_ROOT)
    if root.is_dir():
        return False
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".", dir=root.parent))
    compressor = Compressor(quiet=True)
    for finder in get_finders():
        for name, storage in finder.list([]):
            copy = draft / name
            if copy.exists():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(storage.path(name), copy)
            if compressor.should_compress(name):
                for _ in compressor.compress(str(copy)):
                    pass
    try:
        draft.rename(root)
    except OSError:
        if not root.is_dir():
            raise
        shutil.rmtree(draft, ignore_errors=True)  # another server was quicker
    for other in root.parent.iterdir():
        if other != root and time.time() - other.stat().st_mtime > KEPT:
            shutil.rmtree(other, ignore_errors=True)
    return True
