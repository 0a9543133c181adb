"""The API's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from . import (
    capacity,
    choose,
    decisions,
    deliveries,
    delivery,
    door,
    entities,
    flow,
    flow_states,
    forecast,
    imports,
    ledger,
    measures,
    money,
    openapi,
    past,
    people,
    policies,
    rank,
    returns,
    rollups,
    rules,
    scenarios,
    usage,
    why,
    work,
    writes,
)

ROOMS = (
    capacity,
    choose,
    decisions,
    deliveries,
    delivery,
    entities,
    flow,
    flow_states,
    forecast,
    imports,
    ledger,
    measures,
    money,
    past,
    people,
    policies,
    rank,
    returns,
    rollups,
    rules,
    scenarios,
    usage,
    why,
    work,
    writes,
)
"""Each declares its operations when it is imported."""


def _addresses() -> list[URLPattern]:
    """The operations' addresses, so ordered that ``/w/{ws}/tags`` is not taken for ``/w/{ws}/{plural}``."""
    patterns = [found for found in door.api.urls[0] if isinstance(found, URLPattern) and found.name != "api-root"]
    for pattern in patterns:
        pattern.callback = door.guarded(pattern.callback)
    return sorted(patterns, key=lambda pattern: ["<" in part for part in str(pattern.pattern).split("/")])


urlpatterns: list[URLResolver | URLPattern] = [
    path(
        "api/v1/",
        (
            [
                path("openapi.json", door.guarded(openapi.serve), name="openapi"),
                *_addresses(),
                re_path(r"^(?P<rest>.*)$", door.guarded(door.unknown), name="unknown"),
            ],
            "api",
            "api",
        ),
    ),
]
