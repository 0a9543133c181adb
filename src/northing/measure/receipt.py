"""The receipt of a derived figure: its formula, what it is made of, and the revision that it speaks of."""

from __future__ import annotations

from typing import Any

import msgspec

from northing.portfolio.errors import NotFound
from northing.portfolio.filter.columns import position

from .columns import registry
from .derived import Derived, Term
from .sentence import Ref
from .view import View


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, accounted for."""

    of: Ref
    column: Derived
    """Title, formula, whose definition it is, and its version."""
    value: Any
    terms: tuple[Term, ...]
    """Re-read and put together by the formula, they give the value."""
    branch: str
    revision: int


def receipt(view: View, kind: str, id: str, name: str) -> Receipt:
    """The receipt of derived column *name* of one entity. Raises :class:`NotFound` where there is no such figure."""
    column = registry().get(kind, {}).get(name)
    at = position(view.plan, kind).get(id)
    if column is None or at is None:
        raise NotFound("There is no such figure at this revision.")
    return Receipt(
        of=Ref(kind, id),
        column=column,
        value=view.derived_values(kind, name)[at],
        terms=tuple(column.terms(view, id)),
        branch=view.plan.branch,
        revision=view.plan.no,
    )
