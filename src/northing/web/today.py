"""Today: what changed since the last visit, what needs somebody, and the figures a board asks for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.attention import TITLES, Item, attention
from northing.measure.derived_dates import health, latest_reports
from northing.measure.line_of_sight import line_of_sight
from northing.measure.sentence import Mend
from northing.measure.view import View
from northing.portfolio import periods
from northing.portfolio.investment import ENDED, RUNNING, Rating, Stage
from northing.portfolio.money import NO_CURRENCY, Amounts
from northing.portfolio.strategy import Level
from northing.report import words

from .addresses import address_of
from .context import Page, page
from .saying import mend_address, say
from .since import changes, choices, since_of
from .words import count

NEEDS = 9
"""Investments that need somebody that are shown before one asks for more."""

MOST = 200
"""Investments that one page lists at the most; the causes narrow them down."""

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


@page("today", methods=("GET", "HEAD"))
def today(page: Page) -> HttpResponse:
    plan = page.view.plan
    if not plan.investments and (page.before_all or not page.past):
        return page.render("today_empty.html", title=_("Today"))
    cause = page.request.GET.get("cause", "")
    items = attention(page.view)
    figures = _figures(page, items)
    mine = page.request.GET.get("mine") == "1"
    if mine:
        items = tuple(item for item in items if _is_mine(page, item))
    by_cause = Counter(item.code for item in items)
    rows = by_investment([item for item in items if not cause or item.code == cause])
    some = rows if cause or page.request.GET.get("all") else rows[:NEEDS]
    since = since_of(page)
    return page.render(
        "today.html",
        title=_("Today"),
        figures=figures,
        mine=mine,
        has_mine=mine or any(_is_mine(page, item) for item in items),
        causes=[(code, _(title), by_cause[code], STEPS[code][0]) for code, title in TITLES.items() if by_cause[code]],
        cause=cause if cause in TITLES else "",
        rows=[_row(page, row) for row in some[:MOST]],
        more=len(rows) - len(some[:MOST]),
        total=len(items),
        stages=_stages(page),
        coming=_coming(page),
        since=since,
        changes=changes(page, since),
        choices=choices(page),
    )


def _is_mine(page: Page, item: Item) -> bool:
    """Whether it concerns an investment that this person owns or sponsors."""
    found = page.view.plan.investments.get(item.entity.id)
    return found is not None and page.actor.id in (found.owner, found.sponsor)


def by_investment(items: Iterable[Item]) -> list[list[Item]]:
    """What needs somebody, investment by investment; where most is grave comes first."""
    rows: dict[str, list[Item]] = {}
    for item in items:
        rows.setdefault(item.entity.id, []).append(item)
    grave = {"high": 100, "medium": 10, "low": 1}
    for row in rows.values():
        row.sort(key=lambda item: -grave[item.severity])
    # Several that are alike are one decision about several investments.
    return sorted(
        rows.values(), key=lambda row: -sum(grave[one.severity] + (60 if one.code == "alike" else 0) for one in row)
    )


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
    board = any(one.level == Level.BOARD for one in plan.objectives.values())
    every = len(plan.investments)
    return [
        {
            "name": _("Line of sight"),
            "value": words.percent(sight.share) if board and sight.share is not None else "–",
            "why": _("%(n)s of %(all)s serve a board objective")
            % {"n": count(len(sight.unbroken)), "all": count(counted)}
            if board
            else _("what the board wants is not written down yet"),
            "href": page.link("line-of-sight" if board else "strategy"),
            "share": float(sight.share or 0) if board else None,
        },
        {
            "name": _("Planned in %(year)s") % {"year": periods.label(plan.calendar, span)},
            "value": words.money(planned_in(view, span), short=True) or "–",
            "why": _("%(money)s in all years planned") % {"money": words.money(sight.planned_all, short=True)}
            if sight.planned_all
            else _("no plan line says how much and when"),
            "href": page.link("portfolio", by="portfolio", sum="planned"),
        },
        {
            "name": _("Running"),
            "value": count(running) if stages[None] < every else "–",
            "why": _("of %(all)s investments; %(n)s in pilot") % {"all": count(every), "n": count(stages[Stage.PILOT])}
            if stages[None] < every
            else _("none of %(all)s investments has a stage") % {"all": count(every)},
            "href": page.link("portfolio", where="stage in (discovery, pilot, scale, operate)"),
        },
        {
            "name": _("Reported red"),
            "value": count(red) if latest else "–",
            "why": (
                _("%(amber)s amber, %(green)s green, %(none)s without a report")
                if ratings[None]
                else _("%(amber)s amber, %(green)s green; all have a report")
            )
            % {
                "amber": count(ratings[Rating.AMBER] + ratings[Rating.AMBER_GREEN]),
                "green": count(ratings[Rating.GREEN]),
                "none": count(ratings[None]),
            }
            if latest
            else _("nobody has reported health yet"),
            "href": page.link("portfolio", where="health in (red, amber_red)"),
        },
        {
            "name": _("Needs a decision"),
            "value": count(high),
            "why": _("of %(all)s things that need somebody") % {"all": count(len(items))},
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
