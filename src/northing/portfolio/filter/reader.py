"""Text → syntax tree. What is no query is a search for its words; what is a faulty query is said to be one."""

from __future__ import annotations

import functools
import re

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from lark.visitors import v_args

from northing.portfolio.errors import Finding, Invalid

from .tree import Among, And, Blank, Compare, Each, Everything, Match, Node, Not, Op, Or, Path, Query, Scope, Search

_STEP = re.compile(r'"((?:[^"\\]|\\[\s\S])*)"|\'((?:[^\'\\]|\\[\s\S])*)\'|([^."]+)')
_QUOTED = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|\'(?:[^\'\\]|\\[\s\S])*\'')
_SIGNS = re.compile(r"[=<>()\"]")
MAX_LENGTH = 10_000
MAX_DEPTH = 50
MAX_CONDITIONS = 200
"""Each condition is a pass over all entities."""


def read(text: str) -> Query:
    """The tree of *text*. Raises :class:`Invalid` with the place of the fault.

    Text that is no query and holds no sign of one (``= < > ( ) "``) is a search for each of its words.
    """
    if len(text) > MAX_LENGTH:
        raise invalid(f"A filter may be {MAX_LENGTH:,} characters long; this one has {len(text):,}.", text)
    if not text.strip():
        return Query(text, Everything())
    if _depth(text) > MAX_DEPTH:
        raise invalid(f"A filter may hold brackets {MAX_DEPTH} deep.", text)
    reader = _Reader()
    try:
        root = reader.transform(_grammar().parse(text))
    except UnexpectedInput as wrong:
        if not _SIGNS.search(text):
            return search_for(text)
        raise _fault(text, wrong) from None
    assert isinstance(root, Node)
    if reader.conditions > MAX_CONDITIONS:
        raise invalid(f"A filter may hold {MAX_CONDITIONS} conditions; this one has {reader.conditions}.", text)
    return Query(text, root, tuple(reader.places))


def search_for(text: str) -> Query:
    """The query that searches for each word of *text*; words in quotes are looked for as they stand together."""
    words = [
        Search(unquote(word)) for word in re.findall(r'"(?:[^"\\]|\\[\s\S])*"|[^\s"]+', text) if unquote(word).strip()
    ]
    if not words:
        return Query(text, Everything())
    if len(words) > MAX_CONDITIONS:
        raise invalid(f"A search may have {MAX_CONDITIONS} words; this one has {len(words)}.", text)
    return Query(text, words[0] if len(words) == 1 else And(tuple(words)))


def unquote(word: str) -> str:
    """*word* without its quotes and escapes, where it has any."""
    if _QUOTED.fullmatch(word):
        return re.sub(r"\\([\s\S])", r"\1", word[1:-1])
    return word


def split_path(word: str) -> Path:
    """The steps of a path as written: parted by dots, a step in quotes whole."""
    steps = []
    for found in _STEP.finditer(word):
        inside = found[1] if found[1] is not None else found[2]
        steps.append(found[3] if inside is None else re.sub(r"\\([\s\S])", r"\1", inside))
    return tuple(steps) or (word,)


def invalid(
    message: str, text: str, at: int | None = None, *, remedy: str | None = None, code: str = "filter"
) -> Invalid:
    """A fault of a filter's text, with the column (from 1) where it stands."""
    finding = Finding(
        code=code,
        message=message,
        column=None if at is None else str(at + 1),
        value=text[:200],
        remedy=remedy,
    )
    return Invalid(message, findings=[finding], remedy=remedy)


@functools.cache
def _grammar() -> Lark:
    return Lark.open(
        "grammar.lark", rel_to=__file__, parser="lalr", start="query", lexer="contextual", maybe_placeholders=False
    )


@v_args(inline=True)
class _Reader(Transformer[Token, Node]):
    """Builds the tree bottom up and notes where names and values stand."""

    def __init__(self) -> None:
        super().__init__(visit_tokens=False)
        self.places: list[tuple[str, int]] = []
        self.conditions = 0

    def _path(self, word: Token) -> Path:
        self.conditions += 1
        path = split_path(str(word))
        self.places.append((".".join(path), word.start_pos or 0))
        return path

    def _value(self, word: Token) -> str:
        value = unquote(str(word)) if word.type == "WORD" else " ".join(str(word).split())
        self.places.append((value, word.start_pos or 0))
        return value

    def search(self, word: Token) -> Node:
        self.conditions += 1
        text = unquote(str(word))
        return Search(text) if text.strip() else Everything()

    def compare(self, word: Token, sign: Token, value: Token) -> Node:
        op: Op = "!=" if sign.lower().endswith("not") else "=" if sign.lower() == "is" else str(sign)  # type: ignore[assignment]
        return Compare(self._path(word), op, self._value(value))

    def among(self, word: Token, sign: Token, *values: Token) -> Node:
        return Among(
            self._path(word), tuple(self._value(value) for value in values), negated=sign.lower().startswith("not")
        )

    def match(self, word: Token, sign: Token, value: Token) -> Node:
        return Match(self._path(word), "contains" if sign.lower() == "contains" else "starts with", self._value(value))

    def blank(self, word: Token, sign: Token) -> Node:
        words = sign.lower().split()
        return Blank(self._path(word), words[-1], negated="not" in words)  # type: ignore[arg-type]

    def each(self, which: Token, test: Node) -> Node:
        return Each(str(which).lower(), test)  # type: ignore[arg-type]

    def scope(self, which: Token, word: Token, _where: Token, where: Node) -> Node:
        return Scope(str(which).lower(), self._path(word), where)  # type: ignore[arg-type]

    def negated(self, _not: Token, part: Node) -> Node:
        return Not(part)

    def sequence(self, *parts: Node) -> Node:
        return And(parts)

    def both(self, *parts: Node | Token) -> Node:
        return And(tuple(part for part in parts if isinstance(part, Node)))

    def either(self, *parts: Node | Token) -> Node:
        return Or(tuple(part for part in parts if isinstance(part, Node)))


def _fault(text: str, wrong: UnexpectedInput) -> Invalid:
    if isinstance(wrong, UnexpectedEOF) or (isinstance(wrong, UnexpectedToken) and wrong.token.type == "$END"):
        if text.count("(") > text.count(")"):
            return invalid("A bracket is opened and not closed.", text, text.rfind("("), remedy="Add “)”.")
        return invalid("The filter stops where a value or a condition should follow.", text, len(text.rstrip()))
    at = wrong.pos_in_stream if wrong.pos_in_stream is not None else 0
    rest = text[at : at + 20]
    if isinstance(wrong, UnexpectedCharacters) and rest[:1] in ("\"'"):
        return invalid(
            "A quote is opened and not closed.", text, at, remedy='Close it, or write \\" for a quote in a text.'
        )
    if rest.startswith(")"):
        return invalid("A bracket is closed that was not opened, or is empty.", text, at)
    return invalid(
        f"“{rest.split()[0] if rest.split() else rest}” cannot stand here.",
        text,
        at,
        remedy="Put text with spaces or signs in quotes; join conditions with and, or, not.",
    )


def _depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest + len(re.findall(r"(?i)\bnot(?=\s+not\b)", text))
