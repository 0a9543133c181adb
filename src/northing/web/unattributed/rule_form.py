"""Making a rule: the form, what it would claim while one types, and the commit on the revision that was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.facts.asking import Claim, RulePreview
from northing.measure.search import search
from northing.portfolio.errors import Invalid, NotAllowed
from northing.portfolio.facts import AttributionRule
from northing.portfolio.money import Amounts
from northing.report import ruling, words
from northing.web.changing import asked
from northing.web.changing.committing import as_looked_at, commit_and_go, looked_at, without_theirs
from northing.web.changing.rule_input import Typed, called, changed, edits_of, given, of_rule, rules_of, take
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


@dataclass(frozen=True)
class Looked:
    """The preview of all rules that the form says."""

    rules: list[Told] = field(default_factory=list)
    note: str = ""


@page("unattributed", methods=("GET", "HEAD", "POST"), needs="plan")
def new(page: Page) -> HttpResponse:
    """A new rule; what the address says of it already is filled in."""
    _now(page)
    if page.request.method != "POST":
        typed = given(page.request.GET, page.view.plan)
        return _show(page, typed, _look(page, typed))
    return _save(page, given(page.request.POST, page.view.plan))


@page("unattributed", methods=("GET", "HEAD", "POST"), needs="plan")
def change(page: Page, id: str) -> HttpResponse:
    """A rule that is there, changed."""
    rule: AttributionRule = page.view.plan.need("attribution_rule", id)
    _now(page)
    if page.request.method != "POST":
        typed = of_rule(page.view.plan, rule)
        return _show(page, typed, _look(page, typed))
    return _save(page, given(page.request.POST, page.view.plan, rule))


@page("unattributed", methods=("POST",), needs="plan")
def look(page: Page) -> HttpResponse:
    """What the form comes to as it stands, for whoever is still typing; nothing is recorded."""
    form = page.request.POST
    id = form.get("id", "")
    rule = page.view.plan.need("attribution_rule", id) if id else None
    typed = given(form, page.view.plan, rule)
    looked = _look(page, typed)
    html = render_to_string("unattributed/preview.html", {"page": page, "looked": looked}, request=page.request)
    return page.json({"html": html, "errors": typed.errors, "mends": typed.mends})


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


def _now(page: Page) -> None:
    if page.past:
        raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))


def _save(page: Page, typed: Typed) -> HttpResponse:
    plan = page.view.plan
    if page.request.POST.get("look"):  # without a script: the button that only looks
        return _show(page, typed, _look(page, typed))
    rules = rules_of(typed, plan)
    if typed.errors or not rules:
        return _show(page, typed, Looked(), status=422)
    try:
        ruling.preview(page.workspace, plan, rules)  # reads every filter before anything is recorded
        edits = edits_of(rules, _as_looked_at(page, typed))
        if typed.rule is not None:
            id = typed.rule.id
            edits = [changed(id, **without_theirs(page, id, one.fields)) if one.id == id else one for one in edits]
        reason = page.request.POST.get("reason", "").strip() or _reason(page, typed, rules)
        return commit_and_go(page, edits, reason, _("Saved.") if typed.rule else _("The rule claims from now on."))
    except Invalid as wrong:
        take(typed, wrong)
        return _show(page, typed, Looked(), status=422)


def _as_looked_at(page: Page, typed: Typed) -> AttributionRule | None:
    """The rule as it was when the form was opened: what differs from that is what this person changed."""
    if typed.rule is None:
        return None
    found = as_looked_at(page, "attribution_rule", typed.rule.id)
    return found if isinstance(found, AttributionRule) else typed.rule


def _reason(page: Page, typed: Typed, rules: list[AttributionRule]) -> str:
    names = words.listed(words.name(page.view, "investment", one.investment) for one in rules)
    if typed.rule is not None:
        return _("Change the rule %(rule)s") % {"rule": asked.called(typed.rule)}
    return _("%(rows)s belong to %(names)s") % {"rows": typed.values["name"] or _("Rows of the bills"), "names": names}


def _show(page: Page, typed: Typed, looked: Looked, status: int = 200) -> HttpResponse:
    rule = typed.rule
    back = page.request.POST.get("next") or page.request.GET.get("next") or ""
    if typed.errors and not looked.rules:
        looked = Looked(note=_("What it would claim is shown as soon as everything can be read."))
    return page.render(
        "unattributed/rule.html",
        status=status,
        bare=page.fragment,
        title=_("Change %(rule)s") % {"rule": asked.called(rule)} if rule else _("Claim for an investment"),
        typed=typed,
        looked=looked,
        rule=rule,
        back=back if back.startswith(page.home) else page.link("rules"),
        on=looked_at(page) or page.head,
    )


def _look(page: Page, typed: Typed) -> Looked:
    """What the form comes to; errors are put at their controls."""
    rules = rules_of(typed, page.view.plan, strict=False)
    if not rules:
        return Looked(note=_("Say which rows, and what they come to is shown here.") if not typed.errors else "")
    try:
        found = ruling.preview(page.workspace, page.view.plan, rules)
    except Invalid as wrong:
        take(typed, wrong)
        return Looked()
    return Looked([_told(page, rule, one, typed) for rule, one in zip(rules, found, strict=True)])


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
