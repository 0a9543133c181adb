"""Redaction: what must be forgotten is replaced by its hash, and the chain still verifies."""

from __future__ import annotations

from collections.abc import Callable

from northing.access.actor import Actor
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.kinds import KINDS
from northing.portfolio.words import in_sentence

from . import committing, opening, permission, sql
from .draft import Draft
from .models import OPEN
from .plans import PLANS
from .revision import MAIN, Revision
from .versions import REDACTED


def redact(workspace: str, kind: str, id: str, *, by: Actor, reason: str) -> Callable[[], Revision]:
    """The job that takes every past body of one entity out of the record, on all branches.

    What is in force anywhere must be removed or changed by an ordinary commit first: a plan has no holes. The
    redaction is itself a revision, which says that it was done, by whom and why.
    """
    permission.check_workspace(by, workspace)
    by.require("own", "redact")
    if not reason.strip():
        raise Invalid("A redaction needs its reason.")

    def job() -> Revision:
        turn = opening.take_turn(workspace)
        rows = sql.rows(
            "SELECT v.branch, v.from_no, v.to_no, v.body, b.closed_by FROM record_version v"
            " JOIN record_branch b ON b.ws = v.ws AND b.name = v.branch WHERE v.ws = %s AND v.kind = %s AND v.id = %s",
            workspace,
            kind,
            id,
        )
        if not rows:
            raise NotFound(f"The record holds no {in_sentence(KINDS[kind].TITLE)} {id}.")
        past = []
        for branch, from_no, to_no, body, closed_by in rows:
            if body is None or body == REDACTED:
                continue
            if to_no == OPEN and closed_by is None and not branch.startswith("import/"):
                continue
            past.append((REDACTED, workspace, branch, kind, id, from_no))
        if not past:
            raise Invalid(
                "This entity has no past body that could be redacted.",
                remedy="Remove or change it first; what is in force stays readable.",
            )
        sql.run_many(
            "UPDATE record_version SET body = %s"
            " WHERE ws = %s AND branch = %s AND kind = %s AND id = %s AND from_no = %s",
            past,
        )
        sql.run("UPDATE record_counter SET redactions = redactions + 1 WHERE ws = %s", workspace)
        line = opening.line_of(workspace, MAIN)
        title = KINDS[kind].TITLE
        said = f"Redact {len(past)} past bodies of {in_sentence(title)} {id}: {reason}"
        revision = committing.record(Draft(line), turn=turn, by=by, reason=said, via="redact")
        PLANS.clear()
        return revision

    return job
