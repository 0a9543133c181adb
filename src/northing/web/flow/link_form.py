"""Making a work link: the form, what it would claim while one types, and the commit on the revision looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.facts import attributing
from northing.measure.flow.linking import Count, Effect, effect
from northing.measure.flow.proposing import shared
from northing.measure.flow.serving import backlog
from northing.portfolio.edits import change as changed
from northing.portfolio.errors import Invalid, NotAllowed
from northing.portfolio.facts import AttributionRule
from northing.portfolio.flow import WorkLink
from northing.report import linking, words
from northing.web.changing import asked
from northing.web.changing.by_form import commit_and_go, without_theirs
from northing.web.changing.rule_input import Typed, edits_of, given, of_rule, rules_of, take
from northing.web.frame.context import Page, page

from .linked import items
from .work_state import item_link

KIND = "work_link"


@dataclass(frozen=True)
class Told:
    """What one link would do, in words."""

    who: str
    claims: str
    found: str
    takes: list[tuple[str, str]]
    """Link, what it would lose."""
    gives: list[tuple[str, str]]
    lost: str
    left: str
    share: str
    """What becomes of the share of work in line of sight, where it moves."""
    named: list[tuple[str, str, str]]
    """Key, title and address of items that it would claim."""
    more: int
    nothing: bool


@dataclass(frozen=True)
class Looked:
    """The preview of all links that the form says."""

    links: list[Told] = field(default_factory=list)
    note: str = ""


@page("flow", methods=("GET", "HEAD", "POST"), needs="plan")
def new(page: Page) -> HttpResponse:
    """A new link; what the address says of it already is filled in."""
    _now(page)
    if page.request.method != "POST":
        typed = given(page.request.GET, page.view.plan, kind=KIND)
        return _show(page, typed, _look(page, typed))
    return _save(page, given(page.request.POST, page.view.plan, kind=KIND))


@page("flow", needs="plan")
def propose(page: Page) -> HttpResponse:
    """From the items that were ticked to the form, with a filter made of what they share."""
    _now(page)
    keys = set(page.request.GET.getlist("item"))
    found = backlog(page.view)
    ticked = [one for one in (found.asked.work.items if found else ()) if (one.key or one.item) in keys]
    if not ticked:
        raise Invalid(_("Nothing is ticked."), remedy=_("Tick the orphans that belong to the same investment."))
    back = page.request.GET.get("next", "")
    where = shared(page.view, ticked)
    return HttpResponseRedirect(
        page.link("flow/links/new", where=where, next=back if back.startswith(page.home) else "")
    )


@page("flow", methods=("GET", "HEAD", "POST"), needs="plan")
def change(page: Page, id: str) -> HttpResponse:
    """A link that is there, changed."""
    link: WorkLink = page.view.plan.need(KIND, id)
    _now(page)
    if page.request.method != "POST":
        typed = of_rule(page.view.plan, named(link), KIND)
        return _show(page, typed, _look(page, typed), link)
    return _save(page, given(page.request.POST, page.view.plan, named(link), KIND), link)


@page("flow", methods=("POST",), needs="plan")
def look(page: Page) -> HttpResponse:
    """What the form comes to as it stands, for whoever is still typing; nothing is recorded."""
    form = page.request.POST
    id = form.get("id", "")
    rule = named(page.view.plan.need(KIND, id)) if id else None
    typed = given(form, page.view.plan, rule, KIND)
    looked = _look(page, typed)
    html = render_to_string("flow/link_preview.html", {"page": page, "looked": looked}, request=page.request)
    return page.json({"html": html, "errors": typed.errors, "mends": typed.mends})


def named(link: WorkLink) -> AttributionRule:
    """A link as the rule that it is, with its name and note."""
    import msgspec

    return msgspec.structs.replace(attributing.as_rule(link), name=link.name, note=link.note)


def _link(rule: AttributionRule) -> WorkLink:
    return WorkLink(
        id=rule.id, number=rule.number, name=rule.name, where=rule.where, investment=rule.investment, share=rule.share,
        precedence=rule.precedence, start=rule.start, end=rule.end, note=rule.note,
    )  # fmt: skip


def _now(page: Page) -> None:
    if page.past:
        raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))


def _save(page: Page, typed: Typed, link: WorkLink | None = None) -> HttpResponse:
    plan = page.view.plan
    if page.request.POST.get("look"):  # without a script: the button that only looks
        return _show(page, typed, _look(page, typed), link)
    rules = rules_of(typed, plan)
    if typed.errors or not rules:
        return _show(page, typed, Looked(), link, status=422)
    try:
        linking.preview(page.workspace, plan, list(map(_link, rules)))  # reads every filter before anything is recorded
        edits = edits_of(rules, _as_looked_at(page, link), KIND)
        if link is not None:
            id = link.id
            edits = [
                changed(KIND, id, **without_theirs(page, id, one.fields)) if one.id == id else one for one in edits
            ]
        reason = page.request.POST.get("reason", "").strip() or _reason(page, rules, link)
        return commit_and_go(page, edits, reason, _("Saved.") if link else _("The link holds from now on."))
    except Invalid as wrong:
        take(typed, wrong)
        return _show(page, typed, Looked(), link, status=422)


def _as_looked_at(page: Page, link: WorkLink | None) -> AttributionRule | None:
    """The link as it was when the form was opened: what differs from that is what this person changed."""
    if link is None:
        return None
    on = page.request.POST.get("on", "")
    then = page.record.plan(int(on)) if on.isdigit() and 0 < int(on) <= page.head else page.view.plan
    return named(then.work_links.get(link.id) or link)


def _reason(page: Page, rules: list[AttributionRule], link: WorkLink | None) -> str:
    if link is not None:
        return _("Change the link %(link)s") % {"link": asked.called(link)}
    names = words.listed(words.name(page.view, "investment", one.investment) for one in rules)
    return _("Work on %(names)s: %(where)s") % {"names": names, "where": rules[0].where}


def _show(
    page: Page, typed: Typed, looked: Looked, link: WorkLink | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    back = page.request.POST.get("next") or page.request.GET.get("next") or ""
    if typed.errors and not looked.links:
        looked = Looked(note=_("What it would claim is shown as soon as everything can be read."))
    return page.render(
        "flow/link.html",
        status=status,
        bare=page.fragment,
        title=_("Change %(link)s") % {"link": asked.called(link)} if link else _("Link work to an investment"),
        typed=typed,
        looked=looked,
        link=link,
        back=back if back.startswith(page.home) else page.link("flow/links"),
        on=page.request.POST.get("on") or page.head,
    )


def _look(page: Page, typed: Typed) -> Looked:
    """What the form comes to; errors are put at their controls."""
    rules = rules_of(typed, page.view.plan, strict=False)
    if not rules:
        return Looked(note=_("Say which items, and what they come to is shown here.") if not typed.errors else "")
    try:
        seen = linking.preview(page.workspace, page.view.plan, list(map(_link, rules)))
    except Invalid as wrong:
        take(typed, wrong)
        return Looked()
    return Looked([_told(page, rule, effect(page.view, one)) for rule, one in zip(rules, seen, strict=True)])


def _told(page: Page, rule: AttributionRule, found: Effect) -> Told:
    return Told(
        who=words.name(page.view, "investment", rule.investment) if rule.investment else _("The investment"),
        claims=items(found.claimed),
        found=_orphans(found),
        takes=[(_named(page, id), items(one)) for id, one in found.taken.items()],
        gives=[(_named(page, id), items(one)) for id, one in found.given.items()],
        lost=items(found.lost) if found.lost.items else "",
        left=_left(found.orphans, found.all),
        share=_shares(found),
        named=[(one.key or one.item, one.title or "", item_link(page, one.key or one.item)) for one in found.named],
        more=max(0, found.claimed.items - len(found.named)),
        nothing=not found.claimed.items,
    )


def _orphans(found: Effect) -> str:
    """How many of the items that it claims are orphans until now."""
    if not found.found.items:
        return ""
    return _("all of them") if found.found == found.claimed else items(found.found)


def _shares(found: Effect) -> str:
    now, then = found.share
    if now is None or then is None or now == then:
        return ""
    said = {
        "now": words.percent(float(now)),
        "then": words.percent(float(then)),
    }
    return _("Work in line of sight goes from %(now)s to %(then)s.") % said


def _left(orphans: Count, all: Count) -> str:
    """ "4 of 32 items in progress stay orphans"."""
    if not all.progress:
        return ""
    if not orphans.progress:
        return _("Nothing in progress stays an orphan.")
    said = {"n": words.number(orphans.progress), "all": words.number(all.progress)}
    return ngettext(
        "%(n)s of %(all)s items in progress stays an orphan.",
        "%(n)s of %(all)s items in progress stay orphans.",
        orphans.progress,
    ) % said  # fmt: skip


def _named(page: Page, id: str) -> str:
    link = page.view.plan.work_links.get(id)
    return asked.called(link) if link is not None else _("the link above")
