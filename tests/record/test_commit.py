"""Committing: what becomes a revision, what is merged, what is refused and how that is told."""

from __future__ import annotations

import pytest

from northing.portfolio.edits import change, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Conflict, Invalid, NotAllowed, NotFound
from northing.record import Record

from .conftest import Cast


def test_an_empty_record_has_an_empty_plan(record: Record) -> None:
    assert record.head() == 0
    assert len(record.plan()) == 0
    assert record.revisions() == []
    assert record.verify() == []


def test_a_commit_is_a_revision_that_says_who_when_why(cast: Cast) -> None:
    id = new_id()
    done = cast.record.commit(
        [create("investment", id, name="Chatbot", tags=["b", "a", "b"])], on=0, by=cast.ana, reason="Kick-off"
    )
    assert (done.revision.no, done.revision.author, done.revision.reason) == (1, cast.ana.id, "Kick-off")
    assert done.revision.via == "web"
    assert cast.record.plan().investments[id].tags == ("a", "b")
    assert done.changes[0].before is None
    assert done.changes[0].after == cast.record.plan().investments[id]
    assert cast.record.revision(1) == done.revision


def test_people_see_numbers_that_are_given_once(cast: Cast) -> None:
    first, second = cast.investment("One"), cast.investment("Two")
    cast.record.commit([remove("investment", second)], on=None, by=cast.ana, reason="Mistake")
    third = cast.investment("Three")
    plan = cast.record.plan()
    assert plan.investments[first].number == "INV-0001"
    assert plan.investments[third].number == "INV-0003", "a number is never given again"
    own = cast.investment("Four", number="INV-0010")
    assert cast.record.plan().investments[own].number == "INV-0010"
    five = cast.investment("Five")
    assert cast.record.plan().investments[five].number == "INV-0011"


def test_edits_that_change_nothing_make_no_revision(cast: Cast) -> None:
    id = cast.investment(stage="pilot")
    done = cast.record.commit([change("investment", id, stage="pilot")], on=None, by=cast.bob, reason="Again")
    assert done.revision.no == 1
    assert done.changes == ()
    assert cast.record.head() == 1


def test_two_people_edit_different_fields_and_both_stay(cast: Cast) -> None:
    id = cast.investment()
    cast.record.commit([change("investment", id, stage="pilot")], on=1, by=cast.ana, reason="Stage")
    done = cast.record.commit([change("investment", id, category="Service")], on=1, by=cast.bob, reason="Category")
    assert done.merged_over == (2,)
    found = cast.record.plan().investments[id]
    assert (found.stage, found.category) == ("pilot", "Service")


def test_two_people_edit_one_field_and_the_second_sees_base_theirs_and_yours(cast: Cast) -> None:
    id = cast.investment(stage="idea")
    cast.record.commit([change("investment", id, stage="pilot")], on=1, by=cast.ana, reason="Go")
    with pytest.raises(Conflict) as told:
        cast.record.commit([change("investment", id, stage="stopped")], on=1, by=cast.bob, reason="Stop")
    (conflict,) = told.value.conflicts
    assert (conflict.field, conflict.base, conflict.theirs, conflict.yours) == ("stage", "idea", "pilot", "stopped")
    assert (conflict.by, conflict.revision) == (cast.ana.id, 2)
    assert told.value.head == 2
    assert cast.record.head() == 2, "nothing was written"
    cast.record.commit([change("investment", id, stage="stopped")], on=told.value.head, by=cast.bob, reason="Stop")
    changes = [item for item in cast.record.history("investment", id) if item.field == "stage"]
    assert [(item.after, item.author) for item in changes] == [
        ("idea", cast.ana.id),
        ("pilot", cast.ana.id),
        ("stopped", cast.bob.id),
    ]


def test_the_same_change_twice_is_no_conflict(cast: Cast) -> None:
    id = cast.investment(stage="idea")
    cast.record.commit([change("investment", id, stage="pilot")], on=1, by=cast.ana, reason="Go")
    done = cast.record.commit([change("investment", id, stage="pilot")], on=1, by=cast.bob, reason="Go")
    assert done.revision.no == 2
    assert done.changes == ()


def test_tags_merge_as_a_set_and_custom_values_by_key(cast: Cast) -> None:
    risk, site = new_id(), new_id()
    fields = [
        create("custom_field", key, kind="investment", name=name) for key, name in ((risk, "Risk"), (site, "Site"))
    ]
    cast.record.commit(fields, on=None, by=cast.ana, reason="Fields")
    id = cast.investment(tags=["a", "b"], custom={risk: "low"})
    cast.record.commit(
        [change("investment", id, tags=["a", "c"], custom={risk: "high"})], on=2, by=cast.ana, reason="A"
    )
    cast.record.commit(
        [change("investment", id, tags=["a", "b", "d"], custom={site: "Porto"})], on=2, by=cast.bob, reason="B"
    )
    found = cast.record.plan().investments[id]
    assert found.tags == ("a", "c", "d")
    assert found.custom == {risk: "high", site: "Porto"}
    with pytest.raises(Conflict) as told:
        cast.record.commit([change("investment", id, custom={risk: "none"})], on=2, by=cast.bob, reason="C")
    assert told.value.conflicts[0].field == f"custom.{risk}"


def test_removing_what_somebody_changed_is_a_conflict(cast: Cast) -> None:
    id = cast.investment()
    cast.record.commit([change("investment", id, stage="pilot")], on=1, by=cast.ana, reason="Go")
    with pytest.raises(Conflict) as told:
        cast.record.commit([remove("investment", id)], on=1, by=cast.bob, reason="Away")
    assert told.value.conflicts[0].field is None
    cast.record.commit([remove("investment", id)], on=2, by=cast.bob, reason="Away")
    with pytest.raises(Conflict):
        cast.record.commit([change("investment", id, stage="scale")], on=2, by=cast.ana, reason="Scale")
    assert id not in cast.record.plan().investments


def test_a_rule_that_breaks_only_together_is_a_conflict_naming_the_rule(cast: Cast) -> None:
    """60 % for one objective and, meanwhile, 60 % for another."""
    id, faster, safer = cast.investment(), cast.objective("Faster"), cast.objective("Safer")
    on = cast.record.head()

    def serve(objective: str) -> object:
        return create("strategic_contribution", new_id(), investment=id, objective=objective, weight="0.6")

    cast.record.commit([serve(faster)], on=on, by=cast.ana, reason="Ana's")
    with pytest.raises(Conflict, match=r"120 %") as told:
        cast.record.commit([serve(safer)], on=on, by=cast.bob, reason="Bob's")
    assert told.value.details["findings"][0].code == "contributions-over-one"
    with pytest.raises(Invalid, match=r"120 %"):
        cast.record.commit([serve(faster), serve(safer)], on=on, by=cast.bob, reason="Alone it is a mistake")


def test_what_was_broken_before_does_not_stand_in_the_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule can be younger than the plan: then edits go on, with a warning, unless they make it worse."""
    from northing.portfolio import rules

    id, aim = cast.investment(), cast.objective()
    lines = [new_id(), new_id()]
    edits = [create("strategic_contribution", line, investment=id, objective=aim, weight="0.6") for line in lines]
    with monkeypatch.context() as younger:
        younger.setattr(rules, "judge", lambda *_: [])
        cast.record.commit(edits, on=None, by=cast.ana, reason="Before the rule")
    done = cast.record.commit(
        [change("strategic_contribution", lines[0], weight="0.5")], on=None, by=cast.ana, reason="Better"
    )
    assert [(finding.code, finding.severity) for finding in done.findings] == [("contributions-over-one", "warning")]
    with pytest.raises(Invalid, match=r"115 %"):
        cast.record.commit(
            [change("strategic_contribution", lines[0], weight="0.55")], on=None, by=cast.ana, reason="-"
        )
    assert [finding.code for finding in cast.record.verify()] == ["contributions-over-one"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (create("investment", "x", name="N", stgae="pilot"), "unknown-field"),
        (create("investment", "x", name="N", stage="somewhere"), "wrong-value"),
        (create("investment", "x"), "wrong-value"),
        (create("investment", "x", name="N", owner="nobody"), "missing-reference"),
        (create("investment", "x", name="N", currency="euro"), "currency-code"),
        (create("investment", "x", name="N", start="2026-02-01", end="2026-01-31"), "end-before-start"),
        (create("investment", "x", name="N", whole_life_cost="NaN"), "not-a-number"),
        (create("investment", "x", name="N", custom={"nothing": "1"}), "unknown-custom-field"),
        (create("fiscal_calendar", "x", name="N", start_month=13), "calendar-month"),
        (create("fiscal_calendar", "x", name="N", accrual_threshold="-1"), "calendar-accruals"),
    ],
)
def test_wrong_input_is_located_and_nothing_is_written(cast: Cast, edit: object, code: str) -> None:
    with pytest.raises(Invalid) as told:
        cast.record.commit([edit], on=None, by=cast.ana, reason="-")
    finding = told.value.findings[0]
    assert (finding.code, finding.id) == (code, "x")
    assert cast.record.head() == 0


def test_edits_of_what_is_not_there(cast: Cast) -> None:
    id = cast.investment()
    with pytest.raises(NotFound):
        cast.record.commit([change("investment", "nobody", stage="pilot")], on=None, by=cast.ana, reason="-")
    with pytest.raises(Invalid):
        cast.record.commit([create("investment", id, name="Twice")], on=None, by=cast.ana, reason="-")
    with pytest.raises(NotFound):
        cast.record.commit([change("investment", id, stage="pilot")], on=99, by=cast.ana, reason="-")
    with pytest.raises(NotFound):
        cast.record.commit([change("unicorn", id)], on=None, by=cast.ana, reason="-")


def test_a_revision_of_another_branch_names_a_moment_on_this_one(cast: Cast) -> None:
    id = cast.investment(stage="idea")
    fork = cast.record.fork("cut-10", by=cast.ana)
    cast.record.commit([change("investment", id, stage="pilot")], on=fork.no, by=cast.ana, reason="On what 2 shows")
    with pytest.raises(Conflict):
        cast.record.commit([change("investment", id, stage="scale")], on=fork.no, by=cast.bob, reason="Also on 2")


def test_roles(cast: Cast) -> None:
    mine, other = cast.investment("Carla's"), cast.investment("Other")
    cast.record.commit([create("person", cast.carla.id)], on=None, by=cast.ana, reason="Person")
    cast.record.commit([change("investment", mine, owner=cast.carla.id)], on=None, by=cast.ana, reason="Owner")

    def tries(actor: object, *edits: object) -> None:
        cast.record.commit(edits, on=None, by=actor, reason="-")

    with pytest.raises(NotAllowed):
        tries(cast.dan, change("investment", mine, stage="pilot"))
    with pytest.raises(NotFound):
        tries(cast.eve, change("investment", mine, stage="pilot"))
    tries(cast.carla, change("investment", mine, stage="pilot"))
    tries(cast.carla, create("milestone", "m1", name="Gate", investment=mine))
    tries(cast.carla, change("milestone", "m1", due="2026-12-01"))
    tries(cast.carla, create("note", "n1", subject=other, text="I wonder", by=cast.carla.id))
    tries(cast.carla, create("investment", "i1", name="My idea", stage="idea"))
    with pytest.raises(NotAllowed):
        tries(cast.carla, change("investment", other, stage="pilot"))
    with pytest.raises(NotAllowed):
        tries(cast.carla, create("investment", "i2", name="My pilot", stage="pilot"))
    with pytest.raises(NotAllowed):
        tries(cast.carla, create("milestone", "m2", name="Gate", investment=other))
    with pytest.raises(NotAllowed):
        tries(cast.carla, change("milestone", "m1", investment=other))
    with pytest.raises(NotAllowed):
        tries(cast.carla, remove("investment", mine))
    cast.record.fork("carlas", by=cast.carla)
    cast.record.commit(
        [change("investment", other, stage="scale")], on=None, by=cast.carla, reason="-", branch="carlas"
    )
    with pytest.raises(NotAllowed):
        cast.record.merge("carlas", by=cast.carla, reason="Mine")


def test_fields_of_a_newer_northing_are_kept(cast: Cast) -> None:
    """A body may hold what this version does not know; an edit leaves it where it is."""
    import hashlib

    from northing.portfolio.entity import encode
    from northing.record import sql

    id = cast.investment()
    body = encode({"id": id, "name": "Chatbot", "carbon": {"kg": 12}})
    sql.run(
        "UPDATE record_version SET body = %s, body_hash = %s WHERE ws = %s",
        body, hashlib.sha256(body).digest(), cast.workspace,
    )  # fmt: skip
    cast.record.commit([change("investment", id, stage="pilot")], on=None, by=cast.ana, reason="Edit")
    row = sql.one("SELECT body FROM record_version WHERE ws = %s AND from_no = 2", cast.workspace)
    assert row is not None
    assert b'"carbon":{"kg":12}' in row[0]


def test_a_preview_tells_what_would_happen_and_writes_nothing(cast: Cast) -> None:
    id, aim = cast.investment(), cast.objective()
    cast.record.commit(
        [
            create("strategic_contribution", "c", investment=id, objective=aim, weight="1"),
            create("note", "n", subject=id, text="Words"),
            create("portfolio", "p", name="Service"),
            change("investment", id, portfolio="p"),
        ],
        on=None, by=cast.ana, reason="More",
    )  # fmt: skip
    head = cast.record.head()
    seen = cast.record.preview([remove("investment", id)], on=head, by=cast.ana)
    assert not seen.possible
    assert {(item.kind, item.edit.op) for item in seen.consequences} == {
        ("strategic_contribution", "remove"),
        ("note", "remove"),
    }
    seen = cast.record.preview([remove("portfolio", "p")], on=head, by=cast.ana)
    (only,) = seen.consequences
    assert (only.kind, only.field, only.edit.op, only.edit.fields) == (
        "investment", "portfolio", "change", {"portfolio": None},
    )  # fmt: skip
    both = [remove("portfolio", "p"), *(item.edit for item in seen.consequences)]
    assert cast.record.preview(both, on=head, by=cast.ana).possible
    assert cast.record.head() == head
    cast.record.commit(both, on=head, by=cast.ana, reason="Away")
    assert cast.record.plan().investments[id].portfolio is None
