"""What changed since somebody's last visit, told by investment in sentences."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.access import workspaces
from northing.measure.columns import view_of
from northing.measure.difference import Line, Told
from northing.measure.view import View
from northing.portfolio.money import Amounts
from northing.record import Revision
from northing.report import telling, words
from northing.report.told import difference
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page

SHOWN, MOST = 10, 200
"""Changed investments that are told before one asks for more, and at the most."""

TOLD = 5
"""Changes of one investment that are told in full."""

FLOOD = 20
"""More new investments than this are counted, not read."""

PAUSE = timedelta(hours=4)
"""Who comes back later than this makes a new visit."""


@dataclass
class Since:
    """From where on the page tells what changed."""

    no: int
    title: str
    key: str
    note: str = ""


def since_of(page: Page) -> Since:
    """Where the last visit ended, or what the address asks for; a first visit sees the last thirty days."""
    asked = page.request.GET.get("since", "")
    if asked.isdecimal() and len(asked) < 12:
        return Since(min(int(asked), page.at.no), _("Since r%(no)s") % {"no": asked}, asked)
    if asked.startswith("tag:"):
        return Since(page.record.at(asked).no, _("Since “%(tag)s”") % {"tag": asked[4:]}, asked)
    if asked in ("7d", "30d"):
        days = int(asked[:-1])
        return Since(
            _days_back(page, days),
            ngettext("In the last %(n)s day", "In the last %(n)s days", days) % {"n": days},
            asked,
        )
    if page.scenario is not None and page.scenario.base:
        return Since(page.scenario.base, _("Since it left the plan of record"), "")
    seen = _last_visit(page)
    if seen and seen < page.at.no:
        return Since(seen, _("Since your last visit"), "")
    note = _("Nothing has changed since your last visit; this is the last month.") if seen else ""
    return Since(_days_back(page, 30), _("In the last 30 days"), "30d", note)


def _last_visit(page: Page) -> int:
    """The revision that this person had seen when the present visit began; 0 on the very first."""
    if page.past or not page.head:
        return 0
    session, key, now = page.request.session, f"visit:{page.workspace.id}", datetime.now(page.zone)
    kept = session.get(key)
    if kept and now - datetime.fromisoformat(kept["at"]) < PAUSE:
        seen: int = kept["no"]
    else:
        seen = workspaces.visited(page.workspace.id, page.actor.id, page.head)
    session[key] = {"no": seen, "at": now.isoformat()}
    if page.membership.last_visit_no < page.head:
        workspaces.visited(page.workspace.id, page.actor.id, page.head)
    return seen


def _day(page: Page, revision: Revision) -> date:
    """When it was made. The sample was told in a moment, so there the date that it speaks for."""
    told = revision.effective_on if page.workspace.is_sample else None
    return told or page.local(revision.at).date()


def _days_back(page: Page, days: int) -> int:
    """The newest revision that speaks for a day at least *days* before the page's."""
    until = page.today - timedelta(days=days)
    for revision in page.record.revisions(before=page.at.no + 1, limit=400):
        if _day(page, revision) <= until:
            return revision.no
    return 0


def choices(page: Page) -> list[tuple[str, str]]:
    tags = sorted(page.record.tags(), key=lambda tag: -tag.no)[:3]
    return [
        ("", _("Since it left the plan of record") if page.scenario else _("Since your last visit")),
        ("7d", _("In the last 7 days")),
        ("30d", _("In the last 30 days")),
        *((f"tag:{tag.name}", _("Since “%(tag)s”") % {"tag": tag.name}) for tag in tags if tag.no < page.at.no),
    ]


def changes(page: Page, since: Since) -> dict[str, Any]:
    """The difference in sentences, by investment."""
    if since.no >= page.at.no:
        return {"told": [], "count": 0}
    then = page.record.plan(since.no)
    if not then.investments and len(page.view.plan.investments) > FLOOD:
        return _all_new(page, since)
    before = view_of(plan=then, names=page.names, today=page.today, zone=page.workspace.zone)
    found = difference(page.record, before, page.view, page.record.at(since.no), page.at)
    authors = {
        one.no: page.name_of(one.author)
        for one in page.record.revisions(before=page.at.no + 1, limit=page.at.no - since.no)
        if one.no > since.no
    }
    every = page.request.GET.get("changes") == "all"
    told = [
        (one, [line for line in one.lines if not _says_nothing(line)]) for one in (*found.investments, *found.others)
    ]
    flood = len(found.added) > FLOOD
    loud = sorted(
        ((one, lines) for one, lines in told if lines), key=lambda pair: -_weight(pair[0].act, pair[1], flood=flood)
    )
    some = loud[: MOST if every else SHOWN]
    moved = any(found.planned.by_currency.values())
    return {
        "told": [_told(page, before, one, lines, authors) for one, lines in some],
        "more": len(loud) - len(some),
        "count": len(loud),
        "added": len(found.added),
        "quiet": len(told) - len(loud),
        "planned": words.money_moved(found.planned) if moved else "",
        "revisions": len(found.revisions),
        "href": page.link("history", **{"from": since.no, "to": page.at.no}),
    }


def _all_new(page: Page, since: Since) -> dict[str, Any]:
    """Where there was no investment before, all are new: those with the most money first, and nothing to compare."""
    plan = page.view.plan
    money = dict(zip(page.view.rows("investment"), page.view.derived_values("investment", "planned"), strict=True))
    most = heapq.nsmallest(
        MOST if page.request.GET.get("changes") == "all" else SHOWN,
        plan.investments.values(),
        key=lambda one: (-_size(money[one.id]), one.name.casefold()),
    )
    planned = Amounts.sum(amounts for amounts in money.values() if amounts)
    return {
        "told": [
            {
                "name": one.name,
                "href": address_of(page, "investment", one.id),
                "act": "added",
                "lines": [(_("Planned %(money)s") % {"money": words.money(money[one.id], short=True)}, "", "")]
                if money[one.id]
                else [],
                "rest": 0,
            }
            for one in most
        ],
        "more": len(plan.investments) - len(most),
        "count": len(plan.investments),
        "added": len(plan.investments),
        "quiet": 0,
        "planned": words.money_moved(planned) if any(planned.by_currency.values()) else "",
        "revisions": page.at.no - since.no,
        "href": page.link("history", **{"from": since.no, "to": page.at.no}),
    }


def _size(amounts: Amounts | None) -> Decimal:
    """For ordering alone: the most in any currency."""
    return max(amounts.by_currency.values(), default=Decimal(0)) if amounts else Decimal(0)


def _told(page: Page, before: View, told: Told, lines: list[Line], authors: dict[int, str]) -> dict[str, Any]:
    """One investment (or whatever else changed), each change in a sentence with its author and revision."""
    at = page.view if page.view.plan.find(told.ref.id) else before
    return {
        "name": words.name(at, told.ref.kind, told.ref.id),
        "href": address_of(page, told.ref.kind, told.ref.id),
        "act": told.act,
        "lines": [
            (
                telling.tell(before, page.view, line, told.ref),
                telling.by_whom(line, authors),
                page.link(f"history/{line.revisions[-1]}") if line.revisions else "",
            )
            for line in lines[:TOLD]
        ],
        "rest": max(0, len(lines) - TOLD),
    }


def _says_nothing(line: Line) -> bool:
    """A report that says what the one before said, a day on which the same was measured again."""
    return (line.act == "reported" and line.before == line.after) or line.field == "measured_on"


def _weight(act: str, lines: list[Line], *, flood: bool) -> int:
    """What a person wants to read first: what came and went, gates and money that moved, health that turned.

    After a *flood* of new ones, as an import brings, what else changed comes first.
    """
    if flood and act == "added":
        return 0
    heavy = {"planned": 6, "reported": 5, "added": 2, "removed": 3, "changed": 3, "budgeted": 1}
    return (20 if act != "changed" else 0) + sum(heavy[line.act] + (6 if line.days else 0) for line in lines)
