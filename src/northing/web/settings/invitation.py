"""The page that an invitation's link opens: who invites whom to what, and the step that brings one in."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from northing.access import invitations
from northing.access.models import User
from northing.portfolio.errors import Invalid, NotFound
from northing.record.enrolment import enrol_invited
from northing.web.frame.context import refuse


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the offered place: as who is logged in, or as a new user who chooses a password here."""
    try:
        offered = invitations.open_invitation(secret)
    except NotFound as closed:
        return refuse(request, closed)
    user = request.user if isinstance(request.user, User) else None
    known = user is None and User.objects.filter(email=offered.email).exists()
    context = {
        "offered": offered,
        "inviter": offered.invited_by.get_full_name() if offered.invited_by else offered.workspace.name,
        "known": known,
        "other": user is not None and user.email != offered.email,
        "joiner": user,
        "name": request.POST.get("name", ""),
        "problem": None,
    }
    if request.method == "POST":
        try:
            place = invitations.accept(
                secret,
                user=user,
                name=request.POST.get("name", "").strip(),
                password=request.POST.get("password") or None,
            )
        except Invalid as problem:
            return render(request, "invitation.html", {**context, "problem": problem}, status=problem.status)
        enrol_invited(place, offered.invited_by)
        if user is None:
            login(request, place.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return HttpResponseRedirect(f"/w/{place.workspace.slug}/")
    return render(request, "invitation.html", context)
