"""Words meant for people, marked where they stand and translated by the door that shows them."""

from __future__ import annotations

from typing import NamedTuple


def word(text: str) -> str:
    """Mark *text* for the gettext catalogue and return it unchanged (Babel keyword ``word``)."""
    return text


class Several(NamedTuple):
    """A sentence in two forms; the value called ``by`` decides which is said, and there may be more in a language."""

    one: str
    many: str
    by: str


def several(one: str, many: str, by: str) -> Several:
    """Mark a sentence and its plural for the gettext catalogue (Babel keyword ``several:1,2``)."""
    return Several(one, many, by)


def in_sentence(title: str) -> str:
    """*title* as it stands inside a sentence: "milestone"; an abbreviation stays as it is: "AI system"."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
