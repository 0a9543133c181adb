"""The process that solves: ``python -m northing.decide.answering OCTETS`` answers over its standard streams."""

from __future__ import annotations

import os
import queue
import resource
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from northing.decide.build import build
from northing.decide.drawn import Drawn
from northing.decide.file import as_json
from northing.decide.nearest import nearest
from northing.decide.problem import Capacity, Item, Problem
from northing.decide.resident import HALT, Resident
from northing.decide.solve import Answer, choose
from northing.decide.worker import Ask, read_frame, told, write_frame

Stop = Callable[[], bool]
DRAWN = 0.15
"""Seconds of rest after the first plan: until it is on the screen the processor is better used for drawing it."""


class Answering:
    """What stays in memory between questions: the items as arrays, the relaxation with its basis, the last plan."""

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send = send
        self._drawn: Drawn | None = None
        self._resident: Resident | None = None
        self._plan: Any = None

    def answer(self, ask: Ask, stop: Stop) -> None:
        """Send what is asked, better and better, and at last the final answer."""
        HALT.asked = stop
        problem = self._problem(ask)
        if ask.kind == "clash":
            from northing.decide.clash import clash

            self._end(ask, as_json(clash(problem, seconds=ask.seconds)))
        elif ask.kind == "explain":
            from northing.decide.explain import explain, explain_one

            found = self._choose(problem, ask, stop, ask.seconds / 2)
            more = None
            if found.plan is not None and ask.about:
                more = explain_one(problem, found, ask.about, each=ask.seconds / 10)
            elif found.plan is not None:
                more = explain(problem, found, seconds=ask.seconds / 2)
            self._send(told(ask.number, found, final=True, more=as_json(more)))
        else:
            self._send(told(ask.number, self._choose(problem, ask, stop, ask.seconds), final=True))

    def _choose(self, problem: Problem, ask: Ask, stop: Stop, seconds: float) -> Answer:
        shown = False

        def tell(answer: Answer) -> bool:
            nonlocal shown
            if answer.status == "searching":
                self._send(told(ask.number, answer, final=False))
            if not shown and answer.plan is not None:
                shown = True
                _rest(stop)
            return stop()

        assert self._drawn is not None
        model = build(problem, self._drawn)
        if self._resident is None:
            self._resident = Resident(model)
        plan = self._plan if self._plan is not None and len(self._plan) == model.columns else None
        found = choose(model, seconds=seconds, goal=ask.goal, tell=tell, resident=self._resident, start=plan)
        if stop():
            return found
        found = nearest(problem, self._drawn, model, found, seconds=min(1.0, seconds / 4))
        self._plan = found.plan if found.plan is not None else self._plan
        return found

    def _end(self, ask: Ask, more: bytes) -> None:
        self._send(told(ask.number, Answer(None, None, None, None, 0.0, "unknown", ""), final=True, more=more))

    def _problem(self, ask: Ask) -> Problem:
        assert ask.problem is not None
        items: tuple[Item, ...] = ask.problem.items
        if ask.same_items and self._drawn is not None:
            items = self._drawn.items
        problem = msgspec.structs.replace(ask.problem, items=items)
        if self._drawn is None or self._drawn.items is not items or self._drawn.periods != len(problem.periods):
            self._drawn, self._resident, self._plan = Drawn(items, len(problem.periods)), None, None
        return problem


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Answer the questions of one owner, until its end of the pipe is closed."""
    asked: queue.Queue[Ask] = queue.Queue()
    newest, stopped = [0], [0]

    def listen() -> None:
        while (octets := read_frame(given)) is not None:
            ask = msgspec.msgpack.decode(octets, type=Ask)
            if ask.kind == "stop":
                stopped[0] = ask.number
            else:
                newest[0] = ask.number
                asked.put(ask)
        os._exit(0)  # the owner has gone: nobody waits for what is being solved

    threading.Thread(target=listen, daemon=True).start()
    answering = Answering(lambda said: write_frame(answers, msgspec.msgpack.encode(said)))
    _warm()
    while True:
        ask = asked.get()
        # One that was overtaken is still read, as the next may have the same items; it is stopped at its first answer.
        answering.answer(ask, lambda number=ask.number: newest[0] != number or stopped[0] == number)  # type: ignore[misc]


def _rest(stop: Stop) -> None:
    until = time.monotonic() + DRAWN
    while time.monotonic() < until and not stop():
        time.sleep(0.01)


def _warm() -> None:
    """Solve something small, so that the first question finds everything loaded."""
    items = tuple(Item(id=str(place), value=place % 7 + 1, uses={"a": place % 5 + 1}) for place in range(30))
    choose(build(Problem(items=items, limits=(Capacity(of="a", most=20),))), seconds=0.3)


def main() -> None:
    """Keep to the memory that was given, and serve."""
    most = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
