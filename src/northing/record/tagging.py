"""Tags: names for revisions. A tag keeps its revision's hash, so that it also proves what it named."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from northing.access.actor import Actor
from northing.portfolio.errors import Invalid, NotFound

from . import opening, permission, sql
from .answers import At, Tag
from .revision import find, instant

NAME = re.compile(r"[^\s@:\x00-\x1f][^@:\x00-\x1f]{0,190}")


def tags(workspace: str) -> list[Tag]:
    """All tags, the newest revision first."""
    return [
        Tag(name=name, branch=branch, no=no, hash=digest, note=note, author=author, at=instant(at))
        for name, branch, no, digest, note, author, at in sql.rows(
            "SELECT name, branch, no, hash, note, author, at FROM record_tag WHERE ws = %s ORDER BY no DESC, at DESC",
            workspace,
        )
    ]


def tag(workspace: str, name: str, *, at: At, by: Actor, note: str) -> Callable[[], Tag]:
    """The job that names a revision. A name is given once; to give it again, take it away first."""
    permission.check_workspace(by, workspace)
    by.require("plan", "name a revision")
    if not NAME.fullmatch(name):
        raise Invalid(f"“{name}” cannot be a tag's name.", remedy="Use letters, digits and hyphens, as in q1-board.")

    def job() -> Tag:
        opening.take_turn(workspace)
        revision = find(workspace, at.no)
        if revision is None:
            raise NotFound("There is no revision yet that could be named.")
        taken = sql.one("SELECT no FROM record_tag WHERE ws = %s AND name = %s", workspace, name)
        if taken is not None:
            raise Invalid(f"“{name}” names revision {taken[0]} already.", remedy="Choose another name, or untag it.")
        now = time.time_ns() // 1000
        sql.run(
            "INSERT INTO record_tag (ws, name, branch, no, hash, note, author, at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            workspace,
            name,
            revision.branch,
            revision.no,
            revision.hash,
            note,
            by.id,
            now,
        )
        return Tag(
            name=name,
            branch=revision.branch,
            no=revision.no,
            hash=revision.hash,
            note=note,
            author=by.id,
            at=instant(now),
        )

    return job


def untag(workspace: str, name: str, *, by: Actor) -> Callable[[], None]:
    """The job that takes a name away; the revision stays."""
    permission.check_workspace(by, workspace)
    by.require("plan", "take a name away")

    def job() -> None:
        if not sql.run("DELETE FROM record_tag WHERE ws = %s AND name = %s", workspace, name):
            raise NotFound(f"There is no tag “{name}”.")

    return job
