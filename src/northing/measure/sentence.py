"""Sentences whose figures stay typed until a door renders them in somebody's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from northing.portfolio.words import Several


class Ref(msgspec.Struct, frozen=True, order=True):
    """An entity, to be shown by its name and linked."""

    kind: str
    id: str


class Said(msgspec.Struct, frozen=True):
    """A sentence: a template marked for translation, and its values: refs, money, dates, numbers, choices.

    Where it counts something, its template has two forms. ``report.words.say`` renders it.
    """

    template: str | Several
    values: Mapping[str, Any] = {}


class Mend(msgspec.Struct, frozen=True, kw_only=True):
    """The edit that would mend something: a field to change, or an entity to create with what is known of it."""

    op: str
    """``change`` or ``create``."""
    kind: str
    id: str | None = None
    field: str | None = None
    given: Mapping[str, Any] = {}
    """For ``create``: the fields that are known already."""
    words: Said | None = None
