"""Words meant for people, marked where they stand and translated by the door that shows them."""

from __future__ import annotations


def word(text: str) -> str:
    """Mark *text* for the gettext catalogue and return it unchanged (Babel keyword ``word``)."""
    return text


def in_sentence(title: str) -> str:
    """*title* as it stands inside a sentence: "milestone"; an abbreviation stays as it is: "AI system"."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
