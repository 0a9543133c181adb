"""Receipts of a period as it is proposed to be closed, and of the accruals that this would state.

- ``close.expected from=2026-10-01 until=2026-11-01``: what the period comes to, closed as proposed; also
  ``close.variance`` and ``close.accrual``
- ``close.proposed id=INV-0042``: what is received and not billed: of one investment, ``commitment`` or ``provider``, or
  of all that are proposed
- ``close.small``: what is received and not billed, and too small to be proposed

Without days it is the period that is next to be closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from northing.measure.accruals import ProposedAccrual, propose_accruals, worth_stating
from northing.measure.address import figure
from northing.measure.closing import as_proposed, next_period, propose_close
from northing.measure.explained import Measure, Question, Term, entity
from northing.measure.fx import exchange
from northing.measure.money import FORMULAS, Line
from northing.measure.sentence import Ref, Said
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .money import TITLES

DAYS = ("from", "until", "currency")


def _period(question: Question) -> Period:
    return question.figure.window() or next_period(question.view)


def _closed(question: Question) -> Line:
    return as_proposed(question.view, propose_close(question.view, _period(question)))


def _of_line(name: str) -> Callable[[Question], Amounts]:
    def value(question: Question) -> Amounts:
        found: Amounts = getattr(_closed(question), name)
        return found

    return value


def _parts(*signed: tuple[int, str]) -> Callable[[Question], Sequence[Term]]:
    """The figures of the period that a figure is made of; those that the close would change by their own address."""

    def terms(question: Question) -> Sequence[Term]:
        line = _closed(question)
        return [
            Term(
                value=getattr(line, name),
                sign=sign,
                said=Said(TITLES[name]),
                figure=question.figure.but(f"close.{name}" if name in ("accrual", "expected") else f"money.{name}"),
            )
            for sign, name in signed
        ]

    return terms


def _accrual_terms(question: Question) -> Sequence[Term]:
    """What is proposed, and what the close before it had accrued, which ends with it."""
    view, period = question.view, _period(question)
    proposal, line = propose_close(view, period), _closed(question)
    told = [
        Term(value=one.value, ref=one.ref, said=one.said, stated=one.stated, figure=one.figure)
        for one in _proposed_terms(question, proposal.accruals)
    ]
    proposed = Amounts.sum(term.value for term in told)
    ended = proposed - line.accrual
    if any(ended.by_currency.values()):
        before = figure("money.accrual", window=period, currency=question.get("currency"))
        told.append(Term(value=ended, sign=-1, said=Said(word("Accruals of the close before")), figure=before))
    return told


def _proposed_terms(question: Question, found: Sequence[ProposedAccrual]) -> Iterator[Term]:
    view, rates, last = question.view, exchange(question.view), _period(question).last
    for one in found:
        rate = rates.rate(one.currency, view.currency, last)
        yield Term(
            value=Amounts(dict([rates.told(one.amount, one.currency, view.currency, last)])),
            ref=Ref("commitment", one.commitment) if one.commitment else Ref("investment", one.investment),
            said=one.reason,
            stated=Amounts({one.currency: one.amount}),
            rate=rate if rate is not None and rate.way != "same" else None,
            figure=proposed_figure(one, _period(question)),
        )


def proposed_figure(one: ProposedAccrual, period: Period) -> Any:
    """The address of one accrual that is proposed."""
    return figure(
        "close.proposed", id=one.investment, commitment=one.commitment, provider=one.provider, in_=one.currency,
        expense=one.expense, window=period,
    )  # fmt: skip


def _asked(question: Question) -> list[ProposedAccrual]:
    """The accruals that the arguments choose; without any of them those that are large enough to be proposed."""
    view = question.view
    if not question.get("id"):
        return list(propose_close(view, _period(question)).accruals)
    id = entity(view, "investment", question.get("id"))
    return [
        one
        for one in propose_accruals(view, _period(question))
        if one.investment == id
        and question.get("commitment") in ("", one.commitment)
        and question.get("provider") in ("", one.provider)
        and question.get("in") in ("", one.currency)
        and question.get("expense") in ("", one.expense)
    ]


def _sum(found: Sequence[ProposedAccrual]) -> Amounts:
    return Amounts.sum(Amounts({one.currency: one.amount}) for one in found)


def _one_terms(question: Question) -> Sequence[Term]:
    """Received less billed of a single one; of several each."""
    found = _asked(question)
    if not question.get("id") or len(found) != 1:
        return [
            Term(value=_sum([one]), ref=Ref("investment", one.investment), said=one.reason,
                 figure=proposed_figure(one, _period(question)))
            for one in found
        ]  # fmt: skip
    (one,) = found
    if one.earned is None or one.billed is None:
        return [Term(value=_sum([one]), ref=Ref("investment", one.investment), said=one.reason)]
    ref = Ref("commitment", one.commitment) if one.commitment else None
    return [
        Term(value=Amounts({one.currency: one.earned}), ref=ref, said=Said(word("Received by the end of the period"))),
        Term(value=Amounts({one.currency: one.billed}), sign=-1, said=Said(word("Billed by then"))),
    ]


def _small(question: Question) -> list[ProposedAccrual]:
    """What is left out, in the order of the proposals."""
    view, period = question.view, _period(question)
    every = propose_accruals(view, period)
    kept, _ = worth_stating(view, period, every)
    return [one for one in every if one not in kept]


def _told(question: Question, found: Sequence[ProposedAccrual]) -> Amounts:
    """Together, each at the rate of the period's last day."""
    return Amounts.sum(term.value for term in _proposed_terms(question, found))


MEASURES = (
    Measure(
        name="close.expected",
        title=word("Comes to, closed as proposed"),
        unit="money",
        formula=word("Actual + accrual, with the proposed accruals in force."),
        of=_of_line("expected"),
        terms=_parts((1, "actual"), (1, "accrual")),
        tables=("cost",),
        parameters=DAYS,
    ),
    Measure(
        name="close.variance",
        title=word("Variance, closed as proposed"),
        unit="money",
        formula=FORMULAS["variance"],
        of=_of_line("variance"),
        terms=_parts((1, "plan"), (-1, "expected")),
        tables=("cost",),
        parameters=DAYS,
    ),
    Measure(
        name="close.accrual",
        title=word("Accrual, closed as proposed"),
        unit="money",
        formula=word("Accruals proposed − accruals of the close before, which end with it."),
        of=_of_line("accrual"),
        terms=_accrual_terms,
        parameters=DAYS,
    ),
    Measure(
        name="close.proposed",
        title=word("Accruals proposed"),
        unit="money",
        formula=word("Received by the end of the period − billed by then."),
        of=lambda question: _sum(_asked(question)),
        terms=_one_terms,
        parameters=(*DAYS, "id", "commitment", "provider", "in", "expense"),
    ),
    Measure(
        name="close.small",
        title=word("Too small to be accrued"),
        unit="money",
        formula=word("What is received and not billed, each below the amount from which accruals are proposed."),
        of=lambda question: _told(question, _small(question)),
        terms=lambda question: list(_proposed_terms(question, _small(question))),
        parameters=DAYS,
    ),
)
"""Every figure of a close that is proposed."""
