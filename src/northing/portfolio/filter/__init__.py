"""The filter language: ``stage = pilot and not owner is empty``; its grammar is in ``docs/filter.md``.

``read`` makes a syntax tree of text, ``ask_plan`` says which entities it holds of.
"""

from .checking import checked
from .evaluate import ask_plan
from .reader import read
from .tree import Node, Query
from .vocabulary import Vocabulary, Word
from .writer import write

__all__ = ["Node", "Query", "Vocabulary", "Word", "ask_plan", "checked", "parse", "read", "write"]


def parse(text: str, vocabulary: Vocabulary, kind: str) -> Query:
    """The query that *text* is for *kind*: read, and every name in it looked up. Raises :class:`Invalid`."""
    return checked(read(text), vocabulary, kind)
