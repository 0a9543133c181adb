"""What each attribution rule claims now: rows in force, by rule, told in the reader's currency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from northing.portfolio.money import Amounts

from .cost_rows import Asker, Purses, kept
from .money_flows import rate_spans
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


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What all rules claim together, and what they leave."""

    by_rule: Mapping[str, RuleClaim]
    """A rule that claims nothing is not in it."""
    unattributed: Amounts
    """Billed cost of all days that no investment gets: no rule claims it, or one for an investment that is gone."""


def rule_claims(view: View) -> Claims:
    """What each rule claims of all facts in force, and what is left."""
    return kept(view, ("rule claims",), lambda: _claims(view))


def claim_spans(view: View) -> Mapping[str, tuple[date, ...]]:
    """Table → the days by which :func:`rule_claims` asks for its rows."""
    windows = {table: Asker(view, table=table).window for table in ("cost", "usage")}
    return {table: rate_spans(view, (window.start, window.end)) for table, window in windows.items() if window}


def _claims(view: View) -> Claims:
    cost, usage = Purses(), Purses()
    for line in Asker(view).lines():
        if line.rule is not None:
            cost.put(line.rule, line)
        if line.investment is None:
            cost.put(None, line)
    for line in Asker(view, table="usage").lines(amount="cost"):
        if line.rule is not None:
            usage.put(line.rule, line)
    by_rule = {
        rule: RuleClaim(
            lines=cost.lines.get(rule, 0),
            amount=Amounts(cost.told.get(rule)),
            native=Amounts(cost.native.get(rule)),
            usage_lines=usage.lines.get(rule, 0),
            usage_cost=Amounts(usage.told.get(rule)),
        )
        for rule in sorted({*cost.lines, *usage.lines} - {None})
    }
    return Claims(by_rule=by_rule, unattributed=Amounts(cost.told.get(None)))
