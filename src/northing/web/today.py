"""Today: what changed since the last visit, what needs somebody, and the figures a board asks for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.access import workspaces
from northing.measure.attention import TITLES, Item, attention
from northing.measure.derived_dates import health, latest_reports
from northing.measure.difference import Line, differences
from northing.measure.line_of_sight import line_of_sight
from northing.measure.sentence import Mend
from northing.measure.view import View
from northing.portfolio import periods
from northing.portfolio.investment import ENDED, RUNNING, Rating, Stage
from northing.portfolio.money import NO_CURRENCY, Amounts
from northing.record import Revision
from northing.report import telling, words

from .addresses import address_of
from .context import Page, page
from .saying import mend_address, say

SHOWN = 12
"""Exceptions and changed investments that are shown before one asks for more."""

MOST = 200
"""Investments that one page lists at the most; the causes narrow them down."""

PAUSE = timedelta(hours=4)
"""Who comes back later than this makes a new visit."""

NEXT_DAYS = 45

STEPS: dict[str, tuple[str, str]] = {
    "milestone-overdue": ("clock", gettext_noop("Close it or move it")),
    "dependency-broken": ("merge", gettext_noop("Move the date")),
    "model-retiring": ("ai", gettext_noop("Choose the successor")),
    "red-inside": ("alert", gettext_noop("Report anew")),
    "endless-pilot": ("gate", gettext_noop("Decide the gate")),
    "alike": ("compare", gettext_noop("Stop or merge one")),
    "serves-nothing": ("sight", gettext_noop("Say what it serves")),
    "owner-left": ("person", gettext_noop("Name an owner")),
    "lacks-owner": ("person", gettext_noop("Name an owner")),
    "lacks-money": ("money", gettext_noop("Plan money")),
    "lacks-dates": ("clock", gettext_noop("Set dates")),
    "lacks-stage": ("stop", gettext_noop("Say the stage")),
}
"""Code → icon, and what its next step is called."""

TOGETHER = {("milestone", "done"): "due,done", ("investment", "start"): "start,end", ("investment", "end"): "start,end"}
"""Fields that are better asked for together."""

SAID_BY_TITLE = ("serves-nothing", "lacks-owner", "lacks-money", "lacks-dates", "lacks-stage")
"""Codes whose title says it all."""

TONES = {"high": "bad", "medium": "warn", "low": "note"}


@dataclass
class Since:
    """From where on the page tells what changed."""

    no: int
    title: str
    key: str
    note: str = ""


@page("today", methods=("GET", "HEAD"))
def today(page: Page) -> HttpResponse:
    plan = page.view.plan
    if not plan.investments and not page.past:
        return page.render("today_empty.html", title=_("Today"))
    cause = page.request.GET.get("cause", "")
    items = attention(page.view)
    by_cause = Counter(item.code for item in items)
    rows = by_investment([item for item in items if not cause or item.code == cause])
    some = rows if cause or page.request.GET.get("all") else rows[:SHOWN]
    since = _since(page)
    return page.render(
        "today.html",
        title=_("Today"),
        figures=_figures(page, items),
        causes=[(code, _(title), by_cause[code], STEPS[code][0]) for code, title in TITLES.items() if by_cause[code]],
        cause=cause if cause in TITLES else "",
        rows=[_row(page, row) for row in some[:MOST]],
        more=len(rows) - len(some[:MOST]),
        total=len(items),
        stages=_stages(page),
        coming=_coming(page),
        since=since,
        changes=_changes(page, since),
        choices=_choices(page),
    )


def by_investment(items: Iterable[Item]) -> list[list[Item]]:
    """What needs somebody, investment by investment; where most is grave comes first."""
    rows: dict[str, list[Item]] = {}
    for item in items:
        rows.setdefault(item.entity.id, []).append(item)
    grave = {"high": 100, "medium": 10, "low": 1}
    for row in rows.values():
        row.sort(key=lambda item: -grave[item.severity])
    return sorted(rows.values(), key=lambda row: -sum(grave[item.severity] for item in row))


def _row(page: Page, items: list[Item]) -> dict[str, Any]:
    first = items[0]
    return {
        "name": words.name(page.view, first.entity.kind, first.entity.id),
        "href": address_of(page, first.entity.kind, first.entity.id),
        "icon": STEPS[first.code][0],
        "tone": TONES[first.severity],
        "items": [exception(page, item) for item in items],
    }


def of_investment(page: Page, id: str) -> list[dict[str, Any]]:
    """What needs somebody at one investment; being alike concerns all that are."""
    found = [
        item
        for item in attention(page.view)
        if item.entity.id == id or (item.code == "alike" and id in {other.id for other in item.others})
    ]
    return [exception(page, item) for item in found]


def exception(page: Page, item: Item) -> dict[str, Any]:
    """One thing that needs somebody: its cause in words, and its next step."""
    icon, step = STEPS[item.code]
    return {
        "title": _(item.title),
        "tone": TONES[item.severity],
        "severity": item.severity,
        "icon": icon,
        "why": "" if item.code in SAID_BY_TITLE else say(page, item.sentence, without=item.entity.id),
        "mend": _mend(page, item.mend),
        "do": _(step),
    }


def _mend(page: Page, mend: Mend | None) -> str:
    if mend is None:
        return ""
    together = TOGETHER.get((mend.kind, mend.field or ""))
    if mend.op == "change" and together:
        return page.link(f"edit/{mend.kind}/{mend.id}", fields=together, next=page.here)
    return mend_address(page, mend)


def _figures(page: Page, items: Sequence[Item]) -> list[dict[str, Any]]:
    plan, view = page.view.plan, page.view
    sight = line_of_sight(view)
    counted = len(sight.unbroken) + len(sight.broken)
    stages = Counter(one.stage for one in plan.investments.values())
    running = sum(stages[stage] for stage in RUNNING)
    year = periods.fiscal_year_of(plan.calendar, page.today)
    span = periods.fiscal_year(plan.calendar, year)
    latest = latest_reports(plan)
    ratings = Counter(health(latest.get(one.id)) for one in plan.investments.values() if one.stage in RUNNING)
    red = ratings[Rating.RED] + ratings[Rating.AMBER_RED]
    high = sum(item.severity == "high" for item in items)
    return [
        {
            "name": _("Line of sight"),
            "value": words.percent(sight.share) if sight.share is not None else "–",
            "why": _("%(n)s of %(all)s serve a board objective") % {"n": len(sight.unbroken), "all": counted},
            "href": page.link("line-of-sight"),
            "share": float(sight.share or 0),
        },
        {
            "name": _("Planned in %(year)s") % {"year": periods.label(plan.calendar, span)},
            "value": words.money(planned_in(view, span), short=True) or _("nothing"),
            "why": _("%(money)s in all years planned") % {"money": words.money(sight.planned_all, short=True) or "–"},
            "href": page.link("portfolio", by="portfolio", sum="planned"),
        },
        {
            "name": _("Running"),
            "value": words.number(running),
            "why": _("of %(all)s investments; %(n)s in pilot")
            % {"all": len(plan.investments), "n": stages[Stage.PILOT]},
            "href": page.link("portfolio", where="stage in (discovery, pilot, scale, operate)"),
        },
        {
            "name": _("Reported red"),
            "value": words.number(red),
            "why": _("%(amber)s amber, %(green)s green, %(none)s without a report")
            % {
                "amber": ratings[Rating.AMBER] + ratings[Rating.AMBER_GREEN],
                "green": ratings[Rating.GREEN],
                "none": ratings[None],
            },
            "href": page.link("portfolio", where="health in (red, amber_red)"),
        },
        {
            "name": _("Needs a decision"),
            "value": words.number(high),
            "why": _("of %(all)s things that need somebody") % {"all": len(items)},
            "href": "#needs",
        },
    ]


def planned_in(view: View, span: periods.Period) -> Amounts:
    """Likely amounts of the plan lines that begin in *span*, by currency."""
    sums: dict[str, Decimal] = {}
    for line in view.plan.cost_plan_lines.values():
        if line.likely is not None and line.start in span:
            owner = view.plan.investments.get(line.investment)
            currency = line.currency or (owner.currency if owner else None) or NO_CURRENCY
            sums[currency] = sums.get(currency, Decimal(0)) + line.likely
    return Amounts(sums)


def _stages(page: Page) -> list[dict[str, Any]]:
    plan = page.view.plan
    planned = dict(zip(page.view.rows("investment"), page.view.derived_values("investment", "planned"), strict=True))
    groups: dict[Stage | None, list[str]] = {stage: [] for stage in (*Stage, None)}
    for one in plan.investments.values():
        groups[one.stage].append(one.id)
    most = max((len(ids) for ids in groups.values()), default=1)
    return [
        {
            "stage": stage,
            "count": len(ids),
            "share": len(ids) / most,
            "money": Amounts.sum(amounts for id in ids if (amounts := planned.get(id))),
            "ended": stage in ENDED,
            "href": page.link("portfolio", where=f"stage is {stage.value}" if stage else "stage is empty"),
        }
        for stage, ids in groups.items()
        if ids
    ]


def _coming(page: Page) -> list[dict[str, Any]]:
    """Gates and milestones due within the next weeks."""
    plan, until = page.view.plan, page.today + timedelta(days=NEXT_DAYS)
    found = [one for one in plan.milestones.values() if one.done is None and one.due and page.today <= one.due <= until]
    return [
        {
            "milestone": one,
            "name": words.name(page.view, "investment", one.investment),
            "href": address_of(page, "investment", one.investment),
            "days": ((one.due or page.today) - page.today).days,
        }
        for one in sorted(found, key=lambda one: (one.due or date.max, one.name))
        if (owner := plan.investments.get(one.investment)) is None or owner.stage not in ENDED
    ]


# -- what changed


def _since(page: Page) -> Since:
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
    return revision.effective_on or page.local(revision.at).date()


def _days_back(page: Page, days: int) -> int:
    """The newest revision that speaks for a day at least *days* before the page's."""
    until = page.today - timedelta(days=days)
    for revision in page.record.revisions(before=page.at.no + 1, limit=400):
        if _day(page, revision) <= until:
            return revision.no
    return 0


def _choices(page: Page) -> list[tuple[str, str]]:
    tags = sorted(page.record.tags(), key=lambda tag: -tag.no)[:3]
    return [
        ("", _("Since your last visit")),
        ("7d", _("In the last 7 days")),
        ("30d", _("In the last 30 days")),
        *((f"tag:{tag.name}", _("Since “%(tag)s”") % {"tag": tag.name}) for tag in tags if tag.no < page.at.no),
    ]


def _changes(page: Page, since: Since) -> dict[str, Any]:
    """The difference in sentences, by investment."""
    if since.no >= page.at.no:
        return {"told": [], "count": 0}
    before = View(plan=page.record.plan(since.no), names=page.names, today=page.today, zone=page.workspace.zone)
    found = differences(before, page.view, page.record.changes(since.no, page.at))
    authors = {
        one.no: page.name_of(one.author)
        for one in page.record.revisions(before=page.at.no + 1, limit=page.at.no - since.no)
        if one.no > since.no
    }
    every = page.request.GET.get("changes") == "all"
    entries: list[tuple[int, dict[str, Any]]] = []
    quiet = 0
    for told in (*found.investments, *found.others):
        lines = [line for line in told.lines if not _says_nothing(line)]
        if not lines:
            quiet += 1
            continue
        at = page.view if page.view.plan.find(told.ref.id) else before
        entry = {
            "name": words.name(at, told.ref.kind, told.ref.id),
            "href": address_of(page, told.ref.kind, told.ref.id),
            "act": told.act,
            "lines": [
                (telling.tell(before, page.view, line, told.ref), telling.by_whom(line, authors)) for line in lines
            ],
        }
        entries.append((_weight(told.act, lines), entry))
    shown = [entry for _weight_, entry in sorted(entries, key=lambda one: -one[0])]
    moved = any(found.planned.by_currency.values())
    return {
        "told": shown if every else shown[:SHOWN],
        "more": 0 if every else max(0, len(shown) - SHOWN),
        "count": len(shown),
        "quiet": quiet,
        "planned": words.money_moved(found.planned) if moved else "",
        "revisions": len(found.revisions),
        "href": page.link("history", **{"from": since.no, "to": page.at.no}),
    }


def _says_nothing(line: Line) -> bool:
    """A report that says what the one before said."""
    return line.act == "reported" and line.before == line.after


def _weight(act: str, lines: list[Line]) -> int:
    """What a person wants to read first: what came and went, gates and money that moved, health that turned."""
    heavy = {"planned": 6, "reported": 5, "added": 2, "removed": 3, "changed": 3, "budgeted": 1}
    return (20 if act != "changed" else 0) + sum(heavy[line.act] + (6 if line.days else 0) for line in lines)
