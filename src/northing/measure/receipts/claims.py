"""Receipts of what is claimed to come of investments, and of the return on their cost.

``bound`` (low, likely, high) and ``type`` (a type of benefit; without one, those that are cash) choose the figure;
``ai=without`` asks of the investments that have no AI system.
Terms are investments and benefit lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from northing.measure.explained import Measure, Question, Term, Unit
from northing.measure.returns.claims import BOUNDS, CASH, Claim, Range, by_type, cash, claimed
from northing.measure.returns.roi import FORMULA, Return, return_of, returns
from northing.measure.sentence import Ref, Said
from northing.portfolio.benefits import BenefitKind
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

CLAIM = ("level", "id", "type", "bound", "ai", "currency")
COST = ("level", "id", "ai", "currency")

CLAIMED = word(
    "Amounts of the benefit lines of its investments: a line without a low or a high counts there with its likely "
    "amount; lines are exchanged at the rate of their first day. Without a type: more revenue and less spent, the two "
    "that are cash."
)


def bound_of(question: Question) -> str:
    bound = question.get("bound", "likely")
    if bound not in BOUNDS:
        raise Invalid(f"A claim has no bound “{bound}”.", remedy="Bounds: " + ", ".join(BOUNDS) + ".")
    return bound


def _kind(question: Question) -> BenefitKind | None:
    name = question.get("type")
    if not name or name == "cash":
        return None
    found = next((one for one in BenefitKind if one == name), None)
    if found is None:
        raise Invalid(f"There is no type of benefit “{name}”.", remedy="Types: cash, " + ", ".join(BenefitKind) + ".")
    return found


def _told(question: Question, claims: Sequence[Claim]) -> Amounts:
    kind = _kind(question)
    amount = cash(claims) if kind is None else by_type(claims).get(kind, Range())
    bound: Amounts = getattr(amount, bound_of(question))
    return bound


def _of_type(question: Question, claims: Iterable[Claim]) -> list[Claim]:
    kind = _kind(question)
    return [one for one in claims if (one.line.type in CASH if kind is None else one.line.type is kind)]


def _return(question: Question) -> Return:
    scope = question.scope
    if scope.level == "investment" and scope.id is not None:
        return return_of(question.view, scope.id)
    found = returns(question.view, scope)
    return found.others if _without_ai(question) else found.total


def _without_ai(question: Question) -> bool:
    """Whether it is asked of the investments without an AI system, and not of those that have one."""
    asked = question.get("ai")
    if asked not in ("", "without"):
        raise Invalid(f"AI investments are not told apart by “{asked}”.", remedy="Say ai=without, or nothing.")
    return asked == "without"


def _lines(question: Question, claims: Iterable[Claim]) -> list[Term]:
    bound = bound_of(question)
    return [
        Term(
            value=getattr(one.amount, bound),
            ref=Ref("benefit_plan_line", one.line.id),
            field=bound if getattr(one.line, bound) is not None else "likely",
            share=None if one.share == 1 else one.share,
        )
        for one in _of_type(question, claims)
    ]


def _claimed(question: Question) -> Amounts:
    return _told(question, _return(question).claims)


def _claimed_terms(question: Question) -> Sequence[Term]:
    found = _return(question)
    if not found.investments:
        return _lines(question, found.claims)
    return [
        Term(
            value=_told(question, one.claims),
            ref=Ref("investment", one.scope.id or ""),
            figure=question.figure.but(level="investment", id=one.scope.id, ai=None),
        )
        for one in found.investments
        if _of_type(question, one.claims)
    ]


def _arising(question: Question) -> Sequence[Claim]:
    return claimed(question.view, question.scope).claims


def _roi(question: Question) -> Decimal | None:
    ratio = _return(question).roi
    if ratio is None:
        return None
    found = getattr(ratio, bound_of(question))
    return Decimal(found.numerator) / Decimal(found.denominator)


def _roi_terms(question: Question) -> Sequence[Term]:
    found, bound = _return(question), bound_of(question)
    own = question.scope.level == "investment"
    cost = question.figure.but("money.eac" if own else "returns.cost", bound=None)
    return [
        Term(
            value=getattr(found.cash, bound),
            sign=0,
            said=Said(word("Claimed cash")),
            figure=question.figure.but("returns.claimed"),
        ),
        Term(value=found.cost.eac, sign=0, said=Said(word("Cost over the whole life")), figure=cost),
    ]


def _costs(name: str) -> Callable[[Question], Sequence[Term]]:
    """The investments with their cost: ``eac``, or one of its two parts."""

    def terms(question: Question) -> Sequence[Term]:
        found = _return(question)
        return [
            Term(
                value=getattr(one.cost, name),
                ref=Ref("investment", one.scope.id or ""),
                figure=question.figure.but(f"money.{name}", level="investment", id=one.scope.id, ai=None),
            )
            for one in found.investments or (found,)
            if getattr(one.cost, name)
        ]

    return terms


def _measure(
    name: str, title: str, formula: str, of: Callable[[Question], Any], terms: Callable[[Question], Sequence[Term]],
    parameters: tuple[str, ...] = CLAIM, *, unit: Unit = "money",
) -> Measure:  # fmt: skip
    return Measure(
        name=f"returns.{name}", title=title, unit=unit, formula=formula, of=of, terms=terms, parameters=parameters
    )


MEASURES = (
    _measure("claimed", word("Claimed return"), CLAIMED, _claimed, _claimed_terms, CLAIM),
    _measure(
        "arising",
        word("Claimed return that arises here"),
        word(
            "Benefit lines of its investments. Of a value stream: those of any investment that name it, or name none "
            "and are of its investments."
        ),
        lambda question: _told(question, _arising(question)),
        lambda question: _lines(question, _arising(question)),
        tuple(name for name in CLAIM if name != "ai"),
    ),
    _measure(
        "roi",
        word("Claimed return on cost"),
        FORMULA,
        _roi,
        _roi_terms,
        ("level", "id", "bound", "ai", "currency"),
        unit="share",
    ),
    _measure(
        "cost",
        word("Cost over the whole life"),
        word(
            "Actual to date + estimate to complete, of the investments that have an AI system, or of those without one."
        ),
        lambda question: _return(question).cost.eac,
        _costs("eac"),
        COST,
    ),
    _measure(
        "cost_to_date",
        word("Cost to date"),
        word("Actual to date, of the investments that have an AI system, or of those without one."),
        lambda question: _return(question).cost.ac,
        _costs("ac"),
        COST,
    ),
    _measure(
        "cost_to_come",
        word("Cost to come"),
        word("Estimate to complete, of the investments that have an AI system, or of those without one."),
        lambda question: _return(question).cost.etc,
        _costs("etc"),
        COST,
    ),
)
