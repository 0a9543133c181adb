"""Scenarios of the whole plan, and the branches of sources."""

from __future__ import annotations

import pytest

from northing.portfolio.edits import change, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Conflict, Invalid, NotFound
from northing.record import At

from .conftest import Cast


def test_a_scenario_is_the_whole_plan_until_somebody_changes_it(cast: Cast) -> None:
    id, other = cast.investment(stage="pilot"), cast.investment("Other")
    cast.record.fork("cut-10", by=cast.bob, reason="What if")
    cast.record.commit([change("investment", id, stage="stopped")], on=None, by=cast.bob, reason="-", branch="cut-10")
    cast.record.commit([remove("investment", other)], on=None, by=cast.bob, reason="-", branch="cut-10")
    cast.record.commit([create("investment", "new", name="New")], on=None, by=cast.bob, reason="-", branch="cut-10")
    plan, scenario = cast.record.plan(), cast.record.plan("scenario:cut-10")
    assert plan.investments[id].stage == "pilot"
    assert scenario.investments[id].stage == "stopped"
    assert set(scenario.investments) == {id, "new"}
    assert scenario.branch == "cut-10"
    earlier = cast.record.plan("scenario:cut-10@4")
    assert set(earlier.investments) == {id, other}
    changes = cast.record.changes("main", "scenario:cut-10")
    assert {item.id for item in changes} == {id, other, "new"}


def test_merging_brings_net_changes_and_closes(cast: Cast) -> None:
    id = cast.investment(stage="pilot", category="A")
    cast.record.fork("cut", by=cast.bob)
    for stage in ("scale", "operate"):
        cast.record.commit([change("investment", id, stage=stage)], on=None, by=cast.bob, reason=stage, branch="cut")
    cast.record.commit([change("investment", id, category="B")], on=None, by=cast.ana, reason="Meanwhile")
    done = cast.record.merge("cut", by=cast.ana, reason="Approved by the board")
    found = cast.record.plan().investments[id]
    assert (found.stage, found.category) == ("operate", "B")
    assert done.revision.merged == 4
    blame = cast.record.blame("investment", id)
    assert (blame["stage"].author, blame["stage"].reason) == (cast.bob.id, "operate")
    assert (blame["stage"].approved_by, blame["stage"].approved_no) == (cast.ana.id, done.revision.no)
    assert blame["category"].approved_by is None
    with pytest.raises(Invalid, match="merged"):
        cast.record.commit([change("investment", id, stage="idea")], on=None, by=cast.bob, reason="-", branch="cut")
    assert cast.record.plan("scenario:cut").investments[id].category == "A", "a closed scenario reads for ever"
    (main, cut) = cast.record.branches()
    assert (main.name, cut.closed_by) == ("main", done.revision.no)


def test_a_scenario_is_updated_to_the_plan(cast: Cast) -> None:
    id, other = cast.investment(stage="pilot", category="A"), cast.investment("Other")
    cast.record.fork("cut", by=cast.bob)
    cast.record.commit([change("investment", id, stage="scale")], on=None, by=cast.bob, reason="-", branch="cut")
    cast.record.commit([change("investment", id, category="B")], on=None, by=cast.ana, reason="Category")
    cast.record.commit([change("investment", other, name="Another")], on=None, by=cast.ana, reason="Name")
    assert cast.record.plan("cut").investments[other].name == "Other"
    done = cast.record.update("cut", by=cast.bob)
    scenario = cast.record.plan("scenario:cut")
    assert scenario.investments[other].name == "Another"
    assert (scenario.investments[id].stage, scenario.investments[id].category) == ("scale", "B")
    assert done.revision.base == 6
    assert [item.id for item in done.changes] == [id], "only what changed on both sides was written"
    blame = cast.record.blame("investment", id, "scenario:cut")
    assert (blame["category"].author, blame["category"].no, blame["category"].approved_by) == (cast.ana.id, 5, None)
    assert cast.record.update("cut", by=cast.bob).revision.no == done.revision.no, "nothing new: no revision"
    cast.record.merge("cut", by=cast.ana, reason="Yes")
    assert cast.record.plan().investments[id].stage == "scale"
    assert cast.record.verify() == []


def test_merge_conflicts_are_told_and_chosen(cast: Cast) -> None:
    id = cast.investment(stage="pilot", name="N")
    cast.record.fork("cut", by=cast.bob)
    cast.record.commit(
        [change("investment", id, stage="scale", name="S")], on=None, by=cast.bob, reason="-", branch="cut"
    )
    cast.record.commit([change("investment", id, stage="stopped", name="P")], on=None, by=cast.ana, reason="Stop")
    with pytest.raises(Conflict) as told:
        cast.record.merge("cut", by=cast.ana, reason="Yes")
    assert {(item.field, item.base, item.theirs, item.yours) for item in told.value.conflicts} == {
        ("stage", "pilot", "stopped", "scale"),
        ("name", "N", "P", "S"),
    }
    with pytest.raises(Conflict):
        cast.record.update("cut", by=cast.bob)
    choice = {("investment", id, "stage"): "yours", ("investment", id, "name"): "Neither"}
    done = cast.record.merge("cut", by=cast.ana, reason="Yes", resolve=choice)
    found = cast.record.plan().investments[id]
    assert (found.stage, found.name) == ("scale", "Neither")
    assert len(done.conflicts) == 2
    blame = cast.record.blame("investment", id)
    assert blame["stage"].author == cast.bob.id
    assert (blame["name"].author, blame["name"].approved_by) == (cast.ana.id, None), "typed by who merged"


def test_an_update_with_choices(cast: Cast) -> None:
    id = cast.investment(stage="pilot")
    cast.record.fork("cut", by=cast.bob)
    cast.record.commit([change("investment", id, stage="scale")], on=None, by=cast.bob, reason="-", branch="cut")
    cast.record.commit([change("investment", id, stage="stopped")], on=None, by=cast.ana, reason="Stop")
    cast.record.update("cut", by=cast.bob, resolve="theirs")
    assert cast.record.plan("cut").investments[id].stage == "stopped"
    done = cast.record.merge("cut", by=cast.ana, reason="Nothing left")
    assert done.changes == ()
    assert done.revision.merged is not None


def test_scenarios_of_scenarios(cast: Cast) -> None:
    id = cast.investment(stage="pilot")
    cast.record.fork("outer", by=cast.bob)
    cast.record.commit([change("investment", id, stage="scale")], on=None, by=cast.bob, reason="-", branch="outer")
    cast.record.fork("inner", ref="scenario:outer", by=cast.bob)
    cast.record.commit([change("investment", id, category="C")], on=None, by=cast.bob, reason="-", branch="inner")
    found = cast.record.plan("inner").investments[id]
    assert (found.stage, found.category) == ("scale", "C")
    cast.record.merge("inner", by=cast.bob, reason="In")
    cast.record.merge("outer", by=cast.ana, reason="In")
    found = cast.record.plan().investments[id]
    assert (found.stage, found.category) == ("scale", "C")
    assert cast.record.blame("investment", id)["category"].author == cast.bob.id
    assert cast.record.verify() == []


def test_names_of_branches(cast: Cast) -> None:
    cast.investment()
    for name in ("main", "a@b", "a:b", "", "import/x", " x"):
        with pytest.raises(Invalid):
            cast.record.fork(name, by=cast.ana)
    cast.record.fork("Cut ten percent", by=cast.ana)
    with pytest.raises(Invalid):
        cast.record.fork("Cut ten percent", by=cast.bob)
    with pytest.raises(NotFound):
        cast.record.merge("nothing", by=cast.ana, reason="-")
    assert cast.record.at("scenario:Cut ten percent@2") == At("Cut ten percent", 2)


def bring_in(cast: Cast, *edits: object, reason: str = "File") -> object:
    """What landing does: commit what the file says on the source's branch, and merge it."""
    if all(branch.name != "import/omb" for branch in cast.record.branches()):
        cast.record.fork("import/omb", kind="import", by=cast.ana)
    cast.record.commit(edits, on=None, by=cast.ana, reason=reason, branch="import/omb", via="import")
    return cast.record.merge("import/omb", by=cast.ana, reason=reason, resolve="theirs", whatever_fits=True)


def test_an_import_keeps_what_people_changed(cast: Cast) -> None:
    bring_in(cast, create("ai_system", "s", name="Reader", development_stage="Pilot", vendor="Acme"))
    cast.record.commit([change("ai_system", "s", name="Form reader")], on=None, by=cast.bob, reason="Better name")
    done = bring_in(cast, change("ai_system", "s", development_stage="Deployed"))
    found = cast.record.plan().ai_systems["s"]
    assert (found.name, found.development_stage) == ("Form reader", "Deployed")
    assert done.conflicts == ()
    cast.record.commit([change("ai_system", "s", vendor="Bolt")], on=None, by=cast.bob, reason="Vendor")
    done = bring_in(cast, change("ai_system", "s", vendor="Core"))
    assert cast.record.plan().ai_systems["s"].vendor == "Bolt"
    (conflict,) = done.conflicts
    assert (conflict.field, conflict.base, conflict.theirs, conflict.yours) == ("vendor", "Acme", "Bolt", "Core")
    again = bring_in(cast, change("ai_system", "s", development_stage="Retired"))
    assert again.conflicts == (), "what was settled once is not asked again"
    blame = cast.record.blame("ai_system", "s")
    assert blame["vendor"].author == cast.bob.id
    assert blame["development_stage"].via == "import"
    assert cast.record.verify() == []


def test_an_import_leaves_out_what_would_break_a_rule(cast: Cast) -> None:
    bring_in(cast, create("org_unit", "u", name="Unit"), create("ai_system", "s", name="One", org_unit="u"))
    cast.record.commit(
        [change("ai_system", "s", org_unit=None), remove("org_unit", "u")], on=None, by=cast.bob, reason="No units"
    )
    done = bring_in(cast, create("ai_system", "t", name="Two", org_unit="u"), create("ai_system", "v", name="Three"))
    plan = cast.record.plan()
    assert set(plan.ai_systems) == {"s", "t", "v"}, "no row is lost"
    assert plan.ai_systems["t"].org_unit is None
    (conflict,) = done.conflicts
    assert (conflict.id, conflict.field, conflict.theirs, conflict.yours) == ("t", "org_unit", None, "u")


def test_source_rows_are_read_only_when_asked_for(cast: Cast) -> None:
    file = new_id()
    rows = [create("source_row", new_id(), file=file, ordinal=n, cells=[str(n), "x"]) for n in (2, 1, 3)]
    bring_in(
        cast,
        create("source_file", file, source="omb", name="f.csv", sha256="0" * 64),
        *rows,
        create("ai_system", "s", name="One", source_row=rows[0].id),
    )
    assert len(cast.record.plan().table("source_row")) == 0
    assert cast.record.plan().ai_systems["s"].source_row == rows[0].id
    assert [row.ordinal for row in cast.record.source_rows(file)] == [1, 2, 3]
    assert [row.ordinal for row in cast.record.source_rows(ids=[rows[2].id])] == [3]
    assert cast.record.source_rows(file, ref=1) == []
    assert cast.record.source_rows(new_id()) == []
    assert len(cast.record.read("source_row", ref="import/omb")) == 3


def test_a_file_that_was_undone_can_be_brought_in_again(cast: Cast) -> None:
    cast.investment()
    done = bring_in(cast, create("ai_system", "s", name="One"))
    undone = cast.record.revert(done.revision.no, by=cast.bob)
    assert undone.revision is not None
    assert "s" not in cast.record.plan().ai_systems
    cast.record.merge("import/omb", by=cast.ana, reason="Again", resolve="theirs", whatever_fits=True)
    assert "s" in cast.record.plan().ai_systems
    assert cast.record.verify() == []
