"""Today: what changed since the last visit, what needs somebody, and the figures a board asks for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.attention import TITLES, Item, attention
from northing.portfolio.investment import ENDED, Stage
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.addresses import address_of
from northing.web.frame.attention import STEPS, TONES, exception
from northing.web.frame.context import Page, page

from .figures import figures_of
from .since import changes, choices, since_of

NEEDS = 9
"""Investments that need somebody that are shown before one asks for more."""

MOST = 200
"""Investments that one page lists at the most; the causes narrow them down."""

NEXT_DAYS = 45


@page("today", methods=("GET", "HEAD"))
def today(page: Page) -> HttpResponse:
    plan = page.view.plan
    if not plan.investments and (page.before_all or not page.past):
        return page.render("today_empty.html", title=_("Today"))
    cause = page.request.GET.get("cause", "")
    items = attention(page.view)
    figures = figures_of(page, items)
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
            "where": f"stage is {stage.value}" if stage else "stage is empty",
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
