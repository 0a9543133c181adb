"""The sums that the money of a scope is made of: each stream of money by month, expense and currency.

A scope's investments are added up once and kept with the plan; what a page shows is put together from the few sums.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period

from . import levels
from .accrued import accrual_flow, cut_off
from .commitments import committed_flow
from .fx import findings
from .levels import ORGANISATION, Scope, Shares, parts, shares
from .money_flows import (
    BASIS,
    FACTS,
    RATES,
    Flow,
    Purse,
    Slot,
    actual_flow,
    add,
    lines_flow,
    remember,
    told,
    unowned,
)
from .view import View

READS = FACTS | RATES | levels.READS | {"cost_plan_line", "forecast_line", "commitment", "period_close"}

LEDGER = frozenset(("account", "fund", "transfer"))

LINES = frozenset(("investment", "cost_plan_line"))

FLOW_READS: Mapping[str, frozenset[str]] = {
    "plan": LINES,
    "budget": LINES,
    "bac": LINES,
    "stated": frozenset(("investment", "forecast_line")),
    "forecast": LINES | {"forecast_line"},
    "actual": FACTS,
    "accrual": frozenset(("period_close",)),
    "committed": FACTS | {"investment", "commitment", "period_close"},
}
"""Stream → the kinds that it is read from, exchange rates and the calendar apart."""

STREAMS = ("plan", "budget", "bac", "stated", "forecast", "actual", "accrual", "committed")

SCOPES_KEPT = 1000

T = TypeVar("T")


NOTHING = Amounts()


class Sums(msgspec.Struct, frozen=True):
    """Stream → what it comes to by month, expense and currency."""

    purses: Mapping[str, Purse]


class Tally:
    """Sums by stream and expense, ready to be told."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, dict[str, Decimal]]] = {}

    def put(self, name: str, slot: Slot, amount: Decimal, *, past: bool) -> None:
        """Into a period: forecast to come and actual past are expected, too."""
        if name == "bac":
            return
        self._add(name, slot, amount)
        if name in ("actual", "accrual") if past else name == "forecast":
            self._add("expected", slot, amount)

    def put_whole(self, name: str, slot: Slot, amount: Decimal, *, past: bool) -> None:
        """Into all of time: past actuals and accruals, and the forecast to come."""
        if name in ("plan", "budget", "bac", "committed"):
            self._add(name, slot, amount)
        elif name == "actual":
            self._add("actual" if past else "later", slot, amount)
        elif name == "accrual":
            self._add(name, slot, amount)
        elif name == "forecast" and not past:
            self._add("etc", slot, amount)

    def _add(self, name: str, slot: Slot, amount: Decimal) -> None:
        of = self._sums.setdefault(name, {}).setdefault(slot[1], {})
        known = of.get(slot[2])
        of[slot[2]] = amount if known is None else EXACT.add(known, amount)

    def expenses(self) -> list[str]:
        """Capex, opex, and neither, as far as there is any."""
        held = {expense for found in self._sums.values() for expense in found}
        return [expense for expense in ("capex", "opex", "") if expense in held]

    def amounts(self, name: str, expense: str | None) -> Amounts:
        """One stream; of all expenses where none is named."""
        by = self._sums.get(name)
        if by is None:
            return NOTHING
        if expense is not None:
            return Amounts(by.get(expense))
        first, *others = by.values()
        return Amounts.sum(Amounts(found) for found in by.values()) if others else Amounts(first)

    @staticmethod
    def amounts_in(purse: Purse, window: Period | None) -> Amounts:
        """What of *purse* is in *window*; all of it where there is none."""
        tally = Tally()
        for slot, amount in purse.items():
            if window is None or (slot[0] is not None and window.start <= slot[0] < window.end):
                tally._add("", (None, "", slot[2]), amount)
        return tally.amounts("", None)


def check_basis(basis: str) -> None:
    if basis not in BASIS:
        raise Invalid(f"There is no cost basis “{basis}”.", remedy="Bases: " + ", ".join(BASIS) + ".")


def forecast_flow(view: View) -> Flow:
    """Forecast lines, and in months where an investment has none, its plan; also for lines without a date."""

    def make() -> Flow:
        plan, stated = lines_flow(view, "cost_plan_line", "likely"), lines_flow(view, "forecast_line", "amount")
        found = dict(plan.by)
        for id, purse in stated.by.items():
            months = {slot[0] for slot in purse}
            kept = {slot: amount for slot, amount in plan.by.get(id, {}).items() if slot[0] not in (months | {None})}
            found[id] = {**kept, **purse}
        return Flow(found, (*plan.missing, *stated.missing))

    return told(view, "forecast", frozenset(("cost_plan_line", "forecast_line", "investment")), make)


def bac_flow(view: View) -> Flow:
    """Approved budgets; of an investment without one, its plan."""

    def make() -> Flow:
        plan, budget = lines_flow(view, "cost_plan_line", "likely"), lines_flow(view, "cost_plan_line", "budget")
        return Flow({**plan.by, **budget.by})

    return told(view, "bac", frozenset(("cost_plan_line", "investment")), make)


def flows(view: View, basis: str) -> Mapping[str, Flow]:
    """All streams of money, by investment."""
    return {name: flow(view, name, basis) for name in STREAMS}


def flow(view: View, name: str, basis: str) -> Flow:
    """One stream of money, by investment."""
    match name:
        case "plan":
            return lines_flow(view, "cost_plan_line", "likely")
        case "budget":
            return lines_flow(view, "cost_plan_line", "budget")
        case "stated":
            return lines_flow(view, "forecast_line", "amount")
        case "bac":
            return bac_flow(view)
        case "forecast":
            return forecast_flow(view)
        case "accrual":
            return accrual_flow(view)
        case "committed":
            return committed_flow(view, cut_off(view))
    return actual_flow(view, basis)


def sums(view: View, scope: Scope, basis: str) -> Sums:
    """The sums of *scope*; of a level without an id, what belongs to none of its entities."""
    return Sums({name: _sum(view, scope, name, basis) for name in STREAMS})


def _sum(view: View, scope: Scope, name: str, basis: str) -> Purse:
    """One stream of a scope; an edit of forecast lines leaves the sums of all others standing."""
    reads = FLOW_READS[name] | RATES | levels.READS

    def make() -> Purse:
        return add(_shared(flow(view, name, basis), scope_shares(view, scope)))

    return remember(view, "money sums", (scope, name, basis, cut_off(view)), make, reads, SCOPES_KEPT)


def remembered[T](view: View, key: Hashable, make: Callable[[], T]) -> T:
    """What *make* gives, for this plan, reader's currency and day; the last few of them."""
    return remember(view, "money told", key, make, READS | LEDGER)


def scope_shares(view: View, scope: Scope) -> Shares:
    """The shares of a scope; of a level without an id, of what is outside all of its entities."""
    if scope.id is None and scope != ORGANISATION:
        return parts(view, scope.level).outside
    return shares(view, scope)


def of_investment(streams: Mapping[str, Flow], id: str, share: Decimal) -> Sums:
    """The sums of one investment, times its share."""
    if share == 1:
        return Sums({name: flow.by[id] for name, flow in streams.items() if id in flow.by})
    return Sums({name: add([(flow.by[id], share)]) for name, flow in streams.items() if id in flow.by})


def unattributed_purse(view: View, basis: str) -> Purse:
    """Cost that no investment claims."""
    return unowned(view, actual_flow(view, basis))


def findings_of(view: View, basis: str) -> tuple[Finding, ...]:
    """The rates that are missing to tell all money in the reader's currency."""
    return findings(one for flow in flows(view, basis).values() for one in flow.missing)


def _shared(flow: Flow, of: Shares) -> Iterable[tuple[Purse, Decimal]]:
    if len(of) > len(flow.by):
        return ((purse, of[id]) for id, purse in flow.by.items() if id is not None and id in of)
    return ((flow.by[id], share) for id, share in of.items() if id in flow.by)
