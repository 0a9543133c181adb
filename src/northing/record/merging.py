"""Three-way merge, field by field.

The unit is the top-level field. Maps (custom fields, withheld fields) are merged per key, tags as a set;
lists and text are taken whole. A field that both sides set to the same value is no conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from northing.portfolio.edits import MAPS, SETS, Body
from northing.portfolio.errors import FieldConflict

Choice = Literal["theirs", "yours"]
Place = tuple[str, str, str | None]
"""Kind, id and field (``custom.<key>`` inside maps; None for the whole entity)."""

Resolve = Choice | Mapping[Place, Any] | Callable[[FieldConflict], Any] | None
"""How conflicts are settled: one side for all of them, or for each place a side or a JSON value."""


class Clash(NamedTuple):
    field: str | None
    base: Any
    theirs: Any
    yours: Any


def merge(base: Body | None, theirs: Body | None, yours: Body | None) -> tuple[Body | None, list[Clash]]:
    """The body with both sides' changes since *base*, and where they clash: there *theirs* stands."""
    if yours in (base, theirs):
        return theirs, []
    if theirs == base:
        return yours, []
    if theirs is None or yours is None:
        return theirs, [Clash(None, base, theirs, yours)]
    clashes: list[Clash] = []
    before = base or {}
    merged: Body = {}
    for name in dict.fromkeys((*theirs, *yours)):
        b, t, y = before.get(name), theirs.get(name), yours.get(name)
        if y in (b, t):
            value = t
        elif t == b:
            value = y
        elif name in MAPS:
            value = _merge_map(name, b or {}, t or {}, y or {}, clashes)
        elif name in SETS:
            value = _merge_set(b or (), t or (), y or ())
        else:
            value = t
            clashes.append(Clash(name, b, t, y))
        if value is not None:
            merged[name] = value
    return merged, clashes


def _merge_map(
    name: str, base: Mapping[str, Any], theirs: Mapping[str, Any], yours: Mapping[str, Any], clashes: list[Clash]
) -> dict[str, Any] | None:
    merged: dict[str, Any] = {}
    for key in dict.fromkeys((*theirs, *yours)):
        b, t, y = base.get(key), theirs.get(key), yours.get(key)
        if t != b and y not in (b, t):
            clashes.append(Clash(f"{name}.{key}", b, t, y))
        value = y if t == b else t
        if value is not None:
            merged[key] = value
    return merged or None


def _merge_set(base: Any, theirs: Any, yours: Any) -> list[Any] | None:
    kept = set(base) & set(theirs) & set(yours)
    added = (set(theirs) | set(yours)) - set(base)
    return sorted(kept | added) or None


def put(body: Body, field: str, value: Any) -> Body:
    """*body* with *field* (``custom.<key>`` inside maps) set; None empties it."""
    name, _, key = field.partition(".")
    if key and name in MAPS:
        inner = {**body.get(name, {}), key: value}
        value = {k: v for k, v in inner.items() if v is not None} or None
    after = {**body, name: value}
    if value is None:
        del after[name]
    return after


def choose(resolve: Resolve, conflict: FieldConflict) -> tuple[bool, Any]:
    """Whether *resolve* settles *conflict*, and the value it takes."""
    if resolve is None:
        return False, None
    if callable(resolve):
        chosen = resolve(conflict)
    elif isinstance(resolve, str):
        chosen = resolve
    else:
        place = (conflict.kind, conflict.id, conflict.field)
        if place not in resolve:
            return False, None
        chosen = resolve[place]
    if chosen == "theirs":
        return True, conflict.theirs
    if chosen == "yours":
        return True, conflict.yours
    return True, chosen


def differing(before: Body | None, after: Body | None) -> list[tuple[str, Any, Any]]:
    """The fields, maps opened, in which two bodies differ: (field, before, after). The id is not one."""
    found: list[tuple[str, Any, Any]] = []
    a, b = before or {}, after or {}
    for name in dict.fromkeys((*a, *b)):
        x, y = a.get(name), b.get(name)
        if x == y or name == "id":
            continue
        if name in MAPS:
            x, y = x or {}, y or {}
            found.extend(
                (f"{name}.{key}", x.get(key), y.get(key)) for key in dict.fromkeys((*x, *y)) if x.get(key) != y.get(key)
            )
        else:
            found.append((name, x, y))
    return found
