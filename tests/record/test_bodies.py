"""Bodies of every kind and every age can be read, and what this version does not know survives an edit.

``bodies/`` holds what earlier versions wrote, byte for byte: add to it, never change it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from northing.portfolio import upcast
from northing.portfolio.edits import Body, change, check_body
from northing.portfolio.investment import Investment
from northing.portfolio.kinds import KINDS
from northing.record import sql, versions

from .conftest import Cast

HERE = Path(__file__).parent / "bodies"
CORPUS = [
    (path.stem, int(path.parent.name.removeprefix("schema-")), line)
    for path in sorted(HERE.glob("schema-*/*.jsonl"))
    for line in path.read_bytes().splitlines()
]


def test_the_corpus_holds_every_kind() -> None:
    assert {kind for kind, _, _ in CORPUS} == set(KINDS)


@pytest.mark.parametrize(("kind", "schema", "body"), CORPUS)
def test_an_old_body_is_read_and_kept(kind: str, schema: int, body: bytes) -> None:
    id = msgspec.json.decode(body)["id"]
    entity = versions.entity_of(kind, id, schema, body)
    assert (entity.KIND, entity.id) == (kind, id)
    stored = versions.body_of(kind, id, versions.Stored("main", 1, schema, body))
    assert stored is not None
    again, written = check_body(kind, stored)
    assert again == entity
    if schema == KINDS[kind].SCHEMA:
        assert written == body, "written again it is the same, byte for byte, unknown fields included"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_redacted_body_of_any_kind_can_be_read(kind: str) -> None:
    entity = versions.entity_of(kind, "x", 1, versions.REDACTED)
    assert entity.withheld == {"*": "redacted"}


def test_an_older_schema_is_brought_up_and_its_bytes_stay(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if ``category`` had been called ``class`` once, and a field unknown here came from a newer version."""

    def renamed(body: Body) -> Body:
        body = dict(body)
        body["category"] = body.pop("class", None)
        return body

    monkeypatch.setitem(upcast.UPCASTS, ("investment", 1), renamed)
    monkeypatch.setattr(Investment, "SCHEMA", 2)
    id = cast.investment()
    old = msgspec.json.encode({"class": "Service", "id": id, "name": "Old", "whatever": [1, 2]}, order="sorted")
    sql.run(
        "UPDATE record_version SET schema = 1, body = %s, body_hash = %s WHERE ws = %s",
        old,
        hashlib.sha256(old).digest(),
        cast.workspace,
    )
    from northing.record.plans import PLANS

    PLANS.clear()
    assert cast.record.plan().investments[id].category == "Service"
    assert cast.record.changes(0, 1)[0].after == cast.record.plan().investments[id]
    cast.record.commit([change("investment", id, stage="pilot")], on=None, by=cast.ana, reason="Edit")
    (first, second) = sql.rows("SELECT schema, body FROM record_version WHERE ws = %s ORDER BY from_no", cast.workspace)
    assert (first[0], bytes(first[1])) == (1, old), "stored bytes are never rewritten"
    assert second[0] == 2
    assert msgspec.json.decode(second[1])["whatever"] == [1, 2]
    assert [item.field for item in cast.record.history("investment", id) if item.no == 2] == ["stage"]
