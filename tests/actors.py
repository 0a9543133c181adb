"""Somebody at work in a workspace, found as a door finds them."""

from __future__ import annotations

from northing.access import workspaces
from northing.access.actor import Actor
from northing.access.models import User


def actor_for(user: User, slug: str, via: str = "web") -> Actor:
    """*user* at work in the workspace at *slug*. Raises NotFound where it is foreign or not there."""
    workspace, membership = workspaces.find(user, slug)
    return workspaces.actor_of(membership, workspace, user, via)
