"""Receipts of deliveries: how many rows of a delivery there are, what they come to, and how much of it rules claim.

- ``delivery.rows id=… table=cost``: rows of facts that were made of it, whether or not they still count
- ``delivery.amount id=… table=cost where=…``: billed cost, or cost of usage, in the currencies that the rows state
- ``delivery.claimed id=… table=cost currency=USD``: the share of it, in one currency, that rules give to investments

``table`` is cost where it is left out and the delivery states cost, else usage.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from northing.measure.asking_facts import Facts, Fold, Line
from northing.measure.explained import Asked, Measure, Question, Term, entity
from northing.measure.sentence import Ref, Said
from northing.portfolio.errors import Invalid
from northing.portfolio.facts import TABLES, Delivery
from northing.portfolio.money import EXACT, NO_CURRENCY, Amounts
from northing.portfolio.words import word

AMOUNT = {"cost": "billed", "usage": "cost"}
"""Table → the column that its rows are worth."""

ARGUMENTS = ("id", "table", "where")


def _delivery(question: Question) -> Delivery:
    found: Delivery = question.view.plan.deliveries[entity(question.view, "delivery", question.get("id"))]
    return found


def _facts(question: Question) -> Facts | None:
    id = _delivery(question).id
    return question.view.facts.of_delivery(id) if question.view.facts is not None else None


def _table(question: Question) -> str:
    named = question.get("table")
    if named:
        if named not in TABLES:
            raise Invalid(f"There is no table “{named}” of facts.", remedy="Tables: " + ", ".join(TABLES) + ".")
        return named
    stated = {batch.table for batch in _delivery(question).batches}
    return next((name for name in TABLES if name in stated), "cost")


def _lines(question: Question, by: tuple[str, ...] = (), *, attribute: bool = False) -> Sequence[Line]:
    """The rows of the delivery added up by currency and *by*; nothing where they have no amounts."""
    facts, table = _facts(question), _table(question)
    if facts is None or table not in AMOUNT:
        return ()
    return facts.fold(
        Fold(
            table=table,
            sums=(AMOUNT[table],),
            by=("currency", *by),
            where=question.get("where"),
            attribute=attribute,
            today=question.view.today,
        )
    )


def _amounts(lines: Sequence[Line]) -> Amounts:
    return Amounts.sum(Amounts.of(line.sums[0], line.by[0] or NO_CURRENCY) for line in lines)


def rows(question: Question) -> int:
    """How many rows of the table there are."""
    facts = _facts(question)
    if facts is None:
        return 0
    fold = Fold(
        table=_table(question), sums=(), where=question.get("where"), attribute=False, today=question.view.today
    )
    return sum(line.lines for line in facts.fold(fold))


def _rows_terms(question: Question) -> Sequence[Term]:
    delivery, count = _delivery(question), rows(question)
    return [Term(value=count, ref=Ref("delivery", delivery.id), rows=count)]


def amount(question: Question) -> Amounts:
    """What its rows come to, in their own currencies."""
    return _amounts(_lines(question))


def _amount_terms(question: Question) -> Sequence[Term]:
    ref = Ref("delivery", _delivery(question).id)
    return [Term(value=_amounts([line]), ref=ref, rows=line.lines) for line in _lines(question)]


def _parts(question: Question) -> tuple[Decimal, Decimal]:
    """What rules claim, and all, in the question's currency."""
    claimed = whole = Decimal(0)
    for line in _lines(question, attribute=True):
        if (line.by[0] or NO_CURRENCY) == question.view.currency:
            whole = EXACT.add(whole, line.sums[0])
            claimed = EXACT.add(claimed, line.sums[0] if line.investment is not None else Decimal(0))
    return claimed, whole


def claimed(question: Question) -> Decimal | None:
    """Claimed / all; None where there is nothing."""
    part, whole = _parts(question)
    return part / whole if whole else None


def _claimed_terms(question: Question) -> Sequence[Term]:
    part, whole = _parts(question)
    code = question.view.currency
    own = question.figure.but("delivery.amount", currency=None)
    return [
        Term(value=Amounts.of(part, code), sign=0, said=Said(word("Claimed by rules"))),
        Term(value=Amounts.of(whole, code), sign=0, said=Said(word("All that it states")), figure=own),
    ]


def _asked(question: Question) -> Sequence[Asked]:
    table, delivery = _table(question), _delivery(question)
    return [
        Asked(
            table=table,
            column=AMOUNT.get(table, "") if question.figure.measure == "delivery.amount" else "",
            lines=count,
            where=question.get("where"),
            money=table in AMOUNT,
            native=True,
            delivery=delivery.id,
        )
        for count in [_shown(question, table)]
        if count
    ]


def _shown(question: Question, table: str) -> int:
    """How many rows a reader sees: one that several investments share stands once for each of them."""
    facts = _facts(question)
    if facts is None:
        return 0
    return facts.count(table, where=question.get("where"), today=question.view.today)


MEASURES = (
    Measure(
        name="delivery.rows",
        title=word("Rows of a delivery"),
        unit="count",
        formula=word("Rows of facts that were made of it, whether or not they still count."),
        of=rows,
        terms=_rows_terms,
        facts=_asked,
        parameters=ARGUMENTS,
    ),
    Measure(
        name="delivery.amount",
        title=word("Amount of a delivery"),
        unit="money",
        formula=word("Billed cost of its rows, or cost of usage, in the currencies that they state."),
        of=amount,
        terms=_amount_terms,
        facts=_asked,
        parameters=ARGUMENTS,
    ),
    Measure(
        name="delivery.claimed",
        title=word("Share of a delivery that is claimed"),
        unit="share",
        formula=word("What rules give to investments / all that it states, in one currency."),
        of=claimed,
        terms=_claimed_terms,
        parameters=(*ARGUMENTS, "currency"),
    ),
)
"""Every figure of deliveries."""
