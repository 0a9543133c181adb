"""What every page starts from: who asks, in which workspace, and which plan they look at.

A view is a function of a :class:`Page`::

    @page("roadmap")
    def roadmap(page: Page) -> HttpResponse:
        return page.render("roadmap.html", rows=measure.roadmap.rows(page.view))

The decorator has checked the session, found the workspace (a foreign one is "not found"), resolved
``?at=…&mode=…`` and turns every :class:`NorthingError` into the page, fragment or JSON that was asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _

from northing.access import workspaces
from northing.access.actor import Actor
from northing.access.models import Membership, Workspace
from northing.measure.view import View
from northing.portfolio.currencies import CURRENCIES
from northing.portfolio.errors import NorthingError, NotAllowed, NotFound
from northing.record import At, Branch, Record, Revision
from northing.record.permission import may_freely
from northing.record.revision import MAIN
from northing.report.viewing import Look, look

from .nav import APART, OF_RECORD, PAGES, NavEntry
from .words import day, moment, since

P = ParamSpec("P")

ON = "@"
"""Between a workspace's name and a scenario's in an address: ``/w/fenmarch@cut-10/`` is the home of that scenario."""


class Page:
    """One request for one workspace, at one revision. Everything costly is made when first asked for."""

    def __init__(
        self, request: HttpRequest, workspace: Workspace, membership: Membership, name: str, branch: str = MAIN
    ) -> None:
        self.request = request
        self.workspace = workspace
        self.name = name
        self.actor: Actor = workspaces.actor_of(membership, workspace, membership.user, "web")
        self.membership = membership
        self.record = Record(workspace.id, branch)
        self.mode = "reported" if request.GET.get("mode") == "reported" else "known"
        # Below its home, as links are written: a browser need not quote what is in a scenario's name.
        _root, first, *rest = request.path.split("/", 3)
        inside = first == "w" and len(rest) == 2  # what is of no workspace, as the style guide, is shown in one
        self.path = self.home + escape_uri_path(rest[1]) if inside else escape_uri_path(request.path)

    # -- which plan

    @cached_property
    def head(self) -> int:
        """The newest revision of the plan that the page is on: the plan of record, or a scenario."""
        return self.record.head()

    @cached_property
    def scenario(self) -> Branch | None:
        """The scenario that the page is on; None on the plan of record."""
        name = self.record.branch
        return None if name == MAIN else next((one for one in self.record.branches() if one.name == name), None)

    @cached_property
    def look(self) -> Look:
        """The plan that the address asks for: the newest, unless it says ``at``."""
        asked = self.request.GET.get("at", "").strip()
        if asked.isascii() and asked.isdigit() and len(asked) < 19 and int(asked) <= self.head:
            # Scenarios take numbers from the same row: between two of this plan's revisions stands the earlier one.
            asked = f"{self.record.branch}@{asked}"
        return look(self.workspace, asked or None, branch=self.record.branch, mode=self.mode, currency=self.currency)

    @cached_property
    def currency(self) -> str:
        """What this person wants money told in: as the address says, which is remembered, else the workspace's own."""
        key = f"currency:{self.workspace.id}"
        asked = self.request.GET.get("in", "").strip().upper()
        if asked in CURRENCIES:
            if self.request.session.get(key, self.workspace.currency) != asked:
                self.request.session[key] = asked
            return asked
        kept: str = self.request.session.get(key, self.workspace.currency)
        return kept

    @property
    def at(self) -> At:
        return self.look.at

    @property
    def past(self) -> bool:
        """Whether the page shows anything else than a plan that is still worked on; then nothing can be changed."""
        return self.at != At(self.record.branch, self.head) or self.closed

    @property
    def closed(self) -> bool:
        """Whether the page is on a scenario that was merged or set aside."""
        return self.scenario is not None and self.scenario.closed_by is not None

    @property
    def may_edit(self) -> bool:
        return not self.past and self.may_plan

    @property
    def may_plan(self) -> bool:
        """Whether this person may change anything here: a planner anywhere, a contributor on a scenario."""
        return may_freely(self.actor, self.record.branch)

    def require(self, verb: str, doing: str) -> None:
        """Raise :class:`NotAllowed` where this person may not do what asks for *verb*."""
        if verb != "plan" or not self.may_plan:
            self.actor.require(verb, doing)

    @property
    def may_suggest(self) -> bool:
        """Whether this person may bring in something new: a contributor an idea, a planner anything."""
        return not self.past and self.actor.may("suggest")

    @property
    def view(self) -> View:
        return self.look.view

    @property
    def names(self) -> Mapping[str, str]:
        return self.view.names

    @cached_property
    def revision(self) -> Revision | None:
        """The revision that the page shows; None for an empty record."""
        return self.record.revision(self.at.no) if self.at.no else None

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.workspace.zone)

    @property
    def today(self) -> date:
        """Today in the workspace's zone; on a past page, the day that it speaks of."""
        return self.view.today

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)

    def name_of(self, person: str | None) -> str:
        """A person's name; who is not in the directory is "someone"."""
        return self.names.get(person or "") or _("someone")

    # -- words of the frame

    @property
    def at_date(self) -> str:
        if self.revision is None:
            return _("before the first revision")
        if self.mode == "reported" and self.revision.effective_on is not None:
            return day(self.revision.effective_on)
        return moment(self.local(self.revision.at))

    @property
    def speaks_for(self) -> str:
        """The day that the revision shown speaks for, where it is another than that of its making."""
        if self.revision is None or self.revision.effective_on is None or self.mode == "reported":
            return ""
        return day(self.revision.effective_on)

    @cached_property
    def days_of_tags(self) -> dict[int, date]:
        """The day that each named revision speaks for: an older plan that was brought in later is of its own day."""
        named = [self.record.revision(tag.no) for tag in self.record.tags()]
        return {one.no: one.effective_on or self.local(one.at).date() for one in named}

    @property
    def before_all(self) -> bool:
        """Whether a day was asked for on which nothing was recorded yet."""
        return self.past and self.at.branch == MAIN and self.at.no == 0

    @property
    def at_words(self) -> str:
        """ "today 14:02 by Ana": when the revision shown was made, or the day it speaks for; and by whom."""
        if self.revision is None:
            return _("nothing recorded yet")
        spoken = self.revision.effective_on
        when = day(spoken) if spoken else since(self.local(self.revision.at), self.local(timezone.now()))
        return _("%(when)s by %(who)s") % {"when": when, "who": self.name_of(self.revision.author)}

    # -- addresses

    @property
    def home(self) -> str:
        return home_of(self.workspace, self.record.branch)

    @property
    def plan_of_record_home(self) -> str:
        return home_of(self.workspace)

    @property
    def plan_of_record(self) -> str:
        """The address of this page on the plan of record; the list of scenarios for what only a scenario has."""
        path = self.path.removeprefix(self.home)
        return home_of(self.workspace) + ("scenarios" if path.startswith("scenario/") else path)

    @property
    def query_at(self) -> str:
        """The part of an address that keeps a past view: ``at=42&mode=known``, or nothing."""
        if not self.request.GET.get("at", "").strip():
            return ""
        return urlencode({"at": self.request.GET["at"].strip(), "mode": self.mode})

    def link(self, path: str = "", **query: Any) -> str:
        """The address of *path* in this workspace (a page's name or a path), at the revision shown."""
        path = next((place for name, place, _title, _icon in PAGES if name == path), path)
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        parts = "&".join(part for part in (urlencode(asked, doseq=True), self.query_at) if part)
        return f"{self.home}{path}" + (f"?{parts}" if parts else "")

    def again(self, **changes: Any) -> str:
        """This address with some of its query changed; None drops a name."""
        query = {name: self.request.GET.getlist(name) for name in self.request.GET}
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = [value]
        return self.path + (f"?{urlencode(query, doseq=True)}" if query else "")

    @property
    def here(self) -> str:
        return self.request.get_full_path()

    @property
    def other_query(self) -> list[tuple[str, str]]:
        """The query without the revision, for the form that chooses another one."""
        return [
            (name, value)
            for name in self.request.GET
            if name not in ("at", "mode")
            for value in self.request.GET.getlist(name)
        ]

    @cached_property
    def nav(self) -> list[NavEntry]:
        return [
            NavEntry(name, _(title), self.link(name), icon, name == self.name, name in APART)
            for name, _place, title, icon in PAGES
            if self.scenario is None or name not in OF_RECORD
        ]

    @cached_property
    def workspaces(self) -> list[Workspace]:
        return [workspace for workspace, _membership in workspaces.of_user(self.membership.user)]

    def again_now(self) -> Page:
        """The same page after a commit: at the head as it is now."""
        return Page(self.request, self.workspace, self.membership, self.name, self.record.branch)

    # -- answers

    @property
    def fragment(self) -> bool:
        """Whether htmx asked for a part of the page only."""
        return self.request.headers.get("HX-Request") == "true"

    def render(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, template, {"page": self, **context}, status=status)

    def json(self, content: Any, status: int = 200) -> JsonResponse:
        return JsonResponse(content, status=status, safe=False)


def home_of(workspace: Workspace, branch: str = MAIN) -> str:
    """Where the pages of a workspace begin, on the plan of record or on a scenario."""
    return f"/w/{workspace.slug}/" if branch == MAIN else f"/w/{workspace.slug}{ON}{quote(branch, safe='')}/"


def open_page(request: HttpRequest, slug: str, name: str = "") -> Page:
    """The page for the workspace, or the scenario of one, at *slug*.

    Raises :class:`NotFound` where it is foreign or not there.
    """
    slug, _on, branch = slug.partition(ON)
    workspace, membership = workspaces.find(request.user, slug)  # type: ignore[arg-type]
    opened = Page(request, workspace, membership, name, branch or MAIN)
    if branch and (opened.scenario is None or opened.scenario.kind != "scenario"):
        raise NotFound(_("There is no scenario called “%(name)s”.") % {"name": branch})
    return opened


def page(
    name: str = "",
    *,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    changes: bool = False,
    needs: str = "",
    of_record: bool = False,
) -> Callable[[Callable[Concatenate[Page, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view out of a function of a :class:`Page`. *changes*: it writes, so a past view is refused.

    *needs* is the verb that the actor must be allowed before anything is read: without it ``suggest`` of a view that
    changes something, ``read`` of any other. *of_record*: it belongs to the plan of record alone, as the pages in
    :data:`OF_RECORD` do; on a scenario it leads there, and changes nothing.
    """

    def wrap(view: Callable[Concatenate[Page, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answer(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                if _wants_json(request) or request.headers.get("HX-Request"):
                    return JsonResponse({"code": "signed-out", "message": _("You are logged out.")}, status=401)
                return redirect_to_login(request.get_full_path())
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            opened: Page | None = None
            try:
                opened = open_page(request, slug, name)
                opened.require(needs or ("suggest" if changes else "read"), _("do this"))
                if opened.scenario is not None and (of_record or name in OF_RECORD):
                    if request.method not in ("GET", "HEAD"):
                        raise NotAllowed(
                            _("This belongs to the plan of record and cannot be done on a scenario."),
                            remedy=_("Leave the scenario first."),
                        )
                    return HttpResponseRedirect(opened.plan_of_record)
                if changes and opened.past:
                    raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))
                made = view(opened, *args, **kwargs)
            except NorthingError as problem:
                return refuse(request, problem, opened)
            made.headers.setdefault("Cache-Control", "private, no-cache")
            return made

        return answer

    return wrap


def refuse(request: HttpRequest, problem: NorthingError, opened: Page | None = None) -> HttpResponse:
    """*problem* in the form that was asked for: JSON, a fragment, or a page with a way out."""
    if _wants_json(request):
        return JsonResponse(problem.as_dict(), status=problem.status)
    context = {"problem": problem, "page": opened}
    if request.headers.get("HX-Request"):
        return render(request, "parts/problem.html", context, status=problem.status)
    return render(request, "problem.html", context, status=problem.status)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
