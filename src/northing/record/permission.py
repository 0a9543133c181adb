"""What each role may change.

Planners and owners change everything. A contributor changes what is not in force (scenarios); in the plan
itself they may bring in ideas, notes, links and health reports, and look after the investments that they own
or sponsor, with what hangs on these.
"""

from __future__ import annotations

from northing.access.actor import Actor
from northing.portfolio.entity import Entity
from northing.portfolio.errors import NotAllowed, NotFound
from northing.portfolio.investment import Stage
from northing.portfolio.kinds import KINDS
from northing.portfolio.people import Person
from northing.portfolio.plan import Plan
from northing.portfolio.words import in_sentence

from .draft import Change, Draft
from .revision import MAIN

FREE = ("note", "link", "health_report", "comment")
"""Kinds of which a contributor may add one to anything."""
RESERVED = ("account", "attribution_rule", "work_link")
"""Kinds that name an investment and still are a planner's: they decide on money and work that are not its owner's."""


def check_workspace(by: Actor, workspace: str) -> None:
    """An actor of another workspace is told that there is nothing here."""
    if by.workspace != workspace:
        raise NotFound("There is no such workspace.")


def check_changes(by: Actor, branch_kind: str, made: Draft) -> None:
    """Raise :class:`NotAllowed` where *by* may not make one of the changes of *made*."""
    check_workspace(by, made.line.workspace)
    by.require("suggest", "change something")
    if by.may("plan") or branch_kind == "scenario":
        return
    if branch_kind == "import":
        by.require("plan", "bring in a file")
    before, after = made.before, made.after
    assert before is not None
    assert after is not None
    for change in made.changes:
        if not _may(by, change, before, after):
            raise NotAllowed(
                f"A contributor may not change this {in_sentence(KINDS[change.kind].TITLE)}.",
                remedy="Ask its owner or a planner, or propose it in a scenario.",
                kind=change.kind,
                id=change.id,
            )


def may_freely(by: Actor, branch: str) -> bool:
    """Whether *by* may change anything on *branch*: a planner anywhere, a contributor on a scenario."""
    return by.may("plan" if branch == MAIN else "suggest")


def may_add(by: Actor, kind: str, subject: Entity | None, plan: Plan) -> bool:
    """Whether *by* may add one of *kind* to the plan, about *subject*: what a page offers, before anything is sent."""
    if not by.may("suggest") or may_freely(by, plan.branch):
        return by.may("suggest")
    if kind in FREE or kind == "investment":
        return True
    return subject is not None and kind not in ("dependency", *RESERVED) and _mine(by, _investment(subject, plan))


def may_touch(by: Actor, entity: Entity, plan: Plan) -> bool:
    """Whether *by* may change *entity* as it is: theirs, or hanging on an investment of theirs."""
    if not by.may("suggest") or may_freely(by, plan.branch):
        return by.may("suggest")
    if entity.KIND in RESERVED:
        return False
    if entity.KIND == "comment":
        return True  # anybody settles one; what it says is guarded
    signed = entity.KIND in ("note", "health_report") and getattr(entity, "by", None) == by.id
    return signed or _mine(by, _investment(entity, plan))


def _may(by: Actor, change: Change, before: Plan, after: Plan) -> bool:
    if change.before is None and (change.kind in FREE or change.after == Person(id=by.id)):
        return True  # the plan knows who said it, and no more of them
    if change.kind in RESERVED:
        return False
    if change.kind == "investment":
        if change.before is None:
            return getattr(change.after, "stage", None) is Stage.IDEA
        return change.after is not None and _mine(by, change.before)
    if change.kind == "comment":
        return True
    if change.kind in ("note", "health_report") and getattr(change.before, "by", None) == by.id:
        return True
    sides = [(change.before, before), (change.after, after)]
    return all(_mine(by, _investment(entity, plan)) for entity, plan in sides if entity is not None)


def _mine(by: Actor, investment: Entity | None) -> bool:
    return investment is not None and by.id in (
        getattr(investment, "owner", None),
        getattr(investment, "sponsor", None),
    )


def _investment(entity: Entity, plan: Plan) -> Entity | None:
    """The investment that *entity* hangs on, directly or through an AI system, a note's subject and so on."""
    for _ in range(4):
        for name in ("investment", "predecessor"):
            if getattr(entity, name, None) is not None:
                found: Entity | None = plan.get("investment", getattr(entity, name))
                return found
        if entity.KIND == "investment":
            return entity
        above = getattr(entity, "system", None) or getattr(entity, "subject", None)
        entity_above = plan.find(above) if above else None
        if entity_above is None:
            return None
        entity = entity_above
    return None
