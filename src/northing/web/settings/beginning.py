"""A workspace of one's own, beside the sample: a name, and then the page that invites a file."""

from __future__ import annotations

import zoneinfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from northing.access import workspaces
from northing.access.models import Membership, Role, User, Workspace
from northing.portfolio.errors import NorthingError, NotAllowed
from northing.record.enrolment import enrol_invited
from northing.web.frame.context import refuse

from .general import usual


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_workspace(request: HttpRequest) -> HttpResponse:
    """The form; sent, a new empty workspace that its maker owns. For who owns one already, the sample included."""
    user = request.user
    assert isinstance(user, User)
    if not Membership.objects.filter(user=user, role=Role.OWNER).exists():
        problem = NotAllowed(
            _("Only who owns a workspace can make another."), remedy=_("Ask whoever runs Northing here.")
        )
        return refuse(request, problem)
    given = {key: request.POST.get(key, "").strip() for key in ("name", "zone", "currency")}
    wrong: NorthingError | None = None
    if request.method == "POST":
        try:
            made = workspaces.create_workspace(
                given["name"],
                _free(given["name"]),
                owner=user,
                zone=given["zone"] or "UTC",
                currency=given["currency"].upper() or "EUR",
            )
            enrol_invited(Membership.objects.select_related("workspace", "user").get(workspace=made, user=user), user)
            return HttpResponseRedirect(f"/w/{made.slug}/import")
        except NorthingError as problem:
            wrong = problem
    zones = [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones()) if usual(zone)]
    return render(
        request, "new_workspace.html", {"given": given, "zones": zones, "problem": wrong}, status=422 if wrong else 200
    )


def _free(name: str) -> str:
    """An address part made of *name* that nobody has yet."""
    stem = slugify(name)[:50].strip("-") or "workspace"
    taken = set(Workspace.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{no}" for no in range(2, len(taken) + 3))) if slug not in taken)
