"""``northing user`` and ``northing token``: who may come in, as what, and by which key."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from northing.cli.desk import Desk, open_django
from northing.portfolio.errors import Invalid, NotFound

if TYPE_CHECKING:
    from northing.access.models import Workspace

ROLES = click.Choice(["owner", "planner", "contributor", "viewer"])


@click.group()
def user() -> None:
    """Add, list and change users and their roles."""


@user.command("list")
@click.pass_obj
def list_(desk: Desk) -> None:
    """List who has a place in the workspace, and the open invitations."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import invitations, members

    actor.require("read", "see the members")
    rows = [members.describe(row) for row in members.members(workspace)]
    invited = [invitations.describe(row) for row in invitations.pending(workspace)]
    if desk.json:
        desk.answer(rows, invitations=invited)
        return
    desk.table(
        ["E-mail", "Name", "Role", "Since"],
        [[row["email"], row["name"], row["role"], row["joined"][:10]] for row in rows]
        + [[row["email"], "(invited)", row["role"], f"open until {row['expires'][:10]}"] for row in invited],
    )


@user.command()
@click.argument("email")
@click.option("--name", default="", help="What people call them.")
@click.option("--role", type=ROLES, default="viewer", show_default=True, help="The first user is always the owner.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
@click.option("--create", is_flag=True, help="Make the workspace named by --workspace if there is none.")
@click.pass_obj
def add(desk: Desk, email: str, name: str, role: str, password_stdin: bool, create: bool) -> None:
    """Add a user to the workspace, with a password that is asked for, read, or made up and shown once."""
    open_django()
    from northing.access import members, workspaces
    from northing.access.models import User, Workspace

    slug = desk.slug
    if slug and not Workspace.objects.filter(slug=slug).exists() and (create or not Workspace.objects.exists()):
        fresh = None if User.objects.filter(email=email.strip().lower()).exists() else _password(password_stdin)
        found = User.objects.filter(email=email.strip().lower()).first() or members.new_user(email, fresh, name)
        made = workspaces.create_workspace(slug.replace("-", " ").title(), slug, owner=found)
        _enrol(desk, made)
        _added(desk, email, "owner", made, fresh if not password_stdin else None)
        return
    workspace = desk.workspace
    desk.actor.require("own", "add users")
    known = User.objects.filter(email=email.strip().lower()).first()
    fresh = None if known else _password(password_stdin)
    account = known or members.new_user(email, fresh, name)
    membership = workspaces.add_member(workspace, account, role)
    from northing.record.enrolment import enrol

    enrol(desk.record, membership.person, by=desk.actor)
    _added(desk, account.email, role, workspace, fresh if not password_stdin else None)


def _enrol(desk: Desk, workspace: Workspace) -> None:
    from northing.record.enrolment import enrol

    desk.slug = workspace.slug
    enrol(desk.record, desk.actor.id, by=desk.actor)


def _added(desk: Desk, email: str, role: str, workspace: Workspace, password: str | None) -> None:
    shown = password if password and not sys.stdin.isatty() else None
    if desk.json:
        desk.answer({"email": email.strip().lower(), "role": role, "workspace": workspace.slug, "password": shown})
        return
    desk.tell(f"{email.strip().lower()} is {role} of “{workspace.name}” ({workspace.slug}).")
    if shown:
        desk.tell(f"Password, shown once: {shown}")


def _password(from_stdin: bool) -> str:
    """A password: one line of standard input, or asked for twice, or made up where nobody can be asked."""
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise Invalid("Standard input holds no password.", remedy="echo … | northing user add … --password-stdin")
        return given
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    import secrets

    return secrets.token_urlsafe(15)


@user.command()
@click.argument("email")
@click.option("--role", type=ROLES, default="viewer", show_default=True)
@click.option("--mail", is_flag=True, help="Also mail the link to the address.")
@click.pass_obj
def invite(desk: Desk, email: str, role: str, mail: bool) -> None:
    """Offer a place in the workspace: prints a link that is shown once."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import invitations, post

    made, secret = invitations.invite(workspace, email, role, by=actor)
    link = post.invitation_link(secret)
    if mail:
        post.send_invitation(made, link)
    if desk.json:
        desk.answer({**invitations.describe(made), "link": link})
        return
    desk.tell(f"{made.email} may join as {made.role} until {made.expires:%d %b %Y}:\n{link}")


@user.command()
@click.argument("email")
@click.argument("role", type=ROLES)
@click.pass_obj
def role(desk: Desk, email: str, role: str) -> None:
    """Give a member another role. The last owner stays one."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import members

    changed = members.change_role(workspace, email, role, by=actor)
    if desk.json:
        desk.answer(members.describe(changed))
        return
    desk.tell(f"{changed.user.email} is {changed.role} now.")


@user.command()
@click.argument("email")
@click.pass_obj
def remove(desk: Desk, email: str) -> None:
    """Remove a member: sessions and tokens end at once; what they wrote stays theirs."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import members

    removed = members.remove_member(workspace, email, by=actor)
    if desk.json:
        desk.answer({"email": removed.user.email, "removed": True})
        return
    desk.tell(f"{removed.user.email} has left “{workspace.name}”.")


@user.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
@click.pass_obj
def password(desk: Desk, email: str, password_stdin: bool) -> None:
    """Give a member a new password; all their sessions end."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import members

    actor.require("own", "set passwords")
    found = members.member(workspace, email).user
    fresh = _password(password_stdin)
    members.set_password(found, fresh)
    shown = None if password_stdin or sys.stdin.isatty() else fresh
    if desk.json:
        desk.answer({"email": found.email, "password": shown})
        return
    desk.tell(f"{found.email} has a new password." + (f" Shown once: {shown}" if shown else ""))


@user.command()
@click.argument("who", metavar="PERSON")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(desk: Desk, who: str, yes: bool) -> None:
    """Remove a person's name and address for good. The history keeps what they did, and still verifies."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import directory

    actor.require("own", "forget people")
    known = directory.people(workspace.id)
    found = [id for id, one in known.items() if who in (id, one.name) or who.lower() == one.email]
    if len(found) != 1:
        several = f"Several people are called “{who}”." if found else f"The directory has nobody called “{who}”."
        raise NotFound(several, remedy="Name the person by e-mail address or id.")
    if not yes:
        click.confirm(f"Forget {known[found[0]].name} for good?", abort=True, err=True)
    directory.forget(workspace.id, found[0])
    if desk.json:
        desk.answer({"person": found[0], "forgotten": True})
    else:
        desk.tell(f"{known[found[0]].name} is forgotten.")


@click.group()
def token() -> None:
    """Make, list and revoke keys to the API."""


@token.command("create")
@click.argument("name")
@click.option("--user", "email", metavar="EMAIL", help="Whose it is; the one of --as if not said.")
@click.option("--role", type=ROLES, help="At most the user's own, which it is if not said.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it works; until revoked if not said.")
@click.pass_obj
def create_token(desk: Desk, name: str, email: str | None, role: str | None, days: int | None) -> None:
    """Make a key. It is shown once."""
    workspace, actor = desk.workspace, desk.actor
    from django.utils import timezone

    from northing.access import members, tokens, workspaces
    from northing.access.models import Membership

    if email:
        actor.require("own", "make tokens for others")
        place = members.member(workspace, email)
        holder = workspaces.actor_of(place, workspace, place.user, "cli")
    else:
        place = Membership.objects.select_related("user").get(workspace=workspace, person=actor.id)
        holder = actor
    expires = timezone.now() + timedelta(days=days) if days else None
    made, key = tokens.issue(place.user, workspace, by=holder, name=name, role=role, expires=expires)
    if desk.json:
        desk.answer({**tokens.describe(made), "key": key})
        return
    desk.tell(f"{made.name} ({made.role}) for {place.user.email}; shown once:\n{key}")


@token.command("list")
@click.pass_obj
def list_tokens(desk: Desk) -> None:
    """List the keys; never the keys themselves, only their first letters."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import tokens
    from northing.access.models import Membership

    own = None if actor.may("own") else Membership.objects.get(workspace=workspace, person=actor.id).user
    rows = [tokens.describe(row) for row in tokens.of_workspace(workspace, by=actor, user=own)]
    if desk.json:
        desk.answer(rows)
        return
    desk.table(
        ["Begins with", "Name", "User", "Role", "Made", "Expires", "Last used", ""],
        [
            [
                row["prefix"], row["name"], row["user"], row["role"], row["created"][:10],
                (row["expires"] or "never")[:10], (row["last_used"] or "never")[:10],
                "revoked" if row["revoked"] else "",
            ]
            for row in rows
        ],
    )  # fmt: skip


@token.command()
@click.argument("which", metavar="BEGINNING")
@click.pass_obj
def revoke(desk: Desk, which: str) -> None:
    """Revoke the key that begins with these letters, as the list shows them."""
    workspace, actor = desk.workspace, desk.actor
    from northing.access import tokens
    from northing.access.models import Membership

    place = Membership.objects.select_related("user").filter(workspace=workspace, person=actor.id).first()
    if place is None:
        raise NotFound("There is no such token.")
    revoked = tokens.revoke(which, workspace, by=actor, user=place.user)
    if desk.json:
        desk.answer(tokens.describe(revoked))
        return
    desk.tell(f"{revoked.name} ({revoked.prefix}…) opens nothing any more.")
