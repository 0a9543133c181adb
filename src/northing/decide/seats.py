"""Who asks the solver, each in a warm process of its own: a person's newest question ends the one before.

An answer can be looked at again while it is made better; the same question is not worked out twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from typing import Literal

from northing.decide.problem import Problem
from northing.decide.solve import Answer
from northing.decide.worker import Worker

SECONDS = 30.0
"""A question is worked on so long, unless it is answered before."""


class Seat:
    """One person's place: a solver, the newest question and the best answer to it so far."""

    def __init__(self) -> None:
        self.owner: Hashable = None
        self.used = 0.0
        self._worker = Worker()
        self._changed = threading.Condition()
        self._question: Hashable = None
        self._answer: Answer | None = None
        self._final = False
        self._wrong: Exception | None = None

    def start(self) -> None:
        """Begin the process, so that the first question finds it warm."""
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def ask(
        self, question: Hashable, problem: Problem, *, wait: float, better: float | None = None, patience: float = 0.0
    ) -> tuple[Answer | None, bool]:
        """The best answer to *problem* after at most *wait* seconds, as soon as there is one; and whether it is final.

        *question*: equal only where the problem is; a place is handed on, so it names the owner where owners' differ.
        *better*: a gap that the asker knows already; waits for a smaller one. *patience*: so many seconds longer for
        one that is final. Raises what ended the solver.
        """
        with self._changed:
            self.used = time.monotonic()
            if question != self._question:
                self._question, self._answer, self._final, self._wrong = question, None, False, None
                threading.Thread(target=self._work, args=(question, problem), daemon=True).start()
            self._changed.wait_for(lambda: self._enough(question, better), wait)
            if patience:
                self._changed.wait_for(lambda: self._final or self._wrong or question != self._question, patience)
            if self._wrong is not None and question == self._question:
                self._question, wrong = None, self._wrong
                raise wrong
            return (self._answer, self._final) if question == self._question else (None, False)

    def why(self, problem: Problem, kind: Literal["clash", "explain"], *, seconds: float, about: str = "") -> bytes:
        """What ``clash`` or ``explain`` comes to, as JSON. What was being worked on is begun again when asked again.

        Raises what ended the solver; ``TimeoutError`` also where another question took its place.
        """
        with self._changed:
            self.used = time.monotonic()
            if not self._final:
                self._question = None
        for told in self._worker.ask(problem, kind=kind, seconds=seconds, about=about):
            if told.final:
                return told.more or b"null"
        raise TimeoutError("another question took its place")

    def _enough(self, question: Hashable, better: float | None) -> bool:
        if question != self._question or self._final or self._wrong is not None:
            return True
        answer = self._answer
        if answer is None or answer.plan is None or answer.gap is None:
            return False
        return better is None or answer.gap < better

    def _work(self, question: Hashable, problem: Problem) -> None:
        try:
            with self._changed:  # in one step, or an older question could be sent after a newer one and take its place
                if question != self._question:
                    return
                answers = self._worker.ask(problem, seconds=SECONDS)
            for told in answers:
                with self._changed:
                    if question != self._question:
                        return
                    self._answer, self._final = told.answer, told.final
                    self._changed.notify_all()
        except (OSError, TimeoutError, ChildProcessError) as wrong:
            with self._changed:
                if question == self._question:
                    self._wrong = wrong
                    self._changed.notify_all()


class Seats:
    """So many places; who comes last to a full room takes the place that was used longest ago."""

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._seats: list[Seat] = []
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Have a place ready for whoever comes first."""
        with self._lock:
            if not self._seats:
                self._seats.append(Seat())
                self._seats[0].start()

    def of(self, owner: Hashable) -> Seat:
        """The place of *owner*."""
        with self._lock:
            seat = next((one for one in self._seats if one.owner == owner), None)
            if seat is None:
                seat = next((one for one in self._seats if one.owner is None), None)
            if seat is None and len(self._seats) < self._most:
                seat = Seat()
                self._seats.append(seat)
            if seat is None:
                seat = min(self._seats, key=lambda one: one.used)
            seat.owner = owner
            seat.used = time.monotonic()
            return seat


SEATS = Seats()
