"""Members of a workspace: their roles, and how they come and go."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from northing.portfolio.errors import Finding, Invalid, NotFound

from .actor import Actor
from .models import Membership, Role, User, Workspace
from .tokens import end_sessions, revoke_all
from .workspaces import check_role

log = logging.getLogger("northing.access")


def members(workspace: Workspace) -> list[Membership]:
    """Everybody with a place in *workspace*, owners first, then by address."""
    rows = Membership.objects.select_related("user").filter(workspace=workspace)
    order = {role: index for index, role in enumerate(Role.values)}
    return sorted(rows, key=lambda row: (order[row.role], row.user.email))


def roles(workspace: str) -> dict[str, str]:
    """Person id → role, of everybody with a place in *workspace* (its id) today."""
    return dict(Membership.objects.filter(workspace_id=workspace).values_list("person", "role"))


def member(workspace: Workspace, email: str) -> Membership:
    """The place of the user with that address; raises :class:`NotFound`."""
    found = (
        Membership.objects.select_related("user", "workspace")
        .filter(workspace=workspace, user__email=email.strip().lower())
        .first()
    )
    if found is None:
        raise NotFound(f"Nobody here has the address “{email}”.", remedy="See who is: northing user list")
    return found


def change_role(workspace: Workspace, email: str, role: str, *, by: Actor) -> Membership:
    """Give a member another role; the last owner stays owner."""
    by.require("own", "change roles")
    check_role(role)
    with transaction.atomic():
        _lock(workspace)
        found = member(workspace, email)
        if found.role == Role.OWNER and role != Role.OWNER:
            _keep_an_owner(workspace, found)
        found.role = role
        found.save(update_fields=["role"])
    log.info("role changed: person=%s role=%s workspace=%s by=%s", found.person, role, workspace.id, by.id)
    return found


def remove_member(workspace: Workspace, email: str, *, by: Actor) -> Membership:
    """End a member's place here: tokens and sessions die at once; the name stays with what they wrote."""
    with transaction.atomic():
        _lock(workspace)
        found = member(workspace, email)
        if found.person != by.id:  # everybody may leave
            by.require("own", "remove members")
        if found.role == Role.OWNER:
            _keep_an_owner(workspace, found)
        revoke_all(found.user, workspace)
        end_sessions(found.user)
        found.delete()
    log.info("member removed: person=%s workspace=%s by=%s", found.person, workspace.id, by.id)
    return found


def checked_address(email: str) -> str:
    """*email* as addresses are kept: without blanks around it, in small letters. Raises :class:`Invalid`."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(
            f"“{email[:100]}” is not an e-mail address.",
            findings=[Finding(code="wrong-email", message="Not an e-mail address.", field="email", value=email[:100])],
        ) from None
    return address


def new_user(email: str, password: str | None, name: str = "") -> User:
    """A user who may log in; without a password only through a reset link. Raises :class:`Invalid`."""
    address = checked_address(email)
    if User.objects.filter(email=address).exists():
        raise Invalid(f"There is a user with the address {address} already.")
    user = User(email=address, name=" ".join(name.split())[:200])
    if password is not None:
        check_password_strength(password, user)
    user.set_password(password)
    user.save()
    return user


def set_password(user: User, password: str) -> None:
    """Give *user* a new password; all sessions die with the old one."""
    check_password_strength(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user)


def check_password_strength(password: str, user: User | None = None) -> None:
    """Raises :class:`Invalid` with all that is wrong with *password*."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        findings = [Finding(code="weak-password", message=text, field="password") for text in weak.messages]
        raise Invalid(" ".join(weak.messages), findings=findings) from None


def describe(membership: Membership) -> dict[str, Any]:
    """A member as the doors show it."""
    return {
        "person": membership.person,
        "email": membership.user.email,
        "name": membership.user.get_full_name(),
        "role": membership.role,
        "joined": membership.joined.isoformat(),
    }


def _lock(workspace: Workspace) -> None:
    # Two owners leaving at the same moment must not both find the other still there.
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def _keep_an_owner(workspace: Workspace, leaving: Membership) -> None:
    if not Membership.objects.filter(workspace=workspace, role=Role.OWNER).exclude(pk=leaving.pk).exists():
        raise Invalid(
            "A workspace needs an owner, and this is the last one.",
            remedy="Make somebody else an owner first.",
        )
