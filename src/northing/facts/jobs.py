"""Inputs on their way in: how far each is, and the flag that stops it. A small table, asked cheaply and often.

Whoever works at a job holds its lease and gives a sign of life every second or so. A job without one for a while
was left by a process that is gone: the next one that looks may take it up again, from the input that was kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection
from django.db.models import F

from northing.portfolio.entity import new_id
from northing.portfolio.errors import NotFound

from .models import Job, State
from .store import Store

LEFT_AFTER = 30_000_000
"""Microseconds without a sign of life, after which nobody is at it any more."""
BEAT = 0.5
"""Seconds between two signs of life."""
KEPT = 200
"""Jobs of a workspace that are remembered."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it is now."""

    id: str
    source: str
    name: str
    state: str
    """waiting, running, staged (read, and waits for somebody's yes), done, failed, stopped."""
    octets: int
    done_octets: int
    done_rows: int
    begun: int
    told: dict[str, Any]
    """What came out: delivery, revision, rows; or why it failed, as an error's envelope."""

    @property
    def share(self) -> float:
        """How much of the input is read, 0 to 1."""
        return min(1.0, self.done_octets / self.octets) if self.octets else 0.0

    @property
    def over(self) -> bool:
        return self.state in (State.DONE, State.FAILED, State.STOPPED)


def begin(
    store: Store, source: str, name: str, pages: Iterable[bytes], *, person: str, role: str, via: str, commit: bool,
    told: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """Keep an input until it is taken in; the id of its job. *told*: what is to be known of it until then."""
    id = new_id()
    path = input_of(store, id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    octets = 0
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            for page in pages:
                octets += len(page)
                file.write(page)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    now = _now()
    Job.objects.create(
        id=id, ws=store.workspace, source=source, name=name[:500], person=person, role=role, via=via, octets=octets,
        begun=now, commit=commit, told=msgspec.json.encode(told or {}).decode(),
    )  # fmt: skip
    _forget_old(store)
    return id


def input_of(store: Store, id: str) -> Path:
    """Where a job's input is until it is over."""
    return store.folder / "inputs" / id


def find(workspace: str, id: str) -> Progress:
    """The job *id* of *workspace*: one row by its key. Raises :class:`NotFound`."""
    return _told(_job(workspace, id))


def of(workspace: str, *, limit: int = 50) -> list[Progress]:
    """The newest jobs of *workspace*."""
    return [_told(job) for job in Job.objects.filter(ws=workspace).order_by("-begun")[:limit]]


def staged(workspace: str) -> list[tuple[str, str]]:
    """Id and name of the inputs of *workspace* that are read and wait for a yes, the oldest first."""
    return list(Job.objects.filter(ws=workspace, state=State.STAGED).order_by("begun").values_list("id", "name"))


def stop(workspace: str, id: str) -> None:
    """Ask whoever works at it to stop; one that nobody has begun, or that waits for a yes, is stopped at once."""
    job = _job(workspace, id)
    Job.objects.filter(pk=job.pk).update(stop=True)
    idle = Job.objects.filter(pk=job.pk, state__in=(State.WAITING, State.STAGED))
    if idle.update(state=State.STOPPED):
        input_of(Store(workspace), id).unlink(missing_ok=True)


def left(workspace: str | None = None) -> list[tuple[str, str]]:
    """(workspace, id) of jobs that nobody works at although they are not over."""
    waiting = Job.objects.filter(state__in=(State.WAITING, State.RUNNING), beat__lt=_now() - LEFT_AFTER)
    if workspace is not None:
        waiting = waiting.filter(ws=workspace)
    return [(str(ws), str(id)) for ws, id in waiting.order_by("begun").values_list("ws", "id")]


def lease(workspace: str, id: str) -> str | None:
    """Take a job up: the lease, or None where somebody else is at it or it is over."""
    mine = new_id()
    now = _now()
    free = Job.objects.filter(
        id=id, ws=workspace, state__in=(State.WAITING, State.RUNNING, State.STAGED), beat__lt=now - LEFT_AFTER
    )
    return mine if free.update(lease=mine, beat=now, state=State.RUNNING) else None


class Worker:
    """Whoever holds a job's lease: writes down how far it is, and learns whether to stop."""

    def __init__(self, workspace: str, id: str, lease: str) -> None:
        self.workspace = workspace
        self.id = id
        self.lease = lease
        self._next = 0.0
        self._stop = False
        self._thread = threading.get_ident()

    def progress(self, octets: int, rows: int) -> None:
        self.beat(done_octets=octets, done_rows=rows)

    def stop(self) -> bool:
        """Whether to stop: somebody asked, or somebody else has taken the job over."""
        self.beat()
        return self._stop

    def beat(self, **fields: Any) -> None:
        """A sign of life, twice a second at most."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + BEAT
        mine = Job.objects.filter(id=self.id, ws=self.workspace, lease=self.lease)
        if not mine.update(beat=_now(), **fields) or mine.filter(stop=True).exists():
            self._stop = True
        if threading.get_ident() != self._thread:
            connection.close()  # asked from beside while the engine works: that thread ends without a request's end

    def over(self, state: State, told: dict[str, Any]) -> None:
        """Write down what came of it, unless somebody else has the job now."""
        fields: dict[str, Any] = {"state": state, "told": msgspec.json.encode(told).decode(), "beat": _now()}
        if state in (State.STAGED, State.DONE):
            fields |= {"done_octets": F("octets"), "done_rows": told.get("rows_in", 0)}
        if state == State.STAGED:
            fields["beat"] = 0  # nobody works at it while it waits for a yes
        Job.objects.filter(id=self.id, ws=self.workspace, lease=self.lease).update(**fields)


def erase(workspace: str) -> None:
    """Forget every job and the key of a workspace that is removed."""
    from .models import HidingKey

    Job.objects.filter(ws=workspace).delete()
    HidingKey.objects.filter(ws=workspace).delete()


def _job(workspace: str, id: str) -> Job:
    job = Job.objects.filter(id=id, ws=workspace).first()
    if job is None:
        raise NotFound("There is no such delivery under way.")
    return job


def _told(job: Job) -> Progress:
    return Progress(
        id=job.id, source=job.source, name=job.name, state=str(job.state), octets=job.octets,
        done_octets=job.done_octets, done_rows=job.done_rows, begun=job.begun,
        told=msgspec.json.decode(job.told),
    )  # fmt: skip


def _forget_old(store: Store) -> None:
    over = Job.objects.filter(ws=store.workspace, state__in=(State.DONE, State.FAILED, State.STOPPED))
    old = list(over.order_by("-begun").values_list("id", flat=True)[KEPT:])
    Job.objects.filter(id__in=old).delete()


def _now() -> int:
    return time.time_ns() // 1000
