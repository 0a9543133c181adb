"""What a change of the plan is about, and which of the plan's approval rules speak of it.

Money that moves is what comes in or what goes out, whichever is more, of each investment's plan lines, forecast lines
and transfers by period and currency; where plan, forecast and ledger tell the same move, the largest counts. It is told
in the rule's currency at today's rate. Where there is no rate, or no currency, the rule speaks of it: nothing slips
through for want of a rate. What is planned for an investment that is chosen out counts as gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from northing.portfolio.deciding import ApprovalRule, ChangeKind
from northing.portfolio.entity import Entity
from northing.portfolio.errors import NorthingError
from northing.portfolio.filter import ask_plan
from northing.portfolio.investment import is_out
from northing.portfolio.ledger import currency_of
from northing.portfolio.plan import Plan

from .fx import exchange
from .view import View

KIND_OF: Mapping[str, ChangeKind] = {
    **dict.fromkeys(("cost_plan_line", "forecast_line", "fund", "account", "transfer", "commitment"), ChangeKind.MONEY),
    **dict.fromkeys(("capacity", "resource_demand"), ChangeKind.PEOPLE),
    **dict.fromkeys(("limit", "group"), ChangeKind.LIMITS),
    **dict.fromkeys(("objective", "key_result", "strategic_contribution"), ChangeKind.STRATEGY),
    "scoring_model": ChangeKind.WEIGHTS,
}

Where = tuple[date | None, date | None, str]
"""A period and a currency; empty where none is named."""


class Change(Protocol):
    """One entity before and after."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def before(self) -> Entity | None: ...
    @property
    def after(self) -> Entity | None: ...


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that speaks of some changes, and of what in them."""

    rule: ApprovalRule
    changes: int
    """How many entities it concerns."""
    amount: Decimal | None = None
    """What moves, in *currency*; None where the rule asks about no amount, or where it cannot be told."""
    currency: str = ""


def spoken(before: View, after: View, changes: Sequence[Change]) -> list[Spoken]:
    """Which approval rules of the plan of *before* speak of *changes*, in the order of their names."""
    rules = before.plan.approval_rules.values()
    found = (_speaks(rule, before, after, changes) for rule in sorted(rules, key=lambda one: (one.name, one.id)))
    return [one for one in found if one is not None]


def about(change: Change, before: Plan, after: Plan) -> frozenset[ChangeKind]:
    """What a change is about; nothing of these where it is a name or a note."""
    if change.kind in KIND_OF:
        return frozenset((KIND_OF[change.kind],))
    if change.kind != "investment":
        return frozenset()
    was, now = before.investments.get(change.id), after.investments.get(change.id)
    there, here = was is not None and not is_out(was), now is not None and not is_out(now)
    found = set()
    if here and not there:
        found.add(ChangeKind.START)
    if there and not here:
        found.add(ChangeKind.STOP)
    if was is not None and now is not None and (was.start, was.end) != (now.start, now.end):
        found.add(ChangeKind.DATES)
    if _planned(before, change.id) != _planned(after, change.id):
        found.add(ChangeKind.MONEY)
    return frozenset(found)


def _speaks(rule: ApprovalRule, before: View, after: View, changes: Sequence[Change]) -> Spoken | None:
    meant = _meant(rule, before, after)
    concerned = [
        one
        for one in changes
        if (rule.change is None or rule.change in about(one, before.plan, after.plan))
        and (meant is None or not meant.isdisjoint(_investments(one, before.plan, after.plan)))
    ]
    if not concerned:
        return None
    if rule.amount is None:
        return Spoken(rule=rule, changes=len(concerned))
    currency = rule.currency or before.home_currency
    some = {id for one in concerned for id in _investments(one, before.plan, after.plan)}
    # Money of nobody in particular (between funds) counts where the rule is about all investments.
    moved = _moved(before, after, changes, some if meant is None else some & meant, currency, loose=meant is None)
    if moved is not None and moved < rule.amount:
        return None
    return Spoken(rule=rule, changes=len(concerned), amount=moved, currency=currency)


def _meant(rule: ApprovalRule, before: View, after: View) -> set[str] | None:
    """The investments that the rule speaks of, before or after; None for all, also where its question fails."""
    if not rule.where.strip():
        return None
    try:
        return set(ask_plan(rule.where, before, "investment")[0]) | set(ask_plan(rule.where, after, "investment")[0])
    except NorthingError:
        return None


def _investments(change: Change, before: Plan, after: Plan) -> set[str]:
    found: set[str] = set()
    for entity, plan in ((change.before, before), (change.after, after)):
        if entity is None:
            continue
        if entity.KIND == "investment":
            found.add(entity.id)
        found.update(id for name in ("investment", "predecessor", "successor") if (id := getattr(entity, name, None)))
        for leg in getattr(entity, "legs", ()):
            account = plan.accounts.get(leg.account)
            if account is not None and account.investment:
                found.add(account.investment)
    return found


def _moved(
    before: View, after: View, changes: Sequence[Change], some: Iterable[str], currency: str, *, loose: bool
) -> Decimal | None:
    """What moves of *some* investments in *currency*; None where part of it cannot be told."""
    wanted = set(some)
    planned = _differences((id, (_planned(before.plan, id), _planned(after.plan, id))) for id in wanted)
    expected = _differences((id, (_expected(before.plan, id), _expected(after.plan, id))) for id in wanted)
    booked = list(_booked(after.plan, changes, wanted, loose=loose))
    largest = Decimal(0)
    for amounts in (planned, expected, booked):
        into, out = Decimal(0), Decimal(0)
        for amount, base in amounts:
            told = exchange(before).convert(amount, base, currency, before.today) if base else None
            if told is None:
                return None
            into, out = (into + told, out) if told > 0 else (into, out - told)
        largest = max(largest, into, out)
    return largest


def _differences(
    pairs: Iterable[tuple[str, tuple[Mapping[Where, Decimal], Mapping[Where, Decimal]]]],
) -> list[tuple[Decimal, str]]:
    return [
        (delta, key[2])
        for _id, (was, now) in pairs
        for key in was.keys() | now.keys()
        if (delta := now.get(key, Decimal(0)) - was.get(key, Decimal(0)))
    ]


def _planned(plan: Plan, investment: str) -> dict[Where, Decimal]:
    lines = plan.cost_plan_lines.by("investment", investment)
    return _sums(plan, ((line, line.likely) for line in lines if plan.counts(line)))


def _expected(plan: Plan, investment: str) -> dict[Where, Decimal]:
    lines = plan.forecast_lines.by("investment", investment)
    return _sums(plan, ((line, line.amount) for line in lines if plan.counts(line)))


def _sums(plan: Plan, lines: Iterable[tuple[Any, Decimal | None]]) -> dict[Where, Decimal]:
    found: dict[Where, Decimal] = {}
    for line, amount in lines:
        if amount:
            investment = plan.investments.get(line.investment)
            currency = line.currency or (investment.currency if investment is not None else None) or ""
            key = (line.start, line.end, currency)
            found[key] = found.get(key, Decimal(0)) + amount
    return found


def _booked(plan: Plan, changes: Iterable[Change], wanted: set[str], *, loose: bool) -> Iterator[tuple[Decimal, str]]:
    for change in changes:
        for leg in getattr(change.after, "legs", ()) if change.before is None else ():
            account = plan.accounts.get(leg.account)
            if loose or (account is not None and account.investment in wanted):
                yield leg.amount, currency_of(plan, account) or ""
