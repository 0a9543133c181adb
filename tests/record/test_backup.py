"""Backup while others write; restored elsewhere, on either database, it is equal."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from northing.portfolio.edits import change, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid
from northing.record import Record
from northing.record.backup import Manifest, backup, restore

from .conftest import Cast, make_cast

ELSEWHERE = """
import json, sys
import django
django.setup()
from northing.record import Record
from northing.record.backup import restore
from northing.portfolio.errors import NorthingError
try:
    manifest = restore(sys.argv[1])
except NorthingError as error:
    print(json.dumps({"error": error.message, "code": error.code}))
    sys.exit(1)
import hashlib, msgspec
seen = {}
for head in manifest.heads:
    record = Record(head.workspace)
    plan = record.plan()
    entities = sorted((e.KIND, e.id, msgspec.to_builtins(e)) for e in plan.all())
    seen[head.workspace] = {
        "head": record.head(), "hash": head.hash, "tags": [tag.name for tag in record.tags()],
        "findings": len(record.verify(head=head.hash)),
        "content": hashlib.sha256(json.dumps(entities, sort_keys=True).encode()).hexdigest(),
    }
print(json.dumps(seen))
"""


def restored(path: Path, home: Path, database: str = "") -> dict[str, object]:
    """What a process of its own sees after restoring *path* into an empty home."""
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "NORTHING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "northing.settings"}
    environment["NORTHING_DATABASE_URL"] = database
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(path)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("{"), done.stderr
    answer: dict[str, object] = msgspec.json.decode(done.stdout)
    return answer


def fingerprint(record: Record) -> str:
    import hashlib
    import json

    entities = sorted((e.KIND, e.id, msgspec.to_builtins(e)) for e in record.plan().all())
    return hashlib.sha256(json.dumps(entities, sort_keys=True).encode()).hexdigest()


def until(holds: Callable[[], bool]) -> None:
    last = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < last, "the writers stopped"
        time.sleep(0.01)


def fill(cast: Cast, count: int = 30) -> None:
    id = cast.investment("Straße 🦀", stage="idea")
    for n in range(count):
        cast.record.commit([change("investment", id, description=f"Step {n}")], on=None, by=cast.ana, reason=f"{n}")
    cast.record.fork("cut", by=cast.bob)
    cast.record.commit([create("note", new_id(), subject=id, text="x")], on=None, by=cast.bob, reason="-", branch="cut")
    cast.record.tag("board", by=cast.ana)


def test_restored_elsewhere_it_is_equal(cast: Cast, tmp_path: Path) -> None:
    fill(cast)
    manifest = backup(tmp_path / "backup.zip")
    assert {head.workspace for head in manifest.heads} == {cast.workspace}
    assert (tmp_path / "backup.zip").stat().st_mode & 0o777 == 0o600
    seen = restored(tmp_path / "backup.zip", tmp_path / "home")[cast.workspace]
    assert seen == {
        "head": cast.record.head(),
        "hash": manifest.heads[0].hash,
        "tags": ["board"],
        "findings": 0,
        "content": fingerprint(cast.record),
    }


def test_a_backup_of_one_database_restores_on_the_other(
    cast: Cast, tmp_path: Path, database: str, postgres_server: object
) -> None:
    fill(cast)
    backup(tmp_path / "backup.zip")
    url = "" if database == "postgres" else postgres_server.create(f"other{os.getpid()}")
    seen = restored(tmp_path / "backup.zip", tmp_path / "home", url)[cast.workspace]
    assert seen["content"] == fingerprint(cast.record)
    assert seen["findings"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_backup_while_others_write_is_one_moment(tmp_path: Path) -> None:
    cast = make_cast()
    ids = [cast.investment(f"N{n}") for n in range(4)]
    fill(cast, 200)
    stop = threading.Event()
    wrote = []

    def writer(number: int) -> None:
        from django.db import connection

        step = 0
        while not stop.is_set():
            edits = [change("investment", id, description=f"{number} {step}") for id in ids[number::2]]
            wrote.append(cast.record.commit(edits, on=None, by=cast.ana, reason="Meanwhile").revision.no)
            step += 1
        connection.close()

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(wrote) >= 20)
        before = max(wrote)
        manifest = backup(tmp_path / "backup.zip")
        until(lambda: max(wrote) >= before + 20)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    (head,) = manifest.heads
    assert before <= head.no < cast.record.head()
    assert cast.record.revision(head.no).hash == head.hash
    seen = restored(tmp_path / "backup.zip", tmp_path / "home")[cast.workspace]
    assert (seen["head"], seen["hash"], seen["findings"]) == (head.no, head.hash, 0)


def test_what_is_no_backup_is_refused(cast: Cast, tmp_path: Path) -> None:
    fill(cast, 3)
    path = tmp_path / "backup.zip"
    backup(path)
    with pytest.raises(Invalid, match="there already"):
        backup(path)
    with pytest.raises(Invalid, match="empty one"):
        restore(path)
    with pytest.raises(Invalid, match="could not be written"):
        backup(tmp_path / "nowhere" / "backup.zip")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.zip"], "nothing half done is left"
    text = tmp_path / "text.zip"
    text.write_text("This is a letter.")
    assert restored(text, tmp_path / "h1")["code"] == "invalid"
    assert restored(tmp_path / "none.zip", tmp_path / "h2")["code"] == "not-found"


@pytest.mark.parametrize("what", ["a body", "a row", "a table"])
def test_a_damaged_backup_is_refused(cast: Cast, tmp_path: Path, what: str) -> None:
    fill(cast, 3)
    path, other = tmp_path / "backup.zip", tmp_path / "other.zip"
    backup(path)
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(other, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "record_version.jsonl":
                if what == "a table":
                    continue
                lines = content.splitlines(keepends=True)
                content = content.replace(b"Step 1", b"Step 7") if what == "a body" else b"".join(lines[1:])
            bad.writestr(name, content)
    answer = restored(other, tmp_path / "home")
    assert answer["code"] == "invalid"
    assert Manifest  # the type that the command line prints


def test_a_rewritten_backup_does_not_verify(cast: Cast, tmp_path: Path) -> None:
    """Somebody changes a body and the manifest's hash of its table: the chain gives it away."""
    import hashlib

    fill(cast, 3)
    path, other = tmp_path / "backup.zip", tmp_path / "other.zip"
    backup(path)
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(other, "w") as bad:
        content = good.read("record_version.jsonl")
        changed = content.replace(b"Step 1", b"Step 7")
        assert changed != content
        old, new = (hashlib.sha256(text).hexdigest().encode() for text in (content, changed))
        for name in good.namelist():
            text = changed if name == "record_version.jsonl" else good.read(name).replace(old, new)
            bad.writestr(name, text)
    answer = restored(other, tmp_path / "home")
    assert "does not verify" in str(answer["error"])
