"""The solver's own process: answers come and get better, a new question takes the place of the old, a dead one is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from bench.portfolios import portfolio
from northing.decide.problem import Budget, Capacity, Problem
from northing.decide.worker import Told, Worker
from tests.decide.small import best_of_all, small


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    one = Worker()
    yield one
    one.close()


def tighter(problem: Problem) -> Problem:
    limits = tuple(
        msgspec.structs.replace(limit, most=[one * 0.9 for one in limit.most])
        if isinstance(limit, Budget) and isinstance(limit.most, list)
        else limit
        for limit in problem.limits
    )
    return msgspec.structs.replace(problem, limits=limits)


def test_answers_get_better_and_end_with_the_best(worker: Worker) -> None:
    problem = small(3)
    told = list(worker.ask(problem))
    values = [one.answer.value for one in told if one.answer.value is not None]
    assert values == sorted(values)
    assert [one.final for one in told] == [False] * (len(told) - 1) + [True]
    assert told[-1].status == "best"
    assert told[-1].answer.value == best_of_all(problem)


def test_stopping_ends_a_long_search_and_a_slider_moves_it_on(worker: Worker) -> None:
    problem = portfolio(200)
    found: list[Told] = []
    thread = threading.Thread(target=lambda: found.extend(worker.ask(problem, seconds=60)))
    begun = time.monotonic()
    thread.start()
    while not found and time.monotonic() - begun < 30:
        time.sleep(0.02)
    worker.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert found[-1].final
    assert found[-1].gap is not None
    moved = list(worker.ask(tighter(problem), seconds=1))[-1]
    assert moved.answer.value is not None
    assert moved.status in ("stopped", "best")


def test_what_clashes_and_why_is_answered_too(worker: Worker) -> None:
    problem = small(3)
    explained = list(worker.ask(problem, kind="explain", seconds=6))[-1]
    assert explained.more is not None
    assert {"prices", "out", "in"} <= set(msgspec.json.decode(explained.more))
    none = msgspec.structs.replace(problem, limits=(Capacity(of="engineer", most=0),), pins={"i1": "in"})
    clash = list(worker.ask(none, kind="clash"))[-1]
    assert clash.more is not None
    assert msgspec.json.decode(clash.more)["limits"]


def test_a_solver_that_dies_is_told_and_begins_again() -> None:
    one = Worker()
    try:
        asking = one.ask(portfolio(200), seconds=30)
        next(asking)
        assert one._process is not None
        one._process.kill()
        with pytest.raises(ChildProcessError):
            list(asking)
        assert list(one.ask(small(0)))[-1].final
    finally:
        one.close()
