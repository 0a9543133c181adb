"""Schemathesis calls every operation with what nobody would send: no 5xx, nothing off the schema, no open door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from northing.portfolio.kinds import fields, kind_of
from northing.wsgi import application

from .conftest import Place

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]
PHASES = [Phase.explicit, Phase.generate]


OPERATIONS = [
    found.ok() for found in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application).get_all_operations()
]
each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request must not close the connection on which the test's transaction is open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


PLURALS = ("investments", "objectives", "people", "notes", "ai_systems")


def check(case: Any, acme: Place) -> None:
    """Two times in three what was made up is led to what exists, or it would mostly be answered with "not found"."""
    given, query, body = case.path_parameters, case.query or {}, case.body
    pick = crc32(repr((query, body)).encode())
    if "ws" in given and pick % 3:
        given["ws"] = "acme"
        plural = PLURALS[pick % 5]
        known = {"plural": plural, "id": acme.ids["bot" if plural == "investments" else "aim"], "no": 1, "number": 1}
        known["person"] = acme.actors["viewer"].id
        if pick % 2:
            given.update({name: known[name] for name in given if name in known})
            query.update({name: "1" for name in ("from", "to", "at") if name in query})
        if isinstance(body, dict) and ("reason" in body or "edits" in body):
            body["on"] = acme.record.head()
        for edit in _edits(body, plural):
            names = list(fields(kind_of(plural)))
            edit["fields"] = {
                names[(pick + place) % len(names)]: value for place, value in enumerate(edit["fields"].values())
            }
    case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {acme.keys['owner']}"})


def _edits(body: Any, plural: str) -> list[dict[str, Any]]:
    """The parts of a body whose field names are to be real ones."""
    found = [] if not isinstance(body, dict) else [body, *(body.get("edits") or ())]
    found = [one for one in found if isinstance(one, dict) and isinstance(one.get("fields"), dict)]
    for one in found:
        if "kind" in one:
            one["kind"] = plural
    return found


def run(operation: Any, acme: Place, **how: Any) -> None:
    @settings(deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck), database=None, **how)
    @given(case=operation.as_strategy())
    def every(case: Any) -> None:
        check(case, acme)

    every()


@pytest.mark.django_db
@each
def test_nothing_breaks(operation: Any, acme: Place) -> None:
    run(operation, acme, max_examples=8, derandomize=True)


@pytest.mark.long
@pytest.mark.django_db
@each
def test_nothing_breaks_at_length(operation: Any, acme: Place) -> None:
    run(operation, acme, max_examples=600)
