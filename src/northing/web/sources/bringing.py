"""Bringing a file in: it waits, says which source it is from, what its columns mean, and is read beside the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from northing.facts.input import PAGE
from northing.facts.parts import joined, named_together
from northing.portfolio.errors import Finding, Invalid, NotFound
from northing.portfolio.facts import Source
from northing.portfolio.money import CostKind, Expense
from northing.portfolio.workspace import Mapping
from northing.report import delivery_jobs, words
from northing.report.delivery_jobs import Draft
from northing.sources.facts import READERS
from northing.sources.octets import MAX_FILE
from northing.web.changing import uploads
from northing.web.changing.uploads import Upload
from northing.web.frame.context import Page, page

from . import choosing, columns, formats
from .tabled import TABLED


@page("sources", methods=("POST",), changes=True, needs="plan")
def upload(opened: Page) -> HttpResponse:
    """Take a file, or the parts of one table, and go to where one says which source it is from."""
    given = sorted(opened.request.FILES.getlist("file"), key=uploads.name_of)
    if not given:
        if int(opened.request.META.get("CONTENT_LENGTH") or 0) > MAX_FILE:
            raise Invalid(
                _("The file is larger than %(limit)s MB.") % {"limit": MAX_FILE >> 20},
                remedy=_("Bring it in at the command line: northing deliver FILE. It takes files of any size."),
            )
        raise Invalid(_("No file was chosen."), remedy=_("Choose the bill, as it was sent."))
    names = [uploads.name_of(one) for one in given]
    parts = [(name, one.chunks()) for name, one in zip(names, given, strict=True)]
    kept = uploads.hold(opened.workspace.id, opened.membership.user_id, named_together(names), joined(parts))
    asked = opened.request.POST.get("source", "")
    return HttpResponseRedirect(opened.link(f"sources/bring/{kept.token}", source=asked or None))


@page("sources", methods=("GET", "HEAD", "POST"), needs="plan")
def bring(opened: Page, token: str) -> HttpResponse:
    """Which source the file is from: one that is there, or a new one, filled in as far as the file says it."""
    kept = _kept(opened, token)
    guessed = formats.guessed(kept.about.name, kept.file)
    if opened.request.method != "POST":
        return _ask(opened, kept, guessed, _first(opened, kept, guessed))
    form = opened.request.POST
    plan = opened.view.plan
    chosen = plan.sources.get(form.get("source", ""))
    try:
        source = chosen or choosing.source_of(plan, form, options=choosing.options_of(form))
    except Invalid as wrong:
        return _ask(opened, kept, guessed, {**choosing.said(form), "source": ""}, wrong.findings, status=422)
    kept.about.source, kept.about.layout = msgspec.to_builtins(source), None
    kept.keep()
    if source.reader in TABLED:
        return _table(opened, kept, source)
    return start(opened, kept, source, None)


def _table(opened: Page, kept: Upload, source: Source) -> HttpResponse:
    """A table: its columns are asked where the source's mapping or their names leave a doubt.

    Which of them are states is always asked once: a name alone does not tell a state from another day.
    """
    sort = TABLED[source.reader]
    with kept.file.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if packed:
        return start(opened, kept, source, None)
    table = columns.read(kept)
    found = columns.asked(sort, kept, table, opened.view.plan, source.mapping)
    if found.open or (sort.named and not found.by):
        return HttpResponseRedirect(opened.link(f"sources/bring/{kept.token}/columns"))
    if source.mapping or not found.by:
        return start(opened, kept, source, None)
    mapping = next((one for one in opened.view.plan.table("mapping").values() if one.name == found.by), None)
    return start(opened, kept, source, mapping)


@page("sources", methods=("GET", "HEAD", "POST"), needs="plan")
def meaning(opened: Page, token: str) -> HttpResponse:
    """What the columns of a table mean; the answer is remembered with its source."""
    kept = _kept(opened, token)
    if not kept.about.source:
        return HttpResponseRedirect(opened.link(f"sources/bring/{token}"))
    source = msgspec.convert(kept.about.source, Source)
    if source.reader not in TABLED:
        return HttpResponseRedirect(opened.link(f"sources/bring/{token}"))
    sort, table = TABLED[source.reader], columns.read(kept)
    problem: Invalid | None = None
    if opened.request.method == "POST":
        try:
            layout = columns.layout_of(sort, opened.request.POST, table)
            called = opened.request.POST.get("called", "") or source.name
            mapping = columns.remembered(sort, opened.view.plan, called, layout, table.columns)
        except Invalid as wrong:
            problem = wrong
        else:
            kept.about.layout = msgspec.to_builtins(layout)
            kept.keep()
            return start(opened, kept, msgspec.structs.replace(source, mapping=mapping.id), mapping)
    found = columns.asked(sort, kept, table, opened.view.plan, source.mapping)
    return opened.render(
        "sources/columns.html",
        status=422 if problem else 200,
        title=_("What do the columns mean?"),
        kept=kept,
        source=source,
        table=table,
        asked=found,
        columns=columns.shown_columns(table, found),
        targets=sort.choices(),
        sort=sort,
        lead=_(sort.lead),
        problem=problem,
        currency=found.layout.options.currency or source.currency or "",
        called=found.by or source.name,
    )


@page("sources", methods=("POST",), needs="plan")
def forget(opened: Page, token: str) -> HttpResponse:
    """Forget a waiting file."""
    _kept(opened, token).discard()
    return HttpResponseRedirect(opened.link("sources"))


def start(opened: Page, kept: Upload, source: Source, mapping: Mapping | None) -> HttpResponse:
    """Begin to read the file beside the page, and go to where one sees how far it is."""
    draft = Draft(source=source, mapping=mapping, waiting=kept.token)
    job = delivery_jobs.begin(
        opened.workspace, source, READERS, _pages(kept), name=kept.about.name, by=opened.actor, commit=False,
        draft=draft,
    )  # fmt: skip
    return HttpResponseRedirect(opened.link(f"sources/incoming/{job.id}"))


def _pages(kept: Upload) -> Iterator[bytes]:
    with kept.file.open("rb") as file:
        while piece := file.read(PAGE):
            yield piece


def _kept(opened: Page, token: str) -> Upload:
    if opened.past:
        raise NotFound(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    return uploads.find(opened.workspace.id, opened.membership.user_id, token)


def _first(opened: Page, kept: Upload, guessed: list[str]) -> dict[str, str]:
    """What the form says before anybody has touched it."""
    plan = opened.view.plan
    asked = plan.sources.get(opened.request.GET.get("source", ""))
    if not asked and kept.about.source:
        asked = plan.sources.get(kept.about.source.get("id", ""))
    found = asked or choosing.of_mapping(plan, kept.file) or choosing.likely_source(plan, kept.about.name, guessed)
    reader = guessed[0] if guessed else ""
    return {
        **dict.fromkeys(
            ("owner", "cadence_days", "currency", "provider", "expense", "kind", "note", *choosing.READ_BY), ""
        ),
        "source": found.id if found is not None else "",
        "reader": reader,
        "name": choosing.proposed_name(plan, reader, kept.file) if reader else "",
        "owner": opened.actor.id if opened.actor.id in plan.people else "",
        "cadence_days": "40" if reader in ("focus", "ledger", "timesheet") else "",
        "currency": "" if reader == "focus" else opened.workspace.currency if reader == "ledger" else "",
    }


def _ask(
    opened: Page, kept: Upload, guessed: list[str], given: dict[str, str], findings: tuple[Finding, ...] = (),
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    plan = opened.view.plan
    likely = guessed[0] if guessed else ""
    there = sorted(plan.sources.values(), key=lambda one: (one.reader not in guessed, one.name.casefold()))
    return opened.render(
        "sources/bring.html",
        status=status,
        title=_("Bring in %(name)s") % {"name": kept.about.name},
        kept=kept,
        size=words.number(max(1, kept.about.size // 1024)),
        guessed=[formats.title(name) for name in guessed],
        there=[(one.id, _("%(name)s · %(format)s") % {"name": one.name, "format": formats.title(one.reader)})
               for one in there],
        **source_form(opened, given, findings, likely),
    )  # fmt: skip


def source_form(
    opened: Page, given: dict[str, str], findings: tuple[Finding, ...] = (), likely: str = ""
) -> dict[str, Any]:
    """What the controls of a source need: choices, what is filled in, what is wrong with it."""
    plan = opened.view.plan
    people = [(id, opened.name_of(id)) for id, one in plan.people.items() if not one.left or id == given["owner"]]
    rhythms = [(days, _(text)) for days, text in choosing.RHYTHMS]
    days = given["cadence_days"]
    if days and days not in dict(rhythms):
        rhythms.append((days, _("Every %(days)s days") % {"days": days}))
    return {
        "given": given,
        "errors": {one.field: one.message for one in findings},
        "findings": [one for one in findings if not one.field],
        "formats": formats.formats(likely),
        "people": sorted(people, key=lambda one: one[1].casefold()),
        "rhythms": rhythms,
        "expenses": [(one.value, words.label(one.value, "expense")) for one in Expense],
        "kinds": [(one.value, words.label(one.value, "kind")) for one in CostKind],
    }
