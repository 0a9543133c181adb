"""Many write at once: in turn, nobody waits long, and one's failure is one's own."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from northing.portfolio.edits import change, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Busy, Conflict, Invalid, NorthingError
from northing.record import Record, sql, turnstile
from northing.record.plans import PLANS

from .conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shared(transactional_db: None) -> Cast:
    return make_cast()


def together(*jobs: Callable[[], object]) -> list[object]:
    """What each job gives or raises, all started at once."""
    gate = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(number: int, job: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[number] = job()
        except (NorthingError, AssertionError) as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "somebody waits for ever"
    return results


def test_eight_writers_all_get_through(shared: Cast) -> None:
    ids = [shared.investment(f"N{n}") for n in range(8)]

    def writer(id: str) -> Callable[[], object]:
        def job() -> object:
            for step in range(10):
                shared.record.commit([change("investment", id, category=str(step))], on=None, by=shared.ana, reason="-")
            return "done"

        return job

    assert together(*(writer(id) for id in ids)) == ["done"] * 8
    assert shared.record.head() == 8 + 80
    assert {investment.category for investment in shared.record.plan().investments.values()} == {"9"}
    assert shared.record.verify() == []


def test_of_many_who_change_one_field_one_wins_and_the_rest_are_told(shared: Cast) -> None:
    id = shared.investment(stage="idea")

    def writer(number: int) -> Callable[[], object]:
        return lambda: shared.record.commit(
            [change("investment", id, category=f"by {number}")], on=1, by=shared.ana, reason="-"
        )

    results = together(*(writer(number) for number in range(6)))
    assert sum(isinstance(result, Conflict) for result in results) == 5
    assert shared.record.head() == 2


def test_ones_failure_is_ones_own(shared: Cast) -> None:
    good, bad = shared.investment("Good"), shared.investment("Bad")

    def right(step: int) -> Callable[[], object]:
        return lambda: shared.record.commit(
            [change("investment", good, description=str(step))], on=None, by=shared.ana, reason="-"
        )

    def wrong() -> object:
        return shared.record.commit([change("investment", bad, currency="euro")], on=None, by=shared.ana, reason="-")

    results = together(right(1), wrong, right(2), wrong, right(3), wrong)
    assert sum(isinstance(result, Invalid) for result in results) == 3
    assert shared.record.head() == 2 + 3
    assert shared.record.verify() == []


def test_a_number_is_never_given_twice(shared: Cast) -> None:
    def adder(number: int) -> Callable[[], object]:
        return lambda: shared.record.commit(
            [create("investment", new_id(), name=f"N{number}")], on=None, by=shared.ana, reason="-"
        )

    together(*(adder(number) for number in range(8)))
    numbers = sorted(investment.number for investment in shared.record.plan().investments.values())
    assert numbers == [f"INV-{n:04d}" for n in range(1, 9)]


def test_a_caller_with_a_transaction_of_its_own_answers_for_its_end(shared: Cast) -> None:
    id = shared.investment()

    def change_one_s_mind() -> None:
        with transaction.atomic():
            shared.record.commit([change("investment", id, stage="pilot")], on=None, by=shared.ana, reason="-")
            assert shared.record.plan().investments[id].stage == "pilot"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_one_s_mind()
    assert shared.record.head() == 1
    assert shared.record.plan().investments[id].stage is None, "what was undone is not remembered"
    shared.record.commit([change("investment", id, stage="scale")], on=None, by=shared.ana, reason="-")
    assert shared.record.plan().investments[id].stage == "scale"
    assert shared.record.verify() == []


def other_program() -> Any:
    """A second connection that can hold the record, in the way of either database: its ``hold`` and ``let_go``."""
    if connection.vendor == "sqlite":
        import pysqlite3

        other = pysqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
        return other, lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("ROLLBACK")
    import psycopg

    found = connection.get_connection_params()
    other = psycopg.connect(**{name: found[name] for name in ("dbname", "user", "host") if found.get(name)})
    return other, lambda: other.execute("SELECT ws FROM record_counter FOR UPDATE"), other.rollback


def test_another_program_that_holds_the_record_is_waited_for(shared: Cast) -> None:
    id = shared.investment()
    other, hold, let_go = other_program()
    hold()
    timer = threading.Timer(0.3, let_go)
    timer.start()
    shared.record.commit([change("investment", id, stage="pilot")], on=None, by=shared.ana, reason="Waited")
    timer.join()
    hold()
    sql.run("PRAGMA busy_timeout = 200" if sql.on_sqlite() else "SET lock_timeout = 200")
    with pytest.raises(Busy):
        shared.record.commit([change("investment", id, stage="scale")], on=None, by=shared.ana, reason="Too long")
    let_go()
    shared.record.commit([change("investment", id, stage="scale")], on=None, by=shared.ana, reason="Now")
    other.close()
    connection.close()  # with its short patience
    assert shared.record.head() == 3


QUEUER = """
import sys, time
from northing.record.turnstile import Turnstile
turnstile = Turnstile(sys.argv[1])
for line in sys.stdin:
    turnstile.enter(float(line)) if line != "leave\\n" else turnstile.leave()
    print("done", flush=True)
"""


class Queuer:
    """Another process at the same turnstile."""

    def __init__(self, database: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", QUEUER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def say(self, what: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.mark.skipif(turnstile.fcntl is None, reason="there are no such locks here")
def test_processes_pass_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    first, second, third = queuers = [Queuer(tmp_path / "db") for _ in range(3)]
    passed: list[str] = []

    def wait(name: str, queuer: Queuer) -> threading.Thread:
        drawn = (tmp_path / "db-turn").read_bytes()
        queuer.say("30")
        until = time.monotonic() + 10
        while (tmp_path / "db-turn").read_bytes() == drawn and time.monotonic() < until:
            time.sleep(0.001)
        thread = threading.Thread(target=lambda: (queuer.hear(), passed.append(name)))
        thread.start()
        return thread

    try:
        first.say("30")
        assert first.hear() == "done\n", "who is alone waits for nobody"
        threads = [wait("second", second), wait("third", third)]
        first.say("leave")
        first.hear()
        threads.append(wait("first", first))
        threads[0].join(timeout=10)
        time.sleep(0.05)
        assert passed == ["second"], "one at a time"
        second.process.kill()  # in the middle of its turn: the kernel lets go
        threads[1].join(timeout=10)
        assert passed == ["second", "third"], "who had just passed stands behind who waited"
        third.say("leave")
        threads[2].join(timeout=10)
        assert passed == ["second", "third", "first"]
    finally:
        for queuer in queuers:
            queuer.end()


@pytest.mark.skipif(turnstile.fcntl is None, reason="there are no such locks here")
def test_who_waits_too_long_at_the_turnstile_goes_on(tmp_path: Path) -> None:
    other = Queuer(tmp_path / "db")
    ours = turnstile.Turnstile(str(tmp_path / "db"))
    try:
        other.say("1")
        other.hear()
        start = time.monotonic()
        ours.enter(0.1)
        assert 0.1 <= time.monotonic() - start < 5
        ours.leave()
    finally:
        other.end()


def test_without_a_place_for_the_turnstile_nobody_waits(tmp_path: Path) -> None:
    nowhere = turnstile.Turnstile(str(tmp_path / "missing" / "db"))
    nowhere.enter(60)
    nowhere.leave()


def test_readers_go_on_while_others_write(shared: Cast) -> None:
    ids = [shared.investment(f"N{n}", category="0") for n in range(4)]
    record: Record = shared.record
    stop = threading.Event()

    def write() -> object:
        for step in range(60):
            edits = [change("investment", id, category=str(step)) for id in ids]
            record.commit(edits, on=None, by=shared.ana, reason="-")
        stop.set()
        return None

    def read() -> object:
        count = 0
        while not stop.is_set():
            if count % 7 == 0:
                PLANS.clear()
            plan = record.plan(max(1, record.head() - count % 5))
            assert len({investment.category for investment in plan.investments.values()}) == 1, "no half revision"
            count += 1
        return count

    results = together(write, read, read, read)
    assert all(isinstance(count, int) and count > 3 for count in results[1:]), results
