"""Two who judge, and two who merge, in the same instant."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from .conftest import make_cast
from .deciding_room import Room


@pytest.mark.django_db(transaction=True)
def test_two_at_once(transactional_db: None) -> None:
    room = Room(make_cast())
    room.rule(approvals=2)
    room.begin()
    digest = room.submit()
    assert _at_once(lambda: room.judge("pia", digest), lambda: room.judge("ana", digest)) == [None, None]
    assert not room.record.standing("cut").lacking
    found = _at_once(lambda: room.merge(by="bob"), lambda: room.merge(by="ana"))
    assert sorted(type(one).__name__ for one in found) == ["Invalid", "NoneType"]
    assert len(room.record.plan().decisions) == 1


def _at_once(*acts: Any) -> list[Exception | None]:
    found: list[Exception | None] = [None] * len(acts)

    def run(index: int) -> None:
        try:
            acts[index]()
        except Exception as error:
            found[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
