"""Attribution rules for a program and for tables, and a rule made of what somebody says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from northing.measure.levels import read_scope
from northing.measure.rule_claims import NOTHING, rule_claims
from northing.measure.view import View
from northing.portfolio.edits import Edit, change, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.facts import AttributionRule
from northing.portfolio.plan import Plan

from . import ruling
from .asking_money import Named, named
from .plain import plain


class RuleSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, and what it claims of the rows in force; ``problem``: why it claims nothing."""

    id: str
    number: str | None
    name: str | None
    tables: str
    where: str
    investment: Named
    share: Decimal
    precedence: int
    start: date | None
    end: date | None
    lines: int
    amount: Any
    usage_lines: int
    usage_cost: Any
    problem: str | None


def rules_said(view: View) -> list[RuleSaid]:
    """The rules as they are asked."""
    claims, broken = rule_claims(view).by_rule, ruling.unreadable(view.plan)
    found = []
    for rule in ruling.in_order(view.plan):
        claim, wrong = claims.get(rule.id, NOTHING), broken.get(rule.id)
        found.append(
            RuleSaid(
                id=rule.id, number=rule.number, name=rule.name, tables=str(rule.tables), where=rule.where,
                investment=named(view, "investment", rule.investment), share=rule.share, precedence=rule.precedence,
                start=rule.start, end=rule.end, lines=claim.lines, amount=claim.amount, usage_lines=claim.usage_lines,
                usage_cost=claim.usage_cost, problem=wrong.message if wrong is not None else None,
            )
        )  # fmt: skip
    return found


def find_rule(view: View, text: str) -> AttributionRule:
    """A rule by its id, its number (RULE-0007, or 7) or a name that only one has; raises :class:`NotFound`."""
    rules = view.plan.attribution_rules
    if text in rules:
        same: AttributionRule = rules[text]
        return same
    wanted = f"RULE-{int(text):04}" if text.isdecimal() and len(text) < 10 else text.upper()
    found: list[AttributionRule] = [one for one in rules.values() if one.number == wanted]
    found = found or [one for one in rules.values() if (one.name or "").casefold() == text.casefold()]
    if len(found) != 1:
        raise NotFound(f"There is no one rule “{text[:60]}”.", remedy="northing rule list shows their numbers.")
    return found[0]


def rule_of(view: View, before: AttributionRule | None, says: Mapping[str, Any]) -> AttributionRule:
    """*before*, or a new rule, with what *says* says of it; None says nothing. Raises :class:`Invalid`."""
    given = {name: value for name, value in says.items() if value is not None}
    if "investment" in given:
        given["investment"] = read_scope(view, "investment", given["investment"]).id
    old = {} if before is None else {name: value for name, value in plain(before).items() if value is not None}
    fields = {"id": new_id(), **old, **plain(given)}
    for name, what in (("where", "which rows it claims"), ("investment", "whose they are")):
        if not fields.get(name):
            raise Invalid(f"A rule needs to say {what}.", remedy=f"Say its “{name}”.")
    try:
        return msgspec.convert(fields, AttributionRule, strict=False)
    except msgspec.ValidationError as wrong:
        raise Invalid(f"The rule is not understood: {wrong}.") from None


def edits_of(plan: Plan, rule: AttributionRule) -> list[Edit]:
    """What makes the plan hold *rule*; of one that is there, only the fields that differ."""
    body = {name: value for name, value in plain(msgspec.structs.asdict(rule)).items() if name not in ("id", "number")}
    before = plan.attribution_rules.get(rule.id)
    own = AttributionRule.__struct_fields__
    body = {name: value for name, value in body.items() if name in own and name != "source_row"}
    if before is None:
        return [
            create("attribution_rule", rule.id, **{k: value for k, value in body.items() if value not in (None, {})})
        ]
    was = plain(msgspec.structs.asdict(before))
    return [change("attribution_rule", rule.id, **{k: value for k, value in body.items() if value != was.get(k)})]
