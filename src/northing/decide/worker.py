"""The solver in a process of its own: it can be stopped, has a limit of memory, and keeps the relaxation warm.

Here its owner's side, and the messages: msgpack, each after its length in four bytes. A question that comes while
another is answered takes its place: that is what a slider needs. ``answering`` is the process's side.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal

import msgspec
import numpy as np

from northing.decide.problem import Item, Problem
from northing.decide.solve import Answer, Status

GRACE = 5.0
"""Seconds that the process may take longer than it was asked to, before it is ended."""
MEMORY = 4 << 30
"""Octets of address space."""


class Ask(msgspec.Struct, frozen=True):
    """A question: the problem, without its items where they are those of the question before."""

    number: int
    kind: Literal["choose", "clash", "explain", "stop"]
    problem: Problem | None = None
    same_items: bool = False
    seconds: float = 30.0
    goal: float = 0.0
    about: str = ""
    """Of ``explain``: the item that is asked about, or ``limits``; empty: all of them, as far as the time reaches."""


class Told(msgspec.Struct, frozen=True):
    """An answer so far; the last one of a question is ``final``."""

    number: int
    final: bool
    plan: bytes | None = None
    value: tuple[int, int] | None = None
    most: tuple[int, int] | None = None
    relaxed: tuple[int, int] | None = None
    gap: float | None = None
    seconds: float = 0.0
    status: Status = "unknown"
    by: str = ""
    prices: bytes | None = None
    point: bytes | None = None
    cases: int = 0
    more: bytes | None = None
    """What ``clash`` or ``explain`` came to, as JSON."""

    @property
    def answer(self) -> Answer:
        """As the search said it."""
        return Answer(
            None if self.plan is None else np.frombuffer(self.plan, np.int64),
            _fraction(self.value),
            _fraction(self.most),
            self.gap,
            self.seconds,
            self.status,
            self.by,
            None if self.prices is None else np.frombuffer(self.prices, np.float64),
            None if self.point is None else np.frombuffer(self.point, np.float64),
            _fraction(self.relaxed),
            self.cases,
        )


def told(number: int, answer: Answer, *, final: bool, more: bytes | None = None) -> Told:
    """*answer* as a message."""
    return Told(
        number,
        final,
        None if answer.plan is None else answer.plan.astype(np.int64).tobytes(),
        _pair(answer.value),
        _pair(answer.most),
        _pair(answer.relaxed),
        answer.gap,
        answer.seconds,
        answer.status,
        answer.by,
        None if answer.prices is None else answer.prices.tobytes(),
        None if answer.point is None else answer.point.tobytes(),
        answer.cases,
        more,
    )


def _pair(exact: Fraction | None) -> tuple[int, int] | None:
    return None if exact is None else (exact.numerator, exact.denominator)


def _fraction(pair: tuple[int, int] | None) -> Fraction | None:
    return None if pair is None else Fraction(*pair)


class Worker:
    """The process, as its owner sees it. One question at a time; a new one ends the one before."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._items: tuple[Item, ...] | None = None
        self._writing = threading.Lock()
        self._reading = threading.Lock()

    def start(self) -> None:
        """Begin the process, which solves a small problem at once to be warm."""
        if self._process is not None and self._process.poll() is None:
            return
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "northing.decide.answering", str(self._memory)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0
        )
        self._items = None

    def ask(
        self,
        problem: Problem,
        *,
        kind: Literal["choose", "clash", "explain"] = "choose",
        seconds: float = 30.0,
        goal: float = 0.0,
        about: str = "",
    ) -> Iterator[Told]:
        """Every better answer, the last one ``final``. Nothing more comes where another question took its place.

        The question is asked by the call, not by the first look at an answer. Looking raises ``TimeoutError`` where
        the process took too long and was ended, ``ChildProcessError`` where it died.
        """
        return self._answers(self._send(problem, kind, seconds, goal, about), time.monotonic() + seconds + GRACE)

    def _answers(self, number: int, until: float) -> Iterator[Told]:
        with self._reading:
            while number == self._number:
                said = self._read(until)
                if said.number == number:
                    yield said
                    if said.final:
                        return

    def stop(self) -> None:
        """End the question that is being answered; its last answer still comes."""
        with self._writing:
            if self._process is not None and self._process.poll() is None and self._process.stdin is not None:
                write_frame(self._process.stdin, msgspec.msgpack.encode(Ask(self._number, "stop")))

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _send(
        self, problem: Problem, kind: Literal["choose", "clash", "explain"], seconds: float, goal: float, about: str
    ) -> int:
        with self._writing:
            self.start()
            self._number += 1
            same = problem.items is self._items or problem.items == self._items
            sent = msgspec.structs.replace(problem, items=()) if same else problem
            asked = Ask(self._number, kind, sent, same, seconds, goal, about)
            self._items = problem.items
            assert self._process is not None
            assert self._process.stdin is not None
            write_frame(self._process.stdin, msgspec.msgpack.encode(asked))
            return self._number

    def _read(self, until: float) -> Told:
        process = self._process
        if process is None or process.stdout is None:
            raise ChildProcessError("the solver was closed")
        ready, _, _ = select.select([process.stdout], [], [], max(until - time.monotonic(), 0.0))
        if not ready:
            self.close()
            raise TimeoutError("the solver took too long, and was ended")
        octets = read_frame(process.stdout)
        if octets is None:
            self.close()
            raise ChildProcessError("the solver ended; the problem may need more memory than it may take")
        return msgspec.msgpack.decode(octets, type=Told)


def write_frame(pipe: Any, octets: bytes) -> None:
    """Send a message."""
    view = memoryview(len(octets).to_bytes(4, "big") + octets)
    while view:
        view = view[pipe.write(view) :]
    pipe.flush()


def read_frame(pipe: Any) -> bytes | None:
    """The next message; None at the end."""
    size = _exactly(pipe, 4)
    return None if size is None else _exactly(pipe, int.from_bytes(size, "big"))


def _exactly(pipe: Any, size: int) -> bytes | None:
    parts, missing = [], size
    while missing:
        part = pipe.read(missing)
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
