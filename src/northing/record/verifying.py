"""Is the history genuine? Every hash reckoned again, every body checked, every rule asked.

Findings come in the order of the revisions, so the first one names the first bad row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from northing.portfolio import rules
from northing.portfolio.errors import Finding
from northing.portfolio.kinds import KINDS

from . import sql, versions
from .models import OPEN
from .plans import PLANS
from .revision import COLUMNS, MAIN, content_hash, revision_hash
from .versions import REDACTED


def verify(workspace: str, *, head: str | None = None) -> list[Finding]:
    """What is wrong with the record; nothing, where all is as it was committed.

    *head* is the hash of a revision as somebody noted it elsewhere (an export, a mail, a printed report): a
    record whose end was cut off does not hold it any more.
    """
    with sql.snapshot():
        chain = list(_chain(workspace))
        chain.extend(_versions(workspace))
        chain.extend(_names(workspace))
        if head is not None and not sql.one(
            "SELECT 1 FROM record_revision WHERE ws = %s AND hash = %s", workspace, head
        ):
            chain.append(
                Finding(
                    code="head-missing",
                    message=f"No revision has the hash {head[:16]}…: the record was cut off, or is another one.",
                    value=head,
                    remedy="Restore a backup that holds it.",
                )
            )
        return chain if chain else list(_rules(workspace))


def _bad(code: str, no: int, message: str, *, kind: str | None = None, id: str | None = None) -> Finding:
    return Finding(code=code, message=f"Revision {no}: {message}", kind=kind, id=id, value=str(no))


def _chain(workspace: str) -> Iterator[Finding]:
    """Revisions in order: no gap, no step back in time, and each hash as its content and its parents make it."""
    contents = _contents(workspace)
    coming = next(contents, None)
    content: dict[int, list[tuple[str, str, int, bytes | None]]] = {}
    hashes: dict[int, str] = {}
    heads: dict[str, int] = {}
    last_no, last_at = 0, 0
    names = [name.strip() for name in COLUMNS.split(",")]
    for row in sql.rows(f"SELECT {COLUMNS} FROM record_revision WHERE ws = %s ORDER BY no", workspace):
        meta = dict(zip(names, row, strict=True))
        no, stated = meta["no"], meta.pop("hash")
        if no != last_no + 1:
            yield _bad("revision-missing", last_no + 1, "it is not there.")
        if meta["at"] <= last_at:
            yield _bad("time-runs-back", no, "it is dated before the one before it.")
        while coming is not None and coming[0] <= no:
            written, listed, bad = coming
            content[written] = listed
            yield from bad
            coming = next(contents, None)
        if meta["content_hash"] != content_hash(content.pop(no, [])):
            yield _bad("content-changed", no, "its entities are not what was committed.")
        above = meta["parent"]
        if above is not None and heads.get(meta["branch"], above) != above:
            yield _bad("parent-changed", no, f"its parent is not the revision before it on “{meta['branch']}”.")
        merged = meta["merged"]
        own = revision_hash(
            workspace,
            meta,
            None if above is None else hashes.get(above, "?"),
            None if merged is None else hashes.get(merged, "?"),
        )
        if own != stated:
            yield _bad("hash-mismatch", no, "its hash does not follow from what it says and from what is before it.")
        hashes[no] = stated
        heads[meta["branch"]] = no
        last_no, last_at = no, meta["at"]
    while coming is not None:
        yield from coming[2]
        yield _bad("revision-missing", coming[0], "there are entities of it, but it is not there.")
        coming = next(contents, None)
    yield from _ends(workspace, heads, last_no)


def _ends(workspace: str, heads: dict[str, int], last_no: int) -> Iterator[Finding]:
    """The counter and each branch's head stand at the newest revision that there is."""
    row = sql.one("SELECT next_no FROM record_counter WHERE ws = %s", workspace)
    if row is not None and row[0] != last_no + 1:
        yield _bad("revision-missing", last_no + 1, f"the record ends before it, but counted to {row[0] - 1}.")
    for name, head in sql.rows("SELECT name, head FROM record_branch WHERE ws = %s ORDER BY name", workspace):
        if heads.pop(name, None) != head:
            yield _bad("branch-head", head, f"“{name}” does not end there.")
    for name, head in sorted(heads.items()):
        yield _bad("branch-missing", head, f"its branch “{name}” is not there.")


Contents = Iterator[tuple[int, list[tuple[str, str, int, bytes | None]], list[Finding]]]


def _contents(workspace: str) -> Contents:
    """By revision, what it wrote, and the bodies that are not what their hash says."""
    no, listed, bad = 0, list[tuple[str, str, int, bytes | None]](), list[Finding]()
    for from_no, kind, id, schema, digest, body in sql.stream(
        "SELECT from_no, kind, id, schema, body_hash, body FROM record_version WHERE ws = %s"
        " ORDER BY from_no, kind, id",
        workspace,
    ):
        if from_no != no:
            if listed:
                yield no, listed, bad
            no, listed, bad = from_no, [], []
        said = None if digest is None else bytes(digest)
        listed.append((kind, id, schema, said))
        wrong = _wrong_body(kind, id, schema, said, None if body is None else bytes(body))
        if wrong:
            bad.append(_bad("body-changed", no, wrong, kind=kind, id=id))
    if listed:
        yield no, listed, bad


def _wrong_body(kind: str, id: str, schema: int, digest: bytes | None, body: bytes | None) -> str | None:
    title = KINDS[kind].TITLE if kind in KINDS else kind
    if digest is None or body is None:
        return None if digest is None and body is None else f"the body of {title} {id} was taken out or put in."
    if body == REDACTED:
        return None
    if hashlib.sha256(body).digest() != digest:
        return f"the body of {title} {id} is not what was committed."
    if kind not in KINDS:
        return None
    try:
        entity = versions.entity_of(kind, id, schema, body)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        return f"the body of {title} {id} cannot be read: {error}."
    return None if entity.id == id else f"the body of {title} {id} belongs to another one."


def _versions(workspace: str) -> Iterator[Finding]:
    """Each entity's versions follow one another without gap, and the last one is open."""
    before: tuple[str, str, str] | None = None
    until = OPEN
    for branch, kind, id, from_no, to_no in sql.stream(
        "SELECT branch, kind, id, from_no, to_no FROM record_version WHERE ws = %s ORDER BY branch, kind, id, from_no",
        workspace,
    ):
        key = (branch, kind, id)
        if before is not None and key != before and until != OPEN:
            yield _bad(
                "version-ended", until, f"no version follows there on “{before[0]}”.", kind=before[1], id=before[2]
            )
        if key == before and until != from_no:
            yield _bad(
                "version-overlap", from_no, f"the version before it ends elsewhere on “{branch}”.", kind=kind, id=id
            )
        before, until = key, to_no
    if before is not None and until != OPEN:
        yield _bad("version-ended", until, f"no version follows there on “{before[0]}”.", kind=before[1], id=before[2])


def _names(workspace: str) -> Iterator[Finding]:
    """Each tag names the revision that it named when it was made."""
    for name, no in sql.rows(
        "SELECT t.name, t.no FROM record_tag t LEFT JOIN record_revision r ON r.ws = t.ws AND r.no = t.no"
        " AND r.branch = t.branch AND r.hash = t.hash WHERE t.ws = %s AND r.no IS NULL ORDER BY t.no",
        workspace,
    ):
        yield _bad("tag-changed", no, f"the tag “{name}” was made for another revision than the one that is there.")


def _rules(workspace: str) -> Iterator[Finding]:
    """Every rule on the plan of record and on each open scenario, as they are now."""
    open_ones = sql.rows(
        "SELECT name FROM record_branch WHERE ws = %s AND closed_by IS NULL AND kind <> 'import' ORDER BY name",
        workspace,
    )
    for name in sorted((row[0] for row in open_ones), key=lambda name: (name != MAIN, name)):
        for finding in rules.check_all(PLANS.get(workspace, name, OPEN)):
            where = "" if name == MAIN else f" (in “{name}”)"
            yield msgspec.structs.replace(finding, message=finding.message + where, severity="warning")
