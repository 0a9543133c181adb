"""Long deliveries: watched, stopped, taken up again where a process ended, looked at before they count."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor
from northing.access.models import Membership, User, Workspace
from northing.access.workspaces import create_workspace
from northing.facts import jobs
from northing.facts.models import Job
from northing.facts.store import Store
from northing.portfolio.edits import create
from northing.portfolio.errors import NotFound
from northing.record import Record
from northing.report import delivery_jobs
from northing.report.viewing import look
from tests.facts.conftest import BillReader, bill, line
from tests.report.test_delivering import SOURCE, billed

pytestmark = pytest.mark.django_db(transaction=True)
READERS: Any = {"bill": BillReader()}


@pytest.fixture
def workspace(settings: Any, tmp_path: Path) -> Workspace:
    settings.HOME = tmp_path
    owner = User.objects.create_user("ana@example.org", "a-long-password")
    return create_workspace("Ours", "ours", owner=owner)


@pytest.fixture
def by(workspace: Workspace) -> Actor:
    place = Membership.objects.get(workspace=workspace)
    actor = Actor(id=place.person, role="owner", workspace=workspace.id, name="Ana", via="web")
    Record(workspace.id).commit(
        [create("source", SOURCE.id, name=SOURCE.name, reader="bill")], on=None, by=actor, reason="A source"
    )
    return actor


def ended(workspace: Workspace, id: str) -> jobs.Progress:
    for _ in range(200):
        found = delivery_jobs.watch(workspace, id, READERS)
        if found.over or found.state == "staged":
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_delivery_beside_the_request(workspace: Workspace, by: Actor) -> None:
    pages = [bill([line("2026-01-01", "10"), line("never", "1")])]
    job = delivery_jobs.begin(workspace, SOURCE, READERS, pages, name="jan.csv", by=by)
    found = ended(workspace, job.id)
    assert (found.state, found.share, found.told["rows_in"], found.told["refused"]) == ("done", 1.0, 2, 1)
    assert found.told["revision"] == look(workspace).head
    assert billed(workspace)["EUR"] == 10
    assert not jobs.input_of(Store(workspace.id), job.id).exists()


def test_looked_at_before_it_counts(workspace: Workspace, by: Actor) -> None:
    job = delivery_jobs.begin(
        workspace, SOURCE, READERS, [bill([line("2026-01-01", "10")])], name="j", by=by, commit=False
    )
    assert ended(workspace, job.id).state == "staged"
    assert billed(workspace) == {}
    delivery_jobs.take_in(workspace, job.id, READERS, by=by)
    for _ in range(100):
        found = jobs.find(workspace.id, job.id)
        if found.over:
            break
        time.sleep(0.05)
    assert found.state == "done"
    assert billed(workspace)["EUR"] == 10


def test_taken_up_again_where_a_process_ended(workspace: Workspace, by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_jobs, "_beside", lambda *_: None)
    job = delivery_jobs.begin(workspace, SOURCE, READERS, [bill([line("2026-01-01", "10")])], name="j", by=by)
    assert jobs.lease(workspace.id, job.id) is not None  # somebody takes it, and is killed
    delivery_jobs.run(workspace.id, job.id, READERS)
    assert jobs.find(workspace.id, job.id).state == "running", (
        "nobody else may work at it while there are signs of life"
    )
    Job.objects.update(beat=0)
    assert jobs.left() == [(workspace.id, job.id)]
    delivery_jobs.run(workspace.id, job.id, READERS)
    assert jobs.find(workspace.id, job.id).state == "done"
    assert billed(workspace)["EUR"] == 10


def test_stopped(workspace: Workspace, by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_jobs, "_beside", lambda *_: None)
    job = delivery_jobs.begin(workspace, SOURCE, READERS, [bill([line("2026-01-01", "10")])], name="j", by=by)
    Job.objects.update(stop=True)
    delivery_jobs.run(workspace.id, job.id, READERS)
    found = jobs.find(workspace.id, job.id)
    assert (found.state, found.told["code"]) == ("stopped", "stopped")
    assert billed(workspace) == {}
    waiting = delivery_jobs.begin(workspace, SOURCE, READERS, [b"x"], name="k", by=by)
    jobs.stop(workspace.id, waiting.id)
    assert jobs.find(workspace.id, waiting.id).state == "stopped"


def test_what_fails_says_why(workspace: Workspace, by: Actor) -> None:
    job = delivery_jobs.begin(workspace, SOURCE, READERS, [bill([line("never", "1")])], name="j", by=by)
    found = ended(workspace, job.id)
    assert found.state == "failed"
    assert "is no date" in found.told["message"]


def test_a_job_of_another_workspace_is_not_found(workspace: Workspace, by: Actor) -> None:
    job = delivery_jobs.begin(workspace, SOURCE, READERS, [bill([line("2026-01-01", "1")])], name="j", by=by)
    ended(workspace, job.id)
    other = create_workspace("Theirs", "theirs")
    with pytest.raises(NotFound):
        jobs.find(other.id, job.id)
    with pytest.raises(NotFound):
        jobs.stop(other.id, job.id)
