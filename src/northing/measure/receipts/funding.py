"""Receipts of the funding waterfall, the burn curve and the forecast bridge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from northing.measure.accrued import cut_off
from northing.measure.explained import Asked, Measure, Question, Term
from northing.measure.forecast_bridge import FORMULA, TITLES, Bridge, forecast_bridge
from northing.measure.fx import exchange
from northing.measure.money_sums import scope_shares
from northing.measure.sentence import Ref, Said
from northing.measure.view import View
from northing.measure.waterfall import FIGURES, FORMULAS, FUNDED, fundings, held, waterfall
from northing.measure.waterfall import TITLES as BARS
from northing.portfolio.errors import Invalid
from northing.portfolio.funding import AccountType
from northing.portfolio.ledger import currency_of, ledger
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .money import chosen, facts
from .money import value as money_value

SCOPED = ("level", "id", "currency")


def _bar(name: str) -> Callable[[Question], Amounts]:
    return lambda question: getattr(waterfall(question.view, question.scope), name)


def _bar_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        if name == "spent":
            figure = question.figure.but("money.ac")
            return [Term(value=_bar("spent")(question), said=Said(FORMULAS["spent"]), figure=figure)]
        if name == "free":
            return [
                Term(
                    value=_bar(part)(question),
                    sign=1 if part == "approved" else -1,
                    said=Said(BARS[part]),
                    figure=question.figure.but(f"funding.{part}"),
                )
                for part in ("approved", "spent", "committed", "forecast")
            ]
        if question.scope.level != "investment":
            return list(_by_investment(name, question))
        if name == "approved":
            return list(_entries(question.view, question.scope.id or "", FUNDED))
        return _compared(name, question)

    return terms


def _by_investment(name: str, question: Question) -> Iterator[Term]:
    found = fundings(question.view)
    for id, share in scope_shares(question.view, question.scope).items():
        amounts = Amounts(getattr(found[id], name)) if id in found else Amounts()
        if any(amounts.by_currency.values()):
            yield Term(
                value=amounts if share == 1 else amounts.times(share),
                ref=Ref("investment", id),
                stated=amounts,
                share=None if share == 1 else share,
                figure=question.figure.but(level="investment", id=id),
            )


def _entries(view: View, investment: str | None, types: tuple[AccountType, ...]) -> Iterator[Term]:
    """The transfers that moved money in and out of accounts, up to the page's day."""
    for account in view.plan.accounts.values():
        if account.type in types and (investment is None or account.investment == investment):
            currency = currency_of(view.plan, account) or ""
            rate = exchange(view).rate(currency, view.currency, view.today)
            for entry in ledger(view.plan).entries.get(account.id, ()):
                if entry.transfer.on <= view.today:
                    yield Term(
                        value=exchange(view).amounts(Amounts({currency: entry.amount}), view.currency, view.today),
                        ref=Ref("transfer", entry.transfer.id),
                        stated=Amounts({currency: entry.amount}),
                        rate=rate if rate is not None and rate.way != "same" else None,
                        field="legs",
                    )


def _compared(name: str, question: Question) -> Sequence[Term]:
    """Open commitments and accruals, or what is to come and what is committed: the difference, never below zero."""
    bound = question.but("money.committed")
    if name == "committed":
        other = ("accrual", question.but("money.accrual"))
        first = (word("Open commitments"), bound)
        against = word("Accruals in force")
    else:
        first = (word("Estimate to complete"), question.but("money.etc"))
        other = ("", question.but("funding.committed"))
        against = word("Committed")
    left = money_value(first[1].figure.measure.removeprefix("money."), first[1])
    right = money_value("accrual", other[1]) if other[0] else _bar("committed")(question)
    found = [
        Term(value=left, said=Said(first[0]), figure=first[1].figure),
        Term(value=right, sign=-1, said=Said(against), figure=other[1].figure),
    ]
    rest = _bar(name)(question) - (left - right)
    if any(rest.by_currency.values()):
        # The difference is taken per currency and never below zero: what that adds belongs to the investment.
        said = Said(word("Never below zero"))
        found.append(Term(value=rest, ref=Ref("investment", question.scope.id or ""), said=said))
    return found


def _held(type: AccountType) -> Callable[[Question], Amounts]:
    return lambda question: held(question.view, type)


def _upto(question: Question) -> date | None:
    return chosen(question).end


def _burn(name: str, question: Question) -> Amounts:
    """A point of the burn curve: all up to the end of the period that ``until`` ends."""
    if name == "forecast":
        return money_value("ac", question) + money_value("forecast", _to_come(question))
    return money_value("actual", question) + money_value("accrual", question)


def _to_come(question: Question) -> Question:
    cut, end = cut_off(question.view), _upto(question)
    return question.but("money.forecast", from_=cut, until=max(end, cut) if end is not None else None)


def _burn_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        if name == "forecast":
            parts = [("ac", question.but("money.ac")), ("forecast", _to_come(question))]
        else:
            parts = [("actual", question.but("money.actual")), ("accrual", question.but("money.accrual"))]
        return [Term(value=money_value(part, asked), figure=asked.figure) for part, asked in parts]

    return terms


def _burn_facts(name: str) -> Callable[[Question], Sequence[Asked]]:
    return lambda question: facts("ac" if name == "forecast" else "actual", question)


def _bridge(question: Question) -> Bridge:
    ref = question.get("before")
    if not ref or question.open is None:
        raise Invalid("The earlier revision is missing.", remedy="Write before=2026-02-28, or another reference.")
    at = chosen(question)
    window = Period(at.start, at.end) if at.start is not None and at.end is not None else None
    return forecast_bridge(question.open(ref), question.view, question.scope, window=window)


def _bridged(name: str) -> Callable[[Question], Amounts]:
    def value(question: Question) -> Amounts:
        found = _bridge(question)
        if name in ("opening", "closing"):
            return found.opening if name == "opening" else found.closing
        if name == "change":
            return found.closing - found.opening
        if name == "between":
            return Amounts.sum(one.moved for one in found.by_investment)
        return next(step.amount for step in found.steps if step.name == name)

    return value


def _bridge_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        found = _bridge(question)
        if name == "closing":
            steps = [(step.name, step.title, step.amount) for step in found.steps]
            return [
                Term(value=amount, said=Said(title), figure=question.figure.but(f"bridge.{step}"))
                for step, title, amount in [("opening", word("Opening"), found.opening), *steps]
            ]
        if name == "change":
            ends = (
                ("closing", 1, word("Closing forecast"), found.closing),
                ("opening", -1, word("Opening"), found.opening),
            )
            return [
                Term(value=amount, sign=sign, said=Said(title), figure=question.figure.but(f"bridge.{end}"))
                for end, sign, title, amount in ends
            ]
        if name == "between":
            return [
                Term(value=one.moved, ref=Ref("investment", one.investment))
                for one in found.by_investment
                if any(one.moved.by_currency.values())
            ]
        if name == "opening":
            return [
                Term(value=one.opening, ref=Ref("investment", one.investment))
                for one in found.all
                if any(one.opening.by_currency.values())
            ]
        return [
            Term(value=one.steps[name], ref=Ref("investment", one.investment))
            for one in found.by_investment
            if name in one.steps
        ]

    return terms


MEASURES = (
    *(
        Measure(
            name=f"funding.{name}",
            title=BARS[name],
            unit="money",
            formula=FORMULAS[name],
            of=_bar(name),
            terms=_bar_terms(name),
            tables=("cost",) if name in ("spent", "free") else (),
            parameters=SCOPED,
        )
        for name in FIGURES
    ),
    *(
        Measure(
            name=f"funding.{name}",
            title=title,
            unit="money",
            formula=formula,
            of=_held(type),
            terms=lambda question, type=type: list(_entries(question.view, None, (type,))),  # type: ignore[misc]
            parameters=("currency",),
        )
        for name, title, formula, type in (
            ("reserve", word("In reserve"), word("What the reserve accounts of the funds hold."), AccountType.RESERVE),
            (
                "unassigned",
                word("Not assigned"),
                word("What the funds hold that is approved for no investment."),
                AccountType.FUND,
            ),
        )
    ),
    *(
        Measure(
            name=f"burn.{name}",
            title=title,
            unit="money",
            formula=formula,
            of=lambda question, name=name: _burn(name, question),  # type: ignore[misc]
            terms=_burn_terms(name),
            facts=_burn_facts(name),
            tables=("cost",),
            parameters=("level", "id", "until", "currency"),
        )
        for name, title, formula in (
            ("actual", word("Actual since the beginning"), word("Actual + accrual up to the end of the period.")),
            (
                "forecast",
                word("Expected since the beginning"),
                word("Actual to date + forecast from the cut-off up to the end of the period."),
            ),
        )
    ),
    *(
        Measure(
            name=f"bridge.{name}",
            title=title,
            unit="money",
            formula=formula,
            of=_bridged(name),
            terms=_bridge_terms(name),
            tables=("cost",),
            parameters=("level", "id", "from", "until", "before", "currency"),
        )
        for name, title, formula in (
            ("opening", word("Opening forecast"), FORMULA),
            *((name, title, FORMULA) for name, title in TITLES.items()),
            ("closing", word("Closing forecast"), FORMULA),
            ("change", word("Change of the forecast"), word("Closing forecast − opening forecast.")),
            (
                "between",
                word("Moved from one period to another"),
                word("In months to come, what some lost and others gained: the smaller of the two, by investment."),
            ),
        )
    ),
)
"""Every figure of funding, burn and bridge."""
