"""Receipts of work and what it serves: how much is in progress, in line of sight, on broken chains, and orphan.

``level``, ``id`` and ``policy`` say whose work is meant and how it is read. The terms are the items, each with the part
of it that counts; parts are added up, so that in sight + broken + unlinked = in progress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from northing.facts.flow_asking import Item
from northing.measure.explained import Asked, Measure, Question, Term, Unit
from northing.measure.flow.asked import read_whose
from northing.measure.flow.serving import Backlog, backlog, served
from northing.measure.flow.sight import Linked, Served
from northing.measure.flow.terms import item_term
from northing.measure.line_of_sight import CAUSES
from northing.measure.sentence import Said
from northing.portfolio.filter.writer import quoted
from northing.portfolio.words import word

SCOPED = ("level", "id", "policy")
MOST_ROWS = 2000
"""Items whose rows a receipt leads to; of more, the export has them."""

Counted = Callable[[Backlog, Linked, Question], Decimal]
"""Which part of an item counts."""


def _found(question: Question) -> Backlog | None:
    whose = read_whose(question.view, question.get("level") or None, question.get("id"))
    return backlog(question.view, whose, question.get("policy") or None)


def _serving(one: Linked, holds: Callable[[Served], bool]) -> Decimal:
    return sum((part.share for part in one.serves if holds(part)), Decimal(0))


def _whole(found: Backlog, one: Linked, question: Question) -> Decimal:
    return Decimal(1)


def _in_sight(found: Backlog, one: Linked, question: Question) -> Decimal:
    return _serving(one, lambda part: part.investment not in found.causes)


def _broken(found: Backlog, one: Linked, question: Question) -> Decimal:
    cause = question.get("cause")
    return _serving(one, lambda part: found.causes.get(part.investment) in ((cause,) if cause else CAUSES))


def _unlinked(found: Backlog, one: Linked, question: Question) -> Decimal:
    return one.left


def _orphan(found: Backlog, one: Linked, question: Question) -> Decimal:
    return Decimal(not one.serves)


def _parts(question: Question, counted: Counted) -> Iterator[tuple[Item, Decimal]]:
    found = _found(question)
    for one in found.seen.items if found is not None else ():
        share = counted(found, one, question)  # type: ignore[arg-type]
        if share:
            yield one.item, share


def _measure(
    name: str, title: str, formula: str, counted: Counted, *, parameters: tuple[str, ...] = SCOPED, whole: bool = False
) -> Measure:
    """Items in progress, each with the part of it that *counted* gives; *whole*: none counts in part."""

    def value(question: Question) -> Any:
        if _found(question) is None:
            return None
        total = sum((share for _, share in _parts(question, counted)), Decimal(0))
        return int(total) if whole else total

    def terms(question: Question) -> Sequence[Term]:
        found = _found(question)
        return [
            item_term(found.asked.work, item, 1 if share == 1 else share, share=None if share == 1 else share)
            for item, share in _parts(question, counted)
            if found is not None
        ]

    unit: Unit = "count" if whole else "number"
    return _made(
        name, title, unit, formula, value, terms, lambda q: [item for item, _ in _parts(q, counted)], parameters
    )


def _made(
    name: str, title: str, unit: Unit, formula: str, of: Callable[[Question], Any],
    terms: Callable[[Question], Sequence[Term]], items: Callable[[Question], Sequence[Item]],
    parameters: tuple[str, ...] = SCOPED,
) -> Measure:  # fmt: skip
    return Measure(
        name=f"work.{name}", title=title, unit=unit, formula=formula, of=of, terms=terms, tables=("work", "transition"),
        parameters=parameters, facts=lambda question: rows_of(question, items(question)),
    )  # fmt: skip


def rows_of(question: Question, items: Sequence[Item]) -> list[Asked]:
    """The rows of these items, as their deliveries have them."""
    facts = question.view.facts
    if facts is None or not items or len(items) > MOST_ROWS:
        return []
    where = f"item in ({', '.join(quoted(item.item) for item in items)})"
    return [Asked(table="work", column="", lines=facts.count("work", where=where), where=where, money=False)]


def _share(question: Question) -> Decimal | None:
    found = _found(question)
    share: Fraction | None = found.seen.share if found is not None else None
    return None if share is None else Decimal(share.numerator) / share.denominator


def _plain(items: Decimal) -> int | str:
    """A number of items beside a share, which a Decimal would be told as."""
    return int(items) if items == items.to_integral_value() else f"{items.normalize():f}"


def _share_terms(question: Question) -> Sequence[Term]:
    found = _found(question)
    if found is None:
        return []
    told = (
        ("work.in_sight", word("In line of sight"), _plain(found.seen.in_sight)),
        ("work.in_progress", word("In progress"), len(found.seen.items)),
    )
    return [
        Term(value=value, sign=0, said=Said(title), figure=question.figure.but(name)) for name, title, value in told
    ]


def _lately(question: Question) -> Sequence[Item]:
    found = _found(question)
    return found.lately if found is not None else ()


def _lately_terms(question: Question) -> Sequence[Term]:
    found = _found(question)
    return [item_term(found.asked.work, item) for item in _lately(question) if found is not None]


def _linked(question: Question) -> list[tuple[Item, Decimal]]:
    """The items that one link, or an investment's, take a part of, and how much of each."""
    found, mine, link = _found(question), served(question.view), question.get("link")
    told = []
    for item in found.asked.work.items if found is not None else ():
        parts = mine.get((item.source, item.item), ())
        share = sum((part.share for part in parts if not link or part.rule == link), Decimal(0))
        if share:
            told.append((item, share))
    return told


def _linked_terms(question: Question) -> Sequence[Term]:
    found = _found(question)
    return [
        item_term(found.asked.work, item, 1, share=None if share == 1 else share)
        for item, share in _linked(question)
        if found is not None
    ]


MEASURES = (
    _measure(
        "in_progress",
        word("Items in progress"),
        word("Items that have started and not finished, as the policy reads them."),
        _whole,
        whole=True,
    ),
    _measure(
        "in_sight",
        word("Items in line of sight"),
        word("Items in progress, each by the share that serves investments with an unbroken chain up to the board."),
        _in_sight,
    ),
    _measure(
        "broken",
        word("Items on broken chains"),
        word("Items in progress, each by the share that serves investments without a chain up to the board."),
        _broken,
        parameters=(*SCOPED, "cause"),
    ),
    _measure(
        "unlinked",
        word("Items that serve nothing"),
        word("Items in progress, each by the share that no link gives to an investment."),
        _unlinked,
    ),
    _measure(
        "orphans",
        word("Orphan items"),
        word("Items in progress of which no link gives any part to an investment."),
        _orphan,
        whole=True,
    ),
    _made(
        "in_sight_share",
        word("Share of work in line of sight"),
        "share",
        word("Items in line of sight / items in progress."),
        _share,
        _share_terms,
        lambda question: (),
    ),
    _made(
        "finished_lately",
        word("Items finished in the last 30 days"),
        "count",
        word("Items delivered in the last 30 days, today among them, as the policy reads them."),
        lambda question: len(_lately(question)) if _found(question) is not None else None,
        _lately_terms,
        _lately,
    ),
    _made(
        "linked",
        word("Items that are linked"),
        "count",
        word("Items, in progress or not, of which the link gives a part to its investment."),
        lambda question: len(_linked(question)),
        _linked_terms,
        lambda question: [item for item, _ in _linked(question)],
        (*SCOPED, "link"),
    ),
)
"""Every figure of work and what it serves."""
