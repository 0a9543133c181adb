"""Writing in turn: one writer at a time, and everyone who waits shares the next synchronisation of the disk.

On SQLite the first of the waiting callers leads: it takes the database's write lock, runs the jobs of all
that stand in the queue, each in a savepoint of its own, commits once, and only then answers them. It then
hands the lead to the next in the queue. On PostgreSQL each caller writes in its own transaction, and the
lock on the workspace's counter is the turn.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction

from northing.portfolio.errors import Busy, NorthingError, Unavailable

from . import sql
from .turnstile import Turnstile

PATIENCE = 10.0
"""Seconds that a writer stands in the queue of processes; after that it waits for the database's own lock."""
LARGEST_GROUP = 64


def write[T](job: Callable[[], T]) -> T:
    """Run *job* in a transaction of its own and return what it returns, once that is on the disk.

    Inside a transaction that the caller holds already, the job joins it: the caller answers for its end.
    """
    if sql.in_transaction():
        with transaction.atomic():
            return job()
    if not sql.on_sqlite() or sql.in_memory():
        return _alone(job)
    return _QUEUE.write(job)


def together[T](job: Callable[[], T]) -> T:
    """Run *job*, which writes several revisions by :func:`write`, in one transaction: all of them or none."""
    try:
        with transaction.atomic():
            return job()
    except DatabaseError as error:
        raise _told(error) from error


def _alone[T](job: Callable[[], T]) -> T:
    for attempt in range(20):
        try:
            with transaction.atomic():
                return job()
        except OperationalError as error:
            # Serialisation failure or deadlock: the database asks for another try.
            if getattr(error.__cause__, "sqlstate", None) not in ("40001", "40P01"):
                raise _told(error) from error
            time.sleep(0.002 * (attempt + 1))
        except DatabaseError as error:
            raise _told(error) from error
    raise Busy("The record is busy.", remedy="Try again in a moment.")


class _Request:
    __slots__ = ("answer", "done", "error", "job", "leads", "wake")

    def __init__(self, job: Callable[[], Any]) -> None:
        self.job = job
        self.answer: Any = None
        self.error: BaseException | None = None
        self.done = False
        self.leads = False
        self.wake = threading.Lock()
        self.wake.acquire()


class _Queue:
    def __init__(self) -> None:
        self._waiting: deque[_Request] = deque()
        self._mutex = threading.Lock()
        self._led = False
        self._turnstile: Turnstile | None = None

    def write[T](self, job: Callable[[], T]) -> T:
        request = _Request(job)
        with self._mutex:
            self._waiting.append(request)
            request.leads = not self._led
            self._led = True
        if not request.leads:
            self._wait(request)
        if not request.done:
            self._lead()
        if request.error is not None:
            raise request.error
        answer: T = request.answer
        return answer

    def _wait(self, request: _Request) -> None:
        """Until somebody has done it, or hands over the lead."""
        try:
            request.wake.acquire()
        except BaseException:  # interrupted: leave the queue, and do not take the lead along
            with self._mutex:
                if request in self._waiting:
                    self._waiting.remove(request)
                if request.leads:
                    self._hand_over()
            raise

    def _lead(self) -> None:
        """Do what stands in the queue, then hand over; the leader's own request is the first of them."""
        group: list[_Request] = []
        try:
            self._commit(group)
        except BaseException as error:
            told = _told(error)
            if not group:
                group.extend(self._take())
            for request in group:
                request.error = told
        with self._mutex:
            for request in group:
                request.done = True
                request.wake.release()
            self._hand_over()

    def _hand_over(self) -> None:
        self._led = bool(self._waiting)
        if self._led:
            self._waiting[0].leads = True
            self._waiting[0].wake.release()

    def _take(self) -> list[_Request]:
        with self._mutex:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_GROUP))]

    def _commit(self, group: list[_Request]) -> None:
        raw = sql.raw_connection()
        if self._turnstile is None:
            self._turnstile = Turnstile(str(connection.settings_dict["NAME"]))
        self._turnstile.enter(PATIENCE)
        try:
            raw.execute("BEGIN IMMEDIATE")  # waits for who did not come through the turnstile, as long as settings say
            group.extend(self._take())
            for request in group:
                self._do(raw, request, alone=len(group) == 1)
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise
        finally:
            self._turnstile.leave()

    def _do(self, raw: Any, request: _Request, *, alone: bool) -> None:
        """One job; among others it has a savepoint, so that its failure is its own."""
        try:
            if not alone:
                raw.execute("SAVEPOINT job")
            request.answer = request.job()
            if not alone:
                raw.execute("RELEASE job")
        except BaseException as error:
            request.error = _told(error)
            if alone or not raw.in_transaction:
                raise  # the transaction is lost, and with it the answers of the whole group
            raw.execute("ROLLBACK TO job")
            raw.execute("RELEASE job")


def _told(error: BaseException) -> BaseException:
    """*error* as a person can be told it, where the store refused."""
    driver = (DatabaseError, sql.driver_error())
    if not isinstance(error, driver) or type(error).__name__ in ("IntegrityError", "ProgrammingError"):
        return error
    text = str(error)
    if "full" in text or "No space" in text:
        told: NorthingError = Unavailable("The disk is full; nothing was written.", remedy="Make room and try again.")
    elif "readonly" in text or "read-only" in text:
        told = Unavailable("The database cannot be written to.", remedy="Check the rights on its folder.")
    elif "locked" in text or "busy" in text or "lock timeout" in text:
        told = Busy("Another program holds the record.", remedy="Try again in a moment.")
    elif type(error).__name__ == "OperationalError":
        told = Unavailable(f"The database refused: {text}.", remedy="Nothing was written; try again.")
    else:
        return error
    told.__cause__ = error
    return told


_QUEUE = _Queue()
