"""Settings from the environment, as a server with them would run; and what it writes to its log."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from northing.assets import fingerprint
from northing.logs import UTCFormatter, without_secrets


def settings_of(home: Path, *names: str, **environment: str) -> dict[str, Any]:
    """Django's settings of a fresh process with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
    asked = (
        "import json; from northing import settings as s; "
        f"print(json.dumps({{name: getattr(s, name) for name in {names!r}}}, default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], env={**kept, "NORTHING_HOME": str(home), **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_sqlite_is_durable_and_safe(tmp_path: Path) -> None:
    default = settings_of(tmp_path, "DATABASES")["DATABASES"]["default"]
    assert default["ENGINE"] == "northing.record.sqlite"
    assert default["NAME"] == str(tmp_path / "northing.sqlite")
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert default["OPTIONS"]["timeout"] == 15
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0", "trusted_schema=OFF"):
        assert pragma in default["OPTIONS"]["init_command"]


def test_a_home_with_odd_letters_in_its_name(tmp_path: Path) -> None:
    home = tmp_path / "Łódź #1 100% ok?"
    assert settings_of(home, "DATABASES")["DATABASES"]["default"]["NAME"] == str(home / "northing.sqlite")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ana:p%40ss@db.example:5433/plans",
            {"NAME": "plans", "USER": "ana", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"},
        ),
        ("postgres://ana@/plans?host=/run/postgresql", {"NAME": "plans", "USER": "ana", "HOST": "/run/postgresql"}),
        ("sqlite:////var/plans.sqlite", {"NAME": "/var/plans.sqlite"}),
        ("sqlite:///plans.sqlite", {"NAME": "plans.sqlite"}),
    ],
)
def test_the_database_s_address(tmp_path: Path, url: str, expected: dict[str, str]) -> None:
    found = settings_of(tmp_path, "DATABASES", NORTHING_DATABASE_URL=url)["DATABASES"]["default"]
    assert {name: found[name] for name in expected} == expected


def test_postgresql_is_durable_and_waits_no_longer_than_sqlite(tmp_path: Path) -> None:
    url = "postgresql://ana@db/plans?sslmode=verify-full"
    found = settings_of(tmp_path, "DATABASES", NORTHING_DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert "synchronous_commit=on" in found["options"]
    assert "lock_timeout=15000" in found["options"]
    assert found["sslmode"] == "verify-full"


def test_an_https_address_turns_on_what_belongs_to_it(tmp_path: Path) -> None:
    names = (
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
    )
    found = settings_of(tmp_path, *names, NORTHING_URL="https://northing.example.org/")
    assert "northing.example.org" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://northing.example.org"]
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] > 0


def test_without_an_address_only_this_machine_is_answered(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "ALLOWED_HOSTS", "DEBUG")
    assert found == {"ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"], "DEBUG": False}


@pytest.mark.parametrize(
    ("url", "backend", "options"),
    [
        ("", "filebased", {}),
        ("console:", "console", {}),
        ("smtp://u:p@mail:2525", "smtp", {"host": "mail", "port": 2525, "use_tls": False, "use_ssl": False}),
        ("smtp://mail?tls=yes", "smtp", {"port": 587, "use_tls": True}),
        ("smtps://u:p%2F@mail", "smtp", {"port": 465, "use_ssl": True, "password": "p/"}),
    ],
)
def test_mail(tmp_path: Path, url: str, backend: str, options: dict[str, Any]) -> None:
    found = settings_of(tmp_path, "MAILERS", NORTHING_EMAIL_URL=url)["MAILERS"]["default"]
    assert f".{backend}." in found["BACKEND"]
    assert {name: found["OPTIONS"][name] for name in options} == options


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", "from northing import settings as s; print(s.SECRET_KEY)"],
            env={**kept, "NORTHING_HOME": str(tmp_path / "home")}, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(6)
    ]  # fmt: skip
    keys = {process.communicate()[0].strip() for process in started}
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret.key"]
    assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_django_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**kept, "NORTHING_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "northing.settings",
             "NORTHING_URL": "https://northing.example.org", "NORTHING_HTTPS_REDIRECT": "yes",
             "NORTHING_EMAIL_URL": "smtp://mail?tls=yes"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "access", "record"],
        env={**kept, "NORTHING_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "northing.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


# -- the log


def line_of(message: str, *arguments: object) -> str:
    record = logging.LogRecord("northing.test", logging.WARNING, __file__, 1, message, arguments, None)
    record.created, record.msecs = 1_790_000_000.25, 250
    return UTCFormatter().format(record)


def test_a_line_says_the_time_in_utc() -> None:
    assert line_of("here") == "2026-09-21T14:13:20.250Z WARNING northing.test: here"


def test_what_a_visitor_sends_begins_no_new_line() -> None:
    assert "\n" not in line_of("path %s", "/x\n2026-01-01T00:00:00.000Z ERROR forged: all is lost")


@pytest.mark.parametrize(
    "secret",
    [
        "GET /account/password/reset/key/1-c8xq2k-5f6a7b8c9d/ failed",
        "Authorization: Bearer nor_5f6a7b8c9d5f6a7b8c9d",
        "token nor_5f6a7b8c9d5f6a7b8c9d refused",
        "form {'password': '5f6a7b8c9d'}",
        "Cookie: northing_session=5f6a7b8c9d",
        "postgresql://ana:5f6a7b8c9d@db/plans does not answer",
        "GET /invitation/5f6a7b8c9d",
    ],
)
def test_no_secret_stays_in_a_line(secret: str) -> None:
    assert "5f6a7b8c9d" in secret
    assert "5f6a7b8c9d" not in without_secrets(secret)


# -- static files


def test_the_address_of_the_static_files_changes_with_any_of_them(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("a")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    (tmp_path / "js" / "a.js").write_text("b")
    second = fingerprint(tmp_path)
    (tmp_path / "js" / "b.js").write_text("")
    assert len({first, second, fingerprint(tmp_path), fingerprint(tmp_path, "2.0")}) == 4
