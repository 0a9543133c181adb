"""People: who I am, the workspace, its members and invitations, and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse

from northing.access import invitations, members, post, tokens, workspaces
from northing.portfolio.errors import NotFound
from northing.portfolio.kinds import KINDS

from .door import admitted, answer
from .operation import Here, operation
from .parameters import Number

RoleName = Literal["owner", "planner", "contributor", "viewer"]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class WorkspaceSaid(msgspec.Struct, kw_only=True):
    id: str
    slug: str
    name: str
    zone: str
    currency: str
    is_sample: bool
    created: str
    role: RoleName
    """The caller's own."""


class Me(msgspec.Struct, kw_only=True):
    """The caller."""

    email: str
    name: str
    token: str | None
    """The first letters of the token that was used, if one was."""
    workspaces: list[WorkspaceSaid]


class Opened(msgspec.Struct, kw_only=True):
    """A workspace, and how much is in it."""

    workspace: WorkspaceSaid
    person: str
    """Who the caller is in it."""
    counts: dict[str, int]
    """Plural of the kind → how many there are."""


class MemberSaid(msgspec.Struct, kw_only=True):
    person: str
    email: str
    name: str
    role: RoleName
    joined: str


class RoleAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    role: RoleName


class InvitationSaid(msgspec.Struct, kw_only=True):
    id: int
    email: str
    role: RoleName
    created: str
    expires: str


class InvitationMade(InvitationSaid, kw_only=True):
    link: str
    """Opens the invitation; shown once."""


class InvitationAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    email: Email
    role: RoleName = "viewer"
    mail: Annotated[bool, msgspec.Meta(description="Whether to mail the link to the address.")] = True


class TokenSaid(msgspec.Struct, kw_only=True):
    id: int
    name: str
    role: RoleName
    prefix: str
    user: str
    created: str
    expires: str | None
    last_used: str | None
    revoked: str | None


class TokenMade(TokenSaid, kw_only=True):
    key: str
    """Shown once."""


class TokenAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    role: RoleName | None = None
    expires: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


@operation("GET", "/me", says=Me, tag="people")
def get_me(request: HttpRequest) -> HttpResponse:
    """Say who the caller is, and which workspaces are open to them."""
    caller = admitted(request).caller
    if caller.bearer is not None:
        mine = [(caller.bearer.workspace, caller.bearer.actor.role)]
    else:
        mine = [(workspace, membership.role) for workspace, membership in workspaces.of_user(caller.user)]
    me = Me(
        email=caller.user.email,
        name=caller.user.get_full_name(),
        token=caller.bearer.token.prefix if caller.bearer else None,
        workspaces=[_workspace(workspace, role) for workspace, role in mine],
    )
    return answer(me, revision=None)


@operation("GET", "/w/{ws}", needs="read", says=Opened, tag="people")
def get_workspace(here: Here) -> HttpResponse:
    """Get a workspace: its name, zone and currency, the caller's role, and how much is in it."""
    at = here.record.at(None)
    plan = here.record.plan(at)
    opened = Opened(
        workspace=_workspace(here.workspace, here.actor.role),
        person=here.actor.id,
        counts={cls.PLURAL: len(plan.table(kind)) for kind, cls in KINDS.items() if cls.LOADED},
    )
    return here.answer(opened, at)


@operation("GET", "/w/{ws}/members", needs="read", says=list[MemberSaid], tag="people")
def list_members(here: Here) -> HttpResponse:
    """List who has a place in the workspace."""
    return here.answer([members.describe(row) for row in members.members(here.workspace)])


@operation("PATCH", "/w/{ws}/members/{person}", needs="own", says=MemberSaid, tag="people")
def change_member(here: Here, asked: RoleAsked, person: str) -> HttpResponse:
    """Give a member another role. The last owner stays one."""
    found = members.change_role(here.workspace, _email(here, person), asked.role, by=here.actor)
    return here.answer(members.describe(found))


@operation("DELETE", "/w/{ws}/members/{person}", needs="read", says=None, tag="people")
def remove_member(here: Here, person: str) -> HttpResponse:
    """Remove a member, or leave. Sessions and tokens end at once; what they wrote stays theirs."""
    if person != here.actor.id:
        here.actor.require("own", "remove members")
    members.remove_member(here.workspace, _email(here, person), by=here.actor)
    return here.answer(None)


@operation("GET", "/w/{ws}/invitations", needs="own", says=list[InvitationSaid], tag="people")
def list_invitations(here: Here) -> HttpResponse:
    """List the invitations that can still be taken."""
    return here.answer([invitations.describe(row) for row in invitations.pending(here.workspace)])


@operation("POST", "/w/{ws}/invitations", needs="own", says=InvitationMade, status=201, tag="people")
def create_invitation(here: Here, asked: InvitationAsked) -> HttpResponse:
    """Offer a place in the workspace to an address, by mail or by a link that is shown once."""
    made, secret = invitations.invite(here.workspace, asked.email, asked.role, by=here.actor, user=here.user)
    link = post.invitation_link(secret, here.request.build_absolute_uri("/"))
    if asked.mail:
        post.send_invitation(made, link)
    return here.answer({**invitations.describe(made), "link": link}, status=201)


@operation("DELETE", "/w/{ws}/invitations/{number}", needs="own", says=None, tag="people")
def withdraw_invitation(here: Here, number: Number) -> HttpResponse:
    """Take an invitation back."""
    invitations.withdraw(here.workspace, number, by=here.actor)
    return here.answer(None)


@operation("GET", "/w/{ws}/tokens", needs="read", says=list[TokenSaid], tag="people")
def list_tokens(here: Here) -> HttpResponse:
    """List the caller's tokens; to an owner, everybody's."""
    mine = None if here.actor.may("own") else here.user
    return here.answer([tokens.describe(row) for row in tokens.of_workspace(here.workspace, by=here.actor, user=mine)])


@operation("POST", "/w/{ws}/tokens", needs="read", says=TokenMade, status=201, tag="people")
def create_token(here: Here, asked: TokenAsked) -> HttpResponse:
    """Make a token. Its key is shown once; its role is at most the caller's."""
    token, key = tokens.issue(
        here.user, here.workspace, by=here.actor, name=asked.name, role=asked.role, expires=asked.expires
    )
    return here.answer({**tokens.describe(token), "key": key}, status=201)


@operation("DELETE", "/w/{ws}/tokens/{number}", needs="read", says=TokenSaid, tag="people")
def revoke_token(here: Here, number: Number) -> HttpResponse:
    """Revoke a token: one's own, or as an owner anybody's."""
    return here.answer(tokens.describe(tokens.revoke(number, here.workspace, by=here.actor, user=here.user)))


def _email(here: Here, person: str) -> str:
    found = next((row for row in members.members(here.workspace) if row.person == person), None)
    if found is None:
        raise NotFound("Nobody here is that person.")
    return found.user.email


def _workspace(workspace: Any, role: str) -> WorkspaceSaid:
    return msgspec.convert({**workspaces.describe(workspace), "role": role}, WorkspaceSaid)
