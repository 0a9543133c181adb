"""Places in the record: numbers, dates in two modes, tags, scenarios; and what differs between two of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from northing.portfolio.edits import change, create
from northing.portfolio.errors import Invalid, NotAllowed, NotFound
from northing.record import At, Record

from .conftest import Cast, make_cast


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> object:
    """Sets the server's clock."""
    import time

    def put(text: str) -> None:
        moment = datetime.fromisoformat(text).astimezone(UTC)
        monkeypatch.setattr(time, "time_ns", lambda: int(moment.timestamp() * 1_000_000) * 1000)

    return put


def test_every_form_of_reference(cast: Cast) -> None:
    cast.investment()
    cast.investment("Two")
    cast.record.tag("q1-board", ref=1, by=cast.ana, note="As shown")
    cast.record.fork("cut-10", by=cast.bob)
    cast.record.fork("import/omb", kind="import", by=cast.ana)
    at = cast.record.at
    assert at() == at(None) == at("") == at("head") == at("main") == at(2) == At("main", 2)
    assert at("1") == at("tag:q1-board") == at("main@1") == At("main", 1)
    assert at("scenario:cut-10") == at("cut-10") == at("scenario:cut-10@57") == at(3) == At("cut-10", 3)
    assert at("import/omb") == At("import/omb", 4)
    assert at(0) == At("main", 0)
    assert at(at("scenario:cut-10")) == At("cut-10", 3)
    assert [str(at(ref)) for ref in (2, 3, 4)] == ["2", "scenario:cut-10@3", "import/omb@4"]
    for ref in (
        "99",
        99,
        -1,
        "tag:none",
        "scenario:none",
        "2026-13-01",
        "nonsense",
        "scenario:cut-10@",
        "main@x",
        "@",
        2**70,
    ):
        with pytest.raises(NotFound):
            at(ref)
    assert all(cast.record.at(str(cast.record.at(ref))) == cast.record.at(ref) for ref in (1, 2, 3, 4))


def test_a_date_as_known_is_the_end_of_that_day_where_the_workspace_is(db: None, clock: object) -> None:
    cast = make_cast(zone="America/New_York")
    clock("2026-03-31T23:30:00-04:00")
    cast.investment("March")
    clock("2026-04-01T00:10:00-04:00")
    cast.investment("April")
    at = cast.record.at
    assert at("2026-03-30") == At("main", 0)
    assert at("2026-03-31") == At("main", 1), "04:30 UTC of 1 April is still March there"
    assert at("2026-04-01") == at("2030-01-01") == At("main", 2)
    assert at("2026-04-01T04:00:00Z") == At("main", 1)
    assert at("2026-04-01T04:10:00+00:00") == At("main", 2)


def test_a_date_as_reported_is_what_speaks_for_it(cast: Cast, clock: object) -> None:
    """Yearly reports, brought in later and not in order."""
    clock("2026-06-01T12:00:00+00:00")
    for year in (2020, 2022, 2021):
        edit = create("investment", f"i{year}", name=str(year))
        cast.record.commit([edit], on=None, by=cast.ana, reason=f"Report {year}", effective_on=date(year, 3, 31))
    cast.investment("Today")
    cast.record.commit(
        [create("investment", "late", name="Again")], on=None, by=cast.ana, reason="-", effective_on=date(2021, 3, 31)
    )
    at = cast.record.at
    assert at("2019-12-31", mode="reported") == At("main", 0)
    assert at("2020-12-31", mode="reported") == At("main", 1)
    assert at("2021-12-31", mode="reported") == At("main", 5), "of two that speak for one day, the newer"
    assert at("2022-12-31", mode="reported") == At("main", 2)
    assert at("2026-12-31", mode="reported") == At("main", 4), "without a date of its own it speaks for its day"
    assert at("2026-12-31") == At("main", 5)
    assert at("2022-12-31") == At("main", 0), "nothing was known then"


def test_a_scenario_before_it_began_is_its_parent(cast: Cast, clock: object) -> None:
    clock("2026-01-01T12:00:00+00:00")
    cast.investment()
    clock("2026-02-01T12:00:00+00:00")
    cast.record.fork("cut", by=cast.bob)
    assert cast.record.at("2026-01-15", branch="cut") == At("main", 1)
    assert cast.record.at("2026-02-15", branch="cut") == At("cut", 2)


def test_the_clock_never_runs_backwards(cast: Cast, clock: object) -> None:
    clock("2026-06-01T12:00:00+00:00")
    cast.investment()
    clock("2026-05-01T12:00:00+00:00")
    cast.investment("Two")
    first, second = cast.record.revision(1), cast.record.revision(2)
    assert second.at > first.at
    assert cast.record.verify() == []


def test_a_revision_reads_the_same_for_ever(cast: Cast) -> None:
    from northing.record.plans import PLANS

    ids = [cast.investment(f"N{n}") for n in range(5)]
    seen = {}
    for n in range(20):
        cast.record.commit([change("investment", ids[n % 5], description=str(n))], on=None, by=cast.ana, reason=str(n))
        head = cast.record.head()
        seen[head] = dict(cast.record.plan().investments.items())
    for cold in (False, True):
        for no in (*seen, *reversed(seen)):
            if cold:
                PLANS.clear()
            assert dict(cast.record.plan(no).investments.items()) == seen[no]
            assert cast.record.plan(no).no == no


def test_the_difference_between_two_places(cast: Cast) -> None:
    id, other = cast.investment(stage="idea"), cast.investment("Other")
    for stage in ("pilot", "scale"):
        cast.record.commit([change("investment", id, stage=stage)], on=None, by=cast.bob, reason=stage)
    (found,) = cast.record.changes(2, 4)
    assert found.before is not None
    assert found.after is not None
    assert (found.before.stage, found.after.stage, found.revisions) == ("idea", "scale", (3, 4))
    (back,) = cast.record.changes(4, 2)
    assert (back.before, back.after) == (found.after, found.before)
    assert {item.id for item in cast.record.changes(0, 4)} == {id, other}
    cast.record.commit([change("investment", id, stage="idea")], on=None, by=cast.bob, reason="Back")
    assert cast.record.changes(2, 5) == [], "changed and changed back is no difference"
    cast.record.fork("a", ref=3, by=cast.bob)
    cast.record.fork("b", ref=4, by=cast.bob)
    (between,) = cast.record.changes("scenario:a", "scenario:b")
    assert between.id == id
    for one, two in ((0, 4), (2, 4), (4, 2), (2, 5), ("scenario:a", "scenario:b")):
        plans = (cast.record.plan(one), cast.record.plan(two))
        assert cast.record.changes(one, two, plans=plans) == cast.record.changes(one, two)


def test_tags(cast: Cast) -> None:
    cast.investment()
    tag = cast.record.tag("q1", by=cast.ana, note="Board")
    assert (tag.no, tag.hash, tag.author) == (1, cast.record.revision(1).hash, cast.ana.id)
    with pytest.raises(Invalid):
        cast.record.tag("q1", by=cast.ana)
    with pytest.raises(Invalid):
        cast.record.tag("a:b", by=cast.ana)
    with pytest.raises(NotAllowed):
        cast.record.tag("q2", by=cast.carla)
    cast.investment("Two")
    assert cast.record.tag("q2", by=cast.ana).no == 2
    assert [tag.name for tag in cast.record.tags()] == ["q2", "q1"]
    cast.record.untag("q1", by=cast.ana)
    assert [tag.name for tag in cast.record.tags()] == ["q2"]
    with pytest.raises(NotFound):
        cast.record.untag("q1", by=cast.ana)


def test_revisions_are_listed_newest_first_by_page(record: Record, cast: Cast) -> None:
    for n in range(7):
        cast.investment(str(n))
    cast.record.fork("cut", by=cast.bob)
    assert [r.no for r in record.revisions(limit=3)] == [7, 6, 5]
    assert [r.no for r in record.revisions(before=5, limit=3)] == [4, 3, 2]
    assert [r.no for r in record.revisions(branch="cut")] == [8]
    assert len(record.revisions(branch=None)) == 8
    with pytest.raises(NotFound):
        record.revision(9)
