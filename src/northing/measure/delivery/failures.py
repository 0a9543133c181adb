"""Which deployments failed, by what evidence, and when service was restored (flow.md §2.3–2.4).

Each incident belongs to one deployment at most, by the first of: the deployment that it names; the commit that it
names as its root cause, which a deployment is or brought; the last deployment of its service, not longer before it
than the rules look back. One that names a deployment nobody knows belongs to none: time does not say it better.

A hotfix, rollback or revert says that what it mends failed: the deployments whose incidents were open when it was
made, or, where none was, the one right before it. A deployment fails once, whatever the number of its incidents; the
strongest of its evidence is told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from northing.portfolio.flow import Evidence

from .changes import Change
from .deployments import FIXES, Deployment
from .rows import Row
from .rules import Rules, rank

HOUR = 3_600_000_000
SHORTEST = 7
"""Letters of a shortened commit hash that are enough to tell it by."""
Key = tuple[str, str, str]


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    source: str
    key: str | None = None
    title: str | None = None
    url: str | None = None
    severity: str | None = None
    service: str | None = None
    """The service that it is of; None where it names none that is deployed."""
    began: int
    restored: int | None = None
    link: str = ""
    commit: str = ""

    @property
    def order(self) -> tuple[int, str, str]:
        return self.began, self.source, self.id


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment that needed somebody to intervene."""

    deployment: Deployment
    evidence: Evidence
    """The strongest."""
    incidents: tuple[Incident, ...] = ()
    fixes: tuple[Deployment, ...] = ()
    restored: int | None = None
    """The first of: the last of its incidents was closed; the service's next hotfix, rollback or revert was live."""
    by: Incident | Deployment | None = None
    """What restored it."""

    @property
    def took(self) -> int | None:
        """Microseconds from when it was live; below none where its incident was closed before."""
        return None if self.restored is None else self.restored - self.deployment.finished


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    failures: dict[Key, Failure]
    unplaced: tuple[Incident, ...]
    """Incidents that no deployment answers for."""


def incidents(rows: Iterable[Row], services: Iterable[str]) -> tuple[Incident, ...]:
    """Rows as incidents, in the order in which they began, each with the service of *services* that it names."""
    known = {service.casefold(): service for service in services if service}
    told = [
        Incident(
            id=row["incident"], source=row["source"] or "", key=row["key"], title=row["title"], url=row["url"],
            severity=row["severity"], began=row["began"], restored=row["restored"],
            service=known.get((row["service"] or "").casefold()) or known.get((row["project"] or "").casefold()),
            link=row["deployment"] or "", commit=row["commit"] or "",
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(told, key=lambda one: one.order))


def place(
    every: Mapping[str, Sequence[Deployment]],
    changes: Mapping[Key, tuple[Change, ...] | None],
    found: Sequence[Incident],
    rules: Rules,
) -> Placed:
    """What failed among *every* service's deployments."""
    blamed: dict[Key, list[tuple[Evidence, Incident]]] = defaultdict(list)
    linked = _by_id(every)
    brought = _by_commit(every, changes)
    unplaced = []
    for incident in found:
        evidence, guilty = _guilty(incident, every, linked, brought, rules)
        for deployment in guilty:
            blamed[deployment.key].append((evidence, incident))
        if not guilty:
            unplaced.append(incident)
    failures = {}
    for deployments in every.values():
        mended = _mended(deployments, blamed)
        for place, deployment in enumerate(deployments):
            told = blamed.get(deployment.key, ())
            fixes = tuple(mended.get(deployment.key, ()))
            kinds = [evidence for evidence, _ in told] + [Evidence.FIX] * bool(fixes)
            believed = [evidence for evidence in kinds if rules.believes(evidence)]
            if believed:
                failures[deployment.key] = _failure(deployment, deployments[place + 1 :], believed, told, fixes)
    return Placed(failures=failures, unplaced=tuple(unplaced))


def _by_id(every: Mapping[str, Sequence[Deployment]]) -> Mapping[str, list[Deployment]]:
    found: dict[str, list[Deployment]] = defaultdict(list)
    for deployments in every.values():
        for deployment in deployments:
            found[deployment.id].append(deployment)
    return found


def _by_commit(
    every: Mapping[str, Sequence[Deployment]], changes: Mapping[Key, tuple[Change, ...] | None]
) -> list[tuple[str, Deployment]]:
    """Commits, in order, with the first deployment of each service that is one, or brought it."""
    found: dict[tuple[str, str], Deployment] = {}
    for service, deployments in every.items():
        for deployment in deployments:
            shas = [commit.sha for commit in deployment.commits]
            shas += [change.sha for change in changes.get(deployment.key) or ()]
            for sha in shas:
                found.setdefault((sha, service), deployment)
    return [(sha, found[sha, service]) for sha, service in sorted(found)]


def _guilty(
    incident: Incident,
    every: Mapping[str, Sequence[Deployment]],
    linked: Mapping[str, list[Deployment]],
    brought: list[tuple[str, Deployment]],
    rules: Rules,
) -> tuple[Evidence, list[Deployment]]:
    if incident.link:
        return Evidence.LINK, _own(incident, linked.get(incident.link, []))
    if incident.commit:
        near = bisect_right(brought, incident.commit, key=lambda one: one[0][: len(incident.commit)])
        first = near
        while first and brought[first - 1][0].startswith(incident.commit):
            first -= 1
        hit = [one for sha, one in brought[first:near] if sha == incident.commit or len(incident.commit) >= SHORTEST]
        if hit and (own := _own(incident, hit)):
            return Evidence.ROOT_CAUSE, [min(own, key=lambda one: one.order)]
    deployments = every.get(incident.service or "", ()) if incident.service else ()
    at = bisect_right(deployments, incident.began, key=lambda one: one.finished)
    if at and incident.began - deployments[at - 1].finished <= rules.hours * HOUR and rules.hours:
        return Evidence.WINDOW, [deployments[at - 1]]
    return Evidence.WINDOW, []


def _own(incident: Incident, found: list[Deployment]) -> list[Deployment]:
    """Those of its service, where it names one of theirs; else all."""
    return [one for one in found if one.service == incident.service] or found


def _mended(
    deployments: Sequence[Deployment], blamed: Mapping[Key, list[tuple[Evidence, Incident]]]
) -> Mapping[Key, list[Deployment]]:
    """Deployment → the fixes that were made for it."""
    found: dict[Key, list[Deployment]] = defaultdict(list)
    broken = [one for one in deployments if one.key in blamed]
    for place, fix in enumerate(deployments):
        if fix.kind not in FIXES or not fix.succeeded:
            continue
        since = fix.finished if fix.started is None else fix.started
        mended = [
            one
            for one in broken
            if one.order < fix.order
            and any(
                told.began <= fix.finished and (told.restored is None or told.restored >= since)
                for _, told in blamed[one.key]
            )
        ]
        for one in mended or deployments[max(0, place - 1) : place]:
            found[one.key].append(fix)
    return found


def _failure(
    deployment: Deployment,
    later: Sequence[Deployment],
    believed: Sequence[Evidence],
    told: Sequence[tuple[Evidence, Incident]],
    fixes: tuple[Deployment, ...],
) -> Failure:
    own = tuple(incident for _, incident in told)
    closed: list[tuple[int, int, Incident | Deployment]] = []
    ends = [(one.restored, one) for one in own if one.restored is not None]
    if ends and len(ends) == len(own):  # while one is open, service is not restored
        last, incident = max(ends, key=lambda one: (one[0], one[1].order))
        closed.append((last, 0, incident))
    fix = next((one for one in later if one.kind in FIXES and one.succeeded), None)
    if fix is not None:
        closed.append((fix.finished, 1, fix))
    first = min(closed, key=lambda one: one[:2], default=None)
    return Failure(
        deployment=deployment,
        evidence=min(believed, key=rank),
        incidents=own,
        fixes=fixes,
        restored=None if first is None else first[0],
        by=None if first is None else first[2],
    )
