"""What attribution rules would do and what they do: previews before they are kept, overlaps, and what is wrong.

Every door that lets somebody make a rule shows these; nothing here is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from northing.access.models import Workspace
from northing.facts import attributing
from northing.facts.asking import Claim, RulePreview
from northing.measure.rule_claims import claim_spans
from northing.measure.view import View
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Finding
from northing.portfolio.facts import AttributionRule
from northing.portfolio.flow import WorkLink
from northing.portfolio.plan import Plan

from .delivering import facts_at

TABLES = ("cost", "usage")


def in_order(plan: Plan) -> list[AttributionRule]:
    """All rules as they are asked."""
    return attributing.in_order(plan.attribution_rules.values())


def preview(workspace: Workspace, plan: Plan, rules: Sequence[AttributionRule]) -> list[RulePreview]:
    """What each of *rules* would claim if they were kept together: each is looked at with those before it in place.

    Raises :class:`Invalid` where one cannot be read.
    """
    found = []
    for rule in rules:
        found.append(facts_at(workspace, plan).preview(rule))
        plan = _with(plan, {rule.id: rule})
    return found


def without(workspace: Workspace, plan: Plan, rule: AttributionRule) -> RulePreview:
    """What *rule* does, seen from a plan that lacks it.

    ``taken_from`` is what other rules would claim in its place, ``from_unattributed`` what nobody would.
    Raises :class:`Invalid` where the rule cannot be read.
    """
    return facts_at(workspace, _with(plan, {rule.id: None})).preview(rule)


def overlaps(workspace: Workspace, view: View) -> Mapping[str, Mapping[str, Claim]]:
    """Rule → rules that would claim some of its rows, were it not there, with how much."""
    return facts_at(workspace, view.plan).overlaps(claim_spans(view))


def unreadable(plan: Plan) -> Mapping[str, Finding]:
    """Rule → why it claims nothing."""
    return {
        finding.id: finding
        for table in TABLES
        for finding in attributing.rules_of(plan, table).findings
        if finding.id is not None
    }


def moved[R: (AttributionRule, WorkLink)](rules: Sequence[R], rule: R, place: int) -> dict[str, int]:
    """Rule or work link → the precedence it needs so that *rule* is asked at *place* (from 0) and no other moves.

    Usually one number changes; where neighbours leave no room between them, all rules are numbered anew by tens.
    """
    others: list[R] = [one for one in rules if one.id != rule.id]
    place = max(0, min(place, len(others)))
    order: list[R] = list(others)
    order.insert(place, rule)
    near = {0: (0,), len(others): (-1,)}.get(place, (0, -1))
    wanted: set[int] = {others[place + at].precedence for at in near if 0 <= place + at < len(others)}
    tries = [rule.precedence, *sorted(wanted), *sorted(one - 1 for one in wanted), *sorted(one + 1 for one in wanted)]
    if len(wanted) == 2:
        tries.append(sum(wanted) // 2)
    for precedence in tries:
        if _stands(order, {rule.id: precedence}):
            return {rule.id: precedence} if precedence != rule.precedence else {}
    return {
        one.id: number * 10
        for number, one in enumerate(order, 1)
        if one.precedence != number * 10
    }  # fmt: skip


def _stands[R: (AttributionRule, WorkLink)](order: Sequence[R], precedence: Mapping[str, int]) -> bool:
    import msgspec

    told = [msgspec.structs.replace(one, precedence=precedence.get(one.id, one.precedence)) for one in order]
    return [one.id for one in attributing.in_order(told)] == [one.id for one in order]


def _with(plan: Plan, rules: Mapping[str, AttributionRule | None]) -> Plan:
    delta: dict[str, Mapping[str, Entity | None]] = {"attribution_rule": dict(rules)}
    return plan.step(plan.no, delta)
