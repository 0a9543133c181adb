"""The log: revisions found by author, door, kind and words; how much each changed; removal of all of it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from northing.access.models import Workspace
from northing.portfolio.edits import change, create
from northing.portfolio.entity import derived_id
from northing.portfolio.errors import NotAllowed, NotFound
from northing.record import Record, log
from northing.record.log import Sought
from northing.record.removal import remove_workspace
from tests.web.office import Office, open_office

pytestmark = pytest.mark.django_db

BOT, GATE = derived_id("log", "bot"), derived_id("log", "gate")


@pytest.fixture
def office(db: None) -> Office:
    made = open_office()
    made.commit(create("investment", BOT, name="Answer bot"), reason="Begin 100% at once", on=date(2025, 3, 31))
    made.commit(create("milestone", GATE, investment=BOT, name="Gate"), by="planner", reason="A gate")
    made.commit(change("milestone", GATE, due="2026-06-12"), change("investment", BOT, stage="pilot"), reason="Dates")
    made.record.fork("import/list", kind="import", by=made.actors["owner"])
    made.record.commit(
        [create("investment", derived_id("log", "listed"), name="Listed")],
        on=None, by=made.actors["owner"], reason="A list", branch="import/list", via="import",
    )  # fmt: skip
    made.record.merge("import/list", by=made.actors["owner"], reason="Import a list")
    return made


def nos(office: Office, **sought: str) -> list[int]:
    return [found.no for found in log.revisions(office.workspace.id, Sought(**sought))]


def test_what_is_sought_is_found_newest_first(office: Office) -> None:
    everything = nos(office)
    assert everything == sorted(everything, reverse=True)
    merge = everything[0]
    assert nos(office, author=office.actors["planner"].id) == [2]
    assert nos(office, kind="milestone") == [3, 2]
    assert nos(office, kind="investment", id=BOT) == [3, 1]
    assert nos(office, words="GATE a") == [2]
    assert nos(office, words="100%") == [1], "signs of LIKE are letters"
    assert nos(office, via="import") == [merge], "an import is one, whoever clicked"
    assert nos(office, via="web") == [3, 2, 1]
    assert log.count(office.workspace.id, Sought(kind="milestone")) == 2


def test_authors_doors_and_sizes_are_counted(office: Office) -> None:
    id = office.workspace.id
    assert log.authors(id)[office.actors["planner"].id] == 1
    assert log.doors(id) == {"web": 3, "import": 1}
    assert log.sizes(id, [2, 3]) == {2: {"milestone": 1}, 3: {"investment": 1, "milestone": 1}}
    assert log.imports(id, nos(office)) == {nos(office)[0]}


def test_the_first_day_is_the_earliest_that_a_revision_speaks_for(office: Office) -> None:
    assert log.first_day(office.workspace.id, ZoneInfo("UTC")) == date(2025, 3, 31)
    assert log.first_day("nowhere", ZoneInfo("UTC")) is None


def test_nothing_of_another_workspace_is_found(office: Office) -> None:
    other = open_office("Other", "other")
    assert log.revisions(other.workspace.id, Sought()) == []
    assert log.doors(other.workspace.id) == {}


def test_only_an_owner_removes_a_workspace_and_then_nothing_is_left(office: Office) -> None:
    stranger = open_office("Other", "other")
    with pytest.raises(NotAllowed):
        remove_workspace(office.workspace, by=office.actors["planner"])
    with pytest.raises(NotFound):
        remove_workspace(office.workspace, by=stranger.actors["owner"])
    id = office.workspace.id
    remove_workspace(office.workspace, by=office.actors["owner"])
    assert Record(id).head() == 0
    assert log.revisions(id, Sought()) == []
    assert [found.slug for found in Workspace.objects.all()] == ["other"]
