"""Receipts of one order or contract: ``commitment.amount id=COM-0001``, ``commitment.billed``, ``commitment.open``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from northing.measure.commitments import OpenCommitment, commitments, is_closed
from northing.measure.explained import Asked, Measure, Question, Term, entity
from northing.measure.sentence import Ref, Said
from northing.portfolio.errors import NotFound
from northing.portfolio.filter.writer import quoted
from northing.portfolio.money import Amounts
from northing.portfolio.words import word


def _one(question: Question) -> OpenCommitment:
    id = entity(question.view, "commitment", question.get("id"))
    found = next((one for one in commitments(question.view) if one.id == id), None)
    if found is None:
        raise NotFound("There is no such figure at this revision.")
    return found


def _of(part: Callable[[OpenCommitment], Decimal]) -> Callable[[Question], Amounts]:
    def value(question: Question) -> Amounts:
        one = _one(question)
        return Amounts({one.currency: part(one)})

    return value


def _amount_terms(question: Question) -> Sequence[Term]:
    one = _one(question)
    return [Term(value=Amounts({one.currency: one.amount}), ref=Ref("commitment", one.id), field="amount")]


def _bills(question: Question) -> list[Asked]:
    """The bill rows that name its reference."""
    view = question.view
    reference = (view.plan.commitments[_one(question).id].reference or "").strip()
    if view.facts is None or not reference:
        return []
    where = f"order_ref = {quoted(reference)}"
    lines = view.facts.count("cost", where=where, today=view.today)
    return [Asked(table="cost", column="billed", lines=lines, where=where)] if lines else []


def _billed_terms(question: Question) -> Sequence[Term]:
    one = _one(question)
    reference = (question.view.plan.commitments[one.id].reference or "").strip()
    if not reference:
        return []
    rows = sum(asked.lines for asked in _bills(question))
    said = Said(word("Cost rows that name {reference}"), {"reference": reference})
    return [Term(value=Amounts({one.currency: one.billed}), said=said, rows=rows)]


def _open_terms(question: Question) -> Sequence[Term]:
    one = _one(question)
    if is_closed(question.view.plan.commitments[one.id], question.view.today) or one.billed > one.amount:
        return []  # nothing is open, whatever is left between the two
    return [
        Term(
            value=Amounts({one.currency: amount}),
            sign=sign,
            said=Said(title),
            figure=question.figure.but(f"commitment.{name}"),
        )
        for sign, title, name, amount in (
            (1, word("Ordered"), "amount", one.amount),
            (-1, word("Billed"), "billed", one.billed),
        )
    ]


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="commitment.amount",
        title=word("Ordered"),
        unit="money",
        formula=word("What the order or contract states, in its own currency."),
        of=_of(lambda one: one.amount),
        terms=_amount_terms,
        parameters=("id",),
    ),
    Measure(
        name="commitment.billed",
        title=word("Billed of an order"),
        unit="money",
        formula=word(
            "Σ bill rows that name its reference, at the rate of each row's day. Of several orders with one reference "
            "the earlier is billed first."
        ),
        of=_of(lambda one: one.billed),
        terms=_billed_terms,
        facts=_bills,
        tables=("cost",),
        parameters=("id",),
    ),
    Measure(
        name="commitment.open",
        title=word("Open of an order"),
        unit="money",
        formula=word("Ordered − billed, never below zero; nothing from the day on which it was closed."),
        of=_of(lambda one: one.open),
        terms=_open_terms,
        parameters=("id",),
    ),
)
"""Every figure of an order or contract."""
