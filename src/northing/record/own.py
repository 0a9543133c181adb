"""What a branch has of its own: its versions, and what these change, net, in the plan on which it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from northing.portfolio.deciding import Decision
from northing.portfolio.edits import Body
from northing.portfolio.entity import encode

from . import history, merging, sql, versions
from .draft import Line
from .plans import LOADED
from .revision import MAIN, find
from .versions import Key, Level, Stored

ABOUT = ("decision", "approval", "comment")
"""Kinds that speak about what a scenario changes, and are no part of it."""

SAID = ("name", "why", "alternatives", "effect")
"""Fields of a decision that are agreed to together with what changes."""


class Net(NamedTuple):
    """One entity that a scenario changes: as its base has it, and as the scenario does."""

    kind: str
    id: str
    before: Body | None
    after: Body | None


def own_versions(line: Line, *, after: int = 0) -> dict[Key, Stored]:
    """What *line*'s own branch holds at its head, of the kinds of a plan, begun after revision *after*."""
    return {
        (kind, id): Stored(line.name, from_no, schema, body)
        for kind, id, from_no, schema, body in sql.rows(
            "SELECT kind, id, from_no, schema, body FROM record_version WHERE ws = %s AND branch = %s"
            " AND to_no > %s AND from_no <= %s AND from_no > %s",
            line.workspace,
            line.name,
            line.no,
            line.no,
            after,
        )
        if kind in LOADED
    }


def base_levels(line: Line) -> list[Level]:
    """The parent, as the branch's head stands on it."""
    base = find(line.workspace, line.head.base or 0) if line.head else None
    if base is None:
        return [Level(line.parent or MAIN, 0)]
    return versions.levels(line.workspace, base.branch, base.no)


def net(line: Line) -> list[Net]:
    """What the scenario changes in the plan on which it stands; what is said about it is left out."""
    own = {key: version for key, version in own_versions(line).items() if key[0] not in ABOUT}
    base = versions.stored(line.workspace, base_levels(line), own)
    found = (
        Net(*key, versions.body_of(*key, base.get(key)), versions.body_of(*key, version))
        for key, version in sorted(own.items())
    )
    return [one for one in found if one.before != one.after and not _enrolled(one)]


def _enrolled(one: Net) -> bool:
    """Whether it does no more than make a member a person of the plan, as whoever submits or judges becomes one."""
    return one.kind == "person" and one.before is None and set(one.after or ()) <= {"id"}


def digest(line: Line, decision: Decision | None, changes: Iterable[Net] | None = None) -> str:
    """What approvals of a scenario name: SHA-256 of each field that it changes, from what to what, and of the words
    of its decision. Bringing in what others changed elsewhere in the plan leaves it as it is.
    """
    told = [
        [one.kind, one.id, one.after is None, sorted(merging.differing(one.before, one.after), key=lambda row: row[0])]
        for one in (net(line) if changes is None else changes)
    ]
    words = [getattr(decision, name, None) for name in SAID]
    return hashlib.sha256(encode([line.name, words, told])).hexdigest()


def wrote(line: Line, person: str, changes: Iterable[Net]) -> bool:
    """Whether *person* typed, on this scenario, any value that it brings."""
    some = list(changes)
    if not _merged_here(line):
        touched = {
            (kind, id)
            for kind, id in sql.rows(
                "SELECT DISTINCT v.kind, v.id FROM record_version v JOIN record_revision r ON r.ws = v.ws AND"
                " r.no = v.from_no WHERE v.ws = %s AND v.branch = %s AND r.author = %s",
                line.workspace,
                line.name,
                person,
            )
        }
        some = [one for one in some if (one.kind, one.id) in touched]
    return any(_typed(line, person, one) for one in some)


def _merged_here(line: Line) -> bool:
    """Whether anything came from another branch: then who typed it is told by following that."""
    return (
        sql.one(
            "SELECT 1 FROM record_revision WHERE ws = %s AND branch = %s AND merged IS NOT NULL LIMIT 1",
            line.workspace,
            line.name,
        )
        is not None
    )


def _typed(line: Line, person: str, one: Net) -> bool:
    if one.after is None:
        last = history.who(line.workspace, line.name, line.no, one.kind, one.id, None)
        return last is not None and last.author == person
    set_by = history.blame(line.workspace, line.name, line.no, one.kind, one.id)
    return any(
        field in set_by and set_by[field].author == person
        for field, _before, _after in merging.differing(one.before, one.after)
    )
