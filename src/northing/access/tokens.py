"""Tokens: keys by which a program works for a user in one workspace. Shown once; only the hash is kept."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from northing.portfolio.errors import Finding, Invalid, NotFound

from .actor import RANK, Actor, lower
from .models import Membership, Token, User, Workspace
from .workspaces import actor_of, check_role

MARK = "nor_"
"""What every key starts with, so that a leaked one is recognised by scanners."""

LONGEST = timedelta(days=3660)
RECENT = timedelta(minutes=10)
"""How exact ``last_used`` is: reads stay reads."""

log = logging.getLogger("northing.access")


@dataclass(frozen=True)
class Bearer:
    """Who came with a token."""

    token: Token
    user: User
    workspace: Workspace
    actor: Actor


def issue(
    user: User, workspace: Workspace, *, by: Actor, name: str, role: str | None = None, expires: datetime | None = None
) -> tuple[Token, str]:
    """A new token of *user* and its key, which nobody can read again. Its role is at most the actor's own."""
    role = role or by.role
    check_role(role)
    now = timezone.now()
    findings = [
        Finding(code=f"wrong-{field}", message=message, field=field)
        for field, wrong, message in (
            ("name", not name.strip() or len(name) > 100, "A token needs a name of 1 to 100 characters."),
            ("expires", bool(expires and not now < expires <= now + LONGEST), "A token expires in 1 day to 10 years."),
            ("role", RANK[role] > RANK.get(by.role, -1), f"A token cannot be {role}: your own role is {by.role}."),
        )
        if wrong
    ]
    if findings:
        raise Invalid(findings[0].message, findings=findings)
    key = MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user, workspace=workspace, role=role, name=name.strip(), prefix=key[:10], hash=_hash(key), expires=expires
    )
    return token, key


def bearer(key: str, via: str = "api") -> Bearer | None:
    """Who *key* speaks for; None where it is unknown, expired, revoked, or its user has no place there any more."""
    if not key.startswith(MARK) or len(key) > 200:
        return None
    now = timezone.now()
    token = (
        Token.objects.select_related("user", "workspace")
        .filter(hash=_hash(key), revoked=None, user__is_active=True)
        .filter(Q(expires=None) | Q(expires__gt=now))
        .first()
    )
    if token is None:
        return None
    membership = Membership.objects.filter(workspace_id=token.workspace_id, user_id=token.user_id).first()
    if membership is None:
        return None
    if token.last_used is None or now - token.last_used > RECENT:
        Token.objects.filter(pk=token.pk).update(last_used=now)
    role = lower(token.role, membership.role)
    return Bearer(token, token.user, token.workspace, actor_of(membership, token.workspace, token.user, via, role))


def of_workspace(workspace: Workspace, *, by: Actor, user: User | None = None) -> list[Token]:
    """The tokens of *user* there, newest first; of everybody where no user is named, which takes an owner."""
    if user is None:
        by.require("own", "see everybody's tokens")
    rows = Token.objects.select_related("user").filter(workspace=workspace)
    return list(rows if user is None else rows.filter(user=user))


def revoke(token_id: int | str, workspace: Workspace, *, by: Actor, user: User) -> Token:
    """End a token: one's own, or as an owner anybody's. Raises :class:`NotFound` for every other."""
    rows = Token.objects.select_related("user").filter(workspace=workspace)
    if not by.may("own"):
        rows = rows.filter(user=user)
    wanted = str(token_id)
    token = rows.filter(Q(pk=int(wanted)) if wanted.isdecimal() and len(wanted) < 18 else Q(prefix=wanted)).first()
    if token is None:
        raise NotFound("There is no such token.")
    if token.revoked is None:
        token.revoked = timezone.now()
        token.save(update_fields=["revoked"])
        log.info("token revoked: %s workspace=%s by=%s", token.prefix, workspace.id, by.id)
    return token


def revoke_all(user: User, workspace: Workspace) -> int:
    """End all tokens of *user* in *workspace*."""
    return Token.objects.filter(user=user, workspace=workspace, revoked=None).update(revoked=timezone.now())


def describe(token: Token) -> dict[str, Any]:
    """A token as the doors show it: never the key."""
    return {
        "id": token.pk,
        "name": token.name,
        "role": token.role,
        "prefix": token.prefix,
        "user": token.user.email,
        "created": token.created.isoformat(),
        "expires": token.expires.isoformat() if token.expires else None,
        "last_used": token.last_used.isoformat() if token.last_used else None,
        "revoked": token.revoked.isoformat() if token.revoked else None,
    }


def end_sessions(user: User) -> None:
    """Log *user* out everywhere, at once."""
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)


def _hash(key: str) -> str:
    # A key has 256 random bits: it cannot be guessed from a plain hash, and needs no slow one.
    return hashlib.sha256(key.encode()).hexdigest()
