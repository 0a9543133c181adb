"""Any page as it was: what a reader sees at an old revision is what was seen when that revision was the newest."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from northing.access import directory
from northing.access.actor import Actor
from northing.record import Record
from northing.sources import sample
from tests.web.office import Office, open_office, words_of

pytestmark = pytest.mark.django_db

PAGES = ("portfolio", "portfolio?by=stage", "roadmap", "strategy", "line-of-sight", "investments/{number}")


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


def seen(office: Office, path: str, at: int | None) -> str:
    """The page's main part in words, to somebody who may only look: no buttons that a past view would take away."""
    page = office.get(path, by="viewer", **({"data": {"at": at}} if at and "?" not in path else {}))
    if at and "?" in path:
        page = office.get(f"{path}&at={at}", by="viewer")
    assert page.status_code == 200, (path, at)
    body = re.search(r"<main\b.*</main>", page.content.decode(), flags=re.S)
    assert body is not None
    page.content = body[0].encode()
    return words_of(page)


@pytest.mark.parametrize("revisions", [7, pytest.param(40, marks=pytest.mark.long)])
def test_revisions_look_as_they_did_when_they_were_new(office: Office, revisions: int) -> None:
    """The sample's story, told into an empty workspace; some of its revisions drawn by a fixed seed."""
    record, today = Record(office.workspace.id), datetime.now(UTC).date()
    people = sample.directory()
    directory.remember(office.workspace.id, people)
    steps = list(sample.story(today=today - timedelta(days=2)))
    drawn = set(random.Random(20).sample(range(len(steps) // 20, len(steps)), revisions))
    kept: dict[tuple[int, str], str] = {}
    for index, told in enumerate(steps):
        actor = Actor(id=told.by, role="owner", workspace=office.workspace.id, name="", via="demo")
        no = record.commit(told.edits, on=None, by=actor, reason=told.reason).revision.no
        if index in drawn:
            numbers = sorted(one.number or "" for one in record.plan().investments.values())
            for page in PAGES:
                path = page.format(number=numbers[index % len(numbers)])
                kept[no, path] = seen(office, path, None)
    assert len({no for no, _ in kept}) == revisions
    assert len(set(kept.values())) > 3 * revisions  # the pages did change in between
    for (no, path), before in kept.items():
        assert seen(office, path, no) == before, f"/{path} at revision {no}"
