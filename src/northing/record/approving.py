"""Deciding: a scenario is submitted, others say yes or no to exactly that, and the merge asks whether enough did.

A verdict names the digest of what was looked at. Whatever changes in the scenario later, a field or a word of the
decision, makes another digest, and verdicts on the old one count no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec

from northing.access.actor import RANK, Actor
from northing.access.members import roles
from northing.portfolio.deciding import Approval, Decision, DecisionStatus, Verdict
from northing.portfolio.edits import Edit, change, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Finding, Invalid, NotAllowed
from northing.portfolio.plan import Plan

from . import committing, drafting, opening, own, permission, reference, versions
from .answers import Committed, EntityChange
from .draft import Draft, Line
from .guarding import check_verdict, decision_of, own_rules, weighs
from .revision import MAIN


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """Approvals that a rule asks for before these changes are merged."""

    rule: str
    """The approval rule's id; empty for the rule of the house about weights."""
    name: str
    approvals: int = 1
    role: str = "planner"
    person: str | None = None
    why: str = ""
    """What it is in the changes that the rule speaks of, in words."""


class House(NamedTuple):
    """What the plan of record asks of a merge. It is reckoned above the record, which knows no measure."""

    asks: Callable[[Plan, Plan, Sequence[EntityChange]], Sequence[Need]]
    """By which of its approval rules changes have to be approved, given the plan before and after them."""
    keeps: Callable[[Plan, Plan], Sequence[Finding]]
    """Which limits hold no more, or are broken worse, after them."""


WEIGHING = Need(rule="", name="Weights change with a second person's approval", why="A scoring model weighs otherwise.")


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What one person said last of a scenario's decision, and whether it is about the scenario as it is."""

    approval: Approval
    no: int
    """The revision in which it was said."""
    fresh: bool
    """Whether it is about the scenario as it is now."""
    role: str | None
    """What the person may do today; None where they are no member any more."""
    own: bool
    """Whether they have submitted it, or typed something that it changes, by now."""

    @property
    def agrees(self) -> bool:
        """Whether it is an approval that counts."""
        return self.fresh and not self.own and self.approval.verdict is Verdict.APPROVE and self.role is not None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One need, and whose approvals meet it."""

    need: Need
    given: tuple[str, ...]
    """People."""

    @property
    def lacking(self) -> int:
        return max(0, self.need.approvals - len(self.given))


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a scenario's decision stands."""

    decision: Decision | None
    digest: str
    """Of the scenario as it is."""
    asked: tuple[Asked, ...]
    verdicts: tuple[Given, ...]
    """The last word of each person, in the order in which they were said."""
    clash: bool = False
    """Whether the plan has changed a field that the scenario changes, too: then it is brought up to date first."""

    @property
    def submitted(self) -> bool:
        return self.decision is not None and self.decision.status is DecisionStatus.SUBMITTED

    @property
    def stale(self) -> bool:
        """Whether the scenario has changed since it was submitted."""
        return self.submitted and self.decision is not None and self.decision.digest != self.digest

    @property
    def lacking(self) -> tuple[Asked, ...]:
        return tuple(one for one in self.asked if one.lacking)


def standing(source: Line, made: Draft, house: House | None) -> Standing:
    """How the decision of the scenario *source* stands, if merging it comes to *made*."""
    plan = source.plan()
    decision = plan.decisions.get(decision_of(source.workspace, source.name))
    changes = own.net(source)
    digest = own.digest(source, decision, changes)
    verdicts = _verdicts(source, plan, decision, digest, changes)
    return Standing(
        decision=decision,
        digest=digest,
        asked=tuple(Asked(need=need, given=_who(need, verdicts)) for need in _needs(made, house)),
        verdicts=verdicts,
        clash=bool(made.settled),
    )


def _needs(made: Draft, house: House | None) -> list[Need]:
    """What the plan that is merged into asks for: its own rules, not those that the scenario would make."""
    assert made.before is not None
    assert made.after is not None
    if made.line.name != MAIN:
        return []
    changes = tuple(
        EntityChange(kind=one.kind, id=one.id, before=one.before, after=one.after)
        for one in made.changes
        if one.kind not in own.ABOUT
    )
    found = [WEIGHING] if any(weighs(one) for one in changes) else []
    if not changes:
        return found
    if house is not None:
        return [*found, *house.asks(made.before, made.after, changes)]
    # Who does not say what a rule speaks of is held to all of them.
    return [*found, *(need_of(rule) for rule in made.before.approval_rules.values())]


def need_of(rule: Any, why: str = "") -> Need:
    """What an approval rule asks for."""
    return Need(
        rule=rule.id, name=rule.name, approvals=max(rule.approvals, 1), role=rule.role, person=rule.person, why=why
    )


def _verdicts(
    line: Line, plan: Plan, decision: Decision | None, digest: str, changes: Sequence[own.Net]
) -> tuple[Given, ...]:
    if decision is None:
        return ()
    said = own.own_versions(line)
    last: dict[str, tuple[int, Approval]] = {}
    for one in plan.approvals.by("decision", decision.id):
        version = said.get(("approval", one.id))
        no = version.from_no if version else 0
        if one.by not in last or last[one.by][0] < no:
            last[one.by] = no, one
    now = roles(line.workspace) if last else {}
    return tuple(
        Given(
            approval=one,
            no=no,
            fresh=one.digest == digest and decision.digest == digest,
            role=now.get(one.by),
            own=one.by == decision.by or own.wrote(line, one.by, changes),
        )
        for no, one in sorted(last.values(), key=lambda pair: pair[0])
    )


def _who(need: Need, verdicts: Sequence[Given]) -> tuple[str, ...]:
    return tuple(
        one.approval.by
        for one in verdicts
        if one.agrees
        and RANK.get(one.role or "", -1) >= RANK.get(need.role, max(RANK.values()))
        and need.person in (None, one.approval.by)
    )


def authors(workspace: str, scenario: str, people: Iterable[str]) -> frozenset[str]:
    """Who of *people* has submitted the scenario's decision, or typed something that it changes."""
    line = opening.line_of(workspace, scenario)
    decision, changes = line.plan().decisions.get(decision_of(workspace, scenario)), own.net(line)
    asked = decision.by if decision is not None else None
    return frozenset(one for one in people if one == asked or own.wrote(line, one, changes))


def settle(source: Line, made: Draft, house: House | None, *, by: Actor, reason: str) -> None:
    """Hold a merge into the plan of record to what the plan asks for, and write down in *made* what was decided.

    Raises :class:`NotAllowed` where approvals are lacking, :class:`Invalid` where a limit would not hold.
    """
    now = standing(source, made, house)
    own_rules(by, made)
    if now.asked and not now.submitted:
        first = now.asked[0].need
        raise NotAllowed(
            f"“{first.name}” asks for {_count(first)}, and nothing is submitted. {first.why}".rstrip(),
            remedy="Say what is asked for on the scenario's decision, and submit it.",
            needs=[one.need for one in now.asked],
        )
    if now.asked and made.settled:
        raise NotAllowed(
            "The plan and the scenario changed the same field, so what would be merged is not what was approved.",
            remedy="Bring the scenario up to date, choose there, and submit it again.",
        )
    if now.lacking:
        first_lacking = now.lacking[0]
        need = first_lacking.need
        stale = any(not one.fresh for one in now.verdicts)
        raise NotAllowed(
            f"“{need.name}” asks for {_count(need)}; {len(first_lacking.given) or 'none'} given."
            + (" The scenario has changed since: earlier approvals do not count." if stale else ""),
            remedy="Have it approved on the scenario's decision.",
            needs=[one.need for one in now.lacking],
        )
    if house is not None and made.before is not None and made.after is not None:
        broken = [finding for finding in house.keeps(made.before, made.after) if finding.severity == "error"]
        if broken:
            more = f" And {len(broken) - 1} more." if len(broken) > 1 else ""
            raise Invalid(f"{broken[0].message}{more}", findings=broken, remedy=broken[0].remedy)
    if any(one.kind not in own.ABOUT for one in made.changes):
        _write_down(source, made, now, by=by, reason=reason)


def _count(need: Need) -> str:
    return f"{need.approvals} approval{'s' if need.approvals > 1 else ''} of " + (
        "one person"
        if need.person
        else f"{'an' if need.role == 'owner' else 'a'} {need.role} or above"
        if need.role != "owner"
        else "an owner"
    )


def _write_down(source: Line, made: Draft, now: Standing, *, by: Actor, reason: str) -> None:
    """The entry of the decision log, as a part of the merge's own revision."""
    assert made.after is not None
    id, decision = decision_of(source.workspace, source.name), now.decision
    people, today = made.after.people, today_of(source.workspace)
    signed = by.id if by.id in people else None
    fields: dict[str, Any] = {
        "status": DecisionStatus.DECIDED, "scenario": source.name, "digest": now.digest, "decided_by": signed,
        "decided_on": today,
    }  # fmt: skip
    if decision is None:
        fields |= {"name": source.name, "why": reason or None}
    if decision is None or not now.submitted or now.stale:
        fields |= {"revision": source.no, "by": signed, "submitted_on": today}
    written = {one.id: one for one in made.changes if one.kind == "decision"}
    body = msgspec.to_builtins(decision) if decision is not None else {"id": id}
    body = {**body, **msgspec.to_builtins(fields)}
    version = versions.stored(source.workspace, made.line.levels(), [("decision", id)]).get(("decision", id))
    done = drafting.change_to("decision", id, {k: v for k, v in body.items() if v is not None}, version)
    if done is not None:
        made.changes = [one for one in made.changes if one is not written.get(id)] + [done]
        made.after = made.after.step(made.after.no, {"decision": {id: done.after}})


def today_of(workspace: str) -> date:
    """Today in the workspace's zone."""
    return datetime.now(UTC).astimezone(reference.zone_of(workspace)).date()


def say(
    workspace: str, scenario: str, fields: Mapping[str, Any], *, submit: bool, by: Actor, reason: str
) -> Callable[[], Committed]:
    """The job that writes down what a scenario asks for, and with *submit* asks for it."""

    def job() -> Committed:
        turn, line = opening.take_turn_on(workspace, scenario)
        if line.kind != "scenario" or line.head is None:
            raise Invalid("Only what a scenario changes is decided on.", remedy="Change it in a scenario.")
        permission.check_workspace(by, workspace)
        by.require("suggest", "ask for a decision")
        if submit and not own.net(line):
            raise Invalid("The scenario changes nothing yet.", remedy="Change something in it first.")
        made = _said(line, dict(fields), submit=submit, by=by)
        drafting.refuse(made)
        if not made.changes:
            return Committed(revision=line.head)
        revision = committing.record(made, turn=turn, by=by, reason=reason, base=line.head.base)
        return committing.committed(made, revision)

    return job


def _said(line: Line, fields: dict[str, Any], *, submit: bool, by: Actor) -> Draft:
    id, plan = decision_of(line.workspace, line.name), line.plan()
    before = plan.decisions.get(id)
    if before is None:
        fields = {"name": line.name, "scenario": line.name, **fields}
    if submit:
        thought = msgspec.convert(
            {**(msgspec.to_builtins(before) if before else {"id": id}), **msgspec.to_builtins(fields)},
            Decision,
            strict=False,
        )
        fields |= {
            "status": DecisionStatus.SUBMITTED, "revision": line.no, "digest": own.digest(line, thought),
            "by": by.id, "submitted_on": today_of(line.workspace),
        }  # fmt: skip
    edits: list[Edit] = [] if by.id in plan.people or not submit else [create("person", by.id)]
    edits.append((create if before is None else change)("decision", id, **fields))
    return drafting.draft(line, edits, on=None, by=by, guarded=False)


def withdraw(workspace: str, scenario: str, *, by: Actor, reason: str) -> Callable[[], Committed]:
    """The job that takes back what was submitted. Who submitted it may, and planners."""

    def job() -> Committed:
        turn, line = opening.take_turn_on(workspace, scenario)
        permission.check_workspace(by, workspace)
        decision = line.plan().decisions.get(decision_of(workspace, scenario))
        if decision is None or decision.status is not DecisionStatus.SUBMITTED or line.head is None:
            raise Invalid("Nothing is submitted here.")
        if decision.by != by.id:
            by.require("plan", "withdraw what somebody else submitted")
        edit = change("decision", decision.id, status=DecisionStatus.WITHDRAWN)
        made = drafting.draft(line, [edit], on=None, by=by, guarded=False)
        revision = committing.record(made, turn=turn, by=by, reason=reason, base=line.head.base)
        return committing.committed(made, revision)

    return job


def judge(
    workspace: str, scenario: str, verdict: Verdict, *, digest: str, by: Actor, reason: str
) -> Callable[[], Committed]:
    """The job that writes down one person's yes or no to what *digest* names."""

    def job() -> Committed:
        turn, line = opening.take_turn_on(workspace, scenario)
        permission.check_workspace(by, workspace)
        check_verdict(by, line, digest)
        edits = [] if by.id in line.plan().people else [create("person", by.id)]
        edits.append(
            create(
                "approval", new_id(), decision=decision_of(workspace, scenario), digest=digest, by=by.id,
                verdict=verdict, reason=reason or None, on=today_of(workspace),
            )
        )  # fmt: skip
        made = drafting.draft(line, edits, on=None, by=by)
        drafting.refuse(made)
        assert line.head is not None
        said = reason or ("Approve the decision" if verdict is Verdict.APPROVE else "Reject the decision")
        revision = committing.record(made, turn=turn, by=by, reason=said, base=line.head.base)
        return committing.committed(made, revision)

    return job


def closing(line: Line) -> Draft:
    """What setting a scenario aside says of its decision: rejected where somebody said no to it, else withdrawn."""
    decision = line.plan().decisions.get(decision_of(line.workspace, line.name))
    made = Draft(line)
    if decision is None or decision.status is not DecisionStatus.SUBMITTED:
        return made
    last = _verdicts(line, line.plan(), decision, own.digest(line, decision), ())
    said_no = any(one.fresh and one.approval.verdict is Verdict.REJECT for one in last)
    status = DecisionStatus.REJECTED if said_no else DecisionStatus.WITHDRAWN
    key = ("decision", decision.id)
    now = versions.stored(line.workspace, line.levels(), [key])
    drafting.work_out(made, {key: {**(versions.body_of(*key, now.get(key)) or {}), "status": status.value}}, now)
    return made
