"""Enrolling: a member of the workspace becomes a person of its plan, who can own and sponsor things."""

from __future__ import annotations

from northing.access.actor import Actor
from northing.portfolio.edits import create

from .record import Record


def enrol(record: Record, person: str, *, by: Actor) -> None:
    """Add *person*, whose name the directory has, to the plan; nothing happens where they are in it."""
    if person not in record.plan().people:
        record.commit([create("person", person)], on=None, by=by, reason="Joined the workspace")
