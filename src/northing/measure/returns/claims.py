"""What investments are claimed to bring: benefit lines as ranges, by type, value stream, investment and month.

A line over several months is cut by days, so that its parts add up to it, and is exchanged at the rate of its first
day. A line that states no low or no high counts there with its likely amount. Lows are added up, and so are highs: the
range of a sum is what it comes to if every line turns out low, or every line high, together.

Types are never added to each other, but for the two that are cash: more margin, and money that is no longer spent.
Avoided cost was never in a budget, time is no money before it is disposed of, and risk is an expected loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from northing.measure.fx import findings
from northing.measure.levels import ORGANISATION, Scope
from northing.measure.money_flows import Filling, Flow, line_currency, months, spread, told
from northing.measure.money_sums import scope_shares
from northing.measure.view import View
from northing.portfolio.benefits import BenefitKind, BenefitPlanLine
from northing.portfolio.errors import Finding
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period

BOUNDS = ("low", "likely", "high")

CASH = (BenefitKind.REVENUE, BenefitKind.SAVING)
"""The types that reach the books as money."""

READS = frozenset(("benefit_plan_line", "investment"))

ONE = Decimal(1)


class Range(msgspec.Struct, frozen=True):
    """What is claimed: at least, likely, at most."""

    low: Amounts = Amounts()
    likely: Amounts = Amounts()
    high: Amounts = Amounts()

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __bool__(self) -> bool:
        return any(bool(bound) for bound in (self.low, self.likely, self.high))

    def times(self, share: Decimal) -> Range:
        return self if share == ONE else Range(self.low.times(share), self.likely.times(share), self.high.times(share))

    @staticmethod
    def sum(parts: Iterable[Range]) -> Range:
        every = list(parts)
        return Range(
            Amounts.sum(one.low for one in every),
            Amounts.sum(one.likely for one in every),
            Amounts.sum(one.high for one in every),
        )


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One benefit line, as far as it counts."""

    line: BenefitPlanLine
    value_stream: str | None
    """Where it arises: the line's own, else the investment's."""
    share: Decimal = ONE
    """Which share of its investment counts in the scope."""
    amount: Range

    @property
    def is_ranged(self) -> bool:
        """Whether it states a range at all."""
        return self.line.low is not None and self.line.high is not None


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed of one scope in some days."""

    scope: Scope
    window: Period | None
    """Whole fiscal months; None: all of time."""
    claims: tuple[Claim, ...]
    """Those that bring something, by start, investment and id."""
    findings: tuple[Finding, ...] = ()

    @property
    def by_type(self) -> Mapping[BenefitKind, Range]:
        """Each type that anything is claimed of, apart."""
        return by_type(self.claims)

    @property
    def cash(self) -> Range:
        """More margin and less spent."""
        return cash(self.claims)


def by_type(claims: Iterable[Claim]) -> dict[BenefitKind, Range]:
    found: dict[BenefitKind, list[Range]] = {}
    for one in claims:
        found.setdefault(one.line.type, []).append(one.amount)
    return {kind: Range.sum(found[kind]) for kind in BenefitKind if kind in found}


def cash(claims: Iterable[Claim]) -> Range:
    return Range.sum(one.amount for one in claims if one.line.type in CASH)


def claimed(view: View, scope: Scope = ORGANISATION, window: Period | None = None) -> Claimed:
    """What *scope* is claimed to bring in the whole fiscal months that begin in *window*; None: ever.

    At the level of a value stream: what arises there, whosever investment brings it.
    """
    flows = [_flow(view, bound) for bound in BOUNDS]
    of = {} if scope.level == "value_stream" else scope_shares(view, scope)
    found = []
    for line in view.plan.benefit_plan_lines.values():
        stream = arises_in(view, line)
        share = ONE if scope.level == "value_stream" and stream == scope.id else of.get(line.investment)
        if not share:
            continue
        amount = Range(*(_within(flow, line.id, window) for flow in flows))
        if amount:
            found.append(Claim(line=line, value_stream=stream, share=share, amount=amount.times(share)))
    found.sort(key=lambda one: (one.line.start, one.line.investment, one.line.id))
    return Claimed(
        scope=scope,
        window=window,
        claims=tuple(found),
        findings=findings(missing for flow in flows for missing in flow.missing),
    )


def arises_in(view: View, line: BenefitPlanLine) -> str | None:
    """The value stream in which a benefit arises; None where neither the line nor its investment names one."""
    own = line.value_stream
    if own is None:
        investment = view.plan.investments.get(line.investment)
        own = investment.value_stream if investment is not None else None
    return own if own in view.plan.value_streams else None


def by_stream(claims: Iterable[Claim]) -> dict[str | None, tuple[Claim, ...]]:
    """The claims by the value stream in which they arise; under None those that arise in none."""
    found: dict[str | None, list[Claim]] = {}
    for one in claims:
        found.setdefault(one.value_stream, []).append(one)
    return {stream: tuple(of) for stream, of in found.items()}


def _flow(view: View, bound: str) -> Flow:
    """One bound of every line by fiscal month, under the line's id."""

    def make() -> Flow:
        filling = Filling(view)
        for line in filter(view.plan.counts, view.plan.benefit_plan_lines.values()):
            value: Decimal | None = getattr(line, bound)
            currency = line_currency(view.plan, line)
            cut = months(view).cut(line.start, line.end)
            for month, part in spread(line.likely if value is None else value, cut):
                filling.put(line.id, month, "", currency, part, line.start)
        return filling.flow()

    return told(view, ("benefit_plan_line", bound), READS, make)


def _within(flow: Flow, line: str, window: Period | None) -> Amounts:
    total: dict[str, Decimal] = {}
    for (month, _, currency), amount in flow.by.get(line, {}).items():
        if window is None or (month is not None and window.start <= month < window.end):
            total[currency] = EXACT.add(total.get(currency, Decimal(0)), amount)
    return Amounts(total)
