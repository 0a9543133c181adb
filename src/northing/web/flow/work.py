"""Backlog: what of the work in progress serves an aim of the board, and what nobody asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.facts.flow_asking import Id
from northing.measure.flow.proposing import Proposal, proposals
from northing.measure.flow.serving import Backlog, Standing, backlog, narrowed
from northing.measure.flow.sight import Linked
from northing.measure.flow.teams import teams_of
from northing.portfolio.errors import Invalid
from northing.report import words
from northing.report.flow_drawing import days_said
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page

from .framing import framed
from .work_headlines import address, causes, headlines, lead
from .work_state import SHOWN, WorkState, groupings, item_link, read

ROWS = 80
"""Items listed before one asks for all."""
MOST = 1000
STANDINGS: dict[Standing, str] = {
    "orphan": gettext_noop("Serves nothing"),
    "broken": gettext_noop("Broken chain"),
    "in_sight": gettext_noop("In line of sight"),
}
ORDER = tuple(STANDINGS)


@dataclass(frozen=True)
class Row:
    """One item in progress."""

    id: str
    key: str
    title: str
    href: str
    type: str
    state: str
    team: str
    epic: str
    age: str
    standing: Standing
    serves: list[tuple[str, str, str]]
    """Investment, its address, and the share of the item where it is not all of it."""
    left: str
    """What of it no link takes, where that is a part."""
    blocked: bool


@dataclass
class Group:
    """Items that belong together; without a title, all of them."""

    title: str = ""
    href: str = ""
    rows: list[Row] = field(default_factory=list)
    orphans: int = 0


@page("flow")
def overview(page: Page) -> HttpResponse:
    """The answer in a sentence, the figures, what is proposed for orphans, and the items."""
    state, wrong = read(page.view, page.request.GET), None
    found = backlog(page.view, state.base.whose, state.base.policy or None)
    if found is None:
        return page.render(
            "flow/work.html", **framed(page, state.base, "work", None), lead="", tone="", policy_found=None, found=None
        )
    items = list(found.seen.items)
    try:
        shown = narrowed(page.view, state.where, items)
    except Invalid as refused:
        wrong, state = refused, replace(state, where="")
        shown = items
    counts: dict[str, int] = {one: sum(found.standing(item) == one for item in shown) for one in ORDER}
    shown = [item for item in shown if state.show in ("", found.standing(item))]
    every = page.request.GET.get("all") == "1"
    groups = _grouped(page, found, shown, state, MOST if every else ROWS)
    tone, said = lead(page, state, found)
    return page.render(
        "flow/work.html",
        status=422 if wrong else 200,
        **framed(page, state.base, "work", found.asked),
        wrong=wrong,
        found=found,
        lead=said,
        tone=tone,
        figures=headlines(page, state, found),
        causes=causes(page, state, found),
        typed=page.request.GET.get("q", "").strip(),
        groups=groups,
        count=len(shown),
        more=max(0, min(len(shown), MOST) - sum(len(one.rows) for one in groups)),
        shows=[
            (key, _(title), counts[key] if key else sum(counts.values()), _link(page, state, show=key))
            for key, title in SHOWN.items()
        ],
        groupings=[(key, title, _link(page, state, by=key)) for key, title in groupings()],
        by=state.by,
        proposals=[_proposal(page, one) for one in proposals(page.view, found)] if page.may_edit else [],
        standings={key: _(title) for key, title in STANDINGS.items()},
        tick=page.may_edit and bool(counts["orphan"]),
        links=page.link("flow/links"),
        link_count=len(page.view.plan.work_links),
        new=page.link("flow/links/new", next=page.here),
        address=lambda name, **more: address(state, name, **more),
    )


def _link(page: Page, state: WorkState, **changes: Any) -> str:
    return page.link("flow/work", **state.query(**changes))


def _grouped(page: Page, found: Backlog, items: Sequence[Linked], state: WorkState, most: int) -> list[Group]:
    """Orphans first, then broken chains; the oldest first. By group, the one with most orphans first."""
    teams = teams_of(page.view)
    order = sorted(
        items, key=lambda one: (ORDER.index(found.standing(one)), one.item.started or 0, one.item.source, one.item.item)
    )
    groups: dict[tuple[str, str], Group] = {}
    for one in order:
        for title, href in _places(page, one, state.by, teams):
            group = groups.setdefault((title, href), Group(title, href))
            group.orphans += not one.serves
            group.rows.append(_row(page, found, one, teams))
    told = sorted(groups.values(), key=lambda one: (-one.orphans, -len(one.rows), one.title))
    left = most
    for group in told:
        group.rows = group.rows[: max(0, left)]
        left -= len(group.rows)
    return [group for group in told if group.rows]


def _places(page: Page, one: Linked, by: str, teams: dict[Id, tuple[str, ...]] | Any) -> list[tuple[str, str]]:
    """Where an item stands, by what the page is grouped by; of several investments in each."""
    item = one.item
    if by == "team":
        return [(_team(page, one, teams) or _("No team"), "")]
    if by == "epic":
        return [(item.epic or _("No epic"), item_link(page, item.epic) if item.epic else "")]
    if by == "investment":
        told = [
            (words.name(page.view, "investment", part.investment), address_of(page, "investment", part.investment))
            for part in one.serves
        ]
        return told or [(_("Serves nothing"), "")]
    return [("", "")]


def _team(page: Page, one: Linked, teams: Any) -> str:
    named = [words.name(page.view, "team", id) for id in teams.get((one.item.source, one.item.item), ())]
    return words.listed(named) if named else one.item.team or ""


def _row(page: Page, found: Backlog, one: Linked, teams: Any) -> Row:
    item = one.item
    return Row(
        id=item.item,
        key=item.key or item.item,
        title=item.title or "",
        href=item_link(page, item.key or item.item),
        type=item.type or "",
        state=item.state or "",
        team=_team(page, one, teams),
        epic=item.epic or "",
        age=days_said(found.asked.work.age(item)),
        standing=found.standing(one),
        serves=[
            (
                words.name(page.view, "investment", part.investment),
                address_of(page, "investment", part.investment),
                "" if part.share == 1 else words.percent(part.share),
            )
            for part in one.serves
        ],
        left=words.percent(one.left) if one.serves and one.left > 0 else "",
        blocked=item.blocked_now,
    )


def _proposal(page: Page, one: Proposal) -> dict[str, Any]:
    return {
        "name": one.name,
        "where": one.where,
        "count": len(one.orphans),
        "keys": [item.key or item.item for item in one.orphans[:4]],
        "href": page.link("flow/links/new", where=one.where, name=one.name, next=page.here),
    }
