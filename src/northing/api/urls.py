"""The API's addresses. What is more special stands before what is more general."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from . import door, openapi
from . import people as _people

from . import past as _past  # isort: skip
from . import entities as _entities  # isort: skip
from . import writes as _writes  # isort: skip

ROOMS = (_people, _past, _entities, _writes)
"""Each declares its operations when it is imported."""


def _guarded(patterns: list[URLResolver | URLPattern]) -> list[URLResolver | URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = door.guarded(pattern.callback)
    return patterns


urlpatterns: list[URLResolver | URLPattern] = [
    path(
        "api/v1/",
        (
            [
                path("openapi.json", door.guarded(openapi.serve), name="openapi"),
                *_guarded(door.api.urls[0]),
                re_path(r"^(?P<rest>.*)$", door.guarded(door.unknown), name="unknown"),
            ],
            "api",
            "api",
        ),
    ),
]
