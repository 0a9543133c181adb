"""Making a work link: what the form says of links, and what one would claim while it is typed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.access.models import Workspace
from northing.facts import attributing
from northing.facts.asking import LinkPreview
from northing.measure.flow.linking import Count, Effect, effect
from northing.measure.flow.proposing import shared
from northing.measure.flow.serving import backlog
from northing.portfolio.errors import Invalid, NotAllowed
from northing.portfolio.facts import AttributionRule
from northing.portfolio.flow import WorkLink
from northing.portfolio.plan import Plan
from northing.report import linking, words
from northing.web.changing import asked
from northing.web.changing.asked_form import Form, Words
from northing.web.changing.rule_input import Typed
from northing.web.frame.context import Page, page

from .linked import items
from .work_state import item_link


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


@page("flow", methods=("GET", "HEAD", "POST"), needs="plan")
def new(page: Page) -> HttpResponse:
    """A new link; what the address says of it already is filled in."""
    return FORM.new(page)


@page("flow", needs="plan")
def propose(page: Page) -> HttpResponse:
    """From the items that were ticked to the form, with a filter made of what they share."""
    if page.past:
        raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))
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
    return FORM.change(page, id)


@page("flow", methods=("POST",), needs="plan")
def look(page: Page) -> HttpResponse:
    """What the form comes to as it stands, for whoever is still typing; nothing is recorded."""
    return FORM.look(page)


def named(link: WorkLink) -> AttributionRule:
    """A link as the rule that it is, with its name and note."""
    import msgspec

    return msgspec.structs.replace(attributing.as_rule(link), name=link.name, note=link.note)


def _link(rule: AttributionRule) -> WorkLink:
    return WorkLink(
        id=rule.id, number=rule.number, name=rule.name, where=rule.where, investment=rule.investment, share=rule.share,
        precedence=rule.precedence, start=rule.start, end=rule.end, note=rule.note,
    )  # fmt: skip


def _preview(workspace: Workspace, plan: Plan, rules: list[AttributionRule]) -> list[LinkPreview]:
    return linking.preview(workspace, plan, list(map(_link, rules)))


def _words() -> Words:
    return Words(
        title=_("Link work to an investment"),
        say=_("Say which items, and what they come to is shown here."),
        made=_("The link holds from now on."),
    )


def _reason(page: Page, typed: Typed, rules: list[AttributionRule]) -> str:
    if typed.rule is not None:
        return _("Change the link %(link)s") % {"link": _named(page, typed.rule.id)}
    names = words.listed(words.name(page.view, "investment", one.investment) for one in rules)
    return _("Work on %(names)s: %(where)s") % {"names": names, "where": rules[0].where}


def _told(page: Page, rule: AttributionRule, seen: LinkPreview, _typed: Typed) -> Told:
    found = effect(page.view, seen)
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


FORM = Form(
    kind="work_link",
    template="flow/link.html",
    preview_template="flow/link_preview.html",
    back="flow/links",
    as_rule=named,
    preview=_preview,
    told=_told,
    words=_words,
    reason=_reason,
)
