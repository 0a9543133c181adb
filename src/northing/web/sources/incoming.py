"""A file on its way in: how far it is, what it would do, and the yes of a person."""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.facts import jobs
from northing.facts.in_force import in_force
from northing.facts.jobs import Progress
from northing.facts.models import State
from northing.facts.store import Store
from northing.portfolio.errors import Invalid, NorthingError, NotFound
from northing.portfolio.facts import Delivery, Source
from northing.report import deliveries, delivery_jobs, words
from northing.sources.facts import READERS
from northing.web.changing import uploads
from northing.web.frame.context import Page, page

from . import formats
from .saying import Scoped, amounts, claimed_said, scoped
from .tabled import TABLED

MOST_SCOPES = 200
MOST_REFUSED = 50
WAITS = (State.WAITING, State.RUNNING)


@page("sources", needs="plan")
def incoming(opened: Page, id: str) -> HttpResponse:
    """How far an input is; what it would do; or why nothing was taken in."""
    job = _job(opened, id)
    if job.state == State.DONE and not job.told.get("unchanged") and job.told.get("revision"):
        return _arrived(opened, job)
    template = "sources/_incoming.html" if opened.fragment else "sources/incoming.html"
    return opened.render(template, title=job.name, job=job, **_told(opened, job))


@page("sources", methods=("POST",), changes=True, needs="plan")
def take(opened: Page, id: str) -> HttpResponse:
    """Say yes to what was looked at: it becomes a revision."""
    job = _job(opened, id)
    if job.state not in (State.STAGED, *WAITS, State.DONE):
        raise Invalid(_("This delivery is over; nothing was taken in."), remedy=_("Bring the file in again."))
    delivery_jobs.take_in(opened.workspace, id, READERS, by=opened.actor)
    return HttpResponseRedirect(opened.link(f"sources/incoming/{id}", taken="1"))


@page("sources", methods=("POST",), changes=True, needs="plan")
def stop(opened: Page, id: str) -> HttpResponse:
    """Stop reading, or say no to what was looked at."""
    job = _job(opened, id)
    jobs.stop(opened.workspace.id, id)
    if job.state == State.STAGED:
        _discard(opened, job)
        messages.success(opened.request, json.dumps({"text": _("Nothing was taken in.")}), extra_tags="toast")
        return HttpResponseRedirect(opened.link("sources"))
    return HttpResponseRedirect(opened.link(f"sources/incoming/{id}"))


@page("sources", needs="plan")
def rejects(opened: Page, id: str) -> HttpResponse:
    """The rows that were refused, before anything is taken in."""
    delivery = stated_of(_job(opened, id))
    if delivery is None or delivery.rejects_sha256 is None:
        raise NotFound(_("No row of it was refused."))
    return rejects_file(opened, delivery)


def rejects_file(opened: Page, delivery: Delivery) -> HttpResponse:
    """The refused rows of a delivery as a CSV."""
    path = Store(opened.workspace.id).rejects(delivery.rejects_sha256 or "")
    if delivery.rejects_sha256 is None or not path.is_file():
        raise NotFound(_("No row of it was refused."))
    return download(path.read_bytes(), f"{delivery.name}-refused.csv", "text/csv; charset=utf-8")


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, never shown by the browser."""
    made = HttpResponse(content, content_type=kind)
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in name)
    made["Content-Disposition"] = f'attachment; filename="{plain}"'
    return made


def waiting(opened: Page) -> list[tuple[Progress, str, str]]:
    """What is on its way or waits for a yes: the job, what it is from, its state in words.

    What a server that was stopped has left is taken up again here, too.
    """
    delivery_jobs.resume(READERS, opened.workspace.id)
    found = [job for job in jobs.of(opened.workspace.id) if job.state in (*WAITS, State.STAGED)]
    return [(job, _source_name(opened, job), _state_words(job)) for job in found]


def _state_words(job: Progress) -> str:
    if job.state == State.STAGED:
        return _("waits for your yes")
    return _("being read, %(share)s") % {"share": words.percent(job.share)}


def _job(opened: Page, id: str) -> Progress:
    if opened.past:
        raise NotFound(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    try:
        return delivery_jobs.watch(opened.workspace, id, READERS)
    except NotFound:
        raise NotFound(_("This file is not on its way any more."), remedy=_("Bring it in again.")) from None


def stated_of(job: Progress) -> Delivery | None:
    """The delivery that a job has made of its input, in force or not."""
    kept = job.told.get("stated")
    return msgspec.convert(kept, Delivery) if kept else None


def _source(opened: Page, job: Progress) -> Source | None:
    draft = delivery_jobs.draft_of(job)
    found: Source | None = opened.view.plan.sources.get(job.source)
    return found or (draft.source if draft is not None else None)


def _source_name(opened: Page, job: Progress) -> str:
    source = _source(opened, job)
    return source.name if source is not None else _("a source that was removed")


def _arrived(opened: Page, job: Progress) -> HttpResponse:
    """It is in the plan: go to its source, with the words that can take it back."""
    _discard(opened, job)
    target = opened.link(f"sources/{job.source}")
    if opened.request.GET.get("taken"):
        taken = job.told["rows_in"] - job.told["refused"]
        rows = ngettext("%(n)s row", "%(n)s rows", taken) % {"n": words.number(taken)}
        text = _("%(name)s is in force: %(rows)s.") % {"name": job.name, "rows": rows}
        toast = json.dumps({"text": text, "undo": job.told["revision"]})
        messages.success(opened.request, toast, extra_tags="toast")
    if opened.fragment:
        return HttpResponse(status=204, headers={"X-Go-To": target})
    return HttpResponseRedirect(target)


def _discard(opened: Page, job: Progress) -> None:
    draft = delivery_jobs.draft_of(job)
    if draft is not None and draft.waiting:
        with contextlib.suppress(NotFound):
            uploads.find(opened.workspace.id, opened.membership.user_id, draft.waiting).discard()


def _again(opened: Page, job: Progress) -> str:
    """Where the same file can be read in another way, as long as it waits."""
    draft = delivery_jobs.draft_of(job)
    if draft is None or not draft.waiting:
        return ""
    try:
        uploads.find(opened.workspace.id, opened.membership.user_id, draft.waiting)
    except NotFound:
        return ""
    return opened.link(f"sources/bring/{draft.waiting}")


def _told(opened: Page, job: Progress) -> dict[str, Any]:
    source = _source(opened, job)
    known = opened.view.plan.sources.get(job.source)
    context: dict[str, Any] = {
        "source": source,
        "is_new": known is None,
        "source_href": opened.link(f"sources/{job.source}") if known is not None else "",
        "format": formats.title(source.reader) if source is not None else "",
        "tabled": source is not None and source.reader in TABLED,
        "of_work": source is not None and formats.of_work(source.reader),
        "working": job.state in WAITS,
        "taking": bool(opened.request.GET.get("taken")),
        "again": _again(opened, job) if job.state in (State.FAILED, State.STOPPED, State.STAGED) else "",
        "preview": None,
        "problem": job.told if job.state in (State.FAILED, State.STOPPED) else None,
    }
    delivery = stated_of(job)
    if job.state == State.STAGED and delivery is not None:
        context["preview"] = _preview(opened, job, delivery)
    return context


def _from_file(opened: Page, delivery: Delivery) -> list[dict[str, Any]]:
    """The first refused rows, of an input that was read before and is only said again."""
    path = Store(opened.workspace.id).rejects(delivery.rejects_sha256 or "")
    if delivery.rejects_sha256 is None or not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = itertools.islice(csv.DictReader(file), MOST_REFUSED)
        return [
            {"line": int(row["line"]), "column": row["column"], "value": row["value"], "message": row["reason"]}
            for row in rows
        ]


def _preview(opened: Page, job: Progress, delivery: Delivery) -> dict[str, Any]:
    """What taking it in would come to, against the plan as it is at this moment."""
    plan = opened.view.plan
    try:
        found = deliveries.scopes(Store(opened.workspace.id), plan, delivery)
        claimed = deliveries.attributed(opened.workspace, plan, delivery)
    except NorthingError as problem:
        return {"problem": problem}
    told: list[Scoped] = [scoped(opened, one) for one in found]
    held = in_force(plan).winners
    refused = job.told.get("findings", []) or _from_file(opened, delivery)
    return {
        "problem": None,
        "delivery": delivery,
        "totals": amounts(deliveries.totals(found)),
        "rows": sum(one.now.rows for one in found),
        "refused": job.told.get("refused", 0),
        "last": deliveries.last_day(delivery),
        "scopes": told[:MOST_SCOPES],
        "more": max(0, len(told) - MOST_SCOPES),
        "replaces": sum(1 for one in found if one.before is not None),
        "added": sum(1 for one in found if (delivery.source, one.now.table, one.now.scope) not in held),
        "claimed_said": claimed_said(claimed),
        "notes": [one for one in refused if one.get("line") is None],
        "listed": [one for one in refused if one.get("line") is not None][:MOST_REFUSED],
    }
