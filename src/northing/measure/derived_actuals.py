"""Derived columns of money as it is: actual, forecast, estimate at completion, commitments, funding, recent spend.

They are told in the reader's currency, what has no rate beside it, as on the money page (:mod:`.money`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .accrued import cut_off
from .address import figure
from .derived import Derived, Term
from .explained import Question
from .explained import Term as Explained
from .money_flows import FACTS, RATES
from .money_sums import READS, flows
from .receipts.funding import MEASURES as FUNDING
from .receipts.money import COMPOSED
from .receipts.money import MEASURES as MONEY
from .receipts.spend import MEASURES as SPEND
from .spend import spend
from .view import View
from .waterfall import fundings

DAYS = 30

LEDGER = READS | {"account", "fund", "transfer"}

MEASURED = {measure.name: measure for measure in (*MONEY, *FUNDING, *SPEND)}


def of_column(view: View, name: str, id: str) -> Question:
    """The figure that a column of one investment shows."""
    asked = figure(FIGURES[name], level="investment", id=id)
    if name == "spend_30_days":
        asked = figure(FIGURES[name], level="investment", id=id, window=last_days(view))
    return Question(view, asked)


def last_days(view: View) -> Period:
    """The thirty days that end with the page's."""
    return Period(view.today - timedelta(days=DAYS - 1), view.today + timedelta(days=1))


def _of_streams(name: str) -> Callable[[View], Sequence[Any]]:
    """A figure of the money page, of all time, for every investment."""

    def column(view: View) -> Sequence[Any]:
        streams, cut = flows(view, "billed"), cut_off(view)
        found: list[Amounts | None] = []
        for id in view.rows("investment"):
            total: dict[str, Decimal] = {}
            for sign, stream, phase in COMPOSED[name]:
                for (month, _, currency), amount in streams[stream].by.get(id, {}).items():
                    if phase is not None and (phase == "past") != (month is not None and month < cut):
                        continue
                    known = total.get(currency, Decimal(0))
                    total[currency] = EXACT.add(known, amount) if sign > 0 else EXACT.subtract(known, amount)
            found.append(Amounts(total) if total else None)
        return found

    return column


def _of_funding(name: str) -> Callable[[View], Sequence[Any]]:
    def column(view: View) -> Sequence[Any]:
        found = fundings(view)
        return [
            Amounts(amounts) if id in found and (amounts := getattr(found[id], name)) else None
            for id in view.rows("investment")
        ]

    return column


def _recent(view: View) -> Sequence[Any]:
    rows = {row.key: row.amount for row in spend(view, window=last_days(view)).rows}
    return [rows.get(id) for id in view.rows("investment")]


def _terms(name: str) -> Callable[[View, str], Iterable[Term]]:
    """The lines, transfers and rules under the figure."""

    def terms(view: View, id: str) -> Iterable[Term]:
        return _leaves(view, MEASURED[FIGURES[name]].terms(of_column(view, name, id)), 1)

    return terms


def _leaves(view: View, terms: Sequence[Explained], sign: int) -> Iterable[Term]:
    for term in terms:
        if term.ref is not None:
            value = term.value if sign * term.sign >= 0 else term.value.times(Decimal(-1))
            yield Term(term.ref, value, term.field)
        elif term.figure is not None:
            yield from _leaves(view, MEASURED[term.figure.measure].terms(Question(view, term.figure)), sign * term.sign)


def _column(name: str, title: str, formula: str, of: Callable[[View], Sequence[Any]], reads: frozenset[str]) -> Derived:
    return Derived(
        kind="investment",
        name=name,
        title=title,
        type="money",
        formula=formula,
        reads=reads,
        of=of,
        terms=_terms(name),
        by_day=True,
        by_money=True,
    )


FIGURES = {
    "actual": "money.actual",
    "forecast": "money.forecast",
    "etc": "money.etc",
    "eac": "money.eac",
    "bac": "money.bac",
    "vac": "money.vac",
    "committed": "money.committed",
    "funded": "funding.approved",
    "free": "funding.free",
    "spend_30_days": "spend.attributed",
}
"""Column → the measure that it shows of one investment."""

_FORMULAS = (
    ("actual", word("Actual"), word("Cost rows in force that the attribution rules give to it, of all time.")),
    ("forecast", word("Forecast"), word("Its forecast lines; in months without any, its plan.")),
    ("etc", word("Estimate to complete"), word("Forecast from the cut-off on, and of lines without a date.")),
    ("eac", word("Estimate at completion"), word("Actual and accrual before the cut-off + estimate to complete.")),
    (
        "bac",
        word("Budget at completion"),
        word("Approved budgets of its plan lines; without any, their likely amounts."),
    ),
    ("vac", word("Variance at completion"), word("Budget at completion − estimate at completion.")),
    ("committed", word("Open commitments"), word("Amounts of its orders and contracts less bills that name them.")),
)

COLUMNS = (
    *(_column(name, title, formula, _of_streams(name), READS) for name, title, formula in _FORMULAS),
    _column(
        "funded",
        word("Funded"),
        word("What the ledger's accounts of it, and of its tranches, hold."),
        _of_funding("approved"),
        LEDGER,
    ),
    _column(
        "free",
        word("Free"),
        word("Funded − actual to date − open commitments − forecast that is not committed."),
        _of_funding("free"),
        LEDGER,
    ),
    _column(
        "spend_30_days",
        word("Spend, last 30 days"),
        word("Cost rows of the last 30 days, today included, that the rules give to it."),
        _recent,
        FACTS | RATES | {"investment"},
    ),
)
