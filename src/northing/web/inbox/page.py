"""The inbox: approvals that are lacking, answers, and what others say to the person who looks."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.report import words
from northing.report.inbox import Reason, WaitingSaid, count, waits
from northing.web.frame.addresses import investment_path
from northing.web.frame.context import Page, home_of, page

TITLES: dict[Reason, tuple[str, str, str]] = {
    Reason.APPROVE: (gettext_noop("Your approval is asked for"), "gate", gettext_noop("Look and say")),
    Reason.AGAIN: (
        gettext_noop("It, or the plan, has changed since you submitted it"),
        "undo",
        gettext_noop("Submit again"),
    ),
    Reason.MERGE: (gettext_noop("Approved: it can be merged"), "merge", gettext_noop("Merge")),
    Reason.REJECTED: (gettext_noop("Somebody said no"), "x", gettext_noop("Read why")),
    Reason.MENTION: (gettext_noop("Said to you"), "note", gettext_noop("Answer")),
    Reason.OWNED: (gettext_noop("Said of what is yours"), "note", gettext_noop("Read")),
    Reason.TAKE_IN: (gettext_noop("Read, and not taken in yet"), "sources", gettext_noop("Look and take it in")),
    Reason.LOOK_AGAIN: (gettext_noop("What came of it?"), "clock", gettext_noop("Say what came of it")),
}


@page("inbox")
def inbox(opened: Page) -> HttpResponse:
    """What waits for this person, the most pressing first, and what to do about each."""
    if opened.scenario is not None:
        return HttpResponseRedirect(opened.plan_of_record)
    found = waits(opened.workspace, opened.actor, opened.view.today)
    return opened.render(
        "inbox/page.html",
        title=_("Inbox"),
        lead=ngettext("%(n)s thing waits for you.", "%(n)s things wait for you.", len(found))
        % {"n": words.number(len(found))}
        if found
        else _("Nothing waits for you."),
        rows=[_row(opened, one) for one in found],
    )


@page("inbox")
def counted(opened: Page) -> HttpResponse:
    """How much waits, for the rail of every page; nothing where nothing does."""
    found = count(opened.workspace, opened.actor, opened.view.today)
    return opened.render("inbox/count.html", count=found)


def _row(opened: Page, one: WaitingSaid) -> tuple[WaitingSaid, str, str, str, str]:
    title, icon, act = TITLES[one.reason]
    return one, _(title), icon, _(act), _href(opened, one)


def _href(opened: Page, one: WaitingSaid) -> str:
    home = home_of(opened.workspace, one.scenario) if one.scenario else opened.home
    if one.kind == "incoming":
        return f"{home}sources/incoming/{one.id}"
    if one.kind == "decision":
        return home + ("scenario/decision" if one.scenario else f"decisions/{one.id}")
    return home + (investment_path(opened.view.plan, one.id) + "#comments" if one.kind == "investment" else "")
