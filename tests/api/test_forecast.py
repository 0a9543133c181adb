"""Forecasts of work through the API: the answer of the measure, and nothing where there is no work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from northing.measure.figures import read_figure, value_of
from northing.portfolio.facts import Source
from northing.report.delivering import deliver
from northing.report.viewing import look
from northing.sources.facts import READERS
from tests.web.office import id_of
from tests.web.work_office import policy

from .conftest import Call, Place

TODAY = datetime.now(UTC).date()


def test_a_forecast_is_that_of_the_measure(acme: Place, call: Call, settings: Any, tmp_path: Path) -> None:
    """One item a day, and forty to do."""
    key = acme.keys["viewer"]
    assert call("GET", "/w/acme/flow/forecast", key).data["when"] is None
    settings.HOME = tmp_path
    lines = ["Key,Title,Type,To do,In progress,Done"]
    for ago in range(120, 0, -1):
        began, done = TODAY - timedelta(days=ago + 1), TODAY - timedelta(days=ago)
        lines.append(f"S-{ago},Item,Story,{began},{began},{done}")
    lines.append(f"S-0,Open,Story,{TODAY - timedelta(days=1)},{TODAY - timedelta(days=1)},")
    source = Source(id=id_of("board"), name="Board", reader="state_dates", options={"project": "SHOP"})
    table = "\n".join(lines).encode()
    deliver(acme.workspace, source, READERS["state_dates"], [table], name="board.csv", by=acme.actors["owner"])
    acme.record.commit([policy()], on=None, by=acme.actors["owner"], reason="Read")
    said = call("GET", "/w/acme/flow/forecast?items=40", key).data
    day = (TODAY + timedelta(days=39)).isoformat()
    assert [(one["percent"], one["answer"]["value"]) for one in said["when"]["values"]] == [
        (percent, day) for percent in (50, 70, 85, 95)
    ]
    assert said["when"]["seed"] and said["when"]["samples"][0]["finished"] == 84
    assert said["back_test"]["forecasts"] == said["back_test"]["held"]["value"] > 0
    view = look(acme.workspace).view
    for one in said["how_many"]["values"]:
        assert value_of(view, read_figure(one["answer"]["address"])) == one["answer"]["value"] == 28
    assert call("GET", "/w/acme/flow/forecast?items=0", key).status == 422
    assert call("GET", "/w/acme/flow/forecast?parent=NONE", key).status == 404
