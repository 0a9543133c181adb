"""Rows of deployments as deployments: one a service and id, in production, by when they finished.

A deployment of several commits is one; it finished with the last of them that succeeded. One whose pipeline failed
never went live, unless an incident says that it broke something: then it was released, and counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from enum import StrEnum

import msgspec

from .rows import Row, Rows, labels
from .rules import Rules

SUCCESS = frozenset(("success", "succeeded", "successful"))
UNPLANNED_LABELS = ("hotfix", "rollback", "revert")


class Kind(StrEnum):
    """Whether it was planned, and if not, what it was."""

    PLANNED = "planned"
    HOTFIX = "hotfix"
    ROLLBACK = "rollback"
    REVERT = "revert"
    INCIDENT = "incident"
    """Linked to an incident that it was made for."""


FIXES = (Kind.HOTFIX, Kind.ROLLBACK, Kind.REVERT, Kind.INCIDENT)


class Commit(msgspec.Struct, frozen=True, order=True):
    """One commit of a deployment."""

    sha: str
    before: str
    """Of the deployment before it, where the source says it; else empty."""
    id: str
    """The source's own id of this part."""


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    service: str
    id: str
    source: str
    name: str | None = None
    pipeline: str | None = None
    started: int | None = None
    finished: int
    commits: tuple[Commit, ...] = ()
    kind: Kind = Kind.PLANNED
    told_by: str = ""
    """What says its kind: source, label, title, older version, incident; empty where it is planned."""
    succeeded: bool = True
    """False: its pipeline failed, and an incident says that it was released all the same."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.service, self.source, self.id

    @property
    def order(self) -> tuple[int, str, str]:
        return self.finished, self.source, self.id


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """Deployments that are not counted, by why: when each was, as far as anybody says."""

    elsewhere: tuple[int | None, ...] = ()
    """In another environment."""
    nowhere: tuple[int | None, ...] = ()
    """In an environment that nobody names."""
    failed: tuple[int | None, ...] = ()
    """Attempts that never went live."""
    endless: tuple[int | None, ...] = ()
    """Succeeded, and nobody says when they finished."""

    def within(self, start: int, end: int) -> dict[str, int]:
        """How many of each from *start* up to *end*; of one that nobody dates it is not known that it was not."""
        return {
            name: sum(at is None or start <= at < end for at in getattr(self, name)) for name in self.__struct_fields__
        }


def deployments(rows: Rows, rules: Rules) -> tuple[dict[str, tuple[Deployment, ...]], dict[str, Left]]:
    """By service: what went live in production, in order; and what is left out."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows.deployments:
        groups[service_of(row), row["source"] or "", row["deployment"]].append(row)
    blamed = {row["deployment"] for row in rows.incidents if row["deployment"]}
    keys = {key.casefold(): row for row in rows.incidents if (key := row["key"] or "")}
    reverted = _reverts(rows)
    found: dict[str, list[Deployment]] = defaultdict(list)
    left: dict[str, dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for key in sorted(groups):
        service, _, id = key
        why, live = _live(groups[key], rules.production, blamed=id in blamed)
        if why:
            left[service][why].append(_when(groups[key]))
        else:
            found[service].append(_deployment(key, live, keys, reverted))
    every = {service: _ordered(found.get(service, [])) for service in sorted({*found, *left})}
    told = {service: {why: tuple(sorted(ats, key=str)) for why, ats in left[service].items()} for service in every}
    return every, {service: Left(**told[service]) for service in every}


def _when(rows: Iterable[Row]) -> int | None:
    told = [at for row in rows for at in (row["finished"], row["started"]) if at is not None]
    return max(told, default=None)


def service_of(row: Row) -> str:
    """What was deployed: its service, else its pipeline; empty where nobody says either."""
    return row["service"] or row.get("pipeline") or ""


def _live(rows: list[Row], production: Collection[str], *, blamed: bool) -> tuple[str, list[Row]]:
    """Why these rows are no deployment to production, or those of them that are."""
    there = [row for row in rows if (row["environment"] or "").casefold() in production]
    if not there:
        return "elsewhere" if any(row["environment"] for row in rows) else "nowhere", []
    good = [row for row in there if (row["result"] or "").casefold() in SUCCESS] or (there if blamed else [])
    if not good:
        return "failed", []
    ended = [row for row in good if row["finished"] is not None]
    return ("", ended) if ended else ("endless", [])


def _deployment(
    key: tuple[str, str, str], rows: list[Row], incidents: dict[str, Row], reverts: frozenset[str]
) -> Deployment:
    service, source, id = key
    rows = sorted(rows, key=lambda row: (row["finished"], row["commit"] or "", row["id"] or ""))
    last = rows[-1]
    kind, told_by = _kind(rows, incidents, reverts)
    return Deployment(
        service=service, id=id, source=source, name=last["name"], pipeline=last["pipeline"],
        started=min((row["started"] for row in rows if row["started"] is not None), default=None),
        finished=last["finished"],
        commits=tuple(
            sorted(Commit(row["commit"], row["before"] or "", row["id"] or "") for row in rows if row["commit"])
        ),
        kind=kind, told_by=told_by, succeeded=(last["result"] or "").casefold() in SUCCESS,
    )  # fmt: skip


def _kind(rows: Iterable[Row], incidents: dict[str, Row], reverts: frozenset[str]) -> tuple[Kind, str]:
    """What kind it is by what its rows say, and what says so."""
    for row in rows:
        if row["kind"] in UNPLANNED_LABELS:
            return Kind(row["kind"]), "source"
    for row in rows:
        said = {name.casefold(): value for name, value in labels(row).items()}
        for label in UNPLANNED_LABELS:
            if said.get(label, "no").casefold() not in ("no", "false", ""):
                return Kind(label), "label"
        named = {word.strip("[](){}:,.;#").casefold() for word in (row["name"] or "").split()}
        if said.get("incident") or any(word in incidents for word in named):
            return Kind.INCIDENT, "incident"
    if any(row["commit"] in reverts for row in rows):
        return Kind.REVERT, "title"
    return Kind.PLANNED, ""


def _reverts(rows: Rows) -> frozenset[str]:
    """The merges of pull requests that take another one back, as their title says."""
    items = {row["item"] for row in rows.pulls if (row["title"] or "").casefold().startswith("revert ")}
    return frozenset(row["now"] for row in rows.changes if row["field"] == "merge" and row["item"] in items)


def _ordered(found: list[Deployment]) -> tuple[Deployment, ...]:
    """By when they finished; one that goes back to what was live before another version came is a rollback."""
    told: list[Deployment] = []
    live: dict[str, int] = {}
    for deployment in sorted(found, key=lambda one: one.order):
        shas = [commit.sha for commit in deployment.commits]
        older = bool(shas) and all(sha in live and live[sha] < len(told) - 1 for sha in shas)
        if older and deployment.kind is Kind.PLANNED and deployment.succeeded:
            deployment = msgspec.structs.replace(deployment, kind=Kind.ROLLBACK, told_by="older version")
        live.update(dict.fromkeys(shas, len(told)))
        told.append(deployment)
    return tuple(told)
