"""Receipts of money by period: each figure down to plan lines, orders, closes and cost rows.

A figure is a sum of streams (plan, budget, forecast, actual, accrual, commitments), each before or after the cut-off,
with a sign. Its receipt names the streams; the receipt of a stream names the investments; and that of one investment
the lines and rows. Arguments ``from`` and ``until`` choose the fiscal months that begin in these days; without them all
of time counts, and lines without a date too (``undated=only``: these alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import msgspec

from northing.measure.accrued import closes, cut_off
from northing.measure.commitments import commitments, open_parts
from northing.measure.explained import Asked, Measure, Question, Term
from northing.measure.fx import exchange
from northing.measure.levels import ORGANISATION
from northing.measure.money import FORMULAS, share_of
from northing.measure.money_flows import Purse, laid, months
from northing.measure.money_sums import flows, scope_shares, sums, unattributed_purse
from northing.measure.sentence import Ref, Said
from northing.measure.view import View
from northing.portfolio.errors import Invalid
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.words import word

from .facts import asked_cost, cost_terms

Phase = Literal["past", "open"] | None

STREAMS = ("plan", "budget", "bac", "stated", "forecast", "actual", "accrual", "committed")


class Part(NamedTuple):
    """A stream in a figure: its sign, and whether only what is past, or still to come, counts."""

    sign: int
    stream: str
    phase: Phase = None


_AC = (Part(1, "actual", "past"), Part(1, "accrual", "past"))
_ETC = (Part(1, "forecast", "open"),)
_MINUS_EXPECTED = tuple(Part(-1, part.stream, part.phase) for part in (*_AC, *_ETC))

COMPOSED: dict[str, tuple[Part, ...]] = {
    **{name: (Part(1, name),) for name in STREAMS},
    "ac": _AC,
    "etc": _ETC,
    "eac": (*_AC, *_ETC),
    "expected": (*_AC, *_ETC),
    "variance": (Part(1, "plan"), *_MINUS_EXPECTED),
    "vac": (Part(1, "bac"), *_MINUS_EXPECTED),
    "later": (Part(1, "actual", "open"),),
}

TITLES = {
    "plan": word("Plan"),
    "budget": word("Budget"),
    "bac": word("Budget at completion"),
    "stated": word("Forecast as stated"),
    "forecast": word("Forecast"),
    "actual": word("Actual"),
    "accrual": word("Accrual"),
    "committed": word("Open commitments"),
    "ac": word("Actual to date"),
    "etc": word("Estimate to complete"),
    "eac": word("Estimate at completion"),
    "expected": word("Expected"),
    "variance": word("Variance"),
    "vac": word("Variance at completion"),
    "later": word("Actual since the cut-off"),
}

ARGUMENTS = ("level", "id", "from", "until", "undated", "expense", "basis", "currency")


class Chosen(NamedTuple):
    """Which slots of a stream count."""

    start: date | None
    end: date | None
    expense: str | None
    only_undated: bool

    def takes(self, month: date | None, expense: str) -> bool:
        if self.expense is not None and expense != self.expense:
            return False
        if self.only_undated or month is None:
            return month is None and (self.only_undated or (self.start is None and self.end is None))
        return (self.start is None or month >= self.start) and (self.end is None or month < self.end)


def chosen(question: Question) -> Chosen:
    """What the arguments of a figure choose. Raises :class:`Invalid` for what is no date or no expense."""
    expense = question.get("expense")
    if expense not in ("", "capex", "opex", "neither"):
        raise Invalid(f"There is no expense “{expense}”.", remedy="Expenses: capex, opex, neither.")
    start, end = _day(question.get("from")), _day(question.get("until"))
    if start is not None:
        start = months(question.view).of(start).start
    if end is not None:
        end = months(question.view).of(_last(end)).end
    return Chosen(
        start, end, None if not expense else "" if expense == "neither" else expense, question.get("undated") == "only"
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"“{text}” is not a date.", remedy="Write dates as 2026-03-31.") from None


def _phased(part: Part, at: Chosen, cut: date) -> Chosen:
    """*at*, narrowed to what is past or still to come."""
    if part.phase == "past":
        return at._replace(end=min(at.end, cut) if at.end is not None else cut)
    if part.phase == "open" and not at.only_undated:
        return at._replace(start=max(at.start, cut) if at.start is not None else cut)
    return at


def _amounts(purse: Purse, taken: Iterable[Chosen]) -> Amounts:
    total: dict[str, Decimal] = {}
    ways = list(taken)
    for (month, expense, currency), amount in purse.items():
        if any(way.takes(month, expense) for way in ways):
            total[currency] = EXACT.add(total.get(currency, Decimal(0)), amount)
    return Amounts(total)


def _ways(part: Part, at: Chosen, cut: date) -> list[Chosen]:
    """The choices that together are the part: asked of all time, lines without a date are still to come."""
    narrowed = _phased(part, at, cut)
    if part.phase == "open" and at.start is None and at.end is None and not at.only_undated:
        return [narrowed, Chosen(None, None, at.expense, True)]
    return [narrowed]


def value(name: str, question: Question) -> Amounts:
    """The figure *name* of the question's scope."""
    purses = sums(question.view, question.scope, question.basis).purses
    at, cut = chosen(question), cut_off(question.view)
    total = Amounts()
    for part in COMPOSED[name]:
        found = _amounts(purses[part.stream], _ways(part, at, cut))
        total = total + found if part.sign > 0 else total - found
    return total


def terms(name: str, question: Question) -> Sequence[Term]:
    """What the figure is made of, one step down."""
    at, cut = chosen(question), cut_off(question.view)
    ways = [(part, way) for part in COMPOSED[name] for way in _ways(part, at, cut)]
    if len(ways) > 1 or ways[0][0].phase is not None:
        return [term for part, way in ways if (term := _stream_term(question, part, way)) is not None]
    if question.scope.level != "investment":
        return list(_by_investment(name, question, at))
    return list(_leaves(name, question, at))


def _stream_term(question: Question, part: Part, way: Chosen) -> Term | None:
    amounts = _amounts(sums(question.view, question.scope, question.basis).purses[part.stream], [way])
    if way.only_undated and not amounts:
        return None
    return Term(
        value=amounts,
        sign=part.sign,
        said=Said(TITLES[part.stream]),
        figure=question.figure.but(
            f"money.{part.stream}",
            from_=way.start,
            until=way.end,
            undated="only" if way.only_undated else None,
        ),
    )


def _by_investment(name: str, question: Question, at: Chosen) -> Iterator[Term]:
    stream = flows(question.view, question.basis)[name]
    for id, share in scope_shares(question.view, question.scope).items():
        amounts = _amounts(stream.by.get(id, {}), [at])
        if amounts:
            yield Term(
                value=amounts if share == 1 else amounts.times(share),
                ref=Ref("investment", id),
                stated=amounts,
                share=None if share == 1 else share,
                figure=question.figure.but(level="investment", id=id),
            )


def _leaves(name: str, question: Question, at: Chosen) -> Iterator[Term]:
    """The lines, orders, closes and rows of one investment."""
    view, id = question.view, question.scope.id or ""
    if name == "actual":
        yield from cost_terms(question, at.start, at.end, where=expense_where(at.expense))
    elif name == "accrual":
        yield from _closes(view, id, at)
    elif name == "committed":
        yield from _commitments(view, id, at)
    elif name in ("plan", "budget", "stated"):
        yield from _lines(view, id, *LINES[name], at)
    elif name == "bac":
        has_budget = any(line.budget is not None for line in view.plan.cost_plan_lines.by("investment", id))
        yield from _lines(view, id, "cost_plan_line", "budget" if has_budget else "likely", at)
    else:
        stated = flows(view, question.basis)["stated"].by.get(id, {})
        covered = {slot[0] for slot in stated} | ({None} if stated else set())
        yield from _lines(view, id, "forecast_line", "amount", at)
        yield from _lines(view, id, "cost_plan_line", "likely", at, frozenset(covered))


LINES = {
    "plan": ("cost_plan_line", "likely"),
    "budget": ("cost_plan_line", "budget"),
    "stated": ("forecast_line", "amount"),
}


def _lines(
    view: View, id: str, kind: str, amount: str, at: Chosen, but: frozenset[date | None] = frozenset()
) -> Iterator[Term]:
    """Lines of one investment, as far as they fall into the months that count; months in *but* do not."""
    for line in view.plan.table(kind).by("investment", id):
        found = laid(view, line, amount)
        if found is None:
            continue
        part, any_of_it = Decimal(0), False
        for month, piece in found.parts:
            if month not in but and at.takes(month, line.expense or ""):
                part, any_of_it = EXACT.add(part, piece), True
        if any_of_it:
            yield _told(view, Ref(kind, line.id), part, found.currency, found.day, field=amount)


def _told(view: View, ref: Ref, amount: Decimal, currency: str, day: date, **more: Any) -> Term:
    rate = exchange(view).rate(currency, view.currency, day)
    return Term(
        value=Amounts(dict([exchange(view).told(amount, currency, view.currency, day)])),
        ref=ref,
        stated=Amounts({currency: amount}),
        rate=rate if rate is not None and rate.way != "same" else None,
        **more,
    )


def _closes(view: View, id: str, at: Chosen) -> Iterator[Term]:
    before: list[tuple[Any, Any]] = []
    for close in closes(view):
        month = months(view).of(_last(close.end)).start
        own = [(close, one) for one in close.accruals if one.investment == id]
        for sign, held in ((-1, before), (1, own)):
            for stated_in, one in held:
                if at.takes(month, one.expense or ""):
                    term = _told(
                        view,
                        Ref("period_close", stated_in.id),
                        one.amount,
                        one.currency,
                        _last(stated_in.end),
                        sign=sign,
                    )
                    yield term
        before = own


def _last(end: date) -> date:
    return date.fromordinal(end.toordinal() - 1)


def _commitments(view: View, id: str, at: Chosen) -> Iterator[Term]:
    cut = cut_off(view)
    for one in commitments(view):
        stated = view.plan.commitments[one.id]
        if one.investment != id or not one.open:
            continue
        parts = [part for month, part in open_parts(view, one, cut) if at.takes(month, stated.expense or "")]
        if parts:
            amount = Decimal(0)
            for part in parts:
                amount = EXACT.add(amount, part)
            said = Said(
                word("{amount}, of which {billed} is billed."),
                {"amount": Amounts({one.currency: one.amount}), "billed": Amounts({one.currency: one.billed})},
            )
            yield _told(view, Ref("commitment", one.id), amount, one.currency, stated.start or cut, said=said)


def expense_where(expense: str | None) -> str:
    """The filter of cost rows for one expense; empty for all."""
    if expense is None:
        return ""
    return f"expense = {expense}" if expense else "not expense in (capex, opex)"


def facts(name: str, question: Question) -> Sequence[Asked]:
    """The cost rows under the figure."""
    found: list[Asked] = []
    at, cut = chosen(question), cut_off(question.view)
    for part in COMPOSED[name]:
        if part.stream == "actual":
            for way in _ways(part, at, cut):
                if not way.only_undated:
                    asked = asked_cost(question, way.start, way.end, where=expense_where(way.expense))
                    found += asked if part.sign > 0 else [_negated(one) for one in asked]
    return found


def _negated(one: Asked) -> Asked:
    return msgspec.structs.replace(one, sign=-one.sign)


def unattributed(question: Question) -> Amounts:
    return _amounts(unattributed_purse(question.view, question.basis), [chosen(question)])


def unattributed_share(question: Question) -> Decimal | None:
    part = unattributed(question)
    every = sums(question.view, ORGANISATION, question.basis).purses["actual"]
    return share_of(part, part + _amounts(every, [chosen(question)]), question.view.currency)


def _unattributed_terms(question: Question) -> Sequence[Term]:
    at = chosen(question)
    return list(cost_terms(question, at.start, at.end, where=expense_where(at.expense), unclaimed=True))


def _unattributed_facts(question: Question) -> Sequence[Asked]:
    at = chosen(question)
    return asked_cost(question, at.start, at.end, where=expense_where(at.expense), unclaimed=True)


def _share_terms(question: Question) -> Sequence[Term]:
    whole = question.but("money.unattributed", level=None, id=None)
    actual = whole.but("money.actual")
    return [
        Term(value=unattributed(whole), figure=whole.figure, said=Said(word("Unattributed")), sign=0),
        Term(value=value("actual", actual), figure=actual.figure, said=Said(word("Attributed")), sign=0),
    ]


def _measure(name: str) -> Measure:
    reads_facts = any(part.stream in ("actual", "committed") for part in COMPOSED[name])
    return Measure(
        name=f"money.{name}",
        title=TITLES[name],
        unit="money",
        formula=FORMULAS[name],
        of=lambda question: value(name, question),
        terms=lambda question: terms(name, question),
        facts=lambda question: facts(name, question),
        tables=("cost",) if reads_facts else (),
        parameters=ARGUMENTS,
    )


MEASURES = (
    *(_measure(name) for name in COMPOSED),
    Measure(
        name="money.unattributed",
        title=word("Unattributed"),
        unit="money",
        formula=FORMULAS["unattributed"],
        of=unattributed,
        terms=_unattributed_terms,
        facts=_unattributed_facts,
        tables=("cost",),
        parameters=("from", "until", "expense", "basis", "currency"),
    ),
    Measure(
        name="money.unattributed_share",
        title=word("Share unattributed"),
        unit="share",
        formula=FORMULAS["unattributed_share"],
        of=unattributed_share,
        terms=_share_terms,
        tables=("cost",),
        parameters=("from", "until", "expense", "basis", "currency"),
    ),
)
"""Every figure of the money page."""
