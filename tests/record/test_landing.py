"""Files land on their source's branch and are merged: people's edits survive, conflicts show, twice adds nothing."""

from __future__ import annotations

import pytest

from northing.portfolio.edits import change, remove
from northing.portfolio.errors import Conflict, NotAllowed
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Reading
from northing.record import landing
from northing.sources import omb, text
from tests.record.conftest import Cast

HEADER = "agency,agency_name,id,use_case_name,agency_bureau,development_stage,is_high_impact,problem_solved"


def inventory(*rows: str, name: str = "2025_use_cases.csv") -> text.TableFile:
    return text.parse("\n".join([HEADER, *rows, ""]).encode(), name)


ATLAS = "DOX,Department of X,X-1,Atlas,Maps,Pilot,High-impact,Getting lost"
BEACON = "DOX,Department of X,,Beacon,Lights,,Not High-impact,Darkness"


def read(cast: Cast, file: text.TableFile) -> Reading:
    return omb.read(file, landing.said(cast.record, "omb"))


def system(plan: Plan, name: str) -> str:
    return next(entity.id for entity in plan.ai_systems.values() if entity.name == name)


@pytest.mark.django_db
def test_a_file_lands_in_the_plan(cast: Cast) -> None:
    reading = read(cast, inventory(ATLAS, BEACON))
    expected = landing.preview(cast.record, reading)[0]
    assert cast.record.head() == 0, "a preview writes nothing"
    assert expected.count("added") == {"org_unit": 3, "investment": 2, "ai_system": 2}
    landed = landing.land(cast.record, reading, by=cast.bob)[0]
    assert landed.landing == expected
    plan = cast.record.plan()
    assert len(plan.ai_systems) == len(plan.investments) == 2
    assert plan.ai_systems[system(plan, "Beacon")].development_stage is None
    assert [row.cells[3] for row in cast.record.source_rows()] == ["Atlas", "Beacon"]
    merged = cast.record.revisions()[0]
    assert merged.effective_on is not None
    assert "2025_use_cases.csv" in merged.reason
    assert not cast.record.verify()


@pytest.mark.django_db
def test_a_file_read_twice_adds_nothing(cast: Cast) -> None:
    landing.land(cast.record, read(cast, inventory(ATLAS, BEACON)), by=cast.bob)
    head = cast.record.head()
    again = read(cast, inventory(ATLAS, BEACON))
    assert landing.preview(cast.record, again)[0].nothing
    landed = landing.land(cast.record, again, by=cast.bob)[0]
    assert landed.imported is None
    assert cast.record.head() == head


@pytest.mark.django_db
def test_what_people_changed_survives_the_next_file(cast: Cast) -> None:
    landing.land(cast.record, read(cast, inventory(ATLAS, BEACON)), by=cast.bob)
    id = system(cast.record.plan(), "Atlas")
    cast.record.commit([change("ai_system", id, vendor="Acme")], on=None, by=cast.ana, reason="Ask")
    cast.record.commit([change("ai_system", id, problem_solved="Being lost")], on=None, by=cast.ana, reason="Say it")
    reading = read(cast, inventory(ATLAS.replace("Pilot", "Deployed"), name="2026_use_cases.csv"))
    expected = landing.preview(cast.record, reading)[0]
    assert [(changed.name, changed.fields) for changed in expected.changed] == [
        ("Atlas", {"development_stage": ("Pilot", "Deployed")})
    ]
    assert expected.moves == (("ai_system", "Pilot", "Deployed", 1),)
    assert {(kept.field, kept.plan) for kept in expected.kept} == {("vendor", "Acme"), ("problem_solved", "Being lost")}
    assert [name for _, _, name in expected.vanished] == ["Beacon"]
    landing.land(cast.record, reading, by=cast.bob)
    atlas = cast.record.plan().ai_systems[id]
    assert (atlas.development_stage, atlas.vendor, atlas.problem_solved) == ("Deployed", "Acme", "Being lost")
    assert atlas.inventory == "2026"


@pytest.mark.django_db
@pytest.mark.parametrize(("choice", "stage"), [("theirs", "Retired"), ("yours", "Deployed")])
def test_a_field_that_both_changed_is_a_conflict(cast: Cast, choice: str, stage: str) -> None:
    landing.land(cast.record, read(cast, inventory(ATLAS)), by=cast.bob)
    id = system(cast.record.plan(), "Atlas")
    cast.record.commit([change("ai_system", id, development_stage="Retired")], on=None, by=cast.ana, reason="Over")
    head = cast.record.head()
    reading = read(cast, inventory(ATLAS.replace("Pilot", "Deployed"), name="2026_use_cases.csv"))
    foreseen = landing.preview(cast.record, reading)[0].conflicts
    assert [(c.field, c.base, c.theirs, c.yours) for c in foreseen] == [
        ("development_stage", "Pilot", "Retired", "Deployed")
    ]
    with pytest.raises(Conflict) as clash:
        landing.land(cast.record, reading, by=cast.bob)
    assert [(c.field, c.theirs, c.yours) for c in clash.value.conflicts] == [
        ("development_stage", "Retired", "Deployed")
    ]
    assert clash.value.conflicts[0].by == cast.ana.id
    assert cast.record.head() == head, "nothing of it was recorded"
    assert cast.record.plan("import/omb").ai_systems[id].development_stage == "Pilot"
    landing.land(cast.record, reading, by=cast.bob, resolve=choice)
    assert cast.record.plan().ai_systems[id].development_stage == stage


@pytest.mark.django_db
def test_an_import_is_reverted_as_one(cast: Cast) -> None:
    cast.investment("Mine")
    before = list(cast.record.plan().all())
    landed = landing.land(cast.record, read(cast, inventory(ATLAS, BEACON)), by=cast.bob)[0]
    assert landed.merged is not None
    cast.record.revert(landed.merged.revision.no, by=cast.bob)
    assert list(cast.record.plan().all()) == before


@pytest.mark.django_db
def test_after_a_revert_the_same_file_comes_in_again(cast: Cast) -> None:
    landing.land(cast.record, read(cast, inventory(ATLAS)), by=cast.bob)
    kept = cast.record.plan().ai_systems
    second = inventory(ATLAS.replace("Pilot", "Deployed"), BEACON, name="2026_use_cases.csv")
    landed = landing.land(cast.record, read(cast, second), by=cast.bob)[0]
    assert landed.merged is not None
    expected = list(cast.record.plan().all())
    cast.record.revert(landed.merged.revision.no, by=cast.bob)
    assert dict(cast.record.plan().ai_systems) == dict(kept)
    again = landing.preview(cast.record, read(cast, second))[0]
    assert not again.nothing
    assert again.count("added") == {"org_unit": 1, "investment": 1, "ai_system": 1}
    assert [changed.fields for changed in again.changed] == [{"development_stage": ("Pilot", "Deployed")}]
    landing.land(cast.record, read(cast, second), by=cast.bob)
    assert sorted(cast.record.plan().all(), key=str) == sorted(expected, key=str)
    assert landing.preview(cast.record, read(cast, second))[0].nothing


@pytest.mark.django_db
def test_what_a_person_removed_is_asked_about(cast: Cast) -> None:
    landing.land(cast.record, read(cast, inventory(ATLAS, BEACON)), by=cast.bob)
    id = system(cast.record.plan(), "Atlas")
    cast.record.commit([remove("ai_system", id)], on=None, by=cast.ana, reason="Not ours")
    same = read(cast, inventory(ATLAS, BEACON))
    assert not landing.preview(cast.record, same)[0].conflicts
    moved = read(cast, inventory(ATLAS.replace("Pilot", "Deployed"), BEACON, name="2026_use_cases.csv"))
    assert [c.field for c in landing.preview(cast.record, moved)[0].conflicts] == [None]
    landing.land(cast.record, moved, by=cast.bob, resolve="theirs")
    assert id not in cast.record.plan().ai_systems


@pytest.mark.django_db
def test_a_contributor_brings_in_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        landing.land(cast.record, read(cast, inventory(ATLAS)), by=cast.carla)
    assert cast.record.head() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(60)
def test_a_file_lands_where_no_transaction_is_open(cast: Cast) -> None:
    """As from the command line: the fork, the commit and the merge of a landing are one transaction of its own."""
    landing.land(cast.record, read(cast, inventory(ATLAS, BEACON)), by=cast.bob)
    assert len(cast.record.plan().investments) == 2
