"""Django's settings, from the environment; every variable is listed in ``docs/settings.md``."""

from __future__ import annotations

import os
import re
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.conf.locale import LANG_INFO
from django.utils.csp import CSP

from northing import __version__
from northing.assets import fingerprint
from northing.logs import UTCFormatter
from northing.portfolio.errors import Misconfigured

# A SQLite without the WAL-reset bug must stand in the place of the standard one before Django loads it.
try:
    import pysqlite3
    import pysqlite3.dbapi2

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
except ImportError:  # no wheel for this platform: `northing serve` then refuses more than one process
    pass

PACKAGE = Path(__file__).resolve().parent


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "yes", "true", "on"):
        return default if value == "" else True
    if value in ("0", "no", "false", "off"):
        return False
    raise Misconfigured(f"{name} is “{value}”.", remedy=f"Set {name} to yes or no.")


def _home() -> Path:
    named = os.environ.get("NORTHING_HOME")
    if named:
        return Path(named).expanduser().resolve()
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "northing"


def _made(home: Path) -> Path:
    """The home folder, made if it is not there, open to its owner alone."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise Misconfigured(
            f"The folder {home} cannot be made: {problem.strerror}.",
            remedy="Set NORTHING_HOME to a folder that you may write to.",
        ) from None
    return home


def _secret(home: Path) -> str:
    """A key of this installation's own, made at first start and readable by its owner alone."""
    named = os.environ.get("NORTHING_SECRET_KEY")
    if named:
        return named
    path = _made(home) / "secret.key"
    try:
        if not path.exists():
            # Written aside and linked, so that of two processes starting at once neither reads half a key.
            draft = home / f".secret.key.{os.getpid()}"
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(50))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as problem:
        raise Misconfigured(
            f"The key file {path} cannot be written or read: {problem.strerror}.",
            remedy="Set NORTHING_HOME to a folder that you may write to.",
        ) from None


def _database(home: Path) -> dict[str, Any]:
    url = os.environ.get("NORTHING_DATABASE_URL", "")
    if not url:
        url = f"sqlite:///{quote(str(_made(home) / 'northing.sqlite'))}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "northing.record.sqlite",
            "NAME": unquote(parts.path[1:]),
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 15,
                # A small cache of pages: plans are held in memory as plans, the system holds the file, and each
                # split of a page makes SQLite look through all of its cache, which a large one makes felt.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864;"
                    "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0; PRAGMA cache_size=-8192;"
                ),
            },
        }
    if parts.scheme not in ("postgres", "postgresql"):
        raise Misconfigured(
            f"NORTHING_DATABASE_URL names “{parts.scheme}”, which is neither sqlite nor postgresql.",
            remedy="Write postgresql://user:password@host:5432/name or sqlite:////absolute/path/northing.sqlite.",
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),  # ?host=/folder is a Unix socket
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # The same bounded wait for a writer before us as on SQLite, and acknowledged means on disk.
        "OPTIONS": {"options": "-c lock_timeout=15000 -c synchronous_commit=on", **options},
    }


def _mailer(home: Path) -> dict[str, Any]:
    """Where mail goes: an SMTP server, the terminal, or (without one) files that the operator can read."""
    url = os.environ.get("NORTHING_EMAIL_URL", "")
    parts = urlsplit(url)
    if not url or parts.scheme == "file":
        folder = unquote(parts.path) if url else str(home / "mail")
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": folder}}
    if parts.scheme == "console":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Misconfigured(
            "NORTHING_EMAIL_URL is not an address that mail can be sent through.",
            remedy="Write smtp://user:password@host:587?tls=yes, smtps://user:password@host, console: or file:/folder.",
        )
    tls = dict(parse_qsl(parts.query)).get("tls", "") in ("1", "yes", "true")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or (465 if parts.scheme == "smtps" else 587 if tls else 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": tls and parts.scheme == "smtp",
            "use_ssl": parts.scheme == "smtps",
            "timeout": 15,
        },
    }


HOME = _home()
DEBUG = False
SECRET_KEY = _secret(HOME)
DATABASES = {"default": _database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- where it is reached

PUBLIC_URL = os.environ.get("NORTHING_URL", "").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if PUBLIC_URL and (_public.scheme not in ("http", "https") or not _public.hostname):
    raise Misconfigured(
        "NORTHING_URL is not an address.", remedy="Write it as people type it: https://northing.example.org"
    )
HTTPS = _flag("NORTHING_HTTPS", _public.scheme == "https")
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("NORTHING_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host.strip()
]
if _public.hostname and _public.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_public.hostname)
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if PUBLIC_URL else []
if _flag("NORTHING_BEHIND_PROXY", False):
    # Only a proxy that sets these headers itself may be trusted with them.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # log-in attempts are counted by the visitor's address, not by the proxy's

# -- what it is made of

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "northing.access",
    "northing.record",
    "northing.facts",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "northing.urls"
WSGI_APPLICATION = "northing.wsgi.application"
_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "northing.web.frame.environment.environment",
            "context_processors": _CONTEXT_PROCESSORS,
            "compiled": HOME / "templates",
        },
    },
    {  # what the pages above do not replace: the texts of allauth's mails, and its rarer pages
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS},
    },
]

# -- who may come in

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "northing.access.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account begins with an invitation, which arrived by mail
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Northing: "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
PASSWORD_RESET_TIMEOUT = 3 * 3600
MAILERS = {"default": _mailer(HOME)}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("NORTHING_EMAIL_FROM", "Northing <northing@localhost>")

# What log-in attempts are counted in; files, so that the count holds over all worker processes.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(HOME / "attempts")}
}
SESSION_COOKIE_NAME = "northing_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "northing_csrf"
CSRF_COOKIE_SAMESITE = "Lax"

# -- what a page may do

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS and _flag("NORTHING_HTTPS_REDIRECT", False)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # HSTS for other hosts of the domain is not ours to set
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024  # a form or a JSON body; files are streamed to disk
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_HANDLERS = [
    "northing.web.changing.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# -- files of the pages: their address carries their hash, so that a browser keeps them for ever

STATICFILES_DIRS = [PACKAGE / "web" / "static"]
_assets = fingerprint(STATICFILES_DIRS[0], __version__)
STATIC_URL = f"/static/{_assets}/"
STATIC_ROOT = HOME / "static" / _assets
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = f"^{STATIC_URL}"

# -- facts: how much the engine may use

FACTS_MEMORY = os.environ.get("NORTHING_FACTS_MEMORY", "2GB")
if not re.fullmatch(r"\d+(\.\d+)? ?([KMGT]i?)?B", FACTS_MEMORY):
    raise Misconfigured(f"NORTHING_FACTS_MEMORY is “{FACTS_MEMORY}”.", remedy="Write 2GB or 500MB.")
_threads = os.environ.get("NORTHING_FACTS_THREADS") or "0"
if not _threads.isdigit():
    raise Misconfigured(f"NORTHING_FACTS_THREADS is “{_threads}”.", remedy="Write a number; 0 means all processors.")
FACTS_THREADS = int(_threads)

# -- words and time

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGES = [("en", "English")] + [  # and each that has a catalogue; docs/translating.md
    (path.parent.parent.name, LANG_INFO[path.parent.parent.name]["name_local"])
    for path in sorted(LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.mo"))
    if path.parent.parent.name in LANG_INFO
]
FORMAT_MODULE_PATH: list[str] = []

# -- what the server writes down

LOG_LEVEL = os.environ.get("NORTHING_LOG_LEVEL", "WARNING").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"utc": {"()": UTCFormatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "utc"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "northing": {"level": LOG_LEVEL},
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "gunicorn": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
    },
}
