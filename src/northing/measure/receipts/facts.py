"""The rows of facts under a figure: which they are, what they come to by rule, and what each of them brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from northing.measure.asking_facts import ANY, FactRow, Fold
from northing.measure.cost_rows import Asker
from northing.measure.explained import Asked, Question, SourceRowOf, SourceRows, Term
from northing.measure.fx import exchange
from northing.measure.money_flows import BASIS, also, days_of_facts
from northing.measure.money_sums import scope_shares
from northing.measure.sentence import Ref, Said
from northing.measure.view import View
from northing.portfolio.money import EXACT, NO_CURRENCY, Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

ONE = Decimal(1)


def bounds(view: View, table: str, start: date | None, end: date | None) -> Period | None:
    """The days from *start* up to *end*, as far as there are facts where one of them is open; None without any."""
    days = days_of_facts(view.plan, table)
    if days is None:
        return None
    first, last = start or days.start, end or days.end
    return Period(first, last) if first < last else None


def asked(
    question: Question,
    table: str,
    column: str,
    start: date | None,
    end: date | None,
    *,
    where: str = "",
    unclaimed: bool = False,
    everything: bool = False,
    money: bool = True,
) -> list[Asked]:
    """The rows of *table* that count for the question's scope, investment by investment.

    *unclaimed*: what belongs to no investment, instead; *everything*: that, too. The figure's ``rule``, where it names
    one, leaves only what that rule gives.
    """
    view = question.view
    days = bounds(view, table, start, end)
    if view.facts is None or days is None:
        return []
    fold = Fold(table=table, sums=(), where=where, spans=(days.start, days.end), today=view.today)
    lines: dict[str | None, int] = {}
    rule: str | None = question.get("rule") or None
    for line in view.facts.fold(fold):
        if rule is not None and line.rule != rule:
            continue
        lines[line.investment] = lines.get(line.investment, 0) + line.lines
    shares = {} if unclaimed else scope_shares(view, question.scope)
    found = []
    for investment in sorted(lines, key=lambda id: (id is None, id or "")):
        nobody = investment is None or investment not in view.plan.investments
        share = ONE if nobody and (unclaimed or everything) else shares.get(investment or "", Decimal(0))
        if share:
            found.append(
                Asked(
                    table=table,
                    column=column,
                    lines=lines[investment],
                    where=where,
                    span=(days.start, days.end),
                    investment=investment,
                    rule=rule,
                    share=share,
                    money=money,
                )
            )
    return found


def asked_cost(
    question: Question,
    start: date | None,
    end: date | None,
    *,
    where: str = "",
    unclaimed: bool = False,
    everything: bool = False,
) -> list[Asked]:
    """The cost rows, on the basis that the question names."""
    return [
        one
        for column, only in BASIS[question.basis]
        for one in asked(
            question, "cost", column, start, end, where=also(where, only), unclaimed=unclaimed, everything=everything
        )
    ]


def cost_terms(
    question: Question, start: date | None, end: date | None, *, where: str = "", unclaimed: bool = False
) -> Iterator[Term]:
    """Cost rows of the question's investment by rule, currency and rate; of nobody's by provider instead."""
    view = question.view
    days = bounds(view, "cost", start, end)
    if days is None:
        return
    asker = Asker(view, window=days)
    own, rule = question.scope.id, question.get("rule")
    sums: dict[tuple[Any, str, Decimal], tuple[Decimal, int, date]] = {}
    for line in asker.cost(("provider",) if unclaimed else (), basis=question.basis, where=where):
        if rule and line.rule != rule:
            continue
        if (line.investment is None) if unclaimed else (line.investment == own):
            key = (line.by[0] if unclaimed else line.rule, line.native, line.rate)
            amount, lines, day = sums.get(key, (Decimal(0), 0, line.day))
            sums[key] = (EXACT.add(amount, line.amount), lines + line.lines, min(day, line.day))
    for key in sorted(sums, key=str):
        group, native, _ = key
        amount, lines, day = sums[key]
        rate = exchange(view).rate(native, view.currency, day)
        ref = Ref("attribution_rule", group) if group is not None and not unclaimed else None
        yield Term(
            value=Amounts(dict([exchange(view).told(amount, native, view.currency, day)])),
            ref=ref,
            said=Said(word("Cost rows of {provider}"), {"provider": group or "–"}) if unclaimed else None,
            stated=Amounts({native: amount}),
            rate=rate if rate is not None and rate.way != "same" else None,
            rows=lines,
        )


def read_rows(view: View, found: Sequence[Asked], offset: int, limit: int) -> SourceRows:
    """The rows under a figure from *offset* on; of what is asked alike for several investments, by day."""
    total = sum(one.lines for one in found)
    rows: list[SourceRowOf] = []
    skip = offset
    for together in _together(found):
        one, lines = next(iter(together.values())), sum(each.lines for each in together.values())
        every = one.investment is ANY
        if skip >= lines:
            skip -= lines
            continue
        if len(rows) >= limit or view.facts is None:
            break
        facts = view.facts if one.delivery is None else view.facts.of_delivery(one.delivery)
        window = facts.rows(
            one.table,
            where=one.where,
            span=one.span,
            investment=ANY if every else frozenset(together),
            rule=one.rule,
            offset=skip,
            limit=limit - len(rows),
            today=view.today,
        )
        rows += [source_row(view, one if every else together[row.investment], row) for row in window]
        skip = 0
    return SourceRows(rows=tuple(rows), total=total, offset=offset)


def _together(found: Sequence[Asked]) -> list[dict[Any, Asked]]:
    """By investment, those that differ in nothing else: one question serves them all."""
    groups: dict[Any, list[dict[Any, Asked]]] = {}
    for one in found:
        alike = (one.table, one.column, one.where, one.span, one.rule, one.money, one.native, one.delivery, one.sign)
        mine = groups.setdefault(alike, [{}])
        if one.investment is ANY or ANY in mine[-1] or one.investment in mine[-1]:
            mine.append({})
        mine[-1][one.investment] = one
    return [by for mine in groups.values() for by in mine if by]


def source_row(view: View, one: Asked, row: FactRow) -> SourceRowOf:
    """A row, what it states, and what it brings."""
    stated = row.values.get(one.column) if one.column else None
    amount = None if stated is None else Decimal(stated)
    delivery = view.plan.deliveries.get(row.delivery)
    share = EXACT.multiply(row.share, one.share)
    native = str(row.values.get("currency") or NO_CURRENCY)
    told = native if one.native else view.currency
    rate = exchange(view).rate(native, told, row.values["day"]) if one.money else None
    value = None if amount is None else EXACT.multiply(EXACT.multiply(amount, share), rate.rate if rate else ONE)
    return SourceRowOf(
        table=row.table,
        values=row.values,
        line=row.line,
        input=delivery.name if delivery is not None else "",
        delivery=row.delivery,
        source=row.values.get("source"),
        column=one.column,
        stated=amount,
        share=share,
        rate=rate if rate is not None and rate.way != "same" else None,
        value=value if value is None or one.sign > 0 else value.copy_negate(),
        currency="" if not one.money else told if rate is not None else native,
        investment=row.investment,
        rule=row.rule,
    )
