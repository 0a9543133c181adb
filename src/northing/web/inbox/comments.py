"""Saying something about a thing of the plan, answering, settling it, and one's own words changed or taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.access import directory
from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid
from northing.record.guarding import decision_of
from northing.report.comments import members, spoken_to
from northing.report.words import listed
from northing.web.changing.committing import commit_and_go
from northing.web.frame.context import Page, page

MOST_SAID = 10_000
"""Letters in one comment."""


@page("inbox", methods=("POST",), changes=True)
def say(opened: Page) -> HttpResponse:
    """Say something about ``subject``, or answer ``reply_to``."""
    form, plan = opened.request.POST, opened.view.plan
    text, mentions = _said(opened)
    fields: dict[str, Any] = {"subject": form.get("subject", ""), "text": text, "by": opened.actor.id}
    edits: list[Edit] = [] if opened.actor.id in plan.people else [create("person", opened.actor.id)]
    if opened.scenario is not None and fields["subject"] == decision_of(opened.workspace.id, opened.record.branch):
        # Nothing is asked for with the scenario yet: its decision begins as a draft.
        name = opened.record.branch
        if fields["subject"] not in plan.decisions:
            edits.append(create("decision", fields["subject"], name=name, scenario=name))
    if form.get("reply_to"):
        above = plan.need("comment", form["reply_to"])
        fields |= {"reply_to": above.id, "subject": getattr(above, "subject", "")}
    edits.append(create("comment", new_id(), **fields, on=opened.today, mentions=mentions))
    kept = (opened.actor.id, decision_of(opened.workspace.id, opened.record.branch))
    return commit_and_go(opened, edits, _("A comment"), _("It is said."), kept=kept)


@page("inbox", methods=("POST",), changes=True)
def one(opened: Page, id: str) -> HttpResponse:
    """Settle a comment, open it again, or change or take back what one said oneself."""
    opened.view.plan.need("comment", id)
    act = opened.request.POST.get("act", "")
    if act == "change":
        text, mentions = _said(opened)
        edit, said = change("comment", id, text=text, mentions=mentions), _("It is changed.")
    elif act in ("settle", "open"):
        edit = change("comment", id, settled=act == "settle")
        said = _("It is settled.") if act == "settle" else _("It is open again.")
    elif act == "remove":
        edit, said = remove("comment", id), _("It is taken back; the history keeps it.")
    else:
        raise Invalid(_("It is not said what is to be done."))
    return commit_and_go(opened, [edit], _("A comment"), said)


def _said(opened: Page) -> tuple[str, tuple[str, ...]]:
    """The text of the form, and whom it speaks to; says which words after an @ are nobody's name."""
    text = opened.request.POST.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(_("A comment says something."), remedy=_("Write what you want to say."))
    if len(text) > MOST_SAID:
        raise Invalid(_("A comment has at most %(n)s letters.") % {"n": MOST_SAID})
    workspace = opened.workspace.id
    mentions, nobody = spoken_to(text, members(workspace, directory.names(workspace)))
    if nobody:
        messages.warning(
            opened.request,
            _("%(names)s: nobody is told, for this is not the name of one person here.")
            % {"names": listed(f"@{word}" for word in nobody)},
        )
    return text, mentions
