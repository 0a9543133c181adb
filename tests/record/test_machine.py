"""The record against a model of a few dictionaries: commits on old revisions, scenarios, updates, merges, reverts.

The model keeps each branch as a dictionary of flat bodies (a tag and a custom value are entries of their own)
and merges them entry by entry, in ten lines that share nothing with the code.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.entity import Entity, derived_id
from northing.portfolio.errors import Conflict, Invalid
from northing.portfolio.plan import Plan
from northing.record.plans import PLANS

from .conftest import make_cast

Flat = dict[str, Any]
State = dict[tuple[str, str], Flat]

WORDS = st.sampled_from(["a", "b", "c"])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "category": st.none() | WORDS,
        "description": st.none() | WORDS,
        "tags": st.sets(WORDS).map(sorted),
        "custom": st.dictionaries(st.sampled_from(["k", "l"]), st.none() | WORDS),
    },
)


def flat(entity: Entity) -> Flat:
    """An entity as the model has it."""
    found: Flat = {}
    for name, value in msgspec.to_builtins(entity).items():
        if name == "tags":
            found.update({f"tags {tag}": True for tag in value})
        elif name == "custom":
            found.update({f"custom {key}": item for key, item in value.items()})
        else:
            found[name] = value
    return found


def edited(body: Flat, fields: dict[str, Any]) -> Flat:
    after = dict(body)
    for name, value in fields.items():
        if name == "tags":
            after = {key: item for key, item in after.items() if not key.startswith("tags ")}
            after.update({f"tags {tag}": True for tag in value})
        elif name == "custom":
            after.update({f"custom {key}": item for key, item in value.items()})
        else:
            after[name] = value
    return {key: item for key, item in after.items() if item is not None}


def state_of(plan: Plan) -> State:
    """All that a plan holds but the log of what was merged, which the model does not keep."""
    return {(entity.KIND, entity.id): flat(entity) for entity in plan.all() if entity.KIND != "decision"}


def merged(base: State, theirs: State, yours: State) -> tuple[State, bool]:
    """Both sides' changes since *base*, and whether they clash anywhere."""
    result: State = {}
    clash = False
    for key in {*base, *theirs, *yours}:
        b, t, y = base.get(key), theirs.get(key), yours.get(key)
        if y in (b, t):
            body = t
        elif t == b:
            body = y
        elif t is None or y is None:
            body, clash = t, True
        else:
            body = {}
            for name in {*(b or {}), *t, *y}:
                was, one, two = (b or {}).get(name), t.get(name), y.get(name)
                if two != was and one not in (was, two) and not name.startswith("tags "):
                    clash = True
                body[name] = two if one == was else one
            body = {name: value for name, value in body.items() if value is not None}
        if body is not None:
            result[key] = body
    return result, clash


def broken(state: State) -> bool:
    """Whether a note is about something that is not there."""
    return any(kind == "note" and ("investment", body["subject"]) not in state for (kind, _), body in state.items())


class RecordMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.cast = make_cast()
        self.record = self.cast.record
        keys = [create("custom_field", key, kind="investment", name=key) for key in ("k", "l")]
        self.record.commit(keys, on=None, by=self.cast.ana, reason="Fields")
        self.states: dict[str, State] = {"main": self.seen("main")}
        self.past: dict[int, tuple[str, State]] = {1: ("main", self.states["main"])}
        self.base: dict[str, State] = {}
        self.closed: set[str] = set()
        self.forks = 0
        self.made = 0

    def id(self) -> str:
        """A new entity's id: the same in every run, because ids decide the order in which things are drawn."""
        self.made += 1
        return derived_id("machine", str(self.made))

    def seen(self, branch: str) -> State:
        plan = self.record.plan(self.record.at(None, branch=branch))
        return state_of(plan)

    def kept(self, branch: str, no: int, state: State) -> None:
        self.states[branch] = state
        self.past[no] = (branch, state)

    def open_branches(self) -> list[str]:
        return [name for name in self.states if name not in self.closed]

    def commit(self, branch: str, on: int, edits: list[Edit], then: State, yours: State) -> None:
        """Commit, and compare with what the model says comes of it."""
        expected, clash = merged(then, self.states[branch], yours)
        try:
            done = self.record.commit(edits, on=on, by=self.cast.bob, reason="-", branch=branch)
        except Conflict:
            assert clash or broken(expected)
            return
        except Invalid:
            assert broken(yours)
            return
        assert not clash
        assert not broken(expected)
        for item in done.changes:  # the number that a new investment was given
            if item.before is None and item.after is not None and item.kind == "investment":
                expected[item.kind, item.id]["number"] = flat(item.after)["number"]
        assert (done.changes == ()) == (expected == self.states[branch])
        if done.changes:
            self.kept(branch, done.revision.no, expected)

    @rule(data=st.data(), fields=FIELDS)
    def add(self, data: st.DataObject, fields: dict[str, Any]) -> None:
        branch = data.draw(st.sampled_from(self.open_branches()))
        state, id = self.states[branch], self.id()
        yours = {**state, ("investment", id): edited({"id": id, "name": "N"}, fields)}
        self.commit(branch, self.record.head(branch), [create("investment", id, name="N", **fields)], state, yours)

    @rule(data=st.data())
    def note(self, data: st.DataObject) -> None:
        no = data.draw(st.sampled_from(sorted(self.past)))
        branch, then = self.past[no]
        there = sorted(id for kind, id in then if kind == "investment")
        if branch in self.closed or not there:
            return
        id, subject = self.id(), data.draw(st.sampled_from(there))
        yours = {**then, ("note", id): {"id": id, "subject": subject, "text": "T"}}
        self.commit(branch, no, [create("note", id, subject=subject, text="T")], then, yours)

    @rule(data=st.data(), fields=FIELDS)
    def change_on_any_revision(self, data: st.DataObject, fields: dict[str, Any]) -> None:
        no = data.draw(st.sampled_from(sorted(self.past)))
        branch, then = self.past[no]
        there = sorted(id for kind, id in then if kind == "investment")
        if branch in self.closed or not there:
            return
        id = data.draw(st.sampled_from(there))
        yours = {**then, ("investment", id): edited(then["investment", id], fields)}
        self.commit(branch, no, [change("investment", id, **fields)], then, yours)

    @rule(data=st.data())
    def remove_on_any_revision(self, data: st.DataObject) -> None:
        no = data.draw(st.sampled_from(sorted(self.past)))
        branch, then = self.past[no]
        there = sorted(key for key in then if key[0] != "custom_field")
        if branch in self.closed or not there:
            return
        key = data.draw(st.sampled_from(there))
        yours = {other: body for other, body in then.items() if other != key}
        self.commit(branch, no, [remove(*key)], then, yours)

    @precondition(lambda self: self.forks < 3)
    @rule()
    def fork(self) -> None:
        self.forks += 1
        name = f"s{self.forks}"
        revision = self.record.fork(name, by=self.cast.bob)
        self.base[name] = self.states["main"]
        self.kept(name, revision.no, self.states["main"])

    @precondition(lambda self: len(self.open_branches()) > 1)
    @rule(data=st.data())
    def update(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([name for name in self.open_branches() if name != "main"]))
        before = self.record.head(name)
        expected, clash = merged(self.base[name], self.states["main"], self.states[name])
        try:
            done = self.record.update(name, by=self.cast.bob)
        except Conflict:
            assert clash or broken(expected)
            return
        assert not clash
        assert not broken(expected)
        if done.revision.no != before:
            self.base[name] = self.states["main"]
            self.kept(name, done.revision.no, expected)
        # An older revision of the scenario stands on an older plan, and stays what it was.

    @precondition(lambda self: len(self.open_branches()) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([name for name in self.open_branches() if name != "main"]))
        expected, clash = merged(self.base[name], self.states["main"], self.states[name])
        try:
            done = self.record.merge(name, by=self.cast.ana, reason="-")
        except Conflict:
            assert clash or broken(expected)
            return
        assert not clash
        assert not broken(expected)
        self.closed.add(name)
        self.kept("main", done.revision.no, expected)

    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        revision = self.record.revision(data.draw(st.sampled_from(sorted(self.past))))
        branch, after = self.past[revision.no]
        earlier = [no for no, (other, _) in self.past.items() if other == branch and no < revision.no]
        if branch in self.closed or not earlier or (revision.merged is not None and revision.merged == revision.base):
            return
        before = self.past[max(earlier)][1]
        now = self.states[branch]
        expected, clash = merged(after, now, before)
        done = self.record.revert(revision.no, by=self.cast.ana)
        state = self.seen(branch)
        assert bool(done.conflicts) == (clash or broken(expected))
        stayed = {(item.kind, item.id) for item in done.conflicts}
        for key in {*state, *expected}:
            if key not in stayed:
                assert state.get(key) == expected.get(key)
        assert not broken(state)
        assert (done.revision is None) == (state == now)
        if done.revision is not None:
            self.kept(branch, done.revision.no, state)

    @rule(data=st.data())
    def read_any_revision(self, data: st.DataObject) -> None:
        if data.draw(st.booleans()):
            PLANS.clear()
        no = data.draw(st.sampled_from(sorted(self.past)))
        plan = self.record.plan(no)
        assert state_of(plan) == self.past[no][1]

    @invariant()
    def heads_are_as_the_model_has_them(self) -> None:
        for branch in self.states:
            assert self.seen(branch) == self.states[branch]

    def teardown(self) -> None:
        assert self.record.verify() == []


SHORT = settings(max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(SHORT, max_examples=400, stateful_step_count=50)


@pytest.mark.usefixtures("db")
def test_the_record_against_the_model() -> None:
    run_state_machine_as_test(RecordMachine, settings=SHORT)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("db")
def test_the_record_against_the_model_for_long() -> None:
    run_state_machine_as_test(RecordMachine, settings=LONG)
