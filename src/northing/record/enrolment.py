"""Enrolling: a member of the workspace becomes a person of its plan, who can own and sponsor things."""

from __future__ import annotations

from northing.access import workspaces
from northing.access.actor import Actor
from northing.access.models import Membership, User
from northing.portfolio.edits import create

from .record import Record


def enrol(record: Record, person: str, *, by: Actor) -> None:
    """Add *person*, whose name the directory has, to the plan; nothing happens where they are in it."""
    if person not in record.plan().people:
        record.commit([create("person", person)], on=None, by=by, reason="Joined the workspace")


def enrol_invited(place: Membership, inviter: User | None, *, via: str = "web") -> None:
    """Enrol who has just taken *place*: in their own name where they may plan, else in that of who invited them."""
    actor = workspaces.actor_of(place, place.workspace, place.user, via)
    if not actor.may("plan") and inviter is not None:
        own = Membership.objects.filter(workspace_id=place.workspace_id, user=inviter).first()
        actor = workspaces.actor_of(own, place.workspace, inviter, via) if own is not None else actor
    if actor.may("plan"):
        enrol(Record(place.workspace_id), place.person, by=actor)
