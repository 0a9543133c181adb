"""Receipts of shares that a sentence states beside a figure: of the budget, of what nobody claims, of requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from northing.measure.explained import Measure, Question, Term
from northing.measure.money import share_of
from northing.measure.sentence import Said
from northing.portfolio.words import word

from . import money, spend, usage


def _divided(part: str, whole: str, money: bool = True) -> Callable[[Question], Decimal | None]:
    def value(question: Question) -> Decimal | None:
        of, all_of = (_value(question, name) for name in (part, whole))
        if money:
            return share_of(of, all_of, question.view.currency)
        return None if not all_of else Decimal(of) / Decimal(all_of)

    return value


def _value(question: Question, name: str) -> Any:
    """The figure *name* with the arguments of the question."""
    return _known()[name].of(question.but(name))


def _terms(*names: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        return [
            Term(
                value=_value(question, name),
                sign=0,
                said=Said(_known()[name].title),
                figure=question.figure.but(name),
            )
            for name in names
        ]

    return terms


def _known() -> dict[str, Measure]:
    return {one.name: one for module in (money, spend, usage) for one in module.MEASURES}


def _unclaimed_share(question: Question) -> Decimal | None:
    whole = question.but("usage.cost", level=None, id=None, claimed=None)
    part = _value(whole.but(claimed="no"), "usage.cost")
    return share_of(part, _value(whole, "usage.cost"), question.view.currency)


def _unclaimed_terms(question: Question) -> Sequence[Term]:
    whole = question.but("usage.cost", level=None, id=None, claimed=None)
    return [
        Term(value=_value(one, "usage.cost"), sign=0, said=Said(title), figure=one.figure)
        for one, title in ((whole.but(claimed="no"), word("Unattributed")), (whole, word("Cost of usage")))
    ]


SHARES = (
    (
        "money.spent_share",
        word("Share of the budget that is spent"),
        word("Actual to date / budget at completion."),
        ("money.ac", "money.bac"),
        money.ARGUMENTS,
    ),
    (
        "money.vac_share",
        word("Variance at completion, in parts of the budget"),
        word("Variance at completion / budget at completion."),
        ("money.vac", "money.bac"),
        money.ARGUMENTS,
    ),
    (
        "spend.ai_share",
        word("Share of AI in what is unattributed"),
        word("Shadow AI / unattributed."),
        ("spend.shadow_ai", "spend.unattributed"),
        spend.OF_ROWS,
    ),
    (
        "usage.failed_share",
        word("Share of requests that failed"),
        word("Requests that failed / requests."),
        ("usage.failed", "usage.requests"),
        usage.ARGUMENTS,
    ),
)

MEASURES = (
    *(
        Measure(
            name=name,
            title=title,
            unit="share",
            formula=formula,
            of=_divided(*of, money=not name.startswith("usage.")),
            terms=_terms(*of),
            tables=("usage",) if name.startswith("usage.") else ("cost",),
            parameters=parameters,
        )
        for name, title, formula, of, parameters in SHARES
    ),
    Measure(
        name="usage.unattributed_share",
        title=word("Share of usage that nobody claims"),
        unit="share",
        formula=word("Cost of usage that no rule claims / cost of all usage."),
        of=_unclaimed_share,
        terms=_unclaimed_terms,
        tables=("usage",),
        parameters=usage.ARGUMENTS,
    ),
)
"""Every share that stands beside a figure."""
