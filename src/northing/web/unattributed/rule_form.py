"""Making a rule: what the form says of rules, and what one would claim while it is typed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.facts.asking import Claim, RulePreview
from northing.measure.search import search
from northing.portfolio.facts import AttributionRule
from northing.portfolio.money import Amounts
from northing.report import ruling, words
from northing.web.changing import asked
from northing.web.changing.asked_form import Form, Words
from northing.web.changing.rule_input import Typed, called
from northing.web.frame.context import Page, page

OFFERED = 12
"""Investments that the search in the form offers at once."""


@dataclass(frozen=True)
class Told:
    """What one rule would do, in words."""

    who: str
    claims: str
    takes: list[tuple[str, str]]
    """Rule, what it would lose."""
    gives: list[tuple[str, str]]
    found: str
    left: str
    usage: str = ""
    only: str = ""
    """Said where the filter names columns that only one of both tables has."""
    nothing: bool = False


@page("unattributed", methods=("GET", "HEAD", "POST"), needs="plan")
def new(page: Page) -> HttpResponse:
    """A new rule; what the address says of it already is filled in."""
    return FORM.new(page)


@page("unattributed", methods=("GET", "HEAD", "POST"), needs="plan")
def change(page: Page, id: str) -> HttpResponse:
    """A rule that is there, changed."""
    return FORM.change(page, id)


@page("unattributed", methods=("POST",), needs="plan")
def look(page: Page) -> HttpResponse:
    """What the form comes to as it stands, for whoever is still typing; nothing is recorded."""
    return FORM.look(page)


@page("unattributed")
def investments(page: Page) -> HttpResponse:
    """The investments that a few typed words find, for the control of the form."""
    text = page.request.GET.get("q", "").partition("·")[0].strip()
    plan = page.view.plan
    if text:
        ids = [hit.id for hit in search(page.view, text, OFFERED, kinds=("investment",))]
    else:
        ids = sorted(plan.investments, key=lambda id: plan.investments[id].name.casefold())[:OFFERED]
    return page.json({"options": [{"value": called(plan, id)} for id in ids], "none": _("Nothing is called that.")})


def _words() -> Words:
    return Words(
        title=_("Claim for an investment"),
        say=_("Say which rows, and what they come to is shown here."),
        made=_("The rule claims from now on."),
    )


def _reason(page: Page, typed: Typed, rules: list[AttributionRule]) -> str:
    names = words.listed(words.name(page.view, "investment", one.investment) for one in rules)
    if typed.rule is not None:
        return _("Change the rule %(rule)s") % {"rule": asked.called(typed.rule)}
    return _("%(rows)s belong to %(names)s") % {"rows": typed.values["name"] or _("Rows of the bills"), "names": names}


def _told(page: Page, rule: AttributionRule, found: RulePreview, typed: Typed) -> Told:
    main = found.main
    usage = found.tables.get("usage") if "cost" in found.tables else None
    who = words.name(page.view, "investment", rule.investment) if rule.investment else _("The investment")
    return Told(
        who=who,
        claims=claimed(main.claimed),
        takes=[(_rule(page, id), claimed(one)) for id, one in main.taken_from.items()],
        gives=[(_rule(page, id), claimed(one)) for id, one in main.given_to.items()],
        found=claimed(main.from_unattributed)
        if main.from_unattributed.lines and main.from_unattributed != main.claimed
        else "",
        left=claimed(main.unattributed) if main.unattributed.lines else "",
        usage=claimed(usage.claimed) if usage is not None and usage.claimed.lines else "",
        only={
            "cost": _("Of cost alone: usage has no such columns."),
            "usage": _("Of usage alone: cost has no such columns."),
        }.get(str(rule.tables) if typed.values["tables"] == "both" else "", ""),
        nothing=not main.claimed.lines and not (usage is not None and usage.claimed.lines),
    )


def claimed(claim: Claim) -> str:
    """ "214 lines, €18,402"."""
    lines = ngettext("%(n)s line", "%(n)s lines", claim.lines) % {"n": words.number(claim.lines)}
    amounts = Amounts({code: amount for code, amount in claim.amounts.items() if amount})
    return f"{lines}, {words.money(amounts)}" if amounts else lines


def _rule(page: Page, id: str) -> str:
    rule = page.view.plan.attribution_rules.get(id)
    return asked.called(rule) if rule is not None else _("the rule above")


FORM = Form(
    kind="attribution_rule",
    template="unattributed/rule.html",
    preview_template="unattributed/preview.html",
    back="rules",
    as_rule=lambda rule: rule,
    preview=ruling.preview,
    told=_told,
    words=_words,
    reason=_reason,
)
