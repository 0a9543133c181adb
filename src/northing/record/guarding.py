"""What nobody may write by hand: another's verdict, a decision's standing, and weights that a second person has to see.

Every commit passes here, whichever door it comes through, and so does every revert.
"""

from __future__ import annotations

from typing import Any

from northing.access.actor import Actor
from northing.portfolio.deciding import DecisionStatus
from northing.portfolio.entity import derived_id
from northing.portfolio.errors import Conflict, Invalid, NotAllowed

from . import own
from .draft import Change, Draft, Line
from .revision import MAIN

STANDING = ("status", "scenario", "revision", "digest", "by", "submitted_on", "decided_by", "decided_on")
"""Fields of a decision that submitting, merging, reverting and setting aside set, and nobody else does."""

WEIGHTS = ("method", "criteria", "per_cost", "discount")
"""Fields of a scoring model that say who wins."""

CLOSED = (DecisionStatus.DECIDED, DecisionStatus.REVERTED)


def decision_of(workspace: str, scenario: str) -> str:
    """The id of the one decision that is asked for with a scenario."""
    return derived_id("decision", workspace, scenario)


def check(by: Actor, made: Draft) -> None:
    """Raise where *by* may not write one of the changes of *made*, whatever their role."""
    for change in made.changes:
        if change.kind == "approval":
            _approval(by, made, change)
        elif change.kind == "decision":
            _decision(made.line, change)
        elif change.kind == "comment":
            _comment(by, change)
    check_rules(by, made)


def check_rules(by: Actor, made: Draft) -> None:
    """Raise where *made* changes, in the plan of record and past every approval, who wins or who has to agree."""
    if made.line.name != MAIN:
        return
    for change in made.changes:
        if weighs(change):
            raise NotAllowed(
                "What a scoring model weighs changes only with a second person's approval.",
                remedy="Change it in a scenario, submit that, and have somebody else approve it.",
                kind=change.kind,
                id=change.id,
            )
    own_rules(by, made)


def own_rules(by: Actor, made: Draft) -> None:
    """Raise where somebody else than an owner changes, in the plan of record, who has to agree."""
    if any(change.kind == "approval_rule" for change in made.changes):
        by.require("own", "change approval rules in the plan of record")


def weighs(change: Any) -> bool:
    """Whether a change alters, or takes away, what a scoring model weighs. A new model weighs nothing yet."""
    if change.kind != "scoring_model" or change.before is None:
        return False
    return change.after is None or any(getattr(change.before, name) != getattr(change.after, name) for name in WEIGHTS)


def check_verdict(by: Actor, line: Line, digest: str) -> None:
    """Raise where *by* may not say yes or no to the scenario's decision as *digest* names it.

    Raises :class:`Conflict` where it is another one by now.
    """
    by.require("suggest", "approve or reject")
    decision = line.plan().decisions.get(decision_of(line.workspace, line.name))
    if line.kind != "scenario" or decision is None or decision.status is not DecisionStatus.SUBMITTED:
        raise Invalid("Nothing is submitted here.", remedy="The decision of a scenario is submitted first.")
    changes = own.net(line)
    now = own.digest(line, decision, changes)
    if decision.digest != now:
        raise Conflict(
            "The scenario has changed since it was submitted.", conflicts=(), head=line.no,
            remedy="It is submitted again first.",
        )  # fmt: skip
    if digest != now:
        raise Conflict("The scenario is another one than the one you looked at.", conflicts=(), head=line.no)
    if by.id == decision.by or own.wrote(line, by.id, changes):
        raise NotAllowed(
            "Nobody approves or rejects what is their own.",
            remedy="Somebody who has neither submitted it nor changed anything in it can.",
        )


def _approval(by: Actor, made: Draft, change: Change) -> None:
    after: Any = change.after
    if change.before is not None or after is None:
        raise NotAllowed(
            "A verdict is never changed or taken back.", remedy="Give another one: it stands in its place."
        )
    if after.by != by.id:
        raise NotAllowed("A verdict is given in one's own name only.", kind=change.kind, id=change.id)
    if after.decision != decision_of(made.line.workspace, made.line.name):
        raise Invalid("A verdict is about the decision of the scenario that it is given on.")
    check_verdict(by, made.line, after.digest)


def _decision(line: Line, change: Change) -> None:
    before: Any = change.before
    after: Any = change.after
    if after is None:
        if before.status is not DecisionStatus.DRAFT:
            raise NotAllowed("A decision that was submitted stays where it can be read.")
        return
    for name in STANDING:
        now, was = getattr(after, name), None if before is None else getattr(before, name)
        if before is None and (now is None or now is DecisionStatus.DRAFT):
            continue
        if name == "scenario" and before is None and line.kind == "scenario" and now == line.name:
            continue
        if now != was:
            raise NotAllowed(
                "How a decision stands is not written by hand.",
                remedy="Submit it, have it approved, and merge its scenario.",
                kind=change.kind, id=change.id, field=name,
            )  # fmt: skip
    if before is not None and before.status in CLOSED:
        for name in own.SAID:
            if getattr(before, name) != getattr(after, name):
                raise NotAllowed(
                    "What was decided is not written anew.", remedy="Say what came of it.",
                    kind=change.kind, id=change.id, field=name,
                )  # fmt: skip


def _comment(by: Actor, change: Change) -> None:
    before: Any = change.before
    after: Any = change.after
    if before is None:
        if after.by not in (None, by.id):
            raise NotAllowed("A comment is written in one's own name only.", kind=change.kind, id=change.id)
        return
    if before.by == by.id and (after is None or after.by == by.id):
        return
    if after is None:
        by.require("own", "remove what somebody else said")
    elif any(getattr(before, name) != getattr(after, name) for name in change_fields(before) if name != "settled"):
        raise NotAllowed("What somebody else said is not rewritten.", remedy="Answer it, or settle it.")


def change_fields(entity: Any) -> tuple[str, ...]:
    fields: tuple[str, ...] = entity.__struct_fields__
    return fields
