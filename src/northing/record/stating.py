"""What a file states of an entity beside what is known of it: where they differ, and the edit that follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northing.portfolio.edits import MAPS, Body, Edit


def differing(body: Body, stated: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields in which *stated* says otherwise than *body*, maps opened: field → (before, after)."""
    found: dict[str, tuple[Any, Any]] = {}
    for field, value in stated.items():
        was = body.get(field)
        if field in MAPS:
            old, new = was or {}, value or {}
            for key in new:
                if old.get(key) != new[key]:
                    found[f"{field}.{key}"] = (old.get(key), new[key])
        elif was != value and not (not was and value in ([], ())):
            found[field] = (was, value)
    return found


def nested(differs: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for place, (_, value) in differs.items():
        field, _, key = place.partition(".")
        if key:
            fields.setdefault(field, {})[key] = value
        else:
            fields[field] = value
    return fields


def stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if value is not None}


def edit_of(says: Edit, differs: Mapping[str, tuple[Any, Any]]) -> Edit | None:
    return Edit(op="change", kind=says.kind, id=says.id, fields=nested(differs)) if differs else None
