"""DORA's five of a service over the days of a window (flow.md §2.4), each with what it stands on.

- Deployment frequency: deployments / days; beside it DevLake's view, the median of days with a deployment per whole
  week, and the median time between deployments.
- Change lead time: median over changes of deployment − commit.
- Failed deployment recovery time: median over failures restored in the window of restored − deployed.
- Change fail rate: deployments that failed / deployments; one counts once, whatever the number of its incidents.
- Deployment rework rate: deployments that were not planned / deployments.

Of fewer than five there are counts, and no medians or shares. Times are whole microseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import msgspec

from northing.measure.change_lead_time import LeadTime
from northing.measure.flow.days import Days
from northing.measure.flow.percentiles import percentile
from northing.portfolio.flow import ChangeClock, Evidence
from northing.portfolio.periods import Period

from .changes import Change
from .delivered import Delivered, Service
from .deployments import Deployment, Kind
from .failures import Failure
from .rules import FEW, Rules

PARTS = ("coding", "pickup", "review", "deploy", "cycle")
MINUTE = 60_000_000


class Frequency(msgspec.Struct, frozen=True, kw_only=True):
    deployments: tuple[Deployment, ...]
    days: int
    weeks: tuple[int, ...]
    """Days with a deployment of each whole week, from Monday, in the window."""
    week: Fraction | None
    """Their median: DevLake's view."""
    between: Fraction | None
    """Median microseconds from one deployment to the next."""

    @property
    def total(self) -> int:
        return len(self.deployments)

    @property
    def per_day(self) -> Fraction | None:
        return Fraction(self.total, self.days) if self.days else None


class ChangeLeadTime(msgspec.Struct, frozen=True, kw_only=True):
    measured: tuple[Change, ...]
    """From the quickest to the slowest."""
    median: Fraction | None
    slow: Fraction | None
    """The 85th hundredth."""
    undated: tuple[Change, ...]
    untrue: tuple[Change, ...]
    """Dated after they were live: listed, and left out of the median."""
    known: int
    """Deployments of which it is known what they brought …"""
    of: int
    """… of so many."""
    clocks: Mapping[ChangeClock, int]
    """Which date the changes that are measured begin with."""
    squashed: int
    """How many of them stand for a merge that was squashed."""
    pulls: int
    """Pull requests that went live in the window."""
    parts: Mapping[str, Fraction | None]
    """Median of each part of their lead time."""

    @property
    def total(self) -> int:
        """All changes that went live, as far as they are known."""
        return len(self.measured) + len(self.undated) + len(self.untrue)


class FailRate(msgspec.Struct, frozen=True, kw_only=True):
    failures: tuple[Failure, ...]
    of: int
    evidence: Mapping[Evidence, int]

    @property
    def share(self) -> Fraction | None:
        return _share(len(self.failures), self.of)


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    restored: tuple[Failure, ...]
    """In the window, from the quickest to the slowest."""
    median: Fraction | None
    open: tuple[tuple[Failure, int], ...]
    """Failed, and not restored by the end of the window: with their age then."""
    untrue: tuple[Failure, ...]
    """Restored before they were live: listed, and left out."""
    evidence: Mapping[Evidence, int]


class Rework(msgspec.Struct, frozen=True, kw_only=True):
    unplanned: tuple[Deployment, ...]
    of: int
    kinds: Mapping[Kind, int]

    @property
    def share(self) -> Fraction | None:
        return _share(len(self.unplanned), self.of)


class Five(msgspec.Struct, frozen=True, kw_only=True):
    """The five of one service."""

    service: str
    window: Period
    frequency: Frequency
    lead_time: ChangeLeadTime
    recovery: Recovery
    fail_rate: FailRate
    rework: Rework


def five(found: Delivered, service: Service, window: Period, now: int) -> Five:
    """All five, of the days of *window* as far as they lie before *now*."""
    start, end = found.bounds(window)
    within = service.within(start, end)
    return Five(
        service=service.name,
        window=window,
        frequency=frequency(within, window, found.days, found.rules),
        lead_time=lead_time(service, within, found.rules),
        recovery=recovery(service, start, min(end, now), found.rules),
        fail_rate=fail_rate(service, within),
        rework=rework(within),
    )


def frequency(within: Sequence[Deployment], window: Period, days: Days, rules: Rules) -> Frequency:
    live = {days.of(one.finished) for one in within}
    weeks = []
    monday = window.start + timedelta(days=-window.start.weekday() % 7)
    while monday + timedelta(days=7) <= window.end:
        weeks.append(sum(monday + timedelta(days=day) in live for day in range(7)))
        monday += timedelta(days=7)
    gaps = [later.finished - one.finished for one, later in pairwise(within)]
    return Frequency(
        deployments=tuple(within),
        days=window.days,
        weeks=tuple(weeks),
        week=_median(weeks, rules),
        between=_median(gaps, rules),
    )


def lead_time(service: Service, within: Sequence[Deployment], rules: Rules) -> ChangeLeadTime:
    told = [service.changes[one.key] for one in within]
    every = [change for changes in told for change in changes or ()]
    measured = sorted(
        (one for one in every if one.lead is not None and one.lead >= 0),
        key=lambda one: (one.lead, one.sha, one.deployment.key),
    )
    leads = [one.lead or 0 for one in measured]
    parts = {commit.id for deployment in within for commit in deployment.commits}
    pulls = [one for one in service.pulls if one.deployment in parts]
    return ChangeLeadTime(
        measured=tuple(measured),
        median=_median(leads, rules),
        slow=percentile(leads, 85, rules.percentiles) if len(leads) >= FEW else None,
        undated=tuple(one for one in every if one.lead is None),
        untrue=tuple(one for one in every if one.lead is not None and one.lead < 0),
        known=sum(changes is not None for changes in told),
        of=len(within),
        clocks=_counted((one.clock for one in measured if one.clock is not None), ChangeClock),
        squashed=sum(one.squashed for one in measured),
        pulls=len(pulls),
        parts={name: _median(_minutes(pulls, name), rules) for name in PARTS},
    )


def _minutes(pulls: Iterable[LeadTime], name: str) -> list[int]:
    return [minutes * MINUTE for one in pulls if (minutes := getattr(one, name)) is not None]


def fail_rate(service: Service, within: Sequence[Deployment]) -> FailRate:
    failed = tuple(service.failures[one.key] for one in within if one.key in service.failures)
    return FailRate(
        failures=failed, of=len(within), evidence=_counted((one.evidence for one in failed), Evidence)
    )  # fmt: skip


def recovery(service: Service, start: int, end: int, rules: Rules) -> Recovery:
    every = [service.failures[one.key] for one in service.deployments if one.key in service.failures]
    over = [one for one in every if one.restored is not None and start <= one.restored < end]
    restored = sorted(
        (one for one in over if (one.took or 0) >= 0), key=lambda one: (one.took or 0, one.deployment.key)
    )
    still = [
        (one, end - one.deployment.finished)
        for one in every
        if one.deployment.finished < end and (one.restored is None or one.restored >= end)
    ]
    return Recovery(
        restored=tuple(restored),
        median=_median([one.took or 0 for one in restored], rules),
        open=tuple(still),
        untrue=tuple(one for one in over if (one.took or 0) < 0),
        evidence=_counted((one.evidence for one in restored), Evidence),
    )


def rework(within: Sequence[Deployment]) -> Rework:
    unplanned = tuple(one for one in within if one.kind is not Kind.PLANNED)
    return Rework(unplanned=unplanned, of=len(within), kinds=_counted((one.kind for one in unplanned), Kind))


def _counted[K: (ChangeClock, Evidence, Kind)](found: Iterable[K], order: Iterable[K]) -> Mapping[K, int]:
    counts = Counter(found)
    return {one: counts[one] for one in order if counts[one]}


def _median(values: Iterable[int], rules: Rules) -> Fraction | None:
    ordered = sorted(values)
    return percentile(ordered, 50, rules.percentiles) if len(ordered) >= FEW else None


def _share(part: int, of: int) -> Fraction | None:
    return Fraction(part, of) if of >= FEW else None
