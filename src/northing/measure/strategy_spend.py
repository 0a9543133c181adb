"""What is spent on each objective and key result: the strategy tree in money.

An investment's spend goes by the weights of its contributions. An objective has what names it, what names its key
results, and all of the objectives below it. What the weights leave is unaligned; what nobody claims stands beside.
tops + unaligned + unattributed = billed, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from . import levels
from .cost_rows import kept
from .levels import aim_shares, parts
from .money import share_of
from .sentence import Ref
from .spend import spend
from .view import View

FORMULA = word("Spend of the investments that serve it or anything below it, by the weights of their contributions.")


class AimSpend(msgspec.Struct, frozen=True, kw_only=True):
    """One objective or key result."""

    amount: Amounts
    """Here and below."""
    here: Amounts
    """Of contributions that name it."""
    by_investment: Mapping[str, Amounts]
    """Here and below."""


class StrategySpend(msgspec.Struct, frozen=True, kw_only=True):
    window: Period | None
    by: Mapping[Ref, AimSpend]
    """Every objective and key result on which something is spent."""
    aligned: Amounts
    unaligned: Amounts
    unaligned_by_investment: Mapping[str, Amounts]
    unattributed: Amounts
    billed: Amounts
    aligned_share: Decimal | None
    """Aligned / billed, in the reader's currency."""
    findings: tuple[Finding, ...]


def strategy_spend(view: View, *, window: Period | None = None, basis: str = "billed") -> StrategySpend:
    """Spend on the strategy in the days of *window* (None: as far as there are facts)."""
    key = ("strategy spend", window, basis)
    return kept(view, key, lambda: _strategy_spend(view, window, basis), levels.READS)


def _strategy_spend(view: View, window: Period | None, basis: str) -> StrategySpend:
    found = spend(view, window=window, by="investment", basis=basis)
    spent = {row.key: row.amount for row in found.rows if row.key is not None}
    own = aim_shares(view)
    by: dict[Ref, AimSpend] = {}
    objectives = parts(view, "objective")
    for aim, shares in own.items():
        if aim.kind == "key_result":
            parted = _parted(spent, shares)
            if parted:
                amount = Amounts.sum(parted.values())
                by[aim] = AimSpend(amount=amount, here=amount, by_investment=parted)
    for part in objectives.all:
        ref = Ref("objective", part.scope.id or "")
        parted = _parted(spent, part.shares)
        if parted:
            here = Amounts.sum(_parted(spent, own.get(ref, {})).values())
            by[ref] = AimSpend(amount=Amounts.sum(parted.values()), here=here, by_investment=parted)
    unaligned = _parted(spent, objectives.outside)
    rest = Amounts.sum(unaligned.values())
    aligned = found.attributed - rest
    return StrategySpend(
        window=found.window,
        by=by,
        aligned=aligned,
        unaligned=rest,
        unaligned_by_investment=unaligned,
        unattributed=found.unattributed,
        billed=found.billed,
        aligned_share=share_of(aligned, found.billed, view.currency),
        findings=found.findings,
    )


def _parted(spent: Mapping[str, Amounts], shares: levels.Shares) -> dict[str, Amounts]:
    return {id: spent[id] if share == 1 else spent[id].times(share) for id, share in shares.items() if id in spent}
