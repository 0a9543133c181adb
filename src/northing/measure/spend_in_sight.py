"""The line of sight of money: the share of spend whose investment leads to a board objective, and all that does not.

Share = spend of investments with an unbroken chain / all that is billed, attributed or not, in the reader's currency.
Ended investments count here too: their money was spent.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period

from .line_of_sight import CAUSES, UNBROKEN
from .money import share_of
from .spend import spend
from .unattributed import Group, unattributed
from .view import View


class SeenSpend(msgspec.Struct, frozen=True, kw_only=True):
    """An investment in line of sight, and what is spent on it."""

    investment: str
    amount: Amounts


class BrokenSpend(msgspec.Struct, frozen=True, kw_only=True):
    """An investment with no unbroken chain, why, and what is spent on it."""

    investment: str
    cause: str
    title: str
    amount: Amounts


class SpendInSight(msgspec.Struct, frozen=True, kw_only=True):
    window: Period | None
    share: Decimal | None
    in_sight: Amounts
    outside: Amounts
    """total − in sight: of broken chains, and unattributed."""
    unattributed: Amounts
    total: Amounts
    seen: tuple[SeenSpend, ...]
    """The largest first, as the two below."""
    broken: tuple[BrokenSpend, ...]
    groups: tuple[Group, ...]
    """What nobody claims, by provider, account and service; shadow AI first."""
    by_cause: dict[str, Amounts]
    findings: tuple[Finding, ...]


def line_of_sight_spend(view: View, *, window: Period | None = None, basis: str = "billed") -> SpendInSight:
    """The share of spend in line of sight in the days of *window*, and the list of what is outside."""
    found = spend(view, window=window, by="investment", basis=basis)
    chains = dict(zip(view.rows("investment"), view.derived_values("investment", "chain"), strict=True))
    causes = dict(zip(view.rows("investment"), view.derived_values("investment", "chain_cause"), strict=True))
    seen, broken = [], []
    for row in found.rows:
        id = row.key or ""
        if chains.get(id) == UNBROKEN:
            seen.append(SeenSpend(investment=id, amount=row.amount))
        else:
            cause = causes.get(id) or "no-contribution"
            broken.append(BrokenSpend(investment=id, cause=cause, title=CAUSES[cause], amount=row.amount))
    in_sight = Amounts.sum(one.amount for one in seen)
    return SpendInSight(
        window=found.window,
        share=share_of(in_sight, found.billed, view.currency),
        in_sight=in_sight,
        outside=found.billed - in_sight,
        unattributed=found.unattributed,
        total=found.billed,
        seen=tuple(seen),
        broken=tuple(broken),
        groups=unattributed(view, window=window, basis=basis).groups,
        by_cause={
            cause: Amounts.sum(one.amount for one in broken if one.cause == cause)
            for cause in CAUSES
            if any(one.cause == cause for one in broken)
        },
        findings=found.findings,
    )
