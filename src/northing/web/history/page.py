"""History: the revisions, and names given to some of them; is the chain genuine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.portfolio.errors import Invalid
from northing.portfolio.kinds import KINDS
from northing.portfolio.words import in_sentence
from northing.record import Revision, log
from northing.report import verifying
from northing.web.frame.context import Page, page
from northing.web.frame.words import count, label

from .difference import compare

SOME = 60
"""Revisions on one page of the list."""

FILTERED = ("investment", "cost_plan_line", "milestone", "dependency", "health_report", "objective", "key_result",
            "strategic_contribution", "ai_system", "ai_model", "person", "portfolio", "value_stream")  # fmt: skip
"""Kinds that the list offers as a filter; an address may name any."""


@page("history")
def history(opened: Page) -> HttpResponse:
    """The revisions, newest first; with ``from`` or ``to`` the difference between two of them."""
    if opened.request.GET.get("from") or opened.request.GET.get("to"):
        return compare(opened)
    sought = _sought(opened.request.GET, opened)
    before = opened.request.GET.get("before", "")
    top = opened.at.no + 1
    start = min(int(before), top) if before.isdecimal() and len(before) < 16 else top
    found = log.revisions(opened.workspace.id, sought, branch=opened.at.branch, before=start, limit=SOME + 1)
    shown = found[:SOME]
    return opened.render(
        "history/list.html",
        title=_("History"),
        days=_by_day(opened, shown),
        sizes={no: size_words(size) for no, size in _sizes(opened, shown).items()},
        imports=log.imports(opened.workspace.id, [one.no for one in shown]),
        tags=_tags_by_no(opened),
        all_tags=sorted(opened.record.tags(), key=lambda tag: -tag.no),
        spoken=opened.days_of_tags,
        total=log.count(opened.workspace.id, sought, branch=opened.at.branch),
        older=opened.again(before=shown[-1].no) if len(found) > SOME else "",
        newer=opened.again(before=None) if before else "",
        sought=sought,
        narrowed=sought != log.Sought(),
        authors=[
            (person, f"{opened.name_of(person)} ({count(number)})")
            for person, number in log.authors(opened.workspace.id, branch=opened.at.branch).items()
        ],
        doors=[
            (via, f"{label(via, 'via')} ({count(number)})")
            for via, number in log.doors(opened.workspace.id, branch=opened.at.branch).items()
        ],
        kinds=[(kind, _(KINDS[kind].TITLE_PLURAL)) for kind in FILTERED],
        subject=_subject(opened, sought),
    )


def _sought(asked: Mapping[str, str], opened: Page) -> log.Sought:
    kind = asked.get("kind", "")
    return log.Sought(
        author=asked.get("author", ""),
        via=asked.get("via", ""),
        kind=kind if kind in KINDS else "",
        id=asked.get("id", "") if kind in KINDS else "",
        words=asked.get("q", "").strip(),
        since=_midnight(asked.get("since", ""), opened),
        until=_midnight(asked.get("until", ""), opened, days=1),
    )


def _midnight(text: str, opened: Page, *, days: int = 0) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=days), time(), opened.zone)
    except (ValueError, OverflowError):
        raise Invalid(
            _("“%(text)s” is not a date.") % {"text": text[:40]}, remedy=_("Write it as 2026-03-31.")
        ) from None


def _by_day(opened: Page, revisions: list[Revision]) -> list[tuple[date, list[Revision]]]:
    """Under the day that each speaks for: that of its making, unless it says another."""
    return [
        (day, list(some))
        for day, some in groupby(revisions, lambda found: found.effective_on or opened.local(found.at).date())
    ]


def _sizes(opened: Page, revisions: list[Revision]) -> dict[int, dict[str, int]]:
    return log.sizes(opened.workspace.id, [found.no for found in revisions], branch=opened.at.branch)


def size_words(size: Mapping[str, int]) -> str:
    """ "3 investments, 1 milestone": what a revision wrote."""
    told = []
    for kind, number in sorted(size.items(), key=lambda item: (list(KINDS).index(item[0]), item[0])):
        title = _(KINDS[kind].TITLE if number == 1 else KINDS[kind].TITLE_PLURAL)
        told.append(f"{count(number)} {in_sentence(title)}")
    if len(told) > 3:
        rest = len(told) - 2
        told = [*told[:2], ngettext("%(n)s other kind", "%(n)s other kinds", rest) % {"n": count(rest)}]
    return ", ".join(told)


def _subject(opened: Page, sought: log.Sought) -> str:
    """What an address that names one entity is about."""
    if not sought.id:
        return ""
    return opened.view.name_of(sought.kind, sought.id) or _("something that is no longer in the plan")


def _tags_by_no(opened: Page) -> dict[int, list[str]]:
    named: dict[int, list[str]] = {}
    for tag in opened.record.tags():
        if tag.branch == opened.at.branch:
            named.setdefault(tag.no, []).append(tag.name)
    return named


# Plan baselines


@page("history", methods=("POST",), changes=True)
def change_tag(opened: Page) -> HttpResponse:
    """Name a revision, rename the name, or take it away."""
    form = opened.request.POST
    name, known = form.get("name", "").strip(), form.get("tag", "")
    match form.get("do"):
        case "remove":
            opened.record.untag(known, by=opened.actor)
            said = _("The plan baseline “%(name)s” is removed. The revision stays.") % {"name": known}
        case "rename":
            old = next((tag for tag in opened.record.tags() if tag.name == known), None)
            if old is None:
                raise Invalid(_("There is no plan baseline “%(name)s”.") % {"name": known[:80]})
            if name != known:
                opened.record.tag(name, ref=f"{old.branch}@{old.no}", by=opened.actor, note=old.note)
                opened.record.untag(known, by=opened.actor)
            said = _("The plan baseline is now called “%(name)s”.") % {"name": name}
        case _:
            made: Any = opened.record.tag(
                name, ref=form.get("ref", "").strip() or None, by=opened.actor, note=form.get("note", "").strip()
            )
            said = _("r%(no)s is now the plan baseline “%(name)s”.") % {"no": made.no, "name": made.name}
    messages.success(opened.request, said)
    return HttpResponseRedirect(opened.link("history") + "#baselines")


# Is the history genuine?


@page("history")
def verify(opened: Page) -> HttpResponse:
    """Recompute every hash of the chain and say what came out; with ``head`` also that nothing was cut off."""
    expected = opened.request.GET.get("expected", "").strip()
    findings = verifying.verify(opened.workspace.id, head=expected or None)
    summary = ngettext(
        "%(number)s revision is as it was written.", "%(number)s revisions are as they were written.", opened.head
    ) % {"number": count(opened.head)}
    return opened.render(
        "history/verified.html" if opened.fragment else "history/verify.html",
        title=_("Is the history genuine?"),
        findings=findings,
        genuine=not any(finding.severity == "error" for finding in findings),
        summary=summary,
        newest=opened.record.revision(opened.head) if opened.head else None,
        expected=expected,
    )
