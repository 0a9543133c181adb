"""The record of one workspace: the only way to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from northing.access.actor import Actor
from northing.portfolio.edits import Edit
from northing.portfolio.entity import Entity
from northing.portfolio.errors import NotFound
from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan

from . import committing, difference, history, permission, reference, sql, versions
from .answers import At, Blame, Committed, EntityChange, FieldChange
from .merging import Resolve
from .models import OPEN
from .plans import PLANS
from .reference import Ref
from .revision import COLUMNS, MAIN, Revision, find, from_row
from .versions import Level
from .writing import write


class Record:
    """Every plan that a workspace ever had. Reads are cheap; writes name who, on what and why."""

    def __init__(self, workspace: str) -> None:
        self.workspace = workspace

    # Reading

    def head(self, branch: str = MAIN) -> int:
        """The number of the newest revision of *branch*; 0 where nothing was recorded yet."""
        row = sql.one("SELECT head FROM record_branch WHERE ws = %s AND name = %s", self.workspace, branch)
        if row is not None:
            return int(row[0])
        if branch == MAIN:
            return 0
        raise NotFound(f"There is no scenario or branch called “{branch}”.")

    def at(self, ref: Ref = None, *, branch: str = MAIN, mode: str = "known") -> At:
        """The place that *ref* names: 42, 2026-03-31, tag:q1-board, scenario:cut-10@57, import/omb.

        A date means, as ``known``, the newest revision made by the end of that day in the workspace's zone; as
        ``reported``, the one that speaks for the latest day up to it. Before the first revision it is number 0.
        """
        return reference.locate(self.workspace, ref, branch=branch, mode=mode)

    def plan(self, ref: Ref = None) -> Plan:
        """The plan at *ref*; from memory where it or a near one is held."""
        if ref is None:
            return PLANS.get(self.workspace, MAIN, OPEN)
        at = ref if isinstance(ref, At) else self.at(ref)
        return PLANS.get(self.workspace, at.branch, at.no)

    def read(self, kind: str, *, ref: Ref = None) -> list[Entity]:
        """All entities of *kind* at *ref*, also of kinds that a plan does not hold."""
        if KINDS[kind].LOADED:
            return list(self.plan(ref).table(kind).values())
        at = self.at(ref)
        found: dict[str, Entity | None] = {}
        for level in versions.levels(self.workspace, at.branch, at.no):
            rows = versions.own_rows(self.workspace, level, kinds=[kind], head=True)
            for _, id, entity in versions.decoded(rows):
                found.setdefault(id, entity)
        return [entity for entity in found.values() if entity is not None]

    def revision(self, no: int) -> Revision:
        """The revision with number *no*. Raises :class:`NotFound`."""
        found = find(self.workspace, no) if 0 < no < OPEN else None
        if found is None:
            raise NotFound(f"There is no revision {no}.")
        return found

    def revisions(self, *, branch: str | None = MAIN, before: int | None = None, limit: int = 50) -> list[Revision]:
        """The newest revisions of *branch* (of all branches where it is None) before number *before*, newest first."""
        where, params = ("", []) if branch is None else (" AND branch = %s", [branch])
        return [
            from_row(row)
            for row in sql.rows(
                f"SELECT {COLUMNS} FROM record_revision WHERE ws = %s{where} AND no < %s ORDER BY no DESC LIMIT %s",
                self.workspace,
                *params,
                OPEN if before is None else before,
                limit,
            )
        ]

    def changes(self, a: Ref, b: Ref = None) -> list[EntityChange]:
        """What is different at *b* from *a*, entity by entity."""
        return difference.changes(self.workspace, self.at(a), self.at(b))

    def history(self, kind: str, id: str, ref: Ref = None) -> list[FieldChange]:
        """Every change of every field of one entity up to *ref*, oldest first, followed through merges."""
        at = self.at(ref)
        return history.changes(self.workspace, at.branch, at.no, kind, id)

    def blame(self, kind: str, id: str, ref: Ref = None) -> dict[str, Blame]:
        """Who set each field's present value, when and why, and who approved it."""
        at = self.at(ref)
        return history.blame(self.workspace, at.branch, at.no, kind, id)

    # Writing

    def commit(
        self,
        edits: Iterable[Edit],
        *,
        on: int | None,
        by: Actor,
        reason: str,
        branch: str = MAIN,
        via: str | None = None,
        effective_on: date | None = None,
        resolve: Resolve = None,
    ) -> Committed:
        """Record *edits*, made on revision *on* (None: on the head, whatever it is), as the next revision.

        Where the branch has moved since, both sides are merged field by field. Raises :class:`Conflict` with
        base, theirs and yours where they clash, :class:`Invalid` where the input is wrong or breaks a rule,
        :class:`NotAllowed`. Edits that change nothing make no revision.
        """
        permission.check_workspace(by, self.workspace)
        by.require("suggest", "change something")
        return write(
            committing.commit(
                self.workspace,
                edits,
                on=on,
                by=by,
                reason=reason,
                branch=branch,
                via=via,
                effective_on=effective_on,
                resolve=resolve,
            )
        )


__all__ = ["Level", "Record"]
