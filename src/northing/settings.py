"""Django's settings, from the environment; every variable is listed in ``docs/settings.md``."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# A SQLite without the WAL-reset bug must stand in the place of the standard one before Django loads it.
try:
    import pysqlite3
    import pysqlite3.dbapi2

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
except ImportError:  # no wheel for this platform: `northing serve` then refuses more than one process
    pass


def _home() -> Path:
    named = os.environ.get("NORTHING_HOME")
    if named:
        return Path(named).expanduser().resolve()
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "northing"


def _secret(home: Path) -> str:
    """A key of this installation's own, made at first start and readable by its owner alone."""
    named = os.environ.get("NORTHING_SECRET_KEY")
    if named:
        return named
    path = home / "secret.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _database(home: Path) -> dict[str, Any]:
    url = os.environ.get("NORTHING_DATABASE_URL", "")
    if not url:
        home.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{home / 'northing.sqlite'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "northing.record.sqlite",
            "NAME": unquote(parts.path[1:]) if not parts.path.startswith("//") else unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 15,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864;"
                    "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0;"
                ),
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
    }


HOME = _home()
DEBUG = False
SECRET_KEY = _secret(HOME)
ALLOWED_HOSTS = [host for host in os.environ.get("NORTHING_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
DATABASES = {"default": _database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "northing.access",
    "northing.record",
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
