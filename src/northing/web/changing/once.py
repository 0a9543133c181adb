"""A form that is sent twice, by a double click, by Back or by a browser that tries again, adds nothing twice.

Each form carries a word of its own, made when it was shown: Django's token against forgery, masked anew on every
page. What the form creates is called after that word and after what it says, so that the same form with the same words
in it creates the same entities, and the record has them already. Other words in the same form are another wish, and
create anew.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from northing.portfolio.edits import Edit
from northing.portfolio.entity import derived_id, encode

FIELD = "csrfmiddlewaretoken"


def called_after(word: str, edits: list[Edit], kept: Collection[str] = ()) -> list[Edit]:
    """*edits* with the ids of what they create derived from *word* and from what is said, but for those *kept*."""
    made = [edit.id for edit in edits if edit.op == "create" and edit.id not in kept]
    if not word or not made:
        return edits
    own = [edit for edit in edits if edit.id not in kept]
    said = encode(_renamed(msgspec.to_builtins(own), {id: f"#{number}" for number, id in enumerate(made)}))
    names = {id: derived_id("form", word, said.decode(), str(number)) for number, id in enumerate(made)}
    return msgspec.convert(_renamed(msgspec.to_builtins(edits), names), list[Edit])


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    return [_renamed(item, names) for item in value] if isinstance(value, list | tuple) else value
