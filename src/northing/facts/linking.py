"""Whose each item of work is, by the links in their order, and whose it would be by other links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from northing.portfolio.errors import Invalid
from northing.portfolio.facts import TABLES, AttributionRule
from northing.portfolio.flow import WorkLink

from . import attributing
from .asking import Fold, ItemId, LinkPreview, Part, Whose
from .attributing import Asked, Marks, Rules
from .filtering import FactWords, condition
from .previewing import Marked, Sides, check_rule

TABLE = "work"
ITEMS = Fold(table=TABLE, sums=(), by=("source", "item"))


def whose(facts: Marked) -> Whose:
    """Every item in force, and the parts that the links of the plan give of it."""
    rules = attributing.rules_of(facts.plan, TABLE)
    parts: dict[Marks, tuple[Part, ...]] = {}
    found: dict[ItemId, tuple[Part, ...]] = {}
    for _, marks, by, _, _ in facts.marked(ITEMS, rules):
        if marks not in parts:
            parts[marks] = rules.parts(marks)
        found[by] = parts[marks]
    return found


def preview_link(facts: Marked, link: WorkLink) -> LinkPreview:
    """What *link* would change, compared with the plan as it is: with the link of its id, where there is one."""
    if not 0 < link.share <= 1:
        raise Invalid("A link's share is above 0 and at most 1.", remedy="Write 1 for all of it, 0.5 for a half.")
    check_rule(link.where, [TABLE], facts.plan.calendar)
    links = map(attributing.as_rule, facts.plan.work_links.values())
    sides = Sides(links, attributing.as_rule(link), TABLE, facts.plan.calendar)
    seen: dict[Marks, tuple[tuple[Part, ...], tuple[Part, ...]]] = {}
    before: dict[ItemId, tuple[Part, ...]] = {}
    after: dict[ItemId, tuple[Part, ...]] = {}
    for _, marks, by, _, _ in facts.marked(ITEMS, sides.together):
        if marks not in seen:
            was, now = sides.of(marks)
            seen[marks] = was, was if was == now else now
        before[by], after[by] = seen[marks]
    return LinkPreview(link=link.id, before=before, after=after)


def answering(
    facts: Marked, wheres: Mapping[str, str], today: date | None = None
) -> Mapping[ItemId, tuple[str, ...]]:  # fmt: skip
    """Item → those of *wheres* that it answers to, in their order; one that answers to none is not in it."""
    words = FactWords(TABLES[TABLE], facts.plan.calendar, ruled=False)
    conditions = [(name, condition(where, words, today=today)) for name, where in wheres.items()]
    asked = [
        Asked(AttributionRule(id=name, where=wheres[name], investment=name, share=Decimal(1)), found.tree(),
              frozenset(found.columns()))
        for name, found in conditions
    ]  # fmt: skip
    rules = Rules(tuple(asked), f"{attributing.key_of([each.rule for each in asked])} {today or ''}")
    names: dict[Marks, tuple[str, ...]] = {}
    told: dict[ItemId, tuple[str, ...]] = {}
    for _, marks, by, _, _ in facts.marked(ITEMS, rules):
        if marks not in names:
            names[marks] = tuple(rule.id for rule in rules.holding(marks))
        if names[marks]:
            told[by] = names[marks]
    return told
