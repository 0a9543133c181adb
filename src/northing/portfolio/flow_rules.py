"""The invariants of how work is read: policies that say one thing of each state, days that exist, odds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .breach import Breach, Touched, broken, called, present
from .flow import FINISHED, STARTED, WEEKDAYS
from .plan import Plan


def states_mean_one_thing(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A policy names each state, by its name or an earlier one, once."""
    for policy in present(plan, touched, "workflow_policy"):
        said = Counter(name.casefold() for rule in policy.states for name in (rule.state, *rule.renamed))
        twice = [name for name, count in said.items() if count > 1]
        if twice:
            yield broken(
                "state-twice",
                f"{called(policy)} says of “{twice[0]}” twice what it means.",
                policy,
                "states",
                degree=Decimal(len(twice)),
                value=twice[0],
                remedy="Keep one of the two.",
            )


def policies_have_both_ends(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A policy that names states names one at which work has started and one at which it has finished."""
    for policy in present(plan, touched, "workflow_policy"):
        phases = {rule.phase for rule in policy.states}
        if phases and (phases.isdisjoint(STARTED) or phases.isdisjoint(FINISHED)):
            missing = "started" if phases.isdisjoint(STARTED) else "finished"
            yield broken(
                "policy-without-ends",
                f"{called(policy)} names no state in which work has {missing}.",
                policy,
                "states",
                remedy="Give one state such a phase: without it nothing can be measured.",
            )


def old_exports_are_told(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A policy says after how many days, none or more, an export counts as old."""
    for policy in present(plan, touched, "workflow_policy"):
        if policy.old_days < 0:
            yield broken(
                "negative-days", f"{called(policy)} calls exports old before their end.", policy,
                "old_days", degree=Decimal(-policy.old_days), value=str(policy.old_days),
                remedy="Say 14, or 0 where every export is new only on its last day.",
            )  # fmt: skip


def deployments_can_be_read(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A policy says what production is called, and looks back a number of hours that is not below none."""
    for policy in present(plan, touched, "workflow_policy"):
        if policy.evidence_hours < 0:
            yield broken(
                "negative-hours", f"{called(policy)} looks for deployments after an incident.", policy,
                "evidence_hours", degree=Decimal(-policy.evidence_hours), value=str(policy.evidence_hours),
                remedy="Say 24, or 0 to blame nothing by time alone.",
            )  # fmt: skip
        if not any(name.strip() for name in policy.production):
            yield broken(
                "no-production", f"{called(policy)} does not say what production is called.", policy, "production",
                remedy="Name at least one environment.",
            )  # fmt: skip


def calendars_can_be_kept(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A calendar has a working day, names days as Mon … Sun, and a time zone that exists."""
    for calendar in present(plan, touched, "calendar"):
        strange = [day for day in calendar.workdays if day not in WEEKDAYS]
        if strange or not calendar.workdays:
            yield broken(
                "no-weekday",
                f"{called(calendar)}: working days are some of {', '.join(WEEKDAYS)}.",
                calendar,
                "workdays",
                value=", ".join(strange) or None,
                remedy="Name at least one.",
            )
        if calendar.zone is not None and not is_zone(calendar.zone):
            yield broken(
                "no-zone",
                f"{called(calendar)}: there is no time zone “{calendar.zone}”.",
                calendar,
                "zone",
                value=calendar.zone,
                remedy="Write it as Europe/Lisbon.",
            )


def expectations_are_odds(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A service level expectation allows at least a day, and is true of more than none and fewer than all."""
    for one in present(plan, touched, "service_level_expectation"):
        if one.days < 1:
            yield broken("no-days", "An expectation allows at least one day.", one, "days", value=str(one.days))
        if one.probability.is_finite() and not 0 < one.probability < 1:
            yield broken(
                "no-probability",
                f"A probability is above 0 and below 1, not {one.probability}.",
                one,
                "probability",
                degree=abs(one.probability),
                value=str(one.probability),
                remedy="Say 0.85 for 85 %.",
            )


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


FLOW_RULES: tuple[tuple[Callable[[Plan, Touched], Iterator[Breach]], frozenset[str]], ...] = (
    (states_mean_one_thing, frozenset({"workflow_policy"})),
    (policies_have_both_ends, frozenset({"workflow_policy"})),
    (deployments_can_be_read, frozenset({"workflow_policy"})),
    (old_exports_are_told, frozenset({"workflow_policy"})),
    (calendars_can_be_kept, frozenset({"calendar"})),
    (expectations_are_odds, frozenset({"service_level_expectation"})),
)
