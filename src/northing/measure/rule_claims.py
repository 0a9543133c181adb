"""What each attribution rule claims now: rows in force, by rule, told in the reader's currency."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from northing.portfolio.money import Amounts

from .cost_rows import Asker, Purses, kept
from .view import View


class RuleClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Of one rule; a row that it shares with another counts for both with its part."""

    lines: int = 0
    """Rows of cost."""
    amount: Amounts = Amounts()
    """Their billed cost, times the share that the rule takes."""
    native: Amounts = Amounts()
    """In the currencies of the rows."""
    usage_lines: int = 0
    usage_cost: Amounts = Amounts()


NOTHING = RuleClaim()


def rule_claims(view: View) -> Mapping[str, RuleClaim]:
    """Rule → what it claims of all facts in force; a rule that claims nothing is not in it."""
    found: Mapping[str, RuleClaim] = kept(view, ("rule claims",), lambda: _claims(view))
    return found


def _claims(view: View) -> Mapping[str, RuleClaim]:
    cost, usage = Purses(), Purses()
    for line in Asker(view).lines():
        if line.rule is not None:
            cost.put(line.rule, line)
    for line in Asker(view, table="usage").lines(amount="cost"):
        if line.rule is not None:
            usage.put(line.rule, line)
    return {
        rule: RuleClaim(
            lines=cost.lines.get(rule, 0),
            amount=Amounts(cost.told.get(rule)),
            native=Amounts(cost.native.get(rule)),
            usage_lines=usage.lines.get(rule, 0),
            usage_cost=Amounts(usage.told.get(rule)),
        )
        for rule in sorted({*cost.lines, *usage.lines})
    }
