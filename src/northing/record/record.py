"""The record of one workspace: the only way to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from northing.access.actor import Actor
from northing.portfolio.deciding import Verdict
from northing.portfolio.edits import Edit
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Finding, NotFound
from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import SourceRow

from . import (
    approving,
    branching,
    committing,
    difference,
    history,
    permission,
    previewing,
    redacting,
    reference,
    reverting,
    rows,
    since,
    sql,
    tagging,
    verifying,
    versions,
)
from .answers import At, Blame, Branch, Committed, EntityChange, FieldChange, Preview, Reverted, Tag
from .approving import House, Standing
from .merging import Resolve
from .models import OPEN
from .plans import PLANS
from .reference import Ref
from .revision import COLUMNS, MAIN, Revision, find, from_row
from .writing import write

HERE = ""
"""Stands for the branch that a Record was opened on."""


class Record:
    """Every plan that a workspace ever had. Reads are cheap; writes name who, on what and why.

    It is read and written on *branch* (the plan of record, unless a scenario is named) wherever nothing else is said.
    """

    def __init__(self, workspace: str, branch: str = MAIN) -> None:
        self.workspace = workspace
        self.branch = branch

    # Reading

    def head(self, branch: str = HERE) -> int:
        """The number of the newest revision of *branch*; 0 where nothing was recorded yet."""
        branch = branch or self.branch
        row = sql.one("SELECT head FROM record_branch WHERE ws = %s AND name = %s", self.workspace, branch)
        if row is not None:
            return int(row[0])
        if branch == MAIN:
            return 0
        raise NotFound(f"There is no scenario or branch called “{branch}”.")

    def at(self, ref: Ref = None, *, branch: str = HERE, mode: str = "known") -> At:
        """The place that *ref* names: 42, 2026-03-31, tag:q1-board, scenario:cut-10@57, import/omb.

        A date means, as ``known``, the newest revision made by the end of that day in the workspace's zone; as
        ``reported``, the one that speaks for the latest day up to it. Before the first revision it is number 0.
        """
        return reference.locate(self.workspace, ref, branch=branch or self.branch, mode=mode)

    def plan(self, ref: Ref = None) -> Plan:
        """The plan at *ref*; from memory where it or a near one is held."""
        if ref is None:
            return PLANS.get(self.workspace, self.branch, OPEN)
        at = ref if isinstance(ref, At) else self.at(ref)
        return PLANS.get(self.workspace, at.branch, at.no)

    def read(self, kind: str, *, ref: Ref = None) -> list[Entity]:
        """All entities of *kind* at *ref*, also of kinds that a plan does not hold."""
        if KINDS[kind].LOADED:
            return list(self.plan(ref).table(kind).values())
        at = self.at(ref)
        found: dict[str, Entity | None] = {}
        for level in versions.levels(self.workspace, at.branch, at.no):
            held = versions.own_rows(self.workspace, level, kinds=[kind], head=True)
            for _, id, entity in versions.decoded(held):
                found.setdefault(id, entity)
        return [entity for entity in found.values() if entity is not None]

    def ever(self, kind: str) -> list[Entity]:
        """Every body of *kind* that any revision of any branch has; not those that were redacted."""
        return list(versions.ever(self.workspace, kind))

    def revision(self, no: int) -> Revision:
        """The revision with number *no*. Raises :class:`NotFound`."""
        found = find(self.workspace, no) if 0 < no < OPEN else None
        if found is None:
            raise NotFound(f"There is no revision {no}.")
        return found

    def revisions(self, *, branch: str | None = HERE, before: int | None = None, limit: int = 50) -> list[Revision]:
        """The newest revisions of *branch* (of all branches where it is None) before number *before*, newest first."""
        where, params = ("", []) if branch is None else (" AND branch = %s", [branch or self.branch])
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

    def changes(self, a: Ref, b: Ref = None, *, plans: tuple[Plan, Plan] | None = None) -> list[EntityChange]:
        """What is different at *b* from *a*, entity by entity. Who has the two *plans* at hand spares reading them."""
        return difference.changes(self.workspace, self.at(a), self.at(b), plans)

    def history(self, kind: str, id: str, ref: Ref = None) -> list[FieldChange]:
        """Every change of every field of one entity up to *ref*, oldest first, followed through merges."""
        at = self.at(ref)
        return history.changes(self.workspace, at.branch, at.no, kind, id)

    def blame(self, kind: str, id: str, ref: Ref = None) -> dict[str, Blame]:
        """Who set each field's present value, when and why, and who approved it."""
        at = self.at(ref)
        return history.blame(self.workspace, at.branch, at.no, kind, id)

    def since(self, kind: str, field: str, ref: Ref = None) -> dict[str, date]:
        """Id → the day from which *field* has had its present value, for every entity of *kind* where it has one."""
        at = self.at(ref)
        return since.since(
            self.workspace,
            versions.levels(self.workspace, at.branch, at.no),
            kind,
            field,
            reference.zone_of(self.workspace),
        )

    def made(self, kind: str, ref: Ref = None) -> dict[str, int]:
        """Id → the revision that made each entity of *kind*: what a list of entries links to."""
        at = self.at(ref)
        return since.made(self.workspace, versions.levels(self.workspace, at.branch, at.no), kind)

    def removed(self, kind: str, ref: Ref = None) -> dict[str, int]:
        """Id → the revision that removed each entity of *kind* that is not there any more."""
        at = self.at(ref)
        return since.removed(self.workspace, versions.levels(self.workspace, at.branch, at.no), kind)

    def source_rows(
        self, file_id: str | None = None, *, ids: Iterable[str] | None = None, ref: Ref = None
    ) -> list[SourceRow]:
        """A file's rows as they came, in its order; of all files where none is named, or just those with *ids*."""
        return rows.source_rows(self.workspace, file_id, ids=ids, at=None if ref is None else self.at(ref))

    # Writing

    def commit(
        self,
        edits: Iterable[Edit],
        *,
        on: int | None,
        by: Actor,
        reason: str,
        branch: str = HERE,
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
                branch=branch or self.branch,
                via=via,
                effective_on=effective_on,
                resolve=resolve,
            )
        )

    def preview(self, edits: Iterable[Edit], *, on: int | None, by: Actor, branch: str = HERE) -> Preview:
        """What a commit of *edits* would do: changes, conflicts, broken rules, what refers to what is removed."""
        permission.check_workspace(by, self.workspace)
        return previewing.preview(self.workspace, list(edits), on=on, by=by, branch=branch or self.branch)

    def revert(
        self, no: int, *, by: Actor, on: int | None = None, reason: str | None = None, resolve: Resolve = None
    ) -> Reverted:
        """Undo revision *no* by a new one. What others have changed since stays, and is listed as conflicts.

        ``resolve`` takes some of these back nevertheless ("yours" is what was there before *no*).
        """
        permission.check_workspace(by, self.workspace)
        by.require("suggest", "revert a revision")
        return write(reverting.revert(self.workspace, no, by=by, on=on, reason=reason, resolve=resolve))

    def preview_revert(self, no: int, *, by: Actor) -> Reverted:
        """What undoing revision *no* would change, and what it would leave because others have changed it since."""
        permission.check_workspace(by, self.workspace)
        return reverting.preview(self.workspace, no, by=by)

    # Branches

    def branches(self) -> list[Branch]:
        """All branches by name, the plan of record first."""
        return branching.branches(self.workspace)

    def fork(self, name: str, *, kind: str = "scenario", by: Actor, ref: Ref = None, reason: str = "") -> Revision:
        """Start a branch called *name* at *ref*; its first revision changes nothing."""
        permission.check_workspace(by, self.workspace)
        return write(branching.fork(self.workspace, name, at=self.at(ref), kind=kind, by=by, reason=reason))

    def update(
        self, name: str, *, by: Actor, reason: str = "", resolve: Resolve = None, seen: branching.Seen = None
    ) -> Committed:
        """Bring what has changed in the plan since into a scenario. Raises :class:`Conflict` where they clash.

        *seen*: the heads of the scenario and of its parent that were looked at; where either has moved, that is a
        Conflict, too.
        """
        name = branching.scenario(self.workspace, name)
        return write(branching.update(self.workspace, name, by=by, reason=reason, resolve=resolve, seen=seen))

    def merge(
        self,
        name: str,
        *,
        by: Actor,
        reason: str,
        resolve: Resolve = None,
        whatever_fits: bool = False,
        seen: branching.Seen = None,
        house: House | None = None,
    ) -> Committed:
        """Bring a branch's net changes into its parent as one revision; a merged scenario is closed.

        Into the plan of record it comes with the approvals that this asks for, and with its entry in the decision log:
        *house* says what the plan asks for, and without it every approval rule is asked. Raises :class:`NotAllowed`
        where approvals are lacking, :class:`Invalid` where a limit would not hold.

        Raises :class:`Conflict` where both changed a field, or where a rule breaks only together. ``resolve``
        settles conflicts; *whatever_fits* (for imports) leaves out what breaks a rule and lists it. *seen* is as
        for :meth:`update`.
        """
        job = branching.merge(
            self.workspace,
            branching.scenario(self.workspace, name),
            by=by,
            reason=reason,
            resolve=resolve,
            whatever_fits=whatever_fits,
            seen=seen,
            house=house,
        )
        return write(job)

    def preview_merge(self, name: str, *, direction: branching.Direction = "merge") -> Preview:
        """What merging a scenario into its parent (or, as ``update``, bringing the parent's changes in) would do.

        Its ``head`` is that of the branch that would be written to: what a person looked at when they said yes.
        """
        return branching.preview(self.workspace, branching.scenario(self.workspace, name), direction=direction)

    # Deciding

    def standing(self, name: str, *, house: House | None = None) -> Standing:
        """How the decision of a scenario stands: what the plan of record asks for, and who has said what."""
        return branching.standing(self.workspace, branching.scenario(self.workspace, name), house=house)

    def authors(self, name: str, people: Iterable[str]) -> frozenset[str]:
        """Who of *people* cannot approve a scenario's decision, for it is their own."""
        return approving.authors(self.workspace, self._scenario(name), people)

    def say(
        self, name: str, fields: Mapping[str, Any], *, submit: bool = False, by: Actor, reason: str = ""
    ) -> Committed:
        """Write down what a scenario asks for (*fields* of its decision); with *submit*, ask for it."""
        said = reason or ("Submit the decision" if submit else "Say what is asked for")
        return write(approving.say(self.workspace, self._scenario(name), fields, submit=submit, by=by, reason=said))

    def withdraw(self, name: str, *, by: Actor, reason: str = "") -> Committed:
        """Take back what was submitted."""
        return write(approving.withdraw(self.workspace, self._scenario(name), by=by, reason=reason or "Withdraw"))

    def judge(self, name: str, verdict: Verdict, *, digest: str, by: Actor, reason: str = "") -> Committed:
        """Approve or reject, in *by*'s name, what *digest* names: the scenario as it was looked at.

        Raises :class:`Conflict` where it is another one by now, :class:`NotAllowed` where it is *by*'s own.
        """
        name = self._scenario(name)
        return write(approving.judge(self.workspace, name, verdict, digest=digest, by=by, reason=reason))

    def _scenario(self, name: str) -> str:
        return branching.scenario(self.workspace, name)

    def set_aside(self, name: str, *, by: Actor, reason: str) -> Revision:
        """Close a scenario without merging it; it can be read, and taken up again."""
        name = branching.scenario(self.workspace, name)
        return write(branching.set_aside(self.workspace, name, by=by, reason=reason))

    def take_up(self, name: str, *, by: Actor, reason: str) -> Revision:
        """Open a scenario again that was set aside."""
        name = branching.scenario(self.workspace, name)
        return write(branching.take_up(self.workspace, name, by=by, reason=reason))

    def tags(self) -> list[Tag]:
        """All tags, the newest revision first."""
        return tagging.tags(self.workspace)

    def tag(self, name: str, *, ref: Ref = None, by: Actor, note: str = "") -> Tag:
        """Give *ref* a name: a plan baseline, a board pack."""
        return write(tagging.tag(self.workspace, name, at=self.at(ref), by=by, note=note))

    def untag(self, name: str, *, by: Actor) -> None:
        """Take a name away; the revision stays."""
        write(tagging.untag(self.workspace, name, by=by))

    # Proof

    def verify(self, *, head: str | None = None) -> list[Finding]:
        """What is wrong with the record; nothing, where all is as it was committed. *head*: a hash noted elsewhere."""
        return verifying.verify(self.workspace, head=head)

    def redact(self, kind: str, id: str, *, by: Actor, reason: str) -> Revision:
        """Take every past body of one entity out of the record, leaving its hash, so that the chain still verifies."""
        return write(redacting.redact(self.workspace, kind, id, by=by, reason=reason))
