"""What went live of it: pull requests, deployments and incidents of three services, made from what their teams worked on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha1
from random import Random
from typing import NamedTuple

from .backlog import Item

SERVICES = {"claims-intake": "CLM", "service-assistant": "SVC", "model-gateway": "PLT"}
"""Repository → the project whose team works in it."""

FRAGILE = "service-assistant"
"""The service of which every fifth release breaks something since more is written than read."""

BREAKS = 0.045, 0.22
"""How often a release breaks something; and how often one of the fragile service does."""


class Commit(NamedTuple):
    sha: str
    at: datetime


class Pull(NamedTuple):
    id: str
    service: str
    item: Item
    opened: datetime
    merged: datetime
    commits: tuple[Commit, ...]

    @property
    def sha(self) -> str:
        return _sha(self.id)


class Deployment(NamedTuple):
    id: str
    service: str
    sha: str
    started: datetime
    finished: datetime
    good: bool
    name: str
    pulls: tuple[Pull, ...]
    before: Deployment | None
    """The last good one before it."""


class Incident(NamedTuple):
    id: str
    service: str
    began: datetime
    restored: datetime | None
    deployment: Deployment
    severity: str


class Shipped(NamedTuple):
    pulls: tuple[Pull, ...]
    deployments: tuple[Deployment, ...]
    incidents: tuple[Incident, ...]


def shipped(items: Iterable[Item], root: str, assistant: datetime) -> Shipped:
    """Everything that went live; *assistant* is when the coding assistant came."""
    pulls: list[Pull] = []
    deployments: list[Deployment] = []
    incidents: list[Incident] = []
    listed = tuple(items)
    for service, project in SERVICES.items():
        random = Random(f"{root}/ship/{service}")
        theirs = [one for item in listed if item.project == project and (one := _pull(service, item, random)) is not None]
        pulls += theirs
        for deployment in _deployments(service, theirs, random):
            deployments.append(deployment)
            if deployment.good and deployment.pulls:
                often = BREAKS[service == FRAGILE and deployment.started >= assistant]
                if random.random() < often:
                    incidents.append(broken := _incident(len(incidents), deployment, random))
                    if broken.restored is not None and random.random() < 0.6:
                        deployments.append(_mended(broken))
    return Shipped(tuple(pulls), tuple(deployments), tuple(incidents))


def _pull(service: str, item: Item, random: Random) -> Pull | None:
    """What was changed for an item; nothing for controls, and for what never went live."""
    begun, opened, merged = item.entered("In progress"), item.entered("In review"), item.left("In review")
    if item.type not in ("Story", "Bug", "Upkeep") or not (item.released and begun and opened and merged):
        return None
    merged = min(merged, item.released - timedelta(minutes=20))
    opened = min(opened, merged - timedelta(minutes=12))
    id = f"github:GithubPullRequest:1:{item.id}"
    shares = sorted(random.uniform(0.15, 1) for _ in range(random.randint(1, 4)))
    commits = tuple(Commit(_sha(f"{id}/{number}"), begun + (opened - begun) * share) for number, share in enumerate(shares))
    return Pull(id, service, item, opened, merged, commits)


def _deployments(service: str, pulls: list[Pull], random: Random) -> Iterator[Deployment]:
    waiting: dict[datetime, list[Pull]] = {}
    for pull in pulls:
        assert pull.item.released is not None
        waiting.setdefault(pull.item.released, []).append(pull)
    before: Deployment | None = None
    for number, (slot, together) in enumerate(sorted(waiting.items(), key=lambda one: one[0])):
        last = max(together, key=lambda pull: pull.merged)
        started, name = slot, f"release {slot:%Y.%m.%d}"
        if random.random() < 0.05:
            tried = started + timedelta(minutes=random.randint(3, 9))
            yield Deployment(f"{service}/{number}/0", service, last.sha, started, tried, False, name, tuple(together), before)
            started += timedelta(minutes=14)
        ended = started + timedelta(minutes=random.randint(5, 16))
        before = Deployment(f"{service}/{number}/1", service, last.sha, started, ended, True, name, tuple(together), before)
        yield before


def _incident(number: int, deployment: Deployment, random: Random) -> Incident:
    began = deployment.finished + timedelta(minutes=random.randint(12, 260))
    took = timedelta(minutes=150 * random.lognormvariate(0, 0.9))
    severity = random.choices(("P1", "P2", "P3"), (1, 3, 6))[0]
    return Incident(f"INC-{2101 + number}/{deployment.id}", deployment.service, began, began + took, deployment, severity)


def _mended(broken: Incident) -> Deployment:
    """The release out of turn that ended an incident: what was there before, or a correction."""
    assert broken.restored is not None
    was = broken.deployment
    back = was.before is not None and broken.severity == "P1"
    name = f"{'rollback of' if back else 'hotfix after'} {was.name}"
    sha = was.before.sha if back and was.before else _sha(f"{was.id}/hotfix")
    begun = broken.restored - timedelta(minutes=9)
    return Deployment(f"{was.id}/mended", was.service, sha, begun, broken.restored, True, name, (), was)


def _sha(of: str) -> str:
    return sha1(of.encode(), usedforsecurity=False).hexdigest()


