"""Attribution rules: what each claims, and what one would claim. They are written like any other entity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from django.http import HttpResponse

from northing.facts.asking import RulePreview
from northing.portfolio.facts import RuleTables
from northing.report import rules_data, ruling

from .money import looked_at
from .operation import Here, operation
from .parameters import Mode, Ref
from .why import Currency


class RuleAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new rule, or what would be changed of ``rule`` (its id, number or name)."""

    rule: str | None = None
    name: str | None = None
    where: str | None = None
    investment: Annotated[str | None, msgspec.Meta(description="An id, a number or a name.")] = None
    share: Decimal | None = None
    tables: RuleTables | None = None
    precedence: int | None = None
    start: date | None = None
    end: date | None = None


@operation(
    "GET", "/w/{ws}/attribution_rules/claims", needs="read", says=list[rules_data.RuleSaid], tag="money"
)  # fmt: skip
def list_rule_claims(here: Here, currency: Currency = None, *, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List the attribution rules in the order in which they are asked, with what each claims."""
    looked = looked_at(here, at, mode, currency)
    return here.answer(rules_data.rules_said(looked.view), looked.at)


@operation("POST", "/w/{ws}/attribution_rules/preview", needs="read", says=RulePreview, tag="money")
def preview_rule(here: Here, asked: RuleAsked) -> HttpResponse:
    """Say what a rule would claim, take from which other, and what stays nobody’s. Writes nothing."""
    looked = here.look(None)
    says = {name: value for name, value in msgspec.structs.asdict(asked).items() if name != "rule"}
    before = rules_data.find_rule(looked.view, asked.rule) if asked.rule else None
    made = rules_data.rule_of(looked.view, before, says)
    (found,) = ruling.preview(here.workspace, looked.view.plan, [made])
    return here.answer(found, looked.at)
