"""Who set which field, when and why: an entity's history, followed through merges to where it was typed."""

from __future__ import annotations

from northing.portfolio.edits import Body

from . import merging, sql, versions
from .answers import Blame, FieldChange
from .revision import Revision, find, newest
from .versions import Stored


def changes(workspace: str, branch: str, no: int, kind: str, id: str) -> list[FieldChange]:
    """Every change of every field of one entity up to *no*, oldest first.

    A merge shows the revision in which the value was typed, and beside it who approved it. A value chosen
    while merging was typed by whoever merged.
    """
    return _Walk(workspace, kind, id).up_to(branch, no)


def blame(workspace: str, branch: str, no: int, kind: str, id: str) -> dict[str, Blame]:
    """For each field that was ever set since the entity was made: who set its present value."""
    last: dict[str, Blame] = {}
    for change in changes(workspace, branch, no, kind, id):
        if change.field is None:
            last.clear()
            continue
        last[change.field] = Blame(
            no=change.no,
            at=change.at,
            author=change.author,
            via=change.via,
            reason=change.reason,
            approved_no=change.approved_no,
            approved_by=change.approved_by,
        )
    return last


def who(workspace: str, branch: str, no: int, kind: str, id: str, field: str | None) -> FieldChange | None:
    """The last change of *field* (of anything, where it is None)."""
    found = changes(workspace, branch, no, kind, id)
    return next((change for change in reversed(found) if field in (None, change.field)), None)


class _Walk:
    """One entity's versions on the branches that matter, each read once."""

    def __init__(self, workspace: str, kind: str, id: str) -> None:
        self.workspace = workspace
        self.kind = kind
        self.id = id
        self._known: dict[tuple[str, int], list[FieldChange]] = {}
        self._met: dict[int, Revision | None] = {}
        self._newest: dict[tuple[str, int], Revision | None] = {}

    def up_to(self, branch: str, no: int) -> list[FieldChange]:
        if (branch, no) not in self._newest:
            self._newest[branch, no] = newest(self.workspace, branch, no)
        at = self._newest[branch, no]
        if at is None:
            return []
        key = (branch, at.no)
        if key not in self._known:
            self._known[key] = self._follow(at)
        return self._known[key]

    def _follow(self, at: Revision) -> list[FieldChange]:
        rows = sql.rows(
            "SELECT from_no, schema, body FROM record_version WHERE ws = %s AND branch = %s AND kind = %s AND id = %s"
            f" AND {sql.aside('from_no')} <= %s ORDER BY from_no",
            self.workspace,
            at.branch,
            self.kind,
            self.id,
            at.no,
        )
        first = self._revision(rows[0][0]) if rows else at
        found: list[FieldChange] = []
        body: Body | None = None
        if first.base is not None:
            below = self._find(first.base)
            if below is not None:
                found = list(self.up_to(below.branch, below.no))
                levels = versions.levels(self.workspace, below.branch, below.no)
                under = versions.stored(self.workspace, levels, [(self.kind, self.id)])
                body = versions.body_of(self.kind, self.id, under.get((self.kind, self.id)))
        for from_no, schema, raw in rows:
            after = versions.body_of(self.kind, self.id, Stored(at.branch, from_no, schema, raw))
            found.extend(self._between(self._revision(from_no), body, after))
            body = after
        return found

    def _between(self, revision: Revision, before: Body | None, after: Body | None) -> list[FieldChange]:
        if after is None:
            gone = [] if before is None else [(None, before, None)]
            return [self._typed(revision, field, old, new) for field, old, new in gone]
        return [self._typed(revision, *change) for change in merging.differing(before, after)]

    def _typed(self, revision: Revision, field: str | None, before: object, after: object) -> FieldChange:
        source = self._source(revision, field, after)
        if source is not None and revision.merged == revision.base:
            return source  # an update brings in what the plan has: nobody approved anything
        approved = source is not None
        return FieldChange(
            field=field,
            before=before,
            after=after,
            no=source.no if source else revision.no,
            at=source.at if source else revision.at,
            author=source.author if source else revision.author,
            via=source.via if source else revision.via,
            reason=source.reason if source else revision.reason,
            approved_no=revision.no if approved else None,
            approved_by=revision.author if approved else None,
            approved_at=revision.at if approved else None,
        )

    def _source(self, revision: Revision, field: str | None, after: object) -> FieldChange | None:
        """Where the merged side set the value that the merge took; None where it was chosen in the merge."""
        if revision.merged is None:
            return None
        other = self._find(revision.merged)
        if other is None:
            return None
        for change in reversed(self.up_to(other.branch, other.no)):
            if change.field == field:
                return change if change.after == after else None
        return None

    def _find(self, no: int) -> Revision | None:
        """A revision, read once a walk: an import's entity meets the same few for each of its fields."""
        if no not in self._met:
            self._met[no] = find(self.workspace, no)
        return self._met[no]

    def _revision(self, no: int) -> Revision:
        found = self._find(no)
        assert found is not None, f"version of a revision that is not there: {no}"
        return found
