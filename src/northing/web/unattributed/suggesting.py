"""What a rule begins with that is made from a group of rows."""

from __future__ import annotations

from northing.facts.filtering import FactWords, condition
from northing.measure.money_flows import also
from northing.measure.unattributed import Group
from northing.portfolio.errors import Invalid
from northing.portfolio.facts import COST
from northing.web.changing.rule_input import askable
from northing.web.frame.context import Page

from .state import State


def claim_address(page: Page, state: State, group: Group) -> str:
    """The form of a rule on exactly these rows; nothing for who may not make one."""
    if not page.may_edit:
        return ""
    back = page.link("unattributed", **state.query())
    where = narrowed(page, state.where, group.where)
    return page.link(
        "rules/new", where=where, name=_name(group), tables=askable(where, "both", page.view.plan.calendar), next=back
    )


def narrowed(page: Page, search: str, where: str) -> str:
    """The group's filter within what the page is narrowed to, where a rule may ask for that; else the group's alone."""
    if not search:
        return where
    both = also(search, where)
    try:
        condition(both, FactWords(COST, page.view.plan.calendar, ruled=True))
    except Invalid:
        return where
    return both


def _name(group: Group) -> str:
    return " · ".join(value for _column, value in group.by if value)[:120]
