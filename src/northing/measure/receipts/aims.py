"""Receipts of the strategy in money: spend on an objective or key result, on none, and the share of what is billed.

``spend.on_aim id=OBJ-3 investment=…`` is one investment's part in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from northing.measure.explained import Question, Term
from northing.measure.levels import parts
from northing.measure.sentence import Ref, Said
from northing.measure.strategy_spend import FORMULA, StrategySpend, strategy_spend
from northing.portfolio.errors import NotFound
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

from .spend import OF_TIME, money_measure, of_investment, share_measure, spent, window


def _found(question: Question) -> StrategySpend:
    return strategy_spend(question.view, window=window(question), basis=question.basis)


def _aim(question: Question) -> Ref | None:
    """The objective or key result that ``id`` names."""
    wanted = question.get("id")
    if not wanted:
        return None
    for kind in ("objective", "key_result"):
        for one in question.view.plan.table(kind).values():
            if wanted in (one.id, getattr(one, "number", None)):
                return Ref(kind, one.id)
    raise NotFound("There is no such objective or key result at this revision.")


def _aim_spend(question: Question) -> Amounts:
    found, aim = _found(question), _aim(question)
    if aim is None:
        return found.aligned
    if question.get("investment"):
        mine = found.by[aim].by_investment if aim in found.by else {}
        return mine.get(question.get("investment"), Amounts())
    return found.by[aim].amount if aim in found.by else Amounts()


def _aim_terms(question: Question) -> Sequence[Term]:
    found, aim = _found(question), _aim(question)
    if aim is None:
        of = {
            id: amount
            for part in parts(question.view, "objective").tops
            for id, amount in [(part.scope.id or "", _amount(found, Ref("objective", part.scope.id or "")))]
            if amount
        }
        return [
            Term(value=amount, ref=Ref("objective", id), figure=question.figure.but(id=id)) for id, amount in of.items()
        ]
    mine = found.by[aim].by_investment if aim in found.by else {}
    return [
        Term(value=amount, ref=Ref("investment", id), stated=_whole(question, id), figure=of_investment(question, id))
        for id, amount in mine.items()
        if question.get("investment") in ("", id)
    ]


def _amount(found: StrategySpend, aim: Ref) -> Amounts:
    return found.by[aim].amount if aim in found.by else Amounts()


def _whole(question: Question, id: str) -> Amounts:
    """All that is spent on an investment, before weights."""
    return spent(question.but("spend.attributed", level="investment", id=id)).attributed


def _unaligned_terms(question: Question) -> Sequence[Term]:
    found = _found(question)
    return [
        Term(value=amount, ref=Ref("investment", id), stated=_whole(question, id), figure=of_investment(question, id))
        for id, amount in found.unaligned_by_investment.items()
    ]


def _share_terms(question: Question) -> Sequence[Term]:
    found = _found(question)
    return [
        Term(value=found.aligned, sign=0, said=Said(word("Spend")), figure=question.figure.but("spend.on_aim")),
        Term(value=found.billed, sign=0, said=Said(word("Billed")), figure=question.figure.but("spend.billed")),
    ]


def _aligned_share(question: Question) -> Decimal | None:
    return _found(question).aligned_share


MEASURES = (
    money_measure(
        "on_aim",
        word("Spend"),
        FORMULA,
        _aim_spend,
        _aim_terms,
        parameters=("id", "investment", "from", "until", "basis", "currency"),
    ),
    money_measure(
        "unaligned",
        word("Spend on no objective"),
        word("What the weights of contributions leave of attributed spend."),
        lambda question: _found(question).unaligned,
        _unaligned_terms,
        parameters=OF_TIME,
    ),
    share_measure(
        "aligned_share",
        word("Share of spend on objectives"),
        word("Spend on objectives by the weights of contributions / all that is billed."),
        _aligned_share,
        _share_terms,
        OF_TIME,
    ),
)
"""Every figure of spend on the strategy."""
