"""Accruals as the closes of periods state them, and which periods are closed.

A close states all that is received and not billed by then, so it takes the place of the close before: the accrual
that a month adds is what its close states less what the close before stated.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from northing.portfolio.forecasting import PeriodClose
from northing.portfolio.periods import Period, period_of

from .money_flows import Filling, Flow, months, told
from .view import View

READS = frozenset(("period_close",))


def closes(view: View) -> list[PeriodClose]:
    """The closes in force, the earliest period first."""
    return sorted(view.plan.period_closes.values(), key=lambda one: (one.end, one.start, one.id))


def closed_until(view: View) -> date | None:
    """The end of the last closed period; None where none is closed."""
    return max((close.end for close in view.plan.period_closes.values()), default=None)


def cut_off(view: View) -> date:
    """Where the past ends: the end of the last closed period, else the first day of this fiscal month.

    Always between two fiscal months: a close that ends inside one (the calendar has changed since) takes it whole.
    """
    until = closed_until(view)
    if until is None:
        return period_of(view.plan.calendar, view.today, "month").start
    return months(view).of(until - timedelta(days=1)).end


def is_closed(view: View, period: Period) -> bool:
    """Whether every day of *period* is in a period that somebody closed."""
    at = period.start
    for close in sorted(view.plan.period_closes.values(), key=lambda one: one.start):
        if close.start <= at < close.end:
            at = close.end
    return at >= period.end


def accrual_flow(view: View) -> Flow:
    """What each close adds and reverses, in the fiscal month that it ends with."""

    def make() -> Flow:
        filling, laid = Filling(view), months(view)
        before: list[tuple[str, str, str, Decimal, date]] = []
        for close in closes(view):
            day = close.end - timedelta(days=1)
            month = laid.of(day).start
            # Reversed at the rate at which it was told, so that reversing leaves nothing behind.
            for investment, expense, currency, amount, told_on in before:
                filling.put(investment, month, expense, currency, -amount, told_on)
            before = [(one.investment, one.expense or "", one.currency, one.amount, day) for one in close.accruals]
            for investment, expense, currency, amount, told_on in before:
                filling.put(investment, month, expense, currency, amount, told_on)
        return filling.flow()

    return told(view, "accrual", READS, make)
