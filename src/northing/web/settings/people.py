"""Who may come in: members and their roles, invitations, API tokens."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from northing.access import invitations, members, post, tokens
from northing.access.actor import RANK
from northing.access.models import Role
from northing.portfolio.errors import Invalid
from northing.web.frame.context import Page, page
from northing.web.frame.words import label

from .sections import back, tabs

LIFETIMES = (30, 90, 365)
"""Days that a token may be made for on the page; or for ever."""


def _roles() -> list[tuple[str, str]]:
    return [(role, label(role, "role")) for role in Role.values]


@page("settings")
def people(opened: Page) -> HttpResponse:
    return _people(opened)


def _people(opened: Page, link: str = "", invited: str = "") -> HttpResponse:
    owner = opened.actor.may("own")
    return opened.render(
        "settings/people.html",
        title=_("People"),
        tabs=tabs(opened, "people"),
        members=members.members(opened.workspace),
        open_invitations=list(invitations.pending(opened.workspace)) if owner else [],
        roles=_roles(),
        role_help={
            "owner": _("everything, and who may do what"),
            "planner": _("changes the plan"),
            "contributor": _("suggests changes and writes notes"),
            "viewer": _("reads"),
        },
        link=link,
        invited=invited,
    )


@page("settings", methods=("POST",), changes=True)
def invite(opened: Page) -> HttpResponse:
    """Send an invitation; its link is also shown, once, for where mail does not reach."""
    form = opened.request.POST
    made, secret = invitations.invite(
        opened.workspace,
        form.get("email", ""),
        form.get("role", Role.VIEWER),
        by=opened.actor,
        user=opened.membership.user,
    )
    link = post.invitation_link(secret, f"{opened.request.scheme}://{opened.request.get_host()}")
    post.send_invitation(made, link)
    return _people(opened, link, made.email)


@page("settings", methods=("POST",), changes=True, needs="read")
def change_member(opened: Page) -> HttpResponse:
    """Give a member another role, or end the membership."""
    form = opened.request.POST
    email = form.get("email", "")
    if form.get("do") == "remove":
        members.remove_member(opened.workspace, email, by=opened.actor)
        return back(opened, "people", _("%(who)s is no longer a member.") % {"who": email})
    changed = members.change_role(opened.workspace, email, form.get("role", ""), by=opened.actor)
    who = changed.user.get_full_name()
    return back(opened, "people", _("%(who)s is now %(role)s.") % {"who": who, "role": label(changed.role, "role")})


@page("settings", methods=("POST",), changes=True)
def withdraw(opened: Page) -> HttpResponse:
    """Take an invitation back."""
    number = opened.request.POST.get("id", "")
    taken = invitations.withdraw(opened.workspace, int(number) if number.isdecimal() else 0, by=opened.actor)
    return back(opened, "people", _("The invitation of %(who)s is withdrawn.") % {"who": taken.email})


@page("settings")
def own_tokens(opened: Page) -> HttpResponse:
    return _tokens(opened)


def _tokens(opened: Page, key: str = "") -> HttpResponse:
    everybody = opened.actor.may("own")
    listed = tokens.of_workspace(opened.workspace, by=opened.actor, user=None if everybody else opened.membership.user)
    now = timezone.now()
    return opened.render(
        "settings/tokens.html",
        title=_("API tokens"),
        tabs=tabs(opened, "tokens"),
        listed=[token for token in listed if token.revoked is None],
        expired={token.pk for token in listed if token.expires is not None and token.expires <= now},
        everybody=everybody,
        roles=[(role, title) for role, title in _roles() if RANK[role] <= RANK[opened.actor.role]],
        lifetimes=LIFETIMES,
        key=key,
    )


@page("settings", methods=("POST",), changes=True, needs="read")
def issue_token(opened: Page) -> HttpResponse:
    """Make a token; its key is on this one page and nowhere else, so the answer is not kept by the browser."""
    form = opened.request.POST
    days = form.get("days", "90")
    if days and not days.isdecimal():
        raise Invalid(_("Choose how long the token is valid."))
    _token, key = tokens.issue(
        opened.membership.user,
        opened.workspace,
        by=opened.actor,
        name=form.get("name", ""),
        role=form.get("role") or None,
        expires=timezone.now() + timedelta(days=int(days)) if days else None,
    )
    answer = _tokens(opened, key)
    answer["Cache-Control"] = "no-store"
    return answer


@page("settings", methods=("POST",), changes=True, needs="read")
def revoke_token(opened: Page) -> HttpResponse:
    ended = tokens.revoke(
        opened.request.POST.get("id", ""), opened.workspace, by=opened.actor, user=opened.membership.user
    )
    messages.success(opened.request, _("The token “%(name)s” no longer works.") % {"name": ended.name})
    return back(opened, "tokens")
