"""The sources, those that are late first; one source with its deliveries; one delivery with its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.facts.store import Store
from northing.measure.address import Figure
from northing.measure.freshness import Freshness
from northing.portfolio.errors import NotFound
from northing.portfolio.facts import TABLES, Delivery, Source
from northing.portfolio.periods import Period
from northing.report import deliveries, delivery_jobs, words
from northing.report.deliveries import Sourced
from northing.sources.facts import READERS
from northing.sources.octets import MAX_FILE
from northing.web.frame.context import Page, page

from . import formats, incoming
from .incoming import rejects_file
from .prices import Catalogue, catalogues
from .saying import amounts, claimed_said, delivery_href, little, received, rows_at, scoped, state

SOME = 50
"""Rows of facts on one page."""

COLUMNS = {
    "cost": ("day", "billed", "currency", "provider", "service", "account", "description"),
    "usage": ("day", "provider", "model", "requests", "input", "output", "cost", "currency"),
    "price": ("start", "provider", "model", "tokens", "price", "currency", "origin"),
    "work": ("day", "key", "type", "title", "state", "project", "team"),
    "transition": ("day", "item", "field", "was", "now", "project"),
    "deployment": ("day", "deployment", "service", "environment", "result", "commit"),
    "shipped": ("day", "older", "newer", "commit", "service"),
    "incident": ("day", "key", "title", "service", "severity"),
}
"""Of each table the columns that a page has room for."""

NUMBERS = ("amount", "quantity", "integer")


@dataclass(frozen=True)
class Row:
    """A source, as the list shows it."""

    told: Sourced
    href: str
    format: str
    owner: str
    speaks: str
    late: str
    received: str
    last_href: str
    last_rows: Figure | None
    rhythm: str
    spend: str
    share: str
    days: Period
    """Those that spend and share are of."""


@page("sources")
def listing(opened: Page) -> HttpResponse:
    """Every source: until which day it speaks, what came last, and what of the spend is its."""
    found = deliveries.sources(opened.view)
    made: list[Catalogue] = catalogues(opened) if found or opened.may_edit else []
    return opened.render(
        "sources/list.html",
        title=_("Sources"),
        limit=MAX_FILE >> 20,
        rows=[_row(opened, one) for one in found],
        late=sum(1 for one in found if one.fresh.stale),
        waiting=incoming.waiting(opened) if opened.may_edit else [],
        catalogues=made,
        catalogues_due=any(one.due for one in made),
        formats=formats.formats(),
    )


def _row(opened: Page, one: Sourced) -> Row:
    source, last = one.source, one.last
    return Row(
        told=one,
        href=opened.link(f"sources/{source.id}"),
        format=formats.title(source.reader),
        owner=opened.name_of(source.owner) if source.owner else "",
        speaks=_speaks(one.fresh),
        late=late(one.fresh),
        received=received(opened, one.fresh.received),
        last_href=delivery_href(opened, last) if last is not None else "",
        last_rows=rows_at(last) if last is not None else None,
        rhythm=rhythm(source),
        spend=words.money(one.spend, short=True),
        share=little(one.share),
        days=deliveries.year_of(opened.view),
    )


def _speaks(fresh: Freshness) -> str:
    return words.day(fresh.newest) if fresh.newest is not None and fresh.tables != ("price",) else ""


def late(fresh: Freshness) -> str:
    """ "12 days late"; nothing where it is not."""
    if not fresh.stale:
        return ""
    if fresh.newest is None:
        return _("never delivered")
    return ngettext("%(n)s day late", "%(n)s days late", fresh.days_late) % {"n": words.number(fresh.days_late)}


RHYTHMS = ((1, 3), (6, 14), (28, 46), (90, 125), (360, 400))
"""Days that a source may take, where a word says it better than their number."""


def rhythm(source: Source) -> str:
    """ "monthly": how often it delivers, told from the days that it may take."""
    days = source.cadence_days
    if days is None:
        return ""
    named = (_("daily"), _("weekly"), _("monthly"), _("quarterly"), _("yearly"))
    for (first, last), word in zip(RHYTHMS, named, strict=True):
        if first <= days <= last:
            return word
    return ngettext("every %(n)s day at most", "every %(n)s days at most", days) % {"n": words.number(days)}


@page("sources")
def one(opened: Page, key: str) -> HttpResponse:
    """One source: how it is read, how fresh it is, and all that it has delivered."""
    if not opened.past and key not in opened.view.plan.sources and _was(opened, key):
        # Its first delivery was taken back, and it went with it: whoever stood here is not told that they are lost.
        return HttpResponseRedirect(opened.link("sources"))
    source = _source(opened, key)
    plan, store = opened.view.plan, Store(opened.workspace.id)
    told = next(one for one in deliveries.sources(opened.view) if one.source.id == source.id)
    made = opened.record.made("delivery", opened.at)
    mine = deliveries.of_source(plan, source.id)
    start = _offset(opened, len(mine), SOME)
    rows = []
    for delivery in mine[start : start + SOME]:
        word, tone, icon, later = state(opened, deliveries.standing(plan, delivery))
        rows.append(
            {
                "delivery": delivery,
                "href": delivery_href(opened, delivery),
                "received": received(opened, delivery.received),
                "total": _total(store, opened, delivery),
                "last": deliveries.last_day(delivery),
                "rows": rows_at(delivery),
                "state": word,
                "tone": tone,
                "icon": icon,
                "later": later,
                "revision": made.get(delivery.id),
                "scopes": sum(len(scopes) for scopes in delivery.scopes.values()),
            }
        )
    return opened.render(
        "sources/source.html",
        title=source.name,
        source=source,
        row=_row(opened, told),
        mapping=plan.get("mapping", source.mapping) if source.mapping else None,
        rows=rows,
        total=len(mine),
        pages=_pages(opened, start, len(mine), SOME),
        gone=deliveries.taken_back(opened.record, plan, source.id)[:SOME] if not opened.past else [],
        looks=next((one.looks for one in formats.formats() if one.name == source.reader), ""),
        limit=MAX_FILE >> 20,
        expense=words.label(source.expense.value, "expense") if source.expense else "",
        kind=words.label(source.kind.value, "kind") if source.kind else "",
    )


def _total(store: Store, opened: Page, delivery: Delivery) -> str:
    return amounts(deliveries.totals(deliveries.scopes(store, opened.view.plan, delivery)))


@page("sources")
def delivery(opened: Page, key: str, id: str) -> HttpResponse:
    """One delivery: what it states, what still counts of it, and its rows."""
    source, found = _delivery(opened, key, id)
    plan = opened.view.plan
    told = deliveries.scopes(Store(opened.workspace.id), plan, found)
    word, tone, icon, later = state(opened, deliveries.standing(plan, found))
    revisions = opened.record.blame("delivery", found.id, opened.at)
    claimed = deliveries.attributed(opened.workspace, plan, found)
    facts = deliveries.facts_of(opened.workspace, plan, found)
    tables = [name for name in TABLES if facts.in_force.table(name)]
    asked = opened.request.GET.get("table", "")
    table = asked if asked in tables else (tables[0] if tables else "")
    count = sum(batch.rows for batch in found.batches if batch.table == table)
    start = _offset(opened, count, SOME)
    return opened.render(
        "sources/delivery.html",
        title=found.name,
        source=source,
        source_href=opened.link(f"sources/{source.id}"),
        delivery=found,
        received=received(opened, found.received),
        state=word,
        tone=tone,
        icon=icon,
        later=later,
        totals=amounts(deliveries.totals(told)),
        last=deliveries.last_day(found),
        scopes=[scoped(opened, one, found) for one in told[:200]],
        more=max(0, len(told) - 200),
        revision=opened.record.made("delivery", opened.at).get(found.id),
        touched=max((one.no for one in revisions.values()), default=None),
        rows_at=rows_at(found),
        claimed=claimed_said(claimed),
        claimed_in=next((one.currency for one in claimed if one.share is not None), ""),
        tables=[(name, _(TABLES[name].title)) for name in tables],
        table=table,
        head=[(column.title, column.type in NUMBERS) for column in _columns(table)],
        rows=_rows(opened, facts, table, start) if table else [],
        count=count,
        pages=_pages(opened, start, count, SOME),
        kept=found.kept_sha256 is not None,
        of_work=formats.of_work(source.reader),
    )


def _columns(table: str) -> list[Any]:
    return [TABLES[table].column(name) for name in COLUMNS.get(table, ())]


def _rows(opened: Page, facts: Any, table: str, start: int) -> list[dict[str, Any]]:
    view = opened.view
    told = []
    for row in facts.rows(table, offset=start, limit=SOME):
        cells = []
        for column in _columns(table):
            value = row.values.get(column.name)
            if column.type == "date":
                text = words.day(value)
            elif column.type in NUMBERS:
                text = words.number(value, 6)
            else:
                text = "" if value is None else str(value)
            cells.append((text, column.type in NUMBERS, column.title))
        name = words.name(view, "investment", row.investment) if row.investment else ""
        told.append({"line": row.line, "cells": cells, "investment": name, "share": row.share})
    return told


@page("sources")
def refused(opened: Page, key: str, id: str) -> HttpResponse:
    """The rows of a delivery that were refused, as a file."""
    return rejects_file(opened, _delivery(opened, key, id)[1])


@page("sources", needs="plan")
def kept_input(opened: Page, key: str, id: str) -> HttpResponse:
    """The input of a delivery, as it is kept."""
    path = _raw(opened, _delivery(opened, key, id)[1])
    name = opened.view.plan.deliveries[id].name
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")  # type: ignore[return-value]


@page("sources", methods=("POST",), changes=True, needs="plan")
def again(opened: Page, key: str, id: str) -> HttpResponse:
    """Read a kept input again, with the rates, prices and mapping of today."""
    source, found = _delivery(opened, key, id)
    with _raw(opened, found).open("rb") as file:
        pages = iter(lambda: file.read(1 << 20), b"")
        job = delivery_jobs.begin(
            opened.workspace, source, READERS, pages, name=found.name, by=opened.actor, commit=False
        )
    return HttpResponseRedirect(opened.link(f"sources/incoming/{job.id}"))


def _raw(opened: Page, delivery: Delivery) -> Path:
    """Where the input of a delivery is kept."""
    path = Store(opened.workspace.id).raw(delivery.kept_sha256 or "")
    if delivery.kept_sha256 is None or not path.is_file():
        raise NotFound(_("The input is not kept."), remedy=_("Restore the facts folder from a backup."))
    return path


def _was(opened: Page, key: str) -> bool:
    """Whether there was such a source at an earlier revision."""
    return any(one.id == key for one in opened.record.ever("source"))


def _source(opened: Page, key: str) -> Source:
    found: Source | None = opened.view.plan.sources.get(key)
    if found is None:
        raise NotFound(_("There is no such source."))
    return found


def _delivery(opened: Page, key: str, id: str) -> tuple[Source, Delivery]:
    source = _source(opened, key)
    found = opened.view.plan.deliveries.get(id)
    if found is None or found.source != source.id:
        raise NotFound(_("There is no such delivery."))
    return source, found


def _offset(opened: Page, total: int, size: int) -> int:
    text = opened.request.GET.get("from", "")
    start = int(text) if re.fullmatch(r"\d{1,9}", text) else 0
    return start - start % size if start < total else 0


def _pages(opened: Page, start: int, total: int, size: int) -> dict[str, Any]:
    return {
        "first": start + 1,
        "last": min(total, start + size),
        "total": total,
        "newer": opened.again(**{"from": str(start - size) if start > size else None}) if start else "",
        "older": opened.again(**{"from": str(start + size)}) if start + size < total else "",
    }
