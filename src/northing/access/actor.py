"""The actor: who does something, where, as what. Every read and every commit is given one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

from northing.portfolio.errors import NotAllowed

Verb = Literal["read", "suggest", "plan", "own"]
"""read: see everything of the workspace. suggest: change what is not in force (scenarios), add notes.
plan: change the plan of record. own: people, roles, tokens of others, the workspace itself."""

RANK = {"viewer": 0, "contributor": 1, "planner": 2, "owner": 3}
"""A role may do all that a lower one may."""

NEEDS: dict[str, str] = {"read": "viewer", "suggest": "contributor", "plan": "planner", "own": "owner"}
"""Verb → the lowest role that may."""

log = logging.getLogger("northing.access")


@dataclass(frozen=True)
class Actor:
    """Somebody at work in one workspace."""

    id: str
    """The person's id in the directory: what a revision names as its author."""
    role: str
    workspace: str
    """The workspace's id."""
    name: str
    via: str
    """By which door: ``web``, ``api``, ``cli``, ``import`` or ``demo``."""

    def may(self, verb: str) -> bool:
        """Whether the actor's role allows *verb*. A verb or a role that nobody declared is never allowed."""
        return verb in NEEDS and self.role in RANK and RANK[self.role] >= RANK[NEEDS[verb]]

    def require(self, verb: str, what: str = "do this") -> None:
        """Raise :class:`NotAllowed`, and log it, unless the actor may *verb*."""
        if self.may(verb):
            return
        log.warning(
            "refused %s: person=%s role=%s workspace=%s via=%s", verb, self.id, self.role, self.workspace, self.via
        )
        needed = NEEDS.get(verb, "owner")
        article = "an" if needed == "owner" else "a"
        raise NotAllowed(
            f"Your role here is {self.role}; to {what} it takes {article} {needed}.",
            remedy="Ask an owner of the workspace for that role.",
            role=self.role,
            needed=needed,
        )


def lower(first: str, second: str) -> str:
    """The lower of two roles: a token never carries more than its user has today."""
    return min(first, second, key=lambda role: RANK.get(role, -1))
