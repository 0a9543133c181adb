"""A workspace with plans, forecasts and bills, for the tests of the Money page and of the close of a month."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from northing.measure.columns import view_of
from northing.portfolio.edits import create
from tests.web.bills import Bills, world
from tests.web.office import Office, open_office

TODAY = datetime.now(UTC).date()
THIS = TODAY.replace(day=1)


@pytest.fixture
def bills(monkeypatch: pytest.MonkeyPatch) -> Bills:
    """Facts in memory, in the place of the engine's."""
    from northing.report import viewing

    held = Bills()

    def seen(*args: Any, **more: Any) -> Any:
        return view_of(*args, **{**more, "facts": held if more["plan"].deliveries else None})

    monkeypatch.setattr(viewing, "view_of", seen)
    return held


@pytest.fixture
def office(db: None, bills: Bills) -> Office:
    """Ten investments with plans, bills and forecasts; the last month is over and stands to be closed."""
    made = open_office()
    edits, found = world(TODAY, closed=1, left=1, owner=made.actors["planner"].id)
    bills.rows_in_force = found.rows_in_force
    have = made.record.plan().people
    people = [create("person", actor.id) for actor in made.actors.values() if actor.id not in have]
    closes = [one for one in edits if one.kind == "period_close"]
    made.commit(*people, *(one for one in edits if one.kind != "period_close"), reason="Filled")
    made.commit(*closes, reason="Closed")
    return made
