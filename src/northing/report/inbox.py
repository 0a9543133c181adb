"""What waits for a person: approvals that they are asked for, answers to what they asked, what others say to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import msgspec

from northing.access import directory
from northing.access.actor import Actor
from northing.access.members import roles
from northing.access.models import Workspace
from northing.facts import jobs
from northing.portfolio.deciding import Comment, DecisionStatus, Verdict
from northing.portfolio.plan import Plan
from northing.record import Branch, Record
from northing.record.approving import Standing

from . import decisions

MOST_KEPT = 1000
_COUNTS: dict[tuple[str, str, str, date, int, frozenset[tuple[str, str]]], int] = {}


class Reason(StrEnum):
    """Why something is in somebody's inbox; the most pressing first."""

    APPROVE = "approve"
    """Their approval is lacking."""
    AGAIN = "again"
    """What they submitted has changed since: it is submitted again, or waits for ever."""
    MERGE = "merge"
    """What they submitted, or may merge, has its approvals."""
    REJECTED = "rejected"
    """Somebody said no to what they submitted."""
    MENTION = "mention"
    """Somebody speaks to them."""
    OWNED = "owned"
    """Somebody speaks of what is theirs."""
    TAKE_IN = "take_in"
    """A delivery of facts was read, and waits for a planner's yes."""
    LOOK_AGAIN = "look_again"
    """A decision of theirs is to be looked at again, and nobody has said what came of it."""


class WaitingSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits."""

    reason: Reason
    kind: str
    id: str
    name: str
    """What it is about."""
    scenario: str
    """Where; empty: in the plan of record."""
    by: str
    on: date | None
    text: str


def waits(workspace: Workspace, by: Actor, today: date) -> list[WaitingSaid]:
    """What waits for *by*, the most pressing first and then the oldest."""
    names = directory.names(workspace.id)
    found = [
        *_decisions(workspace, by, names),
        *_comments(workspace, by, names),
        *_due(Record(workspace.id).plan(), by, today),
        *_deliveries(workspace, by),
    ]
    order = list(Reason)
    return sorted(found, key=lambda one: (order.index(one.reason), one.on or date.max, one.id))


def count(workspace: Workspace, by: Actor, today: date) -> int:
    """How many things wait: reckoned once for each state of the record and of who may what."""
    newest = next(iter(Record(workspace.id).revisions(branch=None, limit=1)), None)
    places = frozenset(roles(workspace.id).items())
    key = (workspace.id, by.id, by.role, today, newest.no if newest else 0, places)
    if key not in _COUNTS:
        if len(_COUNTS) > MOST_KEPT:
            _COUNTS.clear()
        _COUNTS[key] = sum(one.reason is not Reason.TAKE_IN for one in waits(workspace, by, today))
    return _COUNTS[key] + sum(1 for _one in _deliveries(workspace, by))  # what is brought in makes no revision


def _decisions(workspace: Workspace, by: Actor, names: dict[str, str]) -> Iterator[WaitingSaid]:
    for branch, standing, mine in decisions.waiting(workspace, by):
        reason, text, who = _of_standing(by, branch, standing, mine, names)
        one = standing.decision
        if reason is not None and one is not None:
            yield WaitingSaid(
                reason=reason, kind="decision", id=one.id, name=one.name, scenario=branch.name, by=who,
                on=one.submitted_on, text=text,
            )  # fmt: skip


def _of_standing(
    by: Actor, branch: Branch, standing: Standing, asked: bool, names: dict[str, str]
) -> tuple[Reason | None, str, str]:
    """Why a submitted decision is *by*'s to look at, in whose words, and whose they are."""
    one = standing.decision
    assert one is not None
    submitter = names.get(one.by or "", "")
    if asked:
        return Reason.APPROVE, one.why or "", submitter
    if one.by == by.id and (standing.stale or (standing.clash and standing.asked)):
        return Reason.AGAIN, "", ""
    if not standing.lacking and not standing.stale and not standing.clash and by.may("plan"):
        return Reason.MERGE, "", submitter
    against = [
        given.approval for given in standing.verdicts if given.approval.verdict is Verdict.REJECT and given.fresh
    ]
    if one.by == by.id and against:
        return Reason.REJECTED, against[-1].reason or "", names.get(against[-1].by, "")
    return None, "", ""


def _comments(workspace: Workspace, by: Actor, names: dict[str, str]) -> Iterator[WaitingSaid]:
    """Unsettled comments to *by*, or about what is theirs, on the plan of record and on scenarios worked on."""
    record = Record(workspace.id)
    seen: set[str] = set()
    for branch in record.branches():
        if branch.kind == "import" or (branch.kind == "scenario" and branch.state != "open"):
            continue
        plan = Record(workspace.id, branch.name).plan()
        for one in plan.comments.values():
            if one.settled or one.by == by.id or one.id in seen or _answered(plan, one, by):
                continue
            seen.add(one.id)
            reason = Reason.MENTION if by.id in one.mentions else Reason.OWNED if _theirs(plan, one, by) else None
            if reason is not None:
                kind, name = _about(plan, one.subject)
                yield WaitingSaid(
                    reason=reason, kind=kind, id=one.subject, name=name,
                    scenario="" if branch.kind == "main" else branch.name, by=names.get(one.by or "", ""), on=one.on,
                    text=one.text,
                )  # fmt: skip


def _answered(plan: Plan, comment: Comment, by: Actor) -> bool:
    return any(one.by == by.id for one in plan.comments.by("reply_to", comment.id))


def _theirs(plan: Plan, comment: Comment, by: Actor) -> bool:
    """Whether it is about an investment that they own or sponsor, or answers what they said."""
    above = plan.comments.get(comment.reply_to) if comment.reply_to else None
    investment = plan.investments.get(comment.subject)
    return (above is not None and above.by == by.id) or (
        investment is not None and by.id in (investment.owner, investment.sponsor)
    )


def _about(plan: Plan, id: str) -> tuple[str, str]:
    """The kind and the name of what a comment is about."""
    for kind in ("investment", "decision"):
        entity = plan.get(kind, id)
        if entity is not None:
            return kind, str(getattr(entity, "name", ""))
    return "", ""


def _due(plan: Plan, by: Actor, today: date) -> Iterator[WaitingSaid]:
    for one in plan.decisions.values():
        late = one.due is not None and one.due <= today and not one.outcome
        if late and one.status is DecisionStatus.DECIDED and by.id in (one.by, one.decided_by):
            yield WaitingSaid(
                reason=Reason.LOOK_AGAIN, kind="decision", id=one.id, name=one.name, scenario="", by="", on=one.due,
                text=one.effect or "",
            )  # fmt: skip


def _deliveries(workspace: Workspace, by: Actor) -> Iterator[WaitingSaid]:
    """Files of facts that were read and are not taken in yet."""
    if not by.may("plan"):
        return
    for id, name in jobs.staged(workspace.id):
        yield WaitingSaid(
            reason=Reason.TAKE_IN, kind="incoming", id=id, name=name, scenario="", by="", on=None, text=""
        )
