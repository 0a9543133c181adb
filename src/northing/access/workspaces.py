"""Workspaces: making them, and finding the one that somebody asked for."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from northing.portfolio.errors import Finding, Invalid, NotFound

from . import directory
from .actor import Actor
from .models import Membership, Role, User, Workspace

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


def create_workspace(
    name: str,
    slug: str | None = None,
    *,
    owner: User | None = None,
    zone: str = "UTC",
    currency: str = "EUR",
    is_sample: bool = False,
) -> Workspace:
    """A new, empty workspace, with *owner* as its owner. Raises :class:`Invalid` where the slug is taken."""
    slug = slug or slugify(name)[:60].strip("-")
    findings = _wrong(name=name, slug=slug, zone=zone, currency=currency)
    if findings:
        raise Invalid(findings[0].message, findings=findings)
    try:
        with transaction.atomic():
            workspace = Workspace.objects.create(
                name=name.strip(), slug=slug, zone=zone, currency=currency, is_sample=is_sample
            )
            if owner is not None:
                add_member(workspace, owner, Role.OWNER)
    except IntegrityError:
        raise Invalid(f"There is a workspace at “{slug}” already.", remedy="Choose another short name.") from None
    return workspace


def _wrong(*, name: str, zone: str, currency: str, slug: str | None = None) -> list[Finding]:
    return [
        Finding(code=f"wrong-{field}", message=message, field=field, value=(value or "")[:100])
        for field, value, wrong, message in (
            ("name", name, not name.strip(), "A workspace needs a name."),
            (
                "slug",
                slug,
                slug is not None and not SLUG.fullmatch(slug),
                "An address part has small letters, digits and hyphens only.",
            ),
            ("zone", zone, zone not in zoneinfo.available_timezones(), f"There is no time zone called “{zone}”."),
            ("currency", currency, not re.fullmatch("[A-Z]{3}", currency), "A currency is three letters, such as EUR."),
        )
        if wrong
    ]


def change_workspace(workspace: Workspace, *, by: Actor, name: str, zone: str, currency: str) -> Workspace:
    """Give *workspace* another name, time zone or currency; its address stays. Raises :class:`Invalid`."""
    by.require("own", "change the workspace")
    findings = _wrong(name=name, zone=zone, currency=currency)
    if findings:
        raise Invalid(findings[0].message, findings=findings)
    workspace.name, workspace.zone, workspace.currency = name.strip(), zone, currency
    workspace.save(update_fields=["name", "zone", "currency"])
    return workspace


def add_member(workspace: Workspace, user: User, role: str, *, person: str | None = None) -> Membership:
    """Give *user* a place in *workspace*, as *person* of its directory, else as the one with the same address."""
    check_role(role)
    existing = Membership.objects.filter(workspace=workspace, user=user).first()
    if existing is not None:
        raise Invalid(f"{user} is a member of {workspace} already.", remedy="Change the role instead.")
    person = person or directory.find_or_add(workspace.id, user.get_full_name(), user.email)
    return Membership.objects.create(workspace=workspace, user=user, role=role, person=person)


def check_role(role: str) -> None:
    if role not in Role.values:
        raise Invalid(f"There is no role called “{role}”.", remedy="Roles: " + ", ".join(Role.values))


def nowhere() -> NotFound:
    """The one answer for a workspace that is not there and for one that is somebody else's."""
    return NotFound("There is no such workspace.", remedy="Check the address, or ask its owner to invite you.")


def find(user: User, slug: str) -> tuple[Workspace, Membership]:
    """The workspace at *slug* and the user's place in it: one query, whether it is foreign or not there at all."""
    membership = (
        Membership.objects.select_related("workspace")
        .filter(workspace__slug=slug, user_id=user.pk, user__is_active=True)
        .first()
    )
    if membership is None:
        raise nowhere()
    return membership.workspace, membership


def actor_of(membership: Membership, workspace: Workspace, user: User, via: str, role: str | None = None) -> Actor:
    """The member at work; *role* where a key carries a lower one than the member has."""
    return Actor(
        id=membership.person,
        role=role or membership.role,
        workspace=workspace.id,
        name=user.get_full_name(),
        via=via,
    )


def of_user(user: User) -> list[tuple[Workspace, Membership]]:
    """The workspaces that *user* has a place in, by name."""
    rows = Membership.objects.select_related("workspace").filter(user_id=user.pk).order_by("workspace__name")
    return [(row.workspace, row) for row in rows]


def owns_all(user: User) -> bool:
    """Whether *user* is an owner of every workspace of this installation."""
    owned = Membership.objects.filter(user_id=user.pk, role=Role.OWNER).values("workspace_id")
    return not Workspace.objects.exclude(pk__in=owned).exists()


def visited(workspace: str, person: str, no: int) -> int:
    """Note that a member has seen revision *no*; returns the one that was seen before."""
    membership = Membership.objects.filter(workspace_id=workspace, person=person).first()
    if membership is None:
        return 0
    before = membership.last_visit_no
    if no > before:
        Membership.objects.filter(pk=membership.pk).update(last_visit_no=no)
    return before


def describe(workspace: Workspace) -> dict[str, Any]:
    """A workspace as the doors show it."""
    return {
        "id": workspace.id,
        "slug": workspace.slug,
        "name": workspace.name,
        "zone": workspace.zone,
        "currency": workspace.currency,
        "is_sample": workspace.is_sample,
        "created": workspace.created.astimezone(timezone.get_default_timezone()).isoformat(),
    }
