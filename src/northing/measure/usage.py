"""AI usage: requests, tokens and cost by model, provider, investment, project or key, over time.

Tokens = input + output + read from a cache + written to a cache; reasoning is a part of the output. Cost is what the
source says, else what it was priced at on its date. What no rule claims is kept apart, never dropped.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.facts import USAGE
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period, Unit, periods_between
from northing.portfolio.words import word

from .cost_rows import Asker, Told, kept
from .fx import findings
from .levels import ORGANISATION, Scope
from .money_sums import scope_shares
from .sentence import Ref
from .view import View

COUNTS = ("requests", "ok", "failed", "input", "output", "cache_read", "cache_write", "reasoning")

GROUPINGS = ("model", "provider", "investment", "project", "api_key", "team", "account")

FORMULAS = {
    "tokens": word("Input + output + read from a cache + written to a cache. Reasoning is a part of the output."),
    "cost": word("As the source states it, else priced at the row's date."),
    "list_cost": word("At list price on the row's date."),
}


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Usage added up. Counts are whole numbers unless a rule gives a share of a row."""

    requests: Decimal = Decimal(0)
    ok: Decimal = Decimal(0)
    failed: Decimal = Decimal(0)
    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    cache_read: Decimal = Decimal(0)
    cache_write: Decimal = Decimal(0)
    reasoning: Decimal = Decimal(0)
    cost: Amounts = Amounts()
    list_cost: Amounts = Amounts()
    lines: int = 0

    @property
    def tokens(self) -> Decimal:
        return self.input + self.output + self.cache_read + self.cache_write


class UsageRow(msgspec.Struct, frozen=True, kw_only=True):
    key: str | None
    title: str | None
    ref: Ref | None = None
    total: Tokens
    periods: tuple[Tokens, ...]
    """In the order of the periods of the answer."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    unit: Unit
    window: Period | None
    periods: tuple[Period, ...]
    rows: tuple[UsageRow, ...]
    """The dearest first, then the most tokens."""
    total: Tokens
    """Of the scope; of the organisation, with what nobody claims."""
    by_period: tuple[Tokens, ...]
    unattributed: Tokens
    findings: tuple[Finding, ...]


def usage(
    view: View,
    scope: Scope = ORGANISATION,
    *,
    window: Period | None = None,
    by: str = "model",
    unit: Unit = "month",
    where: str = "",
    unclaimed: bool = False,
    rule: str | None = None,
) -> Usage:
    """Usage of *scope* in the days of *window* (None: as far as there are facts), by *by*.

    Of the organisation, what no rule claims counts too; of anything below it, only what is attributed to it.
    *unclaimed*: only what no rule claims; *rule*: only what that rule gives.
    Raises :class:`Invalid` for a column that there is none of.
    """
    if by != "investment" and not by.startswith("tag.") and USAGE.column(by) is None:
        raise Invalid(f"Usage has no column “{by}”.", remedy="Group by " + ", ".join(GROUPINGS) + " or a tag.")
    found: Usage = kept(
        view,
        ("usage", scope, window, by, unit, where, unclaimed, rule),
        lambda: _usage(view, scope, window, by, unit, where, unclaimed, rule),
        READS,
    )
    return found


READS = frozenset(
    ("investment", "portfolio", "value_stream", "objective", "key_result", "strategic_contribution", "period_close")
)


class Counting:
    """Usage in the making."""

    def __init__(self) -> None:
        self.sums = [Decimal(0)] * len(COUNTS)
        self.cost: dict[str, Decimal] = {}
        self.list_cost: dict[str, Decimal] = {}
        self.lines = 0

    def put(self, line: Told, list_cost: Decimal, share: Decimal) -> None:
        for index, amount in enumerate(line.sums[: len(COUNTS)]):
            if amount:
                self.sums[index] = EXACT.add(self.sums[index], EXACT.multiply(amount, share))
        if line.told:
            of = self.cost
            of[line.currency] = EXACT.add(of.get(line.currency, Decimal(0)), EXACT.multiply(line.told, share))
        if list_cost:
            of = self.list_cost
            of[line.currency] = EXACT.add(of.get(line.currency, Decimal(0)), EXACT.multiply(list_cost, share))
        self.lines += line.lines

    def tokens(self) -> Tokens:
        counts = dict(zip(COUNTS, self.sums, strict=True))
        return Tokens(**counts, cost=Amounts(self.cost), list_cost=Amounts(self.list_cost), lines=self.lines)


def _usage(
    view: View,
    scope: Scope,
    window: Period | None,
    by: str,
    unit: Unit,
    where: str,
    unclaimed: bool,
    rule: str | None,
) -> Usage:
    asker = Asker(view, window=window, table="usage")
    starts = asker.starts(unit)
    periods = _periods(view, asker.window, unit)
    first = [max(one.start, asker.window.start) if asker.window else one.start for one in periods]
    at = {start: index for index, start in enumerate(first)}
    columns = () if by == "investment" else (by,)
    of = {} if unclaimed else scope_shares(view, scope)
    everything = unclaimed or scope == ORGANISATION
    rows: dict[Any, list[Counting]] = {}
    totals = [Counting() for _ in range(len(periods) + 1)]
    nobody = Counting()
    one = Decimal(1)
    for line in asker.lines(columns, amount="cost", sums=(*COUNTS, "list_cost"), where=where, starts=starts):
        if rule is not None and line.rule != rule:
            continue
        share = of.get(line.investment, Decimal(0)) if line.investment is not None else Decimal(0)
        list_cost = EXACT.multiply(line.sums[-1], line.rate)
        if line.investment is None:
            nobody.put(line, list_cost, one)
            share = one if everything else share
        if not share:
            continue
        key = line.investment if by == "investment" else line.by[0]
        counting = rows.setdefault(key, [Counting() for _ in range(len(periods) + 1)])
        for into in (counting[at[line.start]], counting[-1], totals[at[line.start]], totals[-1]):
            into.put(line, list_cost, share)
    found = [_row(view, by, key, counting) for key, counting in rows.items()]
    found.sort(key=lambda row: (-sum(row.total.cost.by_currency.values(), Decimal(0)), -row.total.tokens, str(row.key)))
    return Usage(
        by=by,
        unit=unit,
        window=asker.window,
        periods=periods,
        rows=tuple(found),
        total=totals[-1].tokens(),
        by_period=tuple(counting.tokens() for counting in totals[:-1]),
        unattributed=nobody.tokens(),
        findings=findings(asker.missing),
    )


def _periods(view: View, window: Period | None, unit: Unit) -> tuple[Period, ...]:
    if window is None:
        return ()
    return tuple(periods_between(view.plan.calendar, window.start, window.end, unit))


def _row(view: View, by: str, key: Any, counting: list[Counting]) -> UsageRow:
    own = by == "investment" and key is not None
    return UsageRow(
        key=None if key is None else str(key),
        title=view.name_of("investment", key) if own else None if key is None else str(key),
        ref=Ref("investment", key) if own else None,
        total=counting[-1].tokens(),
        periods=tuple(one.tokens() for one in counting[:-1]),
    )
