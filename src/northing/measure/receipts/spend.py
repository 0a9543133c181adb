"""Receipts of spend: attributed, unattributed, billed, by group, and the share in line of sight.

``from`` and ``until`` are days here, not months. ``by`` and ``key`` choose one group: a column of cost facts and what
it states (``by=service key=S3``; no key: empty). ``where`` narrows the rows, in the filter language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from northing.measure.address import Figure
from northing.measure.explained import Asked, Measure, Question, Term
from northing.measure.levels import ORGANISATION, Scope
from northing.measure.line_of_sight import CAUSES
from northing.measure.money import share_of
from northing.measure.money_flows import also
from northing.measure.sentence import Ref, Said
from northing.measure.spend import FORMULAS, Spend, spend
from northing.measure.spend_in_sight import SpendInSight, line_of_sight_spend
from northing.measure.unattributed import Unattributed, unattributed, where_of
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .facts import asked_cost, bounds, cost_terms

OF_TIME = ("from", "until", "basis", "currency")
ARGUMENTS = ("level", "id", "from", "until", "by", "key", "where", "rule", "basis", "currency")

OF_ROWS = tuple(name for name in ARGUMENTS if name not in ("level", "id", "rule"))


def days(question: Question) -> tuple[date | None, date | None]:
    """The days that ``from`` and ``until`` name."""
    found = []
    for name in ("from", "until"):
        text = question.get(name)
        try:
            found.append(date.fromisoformat(text) if text else None)
        except ValueError:
            raise Invalid(f"“{text}” is not a date.", remedy="Write dates as 2026-03-31.") from None
    return found[0], found[1]


def window(question: Question, table: str = "cost") -> Period | None:
    """The same as a period; None where neither is given, or nothing is there."""
    start, end = days(question)
    if start is None and end is None:
        return None
    return bounds(question.view, table, start, end) or Period(start or date.min, end or start or date.max)


def narrowed(question: Question) -> str:
    """The filter that ``where``, ``by`` and ``key`` come to."""
    by = question.get("by")
    return also(question.get("where"), where_of([(by, question.get("key") or None)]) if by else "")


def spent(question: Question, scope: Scope | None = None) -> Spend:
    """Spend of the question's scope, days and rows, by investment."""
    return spend(
        question.view,
        question.scope if scope is None else scope,
        window=window(question),
        by="investment",
        basis=question.basis,
        where=narrowed(question),
        rule=question.get("rule") or None,
    )


def _attributed_terms(question: Question) -> Sequence[Term]:
    if question.scope.level == "investment":
        return list(cost_terms(question, *days(question), where=narrowed(question)))
    return [
        Term(
            value=row.amount,
            ref=row.ref,
            stated=row.native,
            rows=row.lines,
            figure=question.figure.but(level="investment", id=row.key),
        )
        for row in spent(question).rows
    ]


def _billed_terms(question: Question) -> Sequence[Term]:
    whole = question.but(level=None, id=None)
    found = spent(whole, ORGANISATION)
    return [
        Term(value=found.attributed, said=Said(word("Attributed")), figure=whole.figure.but("spend.attributed")),
        Term(value=found.unattributed, said=Said(word("Unattributed")), figure=whole.figure.but("spend.unattributed")),
    ]


def _share_terms(question: Question) -> Sequence[Term]:
    whole = question.but(level=None, id=None)
    found = spent(whole, ORGANISATION)
    return [
        Term(
            value=found.unattributed,
            sign=0,
            said=Said(word("Unattributed")),
            figure=whole.figure.but("spend.unattributed"),
        ),
        Term(value=found.billed, sign=0, said=Said(word("Billed")), figure=whole.figure.but("spend.billed")),
    ]


def _of_nobody(question: Question) -> Unattributed:
    return unattributed(
        question.view, window=window(question), by=("provider",), where=narrowed(question), basis=question.basis
    )


def _shadow_terms(question: Question) -> Sequence[Term]:
    return [
        Term(
            value=group.ai,
            said=Said(word("AI of {provider}"), {"provider": group.by[0][1] or "–"}),
            rows=group.lines,
            figure=question.figure.but("spend.shadow_ai", where=also(question.get("where"), group.where)),
        )
        for group in _of_nobody(question).groups
        if group.is_ai
    ]


def _other_unattributed(question: Question) -> Amounts:
    found = _of_nobody(question)
    return found.total - found.shadow_ai


def _other_terms(question: Question) -> Sequence[Term]:
    found = _of_nobody(question)
    return [
        Term(value=found.total, said=Said(word("Unattributed")), figure=question.figure.but("spend.unattributed")),
        Term(
            value=found.shadow_ai,
            sign=-1,
            said=Said(word("Shadow AI")),
            figure=question.figure.but("spend.shadow_ai"),
        ),
    ]


def _sight(question: Question) -> SpendInSight:
    return line_of_sight_spend(question.view, window=window(question), basis=question.basis)


def _sight_terms(question: Question) -> Sequence[Term]:
    found = _sight(question)
    rows = [
        Term(value=one.amount, ref=Ref("investment", one.investment), figure=of_investment(question, one.investment))
        for one in found.seen
    ]
    return [
        *rows,
        Term(value=found.total, sign=0, said=Said(word("Billed")), figure=question.figure.but("spend.billed")),
    ]


def _outside(question: Question) -> Amounts:
    """All of it, or what one cause keeps out of sight. Raises :class:`Invalid` for a cause that there is none of."""
    found, cause = _sight(question), question.get("cause")
    if cause and cause not in CAUSES:
        raise Invalid(f"No chain breaks for “{cause}”.", remedy="Causes: " + ", ".join(CAUSES) + ".")
    return found.by_cause.get(cause, Amounts()) if cause else found.outside


def _outside_terms(question: Question) -> Sequence[Term]:
    found = _sight(question)
    rows = [
        Term(
            value=one.amount,
            ref=Ref("investment", one.investment),
            said=Said(one.title),
            figure=of_investment(question, one.investment),
        )
        for one in found.broken
        if question.get("cause") in ("", one.cause)
    ]
    if question.get("cause"):
        return rows
    nobody = question.figure.but("spend.unattributed")
    return [*rows, Term(value=found.unattributed, said=Said(word("Unattributed")), figure=nobody)]


def of_investment(question: Question, id: str) -> Figure:
    """The address of what one investment spends."""
    return question.figure.but("spend.attributed", level="investment", id=id, investment=None)


def _facts(*, unclaimed: bool = False, everything: bool = False) -> Callable[[Question], Sequence[Asked]]:
    def of(question: Question) -> Sequence[Asked]:
        asking = question.but(level=None, id=None) if unclaimed or everything else question
        return asked_cost(asking, *days(asking), where=narrowed(asking), unclaimed=unclaimed, everything=everything)

    return of


def money_measure(
    name: str,
    title: str,
    formula: str,
    of: Callable[[Question], Amounts],
    terms: Callable[[Question], Sequence[Term]],
    facts: Callable[[Question], Sequence[Asked]] = lambda question: (),
    parameters: tuple[str, ...] = OF_ROWS,
) -> Measure:
    """A measure of spend in money."""
    return Measure(
        name=f"spend.{name}",
        title=title,
        unit="money",
        formula=formula,
        of=of,
        terms=terms,
        facts=facts,
        tables=("cost",),
        parameters=parameters,
    )


def share_measure(
    name: str,
    title: str,
    formula: str,
    of: Callable[[Question], Decimal | None],
    terms: Callable[[Question], Sequence[Term]],
    parameters: tuple[str, ...] = OF_ROWS,
) -> Measure:
    """A measure of spend in parts of one."""
    return Measure(
        name=f"spend.{name}",
        title=title,
        unit="share",
        formula=formula,
        of=of,
        terms=terms,
        tables=("cost",),
        parameters=parameters,
    )


def _whole_of(question: Question, whole: str) -> Amounts:
    return getattr(spent(question, ORGANISATION), whole)  # type: ignore[no-any-return]


def _part_of(whole: str) -> Callable[[Question], Decimal | None]:
    def value(question: Question) -> Decimal | None:
        every = question.but(by=None, key=None, where=None)
        return share_of(_whole_of(question, whole), _whole_of(every, whole), question.view.currency)

    return value


def _part_terms(whole: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        part = question.but(f"spend.{whole}")
        every = part.but(by=None, key=None, where=None)
        return [
            Term(value=_whole_of(one, whole), sign=0, said=Said(title), figure=one.figure)
            for one, title in ((part, word("These rows")), (every, word("All rows")))
        ]

    return terms


PARTS = (
    ("billed_part", word("Share of what is billed"), word("Billed of these rows / of all."), "billed"),
    (
        "unattributed_part",
        word("Share of what is unattributed"),
        word("Unattributed of these rows / of all."),
        "unattributed",
    ),
)
"""Name, title, formula, and what it is a part of."""

MEASURES = (
    money_measure(
        "attributed",
        word("Spend"),
        FORMULAS["attributed"],
        lambda question: spent(question).attributed,
        _attributed_terms,
        _facts(),
        ARGUMENTS,
    ),
    money_measure(
        "unattributed",
        word("Unattributed"),
        FORMULAS["unattributed"],
        lambda question: spent(question).unattributed,
        lambda question: list(cost_terms(question, *days(question), where=narrowed(question), unclaimed=True)),
        _facts(unclaimed=True),
    ),
    money_measure(
        "billed",
        word("Billed"),
        FORMULAS["billed"],
        lambda question: spent(question).billed,
        _billed_terms,
        _facts(everything=True),
    ),
    money_measure(
        "shadow_ai",
        word("Shadow AI"),
        word("Unattributed rows that say that they are AI, or whose provider or service is known for it."),
        lambda question: _of_nobody(question).shadow_ai,
        _shadow_terms,
    ),
    money_measure(
        "other_unattributed",
        word("Other unattributed"),
        word("Unattributed − shadow AI."),
        _other_unattributed,
        _other_terms,
    ),
    share_measure(
        "unattributed_share",
        word("Share unattributed"),
        FORMULAS["share"],
        lambda question: spent(question).unattributed_share,
        _share_terms,
    ),
    *(
        share_measure(
            name,
            title,
            formula,
            _part_of(whole),
            _part_terms(whole),
        )
        for name, title, formula, whole in PARTS
    ),
    share_measure(
        "in_sight_share",
        word("Spend in line of sight"),
        word("Spend of investments with an unbroken chain to a board objective / all that is billed."),
        lambda question: _sight(question).share,
        _sight_terms,
        OF_TIME,
    ),
    money_measure(
        "in_sight",
        word("Spend in line of sight"),
        word("Spend of investments with an unbroken chain to a board objective."),
        lambda question: _sight(question).in_sight,
        lambda question: _sight_terms(question)[:-1],
        parameters=OF_TIME,
    ),
    money_measure(
        "outside",
        word("Spend out of sight"),
        word("Spend of investments whose chain is broken, and what nobody claims."),
        _outside,
        _outside_terms,
        parameters=(*OF_TIME, "cause"),
    ),
)
"""Every figure of spend."""
