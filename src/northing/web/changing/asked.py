"""What is asked in an order, attribution rules and work links: asked earlier or later, and removed after a look."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.portfolio.edits import change, remove
from northing.portfolio.errors import Invalid, NotAllowed, NotFound
from northing.portfolio.facts import AttributionRule
from northing.portfolio.flow import WorkLink
from northing.report import ruling
from northing.web.frame.context import Page
from northing.web.frame.typed import whole

from .committing import back_to, commit_and_go


def called(rule: AttributionRule | WorkLink) -> str:
    """RULE-0007 Chat of the service desk."""
    unnamed = _("this rule") if isinstance(rule, AttributionRule) else _("this link")
    return " ".join(filter(None, (rule.number, rule.name))) or unnamed


def move[R: (AttributionRule, WorkLink)](page: Page, order: Sequence[R]) -> HttpResponse:
    """Ask one of *order* earlier or later: ``to`` is its new place, counted from 0."""
    form = page.request.POST
    rule = next((one for one in order if one.id == form.get("id")), None)
    if rule is None:
        raise NotFound(_("It is not there any more."), remedy=_("Load the page again."))
    to = whole(form.get("to", ""))
    if to is None:
        raise Invalid(_("Say where the rule goes."), remedy=_("Load the page again."))
    edits = [change(rule.KIND, id, precedence=number) for id, number in ruling.moved(order, rule, to).items()]
    said = _("%(rule)s is asked as number %(place)s.") % {
        "rule": called(rule),
        "place": max(1, min(to + 1, len(order))),
    }
    return commit_and_go(page, edits, said, said)


def drop(page: Page, rule: AttributionRule | WorkLink, lines: Sequence[str], stays: str) -> HttpResponse:
    """Remove *rule*, after a look at *lines*: whose its rows would be then. *stays* says what ending it keeps."""
    if page.past:
        raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    title = _("Remove %(name)s") % {"name": called(rule)}
    if page.request.method == "POST":
        return commit_and_go(page, [remove(rule.KIND, rule.id)], title, _("Removed."))
    back = back_to(page)
    return page.render(
        "forms/drop_asked.html",
        bare=page.fragment,
        title=title + "?",
        lines=lines,
        stays=stays,
        end=page.link(f"edit/{rule.KIND}/{rule.id}", fields="end", next=back),
        back=back,
        may=True,
    )
