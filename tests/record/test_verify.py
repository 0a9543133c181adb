"""Is the history genuine? Every way of meddling is found, and the first bad row is named."""

from __future__ import annotations

import inspect
import sys

import pytest

from northing.portfolio.edits import change, create, remove
from northing.portfolio.errors import Invalid, NotAllowed
from northing.record import sql

from .conftest import Cast


@pytest.fixture
def history(cast: Cast) -> str:
    """Some revisions, a scenario merged, a tag; the hash of the head."""
    id = cast.investment(stage="idea")
    cast.record.fork("cut", by=cast.bob)
    cast.record.commit([change("investment", id, stage="pilot")], on=None, by=cast.bob, reason="-", branch="cut")
    cast.record.commit([create("note", "n", subject=id, text="Words")], on=None, by=cast.ana, reason="Note")
    cast.record.merge("cut", by=cast.ana, reason="Yes")
    cast.record.tag("board", by=cast.ana)
    cast.investment("Two")
    assert cast.record.verify() == []
    return cast.record.revision(cast.record.head()).hash


BODY = b'{"id":"n","subject":"x","text":"Other"}'
MEDDLING = {
    "a body": ("UPDATE record_version SET body = %s WHERE kind = 'note' AND ws = %s", BODY, "body-changed"),
    "a hash": ("UPDATE record_version SET body_hash = %s WHERE kind = 'note' AND ws = %s", b"0" * 32, "body-changed"),
    "an author": ("UPDATE record_revision SET author = %s WHERE no = 4 AND ws = %s", "somebody", "hash-mismatch"),
    "a reason": ("UPDATE record_revision SET reason = %s WHERE no = 5 AND ws = %s", "No", "hash-mismatch"),
    "a date": ("UPDATE record_revision SET at = %s WHERE no = 4 AND ws = %s", 5, "time-runs-back"),
    "a version": ("DELETE FROM record_version WHERE from_no = %s AND ws = %s", 4, "content-changed"),
    "a revision": ("DELETE FROM record_revision WHERE no = %s AND ws = %s", 4, "revision-missing"),
    "the tail": ("DELETE FROM record_revision WHERE no > %s AND ws = %s", 5, "revision-missing"),
    "an end": ("UPDATE record_version SET to_no = %s WHERE kind = 'note' AND ws = %s", 5, "version-ended"),
    "a head": ("UPDATE record_branch SET head = %s WHERE name = 'main' AND ws = %s", 4, "branch-head"),
    "a branch": ("DELETE FROM record_branch WHERE name <> %s AND ws = %s", "main", "branch-missing"),
    "a tag": ("UPDATE record_tag SET no = %s WHERE ws = %s", 4, "tag-changed"),
    "a merge": ("UPDATE record_revision SET merged = %s WHERE no = 5 AND ws = %s", 2, "hash-mismatch"),
}


def test_a_history_is_not_too_long_to_be_verified(cast: Cast) -> None:
    """More revisions than Python nests calls; it may nest few here, so that few revisions are too many."""
    nested = 300
    id = cast.investment()
    for turn in range(nested + 50):
        cast.record.commit([change("investment", id, name=f"Name {turn}")], on=None, by=cast.ana, reason="Again")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + nested)
    try:
        assert cast.record.verify() == []
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("what", MEDDLING)
def test_meddling_is_found(cast: Cast, history: str, what: str) -> None:
    statement, value, code = MEDDLING[what]
    sql.run(statement, value, cast.workspace)
    findings = cast.record.verify()
    assert code in {finding.code for finding in findings}
    assert findings[0].value in ("3", "4", "5", "6"), "the first finding names the first bad revision"


def test_a_consistently_rewritten_past_is_found_by_the_next_hash(cast: Cast, history: str) -> None:
    """Somebody changes a body, its hash and the content hash of the revision: its own hash gives it away."""
    import hashlib

    from northing.record.revision import content_hash

    body = b'{"id":"n","subject":"x","text":"Other"}'
    digest = hashlib.sha256(body).digest()
    sql.run(
        "UPDATE record_version SET body = %s, body_hash = %s WHERE kind = 'note' AND ws = %s",
        body,
        digest,
        cast.workspace,
    )
    new = content_hash([("note", "n", 1, digest)])
    sql.run("UPDATE record_revision SET content_hash = %s WHERE no = 4 AND ws = %s", new, cast.workspace)
    assert [finding.code for finding in cast.record.verify()] == ["hash-mismatch"]


def test_a_cut_tail_is_found_by_a_head_noted_elsewhere(cast: Cast, history: str) -> None:
    assert cast.record.verify(head=history) == []
    for statement in (
        "DELETE FROM record_version WHERE from_no = 6 AND ws = %s",
        "DELETE FROM record_revision WHERE no = 6 AND ws = %s",
        "UPDATE record_counter SET next_no = 6 WHERE ws = %s",
        "UPDATE record_branch SET head = 5 WHERE name = 'main' AND ws = %s",
    ):
        sql.run(statement, cast.workspace)
    assert cast.record.verify() == [], "cut cleanly, the chain alone cannot tell"
    assert [finding.code for finding in cast.record.verify(head=history)] == ["head-missing"]


def test_redaction_forgets_and_the_chain_still_verifies(cast: Cast, history: str) -> None:
    import msgspec

    id = next(iter(cast.record.plan().investments))
    cast.record.commit(
        [change("investment", id, description="Ana Schmidt, Main Street 5")], on=None, by=cast.ana, reason="Oops"
    )
    written = cast.record.head()
    assert "Main Street" in (cast.record.plan(written).investments[id].description or "")
    with pytest.raises(NotAllowed):
        cast.record.redact("investment", id, by=cast.bob, reason="Personal")
    cast.record.commit([change("investment", id, description=None)], on=None, by=cast.ana, reason="Away")
    done = cast.record.redact("investment", id, by=cast.ana, reason="Personal data")
    assert done.via == "redact"
    assert cast.record.verify(head=history) == []
    kept = sql.rows("SELECT body FROM record_version WHERE ws = %s AND body IS NOT NULL", cast.workspace)
    assert not any(b"Main Street" in bytes(row[0]) for row in kept)
    past = cast.record.plan(written).investments[id]
    assert past.withheld == {"*": "redacted"}
    assert past.description is None
    assert cast.record.plan().investments[id].name == "Chatbot"
    assert msgspec.to_builtins(cast.record.history("investment", id))
    with pytest.raises(Invalid):
        cast.record.redact("note", "n", by=cast.ana, reason="It is in force")
    cast.record.commit([remove("note", "n")], on=None, by=cast.ana, reason="Away")
    cast.record.redact("note", "n", by=cast.ana, reason="Now it is past")
    assert cast.record.verify() == []


def test_hashes_depend_on_content_alone(cast: Cast) -> None:
    """Reckoned again from what a person can read, with nothing but SHA-256 and JSON."""
    import hashlib
    import json

    cast.investment("Straße „ß“ 🦀")
    columns = "no, branch, parent, base, merged, author, via, at, effective_on, reason, content_hash"
    row = sql.one(f"SELECT {columns}, hash FROM record_revision WHERE ws = %s", cast.workspace)
    version = sql.one("SELECT kind, id, schema, body FROM record_version WHERE ws = %s", cast.workspace)
    assert row is not None
    assert version is not None
    kind, id, schema, body = version

    def canonical(value: object) -> bytes:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    content = hashlib.sha256(canonical([[kind, id, schema, hashlib.sha256(body).hexdigest()]])).hexdigest()
    meta = dict(zip(columns.split(", "), row, strict=False))
    assert meta["content_hash"] == content
    meta.update(ws=cast.workspace, parent_hash=None, merged_hash=None)
    assert row[-1] == hashlib.sha256(canonical(meta)).hexdigest()
    assert bytes(body) == canonical(json.loads(body)), "bodies are canonical JSON"
