"""What models cost on a day, usage and what nobody claims, through the API."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from .conftest import Call, Place


def test_two_days_of_one_model(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    assert call("GET", "/w/acme/prices?model=gpt-5.6-sol", key).data == []
    assert call("POST", "/w/acme/facts/prices", acme.keys["planner"]).status == 201
    for day, wanted in (("2026-08-20", (5, 30)), ("2026-08-22", (4, 20))):
        said = call("GET", f"/w/acme/prices?model=gpt-5.6-sol&on={day}", key)
        told = {one["tokens"]: one for one in said.data}
        assert (float(told["input"]["price"]), float(told["output"]["price"])) == wanted
        assert told["input"]["currency"] == "USD"
        assert isinstance(told["input"]["price"], str)


ASKED = [
    "usage?from=2026-01-01&until=2026-04-01",
    "usage/effects?before_from=2026-01-01&before_until=2026-02-01&after_from=2026-02-01&after_until=2026-03-01",
    "usage/reprice?model=gpt-5.6-sol&on=2026-08-20&period=2026-03",
    "unattributed?by=provider,tag.project&period=2026-03",
]


@pytest.mark.parametrize("asked", ASKED)
def test_without_facts_there_is_nothing_and_every_address_holds(acme: Place, call: Call, asked: str) -> None:
    key = acme.keys["viewer"]
    said = call("GET", f"/w/acme/{asked}", key)
    assert said.status == 200, said.body
    found = list(figures(said.data))
    assert found
    for one in found:
        why = call("GET", f"/w/acme/why?figure={quote(one['address'])}", key)
        assert why.status == 200, (one, why.body)
        assert why.data["value"] == one["value"], one


def figures(of: Any) -> Any:
    if isinstance(of, dict):
        if set(of) == {"value", "address"}:
            yield of
        for inner in of.values():
            yield from figures(inner)
    elif isinstance(of, list):
        for inner in of:
            yield from figures(inner)


def test_a_wrong_column_is_named(acme: Place, call: Call) -> None:
    assert call("GET", "/w/acme/unattributed?by=colour", acme.keys["viewer"]).status == 422
    assert call("GET", "/w/acme/usage?by=colour", acme.keys["viewer"]).status == 422
