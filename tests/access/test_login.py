"""Logging in: what is tried is limited, nothing is told about who exists, and the session is the browser's alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import global_settings, settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils.module_loading import import_string

from northing import settings as own
from northing.access import members
from northing.access.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "three blind mice 3"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ana() -> User:
    return members.new_user("ana@acme.example", PASSWORD, "Ana")


def log_in(client: Client, email: str, password: str) -> bool:
    client.post("/account/login/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def test_the_right_password_opens_a_new_session(ana: User) -> None:
    """The session's name is another one after logging in: one that was planted is worth nothing."""
    client = Client()
    client.get("/account/login/")
    client.session["planted"] = True
    client.session.save()
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)
    assert log_in(client, "ANA@acme.example", PASSWORD)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert before is None or cookie.value != before.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_guessing_is_stopped(ana: User, caplog: pytest.LogCaptureFixture) -> None:
    """After a few wrong guesses even the right password waits; the log counts them and holds no address."""
    client = Client()
    for guess in range(12):
        assert not log_in(client, ana.email, f"guess {guess}")
    assert not log_in(client, ana.email, PASSWORD)
    assert "login failed: from=127.0.0.1" in caplog.text
    assert ana.email not in caplog.text
    assert "guess" not in caplog.text


def test_nothing_tells_who_exists(ana: User) -> None:
    """Wrong password or unknown address, and a reset for either: the same page."""
    said = []
    for email in (ana.email, "nobody@acme.example"):
        cache.clear()
        client = Client()
        login = client.post("/account/login/", {"login": email, "password": "wrong"})
        reset = client.post("/account/password/reset/", {"email": email})
        text = login.content.decode().replace(email, "…")
        said.append((login.status_code, "incorrect" in text or "correct" in text, reset.status_code, reset["Location"]))
    assert said[0] == said[1]
    assert [message.to for message in mail.outbox] == [[ana.email]]


def test_nobody_signs_up_by_themselves() -> None:
    client = Client()
    client.post("/account/signup/", {"email": "eve@evil.example", "password1": PASSWORD})
    assert not User.objects.exists()


def test_who_is_switched_off_is_out(ana: User) -> None:
    client = Client()
    assert log_in(client, ana.email, PASSWORD)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get("/api/v1/me").status_code == 401
    assert not log_in(Client(), ana.email, PASSWORD)


def test_a_new_password_ends_every_session(ana: User) -> None:
    client = Client()
    assert log_in(client, ana.email, PASSWORD)
    assert client.get("/api/v1/me").status_code == 200
    members.set_password(ana, "four blind mice 4")
    assert client.get("/api/v1/me").status_code == 401


def test_logging_out_ends_the_session(ana: User) -> None:
    client = Client()
    log_in(client, ana.email, PASSWORD)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/account/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/api/v1/me").status_code == 401


def test_passwords_are_hashed_slowly() -> None:
    """Northing sets no hashers of its own (the tests do, to be quick): Django's first one is in force."""
    assert not hasattr(own, "PASSWORD_HASHERS")
    first = import_string(global_settings.PASSWORD_HASHERS[0])
    assert first.iterations >= 600_000


def test_cookies_are_secure_where_people_come_by_https() -> None:
    assert own.SESSION_COOKIE_HTTPONLY is True
    assert own.SESSION_COOKIE_SECURE is own.HTTPS
    assert own.CSRF_COOKIE_SECURE is own.HTTPS
