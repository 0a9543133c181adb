"""The syntax tree of the filter language: what was asked, before anybody looks at a plan.

Names and values stand in it as they were written; what they mean depends on the kind that is asked
(``vocabulary.py``) and on the day (``comparing.py``). ``writer.write`` writes it back as text that reads as the
same tree.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Path = tuple[str, ...]
"""Steps over links to a field: ``("owner", "org_unit", "name")``."""

Op = Literal["=", "!=", "<", "<=", ">", ">="]
Which = Literal["any", "all", "none"]


class Node(msgspec.Struct, frozen=True, tag=True):
    """A condition that holds of an entity or does not."""


class Everything(Node, frozen=True, tag=True):
    """The empty text: holds of all."""


class Search(Node, frozen=True, tag=True):
    """A word or a quoted phrase occurs in the entity's words."""

    text: str


class Compare(Node, frozen=True, tag=True):
    path: Path
    op: Op
    value: str


class Among(Node, frozen=True, tag=True):
    """``in (…)``; negated, different from each of them (and not empty)."""

    path: Path
    values: tuple[str, ...]
    negated: bool = False


class Match(Node, frozen=True, tag=True):
    path: Path
    how: Literal["contains", "starts with"]
    text: str


class Blank(Node, frozen=True, tag=True):
    """``is empty``, or ``is withheld``: empty because the source withholds it."""

    path: Path
    state: Literal["empty", "withheld"] = "empty"
    negated: bool = False


class Each(Node, frozen=True, tag=True):
    """``all(x.y = z)``: the test holds of everything that its path reaches, and of at least one."""

    which: Which
    test: Node


class Scope(Node, frozen=True, tag=True):
    """``any(x where …)``: things reached by *path* of which the condition holds as a whole."""

    which: Which
    path: Path
    where: Node


class Not(Node, frozen=True, tag=True):
    part: Node


class And(Node, frozen=True, tag=True):
    parts: tuple[Node, ...]


class Or(Node, frozen=True, tag=True):
    parts: tuple[Node, ...]


TESTS = (Compare, Among, Match, Blank)
"""The conditions that look at one path."""


class Query(msgspec.Struct, frozen=True):
    """A text that was read: its tree, and where in the text each name and value stands (from 0)."""

    text: str
    root: Node
    places: tuple[tuple[str, int], ...] = ()

    def place_of(self, *words: str) -> int | None:
        """Where the first of *words* stands in the text."""
        return next((at for word in words for written, at in self.places if written == word), None)
