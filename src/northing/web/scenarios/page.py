"""The scenarios of a workspace: begun by name, listed with what each would change, held against the plan of record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure, figure
from northing.portfolio.errors import Finding, Invalid
from northing.report import words
from northing.report.scenarios import Standing, changes, scenarios
from northing.web.frame.context import Page, home_of, page


@dataclass(frozen=True)
class Row:
    """One scenario in the list."""

    told: Standing
    href: str
    differs: str
    difference: str
    """Where the difference is told."""
    planned: str
    """By how much planned money moves; empty where it does not."""
    figure: Figure


@page("scenarios")
def listing(opened: Page) -> HttpResponse:
    """Those that are worked on, with what each would change; below them those that were merged or set aside."""
    if opened.scenario is not None:
        return HttpResponseRedirect(opened.plan_of_record)
    found = scenarios(opened.record)
    working = [one for one in found if one.branch.state == "open"]
    return opened.render(
        "scenarios/list.html",
        title=_("Scenarios"),
        lead=_lead(len(working)),
        rows=[_row(opened, one) for one in working],
        ended=[(one, home_of(opened.workspace, one.branch.name)) for one in found if one.branch.state != "open"],
        may_begin=opened.may_suggest,
        local=opened.local,
    )


def _lead(working: int) -> str:
    if not working:
        return _("A scenario is a whole plan of its own: change in it what you like, and the plan of record stays.")
    return ngettext(
        "%(n)s scenario is worked on beside the plan of record.",
        "%(n)s scenarios are worked on beside the plan of record.",
        working,
    ) % {"n": words.number(working)}


def _row(opened: Page, told: Standing) -> Row:
    before, after, made = changes(opened.workspace, told.branch, currency=opened.currency)
    home = home_of(opened.workspace, told.branch.name)
    touched = len(made.investments)
    others = len(made.others)
    parts = [ngettext("%(n)s investment", "%(n)s investments", touched) % {"n": words.number(touched)}]
    if others:
        parts.append(ngettext("%(n)s other entry", "%(n)s other entries", others) % {"n": words.number(others)})
    return Row(
        told=told,
        href=home,
        differs=words.listed(parts) if made.count else _("nothing yet"),
        difference=f"{home}history?from={before.at}",
        planned=words.money_moved(made.planned) if any(made.planned.by_currency.values()) else "",
        figure=figure("change.planned", before=before.at, after=after.at),
    )


@page("scenarios", methods=("GET", "HEAD", "POST"), needs="suggest")
def new(opened: Page) -> HttpResponse:
    """Begin a scenario on the plan as it is now, or on another scenario where the page is on one."""
    if opened.request.method != "POST":
        return _form(opened, {"name": "", "reason": ""})
    typed = {key: opened.request.POST.get(key, "").strip() for key in ("name", "reason")}
    try:
        opened.record.fork(
            typed["name"], by=opened.actor, ref=opened.at, reason=typed["reason"] or _("Begin the scenario")
        )
    except Invalid as wrong:
        return _form(opened, typed, [Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy)], status=422)
    target = home_of(opened.workspace, typed["name"])
    if opened.fragment:
        return HttpResponse(status=204, headers={"X-Go-To": target})
    return HttpResponseRedirect(target)


def _form(
    opened: Page, typed: dict[str, Any], findings: list[Finding] | None = None, status: int = 200
) -> HttpResponse:
    return opened.render(
        "scenarios/new.html",
        status=status,
        bare=opened.fragment,
        title=_("New scenario"),
        typed=typed,
        findings=findings or [],
        back=opened.link("scenarios"),
    )
