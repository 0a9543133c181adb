"""All rules in the order in which they are asked: what each claims now, which overlap, and what removing one does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure, figure
from northing.measure.rule_claims import NOTHING, RuleClaim, rule_claims
from northing.portfolio.errors import Invalid
from northing.portfolio.facts import AttributionRule
from northing.report import ruling, words
from northing.web.changing import asked
from northing.web.changing.rule_input import percent
from northing.web.frame.addresses import address_of
from northing.web.frame.amounts import Cell, cell, short
from northing.web.frame.context import Page, page
from northing.web.frame.freshness import sourced
from northing.web.frame.typed import whole

from .rule_form import claimed

PAGE = 40
"""Rules on one page."""


@dataclass
class Row:
    """One rule."""

    id: str
    place: int
    number: str
    name: str
    where: str
    investment: str
    href: str
    share: str
    precedence: int
    tables: str
    days: str
    lines: str
    amount: Cell
    usage: str
    usage_cost: str
    usage_figure: Figure | None
    state: str
    """``on``, ``ended``, ``waiting``, ``nothing`` or ``broken``."""
    said: str = ""
    before: list[tuple[str, str, Figure]] = field(default_factory=list)
    """Rules asked later that would claim some of its rows."""
    edit: str = ""
    end: str = ""
    drop: str = ""
    note: str = ""


@page("unattributed")
def listing(page: Page) -> HttpResponse:
    """The rules, with what each comes to."""
    plan = page.view.plan
    rules = ruling.in_order(plan)
    claims = rule_claims(page.view)
    broken = ruling.unreadable(plan)
    rows = [
        _row(page, place, rule, claims.by_rule.get(rule.id, NOTHING), broken.get(rule.id))
        for place, rule in enumerate(rules)
    ]
    over = _overlaps(page)
    for row in rows:
        row.before = over.get(row.id, [])
    only, typed = page.request.GET.get("only", ""), page.request.GET.get("q", "").strip()
    states = {"nothing": ("nothing", "broken"), "ended": ("ended",), "overlaps": ()}
    shown = [
        row
        for row in rows
        if (not only or (only == "overlaps" and row.before) or row.state in states.get(only, ()))
        and typed.casefold() in f"{row.number} {row.name} {row.investment} {row.where}".casefold()
    ]
    offset = _offset(page, shown)
    return page.render(
        "unattributed/rules.html",
        title=_("Attribution rules"),
        rows=shown[offset : offset + PAGE],
        of=len(shown),
        offset=offset,
        before=page.again(offset=offset - PAGE or None, rule=None) if offset else "",
        after=page.again(offset=offset + PAGE, rule=None) if offset + PAGE < len(shown) else "",
        count=len(rows),
        only=only,
        typed=typed,
        filters=[
            ("", _("All"), len(rows)),
            ("nothing", _("Claim nothing"), sum(row.state in ("nothing", "broken") for row in rows)),
            ("overlaps", _("Overlap"), sum(bool(row.before) for row in rows)),
            ("ended", _("Ended"), sum(row.state == "ended" for row in rows)),
        ],
        add=page.link("rules/new", next=page.here) if page.may_edit else "",
        left=short(claims.unattributed) if claims.unattributed else "",
        left_figure=figure("spend.unattributed") if claims.unattributed else None,
        sourced=sourced(page, ("cost", "usage")),
        currency=page.currency,
    )


def _offset(page: Page, shown: list[Row]) -> int:
    """Where the page begins: the one with the rule that the address names, else the one that it asks for."""
    named = page.request.GET.get("rule")
    at = next((place for place, row in enumerate(shown) if row.id == named), None)
    if at is None:
        at = min(max(0, whole(page.request.GET.get("offset", "")) or 0), max(0, len(shown) - 1))
    return at // PAGE * PAGE


def _row(page: Page, place: int, rule: AttributionRule, claim: RuleClaim, wrong: Any) -> Row:
    state, said = _state(page, rule, claim, wrong)
    may = page.may_edit
    usage = (
        ngettext("%(n)s line of usage", "%(n)s lines of usage", claim.usage_lines)
        % {"n": words.number(claim.usage_lines)}
        if claim.usage_lines
        else ""
    )
    return Row(
        id=rule.id,
        place=place,
        number=rule.number or "",
        name=rule.name or "",
        where=rule.where,
        investment=words.name(page.view, "investment", rule.investment),
        href=address_of(page, "investment", rule.investment),
        share=f"{percent(rule.share)}%",
        precedence=rule.precedence,
        tables={"cost": _("Cost"), "usage": _("Usage"), "both": _("Cost and usage")}[str(rule.tables)],
        days=_days(rule),
        lines=words.number(claim.lines) if claim.lines else "",
        amount=cell(claim.amount, page.currency, _address(page, rule)),
        usage=usage,
        usage_cost=short(claim.usage_cost) if claim.usage_cost else "",
        usage_figure=_address(page, rule, "usage.cost"),
        state=state,
        said=said,
        edit=page.link(f"rules/{rule.id}", next=page.here) if may else "",
        end=page.link(f"edit/attribution_rule/{rule.id}", fields="end", next=page.here) if may else "",
        drop=page.link(f"rules/{rule.id}/drop", next=page.here) if may else "",
        note=rule.note or "",
    )


def _address(page: Page, rule: AttributionRule, measure: str = "spend.attributed") -> Figure | None:
    """What the investment gets by this rule; of one that is gone there is nothing to add up."""
    if rule.investment not in page.view.plan.investments:
        return None
    return figure(measure, level="investment", id=rule.investment, rule=rule.id)


def _state(page: Page, rule: AttributionRule, claim: RuleClaim, wrong: Any) -> tuple[str, str]:
    if wrong is not None:
        return "broken", " ".join(filter(None, (wrong.message, wrong.remedy)))
    if rule.investment not in page.view.plan.investments:
        return "broken", _("Its investment is gone: what it claims counts as unattributed.")
    if rule.end is not None and rule.end <= page.today:
        return "ended", _("Holds until %(day)s") % {"day": words.day(rule.end)}
    if rule.start is not None and rule.start > page.today:
        return "waiting", _("Begins on %(day)s") % {"day": words.day(rule.start)}
    if not claim.lines and not claim.usage_lines:
        return "nothing", _("No row in force answers to it")
    return "on", ""


def _days(rule: AttributionRule) -> str:
    if rule.start and rule.end:
        return f"{words.day(rule.start)} – {words.day(rule.end)}"
    if rule.start:
        return _("from %(day)s") % {"day": words.day(rule.start)}
    return _("until %(day)s") % {"day": words.day(rule.end)} if rule.end else ""


def _overlaps(page: Page) -> dict[str, list[tuple[str, str, Figure]]]:
    """Rule → rules that would claim some of its rows, were it not there, how much, and where that is explained."""
    plan = page.view.plan
    if not plan.deliveries or len(plan.attribution_rules) < 2:
        return {}
    return {
        rule: [
            (asked.called(plan.attribution_rules[id]), claimed(one), figure("rule.overlap", rule=rule, other=id))
            for id, one in others.items()
        ]
        for rule, others in ruling.overlaps(page.workspace, page.view).items()
    }


@page("unattributed", methods=("POST",), changes=True, needs="plan")
def move(page: Page) -> HttpResponse:
    """Ask a rule earlier or later."""
    return asked.move(page, ruling.in_order(page.view.plan))


@page("unattributed", methods=("GET", "HEAD", "POST"), needs="plan")
def drop(page: Page, id: str) -> HttpResponse:
    """Remove a rule, after a look at whose its rows would be then."""
    rule: AttributionRule = page.view.plan.need("attribution_rule", id)
    stays = _("rows before that day stay with it.")
    return asked.drop(page, rule, _consequences(page, rule) if page.request.method != "POST" else (), stays)


def _consequences(page: Page, rule: AttributionRule) -> list[str]:
    """ "214 lines, €18,402 would be nobody's"; "3 lines, €120 would go to RULE-0002"."""
    try:
        seen = ruling.without(page.workspace, page.view.plan, rule)
    except Invalid:
        return []
    found = []
    for table, one in seen.tables.items():
        of = _("of usage") if table == "usage" and len(seen.tables) > 1 else ""
        if one.from_unattributed.lines:
            said = {"claim": " ".join(filter(None, (claimed(one.from_unattributed), of)))}
            found.append(_("%(claim)s would be nobody's.") % said)
        for id, claim in one.taken_from.items():
            name = asked.called(page.view.plan.attribution_rules[id])
            said = {"claim": " ".join(filter(None, (claimed(claim), of))), "rule": name}
            found.append(_("%(claim)s would go to %(rule)s.") % said)
    return found
