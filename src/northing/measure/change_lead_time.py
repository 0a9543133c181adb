"""The parts of a change's lead time: coding, pickup, review and deployment of each merged pull request.

DevLake's rules (docs/measures.md). Coding: from the first commit, by the date on which it was authored, to the pull
request. Pickup: from there to the first comment or review by somebody other than its author. Review: from that comment
to the merge. Deploy: from the merge to the end of the earliest successful deployment to production whose difference to
its predecessor holds the merge commit; a first deployment has no predecessor, and nobody knows what it brought. The
cycle is coding, creation to merge, and deploy, each where it is there.

Each part is in whole minutes, rounded up; a part that would be negative is none. Instants are microseconds since 1970.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

Row = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
PULL = "pull request"
ANSWERS = ("comment", "review")


class LeadTime(msgspec.Struct, frozen=True, kw_only=True):
    """One merged pull request, with its parts in minutes."""

    item: str
    key: str | None
    project: str | None
    commit: str | None
    """The first commit's hash."""
    committed: int | None
    created: int
    answer: str | None
    """The id of the first comment or review by somebody else."""
    answered: int | None
    merged: int
    deployment: str | None
    """The id of the commit's part of the deployment."""
    deployed: int | None
    coding: int | None
    pickup: int | None
    review: int | None
    deploy: int | None
    cycle: int | None


def lead_times(
    work: Iterable[Row],
    transitions: Iterable[Row],
    deployments: Iterable[Row],
    shipped: Iterable[Row],
    *,
    environments: Collection[str] = ("production",),
) -> list[LeadTime]:
    """The lead time of each merged pull request among *work*, by its id.

    Instants in the rows may be ``datetime`` in UTC or microseconds. *environments*: what production is called.
    """
    changes: dict[str, list[Row]] = defaultdict(list)
    for row in transitions:
        changes[row["item"]].append(row)
    brought = _brought(deployments, shipped, {name.casefold() for name in environments})
    pulls = {row["item"]: row for row in work if row["type"] == PULL}
    found = (_of(pulls[item], changes.get(item, ()), brought) for item in sorted(pulls))
    return [one for one in found if one is not None]


def _of(pull: Row, changes: Iterable[Row], brought: Mapping[str, Row]) -> LeadTime | None:
    told = sorted(changes, key=lambda row: (_instant(row["at"]), str(row["change"])))
    merge = next((row for row in told if row["field"] == "merge"), None)
    if merge is None:
        return None
    commit = next((row for row in told if row["field"] == "commit"), None)
    answer = next((row for row in told if row["field"] in ANSWERS and _by_another(row, pull)), None)
    deployment = brought.get(merge["now"])
    created, merged = _instant(pull["created"]), _instant(merge["at"])
    committed = None if commit is None else _instant(commit["at"])
    answered = None if answer is None else _instant(answer["at"])
    deployed = None if deployment is None else _instant(deployment["finished"])
    coding, deploy, between = minutes(committed, created), minutes(merged, deployed), minutes(created, merged)
    parts = [part for part in (coding, between, deploy) if part is not None]
    return LeadTime(
        item=pull["item"],
        key=pull["key"],
        project=pull["project"],
        commit=None if commit is None else commit["now"],
        committed=committed,
        created=created,
        answer=None if answer is None else answer["change"],
        answered=answered,
        merged=merged,
        deployment=None if deployment is None else deployment["id"],
        deployed=deployed,
        coding=coding,
        pickup=minutes(created, answered),
        review=minutes(answered, merged),
        deploy=deploy,
        cycle=sum(parts) if parts else None,
    )


def minutes(start: int | None, end: int | None) -> int | None:
    """Whole minutes from *start* to *end*, rounded up; None where one is missing, or the end lies before the start."""
    if start is None or end is None or end < start:
        return None
    return -(-(end - start) // MINUTE)


def issue_minutes(created: Any, resolved: Any) -> int | None:
    """Whole minutes from an issue's creation to its resolution, rounded down; None while it is open."""
    return None if resolved is None else (_instant(resolved) - _instant(created)) // MINUTE


def _brought(deployments: Iterable[Row], shipped: Iterable[Row], environments: Collection[str]) -> dict[str, Row]:
    """Commit → the earliest successful deployment to production that brought it."""
    between: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in shipped:
        if row["older"]:
            between[row["older"], row["newer"]].append(row["commit"])
    done = [
        row
        for row in deployments
        if row["result"] == "success"
        and row["finished"] is not None
        and (row["environment"] or "").casefold() in environments
    ]
    found: dict[str, Row] = {}
    for row in sorted(done, key=lambda row: (_instant(row["finished"]), row["deployment"], row["commit"] or "")):
        for commit in between.get((row["before"] or "", row["commit"] or ""), ()):
            found.setdefault(commit, row)
    return found


def _by_another(row: Row, pull: Row) -> bool:
    return row["actor"] is None or row["actor"] != pull["author"]


def _instant(value: Any) -> int:
    """Microseconds since 1970, in UTC; an instant without a zone is in UTC."""
    if isinstance(value, int):
        return value
    moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return int((moment - EPOCH) // MICROSECOND)
