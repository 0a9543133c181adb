"""Items of work as the terms of a figure: each by its key and title, with its start and finish, and the way to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from northing.facts.flow_asking import Item
from northing.measure.explained import Term
from northing.measure.sentence import Ref, Said
from northing.portfolio.words import word

from .work import Work

ITEM = "work"
"""The kind by which a :class:`Ref` names an item: by its key, else by its id in its source."""


def ref_of(item: Item) -> Ref:
    """The item, to be linked to its page."""
    return Ref(ITEM, item.key or item.item)


def item_term(work: Work, item: Item, value: Any = 1, *, share: Decimal | None = None, sign: int = 1) -> Term:
    """*item* as what brings *value* to a figure."""
    name = " ".join(filter(None, (item.key or item.item, item.title)))
    started, finished = (None if at is None else work.days.of(at) for at in (item.started, item.finished))
    values = {"name": name, "start": started, "finish": finished}
    if started is None:
        said = Said(word("{name}, finished {finish}"), values) if finished else Said(word("{name}"), values)
    elif finished is None:
        said = Said(word("{name}, since {start}"), values)
    else:
        said = Said(word("{name}, {start} to {finish}"), values)
    return Term(
        value=value, ref=ref_of(item), said=said, share=share, stated=1 if share is not None else None, sign=sign
    )
