"""What the record answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from northing.portfolio.edits import Edit
from northing.portfolio.entity import Entity
from northing.portfolio.errors import FieldConflict, Finding

from .revision import Revision


class At(msgspec.Struct, frozen=True):
    """A place in the record: a branch at one of its revisions. ``no`` 0 is before the first."""

    branch: str
    no: int

    def __str__(self) -> str:
        if self.branch == "main":
            return str(self.no)
        word = self.branch if self.branch.startswith("import/") else f"scenario:{self.branch}"
        return f"{word}@{self.no}"


class EntityChange(msgspec.Struct, frozen=True, kw_only=True):
    """One entity before and after; None where it was not there."""

    kind: str
    id: str
    before: Entity | None
    after: Entity | None
    revisions: tuple[int, ...] = ()
    """The revisions between that touched it, oldest first."""


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What a commit, an update or a merge wrote."""

    revision: Revision
    """The new revision; the head as it stood where nothing changed."""
    changes: tuple[EntityChange, ...] = ()
    merged_over: tuple[int, ...] = ()
    """Revisions that others made since the one stated, with which this was merged."""
    findings: tuple[Finding, ...] = ()
    """Warnings: rules that were broken before and are not made worse."""
    conflicts: tuple[FieldConflict, ...] = ()
    """What ``resolve`` settled."""


class Consequence(msgspec.Struct, frozen=True, kw_only=True):
    """Something that refers to what is removed, and the edit that would put it right."""

    kind: str
    id: str
    field: str
    target_kind: str
    target_id: str
    edit: Edit


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a commit would do; nothing was written."""

    head: int
    changes: tuple[EntityChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    consequences: tuple[Consequence, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether a commit of the same edits would be accepted."""
        return not self.conflicts and all(finding.severity != "error" for finding in self.findings)


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field set at one revision. ``field`` is None where the entity was removed; ``custom.<key>`` inside maps."""

    field: str | None
    before: Any
    after: Any
    no: int
    """Where it was typed."""
    at: datetime
    author: str
    via: str
    reason: str = ""
    approved_no: int | None = None
    """The merge that brought it here."""
    approved_by: str | None = None
    approved_at: datetime | None = None


class Blame(msgspec.Struct, frozen=True, kw_only=True):
    """Who set a field's present value, when and why, and who approved it."""

    no: int
    at: datetime
    author: str
    via: str
    reason: str
    approved_no: int | None = None
    approved_by: str | None = None


class Reverted(msgspec.Struct, frozen=True, kw_only=True):
    """What was undone, and what was not because somebody has changed it since."""

    revision: Revision | None
    conflicts: tuple[FieldConflict, ...] = ()
    changes: tuple[EntityChange, ...] = ()


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A name for a revision: a plan baseline, a board pack."""

    name: str
    branch: str
    no: int
    hash: str
    note: str
    author: str
    at: datetime


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A line of revisions."""

    name: str
    kind: str
    """``main``, ``scenario`` or ``import``."""
    parent: str | None
    head: int
    base: int | None
    """The parent's revision on which the head stands."""
    merged_head: int | None = None
    closed_by: int | None = None
    """The merge that closed it, or its own last revision where it was set aside; None while it is open."""
    first: int = 0
    """Its first revision: who began it, when and why."""
    behind: int = 0
    """How many revisions the parent has made since, which an open scenario has not brought in."""

    @property
    def state(self) -> Literal["open", "merged", "aside"]:
        """Whether it is worked on, was merged into its parent, or was set aside."""
        if self.closed_by is None:
            return "open"
        return "aside" if self.closed_by == self.head else "merged"
