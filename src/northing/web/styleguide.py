"""Every part that pages are put together from, on one page: for whoever builds the next one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from northing.access import workspaces
from northing.portfolio.investment import Rating, Stage, Trend
from northing.web.frame.context import Page, page

ICONS = """today portfolio roadmap strategy sight history import export settings search plus x check down right left
arrow-up arrow-down arrow-right filter columns group view undo alert info more person theme link gate flag chart edit
trash merge sample menu clock money fund ai note tag pause stop out compare sort paste"""


def styleguide(request: HttpRequest) -> HttpResponse:
    """The style guide in the frame of one's first workspace."""
    if not request.user.is_authenticated:
        return redirect("/login?next=/styleguide")
    found = workspaces.of_user(request.user)
    if not found:
        return redirect("/")
    return shown(request, found[0][0].slug)


@page("styleguide")
def shown(page: Page) -> HttpResponse:
    return page.render(
        "styleguide.html",
        stages=[None, *Stage],
        ratings=[None, *Rating],
        trends=list(Trend),
        inks=("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad", "past"),
        surfaces=(
            "canvas",
            "surface",
            "sunken",
            "hover",
            "selected",
            "accent-soft",
            "good-soft",
            "warn-soft",
            "bad-soft",
            "past-soft",
        ),
        icons=ICONS.split(),
    )
