"""Approval rules in words: of which changes each speaks, and whose approvals it asks for."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.measure.view import View
from northing.portfolio.deciding import ApprovalRule, ChangeKind
from northing.portfolio.errors import NorthingError
from northing.portfolio.filter import ask_plan

from . import words

ROLES = {
    "owner": gettext_noop("an owner"),
    "planner": gettext_noop("a planner or an owner"),
    "contributor": gettext_noop("a contributor, a planner or an owner"),
}
CHANGES = {
    ChangeKind.MONEY: gettext_noop("money moves"),
    ChangeKind.PEOPLE: gettext_noop("people are asked for, or capacity changes"),
    ChangeKind.DATES: gettext_noop("an investment starts or ends on another day"),
    ChangeKind.START: gettext_noop("an investment is taken in"),
    ChangeKind.STOP: gettext_noop("an investment is taken out, or ends"),
    ChangeKind.WEIGHTS: gettext_noop("a scoring model changes"),
    ChangeKind.LIMITS: gettext_noop("a limit or a group changes"),
    ChangeKind.STRATEGY: gettext_noop("objectives, or what serves them, change"),
}


class RuleSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, in words."""

    id: str
    name: str
    when: str
    asks: str
    note: str
    where: str
    investments: int | None
    """How many investments of the plan it speaks of; None where it speaks of all, or its question fails."""
    problem: str
    """Why its question cannot be asked; then the rule speaks of every investment."""


def rules_said(view: View) -> list[RuleSaid]:
    """The approval rules of the plan, by name."""
    rules = sorted(view.plan.approval_rules.values(), key=lambda one: (one.name.lower(), one.id))
    return [_said(view, one) for one in rules]


def asked_of(count: int, role: str, person: str = "") -> str:
    """ "2 approvals of an owner"; with *person*, of them alone."""
    of = person or _(ROLES.get(role, ROLES["owner"]))
    return ngettext("%(n)s approval of %(of)s", "%(n)s approvals of %(of)s", count) % {
        "n": words.number(count),
        "of": of,
    }


def _said(view: View, one: ApprovalRule) -> RuleSaid:
    found, problem = _meant(view, one)
    person = view.names.get(one.person or "", "") or _("somebody who has left") if one.person else ""
    return RuleSaid(
        id=one.id, name=one.name, when=_when(view, one), asks=asked_of(max(one.approvals, 1), one.role, person),
        note=one.note or "", where=one.where, investments=found, problem=problem,
    )  # fmt: skip


def _when(view: View, one: ApprovalRule) -> str:
    """ "A limit or a group changes"."""
    said = _(CHANGES[one.change]) if one.change is not None else _("anything changes")
    if one.amount is not None and one.amount > Decimal(0):
        amount = words.amount(one.amount, one.currency or view.home_currency)
        if one.change is ChangeKind.MONEY:
            return _("%(amount)s or more move") % {"amount": amount}
        said = _("%(change)s, and %(amount)s or more move") % {"change": said, "amount": amount}
    return said[:1].upper() + said[1:]


def _meant(view: View, one: ApprovalRule) -> tuple[int | None, str]:
    if not one.where.strip():
        return None, ""
    try:
        return len(ask_plan(one.where, view, "investment")[0]), ""
    except NorthingError as wrong:
        return None, wrong.message
