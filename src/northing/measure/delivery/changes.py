"""The changes that each deployment brought: commits it holds and its predecessor does not, with their lead times.

A commit is brought by the first deployment of a service that holds it. The merge of a pull request is dropped where
commits of that pull request came with it; where they did not (it was squashed), they stand for it. What a first
deployment brought nobody knows; nor what one brought whose difference to its predecessor was not delivered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from northing.portfolio.flow import ChangeClock

from .deployments import Deployment
from .rows import Rows
from .rules import Rules


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One commit that went live."""

    sha: str
    deployment: Deployment
    at: int | None
    """When it was committed or written; None where nobody says."""
    clock: ChangeClock | None
    """Which of the two dates that is."""
    pull: str | None = None
    """The pull request that it came by."""
    squashed: bool = False
    """Only the merge of its pull request is in what was deployed."""

    @property
    def lead(self) -> int | None:
        """Microseconds from there until it was live; below none where it is dated after that."""
        return None if self.at is None else self.deployment.finished - self.at


class Shipping:
    """What rows say of commits: differences between versions, dates, pull requests."""

    def __init__(self, rows: Rows, rules: Rules) -> None:
        self.rows, self.rules = rows, rules

    @cached_property
    def between(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(older, newer) → the commits of the one that the other does not hold."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self.rows.shipped:
            if row["older"]:
                found[row["older"], row["newer"]].add(row["commit"])
        return {pair: tuple(sorted(commits)) for pair, commits in found.items()}

    @cached_property
    def committed(self) -> Mapping[str, int]:
        return _first((row["commit"], row["committed"]) for row in self.rows.shipped)

    @cached_property
    def authored(self) -> Mapping[str, int]:
        return _first((row["now"], row["at"]) for row in self.rows.changes if row["field"] == "commit")

    @cached_property
    def merges(self) -> Mapping[str, str]:
        """Merge commit → pull request."""
        found = sorted((row["now"], row["item"]) for row in self.rows.changes if row["field"] == "merge" and row["now"])
        return dict(reversed(found))

    @cached_property
    def commits(self) -> Mapping[str, tuple[str, ...]]:
        """Pull request → its commits."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.rows.changes:
            if row["field"] == "commit" and row["now"]:
                found[row["item"]].add(row["now"])
        return {item: tuple(sorted(commits)) for item, commits in found.items()}

    @cached_property
    def pulls(self) -> Mapping[str, str]:
        """Commit → the pull request that it belongs to."""
        return {sha: item for item, shas in sorted(self.commits.items(), reverse=True) for sha in shas}

    def dated(self, sha: str) -> tuple[int | None, ChangeClock | None]:
        """The date that the rules ask for, else the other one."""
        both = ((ChangeClock.COMMITTED, self.committed), (ChangeClock.AUTHORED, self.authored))
        for clock, known in sorted(both, key=lambda one: one[0] is not self.rules.clock):
            if sha in known:
                return known[sha], clock
        return None, None


def _first(told: Iterator[tuple[str | None, int | None]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for sha, at in told:
        if sha and at is not None:
            found[sha] = min(at, found.get(sha, at))
    return found


def changes(
    deployments: Sequence[Deployment], shipping: Shipping
) -> dict[tuple[str, str, str], tuple[Change, ...] | None]:
    """What each of a service's *deployments*, in their order, brought; None where nobody knows."""
    found: dict[tuple[str, str, str], tuple[Change, ...] | None] = {}
    seen: set[str] = set()
    before: Deployment | None = None
    for deployment in deployments:
        brought = _brought(deployment, before, shipping)
        if brought is None:
            found[deployment.key] = None
        else:
            found[deployment.key] = tuple(_changes(deployment, sorted(brought - seen), shipping, seen))
            seen |= brought
        seen |= {commit.sha for commit in deployment.commits}
        before = deployment if deployment.succeeded else before
    return found


def _brought(deployment: Deployment, before: Deployment | None, shipping: Shipping) -> set[str] | None:
    found: set[str] = set()
    for commit in deployment.commits:
        olders = [commit.before] if commit.before else [one.sha for one in before.commits] if before else []
        known = [shipping.between[older, commit.sha] for older in olders if (older, commit.sha) in shipping.between]
        if not known and commit.sha not in olders:
            return None
        found.update(*known)
    return found if deployment.commits else None


def _changes(deployment: Deployment, shas: Sequence[str], shipping: Shipping, seen: set[str]) -> Iterator[Change]:
    here = set(shas)
    given: set[str] = set()
    for sha in shas:
        pull = shipping.merges.get(sha)
        own = shipping.commits.get(pull, ()) if pull is not None else ()
        told: tuple[str, ...] = (sha,)
        squashed = False
        if own and sha not in own:
            if not here.isdisjoint(own):
                continue
            told, squashed = tuple(one for one in own if one not in seen), True
        for one in told:
            if one not in given:
                given.add(one)
                at, clock = shipping.dated(one)
                yield Change(
                    sha=one, deployment=deployment, at=at, clock=clock, squashed=squashed,
                    pull=pull or shipping.pulls.get(one),
                )  # fmt: skip
    seen |= given
