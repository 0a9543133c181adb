"""What work links would do and what is wrong with them: previews before they are kept, for every door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from northing.access.models import Workspace
from northing.facts import attributing
from northing.facts.asking import LinkPreview
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Finding
from northing.portfolio.flow import WorkLink
from northing.portfolio.plan import Plan

from .delivering import facts_at


def in_order(plan: Plan) -> list[WorkLink]:
    """All links as they are asked."""
    return attributing.in_order(plan.work_links.values())


def preview(workspace: Workspace, plan: Plan, links: Sequence[WorkLink]) -> list[LinkPreview]:
    """What each of *links* would claim if they were kept together: each is looked at with those before it in place.

    Raises :class:`Invalid` where one cannot be read.
    """
    found = []
    for link in links:
        found.append(facts_at(workspace, plan).preview_link(link))
        plan = _with(plan, {link.id: link})
    return found


def without(workspace: Workspace, plan: Plan, link: WorkLink) -> LinkPreview:
    """What *link* does, seen from a plan that lacks it. Raises :class:`Invalid` where it cannot be read."""
    return facts_at(workspace, _with(plan, {link.id: None})).preview_link(link)


def unreadable(plan: Plan) -> Mapping[str, Finding]:
    """Link → why it claims nothing."""
    return {finding.id: finding for finding in attributing.rules_of(plan, "work").findings if finding.id is not None}


def _with(plan: Plan, links: Mapping[str, WorkLink | None]) -> Plan:
    delta: dict[str, Mapping[str, Entity | None]] = {"work_link": dict(links)}
    return plan.step(plan.no, delta)
