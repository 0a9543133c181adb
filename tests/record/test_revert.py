"""Undo: what others have built on stays and is listed, the rest is undone."""

from __future__ import annotations

import pytest

from northing.portfolio.edits import change, create, remove
from northing.portfolio.errors import Invalid, NotFound

from .conftest import Cast
from .test_branches import bring_in


def test_undo_and_redo(cast: Cast) -> None:
    id = cast.investment(stage="idea")
    cast.record.commit([change("investment", id, stage="pilot")], on=None, by=cast.ana, reason="Go")
    before = cast.record.plan(1).investments[id]
    undone = cast.record.revert(2, by=cast.bob)
    assert undone.revision is not None
    assert undone.revision.reason == "Revert revision 2: Go"
    assert cast.record.plan().investments[id] == before
    cast.record.revert(undone.revision.no, by=cast.bob)
    assert cast.record.plan().investments[id].stage == "pilot"


def test_undo_of_adding_and_removing(cast: Cast) -> None:
    id = cast.investment()
    cast.record.commit([remove("investment", id)], on=None, by=cast.ana, reason="Away")
    cast.record.revert(2, by=cast.ana)
    assert cast.record.plan().investments[id].number == "INV-0001"
    cast.record.revert(1, by=cast.ana)
    assert len(cast.record.plan()) == 0
    again = cast.record.revert(1, by=cast.ana)
    assert again.revision is None, "there is nothing left to undo"


def test_what_others_changed_since_stays_and_is_listed(cast: Cast) -> None:
    id = cast.investment(stage="idea", category="A")
    cast.record.commit([change("investment", id, stage="pilot", category="B")], on=None, by=cast.ana, reason="Two")
    cast.record.commit([change("investment", id, stage="scale")], on=None, by=cast.bob, reason="Further")
    undone = cast.record.revert(2, by=cast.ana)
    found = cast.record.plan().investments[id]
    assert (found.stage, found.category) == ("scale", "A")
    (conflict,) = undone.conflicts
    assert (conflict.field, conflict.theirs, conflict.yours, conflict.by) == ("stage", "scale", "idea", cast.bob.id)
    undone = cast.record.revert(2, by=cast.ana, resolve={("investment", id, "stage"): "yours"})
    assert undone.conflicts == ()
    assert cast.record.plan().investments[id].stage == "idea"


def test_a_bad_import_after_later_edits_by_others(cast: Cast) -> None:
    """The import added investments and systems; others renamed one and hung notes and plan lines on some."""
    done = bring_in(
        cast,
        *(create("investment", f"i{n}", name=f"Investment {n}") for n in range(20)),
        *(create("ai_system", f"s{n}", name=f"System {n}", investment=f"i{n}") for n in range(20)),
    )
    for n in range(50):
        edit = (
            create("note", f"n{n}", subject="i3", text="Words")
            if n % 2
            else change("ai_system", "s7", name=f"Name {n}")
        )
        cast.record.commit([edit], on=None, by=cast.bob, reason=f"Edit {n}")
    undone = cast.record.revert(done.revision.no, by=cast.ana)
    plan = cast.record.plan()
    assert set(plan.investments) == {"i3", "i7"}, "what others refer to stays"
    assert set(plan.ai_systems) == {"s7"}
    assert {(item.kind, item.id) for item in undone.conflicts} == {
        ("investment", "i3"),
        ("ai_system", "s7"),
        ("investment", "i7"),
    }
    assert all(item.by == cast.bob.id for item in undone.conflicts if item.id != "i7")
    assert cast.record.verify() == []


def test_what_cannot_be_undone(cast: Cast) -> None:
    id = cast.investment()
    cast.record.fork("cut", by=cast.bob)
    cast.record.commit([change("investment", id, stage="pilot")], on=None, by=cast.ana, reason="Go")
    update = cast.record.update("cut", by=cast.bob)
    with pytest.raises(Invalid):
        cast.record.revert(update.revision.no, by=cast.bob)
    with pytest.raises(NotFound):
        cast.record.revert(99, by=cast.bob)
    assert cast.record.revert(2, by=cast.bob).revision is None, "a fork changes nothing"
    done = bring_in(cast, create("ai_system", "s", name="One"))
    with pytest.raises(Invalid) as told:
        cast.record.revert(done.revision.merged, by=cast.ana)
    assert str(done.revision.no) in (told.value.remedy or "")


def test_undo_of_a_merged_scenario(cast: Cast) -> None:
    id, other = cast.investment(stage="idea"), cast.investment("Other", stage="idea")
    before = cast.record.plan()
    cast.record.fork("cut", by=cast.bob)
    for item in (id, other):
        cast.record.commit(
            [change("investment", item, stage="stopped")], on=None, by=cast.bob, reason="-", branch="cut"
        )
    done = cast.record.merge("cut", by=cast.ana, reason="Yes")
    cast.record.revert(done.revision.no, by=cast.ana, reason="No")
    assert dict(cast.record.plan().investments.items()) == dict(before.investments.items())
