"""Static files under names that carry their hash: kept by the browser for ever, never stale."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage, which also follows the ``import`` statements of our JavaScript modules."""

    support_js_module_import_aggregation = True


def collect(*, force: bool = False) -> bool:
    """Bring the hashed copies under ``STATIC_ROOT`` up to date; True if there was anything to do.

    The server calls this at start. It compares names, sizes and times, so that a second start costs milliseconds.
    """
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    now = _fingerprint()
    if not force and stamp.exists() and stamp.read_text() == now and (root / "staticfiles.json").exists():
        return False
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)
    return True


def _fingerprint() -> str:
    found: list[tuple[str, int, int]] = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            found.append((path, facts.st_size, facts.st_mtime_ns))
    return hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest()
