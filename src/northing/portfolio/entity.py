"""What all entities share, and how a field says what it is.

A body is a frozen struct, one class a kind. Every field is optional unless the entity means nothing
without it: real portfolios have gaps, and a gap is shown, not filled. ``None`` is *empty*.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Any, ClassVar, Literal

import msgspec

Custom = str | bool | list[str]
"""A custom field's value as JSON: text, date and decimal number as a string; flag; several choices as a list."""


def about(
    title: str,
    help: str = "",
    *,
    ref: str | None = None,
    long: bool = False,
    money: str | None = None,
    unit: str | None = None,
    choices: tuple[str, ...] = (),
    hidden: bool = False,
) -> msgspec.Meta:
    """Describe a field: its *title* on screen (Babel keyword ``about``), *help*, and what its type cannot say.

    ``ref`` names the kind a reference points to ("*" for any); ``long`` marks text of several lines;
    ``money`` names the field that holds its currency; ``choices`` suggests words without forbidding others.
    """
    return msgspec.Meta(
        title=title,
        description=help or None,
        extra={"ref": ref, "long": long, "money": money, "unit": unit, "choices": choices, "hidden": hidden},
    )


Id = Annotated[str, about("Identifier", hidden=True)]


class Entity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What every kind has: an id that is the same on every branch and never used again.

    ``gc=False``: bodies hold plain values and cannot form cycles, so the collector need not look through the
    hundred thousands of them that a process holds.
    """

    KIND: ClassVar[str]
    PLURAL: ClassVar[str]
    TITLE: ClassVar[str]
    TITLE_PLURAL: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    """Version of the body's form; ``upcast.py`` brings older ones here."""
    NUMBERED: ClassVar[str | None] = None
    """Prefix of the number that people see ("INV"), for kinds that have one in ``number``."""
    LOADED: ClassVar[bool] = True
    """Whether a Plan holds the kind; source rows are read only when asked for."""
    APPEND_ONLY: ClassVar[bool] = False
    """Whether it is corrected only by a reversing entry."""

    id: Id
    custom: Annotated[dict[str, Custom], about("Custom fields", hidden=True)] = {}
    withheld: Annotated[
        dict[str, str], about("Withheld", "Fields that the source withholds, each with its stated reason.", hidden=True)
    ] = {}
    source_row: Annotated[
        str | None, about("Source row", "The row that it was read from.", ref="source_row", hidden=True)
    ] = None


Direction = Literal["up", "down"]
"""Whether more of something is better, or less."""


def new_id() -> str:
    """A fresh UUIDv7: sorts by the time of its making."""
    import secrets
    import time

    ms = time.time_ns() // 1_000_000
    raw = (ms << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=raw))


NAMESPACE = uuid.UUID("6f1f2f0e-5d7c-5c43-9b6e-4e6f72746869")


def derived_id(*parts: str) -> str:
    """The id that an import gives: uuid5 of source, scope and native id or ordinal; the same every time."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


def encode(value: Any) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8. What is stored and hashed."""
    return msgspec.json.encode(value, order="sorted")
