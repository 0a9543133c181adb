"""Every answer and every error looks the same: one walk over all operations of the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from northing.api import urls as _urls  # noqa: F401  (declares the operations)
from northing.api.openapi import document
from northing.api.operation import OPERATIONS, Declared

from .conftest import Call, Place

DOCUMENT: dict[str, Any] = json.loads(document())
IDS = {"no": "1", "number": "1", "plural": "investments", "id": "INV-0001", "name": "none", "person": "none"}


def addressed(declared: Declared, slug: str = "acme", **ids: str) -> str:
    path = declared.path.replace("{ws}", slug)
    for name, value in {**IDS, **ids}.items():
        path = path.replace("{" + name + "}", value)
    return path


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def is_error(body: Any) -> bool:
    return (
        set(body) == {"code", "message", "remedy", "details"}
        and isinstance(body["code"], str)
        and isinstance(body["message"], str)
        and body["message"].endswith((".", "?"))
        and (body["remedy"] is None or isinstance(body["remedy"], str))
        and isinstance(body["details"], dict)
    )


def is_answer(body: Any) -> bool:
    return {"revision", "at", "data"} <= set(body) and isinstance(body["revision"], int | None)


each = pytest.mark.parametrize("declared", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")


def test_the_document_lists_exactly_what_is_served() -> None:
    listed = {(path, method) for path, method, _ in described()}
    assert listed == {("/api/v1" + one.path, one.method) for one in OPERATIONS}
    assert len({operation["operationId"] for _, _, operation in described()}) == len(OPERATIONS)


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    for path, method, operation in described():
        assert operation["description"], (method, path)
        assert {"401", "404", "422"} <= set(operation["responses"]), (method, path)
        assert operation["security"], (method, path)
        for status, said in operation["responses"].items():
            if status[0] in "45":
                schema = said["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Refused"}, (method, path, status)


@each
def test_nobody_gets_an_answer(acme: Place, call: Call, declared: Declared) -> None:
    for key in (None, "nor_made-up", "x"):
        said = call(declared.method, addressed(declared), key, json={} if declared.asks else None)
        assert (said.status, said.body["code"]) == (401, "unauthenticated")
        assert is_error(said.body)
        assert said.headers["WWW-Authenticate"].startswith("Bearer")


@each
def test_an_owner_gets_an_answer_or_an_error_of_the_one_shape(acme: Place, call: Call, declared: Declared) -> None:
    said = call(declared.method, addressed(declared), acme.keys["owner"], json={} if declared.asks else None)
    assert said.status < 500, said.body
    assert said.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert said.headers["X-Content-Type-Options"] == "nosniff"
    assert said.headers["Cache-Control"] == "no-store"
    if not isinstance(said.body, bytes):
        assert is_answer(said.body) if said.status < 300 else is_error(said.body), said.body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/w/acme/no/such/place/at/all", 404),
        ("PUT", "/me", 405),
        ("TRACE", "/w/acme/tags", 405),
        ("GET", "/w/acme/revisions/0", 422),
        ("GET", "/w/acme/revisions/999999999999999999999999", 422),
        ("GET", "/w/acme/investments?limit=many", 422),
        ("GET", "/w/acme/investments?at=tag:none", 404),
        ("GET", "/w/acme/investments?mode=guess", 422),
    ],
)
def test_what_is_refused_before_an_operation_has_the_same_shape(
    acme: Place, call: Call, method: str, path: str, status: int
) -> None:
    said = call(method, path, acme.keys["owner"])
    assert said.status == status
    assert is_error(said.body), said.body


def test_a_defect_is_told_without_its_inside(acme: Place, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside /etc/passwd")

    monkeypatch.setattr("northing.record.Record.tags", broken)
    said = call("GET", "/w/acme/tags", acme.keys["owner"])
    assert (said.status, said.body["code"]) == (500, "defect")
    assert is_error(said.body)
    assert "secret" not in str(said.body)


def test_the_document_is_for_everybody_and_loads_nothing_from_elsewhere(client: Client) -> None:
    said = client.get("/api/v1/openapi.json")
    assert said.status_code == 200
    assert "http" not in said.json()["servers"][0]["url"]


def test_a_session_needs_the_csrf_token_to_change_something(acme: Place) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(acme.users["planner"])
    assert browser.get("/api/v1/w/acme/tags").status_code == 200
    body = {"name": "x", "at": "1"}
    refused = browser.post("/api/v1/w/acme/tags", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    browser.cookies["northing_csrf"] = token = "a" * 32
    said = browser.post("/api/v1/w/acme/tags", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert said.status_code == 201


def test_a_wrong_token_is_not_covered_by_a_session(acme: Place, client: Client) -> None:
    client.force_login(acme.users["owner"])
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer nor_wrong"}).status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": "Basic eDp5"}).status_code == 401
