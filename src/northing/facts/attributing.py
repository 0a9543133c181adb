"""Whose a row is: the rules of a plan in their order, each as a condition, and the shares that they take.

Rules are asked of rows that were added up before, so that a thousand rules cost a thousand looks at some thousand
sums. What a row answers to all rules together is a mark: one bit a rule, in numbers of sixty bits.
"""

from __future__ import annotations

import decimal
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from northing.portfolio.entity import encode
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.facts import TABLES, AttributionRule, RuleTables
from northing.portfolio.flow import WorkLink
from northing.portfolio.plan import Plan
from northing.portfolio.work_facts import WORK
from northing.portfolio.workspace import FiscalCalendar

from .asking import Part
from .filtering import FactWords, condition

if TYPE_CHECKING:
    from sqlglot import exp

EXACT = decimal.Context(prec=120)
"""Amounts have 38 digits and shares 7: nothing is ever rounded in here."""
BITS = 60
"""Rules in one mark; what a 64-bit number holds on every engine."""
Marks = tuple[int, ...]


NOBODYS = (Part(None, None, Decimal(1)),)


class Asked(msgspec.Struct, frozen=True):
    """A rule and its condition, ready to be put into a query; columns are what it names."""

    rule: AttributionRule
    tree: object
    columns: frozenset[tuple[str, str | None]]


class Rules(msgspec.Struct, frozen=True):
    """The rules about one table, in their order."""

    asked: tuple[Asked, ...]
    key: str
    """Equal keys attribute alike."""
    findings: tuple[Finding, ...] = ()
    """Rules that cannot be asked: they claim nothing."""

    @property
    def columns(self) -> set[str]:
        """The columns that rows must be kept apart by, for the rules to tell them apart."""
        return {name for asked in self.asked for name, _ in asked.columns}

    @property
    def days(self) -> set[date]:
        """Days on which a rule begins or ends to hold."""
        return {day for asked in self.asked for day in (asked.rule.start, asked.rule.end) if day is not None}

    @property
    def width(self) -> int:
        """How many numbers a mark has."""
        return -(-len(self.asked) // BITS)

    def marks(self, window: object) -> list[exp.Expr]:
        """The mark as expressions. *window*: from a rule's first and last day to a condition, or None."""
        from sqlglot import exp

        numbers: list[exp.Expr] = []
        for begin in range(0, len(self.asked), BITS):
            terms: list[exp.Expr] = []
            for bit, asked in enumerate(self.asked[begin : begin + BITS]):
                tree = asked.tree.copy()  # type: ignore[attr-defined]
                inside = window(asked.rule.start, asked.rule.end)  # type: ignore[operator]
                if inside is not None:
                    tree = exp.and_(inside, exp.paren(tree))
                terms.append(
                    exp.Case(ifs=[exp.If(this=tree, true=exp.Literal.number(1 << bit))], default=exp.Literal.number(0))
                )
            total = terms[0]
            for term in terms[1:]:
                total = exp.Add(this=total, expression=term)
            numbers.append(exp.cast(total, "bigint"))
        return numbers

    def parts(self, marks: Marks) -> tuple[Part, ...]:
        """Whose a row with *marks* is: each rule in turn takes its share, or what is left. Shares add up to 1."""
        return allocate(self.holding(marks))

    def holding(self, marks: Marks) -> Iterator[AttributionRule]:
        """The rules that hold of a row with *marks*, in their order."""
        for number, mark in enumerate(marks):
            for bit, asked in enumerate(self.asked[number * BITS : number * BITS + BITS]):
                if mark >> bit & 1:
                    yield asked.rule


def allocate(rules: Iterable[AttributionRule]) -> tuple[Part, ...]:
    """The shares that *rules*, all of which hold and in their order, take of a row; and what is left."""
    left, parts = Decimal(1), []
    for rule in rules:
        taken = min(rule.share, left)
        if taken > 0:
            parts.append(Part(rule.investment, rule.id, taken))
            left -= taken
        if not left:
            break
    if left:
        parts.append(Part(None, None, left))
    return tuple(parts)


def in_order[R: (AttributionRule, WorkLink)](rules: Iterable[R]) -> list[R]:
    """As they are asked: by precedence, then number (none yet: the last), then id."""

    def place(rule: R) -> tuple[int, float, str]:
        digits = re.search(r"\d+", rule.number or "")
        return rule.precedence, int(digits[0]) if digits else float("inf"), rule.id

    return sorted(rules, key=place)


RULED = ("cost", "usage", WORK.name)
"""Tables whose rows belong to somebody: what "both" means, and work by its links."""


def about(rule: AttributionRule, table: str) -> bool:
    """Whether *rule* asks for rows of *table*."""
    return table in RULED and rule.tables in (table, "both")


def rules_of(plan: Plan, table: str) -> Rules:
    """The rules of *plan* about *table*, compiled once."""
    if table == WORK.name:
        return plan.memo(
            ("attribution", table),
            frozenset(("work_link", "fiscal_calendar")),
            lambda: compiled(map(as_rule, plan.work_links.values()), table, plan.calendar, kind="work_link"),
        )
    return plan.memo(
        ("attribution", table),
        frozenset(("attribution_rule", "fiscal_calendar")),
        lambda: compiled(plan.attribution_rules.values(), table, plan.calendar),
    )


def as_rule(link: WorkLink) -> AttributionRule:
    """A work link as the rule that it is: of items instead of amounts."""
    return AttributionRule(
        id=link.id, number=link.number, where=link.where, investment=link.investment, share=link.share,
        precedence=link.precedence, start=link.start, end=link.end, tables=RuleTables.BOTH,
    )  # fmt: skip


def compiled(
    rules: Iterable[AttributionRule], table: str, calendar: FiscalCalendar, *, kind: str = "attribution_rule"
) -> Rules:
    """*rules* about *table* in their order, as conditions. One that cannot be read claims nothing, and is said."""
    words = FactWords(TABLES[table], calendar, ruled=True)
    asked, findings = [], []
    for rule in in_order(rule for rule in rules if about(rule, table)):
        try:
            found = condition(rule.where, words)
            asked.append(Asked(rule, found.tree(), frozenset(found.columns())))
        except Invalid as problem:
            findings.append(
                Finding(
                    code="rule-unreadable",
                    message=f"The rule {rule.number or rule.id} claims nothing: {problem.message}",
                    kind=kind,
                    id=rule.id,
                    field="where",
                    value=rule.where[:200],
                    remedy=problem.remedy,
                )
            )
    return Rules(tuple(asked), key_of([each.rule for each in asked]), tuple(findings))


def key_of(rules: Sequence[AttributionRule]) -> str:
    told = [
        (rule.id, rule.where, rule.investment, str(rule.share), str(rule.start or ""), str(rule.end or ""))
        for rule in rules
    ]
    return hashlib.sha256(encode(told)).hexdigest()[:32]
