"""Invitations: a place in a workspace, offered to an address and taken by the secret of a link."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from northing.portfolio.errors import Invalid, NotFound

from .actor import Actor
from .members import checked_address, new_user
from .models import Invitation, Membership, User, Workspace
from .workspaces import add_member, check_role

OPEN_FOR = timedelta(days=14)

log = logging.getLogger("northing.access")


def invite(
    workspace: Workspace, email: str, role: str, *, by: Actor, user: User | None = None
) -> tuple[Invitation, str]:
    """Offer a place; returns the invitation and the secret of its link, which is shown once.

    A second invitation to the same address takes the place of the first.
    """
    by.require("own", "invite people")
    check_role(role)
    address = checked_address(email)
    if Membership.objects.filter(workspace=workspace, user__email=address).exists():
        raise Invalid(f"{address} is a member already.", remedy="Change the role instead.")
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        pending(workspace).filter(email=address).update(withdrawn=now)
        made = Invitation.objects.create(
            workspace=workspace, email=address, role=role, hash=_hash(secret), invited_by=user, expires=now + OPEN_FOR
        )
    log.info("invited as %s: workspace=%s by=%s", role, workspace.id, by.id)
    return made, secret


def pending(workspace: Workspace) -> Any:
    """Invitations that can still be taken."""
    return Invitation.objects.filter(workspace=workspace, accepted=None, withdrawn=None, expires__gt=timezone.now())


def open_invitation(secret: str) -> Invitation:
    """The invitation that *secret* opens; raises :class:`NotFound` where it is unknown, used, withdrawn or too old."""
    found = (
        Invitation.objects.select_related("workspace", "invited_by")
        .filter(hash=_hash(secret), accepted=None, withdrawn=None, expires__gt=timezone.now())
        .first()
    )
    if found is None:
        raise NotFound("This invitation is not open any more.", remedy="Ask for a new one.")
    return found


def accept(secret: str, *, user: User | None = None, name: str = "", password: str | None = None) -> Membership:
    """Take the place that was offered: as the logged-in *user*, whose address it must be, or as a new user."""
    with transaction.atomic():
        found = open_invitation(secret)
        # Taken by exactly one: whoever changes the row first.
        if not Invitation.objects.filter(pk=found.pk, accepted=None).update(accepted=timezone.now()):
            raise NotFound("This invitation is not open any more.", remedy="Ask for a new one.")
        if user is None:
            if User.objects.filter(email=found.email).exists():
                raise Invalid(f"{found.email} has an account already.", remedy="Log in first, then open the link.")
            if password is None:
                raise Invalid("A new user needs a password.")
            user = new_user(found.email, password, name)
        elif user.email != found.email:
            raise Invalid(f"This invitation is for {found.email}.", remedy="Log out and open the link again.")
        membership = add_member(found.workspace, user, found.role)
    log.info("invitation accepted: person=%s workspace=%s", membership.person, found.workspace_id)
    return membership


def withdraw(workspace: Workspace, invitation_id: int, *, by: Actor) -> Invitation:
    """Take an invitation back."""
    by.require("own", "withdraw invitations")
    found = pending(workspace).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("There is no such open invitation.")
    found.withdrawn = timezone.now()
    found.save(update_fields=["withdrawn"])
    invitation: Invitation = found
    return invitation


def describe(invitation: Invitation) -> dict[str, Any]:
    """An invitation as the doors show it: never the secret."""
    return {
        "id": invitation.pk,
        "email": invitation.email,
        "role": invitation.role,
        "created": invitation.created.isoformat(),
        "expires": invitation.expires.isoformat(),
    }


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
