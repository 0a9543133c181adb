"""Facts brought in through the one way that every door takes: a revision, its figures, and undoing it."""

from __future__ import annotations

import os
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.access.workspaces import create_workspace
from northing.facts.asking import Fold
from northing.facts.staging import Staged
from northing.facts.store import Store, sweep_strays
from northing.portfolio.errors import Invalid, NotAllowed
from northing.portfolio.facts import Source
from northing.record import Record, beside
from northing.record.backup import backup
from northing.record.erasing import erase
from northing.report.delivering import deliver, take_in
from northing.report.source_names import new_source_id
from northing.report.verifying import sweep, verify
from northing.report.viewing import look
from tests.facts.conftest import BillReader, bill, line

pytestmark = pytest.mark.django_db(transaction=True)
BILL = Fold(table="cost", sums=("billed",), by=("currency",))
SOURCE = Source(id="0199a000-0000-7000-8000-000000000001", name="Cloud bill", reader="bill")


@pytest.fixture
def workspace(settings: object, tmp_path: Path) -> Workspace:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    return create_workspace("Ours", "ours")


def planner(workspace: Workspace, role: str = "planner") -> Actor:
    return Actor(id="0199a000-0000-7000-8000-0000000000aa", role=role, workspace=workspace.id, name="Ana", via="cli")


def billed(workspace: Workspace, ref: int | None = None) -> dict[str, Decimal]:
    facts = look(workspace, ref).view.facts
    return {} if facts is None else {found.by[0]: found.sums[0] for found in facts.fold(BILL)}


def test_each_revision_keeps_its_figures(workspace: Workspace) -> None:
    by = planner(workspace)
    first = deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "10")])], name="jan.csv", by=by)
    assert first.committed is not None
    assert first.committed.revision.reason == "Cloud bill: jan.csv, 1 row"
    restated = deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-02", "12.5")])], name="jan-2.csv", by=by)
    assert restated.staged.replaces == (("cost", "123|2026-01", first.staged.delivery.id),)
    assert billed(workspace) == {"EUR": Decimal("12.5")}
    assert billed(workspace, 1) == {"EUR": Decimal(10)}
    again = deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-02", "12.5")])], name="jan-2.csv", by=by)
    assert again.committed is None and again.staged.unchanged
    Record(workspace.id).revert(2, by=by)
    assert billed(workspace) == {"EUR": Decimal(10)}
    # What was undone may come again, and so may what it had replaced.
    deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-02", "12.5")])], name="jan-2.csv", by=by)
    assert billed(workspace) == {"EUR": Decimal("12.5")}
    deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "10")])], name="jan.csv", by=by)
    assert billed(workspace) == {"EUR": Decimal(10)}


def test_the_same_taken_in_by_two_at_once_counts_once(workspace: Workspace) -> None:
    def looked() -> tuple[Source, Staged]:
        source = Source(id=new_source_id(Record(workspace.id).plan(), "New bill"), name="New bill", reader="bill")
        pages = [bill([line("2026-01-01", "10")])]
        return source, deliver(
            workspace, source, BillReader(), pages, name="j", by=planner(workspace), commit=False
        ).staged

    one, two = looked(), looked()  # both before either says yes
    assert take_in(workspace, *one, by=planner(workspace)) is not None
    assert take_in(workspace, *two, by=planner(workspace)) is None
    assert billed(workspace) == {"EUR": Decimal(10)}
    assert len(Record(workspace.id).plan().sources) == 1


def test_a_preview_records_nothing(workspace: Workspace) -> None:
    seen = deliver(
        workspace,
        SOURCE,
        BillReader(),
        [bill([line("2026-01-01", "10")])],
        name="j",
        by=planner(workspace),
        commit=False,
    )
    assert seen.committed is None and not seen.staged.unchanged
    assert seen.staged.totals == {"cost": {"EUR": {"billed": Decimal(10), "effective": Decimal(10)}}}
    assert Record(workspace.id).head() == 0


def test_who_may_not_plan_brings_nothing_in(workspace: Workspace) -> None:
    with pytest.raises(NotAllowed):
        deliver(workspace, SOURCE, BillReader(), [bill([])], name="j", by=planner(workspace, "contributor"))


def test_another_format_than_the_sources_is_refused(workspace: Workspace) -> None:
    other = Source(id=SOURCE.id, name="Gateway", reader="litellm")
    with pytest.raises(Invalid, match="Gateway"):
        deliver(workspace, other, BillReader(), [bill([])], name="j", by=planner(workspace))


# -- what belongs to the record as much as its rows do


def test_a_changed_file_is_found(workspace: Workspace) -> None:
    done = deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "10")])], name="j", by=planner(workspace))
    assert verify(workspace.id) == []
    path = Store(workspace.id).batch(done.staged.delivery.batches[0])
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (found,) = verify(workspace.id)
    assert (found.code, found.id) == ("facts-damaged", done.staged.delivery.id)
    path.unlink()
    (found,) = verify(workspace.id)
    assert "missing" in found.message


def test_a_sweep_keeps_what_any_revision_names(workspace: Workspace) -> None:
    by, store = planner(workspace), Store(workspace.id)
    deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "10")])], name="a", by=by)
    deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "11")])], name="b", by=by)
    seen = deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "12")])], name="c", by=by, commit=False)
    Record(workspace.id).revert(2, by=by)
    for path in store.files():
        os.utime(path, (0, 0))
    swept = sweep(workspace.id)
    assert swept.files == 3, "the facts and the input of what was only looked at, and the note of it"
    assert not store.batch(seen.staged.delivery.batches[0]).exists()
    assert verify(workspace.id) == []
    assert billed(workspace, 2) == {"EUR": Decimal(11)}


def test_a_sweep_takes_what_belongs_to_no_workspace(workspace: Workspace) -> None:
    deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "10")])], name="a", by=planner(workspace))
    stray = Store("never-came-to-be")
    for file in (stray.folder / "staging" / "ab" / "input", stray.raw("0" * 64)):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"12345")
    assert sweep_strays({workspace.id}).files == 0, "a load may be on its way"
    for path in (stray.folder, *stray.folder.rglob("*"), *Store(workspace.id).files()):
        os.utime(path, (0, 0))
    swept = sweep_strays({workspace.id})
    assert (swept.files, swept.octets) == (2, 10)
    assert not stray.folder.exists()
    assert verify(workspace.id) == []


def test_restored_elsewhere_the_figures_are_the_same(workspace: Workspace, tmp_path: Path, settings: Any) -> None:
    deliver(workspace, SOURCE, BillReader(), [bill([line("2026-01-01", "10.5")])], name="j", by=planner(workspace))
    manifest = backup(tmp_path / "all.zip")
    assert len(manifest.files) == 2
    erase(workspace.id)
    assert not list(Store(workspace.id).files())
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        beside.load(archive, manifest.files, tmp_path / "other")
    stored = list((tmp_path / "other").rglob("*.parquet"))
    assert [path.stem for path in stored] == [member.sha256 for member in manifest.files if member.path.endswith("t")]


def test_a_damaged_or_strange_file_of_a_backup_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"facts/w/raw/{'0' * 64}", b"x")
        archive.writestr("../evil", b"x")
    with zipfile.ZipFile(path) as archive:
        for name in (f"facts/w/raw/{'0' * 64}", "../evil"):
            with pytest.raises(Invalid):
                beside.load(archive, [beside.FileMember(path=name, octets=1, sha256="1" * 64)], tmp_path / "h")
    assert not (tmp_path / "h" / "facts" / "w" / "raw" / ("0" * 64)).exists() and not (tmp_path / "evil").exists()
