"""Older bodies brought to today's form. Stored bytes are never rewritten; these functions are kept for ever."""

from __future__ import annotations

from collections.abc import Callable

from .edits import Body
from .kinds import KINDS

UPCASTS: dict[tuple[str, int], Callable[[Body], Body]] = {}
"""(kind, schema it starts from) → a pure function to the next schema."""


def upcast(kind: str, schema: int, body: Body) -> Body:
    """*body*, written under *schema*, as the newest schema of *kind* has it."""
    for step in range(schema, KINDS[kind].SCHEMA):
        body = UPCASTS[kind, step](body)
    return body
