"""Work links in the order in which they are asked: what each claims now, and what removing one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.flow.linking import Count, counted, effect
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import WorkLink
from northing.report import linking, words
from northing.web.changing import asked
from northing.web.changing.rule_input import percent
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page

from .linked import items


@dataclass(frozen=True)
class Row:
    """One link."""

    id: str
    place: int
    number: str
    name: str
    where: str
    investment: str
    href: str
    share: str
    precedence: int
    days: str
    items: str
    figure: Figure | None
    progress: str
    state: str
    """``on``, ``ended``, ``waiting``, ``nothing`` or ``broken``."""
    said: str
    note: str
    edit: str
    end: str
    drop: str


@page("flow")
def listing(page: Page) -> HttpResponse:
    """The links, with what each comes to."""
    links = linking.in_order(page.view.plan)
    counts, broken = counted(page.view), linking.unreadable(page.view.plan)
    rows = [
        _row(page, place, link, counts.get(link.id, Count()), broken.get(link.id)) for place, link in enumerate(links)
    ]
    only, typed = page.request.GET.get("only", ""), page.request.GET.get("q", "").strip()
    states = {"nothing": ("nothing", "broken"), "ended": ("ended",)}
    shown = [
        row
        for row in rows
        if (not only or row.state in states.get(only, ()))
        and typed.casefold() in f"{row.number} {row.name} {row.investment} {row.where}".casefold()
    ]
    return page.render(
        "flow/links.html",
        title=_("Work links"),
        rows=shown,
        count=len(rows),
        only=only,
        typed=typed,
        filters=[
            ("", _("All"), len(rows)),
            ("nothing", _("Claim nothing"), sum(row.state in ("nothing", "broken") for row in rows)),
            ("ended", _("Ended"), sum(row.state == "ended" for row in rows)),
        ],
        add=page.link("flow/links/new", next=page.here) if page.may_edit else "",
        back=page.link("flow/work"),
        any_work=any("work" in one.scopes for one in page.view.plan.deliveries.values()),
    )


def _row(page: Page, place: int, link: WorkLink, count: Count, wrong: Any) -> Row:
    state, said = _state(page, link, count, wrong)
    here, may = page.here, page.may_edit
    return Row(
        id=link.id,
        place=place,
        number=link.number or "",
        name=link.name or "",
        where=link.where,
        investment=words.name(page.view, "investment", link.investment),
        href=address_of(page, "investment", link.investment),
        share=f"{percent(link.share)}%",
        precedence=link.precedence,
        days=_days(link),
        items=words.number(count.items) if count.items else "",
        figure=figure("work.linked", link=link.id) if count.items else None,
        progress=_("%(n)s in progress") % {"n": words.number(count.progress)} if count.progress else "",
        state=state,
        said=said,
        note=link.note or "",
        edit=page.link(f"flow/links/{link.id}", next=here) if may else "",
        end=page.link(f"edit/work_link/{link.id}", fields="end", next=here) if may else "",
        drop=page.link(f"flow/links/{link.id}/drop", next=here) if may else "",
    )


def _state(page: Page, link: WorkLink, count: Count, wrong: Any) -> tuple[str, str]:
    if wrong is not None:
        return "broken", " ".join(filter(None, (wrong.message, wrong.remedy)))
    if link.investment not in page.view.plan.investments:
        return "broken", _("Its investment is gone: what it claims is orphan work.")
    if link.end is not None and link.end <= page.today:
        return "ended", ""
    if link.start is not None and link.start > page.today:
        return "waiting", ""
    return ("on", "") if count.items else ("nothing", _("No item in force answers to it"))


def _days(link: WorkLink) -> str:
    """The days on which the items that it claims were created."""
    if link.start and link.end:
        return _("created %(start)s – %(end)s") % {"start": words.day(link.start), "end": words.day(link.end)}
    if link.start:
        return _("created from %(day)s") % {"day": words.day(link.start)}
    return _("created until %(day)s") % {"day": words.day(link.end)} if link.end else ""


@page("flow", methods=("POST",), changes=True, needs="plan")
def move(page: Page) -> HttpResponse:
    """Ask a link earlier or later."""
    return asked.move(page, linking.in_order(page.view.plan))


@page("flow", methods=("GET", "HEAD", "POST"), needs="plan")
def drop(page: Page, id: str) -> HttpResponse:
    """Remove a link, after a look at whose its items would be then."""
    link: WorkLink = page.view.plan.need("work_link", id)
    stays = _("items created before that day stay with it.")
    return asked.drop(page, link, _consequences(page, link) if page.request.method != "POST" else (), stays)


def _consequences(page: Page, link: WorkLink) -> list[str]:
    """ "3 items would become orphans"; "12 items would go to WL-0002"."""
    try:
        seen = effect(page.view, linking.without(page.workspace, page.view.plan, link))
    except Invalid:
        return []
    told = [_("%(items)s would be orphans.") % {"items": items(seen.found)}] if seen.found.items else []
    for id, count in seen.taken.items():
        other = page.view.plan.work_links[id]
        told.append(_("%(items)s would go to %(link)s.") % {"items": items(count), "link": asked.called(other)})
    return told
