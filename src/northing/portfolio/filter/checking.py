"""A query looked over before it is kept or asked: every name known, every value comparable."""

from __future__ import annotations

from datetime import date

from .comparing import WrongValue, predicate
from .reader import invalid, search_for
from .tree import Among, And, Blank, Compare, Each, Match, Node, Not, Or, Path, Query, Scope
from .vocabulary import UnknownWord, Vocabulary, Word

SIGNS = frozenset('=<>()"')
NEAR_ENOUGH = 75.0
"""From here on an unknown name before a word like ``in`` is taken for a slip of the pen, and not for text."""


def checked(query: Query, vocabulary: Vocabulary, kind: str) -> Query:
    """*query* itself, or the search for its words where it names nothing and holds no sign of a query."""
    try:
        _look(query.root, vocabulary, kind)
    except UnknownWord as unknown:
        if not SIGNS & set(query.text) and unknown.score < NEAR_ENOUGH:
            return search_for(query.text)
        raise invalid(
            unknown.message,
            query.text,
            query.place_of(".".join(unknown.path)),
            remedy=f"Did you mean “{unknown.near}”?" if unknown.near else None,
            code="filter-word",
        ) from None
    except WrongValue as wrong:
        raise invalid(
            wrong.message, query.text, query.place_of(wrong.value), remedy=wrong.remedy, code="filter-value"
        ) from None
    return query


def _look(node: Node, vocabulary: Vocabulary, kind: str) -> None:
    match node:
        case Not(part):
            _look(part, vocabulary, kind)
        case And(parts) | Or(parts):
            for part in parts:
                _look(part, vocabulary, kind)
        case Each(_, test):
            _look(test, vocabulary, kind)
        case Scope(_, path, where):
            words = links(vocabulary, kind, path)
            _look(where, vocabulary, words[-1].ref or "")
        case Blank(path, state):
            word = vocabulary.path(kind, path)[-1]
            if state == "withheld" and word.origin not in ("field", "custom"):
                raise UnknownWord(
                    word.kind,
                    path,
                    path[-1],
                    None,
                    100,
                    f"“{word.title}” is not read from a source; nothing withholds it.",
                )
        case Compare(path) | Among(path) | Match(path):
            word = vocabulary.path(kind, path)[-1]
            if not word.link:
                predicate(node, word, vocabulary.calendar, date(2000, 1, 1))
            elif isinstance(node, Compare) and node.op not in ("=", "!="):
                raise WrongValue(
                    node.value,
                    f"“{word.title}” is a link; {node.op} cannot order links.",
                    f"Compare a field of it: {'.'.join(path)}.… {node.op} {node.value}",
                )


def links(vocabulary: Vocabulary, kind: str, path: Path) -> tuple[Word, ...]:
    """The words of a path that leads to entities, for ``any(path where …)``."""
    words = vocabulary.path(kind, path)
    if not words[-1].link or words[-1].ref in (None, "*"):
        raise UnknownWord(kind, path, path[-1], None, 0, f"“{words[-1].title}” is no link; “where” needs one.")
    return words
