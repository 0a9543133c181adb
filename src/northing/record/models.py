"""The record's tables. The code reaches them by SQL of its own; the models give migrations and names.

Workspace comes first in every key. Instants are microseconds since 1970 in UTC, hashes of revisions are
hexadecimal text, dates are ISO text: the same bytes on SQLite and PostgreSQL.
"""

from __future__ import annotations

from typing import Any

from django.db import models

OPEN = 2**63 - 1
"""``to_no`` of a version that is still in force."""


def _id() -> models.CharField[Any, Any]:
    return models.CharField(max_length=36)


def _name(**options: Any) -> models.CharField[Any, Any]:
    return models.CharField(max_length=200, **options)


class Counter(models.Model):
    """One row a workspace: the next revision's number, the last instant, and the numbers that people see.

    Its lock is what serialises writers on PostgreSQL.
    """

    ws = models.CharField(max_length=36, primary_key=True)
    next_no = models.BigIntegerField(default=1)
    last_at = models.BigIntegerField(default=0)
    numbers = models.TextField(default="{}")
    redactions = models.BigIntegerField(default=0)
    """How often bodies were redacted: plans in memory from before that are not used again."""


class Revision(models.Model):
    """One commit, fork, update or merge."""

    pk = models.CompositePrimaryKey("ws", "no")
    ws = _id()
    no = models.BigIntegerField()
    branch = _name()
    parent = models.BigIntegerField(null=True)
    base = models.BigIntegerField(null=True)
    merged = models.BigIntegerField(null=True)
    author = models.CharField(max_length=36)
    via = models.CharField(max_length=20)
    at = models.BigIntegerField()
    effective_on = models.CharField(max_length=10, null=True)
    reason = models.TextField()
    content_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["ws", "branch", "no"], name="revision_of_branch")]


class Version(models.Model):
    """An entity's body on a branch from one revision until before another; without body where it was removed."""

    pk = models.CompositePrimaryKey("ws", "branch", "kind", "entity", "from_no")
    ws = _id()
    branch = _name()
    kind = models.CharField(max_length=40)
    entity = models.CharField(max_length=36, db_column="id")
    from_no = models.BigIntegerField()
    to_no = models.BigIntegerField(default=OPEN)
    schema = models.SmallIntegerField()
    body_hash = models.BinaryField(null=True)
    body = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ws", "branch", "to_no", "from_no", "kind"], name="version_in_force"),
            models.Index(fields=["ws", "branch", "from_no"], name="version_begun_at"),
        ]


class Branch(models.Model):
    """A line of revisions: the plan of record, a scenario, or what one source says."""

    pk = models.CompositePrimaryKey("ws", "name")
    ws = _id()
    name = _name()
    kind = models.CharField(max_length=20)
    parent = _name(null=True)
    head = models.BigIntegerField()
    merged_head = models.BigIntegerField(null=True)
    """The head that was last merged into the parent."""
    closed_by = models.BigIntegerField(null=True)
    """The merge that closed it."""


class Tag(models.Model):
    """A name for a revision: a plan baseline, a board pack."""

    pk = models.CompositePrimaryKey("ws", "name")
    ws = _id()
    name = _name()
    branch = _name()
    no = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    note = models.TextField()
    author = models.CharField(max_length=36)
    at = models.BigIntegerField()
