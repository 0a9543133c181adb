"""The answer taken into a scenario: looked at with the money that moves, then recorded as one revision."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.choosing.taking import Moved
from northing.portfolio.errors import Finding, Invalid
from northing.report import words
from northing.report.choosing import Sheet, ask, sheet
from northing.report.choosing_moves import read
from northing.report.choosing_saving import OUT, Taking, decisions, save, taking
from northing.web.frame.context import Page, home_of, page

from .told import state_words, way_words

WAIT, PATIENCE = 5.0, 2.0
"""Seconds for an answer, where none is known yet, and for the best one."""
WAY = "way."
"""Before an investment's id in the form: what was looked at is what is recorded."""


@dataclass(frozen=True)
class Decided:
    """One investment that is decided otherwise."""

    name: str
    said: str
    way: str
    state: str
    control: str
    to: str
    value: str


@page("choose", methods=("GET", "HEAD", "POST"), needs="suggest")
def take(opened: Page) -> HttpResponse:
    """Look at what the answer would record, and record it: in the scenario, or in a new one beside the plan."""
    given = opened.request.POST if opened.request.method == "POST" else opened.request.GET
    moves = read((name, value) for name in given for value in given.getlist(name))
    asked = sheet(opened.workspace, opened.look, moves)
    if opened.request.method == "POST":
        decided = {name.removeprefix(WAY): given[name] for name in given if name.startswith(WAY)}
        return _taken(opened, asked, decided)
    found = ask(asked, (opened.workspace.id, opened.actor.id), wait=WAIT, patience=PATIENCE)
    if found is None:
        raise Invalid(_("No answer is known yet."), remedy=_("Wait until the page shows one."))
    return _form(opened, asked, taking(asked, decisions(asked, found.plan), _reasons()))


def _reasons() -> Mapping[bool, str]:
    return {True: _("Given back: chosen out or smaller"), False: _("Given: chosen in")}


def _taken(opened: Page, asked: Sheet, decided: Mapping[str, str]) -> HttpResponse:
    made = taking(asked, decided, _reasons())
    name = opened.request.POST.get("name", "").strip()
    reason = opened.request.POST.get("reason", "").strip() or _("Take in the best plan under the limits")
    if not made.edits:
        raise Invalid(_("The plan as it is is the answer: there is nothing to record."))
    try:
        new = None if opened.scenario else name
        save(opened.workspace, made, opened.at, scenario=new, by=opened.actor, reason=reason)
    except Invalid as wrong:
        findings = list(wrong.findings) or [Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy)]
        return _form(opened, asked, made, findings, status=422)
    said = ngettext("%(n)s decision taken in.", "%(n)s decisions taken in.", len(made.decisions))
    messages.success(opened.request, json.dumps({"text": said % {"n": len(made.decisions)}}), extra_tags="toast")
    branch = opened.scenario.name if opened.scenario else name
    target = f"{home_of(opened.workspace)}scenarios/beside?{urlencode({'with': branch})}"
    if opened.fragment:
        return HttpResponse(status=204, headers={"X-Go-To": target})
    return HttpResponseRedirect(target)


def _form(
    opened: Page, asked: Sheet, made: Taking, findings: list[Finding] | None = None, status: int = 200
) -> HttpResponse:
    return opened.render(
        "choose/take.html",
        status=status,
        bare=opened.fragment,
        title=_("Take into the scenario") if opened.scenario else _("Save as a scenario"),
        lead=_lead(made),
        rows=list(_rows(asked, made)),
        transfers=[_moved(asked, one) for one in made.moves],
        unkept=words.listed(list(made.unkept)) if made.unkept else "",
        moves=list(asked.moves.pairs()),
        typed={name: opened.request.POST.get(name, "").strip() for name in ("name", "reason")},
        named=opened.scenario is None,
        findings=findings or [],
        back=opened.link("choose"),
    )


def _lead(made: Taking) -> str:
    number = len(made.decisions)
    if not made.edits:
        return _("The plan as it is is the answer: there is nothing to record.")
    said = ngettext(
        "%(n)s decision, with its plan lines and people, becomes one revision.",
        "%(n)s decisions, with their plan lines and people, become one revision.",
        number,
    )
    return said % {"n": words.number(number)}


def _rows(asked: Sheet, made: Taking) -> Iterator[Decided]:
    now = asked.plain.now
    for id, to in made.decisions.items():
        offer = asked.found.by_id[id]
        way = None if to == OUT else offer.way(to)
        state = "goes-out" if way is None else "changes" if id in now else "comes-in"
        shown = way or now[id]
        yield Decided(
            offer.investment.name, state_words(state, shown, offer.ways[0]),
            "" if way is None else way_words(asked.view, way), state, f"{WAY}{id}", to,
            words.amount(shown.money, asked.found.currency, short=True),
        )  # fmt: skip


def _moved(asked: Sheet, one: Moved) -> dict[str, Any]:
    view = asked.view

    def called(account: str) -> str:
        found = view.plan.get("account", account)
        if found is None:
            return words.name(view, "investment", account)
        fund = words.name(view, "fund", found.fund)
        return f"{fund}: {found.name}"

    return {
        "source": called(one.source),
        "target": called(one.target),
        "amount": words.amount(one.amount, one.currency),
        "back": one.back,
    }
