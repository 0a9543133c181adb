"""What a derived column is: its values for a whole kind at once, and what each of them is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from northing.portfolio.filter.vocabulary import ValueType

from .sentence import Ref
from .view import View


class Term(msgspec.Struct, frozen=True):
    """One of the things that a derived value is made of: an entity, and what it brings."""

    ref: Ref
    value: Any = None
    """Its part of a sum, its rating, its date; None where it counts by being there."""
    field: str | None = None
    """The stored field that *value* stands in, where it is one."""


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """One derived column of one kind."""

    kind: str
    name: str
    title: str
    type: ValueType
    formula: str
    """How it is computed, in words that a page may show."""
    reads: frozenset[str]
    """The kinds whose entities it is computed from."""
    of: Callable[[View], Sequence[Any]]
    """Its values, in the order of the kind's table."""
    terms: Callable[[View, str], Iterable[Term]]
    """What the value of one entity is made of: the receipt of the figure."""
    source: str = "Northing"
    """Whose definition it is."""
    version: int = 1
    unit: str | None = None
    ref: str | None = None
    choices: tuple[str, ...] = ()
    ordered: bool = False
    by_day: bool = False
    """Whether it depends on the View's day."""
    by_money: bool = False
    """Whether it depends on the reader's currency and on facts; such a column depends on the day, too."""
    kept: bool = True
    """Whether it is a function of plan and day alone, and so may be kept with them."""
