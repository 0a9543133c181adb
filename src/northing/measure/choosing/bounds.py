"""What a choice has to keep, of one plan: its limits, and the capacity that was entered for each role.

A bound holds in spans of the horizon's periods. What is spent in a span whatever is chosen (lines that began before
the horizon, investments that have ended and have not given back) is ``fixed`` and counts against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property

import msgspec

from northing.measure.fx import exchange
from northing.measure.money_flows import laid
from northing.measure.view import View
from northing.portfolio.choosing import Limit, LimitType, Per
from northing.portfolio.errors import Finding, NorthingError
from northing.portfolio.filter import ask_plan
from northing.portfolio.investment import ENDED
from northing.portfolio.periods import Period, label

from .horizon import Horizon, spans
from .ways import THOUSANDTH, Kind, Offer, Way, rounded, shared_days

ZERO, ONE = Decimal(0), Decimal(1)
ROLE = "role:"
"""Begins the key of a bound that is the capacity of a role."""


class Span(msgspec.Struct, frozen=True):
    """One period of a bound: positions of the horizon, half-open."""

    days: Period
    label: str
    first: int
    end: int
    fixed: Decimal = ZERO
    least: Decimal | None = None
    most: Decimal | None = None


class Bound(msgspec.Struct, frozen=True, dict=True):
    """A limit, or the capacity of a role, as it applies to the investments of one plan."""

    key: str
    """The limit's id, or "role:" and the role's."""
    name: str
    type: LimitType
    spans: tuple[Span, ...]
    members: frozenset[str] | None = None
    """The investments that it counts; None: all."""
    expense: str | None = None
    role: str | None = None
    model: str | None = None
    roll_over: bool = False
    limit: Limit | None = None

    def counts(self, investment: str) -> bool:
        return self.members is None or investment in self.members

    def paid(self, kind: Kind) -> bool:
        return self.expense is None or kind[0] == self.expense


class Reached(msgspec.Struct, frozen=True):
    """What a choice comes to in one span of a bound."""

    span: Span
    used: Decimal
    """Money, people, a share or a mean; with what is fixed, and added up where it rolls over."""
    least: Decimal | None
    most: Decimal | None

    @property
    def short(self) -> Decimal:
        """By how much it falls below what is asked at least; 0 where it does not."""
        return max(self.least - self.used, ZERO) if self.least is not None else ZERO

    @property
    def over(self) -> Decimal:
        return max(self.used - self.most, ZERO) if self.most is not None else ZERO

    @property
    def broken(self) -> bool:
        return bool(self.short or self.over)


class Prices(msgspec.Struct, frozen=True, dict=True):
    """Factors on the money of model families."""

    by_model: Mapping[str, Decimal]

    def of(self, kind: Kind) -> Decimal:
        return self.by_model.get(kind[1], ONE)

    @cached_property
    def any(self) -> bool:
        return any(factor != 1 for factor in self.by_model.values())


def bounds(view: View, ahead: Horizon) -> tuple[list[Bound], list[Finding]]:
    """Every limit that is not paused, and the capacity of each role that has one; with what is wrong in their words."""
    fixed = list(_fixed(view, ahead))
    found, wrong = [], []
    for limit in sorted(view.plan.table("limit").values(), key=lambda one: (one.number or "~", one.name, one.id)):
        if limit.paused:
            continue
        try:
            members = frozenset(ask_plan(limit.where, view, "investment")[0]) if limit.where.strip() else None
        except NorthingError as problem:
            wrong.append(
                Finding(code="limit-unread", message=f"The limit “{limit.name}” is left out: {problem.message}",
                        severity="warning", kind="limit", id=limit.id, field="where", remedy=problem.remedy)
            )  # fmt: skip
            continue
        found.append(_bound(view, ahead, limit, members, fixed))
    found.extend(_capacities(view, ahead))
    return found, wrong


def _bound(
    view: View,
    ahead: Horizon,
    limit: Limit,
    members: frozenset[str] | None,
    fixed: list[tuple[str, Kind, Period, Decimal]],
) -> Bound:
    per = limit.per if limit.type is not LimitType.CAPACITY else (Per.MONTH if ahead.unit == "month" else Per.QUARTER)
    if limit.type in (LimitType.CHURN, LimitType.PRICE):
        per = Per.WHOLE
    rates = exchange(view)
    own = Bound(
        key=limit.id, name=limit.name, type=limit.type, spans=(), members=members, expense=limit.expense,
        role=limit.role, model=limit.model, roll_over=limit.roll_over, limit=limit,
    )  # fmt: skip
    money = limit.type in (LimitType.BUDGET, LimitType.EXPOSURE)
    made = []
    for days, first, end in spans(view, ahead, limit.start, limit.end, per):

        def told(amount: Decimal | None, days: Period = days) -> Decimal | None:
            if amount is None or not money or not limit.currency:
                return amount
            known = rates.convert(amount, limit.currency, view.home_currency, days.start)
            return None if known is None else rounded(known)

        spent = ZERO
        if money:
            spent = sum(
                (
                    part
                    for id, kind, month, part in fixed
                    if month.start >= days.start and month.start < days.end and own.counts(id) and own.paid(kind)
                ),
                ZERO,
            )
        made.append(
            Span(days, label(view.plan.calendar, days), first, end, rounded(spent), told(limit.least), told(limit.most))
        )
    return msgspec.structs.replace(own, spans=tuple(made))


def _fixed(view: View, ahead: Horizon) -> Iterator[tuple[str, Kind, Period, Decimal]]:
    """What is planned and not to be chosen: before the horizon, and of investments that have ended."""
    rates, home = exchange(view), view.home_currency
    for line in view.plan.cost_plan_lines.values():
        investment = view.plan.investments.get(line.investment)
        found = laid(view, line, "likely")
        if found is None or investment is None or (line.end is not None and line.end < view.today):
            continue
        for month, part in found.parts:
            if month is None or (investment.stage not in ENDED and month >= ahead.start):
                continue
            told = rates.convert(part, found.currency, home, found.day)
            if told:
                yield investment.id, (str(line.expense or ""), line.model or ""), Period(month, month), told


def _capacities(view: View, ahead: Horizon) -> Iterator[Bound]:
    """The people of each role, of all teams, in the periods for which any were entered."""
    there: dict[str, dict[int, Decimal]] = {}
    for one in view.plan.table("capacity").values():
        for place, part in shared_days(ahead, one.start, one.end):
            by = there.setdefault(one.role, {})
            by[place] = by.get(place, ZERO) + one.people * part
    for role in sorted(there, key=lambda id: (view.name_of("role", id) or "", id)):
        yield Bound(
            key=f"{ROLE}{role}",
            name=view.name_of("role", role) or "",
            type=LimitType.CAPACITY,
            role=role,
            spans=tuple(
                Span(ahead.periods[at], ahead.labels[at], at, at + 1, most=rounded(people, THOUSANDTH))
                for at, people in sorted(there[role].items())
            ),
        )


def prices(view: View, found: list[Bound]) -> Prices:
    """By AI model the factor that the limits on prices say; of several that name it, all of them."""
    factors: dict[str, Decimal] = {}
    for bound in found:
        limit = bound.limit
        if bound.type is not LimitType.PRICE or limit is None or not bound.spans:
            continue
        factor = limit.most if limit.most is not None else limit.least
        for model in view.plan.ai_models.values():
            if factor is not None and limit.model and limit.model.casefold() in model.name.casefold():
                factors[model.id] = factors.get(model.id, ONE) * factor
    return Prices(factors)


Chosen = Mapping[str, Way]
"""Of each investment that is in, its way."""


class Taken:
    """A choice added up: once for all the limits that are asked of it."""

    def __init__(self, chosen: Chosen, factors: Prices) -> None:
        self.chosen, self.factors = chosen, factors

    def of(self, bound: Bound) -> Taken:
        """What of it *bound* counts."""
        if bound.members is None:
            return self
        return Taken({id: way for id, way in self.chosen.items() if id in bound.members}, self.factors)

    @cached_property
    def people(self) -> Mapping[str, Mapping[int, Decimal]]:
        """By role and period."""
        return _added(way.people for way in self.chosen.values())

    @cached_property
    def money(self) -> Mapping[Kind, Mapping[int, Decimal]]:
        """By kind and period, at the prices of the models."""
        planned = _added(way.cost for way in self.chosen.values())
        return {kind: _times(by, self.factors.of(kind)) for kind, by in planned.items()}

    def paid(self, bound: Bound) -> dict[int, Decimal]:
        """By period the money of the kinds that *bound* is about."""
        total: dict[int, Decimal] = {}
        for kind, by in self.money.items():
            if bound.paid(kind):
                add(total, by)
        return total

    @property
    def spent(self) -> Decimal:
        """All of its money."""
        return sum((amount for by in self.money.values() for amount in by.values()), ZERO)


def _added[Key](parts: Iterable[Mapping[Key, Mapping[int, Decimal]]]) -> dict[Key, dict[int, Decimal]]:
    found: dict[Key, dict[int, Decimal]] = {}
    for part in parts:
        for key, by in part.items():
            add(found.setdefault(key, {}), by)
    return found


def _times(by: Mapping[int, Decimal], factor: Decimal) -> Mapping[int, Decimal]:
    return by if factor == 1 else {place: amount * factor for place, amount in by.items()}


def reached(bound: Bound, offers: Mapping[str, Offer], taken: Taken) -> list[Reached]:
    """What a choice comes to in each span of *bound*; empty for a limit that is not on money or people."""
    if bound.type in (LimitType.CHURN, LimitType.PRICE):
        return []
    found, before, most, least = [], ZERO, ZERO, ZERO
    for span, used in zip(bound.spans, _used(bound, offers, taken), strict=True):
        if bound.roll_over and bound.type is LimitType.BUDGET:
            before, most, least = before + used, most + (span.most or ZERO), least + (span.least or ZERO)
            found.append(
                Reached(
                    span, before, least if span.least is not None else None, most if span.most is not None else None
                )
            )
        else:
            found.append(Reached(span, used, span.least, span.most))
    return found


def _used(bound: Bound, offers: Mapping[str, Offer], taken: Taken) -> Iterator[Decimal]:
    """By span, from what each period comes to."""
    counted = taken.of(bound)
    if bound.type is LimitType.CAPACITY:
        people = counted.people.get(bound.role or "", {})
        yield from (_within(span, people) for span in bound.spans)
        return
    own = counted.paid(bound)
    whole = taken.paid(bound) if bound.type is LimitType.SHARE else {}
    risk: dict[int, Decimal] = {}
    if bound.type is LimitType.RISK:
        for id, way in counted.chosen.items():
            weight = offers[id].investment.risk or ZERO
            for kind, by in way.cost.items():
                if bound.paid(kind):
                    add(risk, by, taken.factors.of(kind) * weight)
    for span in bound.spans:
        mine = _within(span, own)
        if bound.type is LimitType.SHARE:
            every = _within(span, whole)
            yield mine / every if every else ZERO
        elif bound.type is LimitType.RISK:
            yield _within(span, risk) / mine if mine else ZERO
        else:
            yield mine + span.fixed


def paid(bound: Bound, span: Span, way: Way, factors: Prices) -> Decimal:
    """The money of *way* that a bound counts in a span, at the prices of the models."""
    return _within(span, Taken({"": way}, factors).paid(bound))


def add(total: dict[int, Decimal], by: Mapping[int, Decimal], factor: Decimal = ONE) -> None:
    """Add to *total* what *by* has of each period, times *factor*."""
    for place, amount in by.items():
        total[place] = total.get(place, ZERO) + (amount if factor == 1 else amount * factor)


def _within(span: Span, by: Mapping[int, Decimal]) -> Decimal:
    return sum((by[place] for place in range(span.first, span.end) if place in by), ZERO)
