"""What is kept about facts outside the record: inputs that are being taken in, and a key a workspace.

The facts themselves are files, and what counts of them stands in the record.
"""

from __future__ import annotations

from typing import Any

from django.db import models


def _id(**options: Any) -> models.CharField[Any, Any]:
    return models.CharField(max_length=36, **options)


class HidingKey(models.Model):
    """The key under which a workspace's facts name people: the same person is the same code, and no name."""

    ws = _id(primary_key=True)
    key = models.CharField(max_length=64)


class State(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    STAGED = "staged"
    """Read, and not taken in yet: a person looks at the preview."""
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Job(models.Model):
    """An input on its way in. Instants are microseconds since 1970 in UTC."""

    id = _id(primary_key=True)
    ws = _id()
    source = _id()
    name = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    commit = models.BooleanField(default=True)
    """Whether it is taken in without anybody looking at the preview first."""
    person = _id()
    role = models.CharField(max_length=12)
    via = models.CharField(max_length=10)
    octets = models.BigIntegerField(default=0)
    done_octets = models.BigIntegerField(default=0)
    done_rows = models.BigIntegerField(default=0)
    stop = models.BooleanField(default=False)
    lease = _id(default="")
    """Who works at it; a new lease ends the work of the old one."""
    begun = models.BigIntegerField(default=0)
    beat = models.BigIntegerField(default=0)
    """The last sign of life of whoever works at it."""
    told = models.TextField(default="{}")
    """What came out of it, or why it failed, as JSON."""

    class Meta:
        indexes = [models.Index(fields=["ws", "begun"], name="job_of_workspace")]
