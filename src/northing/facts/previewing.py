"""What a rule would do before it is saved: what it claims, from whom, and what stays nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from northing.portfolio.errors import Invalid
from northing.portfolio.facts import TABLES, AttributionRule
from northing.portfolio.filter.tree import Everything
from northing.portfolio.plan import Plan
from northing.portfolio.words import in_sentence
from northing.portfolio.workspace import FiscalCalendar

from . import attributing
from .asking import Claim, Fold, Part, RulePreview, TablePreview
from .attributing import EXACT, Rules
from .filtering import FactWords, condition

AMOUNT = {"cost": "billed", "usage": "cost"}
EXAMPLE = "account = 123 and tag.project = chat"
EXAMPLES = {"work": "project = CHAT and epic = CHAT-12"}


class Marked(Protocol):
    """Facts, asked which rules hold together of which rows."""

    plan: Plan

    def marked(self, fold: Fold, rules: Rules) -> Sequence[tuple[Any, tuple[int, ...], Any, tuple[Decimal, ...], int]]:
        """(span, marks, by, sums, lines)"""


def preview(facts: Marked, rule: AttributionRule) -> RulePreview:
    """What *rule* would change, compared with the plan as it is: with the rule of its id, where there is one."""
    tables = [table for table in AMOUNT if attributing.about(rule, table)]
    if not 0 < rule.share <= 1:
        raise Invalid("A rule's share is above 0 and at most 1.", remedy="Write 1 for all of it, 0.5 for a half.")
    check_rule(rule.where, tables, facts.plan.calendar)
    return RulePreview(tables={table: _of_table(facts, rule, table) for table in tables})


def _of_table(facts: Marked, rule: AttributionRule, table: str) -> TablePreview:
    sides = Sides(facts.plan.attribution_rules.values(), rule, table, facts.plan.calendar)
    claimed, left = _Sum(), _Sum()
    found, taken, given = _Sum(), dict[str, _Sum](), dict[str, _Sum]()
    fold = Fold(table=table, sums=(AMOUNT[table],), by=("currency",))
    for _, marks, (currency,), (amount,), lines in facts.marked(fold, sides.together):
        was, now = map(_shares, sides.of(marks))
        mine = now.get(rule.id, Decimal(0))
        claimed.add(mine, currency, amount, lines)
        left.add(now.get("", Decimal(0)), currency, amount, lines)
        found.add(was.get("", Decimal(0)) - now.get("", Decimal(0)), currency, amount, lines)
        for other in (was.keys() | now.keys()) - {"", rule.id}:
            change = was.get(other, Decimal(0)) - now.get(other, Decimal(0))
            if change > 0:
                taken.setdefault(other, _Sum()).add(change, currency, amount, lines)
            elif change < 0:
                given.setdefault(other, _Sum()).add(-change, currency, amount, lines)
    return TablePreview(
        claimed=claimed.claim(),
        taken_from={id: total.claim() for id, total in sorted(taken.items())},
        given_to={id: total.claim() for id, total in sorted(given.items())},
        from_unattributed=found.claim(),
        unattributed=left.claim(),
    )


class Sides:
    """The rules as they are and as they would be with *rule*, asked at once.

    The form that the rule has now, if it has one, stands in the marks under a name of its own.
    """

    def __init__(
        self, rules: Iterable[AttributionRule], rule: AttributionRule, table: str, calendar: FiscalCalendar
    ) -> None:
        before = [_renamed(other) if other.id == rule.id else other for other in rules]
        self.rule, self.old = rule.id, rule.id + _OLD
        self.together = attributing.compiled([*before, rule], table, calendar)
        """What the marks are made by."""

    def of(self, marks: tuple[int, ...]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """Whose a row with *marks* is, and whose it would be; the rule has its own name in both."""
        holding = list(self.together.holding(marks))
        was = attributing.allocate(each for each in holding if each.id != self.rule)
        now = attributing.allocate(each for each in holding if each.id != self.old)
        return tuple(
            Part(part.investment, self.rule, part.share) if part.rule == self.old else part for part in was
        ), now  # fmt: skip


def overlaps(facts: Marked, spans: Mapping[str, tuple[date, ...]]) -> dict[str, dict[str, Claim]]:
    """Rule → rules that would claim some of its rows were it not there, and how much of them.

    Of cost, where a rule is about cost; else of usage. All rules are seen in one look at the rows. *spans*, by table:
    days that cut all rows in force into pieces, where others ask for these too.
    """
    found: dict[str, dict[str, _Sum]] = {}
    for table, amount in AMOUNT.items():
        rules = attributing.rules_of(facts.plan, table)
        # Asked as what rules claim is asked, so that one look at the files serves both.
        fold = Fold(table=table, sums=(amount,), by=("currency",), spans=spans.get(table, ()))
        for _, marks, (currency,), (value,), lines in facts.marked(fold, rules):
            holding = list(rules.holding(marks))
            was = _shares(attributing.allocate(holding))
            for rule in holding if len(holding) > 1 else ():
                if rule.id not in was or attributing.about(rule, "cost") != (table == "cost"):
                    continue
                others = _shares(attributing.allocate(other for other in holding if other is not rule))
                for other in others.keys() - {""}:
                    gained = others[other] - was.get(other, Decimal(0))
                    found.setdefault(rule.id, {}).setdefault(other, _Sum()).add(gained, currency, value, lines)
    return {
        rule: {other: total.claim() for other, total in sorted(others.items()) if total.lines}
        for rule, others in found.items()
    }


_OLD = "\n before"
"""Behind the id, so that a rule keeps its place among those of its precedence and number."""


def _renamed(rule: AttributionRule) -> AttributionRule:
    import msgspec

    return msgspec.structs.replace(rule, id=rule.id + _OLD)


def _shares(parts: Iterable[Part]) -> dict[str, Decimal]:
    return {part.rule or "": part.share for part in parts}


class _Sum:
    """Lines and amounts that a change comes to."""

    def __init__(self) -> None:
        self.lines = 0
        self.amounts: dict[str, Decimal] = {}

    def add(self, share: Decimal, currency: str | None, amount: Decimal, lines: int) -> None:
        if share > 0:
            self.lines += lines
            before = self.amounts.get(currency or "", Decimal(0))
            self.amounts[currency or ""] = EXACT.fma(amount, share, before)

    def claim(self) -> Claim:
        return Claim(lines=self.lines, amounts=dict(sorted(self.amounts.items())))


def check_rule(text: str, tables: Sequence[str], calendar: FiscalCalendar) -> None:
    """Check the text of a rule for every table that it is about. Raises :class:`Invalid`."""
    refused: dict[str, Invalid] = {}
    for name in tables:
        try:
            found = condition(text, FactWords(TABLES[name], calendar, ruled=True))
        except Invalid as wrong:
            refused[name] = wrong
            continue
        if isinstance(found.query.root, Everything):
            raise Invalid(
                "A rule says which rows it claims; without a condition it would claim all of them.",
                remedy=f"Write, for example: {EXAMPLES.get(name, EXAMPLE)}",
            )
    able = [in_sentence(TABLES[name].title) for name in tables if name not in refused]
    for refusal in refused.values():
        if not able:
            raise refusal
        remedy = f"Say that the rule is about {' and '.join(able)} only."
        raise Invalid(refusal.message, findings=refusal.findings, remedy=remedy) from refusal
