"""Columns that say the same: one as it came, one cleaned; the fuller one gives the value, the other its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from .meanings import UNITS, Shape, tokens
from .profile import Profile


def twins(columns: Mapping[str, Profile]) -> dict[str, str]:
    """Columns that another one covers: wherever they say something, the other says the same."""
    found: dict[str, str] = {}
    for shape, share in (("date", "date_share"), ("money", "money_share"), ("rating", "rating_share")):
        alike = [
            column for column in columns.values() if getattr(column, share) > 0.5 and column.suits(_shape(shape)) > 0
        ]
        for one, other in combinations(alike, 2):
            pair = _covers(one, other, _shape(shape))
            if pair and pair[1] not in found:
                found[pair[1]] = pair[0]
    return {covered: _root(found, covering) for covered, covering in found.items()}


def _shape(word: str) -> Shape:
    shapes: dict[str, Shape] = {"date": "date", "money": "money", "rating": "rating"}
    return shapes[word]


def _root(found: Mapping[str, str], name: str) -> str:
    seen = set()
    while name in found and name not in seen:
        seen.add(name)
        name = found[name]
    return name


def _covers(one: Profile, other: Profile, shape: Shape) -> tuple[str, str] | None:
    """(covering, covered) where one of the two says all that the other says."""
    if not _related(one.name, other.name):
        return None
    pairs = [(one.parsed(shape, a), other.parsed(shape, b)) for a, b in zip(one.cells, other.cells, strict=True)]
    left = sum(a is not None for a, _ in pairs)
    right = sum(b is not None for _, b in pairs)
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    if len(both) < 8 or sum(a == b for a, b in both) < 0.95 * len(both):
        return None
    if len(both) < 0.95 * min(left, right):
        return None
    if left == right:
        first = len(one.said) <= len(other.said)  # the one with less around it is the cleaned one
        return (one.name, other.name) if first else (other.name, one.name)
    return (one.name, other.name) if left > right else (other.name, one.name)


def _related(one: str, other: str) -> bool:
    """Whether two columns share a word that is no unit."""
    return bool((set(tokens(one)) & set(tokens(other))) - UNITS)
