"""One entity as a program is shown it: its fields, what is computed of it, and what is linked to it.

The API and ``northing show --json`` give this one form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from northing.measure.view import View
from northing.portfolio.entity import Entity
from northing.portfolio.filter.columns import position, values
from northing.portfolio.filter.vocabulary import Word
from northing.portfolio.kinds import fields
from northing.record import Blame

MOST_LINKS = 200
"""Links of one name that are listed; all of them are counted."""


class Linked(msgspec.Struct, kw_only=True):
    """What points at the entity by one field, or from one kind."""

    kind: str
    title: str
    count: int
    ids: list[str]


class Shown(msgspec.Struct, kw_only=True):
    """An entity. Empty fields are null; references are ids, named in ``names`` beside it."""

    kind: str
    id: str
    number: str | None
    name: str
    fields: dict[str, Any]
    derived: dict[str, Any]
    """What is computed of it: planned money, health, progress; see the kind's schema for the formulas."""
    links: dict[str, Linked]
    blame: dict[str, Blame] | None = None
    """Field → who set its present value; where it was asked for."""


def show(view: View, entity: Entity, blame: dict[str, Blame] | None = None) -> Shown:
    """*entity* with its fields, its derived columns and, with *blame*, who set each."""
    kind = entity.KIND
    words = view.vocabulary.words(kind)
    at = position(view.plan, kind)[entity.id]
    return Shown(
        kind=kind,
        id=entity.id,
        number=getattr(entity, "number", None),
        name=view.call(entity),
        fields={name: getattr(entity, name) for name in fields(kind) if name != "id"},
        derived={word.name: values(view, word)[at] for word in words.values() if word.origin == "derived"},
        links=dict(_links(view, words.values(), at)),
        blame=blame,
    )


def _links(view: View, words: Iterable[Word], at: int) -> Iterable[tuple[str, Linked]]:
    for word in words:
        if word.origin != "reverse":
            continue
        ids: tuple[str, ...] = values(view, word)[at] or ()
        if ids:
            yield word.name, Linked(kind=word.ref or "*", title=word.title, count=len(ids), ids=list(ids[:MOST_LINKS]))


def names_of(view: View, value: Any, into: dict[str, str]) -> dict[str, str]:
    """Id → name for every reference found in *value*, so that nobody has to ask again."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            if len(part) == 36 and part not in into and (entity := view.plan.find(part)) is not None:
                into[part] = view.call(entity)
        elif isinstance(part, Mapping):
            stack.extend(part.values())
        elif isinstance(part, list | tuple):
            stack.extend(part)
        elif isinstance(part, msgspec.Struct):
            stack.extend(getattr(part, name) for name in part.__struct_fields__)
    return into
