"""The decision log, and the paper of a decision: in the log once it is in force, on its scenario before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.portfolio.deciding import DecisionStatus, Verdict
from northing.portfolio.edits import change
from northing.portfolio.errors import Conflict, Invalid, NorthingError, NotFound
from northing.record import Branch, Record
from northing.record.guarding import decision_of
from northing.report import deciding, words
from northing.report.approval_rules import asked_of
from northing.report.comments import remarks
from northing.report.decisions import (
    AskedSaid,
    EntrySaid,
    PaperSaid,
    decision_called,
    log,
    may_judge,
    paper,
)
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, home_of, page

from .figures import moved, moving, transfer, why_moved

TONES = {
    DecisionStatus.SUBMITTED: "note",
    DecisionStatus.DECIDED: "good",
    DecisionStatus.REJECTED: "bad",
    DecisionStatus.REVERTED: "bad",
}
OFFERED = ("wrong", "first", "may_say", "may_judge", "asked_of_me", "may_withdraw", "may_merge", "outcome")
"""What a paper offers to whom: of a scenario's its acts, of one in the log what came of it."""
ASKED_FOR = ("name", "why", "alternatives", "effect", "due")
"""What somebody says of what they ask for."""


@page("decisions")
def listing(opened: Page) -> HttpResponse:
    """What is asked for, and what was decided, the newest first."""
    if opened.scenario is not None:
        return HttpResponseRedirect(opened.plan_of_record)
    found = log(opened.workspace, then=opened.view.plan if opened.past else None, currency=opened.currency)
    waits = [one for one in found if one.revision is None and one.status is DecisionStatus.SUBMITTED]
    done = [one for one in found if one not in waits]
    return opened.render(
        "decisions/list.html",
        title=_("Decisions"),
        lead=_lead(waits, done),
        waiting=[_row(opened, one) for one in waits],
        done=[_row(opened, one) for one in done],
    )


def _lead(waits: list[EntrySaid], done: list[EntrySaid]) -> str:
    if not waits and not done:
        return _("What a scenario asks for, who agreed and what came of it stands here.")
    parts = []
    if waits:
        parts.append(
            ngettext("%(n)s decision waits", "%(n)s decisions wait", len(waits)) % {"n": words.number(len(waits))}
        )
    in_force = sum(one.status is DecisionStatus.DECIDED for one in done)
    if in_force:
        parts.append(ngettext("%(n)s is in force", "%(n)s are in force", in_force) % {"n": words.number(in_force)})
    return words.listed(parts) + "." if parts else _("Nothing is in force.")


def _row(opened: Page, one: EntrySaid) -> dict[str, Any]:
    waits = one.revision is None and one.status is DecisionStatus.SUBMITTED
    return {
        "one": one,
        "href": home_of(opened.workspace, one.scenario) + "scenario/decision"
        if waits
        else opened.link(f"decisions/{one.number or one.id}"),
        "tone": TONES.get(one.status, ""),
        "on": words.day(one.on),
        "due": words.day(one.due),
        "planned": moved(one.planned) if any(one.planned.by_currency.values()) else "",
        "why": why_moved(opened, one),
    }


@page("decisions", methods=("GET", "HEAD", "POST"))
def shown(opened: Page, name: str) -> HttpResponse:
    """The paper of a decision of the log; whoever may plan adds what came of it."""
    if opened.scenario is not None:
        return HttpResponseRedirect(opened.plan_of_record)
    if opened.request.method == "POST":
        opened.require("plan", _("say what came of it"))
    found = decision_called(opened.workspace, name)
    if isinstance(found, Branch):
        return HttpResponseRedirect(home_of(opened.workspace, found.name) + "scenario/decision")
    if opened.request.method == "POST":
        typed = {key: opened.request.POST.get(key, "").strip() or None for key in ("outcome", "outcome_on", "due")}
        opened.record.commit(
            [change("decision", found.id, **typed)],
            on=None,
            by=opened.actor,
            reason=_("What came of %(decision)s") % {"decision": found.number or found.name},
        )
        messages.success(opened.request, _("What came of it stands in the log."))
        return HttpResponseRedirect(opened.link(f"decisions/{name}"))
    said = paper(opened.workspace, found, currency=opened.currency)
    return _paper(opened, said, outcome=opened.may_edit)


@page("scenarios", methods=("GET", "HEAD", "POST"))
def asked_for(opened: Page) -> HttpResponse:
    """What the scenario asks for: said, submitted, approved or not; and what is still lacking for its merge."""
    if opened.request.method == "POST":
        opened.require("suggest", _("ask for a decision, or judge one"))
    found = opened.scenario
    if found is None:
        raise NotFound(_("The plan of record is not a scenario."))
    if found.state == "merged":
        decided = Record(opened.workspace.id).plan().decisions.get(decision_of(opened.workspace.id, found.name))
        there = f"decisions/{decided.number or decided.id}" if decided else f"history/{found.closed_by}"
        return HttpResponseRedirect(home_of(opened.workspace) + there)
    if found.state != "open":
        raise NotFound(_("This scenario is not worked on any more."), remedy=_("Take it up again, or begin a new one."))
    if opened.request.method == "POST":
        return _act(opened, found)
    return _show(opened, found)


def _act(opened: Page, found: Branch) -> HttpResponse:
    form, name = opened.request.POST, found.name
    act, by, reason = form.get("act", ""), opened.actor, form.get("reason", "").strip()
    typed = {key: form[key].strip() or None for key in ASKED_FOR if key in form}
    try:
        if act in ("save", "submit"):
            if not typed.get("name"):
                raise Invalid(_("Say in one line what is asked for."))
            opened.record.say(name, typed, submit=act == "submit", by=by)
            told = _("It is submitted.") if act == "submit" else _("It is written down.")
        elif act == "withdraw":
            opened.record.withdraw(name, by=by, reason=reason)
            told = _("It is withdrawn.")
        elif act in ("approve", "reject"):
            opened.record.judge(name, Verdict(act), digest=form.get("digest", ""), by=by, reason=reason)
            told = _("Your approval is written down.") if act == "approve" else _("Your no is written down.")
        else:
            raise Invalid(_("It is not said what is to be done."))
    except (Invalid, Conflict) as wrong:
        return _show(opened, found, wrong=wrong, typed=typed)
    messages.success(opened.request, told)
    return HttpResponseRedirect(opened.link("scenario/decision"))


def _show(
    opened: Page, found: Branch, *, wrong: NorthingError | None = None, typed: dict[str, str | None] | None = None
) -> HttpResponse:
    try:
        said = paper(opened.workspace, found, currency=opened.currency)
    except Conflict:
        return HttpResponseRedirect(opened.link("scenario/merge"))
    standing = deciding.standing(opened.workspace, found)
    submitted = said.status is DecisionStatus.SUBMITTED
    mine = standing.decision is not None and standing.decision.by == opened.actor.id
    fields = {"name": said.name, "why": said.why, "alternatives": said.alternatives, "effect": said.effect,
              "due": said.due.isoformat() if said.due else ""}  # fmt: skip
    return _paper(
        opened,
        said,
        status=wrong.status if wrong else 200,
        wrong=wrong,
        fields={**fields, **{key: value or "" for key, value in (typed or {}).items()}},
        may_say=opened.may_suggest,
        may_judge=submitted and not said.stale and not mine and opened.may_suggest,
        asked_of_me=may_judge(standing, opened.actor),
        may_withdraw=submitted and (mine or opened.actor.may("plan")),
        may_merge=opened.actor.may("plan")
        and not said.lacking
        and not (said.clash and said.asked)
        and (submitted or not said.asked),
        first=opened.request.GET.get("edit") == "1" or not submitted or (wrong is not None and bool(typed)),
    )


def _paper(opened: Page, said: PaperSaid, *, status: int = 200, **more: Any) -> HttpResponse:
    return opened.render(
        "decisions/paper.html",
        status=status,
        title=said.name,
        lead=_verdict_line(said),
        said=said,
        tone=TONES.get(said.status, ""),
        figures=moving(opened, said),
        lists=[
            (title, [(one.name, address_of(opened, "investment", one.id or "")) for one in found])
            for title, found in (
                (_("Taken in"), said.taken_in),
                (_("Ends"), said.ended),
                (_("Other dates"), said.moved),
                (_("Other money or fields"), said.changed),
            )
            if found
        ],
        transfers=[transfer(opened, one) for one in said.transfers],
        asked=[(one, _asks(one)) for one in said.asked],
        home=home_of(opened.workspace),
        comments=remarks(opened.record, opened.view, opened.at, said.id),
        comment_on=said.id,
        **{"fields": None, **dict.fromkeys(OFFERED, False), **more},
    )


def _verdict_line(said: PaperSaid) -> str:
    """The answer in one sentence: whether it is in force, or what it waits for."""
    if said.revision is not None:
        dissent = len(said.dissent)
        against = (
            ", " + ngettext("%(n)s dissent", "%(n)s dissents", dissent) % {"n": words.number(dissent)}
            if dissent
            else ""
        )
        agreed = [one.by for one in said.verdicts if one.verdict is Verdict.APPROVE]
        by = (
            _("approved by %(people)s") % {"people": words.listed(agreed)}
            if agreed
            else _("no rule asked for approval")
        )
        return _("In force since %(day)s: %(by)s%(against)s.") % {
            "day": words.day(said.decided_on),
            "by": by,
            "against": against,
        }
    if said.status is not DecisionStatus.SUBMITTED:
        if not said.asked:
            return _("No rule asks for an approval: a planner may merge it.")
        needs = words.listed(asked_of(one.approvals, one.of, one.only) for one in said.asked)
        return _("Not submitted yet. It asks for %(needs)s.") % {"needs": needs}
    if said.stale:
        return _("The scenario has changed since it was submitted: earlier approvals do not count. Submit it again.")
    if said.clash and said.asked:
        return _("The plan has changed the same fields since: bring the scenario up to date, and submit it again.")
    if said.lacking:
        return _("Waits for %(needs)s.") % {
            "needs": words.listed(asked_of(one.lacking, one.of, one.only) for one in said.lacking)
        }
    return _("Approved: a planner may merge it.")


def _asks(one: AskedSaid) -> str:
    """ "1 approval of an owner (“Moves of a quarter of a million”: €300,026 move)"."""
    asked = asked_of(one.lacking or one.approvals, one.of, one.only)
    return asked + f" (“{one.rule}”{': ' + one.why.rstrip('.') if one.why else ''})"
