"""Everything that is known of how each service is delivered, over all time: what the five are a function of."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from northing.measure.change_lead_time import LeadTime, lead_times
from northing.measure.flow.days import Days
from northing.portfolio.periods import Period

from .changes import Change, Shipping, changes
from .deployments import Deployment, Left, deployments
from .failures import Failure, Incident, Key, incidents, place
from .rows import Rows
from .rules import Rules


class Service(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    deployments: tuple[Deployment, ...]
    """By when they finished."""
    changes: Mapping[Key, tuple[Change, ...] | None]
    failures: Mapping[Key, Failure]
    pulls: tuple[LeadTime, ...] = ()
    """Of the pull requests that it brought live, the parts of their lead time."""
    left: Left = Left()

    def within(self, start: int, end: int) -> tuple[Deployment, ...]:
        """What finished from *start* up to *end*."""
        first = bisect_left(self.deployments, start, key=lambda one: one.finished)
        return self.deployments[first : bisect_left(self.deployments, end, key=lambda one: one.finished)]


class Pull(msgspec.Struct, frozen=True):
    """A pull request, as people call it."""

    key: str
    title: str | None
    url: str | None


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """All services by name, read by one set of rules."""

    rules: Rules
    services: Mapping[str, Service]
    unplaced: tuple[Incident, ...] = ()
    """Incidents that no deployment answers for."""
    pulls: Mapping[str, Pull] = {}
    """Pull requests by their id."""

    @property
    def days(self) -> Days:
        return Days(self.rules.zone)

    def bounds(self, window: Period) -> tuple[int, int]:
        return self.days.bounds(window)


def delivered(rows: Rows, rules: Rules) -> Delivered:
    """What *rows* come to. Their order makes no difference."""
    every, left = deployments(rows, rules)
    shipping = Shipping(rows, rules)
    brought: dict[Key, tuple[Change, ...] | None] = {}
    for found in every.values():
        brought |= changes(found, shipping)
    placed = place(every, brought, incidents(rows.incidents, every), rules)
    pulls = _pulls(rows, rules, every)
    services = {
        name: Service(
            name=name,
            deployments=found,
            changes={one.key: brought[one.key] for one in found},
            failures={one.key: placed.failures[one.key] for one in found if one.key in placed.failures},
            pulls=tuple(pulls.get(name, ())),
            left=left[name],
        )
        for name, found in every.items()
    }
    called = {row["item"]: Pull(row["key"] or row["item"], row["title"], row["url"]) for row in rows.pulls}
    return Delivered(rules=rules, services=services, unplaced=placed.unplaced, pulls=called)


def _pulls(rows: Rows, rules: Rules, every: Mapping[str, Sequence[Deployment]]) -> Mapping[str, list[LeadTime]]:
    """By service: merged pull requests whose deployment is known, by DevLake's rules."""
    services = {
        commit.id: deployment.service
        for found in every.values()
        for deployment in found
        for commit in deployment.commits
    }
    told: dict[str, list[LeadTime]] = defaultdict(list)
    for one in lead_times(rows.pulls, rows.changes, rows.deployments, rows.shipped, environments=rules.production):
        if one.deployment is not None and one.deployment in services:
            told[services[one.deployment]].append(one)
    return told
