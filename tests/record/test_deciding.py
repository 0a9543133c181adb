"""A scenario is submitted, others say yes or no to exactly that, and the merge writes down what was decided."""

from __future__ import annotations

from typing import Any

import pytest

from northing.access.members import new_user
from northing.access.models import Membership, Workspace
from northing.access.workspaces import actor_of, add_member
from northing.portfolio.deciding import DecisionStatus
from northing.portfolio.edits import change, create, remove
from northing.portfolio.errors import Conflict, Finding, Invalid, NotAllowed, NotFound
from northing.record.approving import House
from northing.record.guarding import decision_of

from .conftest import Cast
from .deciding_room import APPROVE, BOT, CRITERION, MODEL, REJECT, RULE, Room


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def test_plan_and_decision_are_one_revision(room: Room) -> None:
    room.rule()
    room.begin()
    with pytest.raises(NotAllowed, match="nothing is submitted"):
        room.merge()
    room.submit()
    with pytest.raises(NotAllowed, match="“Four eyes” asks for 1 approval of a planner or above; none given"):
        room.merge()
    room.judge("pia")
    no = room.merge()
    decided = room.decision()
    assert (decided.status, decided.decided_by, decided.scenario) == ("decided", room.actors["bob"].id, "cut")
    assert decided.number == "DEC-0001"
    plan = room.record.plan()
    assert plan.investments[BOT].stage == "scale"
    assert [(one.by, one.verdict) for one in plan.approvals.values()] == [(room.actors["pia"].id, "approve")]
    before = room.record.revision(no).parent
    assert {one.kind for one in room.record.changes(before, no)} == {"investment", "decision", "approval"}
    assert room.record.verify() == []


def test_without_rules_a_planner_merges_and_it_is_written_down(room: Room) -> None:
    room.begin()
    room.merge()
    decided = room.decision()
    assert (decided.name, decided.why, decided.status) == ("cut", "Agreed", "decided")


def test_nobody_approves_their_own(room: Room) -> None:
    room.rule(role="contributor")
    room.begin(by="bob")
    room.commit("carla", change("investment", BOT, category="Core"), branch="cut")
    room.submit(by="pia")
    for who in ("pia", "bob", "carla"):
        with pytest.raises(NotAllowed, match="their own"):
            room.judge(who)
    room.judge("ana")
    room.merge()


def test_whoever_is_new_to_the_plan_asks_judges_and_speaks(room: Room) -> None:
    room.rule(approvals=2)
    workspace = Workspace.objects.get(pk=room.cast.workspace)
    for name in ("nils", "olga", "otto"):
        user = new_user(f"{name}-{workspace.id}@x.example", "a-long-enough-password-9", name.title())
        room.places[name] = add_member(workspace, user, "planner")
        room.actors[name] = actor_of(room.places[name], workspace, user, "api")
    room.begin(by="nils")
    digest = room.submit(by="nils")
    for who in ("olga", "otto"):
        room.judge(who, digest)
    assert not room.record.standing("cut").stale, "that they became people of the plan is no change of it"
    room.merge(by="olga")
    assert {room.actors[name].id for name in ("nils", "olga", "otto")} <= set(room.record.plan().people)


def test_a_verdict_is_given_in_ones_own_name_once_and_for_all(room: Room) -> None:
    room.rule()
    room.begin()
    digest = room.submit()
    id = decision_of(room.cast.workspace, "cut")
    said = {"decision": id, "digest": digest, "by": room.actors["pia"].id, "verdict": "approve"}
    forged = create("approval", "forged", **said)
    with pytest.raises(NotAllowed, match="own name"):
        room.commit("bob", forged, branch="cut")
    with pytest.raises(Invalid, match="scenario"):
        room.commit("pia", forged)
    with pytest.raises(Conflict, match="another one"):
        room.commit("pia", create("approval", "other", **{**said, "digest": "0" * 64}), branch="cut")
    room.record.fork("import/x", kind="import", by=room.actors["pia"])
    with pytest.raises(Invalid, match="scenario"):
        room.commit("pia", forged, branch="import/x")
    room.commit("pia", forged, branch="cut")
    for edit in (change("approval", "forged", verdict="reject"), remove("approval", "forged")):
        with pytest.raises(NotAllowed, match="never changed"):
            room.commit("pia", edit, branch="cut")
    room.record.revert(room.record.head("cut"), by=room.actors["bob"])
    assert "forged" in room.record.plan("scenario:cut").approvals, "a revert does not unsay it"
    room.merge()


@pytest.mark.parametrize(
    "fields",
    [{"status": "decided"}, {"digest": "1"}, {"by": "x"}, {"decided_on": "2026-01-01"}, {"scenario": "other"}],
)
def test_how_a_decision_stands_is_not_written_by_hand(room: Room, fields: dict[str, str]) -> None:
    room.begin()
    for branch in ("main", "cut"):
        with pytest.raises(NotAllowed, match="by hand"):
            room.commit("ana", create("decision", "d", name="Mine", **fields), branch=branch)
    room.submit()
    with pytest.raises(NotAllowed, match="by hand"):
        room.commit("ana", change("decision", decision_of(room.cast.workspace, "cut"), **fields), branch="cut")


def test_any_later_change_makes_approvals_stale(room: Room) -> None:
    room.rule()
    room.begin()
    digest = room.submit()
    room.judge("pia")
    room.commit("ana", change("investment", BOT, name="Better bot"))
    room.record.update("cut", by=room.actors["bob"])
    assert room.record.standing("cut").digest == digest, "what others changed elsewhere is not asked about"
    room.commit("bob", create("comment", "c", subject=BOT, text="By the way"), branch="cut")
    assert not room.record.standing("cut").lacking
    for edit in (
        change("investment", BOT, category="Core"),
        change("decision", decision_of(room.cast.workspace, "cut"), effect="Much more."),
    ):
        room.commit("bob", edit, branch="cut")
        now = room.record.standing("cut")
        assert now.stale
        assert [one.fresh for one in now.verdicts] == [False]
        with pytest.raises(NotAllowed, match="earlier approvals do not count"):
            room.merge()
        with pytest.raises(Conflict, match="since it was submitted"):
            room.judge("ana")
        room.submit(effect=f"{edit.kind}: somewhat more.")
        with pytest.raises(NotAllowed, match="none given"):
            room.merge()
        room.judge("pia")
        assert not room.record.standing("cut").lacking
    room.merge()


def test_a_scenario_cannot_loosen_the_rule_that_holds_it(room: Room) -> None:
    room.rule(approvals=2)
    room.begin()
    room.commit("bob", remove("approval_rule", RULE), branch="cut")
    room.submit()
    room.judge("pia")
    with pytest.raises(NotAllowed, match="2 approvals"):
        room.merge(by="ana")
    room.judge("ana")
    with pytest.raises(NotAllowed, match="owner"):
        room.merge(by="bob")
    with pytest.raises(NotAllowed, match="owner"):
        room.commit("bob", remove("approval_rule", RULE))
    room.merge(by="ana")
    assert not room.record.plan().approval_rules


def test_who_lost_the_role_counts_no_more(room: Room) -> None:
    room.rule(role="planner")
    room.begin()
    room.submit()
    room.judge("carla")
    with pytest.raises(NotAllowed, match="none given"):
        room.merge()
    room.judge("pia")
    Membership.objects.filter(pk=room.places["pia"].pk).update(role="contributor")
    with pytest.raises(NotAllowed, match="none given"):
        room.merge()
    room.places["pia"].delete()
    with pytest.raises(NotAllowed, match="none given"):
        room.merge()
    room.judge("ana")
    room.merge()


def test_the_last_word_counts_and_dissent_stays(room: Room) -> None:
    room.rule()
    room.begin()
    room.submit()
    room.judge("pia")
    room.judge("pia", verdict=REJECT)
    with pytest.raises(NotAllowed, match="none given"):
        room.merge()
    room.judge("ana")
    room.merge()
    said = {(one.by, one.verdict.value) for one in room.record.plan().approvals.values()}
    assert (room.actors["pia"].id, "reject") in said


def test_weights_change_with_a_second_person_only(room: Room) -> None:
    heavier = [{**CRITERION, "weight": "3"}]
    for edit in (change("scoring_model", MODEL, criteria=heavier), remove("scoring_model", MODEL)):
        with pytest.raises(NotAllowed, match="second person"):
            room.commit("ana", edit)
    room.commit("ana", change("scoring_model", MODEL, name="Renamed"))
    room.record.fork("cut", by=room.actors["ana"])
    room.commit("ana", change("scoring_model", MODEL, criteria=heavier), branch="cut")
    with pytest.raises(NotAllowed, match="nothing is submitted"):
        room.merge(by="ana")
    room.submit(by="ana")
    room.judge("bob")
    no = room.merge(by="ana")
    assert room.record.plan().scoring_models[MODEL].criteria[0].weight == 3
    with pytest.raises(NotAllowed, match="second person"):
        room.record.revert(no, by=room.actors["ana"])


def test_a_reverted_decision_stays_in_the_log(room: Room) -> None:
    room.rule()
    room.begin()
    room.submit()
    room.judge("pia")
    no = room.merge()
    undone = room.record.revert(no, by=room.actors["bob"]).revision
    assert undone is not None
    assert room.record.plan().investments[BOT].stage == "pilot"
    assert room.decision().status is DecisionStatus.REVERTED
    assert room.record.plan().approvals, "who agreed stays known"
    later = room.commit("bob", change("decision", room.decision().id, outcome="It was too soon"))
    room.record.revert(undone.no, by=room.actors["bob"])
    assert (room.decision().status, room.decision().outcome) == ("decided", "It was too soon")
    assert later > undone.no
    with pytest.raises(NotAllowed, match="not written anew"):
        room.commit("bob", change("decision", room.decision().id, why="Other reasons"))
    with pytest.raises(NotAllowed, match="stays"):
        room.commit("ana", remove("decision", room.decision().id))


def test_what_both_changed_is_settled_in_the_scenario_where_approvals_are_asked(room: Room) -> None:
    room.rule()
    room.begin(stage="scale")
    room.submit()
    room.judge("pia")
    room.commit("ana", change("investment", BOT, stage="stopped"))
    with pytest.raises(Conflict):
        room.merge()
    with pytest.raises(NotAllowed, match="same field"):
        room.record.merge("cut", by=room.actors["bob"], reason="-", resolve="yours")
    room.record.update("cut", by=room.actors["bob"], resolve="yours")
    with pytest.raises(NotAllowed, match="do not count"):
        room.merge()


def test_a_child_brings_no_approvals_along(room: Room) -> None:
    room.rule()
    room.begin("parent")
    room.record.fork("child", by=room.actors["carla"], ref="scenario:parent")
    room.commit("carla", change("investment", BOT, category="Core"), branch="child")
    room.submit("child", by="carla")
    room.judge("pia", name="child")
    room.record.merge("child", by=room.actors["bob"], reason="Take it")
    assert not room.record.plan("scenario:parent").approvals
    room.submit("parent")
    with pytest.raises(NotAllowed, match="their own"):
        room.judge("carla", name="parent")
    room.judge("pia", name="parent")
    room.merge("parent")


def test_limits_that_would_not_hold_refuse_by_name(room: Room) -> None:
    def keeps(before: Any, after: Any) -> list[Finding]:
        grown = before.investments[BOT].stage != after.investments[BOT].stage
        return [Finding(code="limit", message="Budget 2027 would not hold.")] if grown else []

    room.begin()
    head = room.record.head()
    with pytest.raises(Invalid, match="Budget 2027"):
        room.merge(house=House(lambda *_: (), keeps))
    assert room.record.head() == head


def test_setting_aside_says_what_became_of_the_decision(room: Room) -> None:
    for name, judged, status in (("one", True, "rejected"), ("two", False, "withdrawn")):
        room.begin(name)
        room.submit(name)
        if judged:
            room.judge("pia", verdict=REJECT, name=name)
        room.record.set_aside(name, by=room.actors["bob"], reason="No")
        assert room.decision(name, name).status == status
    room.record.take_up("one", by=room.actors["bob"], reason="Again")
    room.submit("one")
    room.record.withdraw("one", by=room.actors["bob"])
    with pytest.raises(Invalid, match="Nothing is submitted"):
        room.judge("pia", name="one")


def test_comments_are_their_authors(room: Room) -> None:
    with pytest.raises(NotAllowed, match="own name"):
        room.commit("carla", create("comment", "c", subject=BOT, text="Hm", by=room.actors["bob"].id))
    room.commit("carla", create("comment", "c", subject=BOT, text="Hm", by=room.actors["carla"].id))
    with pytest.raises(NotAllowed, match="not rewritten"):
        room.commit("bob", change("comment", "c", text="Great"))
    room.commit("bob", change("comment", "c", settled=True))
    room.commit("carla", change("comment", "c", text="Hmm"))
    with pytest.raises(NotAllowed, match="owner"):
        room.commit("bob", remove("comment", "c"))
    with pytest.raises(NotAllowed):
        room.record.commit([create("comment", "d", subject=BOT, text="x")], on=None, by=room.cast.dan, reason="-")
    room.commit("ana", remove("comment", "c"))
    with pytest.raises(NotFound):
        room.record.judge("cut", APPROVE, digest="", by=room.actors["bob"])
