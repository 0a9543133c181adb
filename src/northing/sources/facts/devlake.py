"""DevLake: its tables as CSV, told apart by their headers; among them the answers of Jira and GitHub that it stored.

Each table is a delivery of its own, and its changes a scope of their own, so that issues, their changelogs, commits and
comments stand side by side in one source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .cells import Unreadable, shown
from .columns import header_of
from .devlake_raw import kept_raw, raw
from .devlake_tables import Reading, changelog, comment, commit, deployment, diff, incident, issue, pull_request
from .jira_issue import field_of
from .lines import records
from .reader import PageReader
from .redaction import csv_line


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One of DevLake's tables: what tells its header, how a row is read, and what of it is kept."""

    signs: tuple[str, ...]
    read: Callable[[Reading, int, dict[str, str]], Iterator[Row]]
    kept: tuple[str, ...]
    people: tuple[str, ...] = ()


ISSUE = (
    "id", "url", "issue_key", "title", "epic_key", "type", "original_type", "status", "original_status", "story_point",
    "resolution_date", "created_date", "updated_date", "lead_time_minutes", "parent_issue_id", "priority", "severity",
    "component", "fix_versions", "original_project", "due_date",
)  # fmt: skip
TABLES = (
    Table(signs=("params", "data", "url", "input"), read=raw, kept=("id", "params", "url", "input", "created_at")),
    Table(signs=("issue_id", "field_name", "original_to_value", "created_date"), read=changelog,
          kept=("id", "issue_id", "field_id", "field_name", "created_date"), people=("author_id",)),
    Table(signs=("issue_key", "original_status", "created_date"), read=issue, kept=ISSUE,
          people=("creator_id", "assignee_id")),
    Table(signs=("incident_key", "created_date"), read=incident,
          kept=("id", "incident_key", "url", "title", "severity", "component", "created_date", "resolution_date",
                "scope_id", "original_project", "deployment_id", "caused_by_commit")),
    Table(signs=("pull_request_id", "commit_sha"), read=commit,
          kept=("commit_sha", "pull_request_id", "commit_authored_date"), people=("commit_author_email",)),
    Table(signs=("pull_request_id", "account_id", "created_date"), read=comment,
          kept=("id", "pull_request_id", "created_date", "type", "status"), people=("account_id",)),
    Table(signs=("base_repo_id", "merge_commit_sha", "created_date"), read=pull_request,
          kept=("id", "base_repo_id", "merge_commit_sha", "created_date", "merged_date", "closed_date", "status",
                "original_status", "title", "url", "pull_request_key", "type", "component", "is_draft"),
          people=("author_id",)),
    Table(signs=("cicd_deployment_id", "commit_sha"), read=deployment,
          kept=("id", "name", "result", "original_result", "environment", "original_environment", "started_date",
                "finished_date", "created_date", "duration_sec", "cicd_deployment_id", "cicd_scope_id", "repo_url",
                "prev_success_deployment_commit_id", "commit_sha", "ref_name")),
    Table(signs=("old_commit_sha", "new_commit_sha", "commit_sha"), read=diff,
          kept=("old_commit_sha", "new_commit_sha", "commit_sha")),
)  # fmt: skip


class DevLake(PageReader):
    """Issues, changelogs, pull requests, deployments and incidents out of DevLake."""

    name = "devlake"
    title = "DevLake tables"
    tables: tuple[str, ...] = ("work", "transition", "deployment", "shipped", "incident")

    def fits(self, name: str, head: bytes) -> float:
        return 0.98 if _table(header_of(head)) is not None else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        header, rows = records(pages)
        table = _known(header, about)
        reading = Reading(about)
        for row in rows:
            if row.fault is not None or len(row.cells) != len(header):
                reason = row.fault or f"The row has {len(row.cells)} cells, and the header {len(header)}; mend it."
                # The row's text is not shown: people and descriptions stand in it.
                yield Refused(line=row.number, column=row.column(header), value="", reason=reason)
                continue
            try:
                yield from table.read(reading, row.number, dict(zip(header, row.cells, strict=True)))
            except Unreadable as wrong:
                private = wrong.column == "data" or wrong.column in table.people
                value = "" if private else shown(wrong.value)
                yield Refused(line=row.number, column=wrong.column, value=value, reason=wrong.reason)
        yield from reading.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """The columns that are read, people as HMACs, and what a change says only where flow asks for its field."""
        header, rows = records(pages)
        table = _known(header, about)
        yield csv_line(header)
        for row in rows:
            if row.fault is None and len(row.cells) == len(header):
                yield csv_line(_kept(table, dict(zip(header, row.cells, strict=True)), about))


def _table(header: Sequence[str]) -> Table | None:
    names = {name.strip().lower() for name in header}
    return next((table for table in TABLES if names.issuperset(table.signs)), None)


def _known(header: Sequence[str], about: About) -> Table:
    table = _table(header)
    if table is None:
        has = ", ".join(header[:12]) or "nothing"
        raise Invalid(
            f"{about.name} is none of DevLake's tables that hold facts of flow. Its columns: {has}.",
            remedy="Export issues, issue_changelogs, pull_requests, pull_request_commits, pull_request_comments, "
            "cicd_deployment_commits, commits_diffs, incidents, or the raw tables of Jira or GitHub.",
            file=about.name,
        )
    return table


def _kept(table: Table, record: dict[str, str], about: About) -> Iterator[str]:
    ours = table.read is changelog and field_of({"fieldId": record.get("field_id"), "field": record["field_name"]})
    for name, cell in record.items():
        if name in table.people:
            yield about.hide(cell.strip()) if cell.strip() else ""
        elif name == "data" and table.read is raw:
            yield kept_raw(cell, about)
        elif name in table.kept or (ours and name in ("original_from_value", "original_to_value")):
            yield cell
        else:
            yield ""
