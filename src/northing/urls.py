"""Every address: the pages, the API, and the account pages of allauth that Northing uses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path


def alive(request: HttpRequest) -> HttpResponse:
    """For a load balancer or a supervisor: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("alive", alive, name="alive"),
    path("", include("northing.api.urls")),
    path("", include("northing.web.urls")),
    path("account/", include("allauth.account.urls")),
]
