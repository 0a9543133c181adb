"""How the pages look to one person: theme and density, kept in a cookie, not in the record."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "northing_look"
THEMES = ("light", "dark")
DENSITIES = ("compact",)


@dataclass(frozen=True)
class Look:
    """Empty means: as the system has it, and comfortable."""

    theme: str = ""
    density: str = ""


def look_of(request: HttpRequest | None) -> Look:
    """The look that *request*'s cookie asks for; anything unknown in it is ignored."""
    if request is None:
        return Look()
    theme, _, density = request.COOKIES.get(COOKIE, "").partition(".")
    return Look(theme if theme in THEMES else "", density if density in DENSITIES else "")


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme or density, and go back to where the person was."""
    now = look_of(request)
    theme = request.POST.get("theme", now.theme)
    density = request.POST.get("density", now.density)
    kept = Look(theme if theme in THEMES else "", density if density in DENSITIES else "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    answer.set_cookie(
        COOKIE,
        f"{kept.theme}.{kept.density}",
        max_age=400 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return answer
