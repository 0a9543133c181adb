"""The directory: names and addresses of the people that a workspace's record knows only by id."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid
from northing.portfolio.reading import PersonDetails

from .models import DirectoryEntry, Membership, Role, Token, Workspace

FORGOTTEN = "Forgotten person"
"""What stands where a forgotten person's name was."""


def names(workspace: str) -> dict[str, str]:
    """Person id → name, of everybody in the directory of *workspace* (its id)."""
    return dict(DirectoryEntry.objects.filter(workspace_id=workspace).values_list("person", "name"))


def people(workspace: str) -> dict[str, PersonDetails]:
    """Person id → name and address."""
    rows = DirectoryEntry.objects.filter(workspace_id=workspace).order_by("name", "person")
    return {row.person: PersonDetails(name=row.name, email=row.email or None) for row in rows}


def remember(workspace: str, details: Mapping[str, PersonDetails]) -> None:
    """Write down names and addresses; an entry that exists is brought up to date, an address is never blanked."""
    with transaction.atomic():
        known = {
            row.person: row for row in DirectoryEntry.objects.filter(workspace_id=workspace, person__in=list(details))
        }
        fresh = []
        for person, detail in details.items():
            row, name = known.get(person), _short(detail.name)
            email = (detail.email or "").strip().lower()
            if row is None:
                fresh.append(DirectoryEntry(workspace_id=workspace, person=person, name=name, email=email))
            elif (row.name, row.email) != (name, email or row.email):
                row.name, row.email = name, email or row.email
                row.save(update_fields=["name", "email"])
        DirectoryEntry.objects.bulk_create(fresh, batch_size=500)


def find(workspace: str, *, name: str | None = None, email: str | None = None) -> str | None:
    """The id of the one person with that address, else with exactly that name; None where none or several are."""
    rows = DirectoryEntry.objects.filter(workspace_id=workspace)
    if email:
        found = list(rows.filter(email=email.strip().lower()).values_list("person", flat=True)[:2])
        if found:
            return found[0] if len(found) == 1 else None
    if name:
        found = list(rows.filter(name__iexact=name.strip()).values_list("person", flat=True)[:2])
        return found[0] if len(found) == 1 else None
    return None


def find_or_add(workspace: str, name: str, email: str | None = None) -> str:
    """The id of the person called so, who is added where the directory has no such one."""
    found = find(workspace, name=None if email else name, email=email)
    if found is None:
        found = new_id()
        remember(workspace, {found: PersonDetails(name=name, email=email)})
    return found


def forget(workspace: str, person: str) -> None:
    """Remove a person's name and address for good. The record keeps the id, so the history still verifies."""
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=workspace)
        owners = set(
            Membership.objects.filter(workspace_id=workspace, role=Role.OWNER).values_list("person", flat=True)
        )
        if owners == {person}:
            raise Invalid("This is the last owner of the workspace.", remedy="Make somebody else an owner first.")
        DirectoryEntry.objects.filter(workspace_id=workspace, person=person).update(name=FORGOTTEN, email="")
        for membership in Membership.objects.filter(workspace_id=workspace, person=person).select_related("user"):
            Token.objects.filter(workspace_id=workspace, user=membership.user, revoked=None).update(
                revoked=timezone.now()
            )
            membership.user.session_round += 1
            membership.user.save(update_fields=["session_round"])
            membership.delete()


def _short(name: str) -> str:
    return " ".join(name.split())[:200] or FORGOTTEN
