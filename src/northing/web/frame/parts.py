"""What the frame of every page asks for: search, the pulse of the plan, one revision of the slider."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.access import workspaces
from northing.portfolio.errors import NotFound
from northing.portfolio.kinds import KINDS

from .addresses import address_of
from .context import Page, page
from .typed import whole

GROUPS = ("investment", "ai_system", "objective", "key_result", "person", "portfolio", "value_stream", "milestone")
"""Kinds in the order in which the results are grouped; the rest follow."""


def home(request: HttpRequest) -> HttpResponse:
    """The first workspace of whoever is logged in; the login page for anybody else."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect("/login")
    found = workspaces.of_user(request.user)
    if not found:
        return render(request, "nowhere.html", {})
    return HttpResponseRedirect(f"/w/{found[0][0].slug}/")


@page()
def search(page: Page) -> HttpResponse:
    """Results for what was typed, grouped by kind, best first."""
    from northing.measure.search import search as look

    text = page.request.GET.get("q", "").strip()
    if not text:
        return page.render("parts/search_start.html")
    hits = look(page.view, text, limit=24)
    groups = []
    for kind in (*GROUPS, *(kind for kind in KINDS if kind not in GROUPS)):
        found = [(hit, address_of(page, kind, hit.id)) for hit in hits if hit.kind == kind]
        if found:
            groups.append((_(KINDS[kind].TITLE_PLURAL), found))
    return page.render("parts/search_results.html", groups=groups, text=text, alike=bool(hits) and hits[0].alike)


@page()
def pulse(page: Page) -> HttpResponse:
    """Nothing while the plan stands where the browser last saw it; else who moved it, and a way to see how."""
    since = whole(page.request.GET.get("since", ""))
    seen = page.head if since is None else since
    if page.head <= seen:
        return HttpResponse(status=204)
    moved = [revision for revision in page.record.revisions(limit=200) if revision.no > seen]
    others = list(dict.fromkeys(page.name_of(revision.author) for revision in moved))
    changed = (
        sum(len(change.revisions and [change]) or 1 for change in page.record.changes(seen or 0, page.head))
        if seen
        else len(moved)
    )
    who = ", ".join(others[:2]) + (_(" and others") if len(others) > 2 else "")
    text = ngettext("%(n)s change by %(who)s", "%(n)s changes by %(who)s", changed) % {"n": changed, "who": who}
    return page.render("parts/pulse.html", text=text, seen=seen)


@page()
def timeline(page: Page) -> HttpResponse:
    """What the slider says of one revision: when, by whom, why."""
    asked = whole(page.request.GET.get("no", ""))
    if asked is None or not 0 < asked <= page.head:
        raise NotFound(_("There is no such revision."))
    found = page.record.at(f"{page.record.branch}@{asked}")
    return page.render("parts/revision.html", revision=page.record.revision(found.no))


@page()
def baselines(page: Page) -> HttpResponse:
    """The named revisions, each as a way to see the page that asked as it was then."""
    path = page.request.GET.get("path", "")
    if not path.startswith(page.home) or "?" in path:
        path = page.home
    return page.render("parts/baselines.html", tags=page.record.tags()[:12], spoken=page.days_of_tags, path=path)
