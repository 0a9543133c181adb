"""Which workflow policies hold, for whom, since when, and what of the work delivered they do not speak of.

Also what a state probably means by its name: a proposal for a person who writes a policy, never used unasked.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from northing.facts.flow_asking import StateSeen, TypeSeen, reading, reading_of
from northing.measure.view import View
from northing.portfolio.flow import FlowKind, Phase, WorkflowPolicy
from northing.portfolio.plan import Plan

from .teams import selects

LIKELY: tuple[tuple[Phase, str], ...] = (
    (Phase.DISCARDED, r"won'?t|wont|cancel|reject|duplicate|abandon|obsolete|discard|declined|invalid|not planned"),
    (Phase.WAIT, r"wait|block|hold|pending|parked|paused|awaiting|staged|ready (?:for|to) (?:deploy|release|merge|qa)"),
    (Phase.DONE, r"done|closed|resolved|released|complete|finished|shipped|deployed|merged|live|implemented"),
    (Phase.BACKLOG, r"backlog|to ?do|open|new|idea|proposed|triage|draft|funnel|icebox|created"),
    (Phase.QUEUE, r"ready|selected|approved|accepted|committed|queue|next|planned|scheduled"),
    (Phase.ACTIVE, r"progress|develop|dev|doing|coding|build|design|analys|review|test|qa|verif|active|working"),
)  # fmt: skip
"""Words in the name of a state → what it probably means; the first that fits."""


KINDS: tuple[tuple[FlowKind, str], ...] = (
    (FlowKind.DEFECT, r"bug|defect|incident|fault|fehler"),
    (FlowKind.RISK, r"risk|security|compliance|vulnerab|control|audit"),
    (FlowKind.DEBT, r"debt|chore|maintenance|upkeep|refactor|tech"),
    (FlowKind.FEATURE, r"story|feature|task|enhancement|improvement|issue|requirement|change"),
)
"""Words in the name of a type → what kind of flow item it probably is."""


class PolicyInForce(msgspec.Struct, frozen=True, kw_only=True):
    """One policy of a value stream, a team or the organisation, with what it leaves open."""

    policy: WorkflowPolicy
    holds: bool
    """Today; another version of the same scope holds in its place where it does not."""
    until: date | None
    """The first day of the version after it."""
    items: int
    """That count, of the work delivered."""
    states: tuple[StateSeen, ...]
    types: tuple[TypeSeen, ...]

    @property
    def unknown(self) -> tuple[StateSeen, ...]:
        """States of delivered work of which the policy says nothing."""
        return tuple(state for state in self.states if state.phase is None)

    @property
    def kindless(self) -> tuple[TypeSeen, ...]:
        """Types that count, of which the policy does not say what kind of flow item they are."""
        known = {type.strip().lower() for type in self.policy.kinds}
        return tuple(one for one in self.types if one.counted and (one.type or "").strip().lower() not in known)


def rulebook(view: View) -> tuple[PolicyInForce, ...]:
    """Every policy: the organisation's, those of value streams, those of teams; of each scope the newest first."""
    found = []
    for policy in sorted(view.plan.workflow_policies.values(), key=lambda one: _place(view.plan, one)):
        later = [one.start for one in _versions(view.plan, policy) if _start(one) > _start(policy) and one.start]
        until = min(later, default=None)
        states, types = seen(view, policy)
        found.append(
            PolicyInForce(
                policy=policy,
                holds=_start(policy) <= view.today and (until is None or until > view.today),
                until=until,
                items=sum(one.counted for one in types),
                states=states,
                types=types,
            )
        )
    return tuple(found)


def seen(view: View, policy: WorkflowPolicy) -> tuple[tuple[StateSeen, ...], tuple[TypeSeen, ...]]:
    """The states and types of the delivered work of *policy*, which need not be kept yet. Raises :class:`Invalid` for a
    filter that cannot be read."""
    if view.facts is None:
        return (), ()
    read = reading_of(view.plan, policy, view.zone)
    team = view.plan.teams.get(policy.team or "")
    if team is not None:
        both = f"({policy.where}) and ({selects(team)})" if policy.where else selects(team)
        said = {name: getattr(read, name) for name in read.__struct_fields__ if name != "key"}
        read = reading(**said | {"where": both})
    flow = view.facts.flow  # type: ignore[attr-defined]
    return tuple(flow.states(read)), tuple(flow.types(read))


def likely_phase(state: str) -> Phase | None:
    """What a state called so probably means."""
    said = state.strip().lower()
    return next((phase for phase, words in LIKELY if re.search(rf"\b(?:{words})", said)), None)


def likely_kind(type: str) -> FlowKind | None:
    """What kind of flow item a type called so probably is."""
    said = type.strip().lower()
    return next((kind for kind, words in KINDS if re.search(rf"\b(?:{words})", said)), None)


def _versions(plan: Plan, policy: WorkflowPolicy) -> list[WorkflowPolicy]:
    scope = (policy.value_stream, policy.team)
    return [one for one in plan.workflow_policies.values() if (one.value_stream, one.team) == scope]


def _start(policy: WorkflowPolicy) -> date:
    return policy.start or date.min


def _place(plan: Plan, policy: WorkflowPolicy) -> tuple[int, str, int, str]:
    stream, team = plan.value_streams.get(policy.value_stream or ""), plan.teams.get(policy.team or "")
    level = 2 if policy.team else 1 if policy.value_stream else 0
    named = team.name if team else stream.name if stream else ""
    return level, named, -_start(policy).toordinal(), policy.id
