"""Receipts of what an investment is worth and costs where a plan is chosen: from the first day that is decided on.

``id`` names the investment; ``way`` one of the ways in which it can be done, as planned where none is named; ``worth``
says whether all that is claimed counts, or only what reaches the books (``cash``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from northing.measure.choosing.choosing import CASH, CLAIMED, Choosing, choosing
from northing.measure.choosing.ways import ONE, Drawing, Offer, Way
from northing.measure.explained import Measure, Question, Term, entity
from northing.measure.money_flows import line_currency
from northing.measure.sentence import Ref
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.investment import Investment
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

PLANNED = "planned"
"""The way that the plan has."""
WORTHS = (CLAIMED, CASH)
"""What an investment may be worth here: what a score or a field says has a receipt of its own."""


def _found(question: Question) -> tuple[Choosing, Offer, Way]:
    worth = question.get("worth") or CLAIMED
    if worth not in WORTHS:
        raise Invalid(f"An investment is not worth “{worth}” here.", remedy=f"Say {CLAIMED} or {CASH}.")
    found = choosing(question.view, worth)
    offer = found.by_id.get(entity(question.view, "investment", question.get("id")))
    if offer is None:
        raise NotFound("Nothing of this investment is still to be decided.")
    way = offer.way(question.get("way") or PLANNED)
    if way is None:
        ways = ", ".join(one.name for one in offer.ways)
        raise Invalid(f"It cannot be done as “{question.get('way')}”.", remedy=f"Ways: {ways}.")
    return found, offer, way


def _terms(
    kind: str, lines: Callable[[Drawing, Investment, Way], Mapping[str, Decimal]], share: str
) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        found, offer, way = _found(question)
        view = question.view
        drawing = Drawing(view, found.ahead, found.discount, cash_only=question.get("worth") == CASH)
        variant = view.plan.table("variant").get(way.variant or "")
        told = []
        for id, part in lines(drawing, offer.investment, way).items():
            line = view.plan.table(kind)[id]
            told.append(
                Term(
                    value=Amounts({found.currency: part}),
                    ref=Ref(kind, id),
                    field="likely",
                    stated=Amounts({line_currency(view.plan, line): line.likely}),
                    share=None if variant is None or getattr(variant, share) == ONE else getattr(variant, share),
                )
            )
        return told

    return terms


def _value(question: Question) -> Amounts:
    found, _, way = _found(question)
    return Amounts({found.currency: way.value})


def _cost(question: Question) -> Amounts:
    found, _, way = _found(question)
    return Amounts({found.currency: way.money})


MEASURES = (
    Measure(
        name="choice.value",
        title=word("Value where a plan is chosen"),
        unit="money",
        formula=word(
            "Σ claimed benefit of each month from the first day that is decided on, likely, discounted to that day, "
            "× (1 − risk). A variant takes its share of it, a delay moves it."
        ),
        of=_value,
        terms=_terms("benefit_plan_line", Drawing.benefit_lines, "benefit"),
        parameters=("id", "way", "worth"),
    ),
    Measure(
        name="choice.cost",
        title=word("Cost where a plan is chosen"),
        unit="money",
        formula=word(
            "Σ plan lines from the first day that is decided on, likely, at the rate of the day on which they begin. "
            "A variant takes its share of them, a delay moves them. What was spent before counts for nothing."
        ),
        of=_cost,
        terms=_terms("cost_plan_line", Drawing.cost_lines, "cost"),
        parameters=("id", "way", "worth"),
    ),
)
"""What each investment that can be chosen is worth and costs."""
