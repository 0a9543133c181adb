"""Long deliveries: begun by a request, done beside it, watched, stopped, and taken up again after a restart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from northing.access.actor import Actor, lower
from northing.access.models import Membership, Workspace
from northing.facts import jobs
from northing.facts.input import PAGE, Stopped
from northing.facts.jobs import Progress, Worker
from northing.facts.models import Job, State
from northing.facts.store import Store
from northing.portfolio.errors import NorthingError, NotAllowed, NotFound
from northing.portfolio.fact_reading import FactReader
from northing.portfolio.facts import Source
from northing.portfolio.workspace import Mapping as ColumnMapping
from northing.record import Record

from .delivering import Delivered, deliver

log = logging.getLogger("northing.facts")
Readers = Mapping[str, FactReader]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What comes into the plan together with the first input: a source, and what the columns of its tables mean."""

    source: Source
    mapping: ColumnMapping | None = None
    waiting: str = ""
    """Where the upload waits, in case that it has to be read in another way."""


def begin(
    workspace: Workspace, source: Source, readers: Readers, pages: Iterable[bytes], *, name: str, by: Actor,
    commit: bool = True, draft: Draft | None = None,
) -> Progress:  # fmt: skip
    """Keep an input and start to take it in; returns at once. The *source* must be in the plan, or a *draft*."""
    by.require("plan", _("bring facts in"))
    if draft is None and source.id not in Record(workspace.id).plan().sources:
        raise NotFound(_("There is no such source."))
    store = Store(workspace.id)
    id = jobs.begin(store, source.id, name, pages, person=by.id, role=by.role, via=by.via, commit=commit,
                    told={"draft": msgspec.to_builtins(draft)} if draft is not None else None)  # fmt: skip
    _beside(workspace.id, id, readers)
    return jobs.find(workspace.id, id)


def take_in(workspace: Workspace, id: str, readers: Readers, *, by: Actor) -> Progress:
    """Say yes to a job whose preview was looked at: it is taken in now."""
    by.require("plan", _("bring facts in"))
    jobs.find(workspace.id, id)
    waits = Job.objects.filter(id=id, ws=workspace.id, state=State.STAGED)
    if waits.update(commit=True, state=State.WAITING, person=by.id, role=by.role, via=by.via, beat=0):
        _beside(workspace.id, id, readers)
    return jobs.find(workspace.id, id)


def watch(workspace: Workspace, id: str, readers: Readers) -> Progress:
    """How far a job is. One that was left by a process that is gone is taken up again."""
    found = jobs.find(workspace.id, id)
    if not found.over and (workspace.id, id) in jobs.left(workspace.id):
        _beside(workspace.id, id, readers)
    return found


def resume(readers: Readers, workspace: str | None = None) -> list[str]:
    """Take up what a process that is gone has left: called at start. The ids of the jobs."""
    found = jobs.left(workspace)
    for ws, id in found:
        _beside(ws, id, readers)
    return [id for _ws, id in found]


def run(workspace: str, id: str, readers: Readers) -> None:
    """Do a job here and now, unless somebody else is at it."""
    lease = jobs.lease(workspace, id)
    if lease is None:
        return
    worker = Worker(workspace, id, lease)
    path = jobs.input_of(Store(workspace), id)
    try:
        done = _deliver(Job.objects.get(id=id, ws=workspace), readers, worker)
    except Stopped as problem:
        worker.over(State.STOPPED, problem.as_dict())
        path.unlink(missing_ok=True)
    except NorthingError as problem:
        worker.over(State.FAILED, problem.as_dict())
        path.unlink(missing_ok=True)
    except Exception:
        log.exception("a delivery failed: job=%s", id)
        defect = NorthingError(_("Something went wrong here; nothing was taken in."), remedy=_("Look at the log."))
        worker.over(State.FAILED, defect.as_dict())
        path.unlink(missing_ok=True)
    else:
        state = State.DONE if done.committed or done.staged.unchanged else State.STAGED
        kept = draft_of(jobs.find(workspace, id))
        worker.over(state, {**told(done), **({"draft": msgspec.to_builtins(kept)} if kept is not None else {})})
        if state == State.DONE:
            path.unlink(missing_ok=True)


def draft_of(job: Progress) -> Draft | None:
    """The source that a job would bring into the plan, if it would."""
    kept = job.told.get("draft")
    return msgspec.convert(kept, Draft) if kept else None


def told(done: Delivered) -> dict[str, Any]:
    """What came of an input, as doors show it."""
    staged = done.staged
    return {
        "delivery": staged.delivery.id,
        "stated": msgspec.to_builtins(staged.delivery),
        "revision": done.committed.revision.no if done.committed else None,
        "rows_in": staged.rows_in,
        "refused": staged.refused,
        "unchanged": staged.unchanged,
        "replaces": [list(one) for one in staged.replaces],
        "totals": {
            table: {currency: {column: str(amount) for column, amount in sums.items()} for currency, sums in by.items()}
            for table, by in staged.totals.items()
        },
        "findings": [
            {"line": one.line, "column": one.column, "value": one.value, "message": one.message}
            for one in staged.findings
        ],
    }


def _deliver(job: Job, readers: Readers, worker: Worker) -> Delivered:
    workspace = Workspace.objects.get(id=job.ws)
    draft = draft_of(jobs.find(job.ws, job.id))
    source = Record(job.ws).plan().sources.get(job.source)
    if draft is not None:
        # What somebody has said of the source since then stands.
        mapping = draft.mapping.id if draft.mapping is not None else None
        source = draft.source if source is None else msgspec.structs.replace(source, mapping=mapping or source.mapping)
    if source is None:
        raise NotFound(_("The source was removed meanwhile."))
    reader = readers.get(source.reader)
    if reader is None:
        raise NotFound(_("There is no reader called “%(name)s”.") % {"name": source.reader})
    store = Store(job.ws)

    def pages() -> Iterator[bytes]:
        with jobs.input_of(store, job.id).open("rb") as file:
            while page := file.read(PAGE):
                yield page

    return deliver(
        workspace, source, reader, pages(), name=job.name, by=_actor(job), commit=job.commit,
        progress=worker.progress, stop=worker.stop, mapping=draft.mapping if draft is not None else None,
    )  # fmt: skip


def _actor(job: Job) -> Actor:
    """Who began it, with what they may do today."""
    place = Membership.objects.filter(workspace_id=job.ws, person=job.person).select_related("user").first()
    if place is None:
        raise NotAllowed(_("Who began this is no member any more."))
    return Actor(
        id=job.person, role=lower(job.role, place.role), workspace=job.ws, name=place.user.get_full_name(), via=job.via
    )


def _beside(workspace: str, id: str, readers: Readers) -> None:
    """Do it in a thread of this process; what it leaves undone when the process ends is taken up again."""

    def work() -> None:
        try:
            run(workspace, id, readers)
        finally:
            connection.close()

    threading.Thread(target=work, name=f"delivery-{id}", daemon=True).start()
