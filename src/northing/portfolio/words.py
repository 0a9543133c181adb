"""Words meant for people, marked where they stand and translated by the door that shows them."""

from __future__ import annotations


def word(text: str) -> str:
    """Mark *text* for the gettext catalogue and return it unchanged (Babel keyword ``word``)."""
    return text
