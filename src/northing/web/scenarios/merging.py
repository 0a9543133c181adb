"""What becomes of a scenario: brought up to date, merged into the plan of record, set aside, taken up again.

Merging and updating show first what they would do, with base, theirs and yours where both sides changed one field, and
then do it on the revisions that were looked at.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.difference import differences
from northing.portfolio.errors import Conflict, NotFound
from northing.record import Branch
from northing.record.approving import Standing
from northing.record.branching import Direction
from northing.record.merging import Choice, Place
from northing.record.own import ABOUT
from northing.record.revision import MAIN
from northing.report import deciding, words
from northing.report.approval_rules import asked_of
from northing.report.viewing import Look, look
from northing.web.changing.committing import side
from northing.web.frame.context import Page, home_of, page
from northing.web.frame.stories import after_changes, stories
from northing.web.frame.typed import whole


@page("scenarios", methods=("GET", "HEAD", "POST"), needs="suggest")
def merge(opened: Page) -> HttpResponse:
    """Make the scenario the plan of record: a look at what changes there, then one revision that does it."""
    return _bring(opened, "merge")


@page("scenarios", methods=("GET", "HEAD", "POST"), needs="suggest")
def update(opened: Page) -> HttpResponse:
    """Bring into the scenario what has changed in the plan of record since it began."""
    return _bring(opened, "update")


@page("scenarios", methods=("GET", "HEAD", "POST"), needs="suggest")
def aside(opened: Page) -> HttpResponse:
    """Set the scenario aside: nothing of it is lost, and nothing is done."""
    found = _working(opened)
    if opened.request.method != "POST":
        return opened.render(
            "scenarios/aside.html", bare=opened.fragment, title=_("Set “%(name)s” aside?") % {"name": found.name}
        )
    reason = opened.request.POST.get("reason", "").strip() or _("Set the scenario aside")
    opened.record.set_aside(found.name, by=opened.actor, reason=reason)
    messages.success(opened.request, _("“%(name)s” is set aside. It can be taken up again.") % {"name": found.name})
    return _to(opened, home_of(opened.workspace) + "scenarios")


@page("scenarios", methods=("POST",), needs="suggest")
def again(opened: Page) -> HttpResponse:
    """Take a scenario up again that was set aside."""
    found = _scenario(opened)
    opened.record.take_up(found.name, by=opened.actor, reason=_("Take the scenario up again"))
    return _to(opened, opened.home)


def _to(opened: Page, target: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"X-Go-To": target}) if opened.fragment else HttpResponseRedirect(target)


def _scenario(opened: Page) -> Branch:
    if opened.scenario is None:
        raise NotFound(_("The plan of record is not a scenario."))
    return opened.scenario


def _working(opened: Page) -> Branch:
    """The scenario that the page is on. Raises NotFound where it is worked on no longer."""
    found = _scenario(opened)
    if opened.past:
        raise NotFound(_("This scenario is not worked on any more."), remedy=_("Take it up again, or begin a new one."))
    return found


def _bring(opened: Page, direction: Direction) -> HttpResponse:
    found = _working(opened)
    if opened.request.method != "POST":
        return _show(opened, found, direction)
    try:
        return _do(opened, found, direction)
    except Conflict as clash:
        asked = _("Say for each field below which value stays; nothing was done yet.")
        stands = _("Somebody changed the scenario or the plan while you looked. This is how it stands now; look again.")
        return _show(opened, found, direction, notice=asked if clash.conflicts else stands)


def _do(opened: Page, found: Branch, direction: Direction) -> HttpResponse:
    form = opened.request.POST
    of, on = whole(form.get("of", "")), whole(form.get("on", ""))
    seen = None if of is None or on is None else (of, on)
    reason = form.get("reason", "").strip()
    if direction == "merge":
        done = deciding.merge(
            opened.workspace,
            found.name,
            by=opened.actor,
            reason=reason or _("Merge the scenario “%(name)s”") % {"name": found.name},
            resolve=_chosen(opened),
            seen=seen,
        )
        messages.success(
            opened.request,
            _("“%(name)s” is merged into %(target)s, as r%(no)s.")
            % {"name": found.name, "target": _target(found), "no": done.revision.no},
        )
        return HttpResponseRedirect(f"{home_of(opened.workspace, found.parent or MAIN)}history/{done.revision.no}")
    opened.record.update(
        found.name,
        by=opened.actor,
        reason=reason or _("Bring in what changed in the plan"),
        resolve=_chosen(opened),
        seen=seen,
    )
    messages.success(opened.request, _("The scenario stands on %(target)s as it is now.") % {"target": _target(found)})
    return HttpResponseRedirect(opened.home)


def _chosen(opened: Page) -> dict[Place, Choice]:
    """Which side stays, field by field, as the form says."""
    found: dict[Place, Choice] = {}
    for name, side_chosen in opened.request.POST.items():
        kind, _dot, rest = name.removeprefix("choice.").partition(".")
        id, _dot, field = rest.partition(".")
        if name.startswith("choice.") and side_chosen in ("theirs", "yours"):
            found[kind, id, field or None] = "theirs" if side_chosen == "theirs" else "yours"
    return found


def _target(found: Branch) -> str:
    """What a scenario is merged into: the plan of record, or the scenario on which it began."""
    return _("the plan of record") if found.parent in (None, MAIN) else f"“{found.parent}”"


def _show(opened: Page, found: Branch, direction: Direction, *, notice: str = "") -> HttpResponse:
    parent = found.parent or MAIN
    preview = opened.record.preview_merge(found.name, direction=direction)
    here = look(opened.workspace, branch=parent if direction == "merge" else found.name, currency=opened.currency)
    after = Look(view=after_changes(here, preview.changes), at=here.at, head=here.head)
    standing = deciding.standing(opened.workspace, found)
    told = differences(here.view, after.view, [one for one in preview.changes if one.kind not in ABOUT])
    wrong = [finding for finding in preview.findings if finding.severity == "error"]
    target = _target(found)
    changed = target if direction == "merge" else _("the scenario")
    title = _("Merge “%(name)s” into %(target)s?") if direction == "merge" else _("Bring “%(name)s” up to date?")
    return opened.render(
        "scenarios/merge.html",
        status=409 if notice else 200,
        title=title % {"name": found.name, "target": target},
        direction=direction,
        target=target,
        heading=_("What changes in %(plan)s") % {"plan": changed},
        lead=_lead(changed, len(told.investments), len(told.others), len(preview.conflicts)),
        planned=words.money_moved(told.planned) if any(told.planned.by_currency.values()) else "",
        notice=notice,
        found=told,
        wrong=wrong,
        conflicts=[side(opened, one, ("choice", one.kind, one.id, one.field or "")) for one in preview.conflicts],
        of=found.head,
        on=opened.record.head(parent),
        may=direction == "update" or parent != MAIN or opened.actor.may("plan"),
        lacking=_lacking(opened, standing, here, after) if direction == "merge" else [],
        falls=_falls(direction) if standing.clash and standing.asked else "",
        **stories(opened, here, after, told),
    )


def _lacking(opened: Page, said: Standing, here: Look, after: Look) -> list[str]:
    """What stands between the scenario and the plan of record: approvals, and limits that would not hold."""
    missing = []
    if said.lacking and not said.submitted:
        missing.append(_("The plan asks for approvals of such changes: say what is asked for, and submit it."))
    elif said.lacking and said.stale:
        missing.append(
            _("The scenario has changed since it was submitted: earlier approvals do not count. Submit it again.")
        )
    for one in said.lacking:
        need = one.need
        asked = asked_of(one.lacking, need.role, opened.name_of(need.person) if need.person else "")
        why = f": {need.why.rstrip('.')}" if need.why else ""
        missing.append(_("Lacking: %(approvals)s (“%(rule)s”%(why)s).") % {
            "approvals": asked, "rule": _(need.name), "why": why,
        })  # fmt: skip
    if not said.clash and here.at.branch == MAIN:
        missing += [one.message for one in deciding.limits(here.view, after.view) if one.severity == "error"]
    return missing


def _falls(direction: Direction) -> str:
    """What becomes of approvals where both sides changed a field."""
    if direction == "update":
        return _(
            "What you choose makes it another scenario: approvals that were given fall, and it is submitted again."
        )
    return _(
        "The plan asks for approvals of this, so the choice is made in the scenario and approved with it: bring it up"
        " to date, choose there, and submit it again. Approvals that were given fall."
    )


def _lead(changed: str, investments: int, others: int, clashes: int) -> str:
    asked = ngettext(
        "%(n)s field was changed on both sides: choose which value stays.",
        "%(n)s fields were changed on both sides: choose which value stays.",
        clashes,
    ) % {"n": words.number(clashes)}
    if not investments and not others:
        return asked if clashes else _("Nothing is different.")
    parts = [ngettext("%(n)s investment", "%(n)s investments", investments) % {"n": words.number(investments)}]
    if others:
        parts.append(ngettext("%(n)s other entry", "%(n)s other entries", others) % {"n": words.number(others)})
    told = _("Changes in %(plan)s, in one revision: %(what)s.") % {"plan": changed, "what": words.listed(parts)}
    return f"{told} {asked}" if clashes else told
